"""Passes a recording's file on to a player: whole or in part, with flat memory, for as long as the player is there."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterator
from contextlib import AbstractAsyncContextManager
from http import HTTPStatus
import logging
import re
from typing import Final

from aiohttp import web
from homeassistant.exceptions import HomeAssistantError

from ..cloud import CloudError, ProtocolError
from ..cloud.download import Download, LinkExpiredError
from .byte_range import ByteRange, is_range, parse_range
from .errors import AccountUnloadedError, TooManyPlayersError
from .jobs import OpenLink, PreparedRecording, RecordingJobs, WantedRecording
from .resumed_download import resume_read

_LOGGER = logging.getLogger(__name__)

#: Players of one account at the same time; each seek opens anew before the former ends.
MAX_PLAYERS: Final = 24
#: Seconds that a player waits for a recording that is not prepared any more, as its link is older than the job.
PLAYER_WAIT: Final = 60.0
#: Seconds in which a player has to take something. One that is paused takes nothing for long: it asks anew then.
_WRITE_TIMEOUT: Final = 60.0
_VALIDATOR: Final = re.compile(r'(?:W/)?"[\x21\x23-\x7e]{0,200}"|[A-Za-z]{3}, [0-9A-Za-z: ]{10,40}')
PLAYER_HEADERS: Final = {
    "Content-Type": "video/mp4",
    "Cache-Control": "private, no-store",
    "Content-Security-Policy": "sandbox; default-src 'none'; media-src 'self'; style-src 'unsafe-inline'",
    "X-Content-Type-Options": "nosniff",
}
_FROM_SERVER: Final = ("ETag", "Last-Modified")


class RecordingPlayback:
    """What is played of one account now."""

    def __init__(self, jobs: RecordingJobs, open_link: OpenLink) -> None:
        """Play nothing yet."""
        self._jobs = jobs
        self._open_link = open_link
        self._lives: set[asyncio.Timeout] = set()

    @property
    def players(self) -> int:
        """How many players take something now."""
        return len(self._lives)

    def end(self) -> None:
        """Let every player's recording stop: its account is unloaded."""
        now = asyncio.get_running_loop().time()
        for life in self._lives:
            life.reschedule(now)

    async def pass_on(self, request: web.Request, wanted: WantedRecording) -> web.StreamResponse:
        """Answer a player's GET or HEAD.

        Raises:
            CloudError, RecordingError: nothing could be sent; once something was, a failure breaks the connection off.
        """
        if len(self._lives) >= MAX_PLAYERS:
            raise TooManyPlayersError("too many players")
        # A time-out that does not run is the handle by which `end` stops it.
        try:
            async with asyncio.timeout(None) as life:
                self._lives.add(life)
                try:
                    return await self._pass_on(request, wanted)
                finally:
                    self._lives.discard(life)
        except TimeoutError:
            raise AccountUnloadedError("the account was unloaded") from None

    async def _pass_on(self, request: web.Request, wanted: WantedRecording) -> web.StreamResponse:
        prepared = await self._jobs.get(wanted, PLAYER_WAIT)
        asked = _asked(request)
        for last_chance in (False, True):
            try:
                async with self._open_link(prepared.link, asked=asked) as download:
                    return await self._answer(request, download, prepared, asked)
            except LinkExpiredError:
                if last_chance:
                    raise
                self._jobs.forget(wanted, prepared)
                prepared = await self._jobs.get(wanted, PLAYER_WAIT)
        raise AssertionError("the loop ends by itself")  # pragma: no cover

    async def _answer(
        self, request: web.Request, download: Download, prepared: PreparedRecording, asked: dict[str, str]
    ) -> web.StreamResponse:
        headers = PLAYER_HEADERS | {name: download.headers[name] for name in _FROM_SERVER if name in download.headers}
        try:
            part, status = _part(download, prepared, asked)
        except ValueError:
            headers["Content-Range"] = f"bytes */{_size(download, prepared, '*')}"
            return web.Response(status=HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, headers=headers)
        response = web.StreamResponse(status=status, headers=headers)
        if part is not None:
            # Also where the server knows no ranges: without them, phones play nothing and nobody can seek.
            response.headers["Accept-Ranges"] = "bytes"
            response.content_length = part.ends_at - part.begins_at
        if part is not None and status == HTTPStatus.PARTIAL_CONTENT:
            response.headers["Content-Range"] = (
                f"bytes {part.begins_at}-{part.ends_at - 1}/{_size(download, prepared, '*')}"
            )
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
        part: ByteRange | None,
    ) -> None:
        def open_at(position: int) -> AbstractAsyncContextManager[Download]:
            last = "" if part is None else part.ends_at - 1
            return self._open_link(prepared.link, asked={"Range": f"bytes={position}-{last}"})

        begins_at = download.begins_at or 0
        pieces = resume_read(download, open_at, begins_at, part.ends_at if part else None)
        try:
            async for piece in _within(pieces, begins_at, part):
                async with asyncio.timeout(_WRITE_TIMEOUT):
                    await response.write(piece)
        except ConnectionResetError:
            _LOGGER.debug("A player left")
        except (CloudError, HomeAssistantError, TimeoutError) as err:
            # The head has promised more than there is: only a broken connection tells the player so.
            _LOGGER.debug("A recording broke off: %s", err or "the player takes nothing")
            if request.transport is not None:
                request.transport.abort()
        finally:
            await pieces.aclose()


async def _within(pieces: AsyncIterator[bytes], position: int, part: ByteRange | None) -> AsyncGenerator[bytes]:
    """Give what lies in the part of the file, where a server gives more."""
    async for piece in pieces:
        begins_at, position = position, position + len(piece)
        if part is None or (begins_at >= part.begins_at and position <= part.ends_at):
            yield piece
        elif position > part.begins_at:
            yield piece[max(0, part.begins_at - begins_at) : part.ends_at - begins_at]
        if part is not None and position >= part.ends_at:
            return


def _asked(request: web.Request) -> dict[str, str]:
    """Return what the server is told of a player's headers: where to begin, and which file was meant; nothing else."""
    asked = {}
    header = request.headers.get("Range", "")
    if is_range(header):
        asked["Range"] = header
        validator = request.headers.get("If-Range", "")
        if _VALIDATOR.fullmatch(validator):
            asked["If-Range"] = validator
    return asked


def _size[Unknown](download: Download, prepared: PreparedRecording, unknown: Unknown) -> int | Unknown:
    """Return the size of the file, as the server says it now, or said it when the recording was prepared."""
    size = prepared.size if download.size is None else download.size
    return unknown if size is None else size


def _part(
    download: Download, prepared: PreparedRecording, asked: dict[str, str]
) -> tuple[ByteRange | None, HTTPStatus]:
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
        return ByteRange(download.begins_at, download.begins_at + download.length), HTTPStatus.PARTIAL_CONTENT
    size = _size(download, prepared, None)
    if size is None:
        return None, HTTPStatus.OK
    # A server that sends all of it knows no ranges, unless the file is not the one that the player means any more.
    meant = asked.get("If-Range") in {None, *(download.headers.get(name) for name in _FROM_SERVER)}
    wanted = parse_range(asked.get("Range"), size) if meant else None
    if wanted is not None:
        return wanted, HTTPStatus.PARTIAL_CONTENT
    return ByteRange(0, size), HTTPStatus.OK
