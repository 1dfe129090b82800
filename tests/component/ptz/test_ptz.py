"""Presets, guard tours and focus as a user has them; the actions that move a camera, and what they refuse."""

import asyncio
from datetime import timedelta
import time
from typing import Any

from homeassistant.const import STATE_OFF, STATE_ON, STATE_UNAVAILABLE, STATE_UNKNOWN, EntityCategory
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.helpers.entity_component import async_update_entity
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_fire_time_changed

from custom_components.netrex.auth.scopes import Scope
from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Head, Lens, NodeType, Pose, Preset, Report, Simulator, Tour
from simulator.world import Camera

from ..listening import CAMERA, serial_of, shows, state, states_of
from ..moving import ENTITY, SCOPES, SCOPES_AND_EVENTS, SOON, add_moving, give_head
from ..person import Person
from ..waiting import until

SELECT, HOME, FOCUS = f"select.{CAMERA}_preset", f"button.{CAMERA}_home_position", f"button.{CAMERA}_autofocus"
GATE, TOUR = f"button.{CAMERA}_go_to_gate", f"switch.{CAMERA}_guard_tour_night"


@pytest.fixture(autouse=True)
def _disk(hass_storage: dict[str, Any]) -> None:
    """Notes are kept in memory."""


@pytest.fixture(autouse=True)
def _short_memory(hass: HomeAssistant) -> None:
    """Let guard tours be read again at each poll."""
    timing_of(hass).shared_max_age = 0.0


@pytest.fixture
def head(simulator: Simulator) -> Head:
    """A head that turns at once."""
    head = give_head(simulator)
    moments = iter(range(1_000_000_000))
    head.clock = lambda: next(moments) * 100.0
    return head


def device(simulator: Simulator) -> Camera:
    return simulator.world.cameras[serial_of(simulator)]


async def press(hass: HomeAssistant, entity_id: str) -> None:
    await hass.services.async_call("button", "press", {"entity_id": entity_id}, blocking=True)


async def select(hass: HomeAssistant, option: str) -> None:
    await hass.services.async_call("select", "select_option", {"entity_id": SELECT, "option": option}, blocking=True)


async def move(hass: HomeAssistant, camera: str = ENTITY, *, context: Context | None = None, **data: Any) -> None:
    await hass.services.async_call(
        "netrex", "ptz_move", data, target={"entity_id": camera}, blocking=True, context=context
    )


async def preset(hass: HomeAssistant, task: str, name: str, **data: Any) -> None:
    await hass.services.async_call(
        "netrex", "ptz_preset", {"entity_id": ENTITY, "task": task, "preset": name, **data}, blocking=True
    )


def options(hass: HomeAssistant) -> list[str]:
    shown = hass.states.get(SELECT)
    assert shown
    found: list[str] = shown.attributes["options"]
    return found


def ours(hass: HomeAssistant) -> set[str]:
    """Entities that only a camera with a head or a lens has."""
    entities = er.async_get(hass).entities
    return {each for each in entities if each.split(".")[0] in {"select", "button", "switch"}}


# --- what there is -----------------------------------------------------------------------------------


async def test_a_household_without_heads_sees_nothing_of_it(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account(SCOPES)
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: simulator.counters["vapix:opticscontrol"])
    await until(hass, lambda: camera.condition == "reachable")
    assert not ours(hass)
    assert not simulator.counters["vapix:ptz"]
    with pytest.raises(ServiceValidationError) as refused:
        await move(hass, pan=1)
    assert refused.value.translation_key == "ptz_missing"


async def test_without_the_permission_nobody_asks(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head
) -> None:
    entry = await person.add_account(["read", "liveview", "events"])
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.condition == "reachable")
    await hass.async_block_till_done()
    assert not ours(hass)
    assert not simulator.counters["vapix:ptz"]
    assert not simulator.counters["vapix:opticscontrol"]


