"""Measure how long an event loop is blocked, and how much memory its process uses."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import gc
from pathlib import Path
import resource
import time

_TICK = 0.005  # seconds


class Ticker:
    """Measures by how much the event loop is late, seconds."""

    def __init__(self) -> None:
        #: Caused by any process, including others that use the cores.
        self.longest_wait = 0.0
        #: By this process: no more than the processor time that it used meanwhile.
        self.longest_block = 0.0
        #: The same without the time of Python's garbage collector, which looks through all of Home Assistant.
        self.longest_block_of_code = 0.0
        self._collected = 0.0
        self._collecting_since = 0.0

    def collecting(self, phase: str, _info: dict[str, int]) -> None:
        """Note how long garbage is collected; for `gc.callbacks`."""
        if phase == "start":
            self._collecting_since = time.perf_counter()
        else:
            self._collected += time.perf_counter() - self._collecting_since

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            used, collected = time.process_time(), self._collected
            due = time.perf_counter() + _TICK
            await asyncio.sleep(_TICK)
            late = time.perf_counter() - due
            self.longest_wait = max(self.longest_wait, late)
            block = min(late, time.process_time() - used)
            self.longest_block = max(self.longest_block, block)
            self.longest_block_of_code = max(self.longest_block_of_code, block - (self._collected - collected))


@asynccontextmanager
async def ticking() -> AsyncIterator[Ticker]:
    """Look at the event loop while the body runs."""
    ticker = Ticker()
    task = asyncio.create_task(ticker.run())
    gc.callbacks.append(ticker.collecting)
    try:
        yield ticker
    finally:
        gc.callbacks.remove(ticker.collecting)
        task.cancel()


def memory(*, collect: bool = True) -> float:
    """Return what this process holds in memory, MB, after what is garbage has gone.

    Collecting holds the event loop; without, garbage is counted.
    """
    if collect:
        gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
