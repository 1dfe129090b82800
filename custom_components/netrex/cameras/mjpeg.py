"""Streams a channel's motion JPEG to browsers, for the camera entity; limited to some viewers at a time."""

import asyncio
import secrets
from typing import Final

from aiohttp import web

from ..vapix import BusyError, UnreachableError, VapixError, smallest_covering
from .axis_camera import AxisCamera

#: Pixels. Enough for a dashboard; motion JPEG needs ten times the bandwidth of video.
_WIDTH, _HEIGHT = 640, 360
_MAX_VIEWERS: Final = 8
#: Seconds in which a browser has to accept an image.
_WRITE_TIMEOUT: Final = 10.0
#: A device could send HTML instead of an image; a browser must not run it.
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'",
    "X-Content-Type-Options": "nosniff",
}


class MjpegProxy:
    """The motion JPEG of one channel."""

    def __init__(self) -> None:
        #: One for each viewer, also while the camera is being asked.
        self._active_timeouts: set[asyncio.Timeout] = set()

    async def stream(self, request: web.Request, camera: AxisCamera, number: int | None) -> web.StreamResponse:
        """Stream until the camera ends the stream, the browser stalls, or `end` is called.

        A browser that disconnects cancels this, or its `ConnectionResetError` goes to Home Assistant's view.

        Raises:
            VapixError: the camera sent nothing, or there are too many viewers. After the response has begun, a failure
                is reported to the camera and ends the stream.
        """
        if len(self._active_timeouts) >= _MAX_VIEWERS:
            raise BusyError("too many viewers")
        # A boundary of our own, as the camera's could be part of its images.
        boundary = secrets.token_hex(16)
        kind = f"multipart/x-mixed-replace; boundary={boundary}"
        response = web.StreamResponse(headers={"Content-Type": kind, **_HEADERS})
        try:
            # No limit of its own: `end` reschedules it to now. Below, a browser that stalls raises one.
            async with asyncio.timeout(None) as active:
                self._active_timeouts.add(active)
                try:
                    await self._copy(camera, number, request, response, boundary)
                finally:
                    self._active_timeouts.discard(active)
        except TimeoutError:
            if not response.prepared:
                raise UnreachableError("The stream was ended before it began") from None
        return response

    async def _copy(
        self, camera: AxisCamera, number: int | None, request: web.Request, response: web.StreamResponse, boundary: str
    ) -> None:
        size = smallest_covering(camera.pictures.resolutions, _WIDTH, _HEIGHT) if camera.pictures else None
        async with camera.client.open_mjpeg(camera=number, resolution=size) as pictures:
            await response.prepare(request)
            try:
                async for picture in pictures.pictures():
                    head = f"--{boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
                    async with asyncio.timeout(_WRITE_TIMEOUT):
                        await response.write(b"%b%b\r\n" % (head.encode(), picture))
            except VapixError as err:
                camera.report_failure(err)

    def end(self) -> None:
        """End all streams."""
        now = asyncio.get_running_loop().time()
        for active in self._active_timeouts:
            if not active.expired():
                active.reschedule(now)
