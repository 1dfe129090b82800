"""How a camera is restarted: `restart.cgi`, `firmwaremanagement.cgi` (VX-RESTART)."""

from collections.abc import Callable
from typing import Final

from aiohttp import web

from simulator.timers import Timers
from simulator.world import Camera

from .device_apis import Api, ApiError, ErrorCodes, Json, Parameters, may
from .streams import html

#: Seconds after its answer that a camera goes down: some, as is CONFIRMED (VX-RESTART-2); how many is not said.
_AFTER: Final = 0.05
_BUSY: Final = 423

type Reboot = Callable[[Camera], None]
"""Lets a camera's connections end and its states begin anew."""


class Restart:
    """Restarts cameras; each is gone for `Camera.restart_takes` seconds."""

    def __init__(self, reboot: Reboot, timers: Timers) -> None:
        self._reboot = reboot
        self._timers = timers

    def api(self) -> Api:
        """Return the JSON call (AXIS OS 7.40+)."""
        return Api(
            identifier="fwmgr",
            name="Firmware Management",
            path="firmwaremanagement.cgi",
            version="1.4",
            methods={"reboot": self._reboot_method, "status": _status},
            # Numbers CONFIRMED (VX-RESTART-3), but for that of a level that is too low (VX-RESTART-4).
            codes=ErrorCodes(bad_json=400, bad_parameter=400, only_post=405, version=417, method=405, forbidden=2105),
            has=lambda camera: camera.firmware_management,
            level="administrator",
        )

    async def cgi(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        """Answer `restart.cgi`: a page (CONFIRMED, VX-RESTART-1)."""
        del request
        if not may(camera, "administrator"):
            return html(401, "Unauthorized")
        self._begin(camera)
        return html(200, "Restarting")

    def _reboot_method(self, camera: Camera, params: Parameters) -> Json:
        del params
        if camera.upgrading:
            raise ApiError(_BUSY, "Firmware management is busy")
        self._begin(camera)
        return {}

    def _begin(self, camera: Camera) -> None:
        self._timers.later(_AFTER, self._go_down, camera)

    def _go_down(self, camera: Camera) -> None:
        self._reboot(camera)
        if camera.restart_takes:
            camera.online = False
            self._timers.later(camera.restart_takes, self._come_back, camera)

    def _come_back(self, camera: Camera) -> None:
        camera.online = True


def _status(camera: Camera, params: Parameters) -> Json:
    del params
    return {"activeFirmwareVersion": camera.firmware, "isCommitted": True}
