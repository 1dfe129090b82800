"""Jobs that several callers want: done once, a few at a time, tried again after a failure, ended with the account."""

import asyncio
from collections.abc import AsyncIterator, Coroutine

import pytest

from custom_components.netrex.recordings.errors import (
    AccountUnloadedError,
    PreparationFailedError,
    StillPreparingError,
    TooManyJobsError,
)
from custom_components.netrex.recordings.shared_jobs import SharedJobs


class Work:
    """Makes texts in upper case once it is let go on."""

    def __init__(self) -> None:
        self.begun: list[str] = []
        self.working = 0
        self.go_on = asyncio.Event()
        self.failure: Exception | None = None

    async def __call__(self, key: str) -> str:
        self.begun.append(key)
        self.working += 1
        try:
            await self.go_on.wait()
            if self.failure:
                raise self.failure
            return key.upper()
        finally:
            self.working -= 1


class Jobs(SharedJobs[str, str]):
    """With a clock that stands until it is moved, and a list of what was dropped."""

    def __init__(self, work: Work, *, timeout: float = 30) -> None:
        self.tasks: set[asyncio.Task] = set()
        self.dropped: list[str] = []
        self.now = 0.0
        super().__init__(
            work,
            self.in_background,
            at_once=2,
            timeout=timeout,
            kept=3,
            fresh=100,
            on_dropped=self.dropped.append,
            clock=lambda: self.now,
        )

    def in_background[Result](self, work: Coroutine[None, None, Result], /) -> asyncio.Task[Result]:
        task = asyncio.create_task(work)
        self.tasks.add(task)
        return task


@pytest.fixture
async def work() -> AsyncIterator[Work]:
    work = Work()
    yield work
    work.go_on.set()


async def begun(jobs: Jobs, *keys: str) -> list[asyncio.Task[str]]:
    """Let callers ask, and give their jobs the time to begin."""
    callers = [asyncio.create_task(jobs.get(key, 10)) for key in keys]
    for _ in range(5):
        await asyncio.sleep(0)
    return callers


async def test_callers_share_a_job(work: Work) -> None:
    jobs = Jobs(work)
    callers = await begun(jobs, "a", "a", "a")
    callers[0].cancel()
    work.go_on.set()
    assert await asyncio.gather(*callers[1:]) == ["A", "A"]
    assert await jobs.get("a", 0) == "A"
    assert work.begun == ["a"]


async def test_who_has_no_time_leaves_and_the_job_goes_on(work: Work) -> None:
    jobs = Jobs(work)
    with pytest.raises(StillPreparingError):
        await jobs.get("a", 0.01)
    assert jobs.running == 1
    work.go_on.set()
    assert await jobs.get("a", 10) == "A"
    assert work.begun == ["a"]


async def test_few_work_at_once_and_not_too_many_wait(work: Work) -> None:
    jobs = Jobs(work)
    callers = await begun(jobs, *(str(number) for number in range(18)))
    assert work.working == 2
    assert jobs.running == 18
    with pytest.raises(TooManyJobsError):
        await jobs.get("one more", 0)
    work.go_on.set()
    assert len(await asyncio.gather(*callers)) == 18


async def test_a_failure_is_told_to_all_and_tried_again(work: Work) -> None:
    jobs = Jobs(work)
    work.failure = PreparationFailedError("no")
    callers = await begun(jobs, "a", "a")
    work.go_on.set()
    for caller in callers:
        with pytest.raises(PreparationFailedError):
            await caller
    assert jobs.last_failure == "PreparationFailedError"
    work.failure = None
    assert await jobs.get("a", 10) == "A"


async def test_a_failure_that_nobody_waits_for_makes_no_noise(work: Work, caplog: pytest.LogCaptureFixture) -> None:
    jobs = Jobs(work)
    work.failure = PreparationFailedError("no")
    with pytest.raises(StillPreparingError):
        await jobs.get("a", 0)
    work.go_on.set()
    await asyncio.wait(jobs.tasks)
    jobs.tasks.clear()
    await asyncio.sleep(0)
    assert "never retrieved" not in caplog.text
    assert jobs.running == 0


async def test_a_job_that_takes_too_long_is_given_up(work: Work) -> None:
    jobs = Jobs(work, timeout=0.01)
    with pytest.raises(PreparationFailedError):
        await jobs.get("a", 10)
    assert work.working == 0


async def test_a_time_out_of_the_work_itself_is_told_as_it_is(work: Work) -> None:
    jobs = Jobs(work)
    work.failure = TimeoutError("its own")
    work.go_on.set()
    with pytest.raises(TimeoutError, match="its own"):
        await jobs.get("a", 10)


async def test_results_are_kept_for_a_while_and_not_too_many(work: Work) -> None:
    jobs = Jobs(work)
    work.go_on.set()
    for key in "abcd":
        await jobs.get(key, 10)
    await asyncio.sleep(0)
    assert jobs.dropped == ["A"]
    jobs.now = 101
    assert await jobs.get("d", 10) == "D"
    assert work.begun.count("d") == 2
    jobs.forget("d", "another result")
    assert await jobs.get("d", 10) == "D"
    assert work.begun.count("d") == 2
    jobs.forget("d", await jobs.get("d", 10))
    assert await jobs.get("d", 10) == "D"
    assert work.begun.count("d") == 3
    assert sorted(jobs.dropped) == ["A", "D", "D"]


async def test_the_end_of_the_account_is_told(work: Work) -> None:
    jobs = Jobs(work)
    (caller,) = await begun(jobs, "a")
    for task in jobs.tasks:
        task.cancel()
    with pytest.raises(AccountUnloadedError):
        await caller
    work.go_on.set()
    assert await jobs.get("a", 10) == "A"
