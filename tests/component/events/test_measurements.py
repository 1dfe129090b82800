"""What cameras measure: the air, temperatures of areas, how loud it is."""

from collections.abc import Callable
from datetime import timedelta

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.tasks.timing import timing_of
from simulator import Report, Simulator
from simulator.kinds import CAMERA_KINDS
from simulator.measurements import (
    air,
    air_alarm,
    area_alarm,
    area_temperature,
    deviation,
    sound_level,
    vaping,
)

from ..listening import CAMERA, add_listening, complaints, serial_of, shows, state, states_of
from ..person import Person
from ..waiting import until


@pytest.fixture
def report(simulator: Simulator) -> Callable[[Report], None]:
    """Let the camera report something."""
    return lambda each: simulator.events.report(serial_of(simulator), each)


def become(simulator: Simulator, kind: str) -> None:
    """Make the camera one of a kind."""
    serial = serial_of(simulator)
    simulator.world.cameras[serial] = CAMERA_KINDS[kind](serial)


@pytest.mark.usefixtures("all_enabled")
async def test_air_quality_has_classes_and_units(
    hass: HomeAssistant, person: Person, simulator: Simulator, report: Callable[[Report], None]
) -> None:
    become(simulator, "air")
    await add_listening(hass, person)
    dust = {"PM1.0": 1.5, "PM2.5": 2.5, "PM4.0": 3.5, "PM10.0": 4.5}
    report(air({"Temperature": 21.5, "Humidity": 44.5, "CO2": 650, "VOC": 101, "NOx": 2, "AQI": 20, **dust}))
    shown = {
        "air_temperature": ("21.5", "temperature", "°C"),
        "humidity": ("44.5", "humidity", "%"),
        "carbon_dioxide": ("650", "carbon_dioxide", "ppm"),
        "air_quality_index": ("20", "aqi", None),
        "voc_index": ("101", None, None),
        "nox_index": ("2", None, None),
        "pm1": ("1.5", "pm1", "μg/m³"),
        "pm2_5": ("2.5", "pm25", "μg/m³"),
        "pm4": ("3.5", "pm4", "μg/m³"),
        "pm10": ("4.5", "pm10", "μg/m³"),
    }
    for name, (value, device_class, unit) in shown.items():
        entity_id = f"sensor.{CAMERA}_{name}"
        await until(hass, lambda entity_id=entity_id: hass.states.get(entity_id))  # type: ignore[misc]
        found = hass.states.get(entity_id)
        assert found
        assert (found.state, found.attributes.get("device_class")) == (value, device_class)
        assert found.attributes.get("unit_of_measurement") == unit
        assert found.attributes["state_class"] == "measurement"
    # What no camera reported has no entity.
    assert not [each for each in hass.states.async_entity_ids("sensor") if hass.states.is_state(each, "unknown")
                and not each.endswith(("last_event", "last_seen"))]  # fmt: skip

    assert state(hass, f"binary_sensor.{CAMERA}_smoking_or_vaping") == "off"
    report(vaping())
    report(air_alarm("CO2"))
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_smoking_or_vaping", "on"))
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_air_quality_alarm_co2", "on"))
    smoke = hass.states.get(f"binary_sensor.{CAMERA}_smoking_or_vaping")
    assert smoke
    assert smoke.attributes["device_class"] == "smoke"


async def test_value_of_each_second_is_not_a_state_of_each_second(
    hass: HomeAssistant, person: Person, report: Callable[[Report], None], caplog: pytest.LogCaptureFixture
) -> None:
    entry = await add_listening(hass, person)
    carbon_dioxide = f"sensor.{CAMERA}_carbon_dioxide"
    report(air({"CO2": 400}))
    await until(hass, shows(hass, carbon_dioxide, "400"))
    camera = next(iter(entry.runtime_data.cameras.values()))
    timing_of(hass).frequent_value_pause = 600.0
    seen, received = states_of(hass, carbon_dioxide), camera.events.counts.total()
    for number in range(401, 450):
        report(air({"CO2": number}))
    await until(hass, lambda: camera.events.counts.total() == received + 49)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=601))
    await until(hass, shows(hass, carbon_dioxide, "449"))
    assert [each.state for each in seen] == ["401", "449"]

    # One that waits when the account ends is not written any more.
    report(air({"CO2": 500}))
    await until(hass, lambda: camera.events.counts.total() == received + 50)
    await hass.config_entries.async_unload(entry.entry_id)
    assert state(hass, carbon_dioxide) == STATE_UNAVAILABLE
    assert not complaints(caplog)


