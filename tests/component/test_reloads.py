"""An account that is loaded again while things go on comes back whole."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
import threading
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_STATE_CHANGED, STATE_UNAVAILABLE
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.netrex.account import NetrexAccount
from custom_components.netrex.cloud import Node, NodeType
from custom_components.netrex.vapix import CameraEvent, EventKind
from simulator import Camera, Simulator

from .listening import CAMERA, add_listening, complaints, serial_of, shows, until_listening
from .person import Person
from .waiting import until

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
        camera.tell()


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
    disk = threading.Event()
    busy = [hass.async_add_executor_job(disk.wait) for _ in range(_MORE_THAN_THREADS)]
    simulator.world.add_camera(name="Dílna", external_id="ACCC8E00F00D", camera=Camera("ACCC8E00F00D", "Dílna"))
    await entry.runtime_data.tree.async_refresh()
    entry.async_on_state_change(lambda: hass.loop.call_soon(disk.set))
    assert await hass.config_entries.async_reload(entry.entry_id)
    await asyncio.gather(*busy)
    await until_whole(hass, entry, simulator)
    assert complaints(caplog) == []
