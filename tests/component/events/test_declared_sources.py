"""What a camera says that it could report has entities before it is reported; where it says nothing, as without."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, STATE_OFF, STATE_ON, STATE_UNKNOWN
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.netrex.cameras import declared_sources
from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.events.source_key import SourceKey
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import EventKind
from simulator import Declaration, Fault, Port, Profile, Scenario, Simulator, VirtualInputs
from simulator.measurements import crossing
from simulator.world import Camera

from ..listening import CAMERA, add_listening, complaints, serial_of, shows, state, states_of, until_listening
from ..person import Person
from ..soaking import Clock
from ..waiting import until

pytestmark = pytest.mark.usefixtures("detection_sensors")

SOUND = f"binary_sensor.{CAMERA}_sound"
_SOUND = Declaration(
    "tns1:AudioSource/tnsaxis:TriggerLevel",
    {"triggered": "xsd:boolean"},
    {"channel": {"1": ""}},
    "Audio detection",
    state="triggered",
)


@pytest.fixture(autouse=True)
def _soon(hass: HomeAssistant) -> None:
    """Cameras are asked as soon as their streams are open."""
    timing_of(hass).declarations_after = timing_of(hass).declarations_pause = 0.0


def camera_of(simulator: Simulator) -> Camera:
    return simulator.world.cameras[serial_of(simulator)]


def outcome(hass: HomeAssistant, entry: ConfigEntry) -> str | None:
    results = entry.runtime_data.declared_sources.results
    return next(iter(results.values())).outcome if results else None


def asked(simulator: Simulator) -> int:
    return simulator.counters["vapix:services"]


async def add_declaring(hass: HomeAssistant, person: Person, wanted: str = "answered") -> ConfigEntry:
    """Add the account, and wait until its camera has been asked."""
    entry = await add_listening(hass, person)
    await until_declared(hass, entry, wanted)
    return entry


async def until_declared(hass: HomeAssistant, entry: ConfigEntry, wanted: str) -> None:
    await until(hass, lambda: outcome(hass, entry) == wanted)
    events = next(iter(entry.runtime_data.cameras.values())).events
    await until(hass, lambda: not events.names_wanted)
    await hass.async_block_till_done(wait_background_tasks=False)


async def test_entity_is_there_before_the_first_report(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera_of(simulator).declares = [_SOUND]
    await add_declaring(hass, person)
    assert state(hass, SOUND) == STATE_UNKNOWN
    # What is seldom reported is off until then, as after a restart.
    assert state(hass, f"binary_sensor.{CAMERA}_tampering") == STATE_OFF
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, STATE_ON))
    assert asked(simulator) == 1


async def test_scenarios_have_their_names_and_classes(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera = camera_of(simulator)
    camera.scenarios = [Scenario(1, "Vjezd", classes=("human", "vehicle"))]
    camera.motion_profiles = [Profile(1, "Profile 1"), Profile(2, "Dvůr")]
    await add_declaring(hass, person)
    for entity in ("person_vjezd", "vehicle_vjezd", "motion_dvur", "motion"):
        assert state(hass, f"binary_sensor.{CAMERA}_{entity}") == STATE_UNKNOWN
    simulator.happen(serial_of(simulator), "vehicle")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_vehicle_vjezd", STATE_ON))
    assert state(hass, f"binary_sensor.{CAMERA}_motion") == STATE_ON


async def test_what_has_no_state_is_over_without_a_report(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.netrex.events.camera_events.MOMENTARY_RESET", 0.05)
    camera_of(simulator).declares = [
        Declaration(_SOUND.topic, _SOUND.data, _SOUND.source),
        Declaration(
            "tns1:VideoSource/tnsaxis:Tampering",
            {"tampering": "xsd:boolean"},
            {"channel": {"1": ""}},
            state="tampering",
        ),
    ]
    await add_declaring(hass, person)
    seen = states_of(hass, SOUND)
    tampering = f"binary_sensor.{CAMERA}_tampering"
    simulator.happen(serial_of(simulator), "tampering")
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, lambda: [each.state for each in seen] == [STATE_ON, STATE_OFF])
    # Usually the other way round; here the camera has said that it will report the end.
    assert state(hass, tampering) == STATE_ON


async def test_numbers_are_there_before_the_first_report(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera_of(simulator).scenarios = [Scenario(1, "Gate", "crosslinecounting"), Scenario(2, "Queue", "occupancyInArea")]
    await add_declaring(hass, person)
    crossings = f"sensor.{CAMERA}_crossings_gate"
    assert state(hass, crossings) == STATE_UNKNOWN
    assert er.async_get(hass).async_get(f"sensor.{CAMERA}_cars_crossed_gate")
    simulator.events.report(serial_of(simulator), crossing("human", {"human": 40, "car": 2}))
    await until(hass, shows(hass, crossings, "42"))


async def test_names_are_declared_to_those_who_may_not_read_the_settings(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera = camera_of(simulator)
    camera.scenarios, camera.login_level = [Scenario(2, "Plot", "fence")], "viewer"
    simulator.happen(serial_of(simulator), "line", "2", active=False)
    await add_declaring(hass, person)
    simulator.happen(serial_of(simulator), "line", "2")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_person_plot", STATE_ON))
    detection = hass.states.get(f"event.{CAMERA}_detection")
    assert detection
    assert detection.attributes["scenario"] == "Plot"


async def test_inputs_are_those_that_are_none_of_the_outputs(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera = camera_of(simulator)
    camera.ports = [Port("Dveře"), Port("Siréna", direction="output")]
    camera.declares = [
        Declaration(
            "tns1:Device/tnsaxis:IO/Port",
            {"state": "xsd:boolean"},
            {"port": {"0": "", "1": "", "-1": "Any"}},
            state="state",
        )
    ]
    entry = await add_declaring(hass, person)
    assert state(hass, f"binary_sensor.{CAMERA}_dvere") == STATE_UNKNOWN
    assert [key.source for key in _found(entry) if key.kind is EventKind.INPUT] == ["0"]


async def test_what_is_not_for_users_has_no_entity(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera = camera_of(simulator)
    camera.virtual_inputs = VirtualInputs(64)
    camera.motion_profiles = [Profile(1, "Yard")]
    camera.declares = [
        Declaration(
            "tns1:VideoSource/GlobalSceneChange/ImagingService",
            {"State": "xsd:boolean"},
            {"Source": {"0": ""}},
            state="State",
            attributes={"isApplicationData": "true"},
        ),
        Declaration(
            "tns1:Device/tnsaxis:Sensor/PIR",
            {"state": "xsd:boolean"},
            {"sensor": {"0": ""}},
            state="state",
            attributes={"isDeprecated": "true"},
        ),
    ]
    entry = await add_declaring(hass, person)
    kinds = {key.kind for key in _found(entry)}
    # Nor do slots without a card, and virtual inputs that were never on.
    assert kinds == {EventKind.MOTION, EventKind.TAMPERING, EventKind.VIEWED, EventKind.READY}
    assert [key.source for key in _found(entry) if key.kind is EventKind.MOTION] == ["Camera1Profile1"]
    simulator.happen(serial_of(simulator), "virtual_input", "7")
    await until(hass, lambda: EventKind.VIRTUAL_INPUT in {key.kind for key in _found(entry)})


def _found(entry: ConfigEntry) -> list[SourceKey]:
    return list(next(iter(entry.runtime_data.cameras.values())).events.found)


@pytest.mark.parametrize(
    ("manner", "failure"),
    [
        ("refused", "ForbiddenError"),
        ("fault", "RequestError"),
        ("missing", "GoneError"),
        ("broken", "ProtocolError"),
        ("empty", "answered"),
    ],
)
async def test_without_an_answer_all_is_as_before(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    manner: str,
    failure: str,
    caplog: pytest.LogCaptureFixture,
    quick_reconnects: None,
) -> None:
    del quick_reconnects
    simulator.switches.change({"event_declarations": manner})
    camera_of(simulator).declares = [_SOUND]
    entry = await add_declaring(hass, person, failure)
    assert hass.states.get(SOUND) is None
    questions = asked(simulator)

    simulator.events.cut(serial_of(simulator))
    connection = next(iter(entry.runtime_data.connections.values()))
    await until(hass, lambda: connection.streams == 2)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, STATE_ON))
    # A camera that has refused is not asked again.
    assert asked(simulator) == questions
    assert not complaints(caplog)
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["cameras"][0]["events"]["declared"]["outcome"] == failure


_PORTS = f"<SimpleItemInstance Name='port'>{'<Value>7</Value>' * 20_000}</SimpleItemInstance>"
_MANY_VALUES = f"<MessageInstance><SourceInstance>{_PORTS}</SourceInstance></MessageInstance>"


@pytest.mark.parametrize(
    "body",
    [
        '<!DOCTYPE a [<!ENTITY b "lol"><!ENTITY c "&b;&b;&b;&b;">]><TopicSet>&c;</TopicSet>',
        f"<TopicSet>{'<a>' * 40_000}{'</a>' * 40_000}</TopicSet>",
        f"<TopicSet>{'<Odd><MessageInstance/></Odd>' * 20_000}</TopicSet>",
        f"<TopicSet><Device><IO><Port>{_MANY_VALUES}</Port></IO></Device></TopicSet>",
    ],
    ids=["entities", "deep", "many topics", "many values"],
)
async def test_a_hostile_answer_does_no_harm(
    hass: HomeAssistant, person: Person, simulator: Simulator, body: str, caplog: pytest.LogCaptureFixture
) -> None:
    simulator.faults.add(Fault(kind="vapix:services", body=body))
    entry = await add_listening(hass, person)
    await until(hass, lambda: outcome(hass, entry) in {"ProtocolError", "answered"})
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, STATE_ON))
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert len(facts["cameras"][0]["events"]["declared"]["unknown"]) <= 50
    assert not complaints(caplog)


async def test_an_answer_of_the_firmware_before_is_not_taken(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera_of(simulator).declares = [_SOUND]
    simulator.faults.add(Fault(kind="vapix:services", held=True, times=1))
    entry = await add_listening(hass, person)
    await until(hass, lambda: asked(simulator), settle=False)
    (camera,) = entry.runtime_data.cameras.values()
    assert camera.identity
    camera.identity = replace(camera.identity, firmware="99.0")
    asking = entry.runtime_data.declared_sources._asking
    assert asking
    simulator.faults.clear()
    await until(hass, asking.done, settle=False)
    assert outcome(hass, entry) is None


async def test_a_camera_that_is_busy_is_asked_again(
    hass: HomeAssistant, person: Person, simulator: Simulator, quick_reconnects: None
) -> None:
    del quick_reconnects
    camera_of(simulator).declares = [_SOUND]
    simulator.faults.add(Fault(kind="vapix:services", status=503, times=1))
    entry = await add_declaring(hass, person, "BusyError")
    simulator.events.cut(serial_of(simulator))
    await until_declared(hass, entry, "answered")
    assert state(hass, SOUND) == STATE_UNKNOWN


async def test_it_is_not_asked_again_after_a_restart(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera_of(simulator).declares = [_SOUND]
    entry = await add_declaring(hass, person)
    for _ in range(2):
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until_listening(hass, entry, simulator)
        await until_declared(hass, entry, "remembered")
        assert state(hass, SOUND) == STATE_UNKNOWN
    assert asked(simulator) == 1
    assert await hass.config_entries.async_remove(entry.entry_id)


async def test_it_is_written_when_home_assistant_stops(
    hass: HomeAssistant, person: Person, simulator: Simulator, hass_storage: dict[str, Any]
) -> None:
    camera_of(simulator).declares = [_SOUND]
    entry = await add_declaring(hass, person)
    key = f"netrex.declared_sources.{entry.entry_id}"
    assert key not in hass_storage
    hass.set_state(CoreState.final_write)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done()
    node = simulator.world.camera_nodes()[0].node_id
    assert ["sound", "1", True, "", [], None] in hass_storage[key]["data"][str(node)]["sources"]


async def test_it_is_asked_again_after_a_change_of_firmware_or_a_week(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, quick_reconnects: None
) -> None:
    del quick_reconnects
    entry = await add_declaring(hass, person)
    camera = camera_of(simulator)
    camera.firmware, camera.declares = "12.0.91", [_SOUND]
    simulator.events.cut(camera.serial)
    await until(hass, shows(hass, SOUND, STATE_UNKNOWN))
    assert asked(simulator) == 2

    week = timedelta(days=7).total_seconds()
    for moved in (week, -3600.0):
        now = declared_sources.time.time() + moved
        with monkeypatch.context() as clock:
            clock.setattr(declared_sources.time, "time", lambda now=now: now)
            before = asked(simulator)
            assert await hass.config_entries.async_reload(entry.entry_id)
            await until_listening(hass, entry, simulator)
            await until_declared(hass, entry, "answered")
            assert state(hass, SOUND) == STATE_UNKNOWN
            assert asked(simulator) == before + 1


async def test_it_waits_until_the_account_has_started(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).declarations_after = 60.0
    entry = await add_listening(hass, person)
    assert asked(simulator) == 0
    assert outcome(hass, entry) is None


@pytest.mark.parametrize("camera_count", [2])
async def test_it_waits_for_the_last_camera_to_be_there(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    timing = timing_of(hass)
    timing.declarations_after = 60.0
    late = list(simulator.world.cameras.values())[1]
    late.online = False
    timing.camera_recheck_first = timing.camera_recheck_longest = 0.05
    entry = await person.add_account()
    clock = Clock(monkeypatch)
    connections = list(entry.runtime_data.connections.values())
    await until(hass, lambda: connections[0].listening)
    await clock.forward(hass, 40.0)
    late.online = True
    await until(hass, lambda: connections[1].listening)
    await clock.forward(hass, 40.0)
    assert asked(simulator) == 0
    await clock.forward(hass, 40.0)
    await until(hass, lambda: len(entry.runtime_data.declared_sources.results) == 2)


@pytest.mark.parametrize("camera_count", [3])
async def test_each_camera_is_asked_once(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await add_listening(hass, person)
    await until(hass, lambda: len(entry.runtime_data.declared_sources.results) == 3)
    assert asked(simulator) == 3


async def test_without_permission_it_is_not_asked(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera_of(simulator).declares = [_SOUND]
    entry = await person.add_account(["read", "liveview"])
    await until(hass, lambda: all(each.condition == "reachable" for each in entry.runtime_data.cameras.values()))
    await hass.async_block_till_done(wait_background_tasks=False)
    assert asked(simulator) == 0
    assert hass.states.get(SOUND) is None


async def test_declared_sources_count_as_others_do(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    timing_of(hass).most_event_sources = 10
    camera = camera_of(simulator)
    camera.declares = [
        Declaration(
            "tns1:AudioSource/tnsaxis:TriggerLevel",
            {"triggered": "xsd:boolean"},
            {"channel": {str(number): "" for number in range(1, 100)}},
            state="triggered",
        )
    ]
    entry = await add_declaring(hass, person)
    assert len(_found(entry)) == 10
    sensors = [each for each in er.async_get(hass).entities.values() if each.entity_id.startswith(SOUND)]
    assert len(sensors) < 10


_SENSELESS = [[], ["sound"], ["no kind", "1", True, "", [], None], ["sound", "1", "yes", "", [], None]]


@pytest.mark.parametrize(
    ("stored", "wanted"),
    [
        ({"mark": 1}, "answered"),
        ({"mark": "AXIS 1.0"}, "answered"),
        ({"at": "yesterday"}, "answered"),
        ({"sources": {}}, "answered"),
        (
            {"sources": _SENSELESS},
            "remembered",
        ),
    ],
)
async def test_whatever_is_in_the_file(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    hass_storage: dict[str, Any],
    stored: dict[str, object],
    wanted: str,
) -> None:
    camera_of(simulator).declares = [_SOUND]
    entry = await add_declaring(hass, person)
    await hass.config_entries.async_unload(entry.entry_id)
    kept = hass_storage[f"netrex.declared_sources.{entry.entry_id}"]["data"]
    for camera in kept.values():
        camera.update(stored)
    await hass.config_entries.async_setup(entry.entry_id)
    await until_listening(hass, entry, simulator)
    await until_declared(hass, entry, wanted)
    assert asked(simulator) == 1 + (wanted == "answered")
