"""One continuous PTZ move, run by `Steering`: a request starts it, and the brake stops it, also if the start failed.

Moves that need no stop, such as to a position or a preset, are methods of `HeadControl`, called in `ptz_command`. A
further reason to end a continuous move is a method of `Movement` that sets `_early_stop`.
"""

import asyncio
from collections.abc import Mapping
import contextlib

from ..tasks.timing import Timing
from ..vapix import Axis, HeadControl, UnreachableError, VapixError
from .brake import Brake


class Movement:
    """One continuous move of one PTZ head.

    `run` is a task of the account, so that the stop is sent even if the caller is canceled. The duration counts from
    the request that starts the move, not from its answer. Speeds are -100 to 100. A start that was not answered may
    arrive late: stops are repeated then, with pauses.
    """

    def __init__(
        self, control: HeadControl, brake: Brake, speeds: Mapping[Axis, int], seconds: float, timing: Timing
    ) -> None:
        loop = asyncio.get_running_loop()
        self._control = control
        self._brake = brake
        self._speeds = speeds
        self._seconds = seconds
        self._timing = timing
        #: Done when the camera has confirmed the start; fails with its error if it has not.
        self.started: asyncio.Future[None] = loop.create_future()
        #: Done at the end: True if the camera has stopped or this move was replaced, False if it may still move.
        self.ended: asyncio.Future[bool] = loop.create_future()
        self._early_stop = asyncio.Event()
        self._repeats_canceled = asyncio.Event()
        self._replaced = False
        self._stopping = False
        # The caller may have left: mark the exception as retrieved.
        self.started.add_done_callback(lambda future: future.cancelled() or future.exception())

    @property
    def channel(self) -> int:
        """The channel whose picture moves."""
        return self._control.channel

    @property
    def axes(self) -> frozenset[Axis]:
        """The axes that move."""
        return frozenset(self._speeds)

    @property
    def is_running(self) -> bool:
        """Whether the start was answered and no stop is wanted yet."""
        return self.started.done() and not (self._stopping or self._early_stop.is_set())

    def stop_early(self) -> None:
        """Stop now instead of at the end of the duration."""
        self._early_stop.set()

    def mark_replaced(self) -> None:
        """End without a stop, as another move has replaced this one; a stop that is being sent already goes on."""
        if not self._stopping:
            self._replaced = True
        self._early_stop.set()
        self._repeats_canceled.set()

    def cancel_repeats(self) -> None:
        """Send no further stops after the confirmed one, as they would end the next command's move."""
        self._repeats_canceled.set()

    async def run(self) -> None:
        """Start the move, and stop it after its duration."""
        loop = asyncio.get_running_loop()
        ends_at = loop.time() + self._seconds
        start = loop.create_task(self._control.steer(self._speeds))
        try:
            # A start that was lost on the way may still arrive; one that was refused can't.
            lost = not await self._start_answered(start, ends_at)
            if self.started.exception() is None:
                await self._wait(self._early_stop, ends_at - loop.time())
            if self._replaced:
                self.ended.set_result(True)
                return
            self._stopping = True
            refused = self.started.exception() is not None and not lost
            # After a refused start the camera doesn't move, so a stop that fails is no failure.
            self.ended.set_result(await self._brake.stop(likely_stopped=refused) or refused)
            for pause in self._timing.lost_start_stops if lost else ():
                await self._wait(self._repeats_canceled, pause)
                if self._repeats_canceled.is_set():
                    return
                with contextlib.suppress(VapixError):
                    await self._brake.send_stop()
        finally:
            start.cancel()
            await asyncio.gather(start, return_exceptions=True)
            for future in (self.started, self.ended):
                if not future.done():
                    future.cancel()

    async def _start_answered(self, start: asyncio.Task[None], ends_at: float) -> bool:
        """Wait for the answer to the start, set `started`, and return whether there was an answer, also a refusal."""
        early_stop = asyncio.ensure_future(self._early_stop.wait())
        try:
            left = ends_at - asyncio.get_running_loop().time()
            await asyncio.wait((start, early_stop), timeout=left, return_when=asyncio.FIRST_COMPLETED)
        finally:
            early_stop.cancel()
        if not start.done():
            # This closes the connection of the start, so that it doesn't arrive after the stop.
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
