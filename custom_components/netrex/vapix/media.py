"""Endless answers: live video in a container, and moving JPEG."""

from collections.abc import AsyncIterator
import re
from typing import Final

import aiohttp

from ..transport.answers import read_chunks
from .errors import ProtocolError, UnreachableError
from .jpeg import jpeg_size

#: Seconds without a byte after which a live stream counts as cut off.
IDLE_TIMEOUT = 15.0

#: With a boundary of RFC 2046 that needs no quotes. Browsers take what is behind a comma for another, later type.
_MOVING_JPEG: Final = re.compile(
    r"""multipart/x-mixed-replace\s*;\s*boundary=("?)([A-Za-z0-9'+_.-]{1,70})\1(?:\s*;[^,]*)?""", re.IGNORECASE
)
#: Bytes of the lines before a picture: boundary, type and length. The end of the picture before them may be among them.
_MAX_HEAD: Final = 2048
_PART_LENGTH: Final = re.compile(rb"\r\ncontent-length:[ \t]*(\d{1,9})[ \t]*(?=\r\n|$)", re.IGNORECASE)
_MAX_PICTURE: Final = 20 << 20
_JPEG: Final = b"\xff\xd8\xff"
#: Pictures in a row that are cut short, as those of a camera under load may be now and then.
_MOST_BROKEN: Final = 10

#: The first AXIS OS with `media.cgi` (CONFIRMED, VX-MEDIA-7).
_FIRST_WITH_MEDIA: Final = (9, 80)
_FIRMWARE: Final = re.compile(r"(\d{1,4})\.(\d{1,4})(?:\D.*)?", re.DOTALL)


def has_media(firmware: str) -> bool:
    """Return whether cameras with this firmware have live H.264 video over HTTP; True for a version of another form."""
    match = _FIRMWARE.fullmatch(firmware)
    return match is None or (int(match[1]), int(match[2])) >= _FIRST_WITH_MEDIA


class MediaStream:
    """An open live stream; the context manager that gave it closes it."""

    def __init__(self, response: aiohttp.ClientResponse, idle_timeout: float) -> None:
        self._response = response
        self._idle_timeout = idle_timeout

    @property
    def boundary(self) -> str | None:
        """What separates the pictures of moving JPEG; None where this is none, or could be read as another type."""
        match = _MOVING_JPEG.fullmatch(self._response.headers.get("Content-Type", ""))
        return match[2] if match else None

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield bytes as they come, until the camera ends the stream; raise UnreachableError where it is cut off."""
        return read_chunks(
            self._response.content,
            self._idle_timeout,
            lambda kind: UnreachableError(f"The stream was cut off ({kind})"),
        )

    async def pictures(self) -> AsyncIterator[bytes]:
        """Yield the pictures of moving JPEG, each when it is whole. Parts have their length (CONFIRMED, VX-IMAGE-4).

        A picture that is cut short within its part is left out: the next one comes in a moment.
        """
        buffer = bytearray()
        length: int | None = None
        broken = 0
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
                if jpeg_size(picture) is not None:
                    broken = 0
                    yield picture
                    continue
                broken += 1
                if broken > _MOST_BROKEN:
                    raise ProtocolError("Its pictures are cut short")


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
