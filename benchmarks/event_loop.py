"""How long an event loop is kept waiting, how much memory its process holds: what several benchmarks look at."""

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
        #: By whatever, also by other processes that have the cores.
        self.longest_wait = 0.0
        #: By this process: no more than the processor time that it used meanwhile.
        self.longest_block = 0.0

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            used = time.process_time()
            due = time.perf_counter() + _TICK
            await asyncio.sleep(_TICK)
            late = time.perf_counter() - due
            self.longest_wait = max(self.longest_wait, late)
            self.longest_block = max(self.longest_block, min(late, time.process_time() - used))


@asynccontextmanager
async def ticking() -> AsyncIterator[Ticker]:
    """Look at the event loop while the body runs."""
    ticker = Ticker()
    task = asyncio.create_task(ticker.run())
    try:
        yield ticker
    finally:
        task.cancel()


def memory(*, collect: bool = True) -> float:
    """Return what this process holds in memory, MB, after what is garbage has gone.

    Collecting holds the event loop; without, garbage is counted.
    """
    if collect:
        gc.collect()
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 1e6