async def test_a_head_has_its_entities(hass: HomeAssistant, person: Person, head: Head) -> None:
    await add_moving(hass, person)
    assert options(hass) == ["Home", "Gate", "Till"]
    assert state(hass, HOME) == STATE_UNKNOWN
    await until(hass, shows(hass, TOUR, STATE_OFF))
    assert state(hass, f"switch.{CAMERA}_guard_tour_2") == STATE_OFF
    button = er.async_get(hass).async_get(GATE)
    assert button
    assert button.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def test_diagnostics_count_and_name_nothing(hass: HomeAssistant, person: Person, head: Head) -> None:
    entry = await add_moving(hass, person)
    (facts,) = (await async_get_config_entry_diagnostics(hass, entry))["cameras"]
    (of_head,) = facts["heads"]
    kept = ("channel", "kind", "presets", "guard_tours", "autofocus", "turns_with_channel")
    assert [of_head[each] for each in kept] == [1, "mechanical", 3, 2, True, 1]
    assert of_head["moves"]["continuous"] == ["pan", "tilt", "zoom"]
    assert "Gate" not in str(facts)


async def test_a_head_that_appears_later(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account(SCOPES)
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.condition == "reachable")
    give_head(simulator)
    await camera.refresh_equipment()
    await until(hass, lambda: hass.states.get(SELECT))
    device(simulator).head = None
    await camera.refresh_equipment()
    await until(hass, shows(hass, SELECT, STATE_UNAVAILABLE))
    assert state(hass, HOME) == state(hass, TOUR) == state(hass, FOCUS) == STATE_UNAVAILABLE


async def test_a_camera_that_is_off_is_not_there(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head
) -> None:
    await add_moving(hass, person)
    device(simulator).online = False
    with pytest.raises(HomeAssistantError) as failed:
        await press(hass, HOME)
    assert failed.value.translation_key in {"command_busy", "command_not_answered"}
    await until(hass, shows(hass, SELECT, STATE_UNAVAILABLE))
    with pytest.raises(HomeAssistantError) as failed:
        await move(hass, pan=1)
    assert failed.value.translation_key == "camera_unreachable"
    async_fire_time_changed(hass, dt_util.utcnow() + SOON)
    await hass.async_block_till_done()
    assert state(hass, TOUR) == STATE_UNAVAILABLE


async def test_presets_of_one_name_are_told_apart(hass: HomeAssistant, person: Person, head: Head) -> None:
    head.presets[7] = Preset("Gate", Pose(50, 5, 1))
    await add_moving(hass, person)
    assert options(hass) == ["Home", "Gate (2)", "Till", "Gate (7)"]
    await select(hass, "Gate (7)")
    assert head.preset == 7


async def test_names_that_are_made_up_take_nobodys_place(hass: HomeAssistant, person: Person, head: Head) -> None:
    head.presets = {
        1: Preset("A"),
        2: Preset("A", Pose(10, 0, 1)),
        3: Preset("A (1)", Pose(20, 0, 1)),
        4: Preset("B", Pose(30, 0, 1)),
    }
    await add_moving(hass, person)
    assert len(options(hass)) == 4
    assert {"A (1)", "A (2)", "B"} < set(options(hass))
    for number, option in enumerate(options(hass), 1):
        await select(hass, option)
        assert head.preset == number
    await select(hass, "A (1)")
    assert head.preset == 3


# --- entities ----------------------------------------------------------------------------------------


async def test_a_preset_is_gone_to_and_reported(hass: HomeAssistant, person: Person, head: Head) -> None:
    await add_moving(hass, person, SCOPES_AND_EVENTS)
    assert state(hass, SELECT) == "Home"
    await select(hass, "Gate")
    assert head.preset == 2
    await until(hass, shows(hass, SELECT, "Gate"))
    await press(hass, HOME)
    await until(hass, shows(hass, SELECT, "Home"))
    await move(hass, pan=15)
    await until(hass, shows(hass, SELECT, STATE_UNKNOWN))


