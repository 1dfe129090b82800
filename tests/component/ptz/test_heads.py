"""Cameras with several pictures, each moved by its own head, as a user has them."""

from collections.abc import AsyncIterator
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.const import CONF_SCOPES
from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Node, NodeType, Preset, Simulator, bispectral, panoramic, two_heads
from simulator.world import Camera

from ..listening import CAMERA, serial_of, shows, state, states_of, until_listening
from ..moving import SCOPES, SCOPES_AND_EVENTS, SOON, is_driven, until_no_move_is_left
from ..person import Person
from ..waiting import poll, until

MAIN = f"camera.{CAMERA}"


@pytest.fixture(autouse=True)
def _disk(hass_storage: dict[str, Any]) -> None:
    """Notes are kept in memory."""


def view(number: int) -> str:
    """Return how entities of a channel begin."""
    return f"{CAMERA}_view_{number}"


def camera_of(number: int) -> str:
    return f"camera.{view(number)}"


def replace(simulator: Simulator, camera: Camera, views: int) -> list[Node]:
    """Let the account's camera be another one with so many channels in the tree; return their nodes."""
    (node,) = simulator.world.camera_nodes()
    simulator.world.cameras[camera.serial] = camera
    moments = iter(range(1_000_000_000))
    for head in camera.heads.values():
        head.clock = lambda: next(moments) * 100.0
    return [
        simulator.world.add(NodeType.VIDEO_CHANNEL, f"{node.name} View {number}", node)
        for number in range(1, views + 1)
    ]


async def add(hass: HomeAssistant, person: Person, scopes: list[str] | None = None) -> ConfigEntry:
    """Add the account, and wait until the heads of its camera are known."""
    entry = await person.add_account(scopes or SCOPES)
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.equipment.heads)
    if "events" in (scopes or SCOPES):
        await until_listening(hass, entry, person.simulator)
    await hass.async_block_till_done(wait_background_tasks=False)
    return entry


async def move(hass: HomeAssistant, *, blocking: bool = True, **data: Any) -> None:
    await hass.services.async_call("netrex", "ptz_move", data, blocking=blocking)


def device_of(hass: HomeAssistant, entity_id: str) -> str:
    registered = er.async_get(hass).async_get(entity_id)
    assert registered
    assert registered.device_id
    return registered.device_id


# --- a panoramic camera --------------------------------------------------------------------------------


@pytest.fixture
def panorama(simulator: Simulator) -> Camera:
    """A fixed dome whose overview stays, and whose other pictures turn; five of them are in the tree."""
    camera = panoramic(serial_of(simulator), "Hall")
    replace(simulator, camera, views=5)
    return camera


async def test_each_view_has_the_entities_of_its_head(hass: HomeAssistant, person: Person, panorama: Camera) -> None:
    await add(hass, person)
    registry = er.async_get(hass)
    domains = {"select", "button", "switch"}
    ours = {each for each in registry.entities if each.split(".")[0] in domains}
    assert ours == {
        entity_id
        for number in range(2, 6)
        for entity_id in (
            f"select.{view(number)}_preset",
            f"button.{view(number)}_home_position",
            f"button.{view(number)}_go_to_home",
            f"button.{view(number)}_go_to_corner",
        )
    }
    shown = hass.states.get(f"select.{view(3)}_preset")
    assert shown
    assert shown.attributes["options"] == ["Home", "Corner"]
    assert shown.name.endswith(" View 3 preset")
    unique = {registry.entities[each].unique_id for each in ours}
    assert len(unique) == len(ours)
    assert {registry.entities[each].device_id for each in ours} == {device_of(hass, MAIN)}


async def test_a_move_is_the_channels_that_it_is_aimed_at(
    hass: HomeAssistant, person: Person, panorama: Camera
) -> None:
    await add(hass, person)
    heads = panorama.more_heads
    await move(hass, entity_id=camera_of(3), pan=15)
    assert {channel for channel, head in heads.items() if head.pose.pan} == {3}
    assert heads[3].pose.pan == 15
    await move(hass, entity_id=camera_of(5), movement="absolute", zoom=300)
    assert heads[5].pose.zoom == 300
    await move(hass, entity_id=camera_of(2), movement="continuous", pan=40, duration=0.1)
    assert [step.moves for step in heads[2].history] == [True, False]
    assert not heads[3].history
    # The third can't zoom, which is no word about the fifth; and no channel is asked in vain.
    with pytest.raises(ServiceValidationError) as refused:
        await move(hass, entity_id=camera_of(3), zoom=5)
    assert refused.value.translation_key == "ptz_no_zoom"
    assert refused.value.translation_placeholders
    assert refused.value.translation_placeholders["camera"].endswith("View 3")


