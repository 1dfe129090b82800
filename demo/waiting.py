"""Wait for a change that another process makes."""

import asyncio
from collections.abc import Awaitable, Callable
import time


async def until[Found](look: Callable[[], Awaitable[Found | None]], what: str, seconds: float = 30.0) -> Found:
    """Look again and again until there is something.

    Raises:
        TimeoutError: nothing came in time; the message names what was awaited.
    """
    end = time.monotonic() + seconds
    while not (found := await look()):
        if time.monotonic() > end:
            raise TimeoutError(f"waited {seconds:.0f} s for {what}")
        await asyncio.sleep(0.2)
    return found