@pytest.mark.usefixtures("all_enabled")
async def test_each_arrival_at_a_preset_is_an_event(hass: HomeAssistant, person: Person, head: Head) -> None:
    await add_moving(hass, person, SCOPES_AND_EVENTS)
    reached = f"event.{CAMERA}_preset_reached"
    await until(hass, shows(hass, reached, STATE_UNKNOWN))
    seen = states_of(hass, reached)
    for option in ("Gate", "Home"):
        await select(hass, option)
        await until(hass, lambda option=option: seen and seen[-1].attributes["preset"] == option)
    assert [(each.attributes["event_type"], each.attributes["preset"]) for each in seen] == [
        ("reached", "Gate"),
        ("reached", "Home"),
    ]


@pytest.mark.usefixtures("all_enabled")
async def test_arrival_is_named_as_the_camera_names_it(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head
) -> None:
    await add_moving(hass, person, SCOPES_AND_EVENTS)
    reached = f"event.{CAMERA}_preset_reached"
    await until(hass, shows(hass, reached, STATE_UNKNOWN))
    seen = states_of(hass, reached)
    for on in "01":
        topic, source = "tns1:PTZController/tnsaxis:PTZPresets/Channel_1", {"PresetToken": "Gate/Yard"}
        simulator.events.report(serial_of(simulator), Report(topic, {"on_preset": on}, source))
    await until(hass, lambda: seen)
    assert [each.attributes["preset"] for each in seen] == ["Gate/Yard"]


async def test_without_reports_the_camera_is_asked(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head
) -> None:
    await add_moving(hass, person)
    await until(hass, shows(hass, SELECT, "Home"))
    await select(hass, "Gate")
    assert state(hass, SELECT) == "Gate"

    async def poll(expected: str) -> None:
        async_fire_time_changed(hass, dt_util.utcnow() + SOON)
        await until(hass, shows(hass, SELECT, expected))

    head.go_to(Pose(-30, 5, 1))
    await poll("Till")
    head.go_to(Pose(10, 1, 1))
    await poll(STATE_UNKNOWN)
    head.go_to(Pose(-30, 5, 1))
    await poll("Till")
    simulator.faults.add(Fault(kind="vapix:ptz", status=200, body="Error:\nno", times=1))
    await poll(STATE_UNKNOWN)
    await poll("Till")
    simulator.faults.add(Fault(kind="vapix:ptz", garbage=True, times=1))
    async_fire_time_changed(hass, dt_util.utcnow() + SOON)
    await hass.async_block_till_done()
    assert state(hass, SELECT) == "Till"


async def test_preset_buttons(hass: HomeAssistant, person: Person, head: Head) -> None:
    entry = await add_moving(hass, person)
    er.async_get(hass).async_update_entity(GATE, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: hass.states.get(GATE))
    await press(hass, GATE)
    assert head.preset == 2
    await preset(hass, "rename", "Gate", new_name="Driveway")
    await until(hass, lambda: (shown := hass.states.get(GATE)) and shown.name.endswith("Go to Driveway"))
    await preset(hass, "remove", "Driveway")
    await until(hass, lambda: hass.states.get(GATE) is None)
    assert er.async_get(hass).async_get(GATE) is None


async def test_guard_tours(hass: HomeAssistant, person: Person, simulator: Simulator, head: Head) -> None:
    entry = await add_moving(hass, person)
    registered = er.async_get(hass).async_get(TOUR)
    assert registered
    # "Turn everything off in the yard" does not mean it.
    assert registered.entity_category is EntityCategory.CONFIG
    await hass.services.async_call("switch", "turn_on", {"entity_id": TOUR}, blocking=True)
    assert head.running == 0
    assert state(hass, TOUR) == STATE_ON
    await hass.services.async_call("switch", "turn_off", {"entity_id": TOUR}, blocking=True)
    assert head.running is None
    assert state(hass, TOUR) == STATE_OFF
    head.start_tour(0)

    async def poll(expected: str) -> None:
        async_fire_time_changed(hass, dt_util.utcnow() + SOON)
        await until(hass, shows(hass, TOUR, expected))

    await poll(STATE_ON)
    simulator.faults.add(Fault(kind="vapix:param", cut=True, times=8))
    async_fire_time_changed(hass, dt_util.utcnow() + SOON)
    await hass.async_block_till_done()
    assert state(hass, TOUR) == STATE_ON
    simulator.faults.clear()
    del head.tours[1]
    second = f"switch.{CAMERA}_guard_tour_2"
    with pytest.raises(HomeAssistantError) as failed:
        await hass.services.async_call("switch", "turn_on", {"entity_id": second}, blocking=True)
    assert failed.value.translation_key == "command_refused"
    (camera,) = entry.runtime_data.cameras.values()
    await camera.refresh_equipment()
    await until(hass, lambda: hass.states.get(second) is None)
    assert state(hass, TOUR) == STATE_ON


