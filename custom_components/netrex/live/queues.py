"""The bounded queues of live video: to the remuxing thread, from it, and to each watcher."""

import asyncio
from collections import deque
from contextlib import suppress
import threading
from typing import Final

from .transport_stream import TsChunk

_IN_LIMIT: Final = 1 << 20  # bytes between network and thread; a key frame of 4K video is about that
_FRAME_LIMIT: Final = 16 << 20  # bytes that may go in before a frame comes out; many times the largest key frame
_OUT_LIMIT: Final = 1 << 20  # bytes between thread and watchers

WATCHER_LIMIT: Final = 8 << 20
"""Bytes a watcher may be behind. Chunks are shared, so memory does not grow with the number of watchers."""

_MATROSKA: Final = b"\x1a\x45\xdf\xa3"  # first bytes of a file


class ClosedError(Exception):
    """The output was closed by its reader."""


class InputBuffer:
    """The file that FFmpeg reads: filled on the event loop, emptied in the thread."""

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
        """Whether it began like Matroska, but FFmpeg needed more than there was."""
        return self._ran_dry and _MATROSKA.startswith(self._head)

    def packet_demuxed(self) -> None:
        """Note that FFmpeg has returned a packet. Called in the thread, like `read`."""
        self._since_packet = 0

    async def put(self, chunk: bytes) -> None:
        """Add bytes; wait while the thread is behind."""
        await self._room.wait()
        with self._changed:
            self._chunks.append(chunk)
            self._size += len(chunk)
            if self._size >= _IN_LIMIT and not self._ended:
                self._room.clear()
            self._changed.notify()

    def end(self) -> None:
        """Mark the end of the input; the rest can still be read."""
        with self._changed:
            self._ended = True
            self._changed.notify()
        self._room.set()

    def abandon(self) -> None:
        """End the input and drop the rest."""
        with self._changed:
            self._chunks.clear()
            self._size = 0
        self.end()

    def read(self, size: int) -> bytes:
        """Return up to `size` bytes; wait for the first. Called by FFmpeg in the thread."""
        if self._since_packet > _FRAME_LIMIT:
            # FFmpeg would keep a whole frame in memory, of any size that a camera claims.
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
    """The chunks on their way from the thread to the event loop."""

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
        """Add a chunk; wait while the event loop is behind. Called in the thread."""
        with self._changed:
            while self._size >= _OUT_LIMIT and not self._closed:
                self._changed.wait()
            if self._closed:
                raise ClosedError
            self._chunks.append(chunk)
            self._size += len(chunk.payload)
        self._loop.call_soon_threadsafe(self._ready.set)

    def finish(self, error: Exception | None) -> None:
        """Mark the end of the output, with its error. Called in the thread."""
        with self._changed:
            self._finished = True
            self._error = error
        with suppress(RuntimeError):  # the event loop is closed: there is no reader
            self._loop.call_soon_threadsafe(self._ready.set)

    async def get(self) -> TsChunk | None:
        """Return the next chunk when there is one; None at the end.

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
        """Close the output: `put` raises from now on."""
        with self._changed:
            self._closed = True
            self._changed.notify()


class Watcher:
    """A watcher: a queue, filled by the broadcast and emptied by its HTTP response."""

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
        """Whether it is as far behind as allowed."""
        return self._size >= WATCHER_LIMIT

    def put(self, payload: bytes) -> None:
        """Queue a chunk's packets."""
        self._queue.append(payload)
        self._size += len(payload)
        self._ready.set()

    def end(self, error: Exception | None = None) -> None:
        """End the watcher after the queued data."""
        if not self._ended:
            self._ended = True
            self._error = error
            self._ready.set()
            self._changed.set()

    async def get(self) -> bytes | None:
        """Return the next chunk when there is one; None at the end. The broadcast has the time-outs, and ends it.

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
