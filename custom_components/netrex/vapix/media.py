"""Endless answers: live video in a container, and moving JPEG."""

import asyncio
from collections.abc import AsyncIterator
import re
from typing import Final

import aiohttp

from .errors import ProtocolError, UnreachableError

IDLE_TIMEOUT = 15.0
"""Seconds without a byte after which a live stream counts as cut off."""

#: With a boundary of RFC 2046 that needs no quotes. Browsers take what is behind a comma for another, later type.
_MOVING_JPEG: Final = re.compile(
    r"""multipart/x-mixed-replace\s*;\s*boundary=("?)([A-Za-z0-9'+_.-]{1,70})\1(?:\s*;[^,]*)?""", re.IGNORECASE
)
#: Bytes of the lines before a picture: boundary, type and length. The end of the picture before them may be among them.
_MAX_HEAD: Final = 2048
_PART_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*(?=\r\n|$)", re.IGNORECASE)
_MAX_PICTURE: Final = 20 << 20
_JPEG: Final = b"\xff\xd8\xff"

#: The first AXIS OS with `media.cgi` (CONFIRMED, VX-MEDIA-7).
_FIRST_WITH_MEDIA: Final = (9, 80)
_FIRMWARE: Final = re.compile(r"(\d{1,4})\.(\d{1,4})(?:\D.*)?", re.DOTALL)


def has_media(firmware: str) -> bool:
    """Return whether cameras with this firmware have live H.264 video over HTTP; True for a version of another form."""
    match = _FIRMWARE.fullmatch(firmware)
    return match is None or (int(match[1]), int(match[2])) >= _FIRST_WITH_MEDIA


class MediaStream:
    """An open live stream. Closing is the business of the context manager that gave it."""

    def __init__(self, response: aiohttp.ClientResponse, idle_timeout: float) -> None:
        self._response = response
        self._idle_timeout = idle_timeout

    @property
    def boundary(self) -> str | None:
        """What is between two pictures of moving JPEG; None where the answer is none, or could be read as another."""
        match = _MOVING_JPEG.fullmatch(self._response.headers.get("Content-Type", ""))
        return match[2] if match else None

    async def chunks(self) -> AsyncIterator[bytes]:
        """Give bytes as they come; ends when the camera ends the stream.

        What is not read stays with the camera: at most two times 64 KiB are held here.

        Raises:
            UnreachableError: cut off, or nothing came within the idle time-out.
        """
        content = self._response.content
        while True:
            try:
                async with asyncio.timeout(self._idle_timeout):
                    chunk = await content.readany()
            except (aiohttp.ClientError, OSError) as error:
                raise UnreachableError(f"The stream was cut off ({type(error).__name__})") from None
            if not chunk:
                return
            yield chunk

    async def pictures(self) -> AsyncIterator[bytes]:
        """Give the pictures of moving JPEG, each when it is whole.

        That each part has its length is CONFIRMED (VX-IMAGE-4).

        Raises:
            UnreachableError: as `chunks`.
            ProtocolError: something else comes, or a picture is too large.
        """
        buffer = bytearray()
        length: int | None = None
        async for chunk in self.chunks():
            buffer += chunk
            while True:
                if length is None:
                    length = _take_head(buffer)
                if length is None or len(buffer) < length:
                    break
                picture = bytes(buffer[:length])
                del buffer[:length]
                length = None
                if not picture.startswith(_JPEG):
                    raise ProtocolError("Something in it is not a JPEG picture")
                yield picture


def _take_head(buffer: bytearray) -> int | None:
    """Take the head of a part, after what is left of the one before, and return the part's length; None: it goes on."""
    while buffer.startswith(b"\r\n"):
        del buffer[:2]
    end = buffer.find(b"\r\n\r\n", 0, _MAX_HEAD)
    if end < 0:
        if len(buffer) >= _MAX_HEAD:
            raise ProtocolError("The moving JPEG has no parts")
        return None
    match = _PART_LENGTH.search(buffer, 0, end)
    if match is None or not 0 < (length := int(match[1])) <= _MAX_PICTURE:
        raise ProtocolError("A part of the moving JPEG has no usable length")
    del buffer[: end + 4]
    return length
