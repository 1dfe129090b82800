"""Work that several callers want at once: done once, a few at a time, its results kept for a while."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from functools import partial
import time
from typing import Final

from ..tasks.background import BackgroundTasks
from ..transport.single_flight import SingleFlight
from .errors import AccountUnloadedError, PreparationFailedError, StillPreparingError, TooManyJobsError

#: Jobs that may wait for a place.
_MAX_WAITING: Final = 16


class SharedJobs[Key: Hashable, Result]:
    """Jobs by what they make: `at_once` work at the same time, each for `timeout` seconds; a few more wait.

    The last `kept` results stay for `fresh` seconds; `on_dropped` is called with each that no longer does.
    """

    def __init__(
        self,
        work: Callable[[Key], Coroutine[None, None, Result]],
        in_background: BackgroundTasks,
        *,
        at_once: int,
        timeout: float,
        kept: int,
        fresh: float,
        on_dropped: Callable[[Result], None] = lambda _result: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._work = work
        self._at_once = at_once
        self._timeout = timeout
        self._kept = kept
        self._fresh = fresh
        self._on_dropped = on_dropped
        self._clock = clock
        self._semaphore = asyncio.Semaphore(at_once)
        self._jobs = SingleFlight[Key, Result](in_background)
        self._results: OrderedDict[Key, tuple[Result, float]] = OrderedDict()
        #: The class of the last failure, for diagnostics.
        self.last_failure: str | None = None

    @property
    def running(self) -> int:
        """How many jobs work or wait."""
        return len(self._jobs.tasks)

    async def get(self, key: Key, wait: float) -> Result:
        """Return the result. All who want the same one share a job, which goes on after the seconds that each can wait.

        Raises:
            StillPreparingError: it takes longer.
            TooManyJobsError: too many wait already.
            PreparationFailedError: the job was given up after its time.
            AccountUnloadedError: the account ended meanwhile.
            Exception: what the work raised.
        """
        if (kept := self._results.get(key)) is not None:
            result, begun_at = kept
            if self._clock() - begun_at <= self._fresh:
                self._results.move_to_end(key)
                return result
            self._drop(key)
        if self._jobs.pending(key) is None and self.running >= self._at_once + _MAX_WAITING:
            raise TooManyJobsError("too many recordings are being prepared")
        job = self._jobs.start(key, partial(self._run, key))
        await asyncio.wait({job}, timeout=wait)
        if not job.done():
            raise StillPreparingError("the recording is still being prepared")
        if job.cancelled():
            raise AccountUnloadedError("the account was unloaded")
        return job.result()

    def forget(self, key: Key, result: Result) -> None:
        """Drop a result that is no longer good: the next caller begins again."""
        kept = self._results.get(key)
        if kept is not None and kept[0] is result:
            self._drop(key)

    async def _run(self, key: Key) -> Result:
        begun_at = self._clock()
        try:
            async with self._semaphore:
                result = await self._limited(key)
        except Exception as err:
            self.last_failure = type(err).__name__
            raise
        self._results[key] = result, begun_at
        while len(self._results) > self._kept:
            self._drop(next(iter(self._results)))
        return result

    async def _limited(self, key: Key) -> Result:
        limit = asyncio.timeout(self._timeout)
        try:
            async with limit:
                return await self._work(key)
        except TimeoutError:
            if not limit.expired():
                raise
            raise PreparationFailedError("the recording did not get ready in time") from None

    def _drop(self, key: Key) -> None:
        result, _ = self._results.pop(key)
        self._on_dropped(result)
