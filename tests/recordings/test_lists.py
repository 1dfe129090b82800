"""Lists of what was recorded: kept for an hour of their own, whatever the clock on the wall is set to."""

import asyncio
from collections.abc import AsyncIterator
from typing import override

import aiohttp
import pytest

from custom_components.netrex.cloud import CloudClient, Provider
from custom_components.netrex.cloud.recordings import Interval
from custom_components.netrex.recordings.errors import TooManyListsError
from custom_components.netrex.recordings.lists import RecordingLists
from custom_components.netrex.tasks.timing import Timing
from simulator import Simulator, World
from tests.file_server import Given

NOW = 1_700_000_000.0
DAY = 86_400
PAST = (Interval(int(NOW) - 7200, int(NOW) - 3600),)


class ApiToken(Given):
    """The simulator's own token."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.text = text

    @override
    async def get(self) -> str:
        return self.text


class Kept:
    """Lists, the two clocks that they look at, and whether the cloud was asked."""

    def __init__(self, simulator: Simulator, session: aiohttp.ClientSession) -> None:
        self.wall, self.steady, self.timing = NOW, 0.0, Timing()
        cloud = CloudClient(session, Provider(simulator.url), ApiToken(simulator.api_token()))
        self.node_id = simulator.world.camera_nodes()[0].node_id
        self.lists = RecordingLists(
            cloud, asyncio.ensure_future, self.timing, clock=lambda: self.wall, steady_clock=lambda: self.steady
        )

    async def asked_for(self, intervals: tuple[Interval, ...] = PAST) -> bool:
        """Look, and tell whether the cloud had to be asked."""
        before = self.lists.requests
        assert (await self.lists.recorded(self.node_id, intervals))[0]
        return self.lists.requests > before


@pytest.fixture
async def kept() -> AsyncIterator[Kept]:
    async with Simulator(cameras=World.with_cameras(1)) as simulator, aiohttp.ClientSession() as session:
        yield Kept(simulator, session)


@pytest.mark.parametrize("jump", [-365 * DAY, -DAY, 365 * DAY])
async def test_clock_that_is_set_makes_no_list_last_longer(kept: Kept, jump: float) -> None:
    assert await kept.asked_for()
    assert not await kept.asked_for()
    kept.wall += jump
    assert not await kept.asked_for()
    kept.steady += 3601
    assert await kept.asked_for()


async def test_what_goes_on_is_not_taken_for_past_once_the_clock_is_right(kept: Kept) -> None:
    going_on = (Interval(int(NOW) - 3600, int(NOW)),)
    kept.wall += DAY
    assert await kept.asked_for(going_on)
    kept.wall -= DAY
    kept.steady += 3601
    assert await kept.asked_for(going_on)
    assert await kept.asked_for(going_on)


async def test_only_so_many_recordings_are_kept(kept: Kept) -> None:
    """Of a provider that answers with as many as it likes, and of whoever asks for many days."""
    kept.timing.most_kept_recordings = 3
    days = [(Interval(int(NOW) - number * DAY, int(NOW) - number * DAY + 600),) for number in range(1, 5)]
    for day in days:
        assert await kept.asked_for(day)
    assert kept.lists.kept == 3
    assert not await kept.asked_for(days[-1])
    assert await kept.asked_for(days[0])
    # One that is too long by itself.
    hours = tuple(
        Interval(int(NOW) - 9 * DAY + hour * 3600, int(NOW) - 9 * DAY + hour * 3600 + 600) for hour in range(4)
    )
    assert await kept.asked_for(hours)
    assert await kept.asked_for(hours)


async def test_only_so_many_wait_for_the_cloud(kept: Kept) -> None:
    """It is asked for a few at a time, and goes on when nobody waits: somebody could ask for years of days."""
    kept.timing.most_awaited_lists = 6
    days = [(Interval(int(NOW) - number * DAY, int(NOW) - number * DAY + 600),) for number in range(1, 8)]
    *first, one_more = days
    waiting = [asyncio.create_task(kept.lists.recorded(kept.node_id, day)) for day in (*first, first[0])]
    await asyncio.sleep(0)
    with pytest.raises(TooManyListsError):
        await kept.lists.recorded(kept.node_id, one_more)
    assert await asyncio.gather(*waiting)
    assert kept.lists.requests == len(first)
    assert await kept.asked_for(one_more)