@pytest.mark.parametrize("aimed_at", [MAIN, camera_of(1)])
async def test_a_picture_without_a_head_says_so(
    hass: HomeAssistant, person: Person, simulator: Simulator, panorama: Camera, aimed_at: str
) -> None:
    await add(hass, person)
    asked = simulator.counters["vapix:ptz"]
    with pytest.raises(ServiceValidationError) as refused:
        await move(hass, entity_id=aimed_at, pan=1)
    assert refused.value.translation_key == "ptz_missing"
    with pytest.raises(ServiceValidationError) as refused:
        await hass.services.async_call("netrex", "ptz_preset", {"entity_id": aimed_at, "preset": "Home"}, blocking=True)
    assert refused.value.translation_key == "ptz_missing"
    assert simulator.counters["vapix:ptz"] == asked


async def test_a_device_moves_each_of_its_pictures_once(hass: HomeAssistant, person: Person, panorama: Camera) -> None:
    await add(hass, person)
    await move(hass, device_id=device_of(hass, MAIN), pan=5)
    assert {channel: head.pose.pan for channel, head in panorama.more_heads.items() if head.pose.pan} == {
        2: 5, 3: 5, 4: 5, 5: 5,
    }  # fmt: skip


async def test_presets_are_those_of_the_channel(hass: HomeAssistant, person: Person, panorama: Camera) -> None:
    await add(hass, person)
    heads = panorama.more_heads

    async def preset(number: int, task: str, name: str, **more: str) -> None:
        data = {"entity_id": camera_of(number), "task": task, "preset": name, **more}
        await hass.services.async_call("netrex", "ptz_preset", data, blocking=True)

    def options(number: int) -> list[str]:
        shown = hass.states.get(f"select.{view(number)}_preset")
        return shown.attributes["options"] if shown else []

    await move(hass, entity_id=camera_of(4), pan=33)
    await preset(4, "save", "Till")
    await until(hass, lambda: options(4) == ["Home", "Corner", "Till"])
    assert heads[4].presets[3].pose.pan == 33
    assert options(3) == ["Home", "Corner"]
    with pytest.raises(ServiceValidationError) as refused:
        await preset(3, "go_to", "Till")
    assert refused.value.translation_key == "ptz_preset_unknown"
    await preset(4, "rename", "Corner", new_name="Window")
    await preset(4, "go_to", "Window")
    assert heads[4].preset == 2
    assert heads[3].presets[2] == Preset("Corner", heads[3].presets[2].pose)
    await preset(4, "remove", "Till")
    await until(hass, lambda: options(4) == ["Home", "Window"])
    button = f"button.{view(4)}_go_to_till"
    assert er.async_get(hass).async_get(button) is None
    # What is gone from one picture is not gone from another.
    assert er.async_get(hass).async_get(f"button.{view(3)}_go_to_corner")


@pytest.mark.parametrize("with_events", [True, False])
async def test_each_view_shows_its_own_preset(
    hass: HomeAssistant, person: Person, panorama: Camera, *, with_events: bool
) -> None:
    await add(hass, person, SCOPES_AND_EVENTS if with_events else SCOPES)
    two, three = f"select.{view(2)}_preset", f"select.{view(3)}_preset"
    await until(hass, lambda: state(hass, two) == state(hass, three) == "Home")
    await hass.services.async_call("select", "select_option", {"entity_id": three, "option": "Corner"}, blocking=True)
    assert panorama.more_heads[3].preset == 2
    await until(hass, shows(hass, three, "Corner"))
    assert state(hass, two) == "Home"
    await move(hass, entity_id=camera_of(2), pan=9)
    async_fire_time_changed(hass, dt_util.utcnow() + SOON)
    await until(hass, shows(hass, two, STATE_UNKNOWN))
    await until(hass, shows(hass, three, "Corner"))
    await hass.services.async_call("button", "press", {"entity_id": f"button.{view(2)}_home_position"}, blocking=True)
    assert panorama.more_heads[2].preset == 1


