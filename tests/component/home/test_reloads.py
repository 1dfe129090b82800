"""An account that is loaded again while things go on comes back whole."""

import asyncio
from collections.abc import Callable, Iterator
from dataclasses import replace
import gc
import logging
import threading
from typing import Final
import weakref

from homeassistant.components.camera import async_request_stream
from homeassistant.components.camera.const import DATA_CAMERA_PREFS
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.netrex.account.account import NetrexAccount
from custom_components.netrex.cloud import Node, NodeType
from custom_components.netrex.vapix import CameraEvent, EventKind
from simulator import Camera, Simulator

from ..cameras.test_camera import cameras
from ..listening import CAMERA, add_listening, complaints, serial_of, shows, until_listening
from ..person import Person
from ..test_repairs import issues
from ..waiting import until

#: So many jobs keep all threads of Home Assistant busy.
_MORE_THAN_THREADS: Final = 100


def entities_of(hass: HomeAssistant, entry: ConfigEntry) -> set[str]:
    """Return the account's enabled entities."""
    registry = er.async_get(hass)
    return {each.entity_id for each in er.async_entries_for_config_entry(registry, entry.entry_id) if not each.disabled}


def dead(hass: HomeAssistant, entry: ConfigEntry) -> set[str]:
    """Return the entities that nothing is behind any more."""
    return {each for each in entities_of(hass, entry) if hass.states.is_state(each, STATE_UNAVAILABLE)}


async def until_whole(hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator) -> None:
    """Wait until every entity shows something, and what happens at the camera is seen."""
    await until_listening(hass, entry, simulator)
    await until(hass, lambda: not dead(hass, entry))
    for active in (True, False):
        simulator.happen(serial_of(simulator), "input", "0", active=active)
        await until(hass, shows(hass, f"binary_sensor.{CAMERA}_input_1", "on" if active else "off"))


def when_first_entity_goes(hass: HomeAssistant, do: Callable[[], None]) -> None:
    """Do something once, when the first entity has become unavailable."""

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if new is not None and new.state == STATE_UNAVAILABLE:
            stop()
            do()

    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, changed)


def report_of_something_new(account: NetrexAccount) -> None:
    """Let a camera report what it never reported before."""
    for camera in account.cameras.values():
        camera.events.take(CameraEvent(EventKind.TAMPERING, "1", True))


def tree_with_another_camera(account: NetrexAccount) -> None:
    """Let the cloud answer that there is one more camera."""
    tree = account.tree.data
    node = Node(1, tree.top.node_id, NodeType.CAMERA, "Dílna", "ACCC8E00F00D")
    account.tree.async_set_updated_data(replace(tree, nodes={**tree.nodes, node.node_id: node}))


def check_of_all_cameras(account: NetrexAccount) -> None:
    """Let a check of a camera have found another outfit."""
    for camera in account.cameras.values():
        assert camera.identity
        camera.identity = replace(camera.identity, product_name="AXIS A8004-VE Network Video Door Station")
        camera.changed.call()


@pytest.mark.parametrize("what", [report_of_something_new, tree_with_another_camera, check_of_all_cameras])
async def test_what_comes_in_while_platforms_are_unloaded_adds_nothing(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    caplog: pytest.LogCaptureFixture,
    what: Callable[[NetrexAccount], None],
) -> None:
    simulator.happen(serial_of(simulator), "input", "0", active=False)
    entry = await add_listening(hass, person)
    await until_whole(hass, entry, simulator)
    account = entry.runtime_data
    when_first_entity_goes(hass, lambda: what(account))

    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_whole(hass, entry, simulator)
    assert complaints(caplog) == []


