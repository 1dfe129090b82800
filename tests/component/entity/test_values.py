"""Numbers of a camera that it reports, or is polled for."""

from datetime import timedelta

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from simulator import Fault, Simulator

from ..listening import CAMERA, add_listening, serial_of, shows, state
from ..person import Person
from ..waiting import until


@pytest.mark.usefixtures("all_enabled")
async def test_wear_of_the_card_is_asked_for_and_reported(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.card, camera.card_wear = True, 12
    await add_listening(hass, person)
    wear = f"sensor.{CAMERA}_card_wear"
    await until(hass, shows(hass, wear, "12"))
    simulator.happen(serial_of(simulator), "storage_health", "57", active=False)
    await until(hass, shows(hass, wear, "57"))
    asked = simulator.counters["vapix:gethealth"]
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=7))
    await hass.async_block_till_done(wait_background_tasks=False)
    assert simulator.counters["vapix:gethealth"] == asked


@pytest.mark.usefixtures("all_enabled")
async def test_card_that_does_not_tell_its_wear(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.card = True
    simulator.faults.add(Fault(kind="vapix:gethealth", status=401))
    await add_listening(hass, person)
    await until(hass, shows(hass, f"sensor.{CAMERA}_card_wear", STATE_UNKNOWN))
    assert state(hass, f"binary_sensor.{CAMERA}_connectivity") == "on"
