"""License plates: who sees them, and what is reported once, with a real recorder behind it."""

from collections.abc import Callable
from functools import partial
from typing import Any

from homeassistant.components.homeassistant.exposed_entities import async_expose_entity
from homeassistant.components.recorder import Recorder, get_instance, history
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import mock_restore_cache_with_extra_data

from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.events.license_plates import PlateEvent, Vehicles
from custom_components.netrex.tasks.timing import timing_of
from simulator import Report, Simulator
from simulator.kinds import CAMERA_KINDS
from simulator.measurements import plate, plate_list

from ..listening import CAMERA, add_listening, nothing_is_going_on, serial_of, shows, state, states_of, until_listening
from ..person import Person
from ..test_llm import ask
from ..waiting import until

PLATE = f"event.{CAMERA}_license_plate"
_NUMBER = "7AB 4321"


@pytest.fixture(autouse=True)
async def _find_our_integration(recorder_mock: Recorder, hass: HomeAssistant, enable_custom_integrations: None) -> None:
    """The recorder is there before Home Assistant, which looks into custom_components."""
    assert await async_setup_component(hass, "homeassistant", {})


@pytest.fixture
def report(simulator: Simulator) -> Callable[[Report], None]:
    """Let the camera report something."""
    return lambda each: simulator.events.report(serial_of(simulator), each)


async def recorded(hass: HomeAssistant) -> list[State]:
    """Return the history of the entity."""
    await get_instance(hass).async_block_till_done()
    start = dt_util.utcnow() - dt_util.dt.timedelta(hours=1)
    look = partial(history.state_changes_during_period, hass, start, entity_id=PLATE, no_attributes=False)
    return (await get_instance(hass).async_add_executor_job(look))[PLATE]


def events(states: list[State]) -> list[str]:
    return [each.attributes["event_type"] for each in states if each.state not in {STATE_UNKNOWN, STATE_UNAVAILABLE}]


async def see(hass: HomeAssistant, report: Callable[[Report], None], text: str = _NUMBER) -> State:
    """Let the camera read a plate; return the event."""
    before = hass.states.get(PLATE)
    report(plate(text, "Allow list", direction="in"))
    await until(hass, lambda: (now := hass.states.get(PLATE)) and now.state != STATE_UNKNOWN and now != before)
    shown = hass.states.get(PLATE)
    assert shown
    return shown


async def choose_handling(hass: HomeAssistant, person: Person, entry: ConfigEntry, handling: str) -> dict[str, Any]:
    """Choose in the options what becomes of plates."""
    step = await person.options(entry)
    assert "license_plates" in step["menu_options"]
    await person.choose("license_plates")
    result = await person.answer(license_plates=handling)
    await until_listening(hass, entry, person.simulator)
    return result


async def test_plate_is_shown_and_not_recorded_by_default(
    hass: HomeAssistant, person: Person, report: Callable[[Report], None], caplog: pytest.LogCaptureFixture
) -> None:
    entry = await add_listening(hass, person)
    shown = await see(hass, report)
    assert (shown.attributes["plate"], shown.attributes["list"]) == (_NUMBER, "Allow list")
    assert (shown.attributes["direction"], shown.attributes["country"]) == ("in", "CZE")
    past = await recorded(hass)
    assert past[-1].attributes["list"] == "Allow list"
    assert not [each for each in past if "plate" in each.attributes]

    async_expose_entity(hass, "conversation", PLATE, should_expose=True)
    answer = await ask(hass)
    assert {each["what"] for each in answer["events"]} == {"license plate allowed, license plate entering"}
    assert _NUMBER not in str(answer)
    assert _NUMBER not in str(await async_get_config_entry_diagnostics(hass, entry))
    # Home Assistant itself writes states into its debug log; nothing of ours does.
    assert not [each for each in caplog.records if "netrex" in each.name and _NUMBER in each.getMessage()]


async def test_plates_hide_no_motion_from_assistants(
    hass: HomeAssistant, person: Person, simulator: Simulator, report: Callable[[Report], None]
) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    await see(hass, report)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_sound", "on"))
    async_expose_entity(hass, "conversation", PLATE, should_expose=True)
    async_expose_entity(hass, "conversation", f"binary_sensor.{CAMERA}_sound", should_expose=True)
    await get_instance(hass).async_block_till_done()
    told = {each["what"] for each in (await ask(hass))["events"]}
    assert told == {"license plate allowed, license plate entering", f"{CAMERA.upper()} Sound"}


@pytest.mark.parametrize("handling", ["hidden", "recorded"])
async def test_user_chooses_who_sees_plates(
    hass: HomeAssistant, person: Person, report: Callable[[Report], None], handling: str
) -> None:
    entry = await add_listening(hass, person)
    assert "license_plates" not in (await person.options(entry))["menu_options"]
    await see(hass, report)
    result = await choose_handling(hass, person, entry, handling)
    assert result["type"] == "create_entry"
    assert entry.options == {"license_plates": handling}
    # The entity is there before the next plate.
    await until(hass, lambda: state(hass, PLATE) != STATE_UNAVAILABLE)
    shown = await see(hass, report, "8CD 9999")
    past = await recorded(hass)
    assert shown.attributes["list"] == past[-1].attributes["list"] == "Allow list"
    seen = "8CD 9999" if handling == "recorded" else None
    assert (shown.attributes.get("plate"), past[-1].attributes.get("plate")) == (seen, seen)

    # A form that is submitted as it was shown changes nothing.
    await choose_handling(hass, person, entry, handling)
    assert entry.options == {"license_plates": handling}


