"""A continuous move stops although its caller, its account or Home Assistant ends; and what comes after it waits."""

import asyncio
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Head, Simulator

from ..listening import serial_of
from ..moving import (
    DURATION,
    ENTITY,
    GRACE,
    assert_in_time,
    driven_for,
    driven_head,  # noqa: F401 - a fixture
    is_driven,
    move,
    moving_entry,  # noqa: F401 - a fixture
    notes_in_memory,  # noqa: F401 - a fixture
    pace_of_the_loop,  # noqa: F401 - a fixture
    stands,
    until_no_move_is_left,
)
from ..waiting import until

# --- around it ---------------------------------------------------------------------------------------


async def test_the_caller_is_cancelled(hass: HomeAssistant, entry: ConfigEntry, head: Head) -> None:
    moving = hass.async_create_task(move(hass, 5))
    await until(hass, lambda: is_driven(head), settle=False)
    moving.cancel()
    await stands(entry, head)
    assert_in_time(head, 0.5)


async def test_the_caller_is_cancelled_before_the_start_is_answered(
    hass: HomeAssistant, entry: ConfigEntry, head: Head
) -> None:
    head.answers_after = 9
    moving = hass.async_create_task(move(hass, 5))
    await until(hass, lambda: is_driven(head), settle=False)
    head.answers_after = 0
    moving.cancel()
    await stands(entry, head)
    assert_in_time(head, 0.5)


async def test_a_camera_that_leaves_one_stop_after_the_other_unanswered(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator
) -> None:
    """The oldest is given up for one more, so that they do not pile up, and the camera stops in the end."""
    moving = hass.async_create_task(move(hass, DURATION))
    await until(hass, lambda: is_driven(head), settle=False)
    fault = simulator.faults.add(Fault(kind="vapix:ptz", hang=True, times=5))
    await stands(entry, head)
    await moving
    assert simulator.faults.struck(fault) == 5


@pytest.mark.parametrize("how", ["unload", "reload", "disable", "remove", "stop"])
async def test_the_account_ends(hass: HomeAssistant, entry: ConfigEntry, head: Head, how: str) -> None:
    await move(hass, 8, blocking=False)
    await until(hass, lambda: is_driven(head), settle=False)
    match how:
        case "unload":
            assert await hass.config_entries.async_unload(entry.entry_id)
        case "reload":
            assert await hass.config_entries.async_reload(entry.entry_id)
        case "remove":
            await hass.config_entries.async_remove(entry.entry_id)
        case "stop":
            await hass.async_stop()
        case _:
            from homeassistant.config_entries import ConfigEntryDisabler  # noqa: PLC0415

            await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    assert not is_driven(head)
    assert_in_time(head, 0.5)


async def test_the_account_ends_while_the_camera_does_not_answer(
    hass: HomeAssistant,
    entry: ConfigEntry,
    head: Head,
    simulator: Simulator,
    hass_storage: dict[str, Any],
) -> None:
    timing_of(hass).steering_ends_within = 0.3
    await move(hass, 8, blocking=False)
    await until(hass, lambda: is_driven(head), settle=False)
    simulator.faults.add(Fault(kind="vapix:ptz", hang=True))
    assert await hass.config_entries.async_unload(entry.entry_id)
    (node,) = simulator.world.camera_nodes()
    assert hass_storage[f"netrex.moving.{entry.entry_id}"]["data"] == [[node.node_id, 1]]
    assert is_driven(head)
    # The next start makes up for it.
    simulator.faults.clear()
    assert await hass.config_entries.async_setup(entry.entry_id)
    await stands(entry, head)
    async_fire_time_changed(hass, fire_all=True)
    await until(hass, lambda: hass_storage[f"netrex.moving.{entry.entry_id}"]["data"] == [])


async def test_home_assistant_crashes(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, hass_storage: dict[str, Any], simulator: Simulator
) -> None:
    await move(hass, 8, blocking=False)
    await until(hass, lambda: is_driven(head), settle=False)
    # What is on the disk at this moment is what the next one finds.
    note = f"netrex.moving.{entry.entry_id}"
    crashed = dict(hass_storage[note])
    assert crashed["data"]
    assert await hass.config_entries.async_unload(entry.entry_id)
    head.steer({"pan": 30})
    # The camera of one of them has left the account meanwhile.
    noted = [*crashed["data"], [987_654, 1], 7, "nonsense", [7], [7, 0], [7, "1"]]
    hass_storage[note] = crashed | {"data": noted}
    assert await hass.config_entries.async_setup(entry.entry_id)
    await stands(entry, head)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert hass_storage[note]["data"] == []


