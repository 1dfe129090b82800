"""A camera whose device the user has disabled is left alone."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from simulator import Camera, Fault, Simulator

from ..listening import CAMERA, add_listening, serial_of, until_listening
from ..person import Person
from ..test_repairs import issues
from ..waiting import until


def device_of(hass: HomeAssistant, entry: ConfigEntry, name: str) -> dr.DeviceEntry:
    """Return the device of that name."""
    (device,) = (
        each for each in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id) if each.name == name
    )
    return device


async def disable(hass: HomeAssistant, entry: ConfigEntry, name: str, *, disabled: bool = True) -> None:
    """Disable a device in its dialog, or enable it again."""
    by = dr.DeviceEntryDisabler.USER if disabled else None
    dr.async_get(hass).async_update_device(device_of(hass, entry, name).id, disabled_by=by)
    await hass.async_block_till_done(wait_background_tasks=False)


def asked(simulator: Simulator, serial: str) -> list[str]:
    """Return what a camera was asked."""
    return [each.kind for each in simulator.log if each.serial == serial]


@pytest.fixture
def name(simulator: Simulator) -> str:
    """Return the name of the first camera."""
    return simulator.world.cameras[serial_of(simulator)].name


async def test_disabled_camera_is_left_at_once_and_comes_back(
    hass: HomeAssistant, person: Person, simulator: Simulator, name: str
) -> None:
    entry = await add_listening(hass, person)
    assert simulator.events.listeners.get(serial_of(simulator))
    await disable(hass, entry, name)
    await until(hass, lambda: not simulator.events.listeners.get(serial_of(simulator)))
    assert hass.states.get(f"camera.{CAMERA}") is None
    assert not entry.runtime_data.cameras

    # Home Assistant reloads the account a while later.
    before = entry.runtime_data
    await disable(hass, entry, name, disabled=False)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
    await until(hass, lambda: entry.runtime_data is not before)
    await until(hass, lambda: hass.states.get(f"camera.{CAMERA}"))
    await until(hass, lambda: entry.runtime_data.connections)
    await until_listening(hass, entry, simulator)
    await until(hass, lambda: not hass.states.is_state(f"camera.{CAMERA}", STATE_UNAVAILABLE))


async def test_disabled_camera_is_not_asked_after_a_reload(
    hass: HomeAssistant, person: Person, simulator: Simulator, name: str
) -> None:
    simulator.world.add_camera(name="Dílna", external_id="ACCC8E00F00D", camera=Camera("ACCC8E00F00D", "Dílna"))
    entry = await add_listening(hass, person)
    await disable(hass, entry, name)
    await until(hass, lambda: not simulator.events.listeners.get(serial_of(simulator)))
    simulator.log.clear()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    assert asked(simulator, "ACCC8E00F00D")
    assert not asked(simulator, serial_of(simulator))


async def test_serial_number_of_a_disabled_camera_is_not_asked_for(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    await until(hass, lambda: "serial_unknown" in issues(hass))
    await disable(hass, entry, "Vchod")
    assert "serial_unknown" not in issues(hass)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert "serial_unknown" not in issues(hass)
    await disable(hass, entry, "Vchod", disabled=False)
    assert "serial_unknown" in issues(hass)


async def test_refusals_of_a_disabled_camera_are_no_repair(
    hass: HomeAssistant, person: Person, simulator: Simulator, name: str
) -> None:
    simulator.faults.add(Fault(kind="vapix*", status=401))
    entry = await person.add_account()
    await until(hass, lambda: "remote_access_refused" in issues(hass))
    await disable(hass, entry, name)
    assert not issues(hass)
