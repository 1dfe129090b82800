"""Passes a camera's moving JPEG on to browsers: bounded in number and patience, and ended with its account."""

import asyncio
from contextlib import suppress
import secrets
from typing import Final

from aiohttp import web

from ..vapix import BusyError, MediaStream, VapixError, smallest_covering
from .axis_camera import AxisCamera

#: Pixels. Wide enough for a dashboard; moving JPEG costs ten times what video costs.
_WIDTH, _HEIGHT = 640, 360
_MAX_VIEWERS: Final = 8
#: Seconds in which a browser has to take something.
_WRITE_TIMEOUT: Final = 10.0
#: The pictures come from a device: whatever it sends, a browser shall show a picture or nothing.
_HEADERS: Final = {
    "Cache-Control": "no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'; img-src 'self'",
    "X-Content-Type-Options": "nosniff",
}


class MjpegProxy:
    """The moving pictures of one channel."""

    def __init__(self) -> None:
        self._lives: set[asyncio.Timeout] = set()

    async def stream(self, request: web.Request, camera: AxisCamera, number: int | None) -> web.StreamResponse:
        """Stream until the browser leaves, takes nothing any more, or the camera or the account ends it.

        Raises:
            VapixError: the camera did not begin, or too many watch. What breaks off later just ends.
        """
        if len(self._lives) >= _MAX_VIEWERS:
            raise BusyError("too many watch")
        size = smallest_covering(camera.pictures.resolutions, _WIDTH, _HEIGHT) if camera.pictures else None
        async with camera.client.open_mjpeg(camera=number, resolution=size) as pictures:
            # What is between the pictures is our own: a camera could have anything begin there.
            boundary = secrets.token_hex(16)
            kind = f"multipart/x-mixed-replace; boundary={boundary}"
            response = web.StreamResponse(headers={"Content-Type": kind, **_HEADERS})
            await response.prepare(request)
            # A time-out that does not run is the handle by which `end` stops it.
            with suppress(TimeoutError):
                async with asyncio.timeout(None) as life:
                    self._lives.add(life)
                    try:
                        await _copy(pictures, response, boundary)
                    except VapixError as err:
                        camera.report_failure(err)
                    finally:
                        self._lives.discard(life)
            return response

    def end(self) -> None:
        """Let every viewer's picture stop."""
        now = asyncio.get_running_loop().time()
        for life in self._lives:
            life.reschedule(now)


async def _copy(pictures: MediaStream, response: web.StreamResponse, boundary: str) -> None:
    async for picture in pictures.pictures():
        head = f"--{boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(picture)}\r\n\r\n"
        async with asyncio.timeout(_WRITE_TIMEOUT):
            await response.write(b"%b%b\r\n" % (head.encode(), picture))
