"""What is wired to a camera: V/io-port-management, V/input-and-outputs (vapix.md 8)."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from .errors import GoneError, ProtocolError, RequestError
from .http import CameraHttp
from .parameters import parse_parameters
from .text import clean_text, small_number

#: Ports of one camera that are read; `setPorts` allows 256.
_MAX: Final = 256


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output.

    Attributes:
        number: counted from 0, as events count.
        name: as the user named it; may be empty.
        usage: what the camera says it is for, such as `Button` or `Door`; may be empty.
        is_input: else it is an output.
        active: whether its state differs from the normal one (INFERRED: that is what "active" means).
    """

    number: int
    name: str
    usage: str
    is_input: bool
    active: bool


class Ports:
    """The ports of one camera."""

    def __init__(self, http: CameraHttp) -> None:
        self._http = http

    async def list(self) -> tuple[Port, ...]:
        """Return all ports: with `portmanagement.cgi` (AXIS OS 9.70+), before that with parameters and `port.cgi`.

        Raises:
            GoneError: it has none.
            VapixError: the other kinds.
        """
        try:
            answer = await self._http.call("axis-cgi/io/portmanagement.cgi", "getPorts")
        except GoneError, RequestError:
            return await self._from_parameters()
        items = answer.get("items", [])  # missing where there are none (CONFIRMED)
        if not isinstance(items, list):
            raise ProtocolError("The answer has no list of ports")
        return tuple(port for item in items[:_MAX] if isinstance(item, Mapping) and (port := _port(item)))

    async def _from_parameters(self) -> tuple[Port, ...]:
        text = await self._http.text("axis-cgi/param.cgi", {"action": "list", "group": "Input,Output,IOPort"})
        parameters = parse_parameters(text)
        # A viewer does not see the group IOPort, but how many inputs there are (INFERRED).
        numbers = {small_number(name.split(".")[1][1:]) for name in parameters if name.startswith("IOPort.I")}
        numbers |= set(range(min(_MAX, small_number(parameters.get("Input.NbrOfInputs", "")) or 0)))
        ports = sorted(number for number in numbers if number is not None)[:_MAX]
        if not ports:
            raise GoneError("The camera has no ports")
        # This one counts from 1 (CONFIRMED).
        query = {"checkactive": ",".join(str(number + 1) for number in ports)}
        lines = (await self._http.text("axis-cgi/io/port.cgi", query)).split()
        states = dict(line.split("=", 1) for line in lines if "=" in line)
        found = []
        for number in ports:
            group = f"IOPort.I{number}"
            direction = parameters.get(f"{group}.Direction", "input").lower()
            named = parameters.get(f"{group}.{'Output' if direction == 'output' else 'Input'}.Name", "")
            found.append(
                Port(
                    number=number,
                    name=clean_text(named),
                    usage=clean_text(parameters.get(f"{group}.Usage", "")),
                    is_input=direction != "output",
                    active=states.get(f"port{number + 1}", "").lower() == "active",
                )
            )
        return tuple(found)


def _port(item: Mapping[str, object]) -> Port | None:
    number = small_number(str(item.get("port")))
    if number is None:
        return None
    texts = {name: clean_text(value) for name, value in item.items() if isinstance(value, str)}
    return Port(
        number=number,
        name=texts.get("name", ""),
        usage=texts.get("usage", ""),
        is_input=texts.get("direction") != "output",
        active=texts.get("state") != texts.get("normalState"),
    )