@pytest.mark.usefixtures("all_enabled")
async def test_each_view_reports_its_own_arrivals(hass: HomeAssistant, person: Person, panorama: Camera) -> None:
    await add(hass, person, SCOPES_AND_EVENTS)
    reached = [f"event.{view(number)}_preset_reached" for number in (2, 3)]
    await until(hass, lambda: all(map(hass.states.get, reached)))
    assert hass.states.get(f"event.{CAMERA}_preset_reached") is None
    seen = states_of(hass, *reached)
    select = {"entity_id": f"select.{view(3)}_preset", "option": "Corner"}
    await hass.services.async_call("select", "select_option", select, blocking=True)
    await until(hass, lambda: seen)
    assert [(each.entity_id, each.attributes["preset"]) for each in seen] == [(reached[1], "Corner")]


async def test_a_channel_that_is_renamed_renames_its_entities(
    hass: HomeAssistant, person: Person, simulator: Simulator, panorama: Camera
) -> None:
    entry = await add(hass, person)
    node = next(node for node in simulator.world.nodes.values() if node.name.endswith("View 2"))
    node.name = node.name.replace("View 2", "Stairs")
    await poll(hass, entry)
    await until(hass, lambda: (shown := hass.states.get(f"select.{view(2)}_preset")) and "Stairs preset" in shown.name)
    shown = hass.states.get(f"button.{view(2)}_home_position")
    assert shown
    assert shown.name.endswith("Stairs home position")


async def test_a_view_that_is_locked_loses_its_entities_for_a_while(
    hass: HomeAssistant, person: Person, panorama: Camera
) -> None:
    entry = await add(hass, person)
    (camera,) = entry.runtime_data.cameras.values()
    panorama.more_heads[2].locked = True
    await camera.refresh_equipment()
    await until(hass, shows(hass, f"select.{view(2)}_preset", STATE_UNAVAILABLE))
    assert state(hass, f"select.{view(3)}_preset") != STATE_UNAVAILABLE
    with pytest.raises(ServiceValidationError) as refused:
        await move(hass, entity_id=camera_of(2), pan=1)
    assert refused.value.translation_key == "ptz_missing"
    panorama.more_heads[2].locked = False
    await camera.refresh_equipment()
    await until(hass, lambda: state(hass, f"select.{view(2)}_preset") != STATE_UNAVAILABLE)


async def test_a_channel_that_leaves_the_tree_takes_its_entities_along(
    hass: HomeAssistant, person: Person, simulator: Simulator, panorama: Camera
) -> None:
    entry = await add(hass, person)
    node = next(node for node in simulator.world.nodes.values() if node.name.endswith("View 5"))
    simulator.world.remove(node.node_id)
    await poll(hass, entry)
    await until(hass, lambda: er.async_get(hass).async_get(f"select.{view(5)}_preset") is None)
    assert er.async_get(hass).async_get(f"select.{view(4)}_preset")


async def test_channels_that_appear_later_bring_their_entities(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    replace(simulator, panoramic(serial_of(simulator), "Hall"), views=0)
    entry = await add(hass, person)
    assert not hass.states.async_entity_ids("select")
    (node,) = simulator.world.camera_nodes()
    for number in (1, 2):
        simulator.world.add(NodeType.VIDEO_CHANNEL, f"{node.name} View {number}", node)
    await poll(hass, entry)
    await until(hass, lambda: hass.states.async_entity_ids("select") == [f"select.{view(2)}_preset"])


async def test_without_the_permission_no_view_can_be_moved(
    hass: HomeAssistant, person: Person, panorama: Camera
) -> None:
    entry = await add(hass, person)
    assert hass.states.async_entity_ids("select")
    data = {**entry.data, CONF_SCOPES: ["read", "liveview"]}
    hass.config_entries.async_update_entry(entry, data=data)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=False)
    assert not {each.split(".")[0] for each in er.async_get(hass).entities} & {"select", "button", "switch"}