async def test_a_guard_tour_is_renamed(hass: HomeAssistant, person: Person, head: Head) -> None:
    entry = await add_moving(hass, person)
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: hass.states.get(TOUR))
    head.tours[0] = Tour("Day", (1, 2))
    await camera.refresh_equipment()
    await until(hass, lambda: (shown := hass.states.get(TOUR)) and shown.name.endswith("Guard tour: Day"))


async def test_a_poll_is_one_question_for_all_tours_and_one_where_the_head_stands(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head
) -> None:
    entry = await add_moving(hass, person)
    await until(hass, shows(hass, SELECT, "Home"))
    await until(hass, shows(hass, TOUR, STATE_OFF))
    before = simulator.counters["vapix:param"], simulator.counters["vapix:ptz"]
    head.start_tour(0)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
    await hass.async_block_till_done()
    assert (simulator.counters["vapix:param"], simulator.counters["vapix:ptz"]) == before
    async_fire_time_changed(hass, dt_util.utcnow() + SOON)
    await until(hass, shows(hass, TOUR, STATE_ON))
    await until(hass, lambda: simulator.counters["vapix:ptz"] > before[1])
    assert (simulator.counters["vapix:param"], simulator.counters["vapix:ptz"]) == (before[0] + 1, before[1] + 1)
    # A preset of the same name, somewhere else.
    head.stop()
    head.go_to(Pose(55, 5, 1))
    await preset(hass, "save", "Till")
    async_fire_time_changed(hass, dt_util.utcnow() + SOON * 2)
    await until(hass, shows(hass, SELECT, "Till"))
    # Somebody has moved it in the camera: known once its equipment was looked for.
    head.presets[2] = Preset("Gate", Pose(99, 5, 1))
    head.go_to(Pose(99, 5, 1))
    (camera,) = entry.runtime_data.cameras.values()
    await camera.refresh_equipment()
    async_fire_time_changed(hass, dt_util.utcnow() + SOON * 3)
    await until(hass, shows(hass, SELECT, "Gate"))


@pytest.mark.parametrize("camera_count", [4])
async def test_not_all_cameras_are_asked_in_one_moment(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).polls_at_once = 2
    for camera in simulator.world.cameras.values():
        camera.head = Head(tours=[Tour("Night", (1,))], presets={})
    await person.add_account(SCOPES)
    tours = lambda: [each.state for each in hass.states.async_all("switch")]  # noqa: E731
    await until(hass, lambda: tours() == [STATE_OFF] * 4)
    for camera in simulator.world.cameras.values():
        assert camera.head
        camera.head.running = 0
    before = simulator.counters["vapix:param"]
    simulator.faults.add(Fault(kind="vapix:param", delay=0.3, times=4))
    began = time.monotonic()
    async_fire_time_changed(hass, dt_util.utcnow() + SOON)
    await until(hass, lambda: simulator.counters["vapix:param"] > before + 2, settle=False)
    # The third is asked when one of the first two has answered.
    assert time.monotonic() - began > 0.25
    await until(hass, lambda: tours() == [STATE_ON] * 4)


