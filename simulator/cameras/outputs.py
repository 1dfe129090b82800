"""What a camera's outputs do over time, and what it reports of it (VX-PORT, VX-TOPIC)."""

import asyncio
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from simulator.equipment import Port
from simulator.events import Report, Tell
from simulator.timers import Timers
from simulator.world import Camera

_PORT: Final = "tns1:Device/tnsaxis:IO/OutputPort"
_RELAY: Final = "tns1:Device/Trigger/Relay"


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a sequence. milliseconds: that the state lasts before the next step."""

    state: str
    milliseconds: int


class Outputs:
    """Switches the outputs of all cameras.

    tell: gets what they report.
    """

    def __init__(self, tell: Tell, timers: Timers) -> None:
        self._tell = tell
        self._timers = timers
        self._running: dict[tuple[str, int], asyncio.TimerHandle] = {}

    def is_running(self, camera: Camera, number: int) -> bool:
        """Tell whether a sequence of an output has not come to its end."""
        return (camera.serial, number) in self._running

    def switch(self, camera: Camera, number: int, state: str) -> None:
        """Set the state of an output; it is reported when it changes."""
        port = camera.ports[number]
        if port.state != state:
            port.state = state
            for report in _reports(camera, number, port):
                self._tell(camera, report)

    def run(self, camera: Camera, number: int, steps: Sequence[Step]) -> None:
        """Set the first state now and the others in their time. A sequence that runs already is left where it is."""
        key = (camera.serial, number)
        if (running := self._running.pop(key, None)) is not None:
            running.cancel()
        if not steps or number >= len(camera.ports):
            return
        self.switch(camera, number, steps[0].state)
        if steps[0].milliseconds or steps[1:]:
            self._running[key] = self._timers.later(steps[0].milliseconds / 1000, self.run, camera, number, steps[1:])


def active_state(port: Port) -> str:
    """Return the state that is not the normal one: that this is "active" is INFERRED (VX-PORT-12)."""
    return "closed" if port.normal_state == "open" else "open"


def output_reports(camera: Camera) -> Iterator[Report]:
    """Give what a camera reports of its outputs as they are now."""
    for number, port in enumerate(camera.ports):
        if port.direction == "output":
            yield from _reports(camera, number, port)


def _reports(camera: Camera, number: int, port: Port) -> Iterator[Report]:
    """Return one output's reports: both say whether it is active, and count as the ports do (INFERRED, VX-TOPIC-5)."""
    active = port.state == active_state(port)
    if camera.output_events in {"both", "ports"}:
        words = ("high", "low") if camera.output_levels else ("1", "0")
        yield Report(_PORT, {"state": words[not active]}, {"port": str(number)})
    if camera.output_events in {"both", "relays"}:
        yield Report(_RELAY, {"LogicalState": "active" if active else "inactive"}, {"RelayToken": str(number)})
