"""One camera's live video for all its watchers: one upstream, opened for the first and closed after the last.

Home Assistant's HLS worker, go2rtc and a recording may watch at once; sharing spares the camera's uplink.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from enum import StrEnum
import logging
import random
from typing import Protocol

from ..vapix import GoneError, ProtocolError, UnreachableError
from .queues import Watcher
from .remux import LayoutChangedError, Remuxer, RemuxError
from .remux_timeline import Timeline
from .transport_stream import TsChunk

_LOGGER = logging.getLogger(__name__)

MAX_WATCHERS = 8
BACKLOG_LIMIT = 6 << 20  # bytes since the last key frame, kept so that another watcher starts immediately

START_TIMEOUT = 12.0  # seconds from opening the upstream to its first frame
IDLE_TIMEOUT = 8.0  # seconds without a frame until the upstream is opened again
GIVE_UP_AFTER = 20.0  # seconds without a frame; Home Assistant's `stream` waits for 30
RETRY_FIRST, RETRY_MOST = 0.3, 4.0  # seconds; doubled each time, with jitter

STEADY_AFTER = 5.0  # seconds of video after which the retry pause is short again

_CUT_OFF_TIMES = 2  # in a row before the first frame: not an accident


class LiveStream(Protocol):
    """An open upstream: Matroska as the camera sends it."""

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield bytes as they arrive; raise a `VapixError` if the stream is cut off."""
        ...


type OpenStream = Callable[[], AbstractAsyncContextManager[LiveStream]]


class MediaRefusal(StrEnum):
    """Why a camera sends no live video although it may be reachable."""

    MISSING = "missing"
    """404: before AXIS OS 9.80, or the proxy does not reach the camera."""
    EARLIER = "earlier"
    """It sent none before Home Assistant was restarted."""
    CUT_OFF = "cut_off"
    """Twice in a row the stream ended without a frame: the proxy does not pass endless responses."""
    UNREADABLE = "unreadable"
    """Twice in a row it was not live video."""


class TooManyWatchersError(Exception):
    """There are more watchers than a household has: something opens streams and does not close them."""


@dataclass(frozen=True, slots=True)
class BroadcastEvents:
    """Callbacks of broadcasts, called on the event loop with the broadcast's key first."""

    on_streaming: Callable[[str], None]
    """Video arrives: for the first watcher, and again after a gap."""
    on_open_failed: Callable[[str, Exception], None]
    """The stream could not be opened; with the error."""
    on_media_refused: Callable[[str, MediaRefusal], None]
    """The camera sends no live video."""
    on_idle: Callable[[str], None]
    """The last watcher has left or was ended."""