@pytest.mark.parametrize("fixed", [True, False])
async def test_focus(hass: HomeAssistant, person: Person, simulator: Simulator, *, fixed: bool) -> None:
    camera = device(simulator)
    if fixed:
        camera.lens = Lens()
    else:
        give_head(simulator)
    await person.add_account(SCOPES)
    await until(hass, lambda: hass.states.get(FOCUS))
    await press(hass, FOCUS)
    focused = camera.lens or camera.head
    assert focused
    assert focused.focused == 1
    assert bool(hass.states.get(SELECT)) is not fixed


async def test_lenses_that_may_not_be_asked_for_are_no_issue(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    # Its infrared filter is the head's, so that its lens alone is asked for.
    camera = device(simulator)
    camera.lens, camera.ir_cut_filter = Lens(), "auto"
    give_head(simulator).digital = True
    simulator.faults.add(Fault(kind="vapix:opticscontrol", status=403))
    await add_moving(hass, person)
    assert simulator.counters["vapix:opticscontrol"]
    assert not ir.async_get(hass).issues


# --- permissions ------------------------------------------------------------------------------------------


async def test_a_permission_that_is_lost_becomes_an_issue_and_ends_again(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head
) -> None:
    entry = await add_moving(hass, person)
    simulator.faults.add(Fault(kind="vapix:ptz", status=403, times=1))
    with pytest.raises(HomeAssistantError) as failed:
        await press(hass, HOME)
    assert failed.value.translation_key == "command_permission_refused"
    issue = f"permission_refused_liveview_ptz_{entry.entry_id}"
    assert ir.async_get(hass).async_get_issue("netrex", issue)
    await press(hass, HOME)
    assert not ir.async_get(hass).async_get_issue("netrex", issue)


async def test_a_question_that_nobody_asked_ends_no_issue_of_a_command(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head
) -> None:
    device(simulator).ir_cut_filter = "auto"
    entry = await add_moving(hass, person)
    select_day = f"select.{CAMERA}_day_night_mode"
    await until(hass, lambda: hass.states.get(select_day))
    assert hass.states.get(select_day).attributes["assumed_state"], "it is not asked"
    simulator.faults.add(Fault(kind="vapix:ptz", status=403))
    with pytest.raises(HomeAssistantError, match="Repairs"):
        await press(hass, HOME)
    issue = f"permission_refused_liveview_ptz_{entry.entry_id}"
    await async_update_entity(hass, select_day)
    # Nor does a search for equipment that is not refused.
    simulator.faults.clear()
    await next(iter(entry.runtime_data.cameras.values())).refresh_equipment()
    await async_update_entity(hass, SELECT)
    assert ir.async_get(hass).async_get_issue("netrex", issue)
    await press(hass, HOME)
    assert not ir.async_get(hass).async_get_issue("netrex", issue)


async def test_who_may_not_control_the_camera_may_not_move_it(
    hass: HomeAssistant, person: Person, head: Head, stranger: MockUser
) -> None:
    await add_moving(hass, person)
    with pytest.raises(Unauthorized):
        await move(hass, pan=1, context=Context(user_id=stranger.id))
    assert head.pose == Pose()


# --- moving ------------------------------------------------------------------------------------------


async def test_moves_by_so_much_and_to_a_position(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head
) -> None:
    await add_moving(hass, person)
    await move(hass, pan=10, tilt=5.5)
    assert head.pose.is_near(Pose(10, 5.5, 1))
    await move(hass, movement="absolute", pan=-20, zoom=300, speed=40)
    assert head.pose.is_near(Pose(-20, 5.5, 300))
    # A camera can be named by its device, too.
    entity = er.async_get(hass).async_get(ENTITY)
    assert entity
    assert entity.device_id
    await hass.services.async_call(
        "netrex", "ptz_move", {"pan": 5}, target={"device_id": entity.device_id}, blocking=True
    )
    assert head.pose.pan == pytest.approx(-15)


async def test_a_channel_moves_its_camera(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head
) -> None:
    (node,) = simulator.world.camera_nodes()
    simulator.world.add(NodeType.VIDEO_CHANNEL, f"{node.name} 2", node)
    device(simulator).channels = 2
    await add_moving(hass, person)
    await until(hass, lambda: len(hass.states.async_all("camera")) == 2)
    (channel,) = (each.entity_id for each in hass.states.async_all("camera") if each.entity_id != ENTITY)
    await move(hass, channel, pan=5)
    assert head.pose.pan == pytest.approx(5)
    # A device, and an area, has all channels: their camera moves once.
    registered = er.async_get(hass).async_get(channel)
    assert registered
    await hass.services.async_call(
        "netrex", "ptz_move", {"pan": 5}, target={"device_id": registered.device_id}, blocking=True
    )
    assert head.pose.pan == pytest.approx(10)


async def test_what_can_move_in_an_area_moves(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head
) -> None:
    simulator.world.add_camera(name="ACCC8E00AAAA", camera=Camera("ACCC8E00AAAA", "Shed"))
    entry = await person.add_account(SCOPES)
    shed = "camera.accc8e00aaaa"
    await until(hass, lambda: {ENTITY, shed} <= set(hass.states.async_entity_ids("camera")))
    await until(hass, lambda: any(each.equipment.heads for each in entry.runtime_data.cameras.values()))
    yard = ar.async_get(hass).async_get_or_create("Yard").id
    devices = {
        entity_id: entity.device_id
        for entity_id in (ENTITY, shed)
        if (entity := er.async_get(hass).async_get(entity_id)) and entity.device_id
    }
    for device_id in devices.values():
        dr.async_get(hass).async_update_device(device_id, area_id=yard)
    target = {"area_id": yard}
    await hass.services.async_call("netrex", "ptz_move", {"pan": 5}, target=target, blocking=True)
    assert head.pose.pan == pytest.approx(5)
    with pytest.raises(ServiceValidationError) as refused:
        await hass.services.async_call(
            "netrex", "ptz_move", {"pan": 5}, target={**target, "entity_id": shed}, blocking=True
        )
    assert refused.value.translation_key == "ptz_missing"
    dr.async_get(hass).async_update_device(devices[ENTITY], area_id=None)
    with pytest.raises(ServiceValidationError) as refused:
        await hass.services.async_call("netrex", "ptz_move", {"pan": 5}, target=target, blocking=True)
    assert refused.value.translation_key == "ptz_missing"


@pytest.mark.parametrize(
    ("given", "key"),
    [
        ({}, "ptz_nothing_to_move"),
        ({"movement": "absolute", "pan": 175}, "ptz_pan_out_of_range"),
        ({"movement": "absolute", "zoom": 0}, "ptz_zoom_out_of_range"),
        ({"movement": "relative", "tilt": 400}, "ptz_tilt_out_of_range"),
        ({"movement": "continuous", "pan": 101}, "ptz_pan_out_of_range"),
        ({"movement": "relative", "pan": "nan"}, "ptz_pan_out_of_range"),
        ({"camera": "camera.nowhere", "pan": 1}, "camera_unknown"),
    ],
)
async def test_moves_that_can_not_be(
    hass: HomeAssistant, person: Person, head: Head, simulator: Simulator, given: dict[str, Any], key: str
) -> None:
    await add_moving(hass, person)
    asked = simulator.counters["vapix:ptz"]
    with pytest.raises(ServiceValidationError) as refused:
        await move(hass, **given)
    assert refused.value.translation_key == key
    assert simulator.counters["vapix:ptz"] == asked


@pytest.mark.parametrize(
    "given", [{"duration": 0}, {"duration": 10.1}, {"movement": "jump"}, {"speed": 0}, {"speed": 101}, {"pan": "far"}]
)
async def test_moves_that_nobody_can_mean(hass: HomeAssistant, person: Person, given: dict[str, Any]) -> None:
    import probatio  # noqa: PLC0415

    with pytest.raises(probatio.Invalid):
        await move(hass, **given)


async def test_presets_that_are_not_told_for_a_moment_are_not_lost(
    hass: HomeAssistant, person: Person, head: Head, simulator: Simulator
) -> None:
    entry = await add_moving(hass, person)
    registry = er.async_get(hass)

    def presets() -> set[str]:
        return {
            each
            for each in registry.entities
            if each.startswith("button.") and "preset" in registry.entities[each].unique_id
        }

    before = presets()
    assert len(before) == 3
    (camera,) = entry.runtime_data.cameras.values()
    for body in ("Error:\nbusy", "", "<html>"):
        simulator.faults.add(Fault(kind="vapix:ptz", status=200, body=body))
        await camera.refresh_equipment()
        assert presets() == before
        assert all(len(head.presets) == 3 for head in camera.equipment.heads.values())
        simulator.faults.clear()
        await camera.refresh_equipment()
    assert presets() == before


async def test_a_head_that_only_zooms(hass: HomeAssistant, person: Person, head: Head) -> None:
    head.limits = {"zoom": (1.0, 500.0)}
    await add_moving(hass, person)
    with pytest.raises(ServiceValidationError) as refused:
        await move(hass, pan=1)
    assert refused.value.translation_key == "ptz_no_pan"
    await move(hass, movement="continuous", zoom=50, duration=0.1)
    assert head.history[0].speeds == {"zoom": 50}
    await move(hass, movement="stop")


async def test_a_lost_answer_does_not_move_it_twice(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head
) -> None:
    await add_moving(hass, person)
    simulator.faults.add(Fault(kind="vapix:ptz", cut_after=0, times=1))
    with pytest.raises(HomeAssistantError) as failed:
        await move(hass, pan=10)
    assert failed.value.translation_key == "command_not_answered"
    assert head.pose.pan == pytest.approx(10)


async def test_commands_come_one_after_another(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head
) -> None:
    await add_moving(hass, person)
    simulator.faults.add(Fault(kind="vapix:ptz", delay=0.5, times=1))
    await asyncio.gather(preset(hass, "go_to", "Gate"), move(hass, pan=5))
    assert head.pose.pan == pytest.approx(35)


async def test_an_account_that_is_not_loaded(hass: HomeAssistant, person: Person, head: Head) -> None:
    entry = await add_moving(hass, person)
    await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError) as refused:
        await move(hass, pan=1)
    assert refused.value.translation_key == "account_not_ready"


