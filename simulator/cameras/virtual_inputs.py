"""A camera's virtual inputs: `virtualinput/activate.cgi` and `deactivate.cgi` (VX-VIN)."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
import re
from typing import Final

from aiohttp import web

from simulator.events import Report, Tell
from simulator.timers import Timers
from simulator.world import Camera

from .device_apis import may
from .streams import html

_TOPIC: Final = "tns1:Device/tnsaxis:IO/VirtualInput"
_NAME_SPACE: Final = "http://www.axis.com/vapix/http_cgi/virtualinput1"
_VERSION: Final = "1.1"
#: Numbers CONFIRMED, what each means INFERRED (VX-VIN-3): general, invalid request, version not supported.
_INVALID, _UNKNOWN_VERSION = 20, 40
_NUMBER: Final = re.compile(r"\d{1,9}", re.ASCII)

type Answer = Callable[[web.Request, Camera], Awaitable[web.StreamResponse]]


class VirtualInputs:
    """Switches the virtual inputs of all cameras.

    tell: gets what they report.
    """

    def __init__(self, tell: Tell, timers: Timers) -> None:
        self._tell = tell
        self._timers = timers
        self._ends: dict[tuple[str, int], asyncio.TimerHandle] = {}

    def answers(self) -> Mapping[str, Answer]:
        """Give the calls by their path below `virtualinput`."""
        return {"activate.cgi": self._activate, "deactivate.cgi": self._deactivate}

    async def _activate(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        return self._answer(request, camera, active=True)

    async def _deactivate(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        return self._answer(request, camera, active=False)

    def _answer(self, request: web.Request, camera: Camera, *, active: bool) -> web.Response:
        if not camera.virtual_inputs.count:
            return html(404, "Not Found")
        if not may(camera, "operator"):
            return html(401, "Unauthorized")
        query = request.query
        if query.get("schemaversion") != "1":
            return _failure(_UNKNOWN_VERSION, "Schema version not supported")
        number, seconds = query.get("port", ""), query.get("duration", "0")
        if not _NUMBER.fullmatch(number) or not 1 <= int(number) <= camera.virtual_inputs.count:
            return _failure(_INVALID, f"Invalid value for port: {number}")
        if not _NUMBER.fullmatch(seconds):
            return _failure(_INVALID, f"Invalid value for duration: {seconds}")
        # Before 2024-11 there was no `duration`; that it is ignored then is INFERRED (VX-VIN-4).
        lasts = int(seconds) if active and camera.virtual_inputs.takes_duration else 0
        changed = self._set(camera, int(number), active=active, lasts=lasts)
        return _success("Activate" if active else "Deactivate", changed=changed)

    def _set(self, camera: Camera, number: int, *, active: bool, lasts: int = 0) -> bool:
        """Set an input, for so many seconds if not 0; return whether that changes it."""
        if (end := self._ends.pop((camera.serial, number), None)) is not None:
            end.cancel()
        if lasts:
            self._ends[camera.serial, number] = self._timers.later(
                lasts, lambda: self._set(camera, number, active=False)
            )
        on = camera.virtual_inputs.active
        if (number in on) is active:
            return False
        on.symmetric_difference_update({number})
        self._tell(camera, Report(_TOPIC, {"active": "1" if active else "0"}, {"port": str(number)}))
        return True


def _success(what: str, *, changed: bool) -> web.Response:
    """Answer as in the vendor's sample: with a default name space, and white space around the word (VX-VIN-2)."""
    word = "true" if changed else "false"
    success = f"<{what}Success>\r\n<StateChanged>\r\n  {word}\r\n</StateChanged>\r\n</{what}Success>"
    return _xml(f"<Success>\r\n{success}\r\n</Success>")


def _failure(code: int, description: str) -> web.Response:
    error = f"<ErrorCode>{code}</ErrorCode>\r\n<ErrorDescription>{description}</ErrorDescription>"
    return _xml(f"<GeneralError>\r\n{error}\r\n</GeneralError>")


def _xml(inner: str) -> web.Response:
    text = (
        '<?xml version="1.0" encoding="UTF-8"?>\r\n'
        f'<VirtualInputResponse xmlns="{_NAME_SPACE}" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
        f'SchemaVersion="{_VERSION}">\r\n{inner}\r\n</VirtualInputResponse>\r\n'
    )
    return web.Response(text=text, content_type="text/xml")


def virtual_input_parameters(camera: Camera) -> dict[str, str]:
    """Return the parameter that says that there are virtual inputs (CONFIRMED, VX-VIN-1)."""
    return {"Properties.VirtualInput.VirtualInput": "yes"} if camera.virtual_inputs.count else {}