# --- two heads -----------------------------------------------------------------------------------------


@pytest.fixture
def encoder(simulator: Simulator) -> Camera:
    """An encoder whose first and third camera have heads."""
    camera = two_heads(serial_of(simulator), "Yard")
    replace(simulator, camera, views=4)
    return camera


@pytest.fixture
async def entry(hass: HomeAssistant, person: Person, encoder: Camera) -> AsyncIterator[ConfigEntry]:
    """The account with the encoder."""
    timing_of(hass).shared_max_age = 0.0
    return await add(hass, person)


async def test_the_first_head_is_that_of_the_camera_itself(hass: HomeAssistant, entry: ConfigEntry) -> None:
    registry = er.async_get(hass)
    assert {each for each in registry.entities if each.startswith(("select.", "switch."))} == {
        f"select.{CAMERA}_preset",
        f"select.{view(3)}_preset",
        f"switch.{CAMERA}_guard_tour_day",
        f"switch.{view(3)}_guard_tour_night",
    }
    assert hass.states.get(f"button.{CAMERA}_home_position")
    assert hass.states.get(f"button.{view(3)}_autofocus")
    assert hass.states.get(f"button.{CAMERA}_autofocus") is None
    assert registry.entities[f"select.{CAMERA}_preset"].unique_id.endswith("~preset")
    (facts,) = (await async_get_config_entry_diagnostics(hass, entry))["cameras"]
    assert [each["channel"] for each in facts["heads"]] == [1, 3]
    assert [each["presets"] for each in facts["heads"]] == [2, 3]


async def test_two_heads_move_at_once_and_stop_each_by_itself(
    hass: HomeAssistant, entry: ConfigEntry, encoder: Camera
) -> None:
    first, third = encoder.head, encoder.more_heads[3]
    assert first
    await move(hass, entity_id=camera_of(3), movement="continuous", pan=20, duration=8, blocking=False)
    await until(hass, lambda: is_driven(third), settle=False)
    # The main picture is that of the first channel.
    await move(hass, entity_id=MAIN, movement="continuous", pan=-20, duration=8, blocking=False)
    await until(hass, lambda: is_driven(first), settle=False)
    assert is_driven(third)
    await move(hass, entity_id=camera_of(1), movement="stop")
    assert not is_driven(first)
    assert is_driven(third)
    # Another command to the first head is none to the third.
    await move(hass, entity_id=MAIN, pan=5)
    assert is_driven(third)
    await move(hass, entity_id=camera_of(3), movement="stop")
    assert not is_driven(third)
    await until_no_move_is_left(entry)
    assert len(third.history) == 2


async def test_unloading_stops_all_heads(hass: HomeAssistant, entry: ConfigEntry, encoder: Camera) -> None:
    first, third = encoder.head, encoder.more_heads[3]
    assert first
    await move(hass, entity_id=[MAIN, camera_of(3)], movement="continuous", pan=20, duration=8, blocking=False)
    await until(hass, lambda: is_driven(first) and is_driven(third), settle=False)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert not is_driven(first)
    assert not is_driven(third)


async def test_a_camera_that_leaves_the_account_stops_on_all_channels(
    hass: HomeAssistant, entry: ConfigEntry, encoder: Camera
) -> None:
    third = encoder.more_heads[3]
    await move(hass, entity_id=camera_of(3), movement="continuous", pan=20, duration=8, blocking=False)
    await until(hass, lambda: is_driven(third), settle=False)
    entry.runtime_data.steering.drop(next(iter(entry.runtime_data.cameras)))
    await until_no_move_is_left(entry)
    assert not is_driven(third)