# --- presets -----------------------------------------------------------------------------------------


async def test_what_ends_after_its_camera_was_replaced(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head, device_registry: dr.DeviceRegistry
) -> None:
    """What is found at the former device, or refused by it, is none of the new one's."""
    entry = await add_moving(hass, person)
    (former,) = entry.runtime_data.cameras.values()
    simulator.world.add_camera(name="Jiná", camera=Camera("ACCC8E00AAAA", "Jiná"))
    options = {"serials": {str(former.node.node_id): "ACCC8E00AAAA"}}
    hass.config_entries.async_update_entry(entry, options=options)
    entry.runtime_data.follow_tree()

    def serials() -> set[str | None]:
        return {each.serial_number for each in dr.async_entries_for_config_entry(device_registry, entry.entry_id)}

    assert "ACCC8E00AAAA" in serials()
    del head.presets[2]
    await former.refresh_equipment()
    assert [each.number for each in former.equipment.heads[1].presets] == [1, 3]
    assert former.serial not in serials()
    # Nor is what it refuses: nobody could end that repair.
    assert await entry.runtime_data.refusals.async_is_permission_refused(Scope.LIVEVIEW_PTZ, former, "preset")
    assert entry.runtime_data.refusals.counts == {}


async def test_button_of_a_preset_that_comes_back(
    hass: HomeAssistant, person: Person, head: Head, entity_registry: er.EntityRegistry
) -> None:
    """Buttons of presets are disabled at first: Home Assistant never adds them, and so does not say when they go."""
    entry = await add_moving(hass, person)
    (camera,) = entry.runtime_data.cameras.values()

    def has_button() -> bool:
        return any(each.unique_id.endswith("~preset~2") for each in entity_registry.entities.values())

    assert has_button()
    gate = head.presets.pop(2)
    await camera.refresh_equipment()
    await hass.async_block_till_done(wait_background_tasks=False)
    assert not has_button()
    head.presets[2] = gate
    await camera.refresh_equipment()
    await hass.async_block_till_done(wait_background_tasks=False)
    assert has_button()


