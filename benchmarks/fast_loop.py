"""An event loop whose clock runs fast: an hour of timers in a minute, with real sockets."""

import asyncio
import selectors
import time
from typing import override


class _FastSelector(selectors.DefaultSelector):
    """Waits shorter than it is told."""

    def __init__(self, factor: float) -> None:
        super().__init__()
        self._factor = factor

    @override
    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        return super().select(timeout / self._factor if timeout else timeout)


class FastLoop(asyncio.SelectorEventLoop):
    """Its seconds are so many times shorter. What else runs on the machine does not know: time-outs are shorter too."""

    def __init__(self, factor: float) -> None:
        """Begin at the machine's own time."""
        super().__init__(_FastSelector(factor))
        self._factor = factor
        self._began = time.monotonic()

    @override
    def time(self) -> float:
        """Return the fast clock's time, seconds."""
        return self._began + (time.monotonic() - self._began) * self._factor
