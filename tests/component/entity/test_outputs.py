"""What is wired to a camera is switched, as whatever the user says it is."""

from datetime import timedelta
import json
from typing import Any

import aiohttp
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN, EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.events.source_key import SourceKey
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import EventKind
from simulator import Fault, Port, Simulator
from simulator.world import Camera

from ..listening import CAMERA, add_listening, serial_of, shows, state, states_of, until_listening
from ..person import Person
from ..waiting import until

SCOPES = ["read", "liveview", "recordings", "events", "write"]
DEAF = ["read", "liveview", "write"]
LAMP = f"switch.{CAMERA}_output_2"
HORN = f"{CAMERA}_horn"


def camera_of(simulator: Simulator) -> Camera:
    return simulator.world.cameras[serial_of(simulator)]


@pytest.fixture
def wired(simulator: Simulator) -> Camera:
    camera = camera_of(simulator)
    camera.ports = [
        Port("Door", usage="Door"),
        Port("Output 2", direction="output"),
        Port("Horn", direction="output", state="closed", normal_state="closed"),
    ]
    return camera


async def switch_elsewhere(person: Person, number: int, state: str) -> None:
    """Switch an output as somebody else does, past Home Assistant."""
    camera = camera_of(person.simulator)
    url = person.simulator.device_pattern.format(serial=camera.serial) + "/axis-cgi/io/portmanagement.cgi"
    token = person.simulator.api_token(scopes={"configuration"})
    request = {"apiVersion": "1.0", "method": "setPorts", "params": {"ports": [{"port": str(number), "state": state}]}}
    async with (
        aiohttp.ClientSession() as session,
        session.post(url, json=request, headers={"Authorization": f"Token {token}"}) as response,
    ):
        assert "data" in await response.json()


async def call(hass: HomeAssistant, entity_id: str, action: str, **data: Any) -> None:
    domain = entity_id.partition(".")[0]
    await hass.services.async_call(domain, action, {"entity_id": entity_id, **data}, blocking=True)


def there(hass: HomeAssistant, entity_id: str) -> bool:
    return hass.states.get(entity_id) is not None


def told(entry: ConfigEntry) -> int:
    """Return how often the camera has reported an output."""
    (camera,) = entry.runtime_data.cameras.values()
    return camera.events.counts[EventKind.OUTPUT] + camera.events.counts[EventKind.RELAY]


async def add_deaf(hass: HomeAssistant, person: Person, entity_id: str = LAMP) -> ConfigEntry:
    """Add the account without the permission to hear of events."""
    entry = await person.add_account(DEAF)
    await until(hass, lambda: there(hass, entity_id))
    return entry


async def choose(
    person: Person, entry: ConfigEntry, output: int, use: str, seconds: float = 0, **contact: str
) -> dict[str, Any]:
    """Say in the account's options what is wired to an output."""
    (camera,) = entry.runtime_data.cameras.values()
    await person.options(entry)
    await person.choose("outputs")
    await person.answer(output=f"{camera.node.node_id}/{output}")
    return await person.answer(use=use, seconds=seconds, **contact)


async def chosen(
    hass: HomeAssistant,
    person: Person,
    use: str,
    seconds: float,
    *,
    scopes: list[str] = SCOPES,
    contact: str | None = None,
) -> str:
    """Let the horn be something, and return its entity. contact: the input that says whether a gate is open."""
    domain = {"gate": "cover"}.get(use, use)
    entry = await person.add_account(scopes)
    await until(hass, lambda: there(hass, f"switch.{HORN}"))
    where = {}
    if contact is not None:
        await until_listening(hass, entry, person.simulator)
        where = {"input": contact}
    assert (await choose(person, entry, 2, use, seconds, **where))["type"] == "create_entry"
    await until(hass, lambda: there(hass, f"{domain}.{HORN}"))
    if "events" in scopes:
        await until_listening(hass, entry, person.simulator)
    return f"{domain}.{HORN}"


# --- switches ----------------------------------------------------------------------------------------