async def test_a_crash_while_the_third_channel_moves(
    hass: HomeAssistant, entry: ConfigEntry, encoder: Camera, hass_storage: dict[str, Any]
) -> None:
    third, note = encoder.more_heads[3], f"netrex.moving.{entry.entry_id}"
    await move(hass, entity_id=camera_of(3), movement="continuous", pan=20, duration=8, blocking=False)
    await until(hass, lambda: is_driven(third), settle=False)
    # What is on the disk at this moment is what the next one finds.
    crashed = dict(hass_storage[note])
    (node_id,) = entry.runtime_data.cameras
    assert crashed["data"] == [[node_id, 3]]
    assert await hass.config_entries.async_unload(entry.entry_id)
    third.steer({"pan": 30})
    assert encoder.head
    encoder.head.steer({"pan": 30})
    hass_storage[note] = crashed
    assert await hass.config_entries.async_setup(entry.entry_id)
    await until(hass, lambda: not is_driven(third), settle=False)
    await until_no_move_is_left(entry)
    # Somebody else moves the other one.
    assert is_driven(encoder.head)
    async_fire_time_changed(hass, fire_all=True)
    await until(hass, lambda: hass_storage[note]["data"] == [])


async def test_a_head_waits_only_for_its_own_stop(
    hass: HomeAssistant, entry: ConfigEntry, encoder: Camera, hass_storage: dict[str, Any]
) -> None:
    account, note = entry.runtime_data, f"netrex.moving.{entry.entry_id}"
    (node_id,) = account.cameras
    hass_storage[note] = {"version": 1, "minor_version": 1, "key": note, "data": [[node_id, 3]]}
    encoder.more_heads[3].enabled = False
    entry.async_on_unload(await account.steering.async_start(account.cameras))
    assert account.steering._left_moving
    await move(hass, entity_id=MAIN, pan=5)
    assert encoder.head
    assert encoder.head.pose.pan == 5
    encoder.more_heads[3].enabled = True
    await until_no_move_is_left(entry)


async def test_guard_tours_run_on_their_own_channel(hass: HomeAssistant, entry: ConfigEntry, encoder: Camera) -> None:
    night, day = f"switch.{view(3)}_guard_tour_night", f"switch.{CAMERA}_guard_tour_day"
    third = encoder.more_heads[3]
    await until(hass, lambda: state(hass, night) == state(hass, day) == STATE_OFF)
    await hass.services.async_call("switch", "turn_on", {"entity_id": night}, blocking=True)
    assert third.running == 0
    assert state(hass, night) == STATE_ON
    assert encoder.head
    assert encoder.head.running is None
    await hass.services.async_call("switch", "turn_off", {"entity_id": night}, blocking=True)
    assert third.running is None
    await hass.services.async_call("button", "press", {"entity_id": f"button.{view(3)}_autofocus"}, blocking=True)
    assert third.focused == 1


async def test_a_refused_channel_is_an_issue_of_the_camera(
    hass: HomeAssistant, entry: ConfigEntry, encoder: Camera, simulator: Simulator
) -> None:
    simulator.faults.add(Fault(kind="vapix:ptz", status=403, times=1))
    with pytest.raises(HomeAssistantError) as failed:
        await move(hass, entity_id=camera_of(3), pan=1)
    assert failed.value.translation_key == "command_permission_refused"
    issue = f"permission_refused_liveview_ptz_{entry.entry_id}"
    assert ir.async_get(hass).async_get_issue("netrex", issue)
    # The permission is the camera's: a move of any of its heads shows that it is there again.
    await move(hass, entity_id=MAIN, pan=1)
    assert not ir.async_get(hass).async_get_issue("netrex", issue)


# --- two pictures on one unit --------------------------------------------------------------------------


async def test_pictures_that_turn_together_have_one_move_at_a_time(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    camera = bispectral(serial_of(simulator), "Gate")
    replace(simulator, camera, views=2)
    entry = await add(hass, person)
    head = camera.head
    assert head
    await move(hass, entity_id=MAIN, movement="continuous", zoom=20, duration=8, blocking=False)
    await until(hass, lambda: is_driven(head), settle=False)
    await move(hass, entity_id=camera_of(2), movement="continuous", pan=20, duration=0.1)
    await until_no_move_is_left(entry)
    driven = [dict(step.speeds) for step in head.history]
    # What the first picture did has ended before the second one moves: its zoom is not the second's to stop.
    assert driven[1] == {"zoom": 0}
    assert [step.moves for step in head.history] == [True, False, True, False]
    await move(hass, entity_id=MAIN, movement="absolute", pan=10)
    await move(hass, device_id=device_of(hass, MAIN), pan=7)
    assert head.pose.pan == pytest.approx(17)
