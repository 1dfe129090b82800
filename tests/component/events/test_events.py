"""What cameras report becomes entities that a user sees change."""

from datetime import timedelta

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er, llm
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.llm import WhatHappened, async_get_tools
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import Ports
from simulator import Fault, NodeType, Port, Profile, Report, Scenario, Simulator
from simulator.world import Camera

from ..listening import (
    CAMERA,
    add_listening,
    complaints,
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


def camera_of(simulator: Simulator) -> Camera:
    return simulator.world.cameras[serial_of(simulator)]


def event_types(states: list[State]) -> list[str]:
    return [each.attributes["event_type"] for each in states if each.attributes.get("event_type")]


async def test_person_comes_and_goes(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera_of(simulator).scenarios = [Scenario(1, "Branka")]
    nothing_is_going_on(simulator, "person")
    await add_listening(hass, person)
    assert state(hass, f"binary_sensor.{CAMERA}_person_branka") == "off"
    assert state(hass, f"binary_sensor.{CAMERA}_motion") == "off"
    assert state(hass, DETECTION) == STATE_UNKNOWN

    simulator.happen(serial_of(simulator), "person")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_person_branka", "on"))
    assert state(hass, f"binary_sensor.{CAMERA}_motion") == "on"
    detection = hass.states.get(DETECTION)
    assert detection
    assert detection.attributes["event_type"] == "person"
    assert detection.attributes["object_class"] == "person"
    assert detection.attributes["scenario"] == "Branka"
    assert detected(hass, "person")()

    simulator.happen(serial_of(simulator), "person", active=False)
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_person_branka", "off"))
    assert state(hass, f"binary_sensor.{CAMERA}_motion") == "off"


async def test_scenario_for_two_classes_has_a_sensor_for_each(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera_of(simulator).scenarios = [Scenario(1, "Vjezd", classes=("human", "vehicle"))]
    nothing_is_going_on(simulator, "person")
    await add_listening(hass, person)
    simulator.happen(serial_of(simulator), "vehicle")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_vehicle_vjezd", "on"))
    assert state(hass, f"binary_sensor.{CAMERA}_person_vjezd") == "off"


@pytest.mark.parametrize("level", ["viewer", "administrator"])
async def test_names_that_may_not_be_read_are_numbers(
    hass: HomeAssistant, person: Person, simulator: Simulator, level: str
) -> None:
    camera = camera_of(simulator)
    camera.scenarios, camera.motion_profiles = [Scenario(2, "Plot", "fence")], [Profile(1, "Profile 1")]
    camera.login_level = "viewer" if level == "viewer" else "administrator"
    simulator.happen(serial_of(simulator), "line", "2", active=False)
    nothing_is_going_on(simulator, "motion")
    await add_listening(hass, person)
    simulator.happen(serial_of(simulator), "line", "2")
    name = "person_plot" if level == "administrator" else "person_2"
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_{name}", "on"))
    detection = hass.states.get(DETECTION)
    assert detection
    assert detection.attributes["event_type"] == "line_crossed"
    assert detection.attributes["object_class"] == "person"
    # A profile with the name that the device gave it has a number.
    profile = er.async_get(hass).async_get(f"binary_sensor.{CAMERA}_motion_1")
    assert profile
    assert profile.original_name == "Motion 1"
    simulator.happen(serial_of(simulator), "line", "2", active=False)
    timing_of(hass).event_one_motion = 0.0
    simulator.happen(serial_of(simulator), "motion")
    await until(hass, detected(hass, "motion"))
    assert state(hass, f"binary_sensor.{CAMERA}_motion") == "on"


async def test_inputs_have_the_names_of_the_tree_and_of_the_camera(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera, serial = camera_of(simulator), serial_of(simulator)
    camera.ports = [
        Port("Digital Input 1"),
        Port("Siréna", direction="output"),
        Port("Okno ve sklepě"),
        Port("Call button", usage="Button"),
    ]
    node = next(node for node in simulator.world.nodes.values() if node.serial == serial)
    door = simulator.world.add(NodeType.DEVICE_INPUT, "Dveře", node)
    for number in range(4):
        simulator.happen(serial, "input", str(number), active=False)
    simulator.happen(serial, "input", "-1", active=False)
    entry = await add_listening(hass, person)

    simulator.happen(serial, "input", "0")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_dvere", "on"))
    shown = hass.states.get(f"binary_sensor.{CAMERA}_dvere")
    assert shown
    assert shown.attributes["device_class"] == "door"
    window = hass.states.get(f"binary_sensor.{CAMERA}_okno_ve_sklepe")
    assert window
    assert (window.state, window.attributes["device_class"]) == ("off", "window")
    assert not [each for each in hass.states.async_entity_ids() if "sirena" in each]

    simulator.happen(serial, "input", "3", active_for=0.05)
    presses = states_of(hass, f"event.{CAMERA}_call_button")
    await until(hass, lambda: len(presses) == 2)
    assert [each.attributes["event_type"] for each in presses] == ["press_start", "press_end"]

    door.name = "Garážová vrata"
    await entry.runtime_data.tree.async_refresh()
    await hass.async_block_till_done()
    shown = hass.states.get(f"binary_sensor.{CAMERA}_dvere")
    assert shown
    assert shown.name.endswith("Garážová vrata")


@pytest.mark.parametrize("initial_states", [True, False])
async def test_first_press_of_a_button_is_reported(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    *,
    initial_states: bool,
) -> None:
    timing_of(hass).event_initial_states = 0.0
    simulator.switches.event_initial_states = initial_states
    camera_of(simulator).ports = [Port("Call button", usage="Button")]
    nothing_is_going_on(simulator, "input")
    button = f"event.{CAMERA}_call_button"
    presses = states_of(hass, button)
    entry = await person.add_account()
    for _ in range(2):
        await until(hass, lambda: all(each.listening for each in entry.runtime_data.connections.values()))
        if initial_states:
            await until(hass, lambda: hass.states.get(button))
        for _ in range(2):
            presses.clear()
            # It may be over before the camera has said that there is a button on this input.
            simulator.happen(serial_of(simulator), "input", "0", active_for=0.05)
            await until(hass, lambda: event_types(presses)[-2:] == ["press_start", "press_end"])
            assert event_types(presses).count("press_start") == 1
        assert await hass.config_entries.async_reload(entry.entry_id)


async def test_first_short_report_of_an_input_is_shown(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).event_initial_states = 0.0
    camera_of(simulator).ports = [Port("Door")]
    await add_listening(hass, person)
    door = f"binary_sensor.{CAMERA}_door"
    shown = states_of(hass, door)
    # It is over before the camera has said what the input is called.
    names = simulator.faults.add(Fault(kind="vapix:port*", delay=0.3))
    simulator.happen(serial_of(simulator), "input", "0", active_for=0.05)
    await until(hass, shows(hass, door, "off"))
    assert simulator.faults.struck(names)
    assert [each.state for each in shown] == ["on", "off"]


async def test_first_call_rings(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    timing_of(hass).event_initial_states = 0.0
    await add_listening(hass, person)
    rings = states_of(hass, f"event.{CAMERA}_doorbell")
    simulator.happen(serial_of(simulator), "call")
    await until(hass, lambda: event_types(rings) == ["ring"])


@pytest.mark.parametrize("readable", [True, False])
async def test_inputs_are_matched_by_name_else_by_order(
    hass: HomeAssistant, person: Person, simulator: Simulator, *, readable: bool
) -> None:
    camera, serial = camera_of(simulator), serial_of(simulator)
    if readable:
        camera.ports = [Port("Okno"), Port("Dveře")]
    node = next(node for node in simulator.world.nodes.values() if node.serial == serial)
    simulator.world.add(NodeType.DEVICE_INPUT, "Dveře", node)
    for number in ("0", "1"):
        simulator.happen(serial, "input", number, active=False)
    await add_listening(hass, person)
    simulator.happen(serial, "input", "1" if readable else "0")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_dvere", "on"))
    other = "okno" if readable else "input_2"
    assert state(hass, f"binary_sensor.{CAMERA}_{other}") == "off"


async def test_mistake_while_asking_for_names_costs_only_the_names(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def fail(_ports: Ports) -> tuple[object, ...]:
        raise RuntimeError("a mistake of ours")

    monkeypatch.setattr(Ports, "list", fail)
    nothing_is_going_on(simulator, "input")
    await add_listening(hass, person)
    assert state(hass, f"binary_sensor.{CAMERA}_input_1") == "off"


async def test_assistant_without_a_recorder_knows_the_present(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    assert await async_setup_component(hass, "homeassistant", {})
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    async_expose_entity(hass, "conversation", DETECTION, True)
    context = llm.LLMContext(platform="test", context=None, language="en", assistant="conversation", device_id=None)
    asked = llm.ToolInput(tool_name="netrex__what_happened", tool_args={})
    assert (await WhatHappened().async_call(hass, asked, context))["events"] == []  # type: ignore[index]
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, detected(hass, "sound"))
    told = await WhatHappened().async_call(hass, asked, context)
    assert [each["what"] for each in told["events"]] == ["sound"]  # type: ignore[index]
    assert async_get_tools(hass, context, "another") is None


async def test_intercom_rings_once(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera, serial = camera_of(simulator), serial_of(simulator)
    camera.model, camera.product_name = "AXIS A8207-VE", "AXIS A8207-VE Network Video Door Station"
    camera.ports = [Port("Call button", usage="Button")]
    nothing_is_going_on(simulator, "input", "call", "sound")
    await add_listening(hass, person)
    await until(hass, lambda: hass.states.get(f"event.{CAMERA}_doorbell"))
    rings = states_of(hass, f"event.{CAMERA}_doorbell")
    simulator.happen(serial, "input", "0")
    simulator.happen(serial, "call")
    simulator.happen(serial, "sound")
    await until(hass, detected(hass, "sound"))
    assert [each.attributes["event_type"] for each in rings] == ["ring"]
    assert rings[0].attributes["device_class"] == "doorbell"
    assert hass.states.get(f"event.{CAMERA}_call_button") is None


async def test_stateless_events_end_by_themselves(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await add_listening(hass, person)
    simulator.happen(serial_of(simulator), "tampering")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_tampering", "on"))
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=20))
    assert state(hass, f"binary_sensor.{CAMERA}_tampering") == "on"
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_tampering", "off"))
    # The camera will not report it for months; the entity is there all the same.
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    assert state(hass, f"binary_sensor.{CAMERA}_tampering") == "off"


async def test_what_stands_is_no_news(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    simulator.happen(serial_of(simulator), "person")
    entry = await add_listening(hass, person)
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_person", "on"))
    assert state(hass, DETECTION) == STATE_UNKNOWN
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    assert state(hass, f"binary_sensor.{CAMERA}_person") == "on"
    assert state(hass, DETECTION) == STATE_UNKNOWN


async def test_empty_card_slot_is_no_storage_problem(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    simulator.happen(serial_of(simulator), "storage", "SD_DISK")
    await person.add_account()
    nothing_is_going_on(simulator, "sound")
    await until(hass, lambda: hass.states.get(f"binary_sensor.{CAMERA}_sound"))
    assert not [each for each in hass.states.async_entity_ids() if "storage" in each]
    simulator.happen(serial_of(simulator), "storage", "SD_DISK", active=False)
    await until(hass, lambda: hass.states.get(f"binary_sensor.{CAMERA}_storage"))
    simulator.happen(serial_of(simulator), "storage", "SD_DISK")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_storage", "on"))


async def test_virtual_inputs_are_there_once_somebody_uses_them(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    serial = serial_of(simulator)
    for number in range(1, 65):
        simulator.happen(serial, "virtual_input", str(number), active=False)
    await person.add_account()
    await simulator.events.wait_listeners(serial, 1)
    simulator.happen(serial, "virtual_input", "7")
    registry = er.async_get(hass)
    seventh = f"binary_sensor.{CAMERA}_virtual_input_state_7"
    await until(hass, lambda: registry.async_get(seventh))
    assert [each for each in registry.entities if "virtual" in each] == [seventh]


async def test_wrong_clock_changes_nothing(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    nothing_is_going_on(simulator, "sound")
    camera_of(simulator).clock_offset = 86_400.0
    await add_listening(hass, person)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_sound", "on"))
    detection = hass.states.get(DETECTION)
    assert detection
    now = dt_util.utcnow()
    assert abs(dt_util.parse_datetime(detection.state, raise_on_error=True) - now) < timedelta(seconds=30)
    told = dt_util.parse_datetime(detection.attributes["camera_time"], raise_on_error=True)
    assert timedelta(hours=23) < told - now < timedelta(hours=25)
    begins = int(detection.attributes["recording"].split("/")[-3])
    assert abs(begins + 10 - now.timestamp()) < 30

    camera_of(simulator).clock_offset = None
    simulator.happen(serial_of(simulator), "sound", active=False)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, lambda: "camera_time" not in hass.states.get(DETECTION).attributes)


async def test_without_the_permission_nobody_listens(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    nothing_is_going_on(simulator, "person")
    entry = await person.add_account(["read", "liveview"])
    camera = next(iter(entry.runtime_data.cameras.values()))
    await until(hass, lambda: camera.condition == "reachable")
    assert simulator.counters["vapix:ws-data-stream"] == 0
    assert {each.split(".")[0] for each in hass.states.async_entity_ids() if CAMERA in each} == {
        "binary_sensor",
        "camera",
    }
    assert state(hass, f"binary_sensor.{CAMERA}_connectivity") == "on"


async def test_events_without_the_live_picture(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    nothing_is_going_on(simulator, "person")
    await add_listening(hass, person, ["read", "events"])
    simulator.happen(serial_of(simulator), "person")
    await until(hass, detected(hass, "person"))
    detection = hass.states.get(DETECTION)
    assert detection
    assert "recording" not in detection.attributes
    assert not hass.states.async_entity_ids("camera")
    assert not hass.states.async_entity_ids("image")


async def test_deleted_scenario_loses_its_entity(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera, serial = camera_of(simulator), serial_of(simulator)
    camera.scenarios = [Scenario(1, "Branka"), Scenario(2, "Plot")]
    for number in ("1", "2"):
        simulator.happen(serial, "person", number, active=False)
    entry = await add_listening(hass, person)
    assert state(hass, f"binary_sensor.{CAMERA}_person_plot") == "off"
    del camera.scenarios[1]
    gone = next(key for key in camera.event_states if key[0].endswith("Scenario2"))
    del camera.event_states[gone]
    simulator.events.reboot(serial)
    await until(hass, lambda: hass.states.get(f"binary_sensor.{CAMERA}_person_plot") is None)
    camera.scenarios.append(Scenario(2, "Zahrada"))
    simulator.happen(serial, "person", "2", active=False)
    assert await hass.config_entries.async_reload(entry.entry_id)
    # Home Assistant gives what comes back its former id; the name is the new one.
    await until(
        hass, lambda: (shown := hass.states.get(f"binary_sensor.{CAMERA}_person_plot")) and "Zahrada" in shown.name
    )


async def test_scenario_can_come_back_on_another_stream(
    hass: HomeAssistant, person: Person, simulator: Simulator, quick_reconnects: None
) -> None:
    camera, serial = camera_of(simulator), serial_of(simulator)
    camera.scenarios = [Scenario(1, "Branka"), Scenario(2, "Plot")]
    for number in ("1", "2"):
        simulator.happen(serial, "person", number, active=False)
    await add_listening(hass, person)
    plot = camera.scenarios.pop()
    gone = next(key for key in camera.event_states if key[0].endswith("Scenario2"))
    told = camera.event_states.pop(gone)
    simulator.events.cut(serial)
    await until(hass, lambda: hass.states.get(f"binary_sensor.{CAMERA}_person_plot") is None)
    camera.scenarios.append(plot)
    camera.event_states[gone] = told
    simulator.events.cut(serial)
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_person_plot", "off"))


async def test_unknown_events_are_no_error(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await add_listening(hass, person)
    serial = serial_of(simulator)
    simulator.events.report(serial, Report("tns1:Future/tnsaxis:Thing", {"a": "b"}))
    simulator.happen(serial, "sound")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_sound", "on"))
    (connection,) = entry.runtime_data.connections.values()
    assert connection.intake.unknown == {"Future/Thing": 1}
    assert not complaints(caplog)


async def test_entities_belong_to_the_camera(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    nothing_is_going_on(simulator, "person", "input", "sound", "storage", "day", "casing", "motion")
    entry = await add_listening(hass, person)
    (device,) = (
        each for each in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id) if each.serial_number
    )
    assert device.serial_number == serial_of(simulator)
    entities = er.async_entries_for_device(er.async_get(hass), device.id, include_disabled_entities=True)
    assert {f"binary_sensor.{CAMERA}_{name}" for name in ("input_1", "sound", "storage", "daylight")} <= {
        each.entity_id for each in entities
    }


async def test_camera_that_goes_takes_its_entities_along(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "person")
    entry = await add_listening(hass, person)
    node = next(node for node in simulator.world.nodes.values() if node.serial)
    simulator.world.remove(node.node_id)
    await entry.runtime_data.tree.async_refresh()
    await hass.async_block_till_done()
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert not [each for each in entities if CAMERA in each.entity_id]
    assert not entry.runtime_data.connections


async def test_camera_off_at_the_start_is_heard_when_it_comes(
    hass: HomeAssistant, person: Person, simulator: Simulator, quick_rechecks: None
) -> None:
    nothing_is_going_on(simulator, "sound")
    camera_of(simulator).online = False
    await person.add_account()
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_connectivity", "off"))
    assert state(hass, DETECTION) == STATE_UNAVAILABLE
    assert simulator.counters["vapix:ws-data-stream"] == 0
    camera_of(simulator).online = True
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_sound", "off"))
    assert state(hass, f"binary_sensor.{CAMERA}_connectivity") == "on"
