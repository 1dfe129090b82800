"""What is kept of events: a day of 10 cameras out of 20,000 episodes, a minute of 10 events a second, and the start.

The day is asked in turn from ours and from Home Assistant's recorder, which holds as many states of event entities
with the attributes that ours have, in one process; ours answers with what the timeline shows, the recorder with what
the history page shows. Each event of the minute has a picture of 150 KB with a thumbnail. The account is set up in
turn with and without 20,000 episodes.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
import shutil
import sys
import time
from typing import Final

from homeassistant.core import HomeAssistant
from PIL import Image
from pytest_homeassistant_custom_component.common import MockConfigEntry

from benchmarks.command import run
from benchmarks.event_loop import memory, ticking
from benchmarks.figures import Figure, Goal, at_most
from benchmarks.home import SimulatedCameras, add_netrex, home, simulated
from benchmarks.recorder import start_recorder
from custom_components.netrex.cloud.recordings import Interval
from custom_components.netrex.const import DOMAIN
from custom_components.netrex.episodes.account_episodes import AccountEpisodes
from custom_components.netrex.episodes.episode import Episode, EpisodeId, EpisodeKind
from custom_components.netrex.episodes.thumbnails import make_thumbnail

_EPISODES: Final = 20_000
_CAMERAS: Final = 40
_ASKED: Final = 10
_DAYS: Final = 14
_DAY: Final = 24 * 3600
_ROUNDS: Final = 25
_MOST_MS: Final = 20.0
_EVENTS_A_SECOND: Final = 10
_SECONDS: Final = 60
# It begins and ends as a JPEG of 640 x 360 pixels: what doesn't is taken for a damaged file.
_PICTURE: Final = b"\xff\xd8\xff\xc0\x00\x11\x08\x01\x68\x02\x80" + bytes(150_000) + b"\xff\xd9"
_THUMBNAIL: Final = b"\xff\xd8" + bytes(12_000)
#: MB that the second half of the minute may add.
_MOST_GROWTH: Final = 4.0
_STARTS: Final = 9
_MOST_START_MS: Final = 50.0
_EVER: Final = Interval(0, 1 << 40)


def _some(count: int, until: int) -> list[Episode]:
    """Return episodes of the cameras in turn, spread over two weeks until a moment in seconds."""
    kinds = tuple(EpisodeKind)
    apart = _DAYS * _DAY * 1000 // count
    return [
        Episode(
            EpisodeId(number % _CAMERAS + 1, until * 1000 - number * apart - 20_000),
            until * 1000 - number * apart,
            (kinds[number % len(kinds)], EpisodeKind.MOTION),
            (f"Scenario {number % 7}",),
        )
        for number in range(count)
    ]


async def _written(episodes: AccountEpisodes) -> None:
    async with asyncio.timeout(60):
        while (await episodes.facts())["not_written_yet"]:  # noqa: ASYNC110 - as diagnostics say it
            await asyncio.sleep(0.05)


async def _fill(episodes: AccountEpisodes, some: Sequence[Episode]) -> None:
    for begin in range(0, len(some), 2000):
        for each in some[begin : begin + 2000]:
            episodes.put(each)
        await _written(episodes)


async def _load(hass: HomeAssistant, cameras: int) -> AccountEpisodes:
    entry = MockConfigEntry(domain=DOMAIN, entry_id="BENCHMARK")
    if hass.config_entries.async_get_entry("BENCHMARK") is None:
        entry.add_to_hass(hass)
    episodes = AccountEpisodes(hass, entry)
    episodes.async_start()
    episodes.follow_cameras(range(1, cameras + 1))
    return episodes


async def _of_a_day(*, quick: bool) -> list[Figure]:
    """Ask for a day, in turn."""
    count, rounds = (1000, 3) if quick else (_EPISODES, _ROUNDS)
    now = int(time.time())
    some = _some(count, now)
    ours, theirs, found = list[float](), list[float](), list[float]()
    async with home() as hass:
        history = await start_recorder(hass)
        episodes = await _load(hass, _CAMERAS)
        await _fill(episodes, some)
        await history.record(some)
        for number in range(rounds):
            begin = now - (number % (_DAYS - 2) + 1) * _DAY
            nodes = [(number + each * 3) % _CAMERAS + 1 for each in range(_ASKED)]
            interval = Interval(begin, begin + _DAY)
            began = time.perf_counter()
            kept = await episodes.find(nodes, interval)
            ours.append((time.perf_counter() - began) * 1000)
            began = time.perf_counter()
            states = await history.ask(
                nodes, datetime.fromtimestamp(begin, UTC), datetime.fromtimestamp(begin + _DAY, UTC)
            )
            theirs.append((time.perf_counter() - began) * 1000)
            found.append(len(kept))
            # Either may count one at the very edge of the day.
            if abs(len(kept) - states) > 1:
                raise RuntimeError(f"{len(kept)} episodes, but {states} states")
        began = time.perf_counter()
        days = [Interval(now - (day + 1) * _DAY, now - day * _DAY) for day in range(_DAYS)]
        counted = sum(await episodes.counts(range(1, _CAMERAS + 1), days))
        counting = (time.perf_counter() - began) * 1000
        await episodes.async_end()
    return [
        Figure("episodes in the day", "", found),
        Figure(
            f"a day of {_ASKED} cameras out of {count:,} episodes",
            "ms",
            ours,
            {"recorder": theirs},
            [at_most(f"at most {_MOST_MS:g} ms", ours, _MOST_MS)],
        ),
        Figure(f"how many there were on each of {_DAYS} days, {counted:,} in all", "ms", [counting]),
    ]


async def _of_a_minute(*, quick: bool) -> list[Figure]:
    """Let events happen, each with a picture, and look whether all are there afterward."""
    seconds = 2 if quick else _SECONDS
    async with home() as hass:
        episodes = await _load(hass, 10)
        happened, growth = 0, 0.0
        async with ticking() as ticker:
            began = time.monotonic()
            for number in range(seconds * _EVENTS_A_SECOND):
                at = round(time.time() * 1000)
                episode = Episode(EpisodeId(number % 10 + 1, at), at, (EpisodeKind.PERSON,), ("Gate",), is_over=False)
                episodes.put(episode)
                episodes.put_picture(episode.id, _PICTURE + bytes([number % 256]), _THUMBNAIL)
                episodes.put(replace(episode, ended_at=at + 50, is_over=True))
                happened += 1
                if number == seconds * _EVENTS_A_SECOND // 2:
                    growth = memory(collect=False)
                await asyncio.sleep(max(0, began + (number + 1) / _EVENTS_A_SECOND - time.monotonic()))
            growth = memory(collect=False) - growth
        await episodes.async_end()
        episodes = await _load(hass, 10)
        kept = await episodes.find(range(11), _EVER, limit=10_000)
        pictures = [await episodes.picture(each.id) for each in kept]
        lost = happened - sum(each.has_picture for each in kept)
        lost += sum(picture is None or len(picture) != len(_PICTURE) + 1 for picture in pictures)
        await episodes.async_end()
    block = ticker.longest_block_of_code * 1000
    return [
        Figure("events in a minute", "", [happened]),
        Figure("lost", "", [lost], {}, [Goal("none lost", lost, 0)]),
        Figure("longest block of the event loop meanwhile", "ms", [block], {}, [at_most("at most 20 ms", [block], 20)]),
        Figure(
            "memory more after half a minute",
            "MB",
            [growth],
            {},
            [Goal(f"at most {_MOST_GROWTH:g} MB", growth, _MOST_GROWTH)],
        ),
    ]


async def _set_up(hass: HomeAssistant, entry: MockConfigEntry) -> float:
    began = time.perf_counter()
    if not await hass.config_entries.async_setup(entry.entry_id):
        raise RuntimeError("the account was not set up")
    return (time.perf_counter() - began) * 1000


async def _of_a_start(cameras: SimulatedCameras, *, quick: bool) -> list[Figure]:
    """Set an account up with and without episodes, in turn."""
    count, starts = (1000, 2) if quick else (_EPISODES, _STARTS)
    with_episodes, without, first = list[float](), list[float](), list[float]()
    async with home() as hass:
        entry = await add_netrex(hass, cameras)
        (node_id,) = entry.runtime_data.cameras
        some = [replace(each, id=EpisodeId(node_id, each.id.began_at)) for each in _some(count, int(time.time()))]
        await _fill(entry.runtime_data.episodes, some)
        await hass.config_entries.async_unload(entry.entry_id)
        path = Path(hass.config.cache_path(DOMAIN, "episodes.db"))
        full = path.with_name("full")
        await hass.async_add_executor_job(path.rename, full)
        for number in range(2 * starts):
            if number % 2:
                await hass.async_add_executor_job(shutil.copy, full, path)
            (with_episodes if number % 2 else without).append(await _set_up(hass, entry))
            if number % 2:
                began = time.perf_counter()
                await entry.runtime_data.episodes.find([node_id], Interval(int(time.time()) - _DAY, int(time.time())))
                first.append((time.perf_counter() - began) * 1000)
            await hass.config_entries.async_unload(entry.entry_id)
            await hass.async_add_executor_job(path.unlink, True)
    more = [with_ - without_ for with_, without_ in zip(with_episodes, without, strict=True)]
    return [
        Figure(f"set-up of an account with {count:,} episodes", "ms", with_episodes, {"without": without}),
        Figure(
            "longer than without, round by round",
            "ms",
            more,
            {},
            [at_most(f"at most {_MOST_START_MS:g} ms", more, _MOST_START_MS)],
        ),
        Figure("its first question for a day, right after that", "ms", first),
    ]


def _of_a_thumbnail(*, quick: bool) -> list[Figure]:
    """Make thumbnails of a picture as cameras send them; noise is the worst that a decoder can get."""
    file = BytesIO()
    Image.effect_noise((1280, 720), 60).convert("RGB").save(file, "JPEG")
    picture, times = file.getvalue(), list[float]()
    make_thumbnail(picture)
    for _ in range(5 if quick else 100):
        began = time.perf_counter()
        make_thumbnail(picture)
        times.append((time.perf_counter() - began) * 1000)
    return [Figure(f"a thumbnail of a picture of {len(picture) // 1000} KB, beside the event loop", "ms", times)]


async def figures(*, quick: bool) -> list[Figure]:
    """Measure everything."""
    day = await _of_a_day(quick=quick)
    minute = [*await _of_a_minute(quick=quick), *_of_a_thumbnail(quick=quick)]
    async with simulated("--cameras", "1") as cameras:
        return [*day, *minute, *await _of_a_start(cameras, quick=quick)]


def main() -> int:
    """Run it."""
    return run("episodes", __doc__, figures)


if __name__ == "__main__":
    sys.exit(main())
