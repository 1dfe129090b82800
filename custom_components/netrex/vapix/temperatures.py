"""A camera's temperatures, and the heaters and fans that control them: VX-TEMP."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
import re
from typing import Final, Literal

from ..transport.values import clean_text
from .answers import parse_parameters
from .http import CameraApi, CameraHttp
from .shared_answer import SharedAnswer

#: Of each kind; the page's sample has four sensors, two heaters and a fan.
_MAX: Final = 32
#: Longer than "85%", which may also be a word of the product.
_MAX_INTENSITY: Final = 20
_LINE: Final = re.compile(r"(Sensor\.S|Heater\.H|Fan\.F)([0-9]{1,3})\.(Name|Celsius|Status)", re.ASCII)
_NUMBER: Final = re.compile(r"-?[0-9]{1,4}(?:\.[0-9]{1,6})?", re.ASCII)
_RUNNING: Final = re.compile(r"running(?:\[(.*)\])?", re.IGNORECASE)

type RegulatorKind = Literal["heater", "fan"]


class RegulatorStatus(StrEnum):
    """How a heater or fan is."""

    RUNNING = "running"
    STOPPED = "stopped"
    FAILURE = "failure"


@dataclass(frozen=True, slots=True)
class Thermometer:
    """A temperature sensor, counted from 0; the name may be empty. The temperature is None where there is no number."""

    number: int
    name: str
    celsius: float | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class Regulator:
    """A heater or fan, counted from 0. Intensity: the camera's word for how hard it runs, such as `85%`, or empty."""

    kind: RegulatorKind
    number: int
    status: RegulatorStatus | None = field(default=None, compare=False)
    intensity: str = field(default="", compare=False)


@dataclass(frozen=True, slots=True)
class Temperatures:
    """All that one answer says."""

    thermometers: tuple[Thermometer, ...] = ()
    regulators: tuple[Regulator, ...] = ()


def has_temperatures(parameters: Mapping[str, str]) -> bool:
    """Return whether a camera's properties say that it has this API (CONFIRMED, VX-TEMP-1)."""
    return parameters.get("Properties.TemperatureSensor.TemperatureControl") == "yes"


class TemperatureControl(CameraApi):
    """The temperature sensors, heaters and fans of one camera."""

    def __init__(self, http: CameraHttp, max_age: float) -> None:
        super().__init__(http)
        self._shared = SharedAnswer(self.read, max_age)

    async def read(self) -> Temperatures:
        """Ask how everything is (operator)."""
        return _read(await self._http.text("axis-cgi/temperaturecontrol.cgi", {"action": "statusall"}))

    async def shared(self) -> Temperatures:
        """Return how everything is: one request for all who ask at about the same time."""
        return await self._shared.get()


def _read(text: str) -> Temperatures:
    """Read lines such as `Sensor.S0.Celsius=43.50`, as those of parameters (CONFIRMED, VX-TEMP-2)."""
    found: dict[str, dict[int, dict[str, str]]] = {"S": {}, "H": {}, "F": {}}
    for name, value in parse_parameters(text).items():
        if match := _LINE.fullmatch(name):
            each = found[match[1][-1]]
            if int(match[2]) in each or len(each) < _MAX:
                each.setdefault(int(match[2]), {})[match[3]] = value.strip()
    regulators: tuple[tuple[RegulatorKind, str], ...] = (("heater", "H"), ("fan", "F"))
    return Temperatures(
        tuple(
            Thermometer(number, clean_text(values.get("Name", "")), _celsius(values.get("Celsius", "")))
            for number, values in sorted(found["S"].items())
        ),
        tuple(
            _regulator(kind, number, values.get("Status", ""))
            for kind, letter in regulators
            for number, values in sorted(found[letter].items())
        ),
    )


def _celsius(text: str) -> float | None:
    return float(text) if _NUMBER.fullmatch(text) else None


def _regulator(kind: RegulatorKind, number: int, status: str) -> Regulator:
    if match := _RUNNING.fullmatch(status):
        return Regulator(kind, number, RegulatorStatus.RUNNING, clean_text(match[1] or "", _MAX_INTENSITY))
    if status.lower() == "stopped":
        return Regulator(kind, number, RegulatorStatus.STOPPED)
    # "Heater Failure", "Fan Failure" (CONFIRMED, VX-TEMP-3).
    return Regulator(kind, number, RegulatorStatus.FAILURE if status.lower().endswith("failure") else None)
