"""Work that several callers want at once: done once, a few at a time, its results kept for a while."""

import asyncio
from collections import OrderedDict
from collections.abc import Callable, Coroutine, Hashable
from dataclasses import dataclass
import time
from typing import Final

from ..tasks.background import InBackground
from .errors import (
    AccountUnloadedError,
    PreparationFailedError,
    StillPreparingError,
    TooManyJobsError,
)

#: Jobs that may wait for a place.
_MAX_WAITING: Final = 16


@dataclass(slots=True)
class _Job[Result]:
    task: asyncio.Task[Result]
    begun_at: float

    @property
    def failed(self) -> bool:
        return self.task.done() and (self.task.cancelled() or self.task.exception() is not None)


class SharedJobs[Key: Hashable, Result]:
    """Jobs by what they make."""

    def __init__(
        self,
        work: Callable[[Key], Coroutine[None, None, Result]],
        in_background: InBackground,
        *,
        at_once: int,
        timeout: float,
        kept: int,
        fresh: float,
        on_dropped: Callable[[Result], None] = lambda _result: None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """Have no jobs yet.

        Args:
            work: makes a result; begins in `in_background`.
            in_background: runs what outlives its first caller.
            at_once: jobs that work at the same time; a few more wait.
            timeout: seconds until a job is given up.
            kept: results that are kept.
            fresh: seconds for which a result is kept.
            on_dropped: told about each result that is no longer kept.
            clock: seconds that only go forward.
        """
        self._work = work
        self._in_background = in_background
        self._at_once = at_once
        self._timeout = timeout
        self._kept = kept
        self._fresh = fresh
        self._on_dropped = on_dropped
        self._clock = clock
        self._places = asyncio.Semaphore(at_once)
        self._jobs: OrderedDict[Key, _Job[Result]] = OrderedDict()
        #: The class of the last failure, for diagnostics.
        self.last_failure: str | None = None

    @property
    def running(self) -> int:
        """How many jobs work or wait."""
        return sum(not job.task.done() for job in self._jobs.values())

    async def get(self, key: Key, wait: float) -> Result:
        """Return the result; whoever wants the same one waits for the same job.

        Args:
            key: what is wanted.
            wait: seconds that the caller has; the job goes on without them.

        Raises:
            StillPreparingError: it takes longer.
            TooManyJobsError: too many wait already.
            PreparationFailedError: the job was given up after its time; or whatever else the work raised.
            AccountUnloadedError: there is nobody left to work.
        """
        job = self._jobs.get(key)
        if job is not None and job.task.done() and self._clock() - job.begun_at > self._fresh:
            self._drop(key)
            job = None
        if job is None:
            job = self._begin(key)
        self._jobs.move_to_end(key)
        await asyncio.wait({job.task}, timeout=wait)
        if not job.task.done():
            raise StillPreparingError("the recording is still being prepared")
        if job.task.cancelled():
            raise AccountUnloadedError("the account was unloaded")
        return job.task.result()

    def forget(self, key: Key, result: Result) -> None:
        """A result is no longer good: the next who wants it begins anew."""
        job = self._jobs.get(key)
        if job is not None and job.task.done() and not job.failed and job.task.result() is result:
            self._drop(key)

    def clear(self) -> None:
        """Drop all results."""
        for key in [key for key, job in self._jobs.items() if job.task.done()]:
            self._drop(key)

    def _begin(self, key: Key) -> _Job[Result]:
        if self.running >= self._at_once + _MAX_WAITING:
            raise TooManyJobsError("too many recordings are being prepared")
        job = self._jobs[key] = _Job(self._in_background(self._run(key)), self._clock())
        job.task.add_done_callback(lambda _task: self._ended(key, job))
        return job

    async def _run(self, key: Key) -> Result:
        async with self._places:
            limit = asyncio.timeout(self._timeout)
            try:
                async with limit:
                    return await self._work(key)
            except TimeoutError:
                if not limit.expired():
                    raise
                raise PreparationFailedError("the recording did not get ready in time") from None

    def _ended(self, key: Key, job: _Job[Result]) -> None:
        """Keep what went well; what failed may be tried again."""
        if job.failed:
            error = None if job.task.cancelled() else job.task.exception()
            self.last_failure = type(error).__name__ if error else None
            if self._jobs.get(key) is job:
                del self._jobs[key]
        ended = [each for each, other in self._jobs.items() if other.task.done()]
        for each in ended[: max(0, len(ended) - self._kept)]:
            self._drop(each)

    def _drop(self, key: Key) -> None:
        job = self._jobs.pop(key)
        if not job.failed:
            self._on_dropped(job.task.result())
