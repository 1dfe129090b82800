"""A continuous move: started by one request, and stopped in time also if something fails in between."""

import asyncio
from collections.abc import Mapping
import contextlib

from ..tasks.timing import Timing
from ..vapix import Axis, Ptz, UnreachableError, VapixError
from .brake import Brake


class Movement:
    """A continuous move of one head.

    It runs in a task of its own, which ends with the account and not with the caller. The time counts from the request
    that starts the move, not from its answer.

    Args:
        ptz: the head.
        brake: stops the head.
        speeds: -100 to 100 for each axis.
        seconds: the duration.
        timing: pauses between stops if the start was not answered, as it may arrive late.
    """

    def __init__(self, ptz: Ptz, brake: Brake, speeds: Mapping[Axis, int], seconds: float, timing: Timing) -> None:
        loop = asyncio.get_running_loop()
        self._ptz = ptz
        self._brake = brake
        self._speeds = speeds
        self._seconds = seconds
        self._timing = timing
        #: Done when the camera has confirmed the start; fails if it has not.
        self.started: asyncio.Future[None] = loop.create_future()
        #: Done at the end: whether the camera has stopped, or another move has replaced this one.
        self.ended: asyncio.Future[bool] = loop.create_future()
        self._halted = asyncio.Event()
        self._left = asyncio.Event()
        self._taken_over = False
        self._braking = False
        # The caller may have left: mark the exception as retrieved.
        self.started.add_done_callback(lambda future: future.cancelled() or future.exception())

    @property
    def axes(self) -> frozenset[Axis]:
        """The axes that move."""
        return frozenset(self._speeds)

    @property
    def is_going(self) -> bool:
        """Whether the head moves and is not being stopped."""
        return self.started.done() and not (self._braking or self._halted.is_set())

    def halt(self) -> None:
        """Stop now rather than at the end of the duration."""
        self._halted.set()

    def take_over(self) -> None:
        """End without a stop, as another move goes on from here, unless a stop is being sent already."""
        if not self._braking:
            self._taken_over = True
        self._halted.set()
        self._left.set()

    def leave(self) -> None:
        """Send no more stops once the camera has confirmed one: they would end the next move."""
        self._left.set()

    async def run(self) -> None:
        """Start the move, and stop it in time."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self._seconds
        start = loop.create_task(self._ptz.steer(self._speeds))
        try:
            lost = not await self._answered(start, ends_at)
            if self.started.exception() is None:
                await self._wait(self._halted, ends_at - loop.time())
            if self._taken_over:
                self.ended.set_result(True)
                return
            self._braking = True
            refused = self.started.exception() is not None and not lost
            self.ended.set_result(await self._brake.stop(likely_stopped=refused) or refused)
            for pause in self._timing.lost_start_stops if lost else ():
                await self._wait(self._left, pause)
                if self._left.is_set():
                    return
                with contextlib.suppress(VapixError):
                    await self._brake.send_stop()
        finally:
            start.cancel()
            await asyncio.gather(start, return_exceptions=True)
            for future in (self.started, self.ended):
                if not future.done():
                    future.cancel()

    async def _answered(self, start: asyncio.Task[None], ends_at: float) -> bool:
        """Wait for the answer to the start, and set `started`; return whether one came."""
        halted = asyncio.ensure_future(self._halted.wait())
        try:
            left = ends_at - asyncio.get_running_loop().time()
            await asyncio.wait((start, halted), timeout=left, return_when=asyncio.FIRST_COMPLETED)
        finally:
            halted.cancel()
        if not start.done():
            # This closes its connection, so that the move doesn't start after the stop.
            start.cancel()
            self.started.set_exception(UnreachableError("The start was not answered in time"))
            return False
        if failure := start.exception():
            self.started.set_exception(failure)
            return not isinstance(failure, UnreachableError)
        self.started.set_result(None)
        return True

    @staticmethod
    async def _wait(event: asyncio.Event, seconds: float) -> None:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(max(0.0, seconds)):
                await event.wait()