async def test_entity_that_is_just_being_added_is_unloaded_as_well(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.happen(serial_of(simulator), "input", "0", active=False)
    entry = await add_listening(hass, person)
    await until_whole(hass, entry, simulator)

    # The image of a new camera waits for the disk, until its account is being unloaded.
    simulator.world.add_camera(name="Dílna", external_id="ACCC8E00F00D", camera=Camera("ACCC8E00F00D", "Dílna"))
    tree = await entry.runtime_data.cloud.tree()
    disk = threading.Event()
    busy = [hass.async_add_executor_job(disk.wait) for _ in range(_MORE_THAN_THREADS)]
    entry.runtime_data.tree.async_set_updated_data(tree)
    entry.async_on_state_change(lambda: hass.loop.call_soon(disk.set))
    assert await hass.config_entries.async_reload(entry.entry_id)
    await asyncio.gather(*busy)
    await until_whole(hass, entry, simulator)
    assert complaints(caplog) == []


# --- reloads that are canceled ---------------------------------------------------------------------


async def reload_canceled(hass: HomeAssistant, entry: ConfigEntry, turns: int) -> None:
    """Reload the account for someone who leaves after so many turns of the event loop."""
    reload = hass.async_create_task(hass.config_entries.async_reload(entry.entry_id))
    for _ in range(turns):
        await asyncio.sleep(0)
    reload.cancel()
    await asyncio.wait({reload})


@pytest.mark.parametrize("turns", [0, 1, 2, 4, 8, 16, 32, 64, 128])
async def test_reload_that_is_canceled_at_any_time(
    hass: HomeAssistant, person: Person, simulator: Simulator, turns: int
) -> None:
    simulator.happen(serial_of(simulator), "input", "0", active=False)
    entry = await add_listening(hass, person)
    await reload_canceled(hass, entry, turns)
    assert entry.state.recoverable
    if entry.state is not ConfigEntryState.LOADED:
        assert dead(hass, entry) == entities_of(hass, entry)

    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_whole(hass, entry, simulator)


async def canceled_when(hass: HomeAssistant, entry: ConfigEntry, gone: bool) -> ConfigEntryState:
    """Cancel a reload when the first entity has gone, or has come back; return the state of the account after it."""
    reload: list[asyncio.Task[bool]] = []

    @callback
    def changed(event: Event[EventStateChangedData]) -> None:
        new = event.data["new_state"]
        if reload and new and (new.state == STATE_UNAVAILABLE) is gone:
            stop()
            reload[0].cancel()

    stop = hass.bus.async_listen(EVENT_STATE_CHANGED, changed)
    reload.append(hass.async_create_task(hass.config_entries.async_reload(entry.entry_id), eager_start=False))
    await asyncio.wait(reload)
    return entry.state


async def test_unloading_goes_on_when_the_reload_is_canceled(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.happen(serial_of(simulator), "input", "0", active=False)
    entry = await add_listening(hass, person)
    assert await canceled_when(hass, entry, gone=True) is ConfigEntryState.LOADED
    await until_whole(hass, entry, simulator)
    assert complaints(caplog) == []


async def test_set_up_that_is_canceled_leaves_nothing(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.happen(serial_of(simulator), "input", "0", active=False)
    entry = await add_listening(hass, person)
    await until_whole(hass, entry, simulator)

    assert await canceled_when(hass, entry, gone=False) is ConfigEntryState.SETUP_ERROR
    assert dead(hass, entry) == entities_of(hass, entry)
    relay = entry.runtime_data.relay.url(next(iter(entry.runtime_data.channels)))
    with pytest.raises(OSError, match="Cannot connect"):
        await person.app.session.get(relay)
    (said,) = complaints(caplog)
    assert "cancelled" in said

    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_whole(hass, entry, simulator)
    assert complaints(caplog) == [said]


# --- unloading that fails --------------------------------------------------------------------------


async def test_account_that_can_not_be_unloaded_goes_on_with_its_issues(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    simulator.happen(serial_of(simulator), "input", "0", active=False)
    entry = await add_listening(hass, person)
    await until(hass, lambda: "serial_unknown" in issues(hass))

    async def fails(_hass: HomeAssistant, _entry: ConfigEntry) -> bool:
        raise OSError

    monkeypatch.setattr("homeassistant.components.camera.async_unload_entry", fails)
    assert not await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.FAILED_UNLOAD
    assert "serial_unknown" in issues(hass)
    simulator.happen(serial_of(simulator), "tampering")
    camera = next(iter(entry.runtime_data.cameras.values()))
    await until(hass, lambda: camera.events.counts["tampering"])
    monkeypatch.undo()
    await entry.runtime_data.async_end()


async def test_issues_go_with_the_account(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    await until(hass, lambda: "serial_unknown" in issues(hass))
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not issues(hass)


# --- what is left of the former account ------------------------------------------------------------


@pytest.fixture
def no_log(simulator: Simulator) -> Iterator[None]:
    """A log of a test keeps what it speaks of."""
    logging.disable()
    yield
    logging.disable(logging.NOTSET)


async def watch(hass: HomeAssistant, simulator: Simulator) -> None:
    """Watch the first camera live in a browser; return when its video comes."""
    await async_request_stream(hass, cameras(hass)[0], "hls")
    await simulator.wait_viewers(serial_of(simulator), 1)


def stream_threads() -> list[threading.Thread]:
    """Return what fetches streams for Home Assistant."""
    return [each for each in threading.enumerate() if each.name == "stream_worker"]


@pytest.mark.usefixtures("no_log")
@pytest.mark.parametrize("preload", [False, True])
async def test_former_account_is_let_go_of_while_someone_watches(
    hass: HomeAssistant, person: Person, simulator: Simulator, preload: bool
) -> None:
    entry = await add_listening(hass, person)
    await until(hass, lambda: cameras(hass))
    if preload:
        await hass.data[DATA_CAMERA_PREFS].async_update(cameras(hass)[0], preload_stream=True)
    former = [weakref.ref(entry.runtime_data), *map(weakref.ref, entry.runtime_data.cameras.values())]
    for _ in range(2):
        await watch(hass, simulator)
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until_listening(hass, entry, simulator)

    assert not stream_threads()
    await until(hass, lambda: gc.collect() is not None and not any(each() for each in former))
