"""What belongs to a camera on a card: found however it is called, for who may control it."""

from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.netrex.cameras.outputs import OutputChoice, OutputUse
from simulator import Alarm, Light, NodeType, Port, Simulator, panoramic, two_heads
from simulator.world import Camera

from ..listening import CAMERA, serial_of, shows
from ..moving import give_head
from ..person import Person
from ..speaking import give_speaker
from ..speech_engine import ENGINE, add_engine
from ..waiting import until
from .conftest import Page

CONTROLS = "netrex/controls"
ENTITY = f"camera.{CAMERA}"
HOME, PRESET = f"button.{CAMERA}_home_position", f"select.{CAMERA}_preset"
SPEAKER = f"media_player.{CAMERA}_speaker"
LIGHTS = [f"light.{CAMERA}_{each}" for each in ("infrared_light", "white_light", "warning_light")]
SIRENS = [f"siren.{CAMERA}_{each}" for each in ("horn", "siren")]
EVERYTHING = {
    "home": HOME,
    "preset": PRESET,
    "lights": LIGHTS,
    "sirens": SIRENS,
    "speaker": SPEAKER,
    "speech": ENGINE,
}
NOTHING = {"home": None, "preset": None, "lights": [], "sirens": [], "speaker": None, "speech": None}
SCOPES = ["read", "liveview", "liveview_ptz", "liveview_light", "liveview_audioclip", "audiotransmit", "write"]


@pytest.fixture(autouse=True)
def _disk(hass_storage: dict[str, Any]) -> None:
    """Notes are kept in memory."""


@pytest.fixture(autouse=True)
async def speech_engine(hass: HomeAssistant) -> None:
    """Home Assistant can speak."""
    await add_engine(hass)


@pytest.fixture
def equipped(simulator: Simulator) -> Camera:
    """A camera that has all that a camera can have, and a horn at its output."""
    give_head(simulator)
    camera = give_speaker(simulator)
    camera.lights = [Light(), Light("White light", intensity=100, ranges=((0, 0), (20, 100)), has_automatic=False)]
    camera.alarm = Alarm()
    camera.ports = [Port("Door"), Port("Horn", direction="output")]
    return camera


@pytest.fixture
async def entry(hass: HomeAssistant, person: Person, equipped: Camera, simulator: Simulator) -> ConfigEntry:
    entry = await person.add_account(SCOPES)
    (node,) = simulator.world.camera_nodes()
    options = OutputChoice(OutputUse.SIREN).kept_in(entry, node.node_id, 1)
    hass.config_entries.async_update_entry(entry, options=options)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: all(hass.states.get(each) for each in (HOME, PRESET, SPEAKER, *LIGHTS, *SIRENS)))
    await until(hass, shows(hass, SPEAKER, "idle"))
    return entry


def rename(hass: HomeAssistant, entity_id: str, new_id: str) -> str:
    """Let a person call an entity something else, name and id."""
    new_entity_id = f"{entity_id.partition('.')[0]}.{new_id}"
    er.async_get(hass).async_update_entity(entity_id, new_entity_id=new_entity_id, name=new_id)
    return new_entity_id


async def test_all_that_a_camera_has(hass: HomeAssistant, page: Page, entry: ConfigEntry) -> None:
    assert await page.result(CONTROLS, entity_id=ENTITY) == EVERYTHING


async def test_names_do_not_matter(hass: HomeAssistant, page: Page, entry: ConfigEntry) -> None:
    """Nor does who was renamed first."""
    ours = [ENTITY, *reversed(LIGHTS), *SIRENS, HOME, PRESET, SPEAKER]
    new = {each: rename(hass, each, f"thing_{number}") for number, each in enumerate(ours)}
    await hass.async_block_till_done()
    assert await page.result(CONTROLS, entity_id=new[ENTITY]) == {
        "home": new[HOME],
        "preset": new[PRESET],
        "lights": [new[each] for each in LIGHTS],
        "sirens": [new[each] for each in SIRENS],
        "speaker": new[SPEAKER],
        "speech": ENGINE,
    }


async def test_while_the_camera_is_off(hass: HomeAssistant, page: Page, entry: ConfigEntry, equipped: Camera) -> None:
    """Also when Home Assistant has not found it on since its start."""
    equipped.online = False
    (camera,) = entry.runtime_data.cameras.values()
    camera.request_check()
    await until(hass, shows(hass, HOME, "unavailable"))
    assert await page.result(CONTROLS, entity_id=ENTITY) == EVERYTHING
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=False)
    assert await page.result(CONTROLS, entity_id=ENTITY) == EVERYTHING


async def test_what_is_disabled_or_somebody_elses_is_no_control(
    hass: HomeAssistant, page: Page, entry: ConfigEntry
) -> None:
    registry = er.async_get(hass)
    device_id = registry.entities[ENTITY].device_id
    helper = registry.async_get_or_create("light", "template", "porch", device_id=device_id)
    hass.states.async_set(helper.entity_id, "on")
    for each in (HOME, LIGHTS[0], SIRENS[1]):
        registry.async_update_entity(each, disabled_by=er.RegistryEntryDisabler.USER)
        await until(hass, lambda each=each: hass.states.get(each) is None)
    expected = EVERYTHING | {"home": None, "lights": LIGHTS[1:], "sirens": SIRENS[:1]}
    assert await page.result(CONTROLS, entity_id=ENTITY) == expected


async def test_a_camera_that_has_nothing(hass: HomeAssistant, page: Page, person: Person) -> None:
    await person.add_account(SCOPES)
    await until(hass, lambda: hass.states.get(ENTITY))
    assert await page.result(CONTROLS, entity_id=ENTITY) == NOTHING


