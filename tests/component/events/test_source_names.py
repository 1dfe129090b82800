"""What cameras report keeps the names that people give it, and stays what it is, whatever is changed in the camera."""

from collections import Counter

from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.netrex.binary_sensor.descriptions import wired_to
from custom_components.netrex.tasks.timing import timing_of
from simulator import NodeType, Port, Profile, Report, Scenario, Simulator
from simulator.happenings import HAPPENINGS
from simulator.world import Camera

from ..listening import CAMERA, add_listening, nothing_is_going_on, serial_of, shows, state, states_of, until_listening
from ..person import Person
from ..waiting import until

pytestmark = pytest.mark.usefixtures("detection_sensors")


@pytest.fixture(autouse=True)
def _quick(quick_reconnects: None) -> None:
    """A stream that was cut is soon there again."""


def camera_of(simulator: Simulator) -> Camera:
    return simulator.world.cameras[serial_of(simulator)]


def called(hass: HomeAssistant, entity_id: str) -> str:
    """Return what an entity is called beside its camera."""
    shown = hass.states.get(entity_id)
    return shown.name.removeprefix(CAMERA.upper()).strip() if shown else ""


async def test_scenario_that_is_renamed(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera = camera_of(simulator)
    camera.scenarios = [Scenario(1, "Branka")]
    nothing_is_going_on(simulator, "person")
    await add_listening(hass, person)
    gate = f"binary_sensor.{CAMERA}_person_branka"
    assert called(hass, gate) == "Person: Branka"
    camera.scenarios[0].name = "Vrátka"
    simulator.events.cut(camera.serial)
    await until(hass, lambda: called(hass, gate) == "Person: Vrátka")
    # A name that the device gives by itself says nothing.
    camera.scenarios[0].name = "Scenario 1"
    simulator.events.cut(camera.serial)
    await until(hass, lambda: called(hass, gate) == "Person")


async def test_button_and_input_follow_their_nodes(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera = camera_of(simulator)
    camera.ports = [Port("Input 1", usage="Button"), Port("Input 2")]
    node = next(node for node in simulator.world.nodes.values() if node.serial)
    inputs = [simulator.world.add(NodeType.DEVICE_INPUT, name, node) for name in ("Zvonek", "Dveře")]
    for number in ("0", "1"):
        simulator.happen(camera.serial, "input", number, active=False)
    entry = await add_listening(hass, person)
    button, door = f"event.{CAMERA}_zvonek", f"binary_sensor.{CAMERA}_dvere"
    assert (called(hass, button), called(hass, door)) == ("Zvonek", "Dveře")
    inputs[0].name, inputs[1].name = "Tlačítko", "Okno"
    await entry.runtime_data.tree.async_refresh()
    await until(hass, lambda: (called(hass, button), called(hass, door)) == ("Tlačítko", "Okno"))
    # What the user no longer names has its number.
    for each in inputs:
        simulator.world.remove(each.node_id)
    await entry.runtime_data.tree.async_refresh()
    await until(hass, lambda: called(hass, door) == "Input 2")
    assert called(hass, button).endswith("1")


async def test_scenario_made_meanwhile_has_its_name_and_stays(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).event_source_names_retry = 0.0
    camera = camera_of(simulator)
    camera.scenarios = [Scenario(1, "Branka")]
    nothing_is_going_on(simulator, "person")
    await add_listening(hass, person)
    camera.scenarios.append(Scenario(2, "Plot"))
    simulator.happen(camera.serial, "person", "2")
    fence = f"binary_sensor.{CAMERA}_person_plot"
    await until(hass, shows(hass, fence, "on"))
    seen = states_of(hass, fence)
    # Something else that is new must not take it away.
    simulator.happen(camera.serial, "pir")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_pir_sensor", "on"))
    assert not seen


async def test_scenario_without_a_name_stays(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera = camera_of(simulator)
    camera.scenarios = [Scenario(1, "Branka"), Scenario(2, "")]
    for number in ("1", "2"):
        simulator.happen(camera.serial, "person", number, active=False)
    await add_listening(hass, person)
    simulator.happen(camera.serial, "person", "2")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_person_2", "on"))
    seen = states_of(hass, f"binary_sensor.{CAMERA}_person_2")
    simulator.happen(camera.serial, "pir")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_pir_sensor", "on"))
    assert not seen


async def test_motion_ends_with_the_profile_that_saw_it(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera = camera_of(simulator)
    camera.motion_profiles = [Profile(1, "Dvůr"), Profile(2, "Zahrada")]
    for number in ("1", "2"):
        simulator.happen(camera.serial, "motion", number, active=False)
    await add_listening(hass, person)
    motion = f"binary_sensor.{CAMERA}_motion"
    simulator.happen(camera.serial, "motion", "2")
    await until(hass, shows(hass, motion, "on"))
    del camera.motion_profiles[1]
    del camera.event_states[next(key for key in camera.event_states if key[0].endswith("Profile2"))]
    simulator.events.cut(camera.serial)
    await until(hass, shows(hass, motion, "off"))
    assert hass.states.get(f"binary_sensor.{CAMERA}_motion_zahrada") is None


async def test_card_that_fails_is_a_problem_also_after_a_restart(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "storage")
    entry = await add_listening(hass, person)
    storage = f"binary_sensor.{CAMERA}_storage"
    assert state(hass, storage) == "off"
    simulator.happen(serial_of(simulator), "storage", "SD_DISK")
    await until(hass, shows(hass, storage, "on"))
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    assert state(hass, storage) == "on"


@pytest.mark.parametrize("source", ["Audio Source 0", "a/b:c", "Zdroj č. 1"])
async def test_sources_of_any_name_are_found_again(
    hass: HomeAssistant, person: Person, simulator: Simulator, source: str
) -> None:
    report = Report("tns1:VideoSource/tnsaxis:Tampering", {"tampering": "1"}, {"channel": source}, stateful=False)
    entry = await add_listening(hass, person)
    simulator.events.report(serial_of(simulator), report)
    registry = er.async_get(hass)

    def found() -> list[str]:
        return [each for each in registry.entities if "tampering" in each]

    await until(hass, found)
    (tampering,) = found()
    await until(hass, shows(hass, tampering, "on"))
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    assert state(hass, tampering) == "off"
    simulator.events.report(serial_of(simulator), report)
    await until(hass, shows(hass, tampering, "on"))
    assert found() == [tampering]


@pytest.mark.parametrize(
    ("name", "device_class"),
    [
        ("Front door", "door"),
        ("Přední dveře", "door"),
        ("Garage", "garage_door"),
        ("Garážová vrata", "garage_door"),
        ("Okno garáže", "window"),
        ("Garage window", "window"),
        ("Front door motion", "motion"),
        ("Smoke in the garage", "smoke"),
        ("Flood sensor", "moisture"),
        ("Watering", "opening"),
        ("Piráti", "opening"),
    ],
)
def test_what_is_wired_to_an_input_is_guessed_from_its_name(name: str, device_class: str) -> None:
    assert wired_to(name) == device_class


@pytest.mark.usefixtures("all_enabled")
async def test_areas_of_two_channels_are_two_sensors(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    def area(channel: int, *, active: bool) -> Report:
        topic = f"tns1:RuleEngine/tnsaxis:VMD3/vmd3_video_{channel}"
        return Report(topic, {"active": "1" if active else "0"}, {"areaid": "0"})

    for channel in (1, 2):
        simulator.events.report(serial_of(simulator), area(channel, active=False))
    await add_listening(hass, person)
    simulator.events.report(serial_of(simulator), area(1, active=True))
    first, second = (f"binary_sensor.{CAMERA}_motion_area{number}" for number in ("", "_2_0"))
    await until(hass, shows(hass, first, "on"))
    assert state(hass, second) == "off"
    assert (called(hass, first), called(hass, second)) == ("Motion area", "Motion area 2.0")


@pytest.mark.parametrize(
    ("configured", "reported"), [("Fence", {}), ("motion", {"scenarioType": "FENCE"}), ("CrossLineCounting", {})]
)
async def test_types_and_classes_may_be_spelled_in_any_case(
    hass: HomeAssistant, person: Person, simulator: Simulator, configured: str, reported: dict[str, str]
) -> None:
    camera = camera_of(simulator)
    camera.scenarios = [Scenario(1, "Plot", configured, classes=("Human",))]
    nothing_is_going_on(simulator, "person")
    await add_listening(hass, person)
    topic = "tnsaxis:CameraApplicationPlatform/ObjectAnalytics/Device1Scenario1"
    simulator.events.report(camera.serial, Report(topic, {"active": "1", "classTypes": "HUMAN", **reported}))
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_person_plot", "on"))
    detection = hass.states.get(f"event.{CAMERA}_detection")
    assert detection
    assert (detection.attributes["event_type"], detection.attributes["object_class"]) == ("line_crossed", "person")


@pytest.mark.usefixtures("all_enabled")
async def test_sources_are_counted_from_one_and_only_where_there_are_more(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    fan, pir = "tns1:Device/tnsaxis:HardwareFailure/FanFailure", "tns1:Device/tnsaxis:Sensor/PIR"
    reports = {
        "Fan failure": Report(fan, {"fan_failure": "0"}, {"fan": "0"}),
        "Fan failure 2": Report(fan, {"fan_failure": "0"}, {"fan": "1"}),
        "PIR sensor": Report(pir, {"state": "0"}, {"sensor": "0"}),
        "PIR sensor 3": Report(pir, {"state": "0"}, {"sensor": "2"}),
        "Tamper detector 2": Report("tns1:RuleEngine/TamperDetector/Tamper", {"State": "0"}, {"VideoSource": "1"}),
        "Daylight": Report(
            "tns1:VideoSource/tnsaxis:DayNightVision", {"day": "0"}, {"VideoSourceConfigurationToken": "1"}
        ),
        "Sound": Report(
            "tns1:AudioSource/tnsaxis:TriggerLevel", {"triggered": "0"},
            {"channel": "1", "AudioSource": "AudioDevice0Input0"},
        ),
        "Network lost: eth1": Report("tns1:Device/tnsaxis:Network/Lost", {"lost": "0"}, {"interface": "eth1"}),
        "Enclosure": Report(
            "tns1:Device/tnsaxis:Casing/Open", {"Open": "0"},
            {"Device Source": "5b1f0a52-0000-4000-8000-acccb0c0ffee", "Name": "JunctionBox"},
        ),
    }  # fmt: skip
    for report in reports.values():
        simulator.events.report(serial_of(simulator), report)
    await add_listening(hass, person)
    names = {called(hass, each) for each in hass.states.async_entity_ids("binary_sensor") if CAMERA in each}
    assert names == {*reports, "Connectivity"}


@pytest.mark.usefixtures("all_enabled")
async def test_no_two_entities_of_a_camera_have_the_same_name(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    await add_listening(hass, person)
    for name in HAPPENINGS:
        simulator.happen(serial_of(simulator), name)
    simulator.happen(serial_of(simulator), "motion", "2")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_motion_2", "on"))
    await until(hass, lambda: hass.states.get(f"sensor.{CAMERA}_sound_level"))
    names = Counter(called(hass, each) for each in hass.states.async_entity_ids() if CAMERA in each)
    assert [name for name, number in names.items() if number > 1] == []