async def test_two_sensors_have_names(hass: HomeAssistant, person: Person, report: Callable[[Report], None]) -> None:
    await add_listening(hass, person)
    report(air({"CO2": 400}, "Hall"))
    await until(hass, shows(hass, f"sensor.{CAMERA}_carbon_dioxide", "400"))
    report(air({"CO2": 500}, "Cellar"))
    await until(hass, shows(hass, f"sensor.{CAMERA}_carbon_dioxide_cellar", "500"))
    first = hass.states.get(f"sensor.{CAMERA}_carbon_dioxide")
    assert first
    assert first.attributes["friendly_name"].endswith("Carbon dioxide: Hall")


@pytest.mark.parametrize(("unit", "shown"), [("Celsius", 60.0), ("Fahrenheit", 15.6)])
async def test_areas_of_a_thermal_camera(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    report: Callable[[Report], None],
    unit: str,
    shown: float,
) -> None:
    become(simulator, "thermal")
    await add_listening(hass, person)
    assert unit in {"Celsius", "Fahrenheit"}
    report(area_temperature("Kiln", highest=60.0, unit="Celsius" if unit == "Celsius" else "Fahrenheit"))
    report(area_temperature("Pipe", 1, highest=-3.0))
    highest = f"sensor.{CAMERA}_highest_temperature_kiln"
    await until(hass, lambda: hass.states.get(highest) and hass.states.get(f"sensor.{CAMERA}_highest_temperature_pipe"))
    assert round(float(state(hass, highest)), 1) == shown
    assert state(hass, f"sensor.{CAMERA}_highest_temperature_pipe") == "-3"
    found = hass.states.get(highest)
    assert found
    assert found.attributes["unit_of_measurement"] == "°C"
    lowest = er.async_get(hass).async_get(f"sensor.{CAMERA}_lowest_temperature_kiln")
    assert lowest
    assert lowest.disabled_by is er.RegistryEntryDisabler.INTEGRATION

    alarm = f"binary_sensor.{CAMERA}_area_temperature_alarm_stove"
    differs = f"binary_sensor.{CAMERA}_temperature_deviation_transformers"
    await until(hass, shows(hass, alarm, "off"))
    await until(hass, shows(hass, differs, "off"))
    report(area_alarm())
    report(deviation())
    await until(hass, shows(hass, alarm, "on"))
    await until(hass, shows(hass, differs, "on"))


async def test_area_follows_its_name(hass: HomeAssistant, person: Person, report: Callable[[Report], None]) -> None:
    await add_listening(hass, person)
    report(area_temperature("Kiln", highest=60.0))
    highest = f"sensor.{CAMERA}_highest_temperature_kiln"
    await until(hass, shows(hass, highest, "60"))
    report(area_temperature("Oven", highest=61.0))
    await until(hass, shows(hass, highest, "61"))
    found = hass.states.get(highest)
    assert found
    assert found.attributes["friendly_name"].endswith("Highest temperature: Oven")


async def test_camera_that_renames_an_area_all_the_time_is_not_followed(
    hass: HomeAssistant, person: Person, report: Callable[[Report], None]
) -> None:
    await add_listening(hass, person)
    for number in range(300):
        report(area_temperature(f"Area {number}", highest=float(number)))
    highest = f"sensor.{CAMERA}_highest_temperature_area_0"
    await until(hass, shows(hass, highest, "299"))
    found = hass.states.get(highest)
    assert found
    assert found.attributes["friendly_name"].endswith("Highest temperature: Area 100")


async def test_sound_level(hass: HomeAssistant, person: Person, report: Callable[[Report], None]) -> None:
    await add_listening(hass, person)
    report(sound_level(48.5))
    level = f"sensor.{CAMERA}_sound_level"
    await until(hass, shows(hass, level, "48.5"))
    found = hass.states.get(level)
    assert found
    assert (found.attributes["device_class"], found.attributes["unit_of_measurement"]) == ("sound_pressure", "dB")
