"""What is too old or too much goes, the oldest first; a clock that is wrong for a while costs nothing."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from custom_components.netrex.episodes import keeper, shared_database
from custom_components.netrex.episodes.episode import Episode
from custom_components.netrex.episodes.retention import Bounds, bounds_of
from tests.component.episodes_kept import PICTURE, THUMBNAIL

from .keeping import ALL, CAMERA, NOW, Keeping, at

_DAY = 24 * 3600.0


@dataclass
class Clock:
    """Stands for the module `time`: a clock that is set, and one that only goes on."""

    wall: float = NOW
    elapsed: float = 1000.0

    def time(self) -> float:
        return self.wall

    def monotonic(self) -> float:
        return self.elapsed

    def passes(self, **long: float) -> None:
        seconds = timedelta(**long).total_seconds()
        self.wall += seconds
        self.elapsed += seconds

    def set(self, year: int) -> None:
        self.wall = datetime(year, 6, 1, tzinfo=UTC).timestamp()


@pytest.fixture(autouse=True)
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    for module in (keeper, shared_database):
        monkeypatch.setattr(module, "time", clock)
    return clock


def days_ago(*days: float) -> list[Episode]:
    """Return episodes, the latest first."""
    return [at(-day * _DAY) for day in days]


async def hours(keeping: Keeping, clock: Clock, count: int) -> None:
    for _ in range(count):
        clock.passes(hours=1)
        await keeping.hour()


async def test_days(keeping: Keeping, clock: Clock) -> None:
    kept = days_ago(0, 1, 13.5, 14.5, 80)
    await keeping.keep(*kept, picture=True)
    await keeping.reload()
    assert await keeping.found() == [each.id for each in kept[:3]]
    await hours(keeping, clock, 13)
    assert await keeping.found() == [each.id for each in kept[:2]]
    assert len(await keeping.files()) == 4
    # A later change of the options goes for what is there.
    await keeping.reload(event_days=1)
    assert await keeping.found() == [kept[0].id]
    assert (await keeping.episodes.facts())["stored"] == 1
    assert keeping.episodes.kept_since > datetime.now(UTC) - timedelta(days=1, minutes=1)


async def test_space_is_taken_from_the_oldest_pictures(keeping: Keeping) -> None:
    await keeping.reload(event_space=1)
    episodes = [at(-number) for number in range(12)]
    for each in reversed(episodes):
        keeping.episodes.put(each)
        keeping.episodes.put_picture(each.id, PICTURE.ljust(90_000, b"\xff"), THUMBNAIL.ljust(10_000, b"\xff"))
        # Written much of the space: without waiting for the hour.
        await keeping.settle()
        assert (await keeping.episodes.facts())["bytes"] <= 1_000_000
    found = await keeping.episodes.find({CAMERA}, ALL)
    assert [each.has_picture for each in found] == [True] * 9 + [False] * 3
    assert len(await keeping.files()) == 18
    assert await keeping.episodes.picture(found[0].id)
    assert await keeping.episodes.picture(found[-1].id) is None


async def test_space_for_episodes_alone(keeping: Keeping) -> None:
    await keeping.reload(event_space=1)
    await keeping.keep(*(at(-number / 10) for number in range(4000)))
    await keeping.hour()
    found = await keeping.episodes.find({CAMERA}, ALL, limit=5000)
    assert 3000 < len(found) < 3334
    assert found[0].id == at().id


async def test_what_is_removed_is_not_looked_for_with_every_event(
    keeping: Keeping, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked = []

    def look(*arguments: Any) -> Bounds:
        looked.append(1)
        return bounds_of(*arguments)

    monkeypatch.setattr(keeper, "bounds_of", look)
    for number in range(20):
        await keeping.keep(at(-number), picture=True)
    # Once for the new database.
    assert looked == [1]
    await keeping.hour()
    assert looked == [1, 1]


async def test_no_pictures(keeping: Keeping) -> None:
    kept = days_ago(1, 2)
    await keeping.keep(*kept, picture=True)
    await keeping.reload(event_pictures=False)
    assert await keeping.files() == []
    assert await keeping.episodes.find({CAMERA}, ALL) == kept
    await keeping.keep(new := at(), picture=True)
    assert await keeping.episodes.get(new.id) == new
    await keeping.reload(event_pictures=True)
    await keeping.keep(newer := at(1), picture=True)
    assert await keeping.episodes.get(newer.id) == replace(newer, has_picture=True)


@pytest.mark.parametrize("year", [1970, 2020, 2050])
async def test_clock_that_is_wrong_for_a_while(keeping: Keeping, clock: Clock, year: int) -> None:
    kept = days_ago(0, 1, 13.5)
    await keeping.keep(*kept, picture=True)
    await keeping.hour()
    right = clock.wall
    clock.set(year)
    await hours(keeping, clock, 2)
    # Also one that Home Assistant starts with.
    await keeping.reload()
    wrong = replace(at(), id=replace(at().id, began_at=round(clock.wall * 1000)))
    await keeping.keep(wrong := replace(wrong, ended_at=wrong.id.began_at))
    await hours(keeping, clock, 1)
    assert set(await keeping.found()) >= {each.id for each in kept[:2]}
    clock.wall = right
    await hours(keeping, clock, 2)
    # What happened on that day is of no day: it is gone. Hours of a wrong clock count as days at most.
    assert await keeping.found() == [each.id for each in kept[: 2 if year > 2026 else 3]]
    await hours(keeping, clock, 24)
    assert await keeping.found() == [each.id for each in kept[:2]]


async def test_clock_that_is_years_ahead_for_a_minute(keeping: Keeping, clock: Clock) -> None:
    kept = days_ago(0, 1, 13.5)
    await keeping.keep(*kept)
    await keeping.hour()
    right = clock.wall
    clock.set(2050)
    await keeping.hour()
    clock.passes(minutes=1)
    await keeping.hour()
    clock.wall = right + 60
    await keeping.hour()
    assert await keeping.found() == [each.id for each in kept]


async def test_home_assistant_that_was_off_for_months(keeping: Keeping, clock: Clock) -> None:
    await keeping.keep(*days_ago(0, 5), picture=True)
    await keeping.unload()
    clock.passes(days=90)
    clock.elapsed = 0
    await keeping.load()
    await keeping.keep(new := at(90 * _DAY))
    # It could be the clock: what is old goes within a few days.
    assert len(await keeping.found()) == 3
    await hours(keeping, clock, 4 * 24)
    assert await keeping.found() == [new.id]
    assert await keeping.files() == []


async def test_first_clock_is_not_set_yet(keeping: Keeping, clock: Clock) -> None:
    clock.set(1970)
    first = replace(at(), id=replace(at().id, began_at=round(clock.wall * 1000)))
    await keeping.keep(replace(first, ended_at=first.id.began_at))
    await keeping.hour()
    clock.wall = NOW
    await keeping.keep(*(kept := days_ago(0, 20)))
    await hours(keeping, clock, 2 * 24)
    assert await keeping.found() == [kept[0].id]


async def test_thousands_are_removed_in_pieces(keeping: Keeping) -> None:
    old, kept = at(-15 * _DAY), at()
    ids = [replace(old.id, began_at=old.id.began_at - number) for number in range(2600)]
    await keeping.keep(*(replace(old, id=each) for each in ids), kept)
    await keeping.hour()
    assert await keeping.found() == [kept.id]
