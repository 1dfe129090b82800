"""Temperatures, heaters and fans of a camera."""

from datetime import timedelta

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.tasks.timing import timing_of
from simulator import Camera, Fault, Simulator, Temperatures

from ..listening import CAMERA, serial_of, shows, state
from ..person import Person
from ..test_repairs import issues
from ..waiting import until

MAIN, CPU = f"sensor.{CAMERA}_temperature_main", f"sensor.{CAMERA}_temperature_cpu"
HEATER, FAN = f"sensor.{CAMERA}_heater_status", f"sensor.{CAMERA}_fan_status"
FAN_2 = f"{FAN}_2"
KIND = "vapix:temperaturecontrol"


@pytest.fixture
def camera(simulator: Simulator) -> Camera:
    """The first camera, with everything that is warm, warms and cools."""
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.temperatures = Temperatures({"Main": 21.4, "CPU": 58.0}, ["Running[40%]"], ["Stopped", "Fan Failure"])
    return camera


async def minutes_later(hass: HomeAssistant) -> None:
    """Let the time come to poll."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await hass.async_block_till_done()


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize("scopes", [["read", "liveview"], ["read", "events"], None])
async def test_values_of_one_answer(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera, scopes: list[str] | None
) -> None:
    """They need no permission but one that opens the camera."""
    assert camera.temperatures
    timing_of(hass).temperature_poll = timing_of(hass).shared_max_age = 0.0
    entry = await person.add_account(scopes)
    await until(hass, shows(hass, MAIN, "21.4"))
    assert (state(hass, CPU), state(hass, HEATER), state(hass, FAN), state(hass, FAN_2)) == (
        *("58.0", "running", "stopped"),
        "failure",
    )
    found = hass.states.get(HEATER)
    assert found
    assert found.attributes["intensity"] == "40%"
    assert found.attributes["options"] == ["running", "stopped", "failure"]
    warm = hass.states.get(MAIN)
    assert warm
    assert (warm.attributes["device_class"], warm.attributes["unit_of_measurement"]) == (
        "temperature",
        "\N{DEGREE SIGN}C",
    )

    camera.temperatures.sensors["Main"], camera.temperatures.heaters[0] = -3.0, "Stopped"
    await minutes_later(hass)
    await until(hass, shows(hass, MAIN, "-3.0"))
    await until(hass, shows(hass, HEATER, "stopped"))
    found = hass.states.get(HEATER)
    assert found
    assert "intensity" not in found.attributes
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["cameras"][0]["thermometers"] == 2
    assert facts["cameras"][0]["heaters_and_fans"] == {"heater": 1, "fan": 2}


@pytest.mark.usefixtures("camera", "all_enabled")
async def test_one_request_for_all_every_five_minutes(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).shared_max_age = 600.0
    await person.add_account()
    for entity_id, value in {MAIN: "21.4", CPU: "58.0", HEATER: "running", FAN: "stopped", FAN_2: "failure"}.items():
        await until(hass, shows(hass, entity_id, value))
    assert simulator.counters[KIND] == 1
    await minutes_later(hass)
    assert simulator.counters[KIND] == 1


@pytest.mark.usefixtures("camera")
async def test_temperatures_of_parts_are_off_by_default(hass: HomeAssistant, person: Person) -> None:
    entry = await person.add_account()
    await until(hass, shows(hass, MAIN, "21.4"))
    found = {each.entity_id: each for each in er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)}
    assert found[CPU].disabled
    assert all(found[each].entity_category == "diagnostic" for each in (MAIN, CPU, HEATER, FAN))
    assert not any(found[each].disabled for each in (MAIN, HEATER, FAN))


async def test_new_firmware_shows_them_to_an_account_without_commands(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account(["read", "events"])
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_connectivity", "on"))
    (camera,) = entry.runtime_data.cameras.values()
    device = simulator.world.cameras[serial_of(simulator)]
    device.firmware, device.temperatures = "99.1.2", Temperatures({"Main": 21.4})
    camera.request_check()
    await until(hass, shows(hass, MAIN, "21.4"))


async def test_camera_without_them_is_not_asked(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    await until(hass, lambda: [each for each in hass.states.async_all("camera") if each.state == "idle"])
    (camera,) = entry.runtime_data.cameras.values()
    await camera.refresh_equipment()
    assert simulator.counters[KIND] == 0
    assert hass.states.get(MAIN) is None


@pytest.mark.parametrize("status", [400, 401, 403, 404])
async def test_refusal_leaves_no_entity_that_is_unknown_for_ever(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera, status: int
) -> None:
    simulator.faults.add(Fault(kind=KIND, status=status, body="Unsupported action."))
    entry = await person.add_account()
    await until(hass, lambda: simulator.counters[KIND])
    (ours,) = entry.runtime_data.cameras.values()
    await ours.refresh_equipment()
    assert hass.states.get(MAIN) is None
    assert not issues(hass)

    # It appears once the camera tells.
    simulator.faults.clear()
    await ours.refresh_equipment()
    await until(hass, shows(hass, MAIN, "21.4"))


@pytest.mark.usefixtures("camera")
async def test_camera_that_no_longer_tells(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    timing_of(hass).temperature_poll = timing_of(hass).shared_max_age = 0.0
    await person.add_account()
    await until(hass, shows(hass, MAIN, "21.4"))
    simulator.faults.add(Fault(kind=KIND, status=403))
    await minutes_later(hass)
    await until(hass, shows(hass, MAIN, STATE_UNKNOWN))
    assert state(hass, HEATER) == STATE_UNKNOWN
    assert not issues(hass)


@pytest.mark.usefixtures("quick_rechecks", "camera")
async def test_camera_that_does_not_answer_at_first_is_asked_again(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).equipment_retry = 0.02
    fault = simulator.faults.add(Fault(kind=KIND, cut=True, times=2))
    await person.add_account(["read", "liveview"])
    await until(hass, shows(hass, MAIN, "21.4"))
    assert simulator.faults.struck(fault) == 2


@pytest.mark.usefixtures("quick_rechecks")
async def test_they_go_and_come_with_the_camera(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    assert camera.temperatures
    timing_of(hass).temperature_poll = timing_of(hass).shared_max_age = 0.0
    entry = await person.add_account()
    await until(hass, shows(hass, MAIN, "21.4"))
    camera.online, camera.temperatures.sensors["Main"] = False, 5.0
    await minutes_later(hass)
    await until(hass, shows(hass, MAIN, STATE_UNAVAILABLE))
    camera.online = True
    await until(hass, shows(hass, MAIN, "5.0"))

    # A heater that is gone after a repair of the camera leaves no entity.
    camera.temperatures.heaters.clear()
    (ours,) = entry.runtime_data.cameras.values()
    await ours.refresh_equipment()
    await until(hass, lambda: er.async_get(hass).async_get(HEATER) is None)
    assert state(hass, FAN) == "stopped"
