"""An event loop with a faster clock: an hour of timers in a minute, with real sockets."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
import selectors
import time
from time import monotonic
from typing import override
from unittest.mock import patch


class _FastSelector(selectors.DefaultSelector):
    """Waits for less time than requested."""

    speed = 1.0

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self.speed if timeout else timeout)


class FastLoop(asyncio.SelectorEventLoop):
    """Its seconds can be made shorter. What else runs on the machine does not know: time-outs become shorter too."""

    def __init__(self) -> None:
        """Begin with the machine's own clock."""
        self._selecting = _FastSelector()
        super().__init__(self._selecting)
        self._now = self._since = monotonic()

    def run_at(self, speed: float) -> None:
        """Let the clock run so many times as fast from now on."""
        self._now, self._since = self.time(), monotonic()
        self._selecting.speed = speed

    @override
    def time(self) -> float:
        """Return the fast clock's time, seconds."""
        return self._now + (monotonic() - self._since) * self._selecting.speed

    @contextmanager
    def as_monotonic_clock(self) -> Iterator[None]:
        """Let `time.monotonic` tell this time, for what decides by it whether something is due."""
        with patch.object(time, "monotonic", self.time):
            yield
