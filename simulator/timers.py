"""What will happen by itself in a while, unless the simulator stops before."""

import asyncio
from collections.abc import Callable


class Timers:
    """Calls later what is to be called later."""

    def __init__(self) -> None:
        self._waiting: set[asyncio.TimerHandle] = set()

    def later[*Given](
        self, seconds: float, call: Callable[[*Given], object], *arguments: *Given
    ) -> asyncio.TimerHandle:
        """Call in so many seconds; the handle that is returned cancels it."""
        loop = asyncio.get_running_loop()
        self._waiting = {each for each in self._waiting if not each.cancelled() and each.when() > loop.time()}
        handle = loop.call_later(seconds, call, *arguments)
        self._waiting.add(handle)
        return handle

    def close(self) -> None:
        """Call nothing any more."""
        for handle in self._waiting:
            handle.cancel()
        self._waiting.clear()
