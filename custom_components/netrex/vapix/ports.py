"""What is wired to a camera: VX-PORT."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

from ..transport.values import clean_text, small_number, whole_number
from .answers import list_in
from .errors import BusyError, ForbiddenError, GoneError, RequestError
from .http import CameraHttp
from .shared_answer import SharedAnswer

#: Ports of one camera that are read; `setPorts` allows 256.
_MAX: Final = 256
_MANAGEMENT: Final = "axis-cgi/io/portmanagement.cgi"
_OPEN, _CLOSED = "open", "closed"
#: In actions of `port.cgi`; milliseconds may be between them. CONFIRMED (VX-PORT-2).
_ON, _OFF = "/", "\\"
#: Error code: a pulse of this output has not ended. CONFIRMED (VX-PORT-9).
_STILL_RUNNING: Final = 2200
#: Milliseconds that one step of a sequence can last. CONFIRMED (VX-PORT-9).
LONGEST_PULSE: Final = 65_535


@dataclass(frozen=True, slots=True)
class Port:
    """An input or output, numbered from 0 as in events; name and usage may be empty.

    Active is what differs from the normal state (INFERRED, VX-PORT-12).
    """

    number: int
    name: str
    usage: str
    is_input: bool
    active: bool
    normally_closed: bool = False


@dataclass(frozen=True, slots=True)
class Output:
    """An output that can be switched, numbered from 0 as in events; the name may be empty."""

    number: int
    name: str
    normally_closed: bool = False
    active: bool = field(default=False, compare=False)


class Ports:
    """The ports of one camera."""

    def __init__(self, http: CameraHttp) -> None:
        self._http = http
        self._outputs = SharedAnswer(self.outputs, max_age=0)

    async def list(self) -> tuple[Port, ...]:
        """Return all ports: with `portmanagement.cgi` (AXIS OS 9.70+), before that with parameters and `port.cgi`."""
        try:
            answer = await self._http.call(_MANAGEMENT, "getPorts")
        except GoneError, RequestError:
            return await self._from_parameters()
        # The list is missing where there are none (CONFIRMED, VX-PORT-6).
        return tuple(port for item in list_in(answer, "items", _MAX) if (port := _port(item)))

    async def outputs(self) -> tuple[Output, ...]:
        """Return the outputs, in the order of their numbers."""
        return tuple(
            Output(port.number, port.name, port.normally_closed, port.active)
            for port in sorted(await self.list(), key=lambda port: port.number)
            if not port.is_input
        )

    async def shared_outputs(self) -> tuple[Output, ...]:
        """Return the outputs as they are now: one question for all who ask at about the same time."""
        return await self._outputs.get()

    async def switch(self, output: Output, *, active: bool) -> None:
        """Switch an output: `setPorts`, for operators, else `port.cgi` (CONFIRMED, VX-PORT-7, VX-PORT-2)."""
        port = {"port": str(output.number), "state": _state(output, active=active)}
        self._outputs.forget()
        try:
            await self._http.command(_MANAGEMENT, "setPorts", {"ports": [port]})
        except GoneError, ForbiddenError:
            # Older than AXIS OS 9.70; or a viewer, who may do the same this way.
            await self._act(output, _ON if active else _OFF)

    async def pulse(self, output: Output, milliseconds: int) -> None:
        """Turn an output on, and off again after so many milliseconds, which the camera does without us.

        With `setStateSequence`, else with `port.cgi`; the viewer level is enough. CONFIRMED (VX-PORT-9, VX-PORT-2).
        BusyError: the pulse before has not ended.
        """
        sequence = [
            {"state": _state(output, active=True), "time": milliseconds},
            {"state": _state(output, active=False), "time": 0},
        ]
        self._outputs.forget()
        try:
            await self._http.command(
                _MANAGEMENT, "setStateSequence", {"port": str(output.number), "sequence": sequence}
            )
        except GoneError:
            await self._act(output, f"{_ON}{milliseconds}{_OFF}")
        except RequestError as error:
            if error.code == _STILL_RUNNING:
                raise BusyError(str(error)) from None
            raise

    async def _act(self, output: Output, action: str) -> None:
        """Let `port.cgi` act: it answers nothing (CONFIRMED, VX-PORT-2), a text is a refusal (INFERRED, VX-PORT-3)."""
        query = {"action": f"{output.number + 1}:{action}"}
        refusal = (await self._http.text("axis-cgi/io/port.cgi", query, once=True)).strip()
        if refusal:
            words = "" if "<" in refusal else clean_text(refusal)
            raise RequestError("The camera does not switch this output", words=words)

    async def _from_parameters(self) -> tuple[Port, ...]:
        parameters = await self._http.parameters("Input,Output,IOPort")
        # A viewer does not see the group IOPort, but how many inputs there are (INFERRED, VX-PARAM-5).
        numbers = {small_number(name.split(".")[1][1:]) for name in parameters if name.startswith("IOPort.I")}
        numbers |= set(range(min(_MAX, small_number(parameters.get("Input.NbrOfInputs", "")) or 0)))
        ports = sorted(number for number in numbers if number is not None)[:_MAX]
        if not ports:
            raise GoneError("The camera has no ports")
        # This one counts from 1 (CONFIRMED, VX-PORT-1).
        query = {"checkactive": ",".join(str(number + 1) for number in ports)}
        lines = (await self._http.text("axis-cgi/io/port.cgi", query)).split()
        states = dict(line.split("=", 1) for line in lines if "=" in line)
        found = []
        for number in ports:
            group = f"IOPort.I{number}"
            direction = parameters.get(f"{group}.Direction", "input").lower()
            kind, active = ("Output", "Active") if direction == "output" else ("Input", "Trig")
            named = parameters.get(f"{group}.{kind}.Name", "")
            found.append(
                Port(
                    number=number,
                    name=clean_text(named),
                    usage=clean_text(parameters.get(f"{group}.Usage", "")),
                    is_input=direction != "output",
                    active=states.get(f"port{number + 1}", "").lower() == "active",
                    normally_closed=parameters.get(f"{group}.{kind}.{active}", "").lower() == _OPEN,
                )
            )
        return tuple(found)


def _port(item: Mapping[str, object]) -> Port | None:
    number = whole_number(item.get("port"))
    if number is None:
        return None
    texts = {name: clean_text(value) for name, value in item.items() if isinstance(value, str)}
    return Port(
        number=number,
        name=texts.get("name", ""),
        usage=texts.get("usage", ""),
        is_input=texts.get("direction") != "output",
        active=texts.get("state") != texts.get("normalState"),
        normally_closed=texts.get("normalState") == _CLOSED,
    )


def _state(output: Output, *, active: bool) -> str:
    """Return the state of an output that is on, or off: on is what is not normal (INFERRED, VX-PORT-12)."""
    return _CLOSED if active is not output.normally_closed else _OPEN
