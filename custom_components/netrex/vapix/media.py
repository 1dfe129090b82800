"""Endless answers: live video in a container, and moving JPEG."""

import asyncio
from collections.abc import AsyncIterator

import aiohttp

from .errors import UnreachableError

IDLE_TIMEOUT = 15.0
"""Seconds without a byte after which a live stream counts as cut off."""


class MediaStream:
    """An open live stream. Closing is the business of the context manager that gave it."""

    def __init__(self, response: aiohttp.ClientResponse, idle_timeout: float) -> None:
        self._response = response
        self._idle_timeout = idle_timeout

    @property
    def content_type(self) -> str:
        """The header as the camera sent it, with `codecs=` or `boundary=`."""
        return self._response.headers.get("Content-Type", "")

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
