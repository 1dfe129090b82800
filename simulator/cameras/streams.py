"""The answers that carry pictures: media.cgi, jpg/image.cgi and mjpg/video.cgi (VX-MEDIA, VX-IMAGE)."""

import asyncio
from collections.abc import Awaitable, Callable
import time
from typing import Protocol

from aiohttp import web

from simulator.world import Camera

from .encoding import AacWanted, H264Wanted, JpegWanted, Track, Wanted
from .matroska import MatroskaWriter
from .mp4 import Mp4Writer
from .query import BadQuery, MediaQuery, MotionJpegQuery, PictureQuery
from .studio import StreamEnded, Studio, Viewer

BOUNDARY = "myboundary"
"""The one in Axis' audio example; the one of video.cgi is not documented."""
_GONE_CHECK = 0.1
"""Seconds between two looks whether the client of a hanging answer has left."""
_WITHOUT_ROTATION = "1.000000,0.000000,0.000000;0.000000,1.000000,0.000000;0.000000,0.000000,1.000000"


class StreamFault(Protocol):
    """What may go wrong within a body; part of a `simulator.faults.Fault`."""

    @property
    def cut_after(self) -> int | None:
        """Bytes after which the body ends, None for never."""
        ...

    @property
    def hang(self) -> bool:
        """Whether it then stands still instead of closing."""
        ...


def html(status: int, reason: str) -> web.Response:
    """Return an error as these calls give it: a page in HTML (CONFIRMED, VX-MEDIA-3; INFERRED, VX-IMAGE-2)."""
    return web.Response(
        status=status,
        text=f"<HTML><HEAD><TITLE>{status} {reason}</TITLE></HEAD>\n<BODY><H1>{status} {reason}</H1></BODY></HTML>\n",
        content_type="text/html",
    )


async def image(request: web.Request, camera: Camera, studio: Studio) -> web.StreamResponse:
    """Answer `jpg/image.cgi`. The status for a bad value, 400, is INFERRED (VX-IMAGE-2)."""
    try:
        query = PictureQuery.of(request.rel_url, camera)
    except BadQuery:
        return html(400, "Bad Request")
    return web.Response(
        body=await studio.jpeg(query.view, query.compression, query.rotation),
        content_type="image/jpeg",
        headers={"Cache-Control": "no-cache"},
    )


async def media(request: web.Request, camera: Camera, studio: Studio, *, names_codecs: bool) -> web.StreamResponse:
    """Answer `media.cgi`: Matroska or MP4 with H.264 and AAC, endless.

    H.265 and Opus answer 400 here: which products can do what is not documented, and this one can't. Rotation and the
    parameters of the encoder are taken, as a camera takes them, but don't change the picture.

    Args:
        request: the request.
        camera: who is asked.
        studio: where the pictures are made.
        names_codecs: whether the content type has `codecs=` (documented), or not (OS 10.4.0, MSL issue 706).
    """
    if not camera.media_cgi:
        return html(404, "Not Found")
    try:
        query = MediaQuery.of(request.rel_url, camera)
    except BadQuery:
        return html(400, "Bad Request")
    wanted: list[Wanted] = []
    if query.video:
        wanted.append(H264Wanted(query.picture.view, query.fps, query.picture.compression))
    if query.audio:
        wanted.append(AacWanted(camera.serial, query.sample_rate, query.sound_channels))

    async def send(viewer: Viewer, body: _Body) -> None:
        writer = MatroskaWriter(viewer.tracks) if query.container == "matroska" else Mp4Writer(viewer.tracks)
        body.headers["Content-Type"] = _media_type(query, viewer.tracks if names_codecs else ())
        if query.video:
            body.headers["Video-Sensor-Transform"] = body.headers["Video-Metadata-Transform"] = _WITHOUT_ROTATION
        # The header leaves with the first sample: a player that has it wants to see something.
        pending = writer.header()
        while True:
            await body.write(pending + writer.sample(await viewer.next()))
            pending = b""

    return await _stream(request, camera, studio, wanted, send)


def _media_type(query: MediaQuery, named: tuple[Track, ...]) -> str:
    kind = "video" if query.video else "audio"
    container = "x-matroska" if query.container == "matroska" else "mp4"
    codecs = ",".join(track.codec_string for track in named)
    return f'{kind}/{container}; codecs="{codecs}"' if codecs else f"{kind}/{container}"


async def motion_jpeg(request: web.Request, camera: Camera, studio: Studio) -> web.StreamResponse:
    """Answer `mjpg/video.cgi`: JPEG after JPEG, endless unless `duration` or `nbrofframes` says otherwise."""
    try:
        query = MotionJpegQuery.of(request.rel_url, camera)
    except BadQuery:
        return html(400, "Bad Request")
    wanted = JpegWanted(query.picture.view, query.fps, query.picture.compression)

    async def send(viewer: Viewer, body: _Body) -> None:
        body.headers["Content-Type"] = f"multipart/x-mixed-replace; boundary={BOUNDARY}"
        end = time.monotonic() + query.seconds if query.seconds else float("inf")
        count = 0
        while time.monotonic() < end and (not query.pictures or count < query.pictures):
            data = (await viewer.next()).data
            head = f"--{BOUNDARY}\r\nContent-Type: image/jpeg\r\nContent-Length: {len(data)}\r\n\r\n"
            await body.write(head.encode() + data + b"\r\n")
            count += 1
        await body.write(f"--{BOUNDARY}--\r\n".encode())

    return await _stream(request, camera, studio, [wanted], send)


async def _stream(
    request: web.Request,
    camera: Camera,
    studio: Studio,
    wanted: list[Wanted],
    send: Callable[[Viewer, _Body], Awaitable[None]],
) -> web.StreamResponse:
    """Let a client watch until it leaves or the stream ends, neither of which is an error here."""
    body = _Body(request, camera)
    try:
        async with studio.watch(camera.serial, wanted, body.abort) as viewer:
            await send(viewer, body)
    except ConnectionResetError, StreamEnded:
        body.hang_up()
    return body.response


class _Body:
    """The body of one stream, with the fault the request may have been chosen for."""

    def __init__(self, request: web.Request, camera: Camera) -> None:
        self.response = web.StreamResponse(headers={"Cache-Control": "no-cache"})
        self.headers = self.response.headers
        self._request = request
        self._camera = camera
        fault: StreamFault | None = request.get("fault")
        self._hangs = fault is not None and fault.hang
        self._left = fault.cut_after if fault is not None else None
        if self._hangs and self._left is None:
            self._left = 0

    async def write(self, data: bytes) -> None:
        """Send some bytes, waiting while the client's buffer is full.

        Raises:
            StreamEnded: the camera went off, or the fault's moment has come.
            ConnectionResetError: the client has left.
        """
        if not self.response.prepared and (self._left != 0 or self._hangs):
            self.response.enable_chunked_encoding()
            await self.response.prepare(self._request)
        if self._left is not None:
            data = data[: self._left]
            self._left -= len(data)
        if data:
            await self.response.write(data)
        if self._left == 0 and self._hangs:
            await self._until_gone()
        if self._left == 0 or not self._camera.online:
            raise StreamEnded

    def hang_up(self) -> None:
        """Close the connection in the middle of the body: the client sees that the end is missing."""
        if self._request.transport is not None:
            self._request.transport.close()

    def abort(self) -> None:
        """Close the connection at once: what the client doesn't read would never be flushed."""
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _until_gone(self) -> None:
        while self._request.transport is not None and not self._request.transport.is_closing():  # noqa: ASYNC110 (aiohttp has no event for it)
            await asyncio.sleep(_GONE_CHECK)
