"""The bounded queues of live video: to the thread that remuxes, from it, and to each of those who watch."""

import asyncio
from collections import deque
from contextlib import suppress
import threading
from typing import Final

from .transport_stream import TsChunk

_IN_LIMIT: Final = 1 << 20  # bytes between network and thread; a key frame of 4K video is about that
_FRAME_LIMIT: Final = 16 << 20  # bytes that may go in before a picture comes out; many times the largest key frame
_OUT_LIMIT: Final = 1 << 20  # bytes between thread and watchers

WATCHER_LIMIT: Final = 8 << 20
"""Bytes a watcher may be behind; the chunks are shared, so this is not times watchers."""

_MATROSKA: Final = b"\x1a\x45\xdf\xa3"  # how a file begins


class ClosedError(Exception):
    """Nobody wants the output any more."""


class InputBuffer:
    """The file that FFmpeg reads from: filled on the event loop, emptied in the thread."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._changed = threading.Condition()
        self._chunks: deque[bytes] = deque()
        self._size = 0
        self._ended = False
        self._head = b""
        self._ran_dry = False
        self._since_packet = 0
        self.overlong = False
        self._room = asyncio.Event()
        self._room.set()

    @property
    def too_short(self) -> bool:
        """Whether it began like Matroska, and FFmpeg wanted more than there was."""
        return self._ran_dry and _MATROSKA.startswith(self._head)

    def packet_demuxed(self) -> None:
        """A packet has come of what went in. Called in the thread, like `read`."""
        self._since_packet = 0

    async def put(self, chunk: bytes) -> None:
        """Hand bytes over; waits while the thread is behind."""
        await self._room.wait()
        with self._changed:
            self._chunks.append(chunk)
            self._size += len(chunk)
            if self._size >= _IN_LIMIT and not self._ended:
                self._room.clear()
            self._changed.notify()

    def end(self) -> None:
        """Say that nothing more comes; what is there can still be read."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._room.set()

    def abandon(self) -> None:
        """End it, and throw away what is there."""
        with self._changed:
            self._chunks.clear()
            self._size = 0
        self.end()

    def read(self, size: int) -> bytes:
        """Give what is there, at most `size` bytes; waits for the first. Called by FFmpeg in the thread."""
        if self._since_packet > _FRAME_LIMIT:
            # FFmpeg would hold all of a picture in memory, however large a camera says it is.
            self.overlong = True
            return b""
        with self._changed:
            while not self._chunks and not self._ended:
                self._changed.wait()
            if not self._chunks:
                self._ran_dry = True
                return b""
            chunk = self._chunks.popleft()
            if len(chunk) > size:
                self._chunks.appendleft(chunk[size:])
                chunk = chunk[:size]
            full = self._size >= _IN_LIMIT
            self._size -= len(chunk)
            make_room = full and self._size < _IN_LIMIT and not self._ended
        self._since_packet += len(chunk)
        self._head += chunk[: len(_MATROSKA) - len(self._head)]
        if make_room:
            self._loop.call_soon_threadsafe(self._room.set)
        return chunk


class OutputQueue:
    """Pieces on their way from the thread to the event loop."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._changed = threading.Condition()
        self._chunks: deque[TsChunk] = deque()
        self._size = 0
        self._closed = False
        self._finished = False
        self._error: Exception | None = None
        self._ready = asyncio.Event()

    def put(self, chunk: TsChunk) -> None:
        """Hand a chunk over; waits while the event loop is behind. Called in the thread."""
        with self._changed:
            while self._size >= _OUT_LIMIT and not self._closed:
                self._changed.wait()
            if self._closed:
                raise ClosedError
            self._chunks.append(chunk)
            self._size += len(chunk.payload)
        self._loop.call_soon_threadsafe(self._ready.set)

    def finish(self, error: Exception | None) -> None:
        """Say that nothing more comes, and why. Called in the thread."""
        with self._changed:
            self._finished = True
            self._error = error
        with suppress(RuntimeError):  # the loop is closed: nobody waits
            self._loop.call_soon_threadsafe(self._ready.set)

    async def get(self) -> TsChunk | None:
        """Wait for what is next; None at the end.

        Raises:
            Exception: the error given to `finish`.
        """
        while True:
            self._ready.clear()
            with self._changed:
                if self._chunks:
                    chunk = self._chunks.popleft()
                    self._size -= len(chunk.payload)
                    self._changed.notify()
                    return chunk
                if self._finished:
                    if self._error is not None:
                        raise self._error
                    return None
            await self._ready.wait()

    def close(self) -> None:
        """Want nothing more: `put` raises from now on."""
        with self._changed:
            self._closed = True
            self._changed.notify()


class Watcher:
    """One of those who watch: a queue, filled by the broadcast and emptied by its HTTP response."""

    def __init__(self, changed: asyncio.Event) -> None:
        self._queue: deque[bytes] = deque()
        self._size = 0
        self._ready = asyncio.Event()
        self._changed = changed
        self._ended = False
        self._error: Exception | None = None
        self.begun = False

    @property
    def full(self) -> bool:
        """Whether it is as far behind as it may be."""
        return self._size >= WATCHER_LIMIT

    def put(self, payload: bytes) -> None:
        """Queue a chunk's packets."""
        self._queue.append(payload)
        self._size += len(payload)
        self._ready.set()

    def end(self, error: Exception | None = None) -> None:
        """End it, after what is queued."""
        if not self._ended:
            self._ended = True
            self._error = error
            self._ready.set()
            self._changed.set()

    async def get(self) -> bytes | None:
        """Wait for what is next; None at the end. The time-outs are the broadcast's: it ends its watchers.

        Raises:
            Exception: what ended it, if nothing came before.
        """
        while not self._queue:
            if self._ended:
                if self._error is not None and not self.begun:
                    raise self._error
                return None
            self._ready.clear()
            await self._ready.wait()
        payload = self._queue.popleft()
        self._size -= len(payload)
        self._changed.set()
        return payload
