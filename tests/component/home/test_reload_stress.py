"""Reloaded again and again while everything goes on: nothing dies, and nothing is left behind.

The short form is part of all tests. The long one, `scripts/soak`, reloads 200 times.
"""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
import gc
import os
from pathlib import Path
from typing import Final

from homeassistant.components.camera import async_request_stream
from homeassistant.components.stream import Stream
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import STATE_UNKNOWN, Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.netrex.account.account import NetrexAccount
from custom_components.netrex.cameras.axis_camera import AxisCamera
from simulator import Simulator, Switches, World

from ..cameras.test_camera import cameras
from ..listening import add_listening, until_listening
from ..person import Person
from ..process_memory import process_memory, return_freed_memory
from ..soaking import errors_logged, measure
from ..waiting import until
from .test_reloads import dead

_RELOADS: Final = int(os.environ.get("NETREX_SOAK_STRESSED_RELOADS", "20"))
_IS_LONG: Final = _RELOADS > 20
#: Reloads until everything has happened that ever does.
_FIRST: Final = 40 if _IS_LONG else 10
#: How much more memory the process may hold in the end.
_GROWTH: Final = 1.05
#: Seconds between events.
_EVENTS_EVERY: Final = 0.3
#: Inputs of each camera that are reported in turn.
_INPUTS: Final = 5

pytestmark = [pytest.mark.slow, pytest.mark.timeout(0 if _IS_LONG else 900)]


@pytest.fixture(autouse=True)
def _log() -> Iterator[None]:
    """No entity is refused, or fails to be added or removed; that a reload was canceled is said."""
    with errors_logged() as errors:
        yield
    # A live picture that ends with its account is an error to Home Assistant's streams.
    ours = [each for each in errors if not each[0].startswith(("homeassistant.components.stream", "libav"))]
    assert [each for each in ours if "cancelled" not in each[1]] == []


@pytest.fixture
def camera_count() -> int:
    return 4


@pytest.fixture
async def simulator(switches: Switches, camera_count: int) -> AsyncIterator[Simulator]:
    """Like that of other tests, without a log in memory."""
    async with Simulator(switches, World.with_cameras(camera_count)) as running:
        yield running


def _report(simulator: Simulator, number: int, *, active: bool) -> None:
    for serial in simulator.world.cameras:
        simulator.happen(serial, "input", str(number % _INPUTS), active=active)
        simulator.happen(serial, "motion", active=active)


@asynccontextmanager
async def _events(simulator: Simulator) -> AsyncIterator[None]:
    """Let something happen at all cameras all the time."""

    async def go_on() -> None:
        number = 0
        while True:
            _report(simulator, number // 2, active=number % 2 == 0)
            number += 1
            await asyncio.sleep(_EVENTS_EVERY)

    going_on = asyncio.create_task(go_on())
    try:
        yield
    finally:
        going_on.cancel()
        await asyncio.wait({going_on})


async def _watch(hass: HomeAssistant, simulator: Simulator) -> None:
    """Watch all cameras live."""
    for entity_id in cameras(hass):
        await async_request_stream(hass, entity_id, "hls")
    for serial in simulator.world.cameras:
        await simulator.wait_viewers(serial, 1)


async def _leave_at(entry: ConfigEntry, request: asyncio.Task[int], state: ConfigEntryState, turns: int) -> None:
    """Close the browser so many turns of the event loop after the account has come into a state."""
    reached = asyncio.Event()
    stop = entry.async_on_state_change(lambda: reached.set() if entry.state is state else None)
    await reached.wait()
    stop()
    for _ in range(turns):
        await asyncio.sleep(0)
    request.cancel()
    await asyncio.wait({request})


async def _reload(hass: HomeAssistant, person: Person, entry: ConfigEntry, number: int) -> None:
    """Reload the account in the browser, now and then by changed options, now and then without waiting for it."""

    async def ask() -> int:
        # A connection of its own, since it may be left.
        url = person.app.make_url(f"/api/config/config_entries/entry/{entry.entry_id}/reload")
        async with person.app.session.post(url, headers={"Connection": "close"}) as response:
            return response.status

    match number % 10:
        case 4:
            await person.options(entry)
            await person.choose("recordings")
            days = 3 + number // 10
            step = await person.answer(recording_height="1080", recording_days=days, only_recorded_days=True)
            assert step["type"] == "create_entry"
        case 9:
            request = asyncio.create_task(ask())
            state = ConfigEntryState.UNLOAD_IN_PROGRESS if number % 20 == 9 else ConfigEntryState.SETUP_IN_PROGRESS
            await _leave_at(entry, request, state, number // 10 * 7)
        case _:
            assert await ask() == 200
    async with entry.setup_lock:
        assert entry.state.recoverable


def _inputs(hass: HomeAssistant, entry: ConfigEntry) -> list[er.RegistryEntry]:
    registry = er.async_get(hass)
    return [
        each
        for each in er.async_entries_for_config_entry(registry, entry.entry_id)
        if each.domain == Platform.BINARY_SENSOR and "input" in each.unique_id
    ]


def _alive() -> Counter[str]:
    """Return how many there are of what each reload makes once more."""
    gc.collect()
    kinds = (NetrexAccount, AxisCamera, Stream)
    return Counter(kind.__qualname__ for kind in map(type, gc.get_objects()) if kind in kinds)


async def test_reloads_under_stress(hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path) -> None:
    return_freed_memory()
    entry = await add_listening(hass, person)
    entry.async_on_state_change(
        lambda: _report(simulator, 0, active=entry.state is ConfigEntryState.UNLOAD_IN_PROGRESS)
    )
    cameras_count = len(simulator.world.cameras)

    async def once_more() -> None:
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until_listening(hass, entry, simulator)
        await until(hass, lambda: not dead(hass, entry))

    async def reload(numbers: range) -> None:
        """Reload under stress, then once without."""
        async with _events(simulator):
            for number in numbers:
                for entity in _inputs(hass, entry):
                    er.async_get(hass).async_remove(entity.entity_id)
                await _reload(hass, person, entry, number)
                if entry.state is ConfigEntryState.LOADED:
                    await until_listening(hass, entry, simulator)
                    await until(hass, lambda: not dead(hass, entry))
                    await _watch(hass, simulator)
            await once_more()
            await until(hass, lambda: len(_inputs(hass, entry)) == _INPUTS * cameras_count)
            await until(hass, lambda: all(each.state != STATE_UNKNOWN for each in hass.states.async_all("image")))
        await once_more()

    await reload(range(_FIRST))
    before, memory, alive = await measure(hass, tmp_path), process_memory(), _alive()
    await reload(range(_FIRST, _RELOADS))
    after = await measure(hass, tmp_path, until=lambda now: not now.growth_since(before))
    memory_after = process_memory()
    assert _alive() == alive == {"NetrexAccount": 1, "AxisCamera": cameras_count}
    assert after.growth_since(before) == {}
    assert memory_after < memory * _GROWTH