async def test_presets_are_saved_renamed_and_removed(hass: HomeAssistant, person: Person, head: Head) -> None:
    await add_moving(hass, person)
    await move(hass, movement="absolute", pan=77)
    await preset(hass, "save", "Branka")
    await until(hass, lambda: options(hass) == ["Home", "Gate", "Till", "Branka"])
    assert head.presets[4].pose.pan == pytest.approx(77)
    await preset(hass, "rename", "Branka", new_name=" Vrata ")
    await until(hass, lambda: options(hass) == ["Home", "Gate", "Till", "Vrata"])
    await preset(hass, "remove", "Gate")
    await until(hass, lambda: options(hass) == ["Home", "Till", "Vrata"])
    await preset(hass, "go_to", "Till")
    assert head.preset == 3
    for name in ("Home", "Till", "Vrata"):
        await preset(hass, "remove", name)
    await until(hass, shows(hass, SELECT, STATE_UNAVAILABLE))


@pytest.mark.parametrize(
    ("task", "name", "new_name", "key"),
    [
        ("go_to", "Nowhere", "", "ptz_preset_unknown"),
        ("remove", "", "", "ptz_preset_unknown"),
        ("save", "a" * 32, "", "ptz_preset_name"),
        ("save", "A:B", "", "ptz_preset_name"),
        ("save", " ", "", "ptz_preset_name"),
        ("rename", "Gate", "", "ptz_preset_name"),
        ("rename", "Gate", "<b>", "ptz_preset_name"),
    ],
)
async def test_presets_that_can_not_be(
    hass: HomeAssistant, person: Person, head: Head, simulator: Simulator, task: str, name: str, new_name: str, key: str
) -> None:
    await add_moving(hass, person)
    with pytest.raises(ServiceValidationError) as refused:
        await preset(hass, task, name, new_name=new_name)
    assert refused.value.translation_key == key
    assert not simulator.counters["vapix:ptzconfig"]