async def test_a_move_waits_until_what_was_left_moving_stands(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, hass_storage: dict[str, Any], simulator: Simulator
) -> None:
    account, note = entry.runtime_data, f"netrex.moving.{entry.entry_id}"
    head.steer({"pan": 30})
    hass_storage[note] = {
        "version": 1,
        "minor_version": 1,
        "key": note,
        "data": [[each, 1] for each in account.cameras],
    }
    simulator.faults.add(Fault(kind="vapix:ptz", cut=True, times=3))
    entry.async_on_unload(await account.steering.async_start(account.cameras))
    await move(hass, 0.2, pan=-40)
    await stands(entry, head)
    pans = [step.speeds.get("pan", 0) for step in head.history]
    assert 0 in pans[: pans.index(-40)]


@pytest.mark.parametrize("data", [{}, "nonsense", [], None])
async def test_strange_notes_are_no_trouble(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, hass_storage: dict[str, Any], data: object
) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    note = f"netrex.moving.{entry.entry_id}"
    hass_storage[note] = {"version": 1, "minor_version": 1, "key": note, "data": data}
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert not head.history


async def test_the_note_goes_with_the_account(
    hass: HomeAssistant, entry: ConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await move(hass, 0.1)
    assert f"netrex.moving.{entry.entry_id}" in hass_storage
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert f"netrex.moving.{entry.entry_id}" not in hass_storage


async def test_arrows_pressed_in_a_row_write_once(
    hass: HomeAssistant, entry: ConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    from homeassistant.helpers.storage import Store  # noqa: PLC0415

    written: list[object] = []
    save = Store.async_save

    async def noting(store: Store[Any], data: object) -> None:
        if store.key.startswith("netrex.moving"):
            written.append(data)
        await save(store, data)

    monkeypatch.setattr(Store, "async_save", noting)
    for _ in range(3):
        await move(hass, 0.1)
    assert len(written) == 1
    async_fire_time_changed(hass, fire_all=True)
    await until(hass, lambda: len(written) == 2)
    assert written[-1] == []


async def test_a_second_move_goes_on_without_a_stop(hass: HomeAssistant, entry: ConfigEntry, head: Head) -> None:
    first = hass.async_create_task(move(hass, 10, pan=40))
    await until(hass, lambda: is_driven(head), settle=False)
    began = head.clock()
    await move(hass, DURATION, pan=-40)
    await first
    assert head.clock() - began < 8
    assert [step.speeds.get("pan") for step in head.history[:2]] == [40, -40]
    assert sum(not step.moves for step in head.history) == 1
    await stands(entry, head)
    assert driven_for(head) < 1


async def test_a_second_move_of_another_axis_stops_the_first(
    hass: HomeAssistant, entry: ConfigEntry, head: Head
) -> None:
    first = hass.async_create_task(move(hass, 3, pan=40))
    await until(hass, lambda: is_driven(head), settle=False)
    await move(hass, DURATION, zoom=40)
    await first
    await stands(entry, head)
    assert head.history[-1].speeds == {"pan": 0, "tilt": 0, "zoom": 0}
    assert not head.moving


async def test_a_move_waits_for_the_stop_of_the_one_before(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator
) -> None:
    first = hass.async_create_task(move(hass))
    await until(hass, lambda: is_driven(head), settle=False)
    asked = simulator.counters["vapix:ptz"]
    simulator.faults.add(Fault(kind="vapix:ptz", hang=True, times=2))
    await until(hass, lambda: simulator.counters["vapix:ptz"] > asked, settle=False)
    await move(hass, pan=-40)
    await first
    driven = [step.speeds.get("pan", 0) for step in head.history]
    assert driven[0] == 40
    assert driven.index(0) < driven.index(-40)
    await stands(entry, head)
    assert_in_time(head)


async def test_nothing_moves_for_an_account_that_ends(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator
) -> None:
    # The token has to be renewed for the move, which takes longer than the account lives.
    simulator.faults.add(Fault(kind="oauth2", delay=0.5, times=1))
    asked = simulator.counters["oauth2:token:refresh"]
    token = {**entry.data["token"], "expires_at": time.time() - 60}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})
    moving = hass.async_create_task(move(hass))
    await until(hass, lambda: simulator.counters["oauth2:token:refresh"] == asked + 1, settle=False)
    assert await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(HomeAssistantError):
        await moving
    assert not head.history


@pytest.mark.parametrize("hangs", [True, False])
async def test_a_second_move_that_fails_does_not_let_the_first_go_on(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator, *, hangs: bool
) -> None:
    first = hass.async_create_task(move(hass, DURATION))
    await until(hass, lambda: is_driven(head), settle=False)
    simulator.faults.add(Fault(kind="vapix:ptz", hang=hangs, cut=not hangs, times=1))
    with pytest.raises(HomeAssistantError):
        await move(hass, 3)
    await first
    await stands(entry, head)
    assert_in_time(head)
    await until(hass, lambda: not entry.runtime_data.steering._superseded)


async def test_a_second_move_that_is_refused_ends_the_first_at_once(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator
) -> None:
    first = hass.async_create_task(move(hass, 5))
    await until(hass, lambda: is_driven(head), settle=False)
    simulator.faults.add(Fault(kind="vapix:ptz", status=403, times=1))
    with pytest.raises(HomeAssistantError):
        await move(hass, 5)
    # A stop at the end of its five seconds might break off what comes next.
    await stands(entry, head)
    await first
    assert driven_for(head) < 3
    assert not entry.runtime_data.steering._movements


