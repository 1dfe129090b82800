"""States that cameras report of themselves and of what they hear: on until they are off, and what is worth a sensor."""

from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from simulator import Report, Simulator

from ..listening import (
    CAMERA,
    add_listening,
    detected,
    nothing_is_going_on,
    serial_of,
    shows,
    state,
    states_of,
    until_listening,
)
from ..person import Person
from ..waiting import until

pytestmark = pytest.mark.usefixtures("detection_sensors")

DETECTION = f"event.{CAMERA}_detection"
#: What can be wrong or on at a camera: what happens, the sensor's name and class, and whether it is on by default.
SENSORS = (
    ("tamper_detector", "tamper_detector", "tamper", True),
    ("shock", "shock", "vibration", True),
    ("scene_change", "scene_changed", "tamper", False),
    ("image_dark", "image_too_dark", "problem", False),
    ("image_bright", "image_too_bright", "problem", False),
    ("image_blurry", "image_blurry", "problem", False),
    ("video_signal", "video_signal", "connectivity", True),
    ("casing", "enclosure", "tamper", True),
    ("front_window", "front_window", "problem", True),
    ("storage_health", "storage_health", "problem", True),
    ("fan", "fan_operation", "running", False),
    ("fan_failure", "fan_failure", "problem", True),
    ("heater", "heater_operation", "running", False),
    ("power_failure", "power_supply", "problem", True),
    ("ptz_power_failure", "pan_and_tilt_power", "problem", True),
    ("overcurrent", "overcurrent", "problem", True),
    ("temperature_critical", "critical_temperature", "problem", True),
    ("too_hot", "high_temperature", "heat", True),
    ("too_cold", "low_temperature", "cold", True),
    ("network_lost", "network_lost_1", "problem", False),
    ("mqtt", "mqtt_connection", "connectivity", False),
    ("audio_connector", "audio_connector", "plug", False),
    ("sudden_sound", "sudden_sound", "sound", True),
    ("intercom_door", "door", "door", True),
    ("trigger_input", "trigger_input", "opening", False),
)


@pytest.fixture(autouse=True)
def _quick(quick_reconnects: None) -> None:
    """A stream that was cut is soon there again."""


@pytest.mark.usefixtures("all_enabled")
async def test_what_a_camera_reports_of_itself_has_a_sensor(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    names = [name for name, *_ in SENSORS]
    nothing_is_going_on(simulator, *names)
    await add_listening(hass, person)
    for name in names:
        simulator.happen(serial_of(simulator), name)
    for _, entity, device_class, _ in SENSORS:
        entity_id = f"binary_sensor.{CAMERA}_{entity}"
        await until(hass, shows(hass, entity_id, "on"))
        assert hass.states.get(entity_id).attributes["device_class"] == device_class  # type: ignore[union-attr]


async def test_only_what_matters_at_home_is_on_by_default(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, *(name for name, *_ in SENSORS))
    await add_listening(hass, person)
    registry = er.async_get(hass)
    # It has no state that could be reported before.
    simulator.happen(serial_of(simulator), "shock")
    await until(hass, lambda: registry.async_get(f"binary_sensor.{CAMERA}_shock"))
    for _, entity, _, enabled in SENSORS:
        entry = registry.async_get(f"binary_sensor.{CAMERA}_{entity}")
        assert entry
        assert (entry.disabled_by is None) is enabled, entity


@pytest.mark.parametrize("name", ["speech", "shout", "glass_break", "scream", "sudden_sound"])
async def test_sound_lasts_until_the_camera_says_so(
    hass: HomeAssistant, person: Person, simulator: Simulator, name: str
) -> None:
    nothing_is_going_on(simulator, name)
    entry = await add_listening(hass, person)
    entity_id = f"binary_sensor.{CAMERA}_{name}"
    seen = states_of(hass, DETECTION)
    simulator.happen(serial_of(simulator), name)
    await until(hass, shows(hass, entity_id, "on"))
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=45))
    await hass.async_block_till_done(wait_background_tasks=False)
    assert state(hass, entity_id) == "on"
    streams = next(iter(entry.runtime_data.connections.values())).streams
    simulator.events.cut(serial_of(simulator))
    await until(hass, lambda: next(iter(entry.runtime_data.connections.values())).streams > streams)
    await until_listening(hass, entry, simulator)
    assert state(hass, entity_id) == "on"
    # Also by a new start, which knows nothing of before.
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    assert state(hass, entity_id) == "on"
    simulator.happen(serial_of(simulator), name, active=False)
    await until(hass, shows(hass, entity_id, "off"))
    told = {each.state for each in seen if each.attributes.get("event_type") == name.replace("sudden_", "")}
    assert len(told) == 1


async def test_health_of_an_empty_slot_is_no_problem(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    def health(disk: str, wear: str, *, alert: bool) -> None:
        data = {"overall_health": "-3", "alert": "1" if alert else "0", "wear": wear, "temperature": "-3"}
        simulator.events.report(serial_of(simulator), Report("tnsaxis:Storage/Alert", data, {"disk_id": disk}))

    health("SD_DISK", "-3", alert=False)
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    await until(hass, lambda: hass.states.get(f"binary_sensor.{CAMERA}_sound"))
    entity_id = f"binary_sensor.{CAMERA}_storage_health"
    assert hass.states.get(entity_id) is None
    health("SD_DISK", "4", alert=False)
    await until(hass, shows(hass, entity_id, "off"))
    health("SD_DISK", "98", alert=True)
    await until(hass, shows(hass, entity_id, "on"))


@pytest.mark.usefixtures("all_enabled")
async def test_lost_network_without_an_interface_has_a_whole_name(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    await add_listening(hass, person)
    simulator.events.report(serial_of(simulator), Report("tns1:Device/tnsaxis:Network/Lost", {"lost": "1"}))
    entity_id = f"binary_sensor.{CAMERA}_network_lost"
    await until(hass, shows(hass, entity_id, "on"))
    assert hass.states.get(entity_id).name == "ACCC8E10A3F1 Network lost"  # type: ignore[union-attr]


async def test_port_without_a_number_is_no_input(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    nothing_is_going_on(simulator, "input", "sound")
    await add_listening(hass, person)
    before = set(hass.states.async_entity_ids())
    for topic in ("IO/Port", "IO/SupervisedPort"):
        report = Report(f"tns1:Device/tnsaxis:{topic}", {"state": "1"})
        simulator.events.report(serial_of(simulator), report)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_sound", "on"))
    assert set(hass.states.async_entity_ids()) == before
    assert state(hass, f"binary_sensor.{CAMERA}_input_1") == "off"


async def test_call_rings_once_until_the_next_call(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    def call(phase: str) -> None:
        simulator.events.report(serial_of(simulator), Report("tnsaxis:Call/State", {"CallState": phase}))

    call("Idle")
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    entity_id = f"event.{CAMERA}_doorbell"
    await until(hass, lambda: hass.states.get(entity_id))
    rings = states_of(hass, entity_id)
    for phase in ("Calling", "Active", "Idle"):
        call(phase)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, detected(hass, "sound"))
    assert [each.attributes["event_type"] for each in rings] == ["ring"]
