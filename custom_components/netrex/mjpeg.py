"""Passes a camera's moving JPEG on to a browser."""

from aiohttp import web

from .axis_camera import AxisCamera
from .vapix import VapixError, smallest_covering

#: Wide enough for a dashboard; moving JPEG costs ten times what video costs.
_WIDTH, _HEIGHT = 640, 360


async def pass_on_mjpeg(request: web.Request, camera: AxisCamera, number: int | None) -> web.StreamResponse:
    """Stream until the browser leaves or the camera ends it; nothing but the content type is taken from either side.

    Raises:
        VapixError: the camera did not begin. Where it stops in the middle, the answer just ends.
    """
    size = smallest_covering(camera.pictures.resolutions, _WIDTH, _HEIGHT) if camera.pictures else None
    async with camera.client.open_mjpeg(camera=number, resolution=size) as pictures:
        response = web.StreamResponse(headers={"Content-Type": pictures.content_type, "Cache-Control": "no-store"})
        await response.prepare(request)
        try:
            async for chunk in pictures.chunks():
                await response.write(chunk)
        except VapixError as err:
            camera.doubt(err)
        return response
