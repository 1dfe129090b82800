"""Work that several callers want is done once."""

import asyncio

import pytest

from custom_components.netrex.transport.single_flight import SingleFlight, WorkCanceledError


class Work:
    """Ends when the test says so."""

    def __init__(self) -> None:
        self.results: list[asyncio.Future[int]] = []

    async def __call__(self) -> int:
        self.results.append(asyncio.get_running_loop().create_future())
        return await self.results[-1]

    async def started(self, count: int = 1) -> None:
        while len(self.results) < count:
            await asyncio.sleep(0)


async def test_callers_share_the_work_of_their_key() -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    work, other = Work(), Work()
    callers = [asyncio.create_task(flights.get("a", work)) for _ in range(3)]
    of_other = asyncio.create_task(flights.get("b", other))
    await work.started()
    await other.started()
    assert len(flights.tasks) == 2
    assert flights.pending("a") in flights.tasks
    work.results[0].set_result(7)
    other.results[0].set_result(8)
    assert await asyncio.gather(*callers, of_other) == [7, 7, 7, 8]
    assert len(work.results) == len(other.results) == 1
    assert flights.pending("a") is None


async def test_failure_reaches_all_callers_and_the_next_one_tries_again() -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    work = Work()
    callers = [asyncio.create_task(flights.get("a", work)) for _ in range(2)]
    await work.started()
    work.results[0].set_exception(ValueError("no"))
    assert [type(each) for each in await asyncio.gather(*callers, return_exceptions=True)] == [ValueError] * 2
    again = asyncio.create_task(flights.get("a", work))
    await work.started(2)
    work.results[1].set_result(9)
    assert await again == 9


async def test_canceled_caller_disturbs_nobody() -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    work = Work()
    first, second = (asyncio.create_task(flights.get("a", work)) for _ in range(2))
    await work.started()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    work.results[0].set_result(3)
    assert await second == 3


async def test_failure_that_nobody_waits_for_is_not_logged(caplog: pytest.LogCaptureFixture) -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    work = Work()
    task = flights.start("a", work)
    await work.started()
    work.results[0].set_exception(ValueError("no"))
    await asyncio.wait({task})
    del task
    assert not caplog.records


async def test_close_ends_the_work() -> None:
    flights: SingleFlight[str, int] = SingleFlight()
    work = Work()
    caller = asyncio.create_task(flights.get("a", work))
    await work.started()
    await flights.close()
    with pytest.raises(WorkCanceledError):
        await caller
    assert work.results[0].cancelled()
    await flights.close()
