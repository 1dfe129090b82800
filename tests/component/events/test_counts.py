"""Cameras that count at lines and in areas: totals, what is there now, limits, and who crosses."""

from collections.abc import Callable

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import mock_restore_cache_with_extra_data

from simulator import Report, Scenario, Simulator
from simulator.measurements import crossing, limit_reached, occupancy

from ..listening import CAMERA, add_listening, detected, serial_of, shows, state, states_of, until_listening
from ..person import Person
from ..waiting import until

pytestmark = pytest.mark.usefixtures("detection_sensors")

DETECTION = f"event.{CAMERA}_detection"
_TOPIC = "tnsaxis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1"


type _Reporter = Callable[[Report], None]


@pytest.fixture
def report(simulator: Simulator) -> _Reporter:
    """Let the camera report something; it counts at a gate, and in a queue."""
    simulator.world.cameras[serial_of(simulator)].scenarios = [
        Scenario(1, "Gate", "CrosslineCounting", ("human", "vehicle")),
        Scenario(2, "Queue", "occupancyInArea"),
    ]
    return lambda each: simulator.events.report(serial_of(simulator), each)


def ours(hass: HomeAssistant) -> set[str]:
    """Return the entities of the two scenarios."""
    return {
        each for each in er.async_get(hass).entities if each.endswith(("_gate", "_queue", "_object", "_person", "_1"))
    }


async def test_each_crossing_is_a_detection_and_counts(
    hass: HomeAssistant, person: Person, simulator: Simulator, report: _Reporter
) -> None:
    await add_listening(hass, person)
    report(crossing("human", {"human": 40, "car": 2}))
    await until(hass, shows(hass, f"sensor.{CAMERA}_crossings_gate", "42"))
    await until(hass, lambda: state(hass, DETECTION) != STATE_UNKNOWN)
    detection = hass.states.get(DETECTION)
    assert detection
    assert detection.attributes["event_type"] == "line_crossed"
    assert detection.attributes["object_class"] == "person"
    assert detected(hass, "line_crossed")()
    total = hass.states.get(f"sensor.{CAMERA}_crossings_gate")
    assert total
    assert total.attributes["state_class"] == "total_increasing"

    crossings = states_of(hass, DETECTION)
    report(crossing("truck", {"human": 40, "car": 2, "truck": 1}))
    report(crossing("truck", {"human": 40, "car": 2, "truck": 2}))
    await until(hass, shows(hass, f"sensor.{CAMERA}_crossings_gate", "44"))
    assert [each.attributes["object_class"] for each in crossings] == ["vehicle", "vehicle"]
    assert crossings[-1].attributes["scenario"] == "Gate"
    # The camera's counter starts again; nothing crossed.
    report(crossing("human", {"human": 0}))
    await until(hass, shows(hass, f"sensor.{CAMERA}_crossings_gate", "0"))
    assert len(crossings) == 2

    # Nothing that would stay unknown, and only the total is on by default.
    assert not [each for each in ours(hass) if each.startswith("binary_sensor.")]
    of_classes = [er.async_get(hass).async_get(f"sensor.{CAMERA}_{each}_crossed_gate") for each in ("people", "trucks")]
    assert [each.disabled_by if each else None for each in of_classes] == [er.RegistryEntryDisabler.INTEGRATION] * 2


@pytest.mark.usefixtures("all_enabled")
async def test_classes_are_counted(hass: HomeAssistant, person: Person, report: _Reporter) -> None:
    await add_listening(hass, person)
    report(
        Report(_TOPIC, {"reason": "car", "total": "9", "totalCar": "5", "totalMotorcycle/bicycle": "4"}, stateful=False)
    )
    await until(hass, shows(hass, f"sensor.{CAMERA}_cars_crossed_gate", "5"))
    assert state(hass, f"sensor.{CAMERA}_bikes_crossed_gate") == "4"
    # A class that appears later, and another spelling of one.
    report(Report(_TOPIC, {"reason": "bus", "total": "11", "totalBike": "5", "totalBus": "1"}, stateful=False))
    await until(hass, shows(hass, f"sensor.{CAMERA}_buses_crossed_gate", "1"))
    assert state(hass, f"sensor.{CAMERA}_bikes_crossed_gate") == "5"
    assert state(hass, f"sensor.{CAMERA}_cars_crossed_gate") == "5"


async def test_single_counter_is_no_state(hass: HomeAssistant, person: Person, report: _Reporter) -> None:
    await add_listening(hass, person)
    for number in ("1", "2"):
        report(Report(_TOPIC, {"totalHuman": number}, stateful=False))
    await until(hass, lambda: f"sensor.{CAMERA}_people_crossed_gate" in er.async_get(hass).entities)
    assert not [each for each in ours(hass) if each.startswith("binary_sensor.")]
    assert state(hass, DETECTION) == STATE_UNKNOWN