class Broadcast:
    """One camera's live video."""

    def __init__(self, open_stream: OpenStream, events: BroadcastEvents, key: str) -> None:
        self._open = open_stream
        self._events = events
        self._key = key
        self._watchers: list[Watcher] = []
        self._backlog: list[TsChunk] = []
        self._backlog_size = 0
        self._changed = asyncio.Event()  # set when a watcher has taken data or left
        self._task: asyncio.Task[None] | None = None
        self._closing: set[asyncio.Task[None]] = set()

    @property
    def watchers(self) -> int:
        """The number of watchers."""
        return len(self._watchers)

    def join(self) -> Watcher:
        """Add a watcher; the first one opens the upstream.

        Raises:
            TooManyWatchersError: there are `MAX_WATCHERS` already.
        """
        if len(self._watchers) >= MAX_WATCHERS:
            raise TooManyWatchersError
        watcher = Watcher(self._changed)
        self._watchers.append(watcher)
        if self._backlog:
            watcher.begun = True
            for chunk in self._backlog:
                watcher.put(chunk.payload)
        if self._task is None:
            self._task = asyncio.create_task(self._run(set(self._closing)), name=f"netrex live video of {self._key}")
        return watcher

    def leave(self, watcher: Watcher) -> None:
        """Remove a watcher; the last one closes the upstream."""
        self._changed.set()
        if watcher not in self._watchers:
            return  # it was ended and reported already
        self._watchers.remove(watcher)
        if not self._watchers:
            if self._task is not None:
                self._stop(self._task)
            self._events.on_idle(self._key)

    async def close(self) -> None:
        """End all watchers and wait until the upstream is closed, without any callback."""
        self._drop_watchers(None)
        if self._task is not None:
            self._stop(self._task)
        if self._closing:
            await asyncio.wait(self._closing)

    def _stop(self, task: asyncio.Task[None]) -> None:
        self._task = None
        self._forget_backlog()
        task.cancel()
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _run(self, previous: set[asyncio.Task[None]]) -> None:
        """Stream while there are watchers."""
        if previous:  # never two upstreams at once
            await asyncio.wait(previous)
        try:
            await self._keep_streaming()
        except LayoutChangedError:
            _LOGGER.debug("Live video of %s has changed, its watchers have to begin again", self._key)
            self._end_watchers(None)
        except Exception as error:  # noqa: BLE001 - the token source is the account's: watchers get an answer to anything it raises
            _LOGGER.debug("No live video of %s: %s", self._key, type(error).__name__)
            self._end_watchers(error)
            self._events.on_open_failed(self._key, error)
        finally:
            if self._task is asyncio.current_task():
                self._task = None
                self._forget_backlog()

    async def _keep_streaming(self) -> None:
        """Open the upstream repeatedly; return when video is refused, raise when the camera can't be reached."""
        loop = asyncio.get_running_loop()
        timeline = Timeline()
        streamed = False
        cut_off = 0
        retry = RETRY_FIRST
        give_up_at = loop.time() + START_TIMEOUT + GIVE_UP_AFTER
        while True:
            attempt = _StreamAttempt()
            error = await self._try(attempt, timeline, min(START_TIMEOUT, give_up_at - loop.time()))
            if attempt.last_chunk_at is not None:
                streamed = True
                give_up_at = attempt.last_chunk_at + GIVE_UP_AFTER
                if attempt.lasted >= STEADY_AFTER:
                    retry = RETRY_FIRST
            if not streamed:
                refusal = MediaRefusal.MISSING if isinstance(error, GoneError) else attempt.refusal
                cut_off += 1
                if refusal is None:
                    raise error
                if refusal is MediaRefusal.MISSING or cut_off >= _CUT_OFF_TIMES:
                    self._refuse(refusal, error)
                    return
            wait = retry * random.uniform(0.5, 1.0)  # noqa: S311 - jitter
            if loop.time() + wait >= give_up_at:
                raise error
            _LOGGER.debug("Live video of %s broke off (%s), opening it again", self._key, type(error).__name__)
            await asyncio.sleep(wait)
            retry = min(retry * 2, RETRY_MOST)

    async def _try(self, attempt: _StreamAttempt, timeline: Timeline, patience: float) -> Exception:
        """Stream one upstream, and return the error that ended it."""
        try:
            await self._stream_once(attempt, timeline, patience)
        except LayoutChangedError:
            raise
        except Exception as error:  # noqa: BLE001 - as above
            return error
        return UnreachableError("The camera ended the stream")

    async def _stream_once(self, attempt: _StreamAttempt, timeline: Timeline, patience: float) -> None:
        """Stream one upstream from opening to its end."""
        loop = asyncio.get_running_loop()
        try:
            async with asyncio.timeout(max(patience, 0.1)) as deadline, self._open() as stream:
                remuxer = Remuxer(timeline, self._key)
                feeder = asyncio.create_task(_feed(stream, remuxer))
                try:
                    async for chunk in remuxer.output():
                        if attempt.first_chunk_at is None:
                            attempt.first_chunk_at = loop.time()
                            self._events.on_streaming(self._key)
                        attempt.last_chunk_at = loop.time()
                        deadline.reschedule(None)  # waiting for watchers is no fault of the camera
                        await self._distribute(chunk)
                        deadline.reschedule(loop.time() + IDLE_TIMEOUT)
                    attempt.refusal = MediaRefusal.CUT_OFF
                    await feeder
                except RemuxError as error:
                    attempt.refusal = MediaRefusal.CUT_OFF if error.too_short else MediaRefusal.UNREADABLE
                    if error.too_short:
                        await feeder  # raises the cause, if it knows one
                    raise ProtocolError(str(error)) from error
                finally:
                    feeder.cancel()
                    await asyncio.wait([feeder])
                    await remuxer.close()
        except TimeoutError as error:
            raise UnreachableError("No picture came in time") from error

    async def _distribute(self, chunk: TsChunk) -> None:
        self._remember(chunk)
        while late := [watcher for watcher in self._watchers if watcher.full]:
            if len(late) < len(self._watchers):
                # A slow watcher must not delay others. If all are slow, reading from the camera slows down.
                for watcher in late:
                    _LOGGER.debug("A watcher of %s is too slow", self._key)
                    watcher.end()
                    self._watchers.remove(watcher)
                break
            self._changed.clear()
            await self._changed.wait()  # writing to watchers has a time-out
        for watcher in self._watchers:
            if watcher.begun or chunk.key:
                watcher.begun = True
                watcher.put(chunk.payload)

    def _remember(self, chunk: TsChunk) -> None:
        if chunk.key:
            self._forget_backlog()
        elif not self._backlog:
            return
        self._backlog_size += len(chunk.payload)
        if self._backlog_size > BACKLOG_LIMIT:
            self._forget_backlog()
        else:
            self._backlog.append(chunk)

    def _forget_backlog(self) -> None:
        self._backlog = []
        self._backlog_size = 0

    def _refuse(self, refusal: MediaRefusal, error: Exception) -> None:
        _LOGGER.debug("Live video of %s is refused: %s", self._key, refusal)
        self._end_watchers(error)
        self._events.on_media_refused(self._key, refusal)

    def _end_watchers(self, error: Exception | None) -> None:
        if self._watchers:
            self._drop_watchers(error)
            self._events.on_idle(self._key)

    def _drop_watchers(self, error: Exception | None) -> None:
        for watcher in self._watchers:
            watcher.end(error)
        self._watchers.clear()


class _StreamAttempt:
    """The course of one upstream."""

    def __init__(self) -> None:
        self.first_chunk_at: float | None = None
        self.last_chunk_at: float | None = None
        self.refusal: MediaRefusal | None = None

    @property
    def lasted(self) -> float:
        """Seconds of video."""
        return (self.last_chunk_at or 0) - (self.first_chunk_at or 0)


async def _feed(stream: LiveStream, remuxer: Remuxer) -> None:
    try:
        async for chunk in stream.chunks():
            await remuxer.feed(chunk)
    finally:
        remuxer.end()
