"""Limits the rate of events, keeping the last state of each source."""

from collections.abc import Callable
import time
from typing import Final

from ..vapix import CameraEvent, EventKind

#: Events allowed at once, and per second after that. A busy camera sends about ten a second.
_AT_ONCE: Final = 1000.0
_PER_SECOND: Final = 100.0
#: Sources whose last event is held back while there are too many.
_MAX_WAITING: Final = 256


class EventRateLimiter:
    """Passes events on; while there are too many, only the last one of each source, at the allowed rate."""

    def __init__(self, take: Callable[[CameraEvent], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._take = take
        self._clock = clock
        self._allowance = _AT_ONCE
        self._seen_at = clock()
        self._waiting: dict[tuple[EventKind, str], CameraEvent] = {}
        #: Number of events dropped: replaced by a later one of their source, or the oldest of too many sources.
        self.merged = 0

    def add(self, event: CameraEvent) -> bool:
        """Pass an event on, or hold it back until `release`; return whether any is held back."""
        self._refill()
        if not self._waiting and self._allowance >= 1:
            self._allowance -= 1
            self._take(event)
        else:
            key = (event.kind, event.source)
            if self._waiting.pop(key, None) is not None:
                self.merged += 1
            elif len(self._waiting) >= _MAX_WAITING:
                # More sources than any camera has: the one that has waited longest is the least likely to matter.
                del self._waiting[next(iter(self._waiting))]
                self.merged += 1
            self._waiting[key] = event
        return bool(self._waiting)

    def release(self) -> bool:
        """Pass on the held back events that are allowed by now; return whether any is left."""
        self._refill()
        while self._waiting and self._allowance >= 1:
            self._allowance -= 1
            self._take(self._waiting.pop(next(iter(self._waiting))))
        return bool(self._waiting)

    def forget(self) -> None:
        """Drop the held back events: the next stream repeats all states."""
        self._waiting.clear()

    def _refill(self) -> None:
        now = self._clock()
        self._allowance = min(_AT_ONCE, self._allowance + (now - self._seen_at) * _PER_SECOND)
        self._seen_at = now