async def test_other_commands_wait_until_it_stands(hass: HomeAssistant, entry: ConfigEntry, head: Head) -> None:
    await move(hass, 5, blocking=False)
    await until(hass, lambda: is_driven(head), settle=False)
    await hass.services.async_call(
        "netrex", "ptz_preset", {"entity_id": ENTITY, "task": "go_to", "preset": "Gate"}, blocking=True
    )
    assert_in_time(head, 0.5)
    await until(hass, lambda: head.preset == 2 and not entry.runtime_data.steering._tasks, settle=False)
    assert head.preset == 2


async def test_a_stop_does_not_wait_for_other_commands(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator
) -> None:
    await move(hass, 8, blocking=False)
    await until(hass, lambda: is_driven(head), settle=False)
    simulator.faults.add(Fault(kind="vapix:ptzconfig", hang=True, times=1))
    slow = hass.async_create_task(
        hass.services.async_call(
            "netrex",
            "ptz_preset",
            {"entity_id": ENTITY, "task": "rename", "preset": "Gate", "new_name": "Door"},
            blocking=True,
        )
    )
    await until(hass, lambda: simulator.counters["vapix:ptzconfig"], settle=False)
    await hass.services.async_call("netrex", "ptz_move", {"entity_id": ENTITY, "movement": "stop"}, blocking=True)
    assert not slow.done()
    assert not is_driven(head)
    assert_in_time(head, 1)
    slow.cancel()


async def test_what_somebody_else_moves_is_stopped(hass: HomeAssistant, entry: ConfigEntry, head: Head) -> None:
    head.steer({"pan": 30, "zoom": 10})
    await hass.services.async_call("netrex", "ptz_move", {"entity_id": ENTITY, "movement": "stop"}, blocking=True)
    assert not is_driven(head)


async def test_a_stop_that_is_refused_is_told(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, monkeypatch: pytest.MonkeyPatch, simulator: Simulator
) -> None:
    monkeypatch.setattr("custom_components.netrex.ptz.steering.STOPS_WITHIN", 0.2)
    simulator.faults.add(Fault(kind="vapix:ptz", hang=True))
    with pytest.raises(HomeAssistantError) as failed:
        await hass.services.async_call("netrex", "ptz_move", {"entity_id": ENTITY, "movement": "stop"}, blocking=True)
    assert failed.value.translation_key == "command_not_answered"


async def test_the_event_loop_is_busy(hass: HomeAssistant, entry: ConfigEntry, head: Head) -> None:
    loop, turns, due = asyncio.get_running_loop(), 0, 0.0

    def hog() -> None:
        # This is what holds the event loop.
        time.sleep(0.08)
        nonlocal turns
        turns += time.monotonic() > due
        if is_driven(head) and turns < 100:
            loop.call_soon(hog)

    moving = hass.async_create_task(move(hass))
    await until(hass, lambda: is_driven(head), settle=False)
    due = time.monotonic() + DURATION
    hog()
    await moving
    # So often it was held until the stop, which takes a few of its turns, had come to the camera.
    assert turns <= GRACE / 0.08 + 1


async def test_the_camera_leaves_the_account(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator
) -> None:
    await move(hass, 8, blocking=False)
    await until(hass, lambda: is_driven(head), settle=False)
    (node,) = simulator.world.camera_nodes()
    camera = simulator.world.cameras[serial_of(simulator)]
    del simulator.world.nodes[node.node_id]
    # Only its node is gone: the device still answers.
    spare = simulator.world.add_camera(camera=camera)
    await entry.runtime_data.tree.async_refresh()
    assert spare.node_id != node.node_id
    await stands(entry, head)
    assert_in_time(head, 1)
    await until(hass, lambda: len(hass.states.async_all("select")) == 1)
    await hass.async_block_till_done()


async def test_a_start_that_was_lost_is_stopped_once_more(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator
) -> None:
    simulator.faults.add(Fault(kind="vapix:ptz", hang=True, times=1))
    with pytest.raises(HomeAssistantError):
        await move(hass, 0.2)
    await until_no_move_is_left(entry)
    # A proxy may deliver it after all.
    head.steer({"pan": 40})
    await stands(entry, head)
    assert_in_time(head, 1)


async def test_the_next_move_is_not_stopped_by_one_that_was_lost(
    hass: HomeAssistant, entry: ConfigEntry, head: Head, simulator: Simulator
) -> None:
    """A proxy may still deliver the start, so more stops are sent, but not once something else moves."""
    timing_of(hass).lost_start_stops = (0.1,) * 50
    simulator.faults.add(Fault(kind="vapix:ptz", hang=True, times=1))
    with pytest.raises(HomeAssistantError):
        await move(hass, 0.2)
    await move(hass, 0.6)
    assert driven_for(head) > 0.4
