"""What a camera costs does not depend on how many others there are."""

import asyncio
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
import sys
from types import FrameType

from homeassistant.core import HomeAssistant
import pytest

from custom_components.netrex.account.account import NetrexAccount
from custom_components.netrex.cameras.channels import Channel
from custom_components.netrex.entity.base import NetrexEntity
from simulator import Simulator
from simulator.life import furnish

from ..person import Person
from ..waiting import until, until_ready

_FEW, _MANY = 6, 36
#: How much more often a function may be called: what comes when differs, but a square of six is 36.
_GROWTH, _FEW_MORE = _MANY / _FEW * 2.5, 40


@contextmanager
def _calls() -> Iterator[Counter[str]]:
    """Count the calls of each of the integration's functions, also of the generators within them."""
    calls: Counter[str] = Counter()

    def called(frame: FrameType, event: str, _argument: object) -> None:
        code = frame.f_code
        if event == "call" and "custom_components/netrex" in code.co_filename:
            calls[f"{code.co_filename.partition('netrex/')[2]}:{code.co_qualname}"] += 1

    before = sys.getprofile()
    sys.setprofile(called)
    try:
        yield calls
    finally:
        sys.setprofile(before)


@contextmanager
def _made(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[list[NetrexEntity]]]:
    """Note which entities are made in each turn of the event loop; turns without any are left out."""
    turns: list[list[NetrexEntity]] = [[]]
    make = NetrexEntity.__init__
    loop, running = asyncio.get_running_loop(), True

    def made(entity: NetrexEntity, account: NetrexAccount, channel: Channel, key: str = "") -> None:
        make(entity, account, channel, key)
        turns[-1].append(entity)

    def turn_over() -> None:
        if turns[-1]:
            turns.append([])
        if running:
            loop.call_soon(turn_over)

    turn_over()
    with monkeypatch.context() as patch:
        patch.setattr(NetrexEntity, "__init__", made)
        yield turns
    running = False


def _most_at_once(turns: list[list[NetrexEntity]]) -> int:
    """Return how many entities of one kind were made in one turn, at most."""
    return max(max(Counter(map(type, turn)).values(), default=0) for turn in turns)


def _serials(turns: list[list[NetrexEntity]]) -> set[str]:
    return {entity.camera.serial for turn in turns for entity in turn}


@pytest.fixture
def camera_count() -> int:
    return _FEW


async def test_setting_up_grows_in_line_with_the_cameras(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    furnish(simulator.world)
    entry = await person.add_account()
    await until_ready(hass, entry)

    async def set_up_again() -> Counter[str]:
        assert await hass.config_entries.async_unload(entry.entry_id)
        with _calls() as calls:
            assert await hass.config_entries.async_setup(entry.entry_id)
            await until_ready(hass, entry)
            cameras = entry.runtime_data.cameras.values()
            await until(
                hass,
                lambda: all(
                    camera.events.found.keys() >= camera.events.states.keys() != set()
                    and not camera.events.names_wanted
                    for camera in cameras
                ),
            )
            await hass.async_block_till_done(wait_background_tasks=False)
        return calls

    few = await set_up_again()
    for _ in range(_MANY - _FEW):
        simulator.world.add_camera()
    furnish(simulator.world)
    await set_up_again()  # makes what is new
    many = await set_up_again()

    steep = {name: (few[name], times) for name, times in many.items() if times > few[name] * _GROWTH + _FEW_MORE}
    assert not steep, "times that a function was called with few and with many cameras"


@pytest.mark.parametrize("camera_count", [_MANY])
async def test_entities_of_many_cameras_are_made_a_few_at_a_time_and_once(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    with _made(monkeypatch) as turns:
        entry = await person.add_account(["read", "liveview"])
        await until_ready(hass, entry)
    assert _serials(turns) == simulator.world.cameras.keys()
    assert _most_at_once(turns) < _MANY * 2 / 3
    account = entry.runtime_data

    nodes = simulator.world.camera_nodes()
    nodes[3].name = "Renamed"
    with _made(monkeypatch) as turns:
        await account.tree.async_refresh()
        await hass.async_block_till_done(wait_background_tasks=False)
    assert "Renamed" in {each.name for each in hass.states.async_all("camera")}
    assert not turns[0], "a rename makes no entity"

    new = {str(simulator.world.add_camera().serial) for _ in range(_MANY)}
    with _made(monkeypatch) as turns:
        await account.tree.async_refresh()
        await until_ready(hass, entry)
    assert _serials(turns) == new
    assert _most_at_once(turns) < _MANY * 2 / 3


@pytest.mark.parametrize("camera_count", [_MANY])
async def test_status_of_each_camera_is_made_once_while_cameras_are_being_checked(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    with _calls() as calls:
        entry = await person.add_account(["read", "liveview"])
        await until_ready(hass, entry)
    assert calls["sensor/status.py:StatusSensor.__init__"] == _MANY