@pytest.mark.parametrize(("handling", "kept"), [("hidden", False), ("shown", False), ("recorded", True)])
async def test_plate_before_a_restart(
    hass: HomeAssistant, person: Person, report: Callable[[Report], None], handling: str, kept: bool
) -> None:
    entry = await add_listening(hass, person)
    await see(hass, report)
    attributes = {"plate": _NUMBER, "list": "Allow list"}
    stored = {"last_event_type": "allowed", "last_event_attributes": attributes}
    await hass.config_entries.async_unload(entry.entry_id)
    mock_restore_cache_with_extra_data(hass, [(State(PLATE, dt_util.utcnow().isoformat()), stored)])
    hass.config_entries.async_update_entry(entry, options={"license_plates": handling})
    await hass.config_entries.async_setup(entry.entry_id)
    await until_listening(hass, entry, person.simulator)
    shown = hass.states.get(PLATE)
    assert shown
    assert (shown.attributes["event_type"], shown.attributes["list"]) == ("allowed", "Allow list")
    assert ("plate" in shown.attributes) is kept


async def test_each_vehicle_is_reported_once_and_when_more_is_known(
    hass: HomeAssistant, person: Person, report: Callable[[Report], None]
) -> None:
    await add_listening(hass, person)
    await see(hass, report)
    seen = states_of(hass, PLATE)
    visit = partial(plate, car="500")
    report(visit("1XY 0001"))
    report(visit("1XY 0001", topic="ALPV.New"))
    report(visit("1XY 0001", state="update", direction="out"))
    report(visit("1XY 0001", state="update", direction="out", topic="LPR"))
    report(visit("1XY 0001", state="lost", direction="out"))
    report(plate("2XY 0002", "Block list", state="lost"))
    await until(hass, lambda: events(seen) == ["not_listed", "leaving", "blocked"])
    assert [each.attributes.get("direction") for each in seen] == [None, "out", None]


async def test_declared_plates_have_an_entity_before_the_first(
    hass: HomeAssistant, person: Person, simulator: Simulator, report: Callable[[Report], None]
) -> None:
    timing_of(hass).declarations_after = timing_of(hass).declarations_pause = 0.0
    simulator.world.cameras[serial_of(simulator)] = CAMERA_KINDS["plates"](serial_of(simulator))
    entry = await add_listening(hass, person)
    await until(hass, shows(hass, PLATE, STATE_UNKNOWN))
    assert "license_plates" in (await person.options(entry))["menu_options"]
    assert events([await see(hass, report)]) == ["entering"]


async def test_lists_are_on_and_off(hass: HomeAssistant, person: Person, report: Callable[[Report], None]) -> None:
    for name in ("Allow_list", "NotInList", "PlateIN", "Trusted_friends"):
        report(plate_list(name, active=False))
    await add_listening(hass, person)
    allowed = f"binary_sensor.{CAMERA}_allowed_license_plate"
    assert state(hass, allowed) == "off"
    report(plate_list("Allow_list"))
    await until(hass, shows(hass, allowed, "on"))
    assert state(hass, f"binary_sensor.{CAMERA}_license_plate_not_on_a_list") == "off"
    assert state(hass, f"binary_sensor.{CAMERA}_license_plate_entering") == "off"
    assert state(hass, f"binary_sensor.{CAMERA}_license_plate_trusted_friends") == "off"
    assert PLATE not in hass.states.async_entity_ids()


# --- what is new in a report ---------------------------------------------------------------------


def news(vehicles: Vehicles, **texts: str) -> list[str]:
    return [each.value for each in vehicles.news({"text": "A 1", "carid": "1", "carstate": "new", **texts})]


@pytest.mark.parametrize(
    ("texts", "found"),
    [
        ({"listmode": "allow", "listname": "Family"}, "allowed"),
        ({"listmode": "block", "listname": "Thieves"}, "blocked"),
        # Earlier versions report no mode.
        ({"listname": "Allow list"}, "allowed"),
        ({"listname": "Block list"}, "blocked"),
        ({"listmode": "none", "listname": "VIP"}, "listed"),
        ({"listmode": "none", "listname": ""}, "not_listed"),
        ({}, "not_listed"),
    ],
)
def test_event_says_which_list(texts: dict[str, str], found: str) -> None:
    assert news(Vehicles(), **texts) == [found]


def test_corrected_plate_is_news_until_the_vehicle_is_gone() -> None:
    vehicles = Vehicles()
    assert news(vehicles) == ["not_listed"]
    assert news(vehicles, text="A 7", listname="Allow list", carstate="update") == ["allowed"]
    assert news(vehicles, text="A 7", listname="Allow list", carstate="lost", carmovedirection="in") == []
    assert news(vehicles, text="", carid="2") == []
    assert news(vehicles, carid="") == ["not_listed"]
    assert news(vehicles, carid="") == []


def test_number_of_a_vehicle_may_be_used_again(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 1000.0
    monkeypatch.setattr("custom_components.netrex.events.license_plates.time.monotonic", lambda: now)
    vehicles = Vehicles()
    assert news(vehicles) == ["not_listed"]
    now += 299
    assert news(vehicles) == []
    now += 301
    assert news(vehicles) == ["not_listed"]


def test_vehicles_are_bounded() -> None:
    vehicles = Vehicles()
    for number in range(1000):
        assert news(vehicles, carid=str(number)) == [PlateEvent.NOT_LISTED]
    assert news(vehicles, carid="999") == []
    assert news(vehicles, carid="940") == []
    assert news(vehicles, carid="900") == ["not_listed"]
