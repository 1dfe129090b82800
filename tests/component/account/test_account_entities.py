"""What an account's own device shows, and that of a camera whose serial number is unknown."""

from datetime import timedelta

from freezegun.api import FrozenDateTimeFactory
from homeassistant.components.automation import DOMAIN as AUTOMATION
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events

from custom_components.netrex.account.devices import node_key
from simulator import Camera, Fault, Simulator

from ..listening import shows, state, states_of
from ..person import Person
from ..test_repairs import answer, fix, issues, serials_asked_for
from ..waiting import poll, until

_ALL = {"cloud_connection", "cameras_online", "cameras", "open_issues", "last_contact"}


def ids(hass: HomeAssistant, entry: ConfigEntry) -> dict[str, str]:
    """Return the ids of the account's own entities by their keys."""
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    (device,) = (each for each in devices if each.entry_type is dr.DeviceEntryType.SERVICE)
    entities = er.async_entries_for_device(er.async_get(hass), device.id, include_disabled_entities=True)
    return {each.unique_id.rpartition("~")[2]: each.entity_id for each in entities}


async def test_account_shows_its_cloud_its_cameras_and_its_issues(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    shown = ids(hass, entry)
    assert set(shown) == _ALL
    await until(hass, shows(hass, shown["cameras_online"], "1"))
    assert state(hass, shown["cloud_connection"]) == "on"
    assert state(hass, shown["cameras"]) == "1"
    assert state(hass, shown["open_issues"]) == "0"
    registry = er.async_get(hass)
    assert {key for key, each in shown.items() if (found := registry.async_get(each)) and found.disabled_by} == {
        "last_contact"
    }


async def test_connection_is_off_while_the_cloud_is_down_and_the_rest_stays(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    shown = ids(hass, entry)
    await until(hass, shows(hass, shown["cameras_online"], "1"))
    simulator.faults.add(Fault(kind="graphql", status=503))
    await poll(hass, entry)
    assert state(hass, shown["cloud_connection"]) == "off"
    assert [state(hass, shown[key]) for key in ("cameras_online", "cameras", "open_issues")] == ["1", "1", "0"]
    simulator.faults.clear()
    await poll(hass, entry)
    assert state(hass, shown["cloud_connection"]) == "on"


@pytest.mark.parametrize("camera_count", [3])
@pytest.mark.usefixtures("quick_rechecks")
async def test_cameras_and_issues_are_counted(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    refusing, away, _well = simulator.world.cameras
    simulator.faults.add(Fault(kind="vapix", serial=refusing, status=403))
    simulator.world.cameras[away].online = False
    simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    shown = ids(hass, entry)
    # One refuses, of one the serial number is unknown.
    await until(hass, shows(hass, shown["open_issues"], "2"))
    assert state(hass, shown["cameras_online"]) == "1"
    assert state(hass, shown["cameras"]) == "4"

    simulator.world.cameras[away].online = True
    await until(hass, shows(hass, shown["cameras_online"], "2"))
    # What the user ignores is not open.
    ir.async_ignore_issue(hass, "netrex", serials_asked_for(hass)["Vchod"], ignore=True)
    await until(hass, shows(hass, shown["open_issues"], "1"))
    # Nor does a camera count that the user has disabled.
    devices = dr.async_get(hass)
    (camera,) = (each for each in entry.runtime_data.cameras.values() if each.serial == refusing)
    device = devices.async_get_device_by_identifier(("netrex", node_key(entry, camera.node)), entry.entry_id)
    assert device
    devices.async_update_device(device.id, disabled_by=dr.DeviceEntryDisabler.USER)
    await until(hass, shows(hass, shown["cameras"], "3"))
    await until(hass, shows(hass, shown["open_issues"], "0"))


async def test_nothing_is_counted_before_every_camera_was_asked(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """Otherwise each start of Home Assistant would look as if all cameras were lost."""
    simulator.faults.add(Fault(kind="vapix", delay=0.5))
    entry = await person.add_account()
    seen = states_of(hass, cameras_online := ids(hass, entry)["cameras_online"])
    assert state(hass, cameras_online) == "unknown"
    await until(hass, shows(hass, cameras_online, "1"))
    assert [each.state for each in seen] == ["1"]


async def test_account_that_may_not_contact_cameras_does_not_count_them(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account(["read", "recordings"])
    assert set(ids(hass, entry)) == _ALL - {"cameras_online", "cameras"}


@pytest.mark.usefixtures("quick_rechecks")
async def test_automation_of_the_editor_compares_online_with_all(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    shown = ids(hass, entry)
    await until(hass, shows(hass, shown["cameras_online"], "1"))
    fewer = {"trigger": "numeric_state", "entity_id": shown["cameras_online"], "below": shown["cameras"]}
    automation = {"triggers": fewer, "actions": {"event": "a_camera_is_lost"}}
    assert await async_setup_component(hass, AUTOMATION, {AUTOMATION: automation})
    lost = async_capture_events(hass, "a_camera_is_lost")
    (camera,) = simulator.world.cameras.values()
    camera.online = False
    entry.runtime_data.cameras[next(iter(entry.runtime_data.cameras))].request_check()
    await until(hass, lambda: lost)


@pytest.mark.usefixtures("all_enabled")
async def test_last_contact_is_written_once_for_a_minute_of_answers(
    hass: HomeAssistant, person: Person, simulator: Simulator, freezer: FrozenDateTimeFactory
) -> None:
    entry = await person.add_account()
    seen = states_of(hass, ids(hass, entry)["last_contact"])
    now = dt_util.utcnow().replace(second=0, microsecond=0) + timedelta(minutes=7)
    for seconds in (5, 30, 59):
        freezer.move_to(now + timedelta(seconds=seconds))
        await entry.runtime_data.tree.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=False)
    assert [each.state for each in seen] == [now.isoformat()]
    # Silence is no contact.
    simulator.faults.add(Fault(kind="graphql", cut=True))
    freezer.move_to(now + timedelta(minutes=5))
    await entry.runtime_data.tree.async_refresh()
    await hass.async_block_till_done(wait_background_tasks=False)
    assert len(seen) == 1


async def test_page_of_a_camera_without_serial_number_says_what_to_do(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    (device,) = (each for each in devices if each.name == "Vchod")
    assert device.configuration_url == "homeassistant://config/repairs"
    assert state(hass, "sensor.vchod_status") == "serial_unknown"

    await fix(person, "serial_unknown")
    await answer(person, serial="ACCC8E00AAAA")
    await until(hass, shows(hass, "sensor.vchod_status", "reachable"))
    assert not issues(hass)
    known = dr.async_get(hass).async_get(device.id)
    assert known
    assert known.configuration_url
    assert "media-browser" in known.configuration_url
    # Once it is gone, so is all of it.
    (node,) = (each for each in simulator.world.nodes.values() if each.name == "Vchod")
    del simulator.world.nodes[node.node_id]
    await entry.runtime_data.tree.async_refresh()
    await until(hass, lambda: hass.states.get("sensor.vchod_status") is None)


async def test_status_of_a_camera_that_comes_without_serial_number_comes_with_it(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    simulator.world.add_camera(name="Dvůr", camera=Camera("ACCC8E00BBBB", "Dvůr"))
    await entry.runtime_data.tree.async_refresh()
    await until(hass, shows(hass, "sensor.dvur_status", "serial_unknown"))


@pytest.mark.usefixtures("all_enabled", "quick_rechecks")
async def test_status_says_why_a_camera_can_not_be_used(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    (camera,) = simulator.world.cameras.values()
    camera.online = False
    await person.add_account()
    status = f"sensor.{camera.serial.lower()}_status"
    await until(hass, shows(hass, status, "unreachable"))
    simulator.faults.add(Fault(kind="vapix", status=403))
    camera.online = True
    await until(hass, shows(hass, status, "refused"))
    simulator.faults.clear()
    await until(hass, shows(hass, status, "reachable"))
