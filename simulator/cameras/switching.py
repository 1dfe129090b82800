"""What a camera switches: its outputs, its virtual inputs, itself."""

from collections.abc import Awaitable, Callable, Mapping
from functools import partial
import time

from aiohttp import web

from simulator.events import Report
from simulator.timers import Timers
from simulator.world import Camera

from . import ports
from .device_apis import Api
from .event_stream import EventStreams
from .outputs import Outputs
from .restart import Restart
from .virtual_inputs import VirtualInputs

type Answer = Callable[[web.Request, Camera], Awaitable[web.StreamResponse]]


class Switching:
    """The calls that switch, of all cameras.

    events: where they report; None: they report nothing. timers: for what takes time.
    """

    def __init__(self, events: EventStreams | None, timers: Timers) -> None:
        self._events = events
        self._outputs = Outputs(self._report, timers)
        self._virtual_inputs = VirtualInputs(self._report, timers)
        self._restart = Restart(self._reboot, timers)

    def apis(self) -> tuple[Api, ...]:
        """Give the JSON calls."""
        return ports.api(self._outputs), self._restart.api()

    def answers(self) -> Mapping[str, Answer]:
        """Give the other calls, by their path."""
        return {
            "io/port.cgi": partial(ports.port_cgi, self._outputs),
            "restart.cgi": self._restart.cgi,
            **{f"virtualinput/{path}": answer for path, answer in self._virtual_inputs.answers().items()},
        }

    def _report(self, camera: Camera, report: Report) -> None:
        if self._events is not None:
            self._events.report(camera, report)

    def _reboot(self, camera: Camera) -> None:
        if self._events is None:
            camera.restart(time.time())
        else:
            self._events.reboot(camera)