async def test_an_output_is_switched_and_tells_so_itself(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    await add_listening(hass, person, SCOPES)
    await until(hass, lambda: there(hass, LAMP))
    assert (state(hass, LAMP), state(hass, f"switch.{HORN}")) == ("off", "off")
    assert not there(hass, f"switch.{CAMERA}_door")
    for entity_id, port, on in ((LAMP, wired.ports[1], "closed"), (f"switch.{HORN}", wired.ports[2], "open")):
        await call(hass, entity_id, "turn_on")
        assert (state(hass, entity_id), port.state) == ("on", on)
    # Somebody else turns it off.
    await switch_elsewhere(person, 1, "open")
    await until(hass, shows(hass, LAMP, "off"))
    await call(hass, f"switch.{HORN}", "turn_off")
    assert wired.ports[2].state == "closed"
    assert state(hass, f"switch.{HORN}") == "off"


@pytest.mark.parametrize(
    ("reported", "levels"), [("ports", False), ("ports", True), ("relays", False), ("none", False)]
)
async def test_outputs_of_cameras_that_report_in_other_ways(
    hass: HomeAssistant, person: Person, wired: Camera, reported: Any, levels: bool
) -> None:
    wired.output_events, wired.output_levels = reported, levels
    entry = await add_listening(hass, person, SCOPES)
    await until(hass, shows(hass, LAMP, "off"))
    before = told(entry)
    await call(hass, LAMP, "turn_on")
    assert state(hass, LAMP) == "on"
    if reported != "none":
        await until(hass, lambda: told(entry) > before)
        before = told(entry)
    await call(hass, LAMP, "turn_off")
    assert state(hass, LAMP) == "off"
    if reported != "none":
        await until(hass, lambda: told(entry) > before)
    await switch_elsewhere(person, 1, "closed")
    if reported == "none":
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await until(hass, shows(hass, LAMP, "on"))


async def test_the_port_does_not_speak_against_the_relay(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    """Which of them follows the normal state is not documented; a relay's logical state is what is meant."""
    await add_listening(hass, person, SCOPES)
    await until(hass, shows(hass, LAMP, "off"))
    seen = states_of(hass, LAMP)
    person.simulator.happen(wired.serial, "output", "1")
    (camera,) = person.entry().runtime_data.cameras.values()
    relay = SourceKey(EventKind.RELAY, "1")
    await call(hass, LAMP, "turn_on")
    await until(hass, lambda: camera.events.active(relay))
    await call(hass, LAMP, "turn_off")
    await until(hass, lambda: not camera.events.active(relay))
    assert [each.state for each in seen] == ["on", "off"]


async def test_a_report_knows_better_than_the_answer_to_a_command(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    await add_listening(hass, person, SCOPES)
    await until(hass, shows(hass, LAMP, "off"))
    await call(hass, LAMP, "turn_on")
    simulator.faults.add(Fault(kind="vapix:portmanagement", late=0.5, times=1))
    seen = states_of(hass, LAMP)
    turning_off = hass.async_create_task(call(hass, LAMP, "turn_off"))
    await until(hass, lambda: [each.state for each in seen] == ["off"], settle=False)
    # Before the camera answers, somebody else has turned it on again.
    await switch_elsewhere(person, 1, "closed")
    await turning_off
    assert [each.state for each in seen] == ["off", "on"]
    assert wired.ports[1].state == "closed"


async def test_an_answer_that_a_command_has_overtaken_says_nothing(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    await add_deaf(hass, person)
    simulator.faults.add(Fault(kind="vapix:portmanagement", late=0.5, times=1))
    asked = simulator.counters["vapix:portmanagement"]
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await until(hass, lambda: simulator.counters["vapix:portmanagement"] > asked, settle=False)
    seen = states_of(hass, LAMP)
    await call(hass, LAMP, "turn_on")
    await hass.async_block_till_done(wait_background_tasks=False)
    assert {each.state for each in seen} == {"on"}
    assert wired.ports[1].state == "closed"


async def test_few_questions_are_enough_for_all_outputs(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    wired.ports += [Port("", direction="output") for _ in range(14)]
    await add_deaf(hass, person)
    asked = simulator.counters["vapix:portmanagement"]
    for port in wired.ports[1:]:
        port.state = "closed"
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await until(hass, shows(hass, f"switch.{CAMERA}_output_17", "on"))
    assert asked < simulator.counters["vapix:portmanagement"] <= asked + 3


async def test_without_events_outputs_are_asked_for(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    await add_deaf(hass, person)
    assert state(hass, LAMP) == "off"
    await call(hass, LAMP, "turn_on")
    assert state(hass, LAMP) == "on"
    wired.ports[1].state = "open"
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await until(hass, shows(hass, LAMP, "off"))


@pytest.mark.usefixtures("quick_rechecks")
async def test_asking_finds_out_that_the_camera_is_gone(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    await add_deaf(hass, person)
    wired.online = False
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await until(hass, shows(hass, LAMP, STATE_UNAVAILABLE))
    asked = person.simulator.counters["vapix:portmanagement"]
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=122))
    await hass.async_block_till_done()
    assert person.simulator.counters["vapix:portmanagement"] == asked
    wired.online = True
    await until(hass, shows(hass, LAMP, "off"))


async def test_an_old_camera_is_asked_by_the_way(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    """Its inputs are polled in place of events, and its outputs with them."""
    wired.event_stream = wired.rtsp_websocket = wired.port_management = False
    wired.ports[1].state = "closed"
    entry = await person.add_account(SCOPES)
    await until(hass, lambda: all(each.listening for each in entry.runtime_data.connections.values()))
    await until(hass, shows(hass, LAMP, "on"))
    await call(hass, LAMP, "turn_off")
    assert (state(hass, LAMP), wired.ports[1].state) == ("off", "open")


@pytest.mark.usefixtures("quick_reconnects")
async def test_a_state_that_is_not_told_again_is_asked_for(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    timing_of(hass).event_states_confirmed_within = 0.1
    await add_listening(hass, person, SCOPES)
    await until(hass, shows(hass, LAMP, "off"))
    person.simulator.switches.event_initial_states = False
    person.simulator.events.cut(wired.serial)
    wired.ports[1].state = "closed"
    await until(hass, shows(hass, LAMP, "on"))


async def test_a_refusal_is_told_in_the_cameras_words(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    await add_listening(hass, person, SCOPES)
    await until(hass, lambda: there(hass, LAMP))
    wired.ports[1].readonly = True
    with pytest.raises(HomeAssistantError, match="rejected the command: Invalid parameter value specified"):
        await call(hass, LAMP, "turn_on")
    assert state(hass, LAMP) == "off"


# --- as something else -------------------------------------------------------------------------------


async def test_a_button_gives_a_pulse(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    button = await chosen(hass, person, "button", 0.2)
    assert not there(hass, f"switch.{HORN}")
    await call(hass, button, "press")
    assert wired.ports[2].state == "open"
    with pytest.raises(HomeAssistantError, match="busy"):
        await call(hass, button, "press")
    await until(hass, lambda: wired.ports[2].state == "closed")
    await call(hass, button, "press")


@pytest.mark.parametrize("scopes", [SCOPES, DEAF])
async def test_a_lock_locks_by_itself(hass: HomeAssistant, person: Person, wired: Camera, scopes: list[str]) -> None:
    lock = await chosen(hass, person, "lock", 0.2, scopes=scopes)
    assert state(hass, lock) == "locked"
    seen = states_of(hass, lock)
    await call(hass, lock, "unlock")
    await until(hass, lambda: wired.ports[2].state == "closed")
    if scopes == DEAF:
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=1))
    await until(hass, shows(hass, lock, "locked"))
    assert [each.state for each in seen] == ["unlocked", "locked"]


async def test_a_lock_that_stays_unlocked(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    lock = await chosen(hass, person, "lock", 0)
    await call(hass, lock, "unlock")
    assert (state(hass, lock), wired.ports[2].state) == ("unlocked", "open")
    await call(hass, lock, "lock")
    assert (state(hass, lock), wired.ports[2].state) == ("locked", "closed")


async def test_a_pulse_is_forgotten_with_its_entity(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    lock = await chosen(hass, person, "lock", 60, scopes=DEAF)
    await call(hass, lock, "unlock")
    await call(hass, lock, "lock")
    # Lingering timers fail the test.
    await hass.config_entries.async_unload(person.entry().entry_id)


async def test_a_siren_sounds_for_a_while(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    siren = await chosen(hass, person, "siren", 5)
    registered = er.async_get(hass).async_get(siren)
    assert registered
    # "Turn everything on in the yard" does not mean it.
    assert registered.entity_category is EntityCategory.CONFIG
    await call(hass, siren, "turn_on")
    assert (state(hass, siren), wired.ports[2].state) == ("on", "open")
    await call(hass, siren, "turn_off")
    assert (state(hass, siren), wired.ports[2].state) == ("off", "closed")
    await call(hass, siren, "turn_on", duration=1)
    await until(hass, shows(hass, siren, "on"))
    await until(hass, shows(hass, siren, "off"))
    assert wired.ports[2].state == "closed"
    with pytest.raises(ServiceValidationError, match="at most 65 seconds"):
        await call(hass, siren, "turn_on", duration=66)
    assert wired.ports[2].state == "closed"


async def test_a_gate_that_is_held_open(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    gate = await chosen(hass, person, "gate", 0)
    assert state(hass, gate) == "closed"
    await call(hass, gate, "open_cover")
    assert (state(hass, gate), wired.ports[2].state) == ("open", "open")
    await call(hass, gate, "close_cover")
    assert (state(hass, gate), wired.ports[2].state) == ("closed", "closed")


async def test_a_gate_that_is_moved_by_pulses(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    """Each pulse moves it to where it is not: only one that is known to be there is moved."""
    simulator.happen(wired.serial, "input", "0", active=False)
    gate = await chosen(hass, person, "gate", 0.1, contact="0")
    pulses = simulator.counters["vapix:portmanagement"]

    async def moves(action: str) -> bool:
        before = simulator.counters["vapix:portmanagement"]
        await call(hass, gate, action)
        pulsed = simulator.counters["vapix:portmanagement"] > before
        assert (wired.ports[2].state == "open") is pulsed
        await until(hass, lambda: wired.ports[2].state == "closed")
        return pulsed

    await until(hass, shows(hass, gate, "closed"))
    found = hass.states.get(gate)
    assert found
    assert "assumed_state" not in found.attributes
    assert not await moves("close_cover")
    assert await moves("open_cover")
    simulator.happen(wired.serial, "input", "0")
    await until(hass, shows(hass, gate, "open"))
    assert not await moves("open_cover")
    assert await moves("close_cover")
    assert simulator.counters["vapix:portmanagement"] == pulses + 2
    # It is the choice that the form shows.
    entry = person.entry()
    await person.options(entry)
    await person.choose("outputs")
    (camera,) = entry.runtime_data.cameras.values()
    step = await person.answer(output=f"{camera.node.node_id}/2")
    suggested = {each["name"]: each.get("description", {}).get("suggested_value") for each in step["data_schema"]}
    assert suggested == {"use": "gate", "seconds": 0.1, "input": "0"}
    (contact,) = [each for each in step["data_schema"] if each["name"] == "input"]
    assert contact["selector"]["select"]["options"] == [{"value": "0", "label": "Door"}]


async def test_a_gate_is_not_moved_while_nobody_knows_where_it_is(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera, quick_reconnects: None
) -> None:
    simulator.happen(wired.serial, "input", "0", active=False)
    gate = await chosen(hass, person, "gate", 0.1, contact="0")
    await until(hass, shows(hass, gate, "closed"))
    stream = "vapix:ws-data-stream"
    before = simulator.counters[stream]
    simulator.faults.add(Fault(kind=stream, status=502))
    simulator.events.cut(wired.serial)
    await until(hass, lambda: simulator.counters[stream] > before)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    await until(hass, shows(hass, gate, STATE_UNKNOWN))
    for action in ("open_cover", "close_cover"):
        with pytest.raises(HomeAssistantError) as told:
            await call(hass, gate, action)
        assert told.value.translation_key == "gate_position_unknown"
    assert wired.ports[2].state == "closed"


async def test_a_gate_without_a_contact_is_a_button(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    entry = await person.add_account(DEAF)
    await until(hass, lambda: there(hass, f"switch.{HORN}"))
    step = await choose(person, entry, 2, "gate", 0.5)
    assert step["errors"] == {"input": "gate_needs_input"}
    assert (await person.answer(use="button", seconds=0.5))["type"] == "create_entry"
    await until(hass, lambda: there(hass, f"button.{HORN}"))
    await call(hass, f"button.{HORN}", "press")
    assert wired.ports[2].state == "open"


async def test_a_choice_can_be_taken_back(
    hass: HomeAssistant, person: Person, wired: Camera, entity_registry: er.EntityRegistry
) -> None:
    await chosen(hass, person, "siren", 0)
    entry = person.entry()
    await choose(person, entry, 2, "switch", 3)
    await until(hass, lambda: there(hass, f"switch.{HORN}"))
    of_outputs = [
        each.entity_id
        for each in er.async_entries_for_config_entry(entity_registry, entry.entry_id)
        if "~output~" in each.unique_id
    ]
    assert sorted(of_outputs) == [f"switch.{HORN}", LAMP]


async def test_the_form_knows_what_was_chosen(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    await chosen(hass, person, "lock", 4)
    entry = person.entry()
    await person.options(entry)
    step = await person.choose("outputs")
    (field,) = step["data_schema"]
    labels = {each["label"]: each["value"] for each in field["selector"]["select"]["options"]}
    assert list(labels) == [f"{wired.serial}: 2", f"{wired.serial}: Horn"]
    step = await person.answer(output=labels[f"{wired.serial}: Horn"])
    assert step["description_placeholders"] == {"output": f"{wired.serial}\\: Horn"}
    suggested = {each["name"]: each.get("description", {}).get("suggested_value") for each in step["data_schema"]}
    assert suggested == {"use": "lock", "seconds": 4, "input": None}
    step = await person.answer(use="button", seconds=0)
    assert step["errors"] == {"seconds": "button_needs_seconds"}
    step = await person.answer(use="button", seconds=0.5)
    assert step["type"] == "create_entry"


async def test_a_form_without_outputs(hass: HomeAssistant, person: Person) -> None:
    entry = await person.add_account(SCOPES)
    await person.options(entry)
    assert (await person.choose("outputs"))["reason"] == "no_outputs"
    await hass.config_entries.async_unload(entry.entry_id)
    await person.options(entry)
    assert (await person.choose("outputs"))["reason"] == "account_not_loaded"


# --- which there are ---------------------------------------------------------------------------------


def command_entities(hass: HomeAssistant, entry: ConfigEntry) -> list[str]:
    registry = er.async_get(hass)
    entries = er.async_entries_for_config_entry(registry, entry.entry_id)
    return [each.entity_id for each in entries if each.domain in {"switch", "button", "siren", "lock", "cover"}]


async def test_without_the_permission_there_is_nothing_to_switch(
    hass: HomeAssistant, person: Person, wired: Camera
) -> None:
    entry = await person.add_account(["read", "liveview", "recordings", "events"])
    await until_listening(hass, entry, person.simulator)
    assert command_entities(hass, entry) == []
    assert person.simulator.counters["vapix:activate"] == 0


async def test_without_anything_wired_there_is_nothing_to_switch(hass: HomeAssistant, person: Person) -> None:
    entry = await add_listening(hass, person, SCOPES)
    assert command_entities(hass, entry) == []
    assert person.simulator.counters["vapix:portmanagement"] == 0


async def test_diagnostics_count_without_names(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    entry = await add_listening(hass, person, SCOPES)
    await until(hass, lambda: there(hass, LAMP))
    facts = await async_get_config_entry_diagnostics(hass, entry)
    (camera,) = facts["cameras"]
    assert (camera["outputs"], camera["virtual_inputs"]) == (2, False)
    assert "Horn" not in json.dumps(facts)


async def test_an_output_that_has_become_an_input_goes(
    hass: HomeAssistant, person: Person, wired: Camera, entity_registry: er.EntityRegistry
) -> None:
    entry = await add_listening(hass, person, SCOPES)
    await until(hass, lambda: there(hass, LAMP))
    (camera,) = entry.runtime_data.cameras.values()
    # What is not told now is not gone.
    person.simulator.faults.add(Fault(kind="vapix:port*", status=503))
    await camera.refresh_equipment()
    person.simulator.faults.clear()
    person.simulator.faults.add(Fault(kind="vapix:port*", status=404))
    await camera.refresh_equipment()
    assert state(hass, LAMP) == STATE_UNAVAILABLE
    assert entity_registry.async_get(LAMP)
    person.simulator.faults.clear()
    wired.ports[1].direction = "input"
    wired.ports[2].name = "Fog horn"
    await camera.refresh_equipment()
    await hass.async_block_till_done()
    assert entity_registry.async_get(LAMP) is None
    horn = hass.states.get(f"switch.{HORN}")
    assert horn
    assert horn.name.endswith("Fog horn")
    wired.ports[2].direction = "input"
    await camera.refresh_equipment()
    await hass.async_block_till_done()
    assert command_entities(hass, entry) == []
    wired.ports[1].direction = "output"
    await camera.refresh_equipment()
    await until(hass, lambda: there(hass, f"switch.{CAMERA}_output_2"))