async def test_a_speaker_for_the_sounds_in_the_camera_says_nothing_else(
    hass: HomeAssistant, page: Page, person: Person, simulator: Simulator
) -> None:
    give_speaker(simulator)
    await person.add_account(["read", "liveview", "liveview_audioclip"])
    await until(hass, lambda: hass.states.get(SPEAKER))
    answer = await page.result(CONTROLS, entity_id=ENTITY)
    assert (answer["speaker"], answer["speech"]) == (SPEAKER, None)


async def test_without_a_voice(hass: HomeAssistant, page: Page, entry: ConfigEntry) -> None:
    hass.states.async_remove(ENGINE)
    assert await page.result(CONTROLS, entity_id=ENTITY) == EVERYTHING | {"speech": None}


# --- several pictures --------------------------------------------------------------------------------


async def add_views(hass: HomeAssistant, person: Person, camera: Camera, views: int) -> list[str]:
    """Add an account with a camera of several pictures; return their entities, the camera's first one first."""
    world = person.simulator.world
    world.cameras[camera.serial] = camera
    (node,) = world.camera_nodes()
    for number in range(1, views + 1):
        world.add(NodeType.VIDEO_CHANNEL, f"{node.name} View {number}", node)
    entry = await person.add_account(SCOPES)
    (axis,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: axis.equipment.heads and len(hass.states.async_entity_ids("camera")) == views + 1)
    await until(hass, lambda: hass.states.get(f"button.{CAMERA}_view_3_home_position"))
    return [ENTITY, *(f"{ENTITY}_view_{number}" for number in range(1, views + 1))]


async def test_each_picture_has_its_own_head(
    hass: HomeAssistant, page: Page, person: Person, simulator: Simulator
) -> None:
    """Also once its camera entity, and what moves it, are called otherwise than each other."""
    camera = two_heads(serial_of(simulator), "Yard")
    camera.lights = [Light()]
    main, one, two, three, _four = await add_views(hass, person, camera, views=4)
    light = {"lights": [f"light.{CAMERA}_infrared_light"]}
    await until(hass, lambda: hass.states.get(light["lights"][0]))
    third = {"home": f"button.{CAMERA}_view_3_home_position", "preset": f"select.{CAMERA}_view_3_preset"}
    assert await page.result(CONTROLS, entity_id=main) == NOTHING | light | {"home": HOME, "preset": PRESET}
    for each in (one, two):
        assert await page.result(CONTROLS, entity_id=each) == NOTHING | light
    assert await page.result(CONTROLS, entity_id=three) == NOTHING | light | third
    three = rename(hass, three, "gate")
    third = {"home": rename(hass, third["home"], "back"), "preset": rename(hass, third["preset"], "where")}
    main = rename(hass, main, "yard")
    await hass.async_block_till_done()
    assert await page.result(CONTROLS, entity_id=three) == NOTHING | light | third
    assert await page.result(CONTROLS, entity_id=main) == NOTHING | light | {"home": HOME, "preset": PRESET}


async def test_an_overview_that_does_not_move(
    hass: HomeAssistant, page: Page, person: Person, simulator: Simulator
) -> None:
    main, _one, _two, three = await add_views(hass, person, panoramic(serial_of(simulator), "Hall"), views=3)
    assert await page.result(CONTROLS, entity_id=main) == NOTHING
    answer = await page.result(CONTROLS, entity_id=three)
    assert (answer["home"], answer["preset"]) == (
        f"button.{CAMERA}_view_3_home_position",
        f"select.{CAMERA}_view_3_preset",
    )


# --- who is answered ---------------------------------------------------------------------------------


async def test_controls_are_for_who_may_control(
    hass: HomeAssistant, visitor: Page, entry: ConfigEntry, hass_read_only_user: MockUser
) -> None:
    def may(*, see: tuple[str, ...] = (), control: tuple[str, ...] = ()) -> None:
        entities = {each: {"read": True, "control": each in control} for each in (*see, *control)}
        hass_read_only_user.mock_policy({"entities": {"entity_ids": entities}})

    everything = (HOME, PRESET, SPEAKER, *LIGHTS, *SIRENS, ENGINE)
    may(control=everything)
    for hidden in (ENTITY, "camera.nobody_has", HOME):
        answer = await visitor.ask(CONTROLS, entity_id=hidden)
        assert answer["error"] == {"code": "not_found", "message": "Camera not found"}
    may(see=(ENTITY, *everything))
    assert await visitor.result(CONTROLS, entity_id=ENTITY) == NOTHING
    may(see=(ENTITY, SPEAKER, *SIRENS), control=(ENGINE, PRESET, *LIGHTS[1:]))
    answer = await visitor.result(CONTROLS, entity_id=ENTITY)
    assert answer == NOTHING | {"preset": PRESET, "lights": LIGHTS[1:]}
    may(see=(ENTITY, ENGINE), control=everything[:-1])
    # The arrows beside the home position move the camera.
    assert await visitor.result(CONTROLS, entity_id=ENTITY) == EVERYTHING | {"home": None, "speech": None}
    may(control=(ENTITY, *everything))
    assert await visitor.result(CONTROLS, entity_id=ENTITY) == EVERYTHING


async def test_an_account_that_is_not_loaded(hass: HomeAssistant, page: Page, entry: ConfigEntry) -> None:
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await page.refused(CONTROLS, entity_id=ENTITY) == "not_found"


@pytest.mark.parametrize("entity_id", [None, "", "no id", [ENTITY], 1])
async def test_a_question_that_is_none(page: Page, entity_id: object) -> None:
    assert await page.refused(CONTROLS, entity_id=entity_id) == "invalid_format"
