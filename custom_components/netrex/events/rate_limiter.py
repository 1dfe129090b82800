"""Keeps a flood of events from drowning Home Assistant, without losing a state."""

from collections.abc import Callable
import time
from typing import Final

from ..vapix import CameraEvent, EventKind

#: Events that may come at once, and per second from then on. A busy camera sends some ten a second.
_AT_ONCE: Final = 1000.0
_PER_SECOND: Final = 100.0
#: Sources whose last state is kept while there are too many events.
_MAX_WAITING: Final = 256


class EventRateLimiter:
    """Passes events on at once, until there are too many; then the last one of each source, as fast as is allowed.

    Args:
        take: is given each event that passes.
    """

    def __init__(self, take: Callable[[CameraEvent], None], clock: Callable[[], float] = time.monotonic) -> None:
        self._take = take
        self._clock = clock
        self._allowance = _AT_ONCE
        self._seen_at = clock()
        self._waiting: dict[tuple[EventKind, str], CameraEvent] = {}
        #: Events so far that a later one of the same source has replaced.
        self.merged = 0

    def add(self, event: CameraEvent) -> bool:
        """Pass an event on, or keep it until `let_through`; of one source, the order stays.

        Return whether anything is kept.
        """
        now = self._clock()
        self._allowance = min(_AT_ONCE, self._allowance + (now - self._seen_at) * _PER_SECOND)
        self._seen_at = now
        if not self._waiting and self._allowance >= 1:
            self._allowance -= 1
            self._take(event)
        else:
            key = (event.kind, event.source)
            if self._waiting.pop(key, None) is not None:
                self.merged += 1
            elif len(self._waiting) >= _MAX_WAITING:
                # No camera has so many sources: what is newest is the likeliest to mean something.
                del self._waiting[next(iter(self._waiting))]
                self.merged += 1
            self._waiting[key] = event
        return bool(self._waiting)

    @property
    def waiting(self) -> bool:
        """Whether anything is kept back."""
        return bool(self._waiting)

    def let_through(self) -> None:
        """Pass on what is kept and allowed by now."""
        now = self._clock()
        self._allowance = min(_AT_ONCE, self._allowance + (now - self._seen_at) * _PER_SECOND)
        self._seen_at = now
        while self._waiting and self._allowance >= 1:
            self._allowance -= 1
            self._take(self._waiting.pop(next(iter(self._waiting))))

    def forget(self) -> None:
        """Drop what is kept: its stream has ended, and the next one tells the states anew."""
        self._waiting.clear()