@pytest.mark.parametrize("task", ["save", "rename", "remove"])
async def test_presets_are_the_administrators(
    hass: HomeAssistant, person: Person, simulator: Simulator, head: Head, task: str
) -> None:
    await add_moving(hass, person)
    device(simulator).login_level = "operator"
    with pytest.raises(HomeAssistantError) as failed:
        await preset(hass, task, "Gate", new_name="Door")
    assert failed.value.translation_key == "ptz_presets_refused"
    # The permission to move is there all the same.
    assert not ir.async_get(hass).issues
    await preset(hass, "go_to", "Gate")


async def test_a_refused_preset_is_told_in_the_cameras_words(hass: HomeAssistant, person: Person, head: Head) -> None:
    await add_moving(hass, person)
    with pytest.raises(HomeAssistantError) as failed:
        await preset(hass, "rename", "Gate", new_name="Till")
    assert failed.value.translation_key == "command_refused"
    assert failed.value.translation_placeholders
    assert failed.value.translation_placeholders["words"] == "newname: Till is in use"


async def test_camera_without_a_serial_number_is_not_moved(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    simulator.world.add_camera(name="Shed", external_id="shed")
    entry = await person.add_account(SCOPES)
    registry = dr.async_get(hass)
    (shed,) = [each for each in dr.async_entries_for_config_entry(registry, entry.entry_id) if each.name == "Shed"]
    area = ar.async_get(hass).async_create("Backyard")
    registry.async_update_device(shed.id, area_id=area.id)
    for target in ({"device_id": shed.id}, {"area_id": area.id}):
        with pytest.raises(ServiceValidationError) as refused:
            await hass.services.async_call("netrex", "ptz_move", {"pan": 5}, target=target, blocking=True)
        assert refused.value.translation_key == "camera_unknown"
