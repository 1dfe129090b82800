"""Streams a recording's file to a player: whole or in part, with flat memory, for as long as the player is there."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
import logging
from typing import Final

from aiohttp import web
from homeassistant.exceptions import HomeAssistantError

from ..cloud import CloudError, LinkExpiredError, ProtocolError
from ..cloud.download import Download
from ..tasks.timing import Timing
from .errors import AccountUnloadedError, TooManyPlayersError
from .jobs import OpenLink, PreparedRecording, RecordingJobs, WantedRecording
from .resumed_download import resume_read

_LOGGER = logging.getLogger(__name__)

#: Players of one account at the same time; each seek opens one more before the former ends.
MAX_PLAYERS: Final = 24
#: Seconds that a player waits for a recording that is not prepared any more, as its link is older than the job.
PLAYER_WAIT: Final = 60.0
#: Seconds in which a player has to take something. A paused one takes nothing for long, and asks again later.
_WRITE_TIMEOUT: Final = 60.0
PLAYER_HEADERS: Final = {
    "Content-Type": "video/mp4",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
_FROM_SERVER: Final = ("ETag", "Last-Modified")


class RecordingPlayback:
    """The recordings of one account that are being played."""

    def __init__(self, jobs: RecordingJobs, open_link: OpenLink, timing: Timing) -> None:
        self._jobs = jobs
        self._open_link = open_link
        self._timing = timing
        self._active_timeouts: set[asyncio.Timeout] = set()

    @property
    def players(self) -> int:
        """How many players take something now."""
        return len(self._active_timeouts)

    def end(self) -> None:
        """Stop every player's recording: its account is unloaded."""
        now = asyncio.get_running_loop().time()
        for timeout in self._active_timeouts:
            timeout.reschedule(now)

    async def serve(
        self, request: web.Request, wanted: WantedRecording, check: Callable[[], object]
    ) -> web.StreamResponse:
        """Answer a player's GET or HEAD.

        check: raises what refuses a player that must not get the recording by now.

        Raises:
            CloudError, RecordingError: nothing could be sent; once something was, a failure breaks the connection off.
        """
        if len(self._active_timeouts) >= MAX_PLAYERS:
            raise TooManyPlayersError("too many players")
        # A timeout that does not run is the handle by which `end` stops it.
        try:
            async with asyncio.timeout(None) as timeout:
                self._active_timeouts.add(timeout)
                try:
                    return await self._serve(request, wanted, check)
                finally:
                    self._active_timeouts.discard(timeout)
        except TimeoutError:
            raise AccountUnloadedError("the account was unloaded") from None

    async def _serve(
        self, request: web.Request, wanted: WantedRecording, check: Callable[[], object]
    ) -> web.StreamResponse:
        prepared = await self._jobs.get(wanted, PLAYER_WAIT)
        try:
            return await self._open_and_answer(request, prepared, check)
        except LinkExpiredError:
            self._jobs.forget(wanted, prepared)
            return await self._open_and_answer(request, await self._jobs.get(wanted, PLAYER_WAIT), check)

    async def _open_and_answer(
        self, request: web.Request, prepared: PreparedRecording, check: Callable[[], object]
    ) -> web.StreamResponse:
        # Of a player's headers, the server gets where to begin, and which file was meant; nothing else.
        names = ("Range", "If-Range") if _wanted_part(request) else ()
        asked = {name: request.headers[name] for name in names if name in request.headers}
        async with self._open_link(prepared.link, asked) as download:
            check()
            return await self._answer(request, download, prepared)

    async def _answer(
        self, request: web.Request, download: Download, prepared: PreparedRecording
    ) -> web.StreamResponse:
        headers = PLAYER_HEADERS | {name: download.headers[name] for name in _FROM_SERVER if name in download.headers}
        size = prepared.size if download.size is None else download.size
        known_size = "*" if size is None else size
        try:
            part, status = _part(request, download, size)
        except ValueError:
            headers["Content-Range"] = f"bytes */{known_size}"
            return web.Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
        response = web.StreamResponse(status=status, headers=headers)
        if part is not None:
            # Also where the server knows no ranges: without them, phones play nothing and nobody can seek.
            response.headers["Accept-Ranges"] = "bytes"
            response.content_length = len(part)
        if part is not None and status == HTTPStatus.PARTIAL_CONTENT:
            response.headers["Content-Range"] = f"bytes {part.start}-{part.stop - 1}/{known_size}"
        await response.prepare(request)
        if request.method != "HEAD":
            await self._copy(request, response, download, prepared, part)
        return response

    async def _copy(
        self,
        request: web.Request,
        response: web.StreamResponse,
        download: Download,
        prepared: PreparedRecording,
        part: range | None,
    ) -> None:
        def open_at(position: int) -> AbstractAsyncContextManager[Download]:
            last = "" if part is None else part.stop - 1
            return self._open_link(prepared.link, {"Range": f"bytes={position}-{last}"})

        begins_at = download.begins_at or 0
        chunks = resume_read(download, open_at, begins_at, part.stop if part else None, self._timing)
        try:
            async for chunk in _within(chunks, begins_at, part):
                async with asyncio.timeout(_WRITE_TIMEOUT):
                    await response.write(chunk)
        except ConnectionResetError:
            _LOGGER.debug("A player left")
        except (CloudError, HomeAssistantError, TimeoutError) as err:
            # The head has promised more than there is: only a broken connection shows that to the player.
            _LOGGER.debug("A recording broke off: %s", err or "the player takes nothing")
            if request.transport is not None:
                request.transport.abort()
        finally:
            await chunks.aclose()


async def _within(chunks: AsyncIterator[bytes], position: int, part: range | None) -> AsyncGenerator[bytes]:
    """Yield what lies in the part of the file, where a server sends more."""
    async for chunk in chunks:
        begins_at, position = position, position + len(chunk)
        if part is None or (begins_at >= part.start and position <= part.stop):
            yield chunk
        elif position > part.start:
            yield chunk[max(0, part.start - begins_at) : part.stop - begins_at]
        if part is not None and position >= part.stop:
            return


def _wanted_part(request: web.Request) -> slice | None:
    """Return the part that a player asks for; None: all, also where it asks for several (RFC 9110, 14.2)."""
    try:
        return request.http_range if "Range" in request.headers else None
    except ValueError:
        return None


def _part(request: web.Request, download: Download, size: int | None) -> tuple[range | None, HTTPStatus]:
    """Return which part of the file the player gets, and the status that says so; None: all, of unknown length.

    Raises:
        ValueError: what it asked for lies outside the file.
        CloudError: the server does not say what it sends.
    """
    if download.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        raise ValueError("the server has no such part")
    if download.status == HTTPStatus.PARTIAL_CONTENT:
        if download.begins_at is None or download.length is None:
            raise ProtocolError("the server of a recording does not say which part it sends")
        return range(download.begins_at, download.begins_at + download.length), HTTPStatus.PARTIAL_CONTENT
    if size is None:
        return None, HTTPStatus.OK
    # A server that sends all of it knows no ranges, unless the file is not the one that the player means any more.
    is_meant = request.headers.get("If-Range") in {None, *(download.headers.get(name) for name in _FROM_SERVER)}
    wanted = _wanted_part(request)
    if wanted is None or not is_meant:
        return range(size), HTTPStatus.OK
    part = range(size)[wanted]
    if not part:
        raise ValueError("the part lies outside the file")
    return part, HTTPStatus.PARTIAL_CONTENT
