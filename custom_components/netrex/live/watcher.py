"""One of those who watch a camera's live video: a stream of Home Assistant's, go2rtc, a recording."""

import asyncio
from collections import deque
from typing import Final

WATCHER_LIMIT: Final = 8 << 20
"""Bytes a watcher may be behind; the chunks are shared, so this is not times watchers."""


class Watcher:
    """A queue, filled by the broadcast and emptied by its HTTP response."""

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