async def test_occupancy_and_its_limit(hass: HomeAssistant, person: Person, report: _Reporter) -> None:
    report(limit_reached(2, active=False))
    await add_listening(hass, person)
    limit = f"binary_sensor.{CAMERA}_count_limit_reached_queue"
    assert state(hass, limit) == "off"
    report(occupancy({"human": 6, "car": 1}, 2))
    report(limit_reached(2))
    await until(hass, shows(hass, f"sensor.{CAMERA}_occupancy_queue", "7"))
    await until(hass, shows(hass, limit, "on"))
    shown = hass.states.get(f"sensor.{CAMERA}_occupancy_queue")
    assert shown
    assert shown.attributes["state_class"] == "measurement"
    report(occupancy({"human": 1}, 2))
    report(limit_reached(2, active=False))
    await until(hass, shows(hass, f"sensor.{CAMERA}_occupancy_queue", "1"))
    await until(hass, shows(hass, limit, "off"))
    assert state(hass, DETECTION) == STATE_UNKNOWN


async def test_counts_are_read_when_the_camera_is_connected(
    hass: HomeAssistant, person: Person, simulator: Simulator, report: _Reporter
) -> None:
    gate, queue = simulator.world.cameras[serial_of(simulator)].scenarios
    gate.counted, queue.counted = {"human": 5, "car": 1}, {"human": 4}
    report(limit_reached(2, active=False))
    entry = await add_listening(hass, person)
    assert state(hass, f"sensor.{CAMERA}_crossings_gate") == "6"
    assert state(hass, f"sensor.{CAMERA}_occupancy_queue") == "4"
    gate.counted, queue.counted = {"human": 9, "car": 1}, {"human": 0}
    await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    await until(hass, shows(hass, f"sensor.{CAMERA}_crossings_gate", "10"))
    assert state(hass, f"sensor.{CAMERA}_occupancy_queue") == "0"
    shown = hass.states.get(f"sensor.{CAMERA}_crossings_gate")
    assert shown
    assert shown.attributes["friendly_name"].endswith("Crossings: Gate")
    assert state(hass, DETECTION) == STATE_UNKNOWN


async def test_limit_of_a_line_is_reached_for_a_moment(
    hass: HomeAssistant, person: Person, report: _Reporter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.netrex.events.camera_events.MOMENTARY_RESET", 0.1)
    report(limit_reached(1, active=False))
    await add_listening(hass, person)
    limit = f"binary_sensor.{CAMERA}_count_limit_reached_gate"
    seen = states_of(hass, limit)
    report(limit_reached(1))
    await until(hass, lambda: [each.state for each in seen] == ["on", "off"])


async def test_count_goes_on_after_a_restart_where_it_may_not_be_read(
    hass: HomeAssistant, person: Person, simulator: Simulator, report: _Reporter
) -> None:
    simulator.world.cameras[serial_of(simulator)].login_level = "viewer"
    entry = await add_listening(hass, person)
    report(crossing("human", {"human": 7}))
    report(occupancy({"human": 3}, 2))
    crossings, present = f"sensor.{CAMERA}_crossings", f"sensor.{CAMERA}_occupancy_2"
    await until(hass, shows(hass, crossings, "7"))
    await until(hass, shows(hass, present, "3"))
    await hass.config_entries.async_unload(entry.entry_id)
    assert state(hass, crossings) == STATE_UNAVAILABLE
    stored = {"native_value": 7, "native_unit_of_measurement": None}
    mock_restore_cache_with_extra_data(hass, [(State(crossings, "7"), stored)])
    await hass.config_entries.async_setup(entry.entry_id)
    await until_listening(hass, entry, simulator)
    # Both are there before anything is reported. Who is there now may be somebody else.
    await until(hass, shows(hass, crossings, "7"))
    assert state(hass, present) == STATE_UNKNOWN
    report(crossing("human", {"human": 8}))
    await until(hass, shows(hass, crossings, "8"))


async def test_removed_scenario_takes_its_sensors_along(
    hass: HomeAssistant, person: Person, simulator: Simulator, report: _Reporter
) -> None:
    entry = await add_listening(hass, person)
    report(crossing("human", {"human": 7}))
    report(occupancy({"human": 3}, 2))
    await until(hass, shows(hass, f"sensor.{CAMERA}_occupancy_queue", "3"))
    del simulator.world.cameras[serial_of(simulator)].scenarios[1]
    await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    await until(hass, lambda: f"sensor.{CAMERA}_occupancy_queue" not in er.async_get(hass).entities)
    assert f"sensor.{CAMERA}_crossings_gate" in er.async_get(hass).entities


async def test_unknown_count_is_in_diagnostics(hass: HomeAssistant, person: Person, report: _Reporter) -> None:
    entry = await add_listening(hass, person)
    report(Report(_TOPIC, {"reason": "human", "total": "5", "totalAnimal": "4"}, stateful=False))
    await until(hass, shows(hass, f"sensor.{CAMERA}_crossings_gate", "5"))
    events = next(iter(entry.runtime_data.cameras.values())).events
    assert events.values.unknown == {"count: totalanimal": 1}
    assert events.values.by_kind() == {"count": ["total"]}
