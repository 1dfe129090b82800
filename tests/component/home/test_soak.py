"""Left alone for a long time: days pass, networks fail at night, people look and leave, and nothing piles up.

The short form is part of all tests. The long one, `scripts/soak`, is a month.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
import os
from pathlib import Path
import tempfile
import time
import tracemalloc
from typing import Final

import aiohttp
from homeassistant.components.camera import async_get_image, async_get_stream_source
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.netrex.cameras.axis_camera import Condition
from custom_components.netrex.const import CONF_EVENT_DAYS
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Simulator, Switches, World

from ..cameras.test_camera import cameras
from ..listening import add_listening, until_listening
from ..person import Person
from ..soaking import Clock, Figures, StateWrites, errors_logged, measure, settle
from ..waiting import until

_DAYS: Final = int(os.environ.get("NETREX_SOAK_DAYS", "3"))
_IS_LONG: Final = _DAYS > 3
_OPENS: Final = int(os.environ.get("NETREX_SOAK_OPENS", "20"))
_RELOADS: Final = int(os.environ.get("NETREX_SOAK_RELOADS", "10"))
#: Seconds: a poll of the tree falls due in each step, which is up to a second later than five minutes.
_STEP: Final = 302
_STEPS: Final = 24 * 3600 // _STEP
#: Steps of the night in which nothing answers.
_OUTAGE: Final = range(24, 30)
#: Bytes that our code may hold more in the end: caches of texts fill slowly. And more for each day: Python hands memory
#: that our dictionaries have had on to others', such as the simulator's, which keeps every token for good; it counts as
#: ours all the same. Objects of ours are counted one by one.
_SLACK: Final = 64_000
_SLACK_A_DAY: Final = 4_000

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0 if _IS_LONG else 900)]


@pytest.fixture(autouse=True)
def _quiet_log() -> Iterator[None]:
    """Errors are those of nights without a network, also in a month."""
    with errors_logged() as errors:
        yield
    texts = [text for name, text in errors if name.startswith("custom_components")]
    # Once for each night, as Home Assistant wants it.
    assert not [text for text in texts if not text.startswith("Error fetching netrex tree data")]
    assert len(texts) <= _DAYS


@pytest.fixture(autouse=True)
def _own_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files for a while are made in the test's own folder, beside the pictures; in the usual one others are at work."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    return Clock(monkeypatch)


@pytest.fixture
def camera_count() -> int:
    return 2


@pytest.fixture
async def simulator(switches: Switches, camera_count: int, clock: Clock) -> AsyncIterator[Simulator]:
    """Like that of other tests, by the same clock, and without a log of a month in memory."""
    world = World.with_cameras(camera_count)
    # One is old, and heard over RTSP. Time that is put forward must not end its session.
    old = list(world.cameras.values())[-1]
    old.event_stream, old.rtsp_timeout = False, 10**8
    async with Simulator(switches, world, clock=lambda: time.time()) as running:  # noqa: PLW0108 - looked up each time
        yield running


@contextmanager
def _tracing(*, wanted: bool = True) -> Iterator[None]:
    """Note who asks for memory, which takes as long again as all the rest."""
    if not wanted:
        yield
        return
    tracemalloc.start()
    try:
        yield
    finally:
        tracemalloc.stop()


def _growth(before: Figures, after: Figures) -> dict[str, int]:
    """Return what there is more of than there may be."""
    grown = after.growth_since(before)
    # Pieces of the last hour, of which a camera that is seldom asked fills one after another.
    if after.objects["LastHour"] <= 12 * after.objects["CallLog"]:
        grown.pop("LastHour", None)
    # The last that began at each camera.
    if after.objects["DetectionEvent"] <= 16 * after.objects["CameraEvents"]:
        grown.pop("DetectionEvent", None)
    # The last episodes of each camera, and those of whose pictures it is known what they show.
    for name in ("Episode", "EpisodeId"):
        if after.objects[name] <= 12 * after.objects["CameraEvents"]:
            grown.pop(name, None)
    return grown


async def _assert_no_growth(
    hass: HomeAssistant, folder: Path, before: Figures, *, memory: bool = True, days: int = 0
) -> None:
    after = await measure(hass, folder, memory=memory, until=lambda now: not _growth(before, now))
    assert _growth(before, after) == {}, (before, after)
    assert after.memory - before.memory < _SLACK + days * _SLACK_A_DAY, (before.memory, after.memory)


async def _all_is_well(hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator) -> None:
    assert entry.state is ConfigEntryState.LOADED
    conditions = {camera.condition for camera in entry.runtime_data.cameras.values()}
    assert conditions == {Condition.REACHABLE}
    await until_listening(hass, entry, simulator)


def _shown_since(hass: HomeAssistant, began: float) -> bool:
    """Tell whether all pictures of events are of a time or later."""
    shown = [dt_util.parse_datetime(image.state) for image in hass.states.async_all("image")]
    return all(taken_at is not None and taken_at.timestamp() >= began for taken_at in shown)


async def _come_by(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> None:
    """Move before every camera, and look at one."""
    began = time.time()
    for serial in simulator.world.cameras:
        simulator.happen(serial, "motion", active=True)
        simulator.happen(serial, "motion", active=False)
        for name in ("plate", "crossing", "air", "area_temperature"):
            simulator.happen(serial, name)
    await until(hass, lambda: all(each.events.counts for each in entry.runtime_data.cameras.values()))
    await async_get_image(hass, cameras(hass)[0])
    # Time that is put forward would be up for the pictures of these events as well.
    await until(hass, lambda: _shown_since(hass, began))


async def _day(hass: HomeAssistant, clock: Clock, simulator: Simulator, entry: ConfigEntry) -> None:
    """Let a day pass: two hours of the night without a network, and at noon somebody comes by and looks."""
    for step in range(_STEPS):
        if step == _OUTAGE.start:
            simulator.faults.add(Fault(kind="*", cut=True))
            for serial in simulator.world.cameras:
                simulator.events.cut(serial)
        elif step == _OUTAGE.stop:
            simulator.faults.clear()
        await clock.forward(hass, _STEP)
        if step == _STEPS // 2:
            await _come_by(hass, simulator, entry)
    await _all_is_well(hass, entry, simulator)


async def _all_declared(hass: HomeAssistant, clock: Clock, simulator: Simulator, entry: ConfigEntry) -> None:
    """Let time pass until all cameras were asked what they could report, one after another."""
    while len(entry.runtime_data.declared_sources.results) < len(simulator.world.cameras):
        await clock.forward(hass, _STEP)


async def test_days_leave_nothing_behind(
    hass: HomeAssistant, person: Person, simulator: Simulator, clock: Clock, tmp_path: Path
) -> None:
    timing_of(hass).most_recent_episodes = 4
    entry = await add_listening(hass, person)
    # What happened the day before is removed.
    hass.config_entries.async_update_entry(entry, options={CONF_EVENT_DAYS: 1})
    await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    writes = StateWrites(hass)
    with _tracing(wanted=_IS_LONG):
        # After the first day, all that is remembered is known.
        await _day(hass, clock, simulator, entry)
        writes.take()
        asked = Counter(simulator.counters)
        before = await measure(hass, tmp_path, memory=_IS_LONG)
        written: list[Counter[str]] = []
        requests: list[Counter[str]] = []
        for _ in range(_DAYS - 1):
            await _day(hass, clock, simulator, entry)
            written.append(writes.take())
            requests.append(Counter(simulator.counters) - asked)
            asked = Counter(simulator.counters)
        await _assert_no_growth(hass, tmp_path, before, memory=_IS_LONG, days=_DAYS)
    writes.stop()
    # A tree a step, as far as it can be asked for; tokens as often as they end; and what a day costs, every day costs.
    for day, states in zip(requests, written, strict=True):
        assert _STEPS - len(_OUTAGE) - 2 <= day["graphql:nodeList"] <= _STEPS
        # While nothing answers, whoever wants a token tries.
        assert 22 <= day["oauth2:token:refresh"] <= 26 + 4 * len(_OUTAGE)
        ours = {name: count for name, count in states.items() if not name.startswith(("camera.", "image."))}
        assert max(ours.values()) <= 12, ours
    totals = [each.total() for each in written]
    varied = {name for each in written for name, count in each.items() if count != written[0][name]}
    assert max(totals) - min(totals) <= 8, (totals, varied)
    assert max(map(Counter.total, requests)) < 2 * min(map(Counter.total, requests))


async def test_a_quiet_hour_writes_no_state(
    hass: HomeAssistant, person: Person, simulator: Simulator, clock: Clock
) -> None:
    entry = await add_listening(hass, person)
    await _all_declared(hass, clock, simulator, entry)
    writes = StateWrites(hass)
    for _ in range(12):
        await clock.forward(hass, _STEP)
    writes.stop()
    # Home Assistant itself gives cameras and images a new address every five minutes.
    assert {name for name in writes.by_entity if not name.startswith(("camera.", "image."))} == set()
    assert max(writes.by_entity.values()) <= 12


async def test_opens_of_a_stream_leave_nothing_behind(
    hass: HomeAssistant, person: Person, simulator: Simulator, clock: Clock, tmp_path: Path
) -> None:
    entry = await add_listening(hass, person)
    await _all_declared(hass, clock, simulator, entry)
    url = await async_get_stream_source(hass, cameras(hass)[0])
    assert url
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as watcher:

        async def watch(times: int) -> None:
            for _ in range(times):
                async with watcher.get(url) as response:
                    assert await response.content.readexactly(188)
                await until(hass, lambda: not simulator.live_viewers, settle=False)

        await watch(3)
        with _tracing():
            await watch(2)
            before = await measure(hass, tmp_path, memory=True)
            await watch(_OPENS)
            await _assert_no_growth(hass, tmp_path, before)


async def test_reloads_leave_nothing_behind(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    entry = await add_listening(hass, person)

    async def reload(times: int) -> None:
        for _ in range(times):
            assert await hass.config_entries.async_reload(entry.entry_id)
            await until_listening(hass, entry, simulator)

    await reload(2)
    with _tracing():
        await reload(2)
        before = await measure(hass, tmp_path, memory=True)
        await reload(_RELOADS)
        await _assert_no_growth(hass, tmp_path, before)
    await settle(hass)
