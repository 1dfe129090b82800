"""Lights, siren, strobe, and day and night: what a person sees and what the camera does."""

import asyncio
from contextlib import AsyncExitStack
from datetime import timedelta
import inspect
import io
from typing import Any

from homeassistant.components.camera import async_get_image
from homeassistant.components.homeassistant import async_should_expose
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    issue_registry as ir,
)
from homeassistant.helpers.entity_component import async_update_entity
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from PIL import Image, ImageStat
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import UnreachableError
from custom_components.netrex.vapix.http import CameraHttp
from simulator import Alarm, AlarmPattern, Fault, Light, Simulator
from simulator.cameras.alarm import running
from simulator.equipment import AlarmOperation
from simulator.head import Head, Lens
from simulator.world import Camera

from ..listening import CAMERA, add_listening, serial_of, shows, state
from ..person import Person
from ..waiting import until

SCOPES = ["read", "liveview", "liveview_light"]
INFRARED, WHITE, STROBE = (
    f"light.{CAMERA}_infrared_light",
    f"light.{CAMERA}_white_light",
    f"light.{CAMERA}_warning_light",
)
SIREN, DAY_NIGHT = f"siren.{CAMERA}_siren", f"select.{CAMERA}_day_night_mode"


@pytest.fixture
def camera(simulator: Simulator) -> Camera:
    """A camera with two lights."""
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.lights = [Light(), Light("White light", intensity=100, ranges=((0, 0), (20, 100)), has_automatic=False)]
    return camera


@pytest.fixture
def alarm(simulator: Simulator) -> Alarm:
    """The siren and strobe of a camera."""
    alarm = simulator.world.cameras[serial_of(simulator)].alarm = Alarm()
    return alarm


@pytest.fixture
def profiles(alarm: Alarm) -> None:
    """What a person has put together in the camera."""
    alarm.profiles = [
        {
            "name": "Zloděj",
            "siren": {"pattern": "Alarm Horror", "intensity": 5},
            "light": {"pattern": "Alternate", "intensity": 5},
        },
        {"name": "Modré světlo", "light": {"pattern": "Steady", "colors": ["blue"], "intensity": 1}},
        {"name": "112", "siren": {"pattern": "Siren Alternate"}},
    ]


async def tell(hass: HomeAssistant, action: str, entity_id: str, **data: Any) -> None:
    domain, _, service = action.partition(".")
    await hass.services.async_call(domain, service, {"entity_id": entity_id, **data}, blocking=True)


def attribute(hass: HomeAssistant, entity_id: str, name: str) -> Any:
    found = hass.states.get(entity_id)
    assert found, entity_id
    return found.attributes.get(name)


async def poll(hass: HomeAssistant, seconds: float = 61) -> None:
    """Let it be as late as the next question."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await hass.async_block_till_done(wait_background_tasks=False)


async def until_known(hass: HomeAssistant, *entity_ids: str) -> None:
    for entity_id in entity_ids:
        await until(
            hass,
            lambda entity_id=entity_id: (
                (found := hass.states.get(entity_id)) and found.state not in {STATE_UNKNOWN, STATE_UNAVAILABLE}
            ),
        )


# --- illuminators ------------------------------------------------------------------------------------


async def test_a_light_brightens_the_picture(hass: HomeAssistant, person: Person, camera: Camera) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, INFRARED, WHITE)
    assert state(hass, INFRARED) == "off"
    assert attribute(hass, INFRARED, "effect_list") == ["off", "automatic"]
    assert attribute(hass, WHITE, "effect_list") is None

    await tell(hass, "light.turn_on", WHITE)
    assert (state(hass, WHITE), attribute(hass, WHITE, "brightness")) == ("on", 255)
    assert camera.illumination == 1
    await tell(hass, "light.turn_on", WHITE, brightness=128)
    assert camera.lights[1].intensity == 60
    assert attribute(hass, WHITE, "brightness") == 128
    await tell(hass, "light.turn_on", WHITE, brightness=1)
    assert camera.lights[1].intensity == 20
    assert attribute(hass, WHITE, "brightness") == 1
    await tell(hass, "light.turn_off", WHITE)
    assert state(hass, WHITE) == "off"
    assert camera.illumination == 0


async def test_infrared_light_makes_the_night_bright(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.netrex.live.snapshot.FRESH_FOR", 0.0)
    camera.night = True
    await person.add_account(SCOPES)
    await until_known(hass, INFRARED)

    async def brightness() -> float:
        picture = await async_get_image(hass, f"camera.{CAMERA}")
        with Image.open(io.BytesIO(picture.content)) as opened:
            return float(ImageStat.Stat(opened.convert("L")).mean[0])

    dark = await brightness()
    await tell(hass, "light.turn_on", INFRARED, brightness=100)
    dim = await brightness()
    await tell(hass, "light.turn_on", INFRARED, brightness=255)
    bright = await brightness()
    assert dark + 10 < dim < bright - 10


async def test_a_light_may_choose_its_brightness(hass: HomeAssistant, person: Person, camera: Camera) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, INFRARED)
    await tell(hass, "light.turn_on", INFRARED, effect="automatic", brightness=3)
    assert (attribute(hass, INFRARED, "effect"), attribute(hass, INFRARED, "brightness")) == ("automatic", 52)
    assert camera.lights[0].intensity == 1000
    # What it makes of the night is seen in time, also where nothing reports it.
    camera.night = True
    await poll(hass)
    await until(hass, lambda: attribute(hass, INFRARED, "brightness") == 204)
    await tell(hass, "light.turn_on", INFRARED, brightness=64)
    assert (attribute(hass, INFRARED, "effect"), camera.lights[0].automatic) == ("off", False)
    assert attribute(hass, INFRARED, "brightness") == 64
    await tell(hass, "light.turn_on", INFRARED, effect="automatic")
    await tell(hass, "light.turn_on", INFRARED, effect="off")
    assert not camera.lights[0].automatic
    with pytest.raises(ServiceValidationError, match="disco"):
        await tell(hass, "light.turn_on", INFRARED, effect="disco")


async def test_several_lights_of_a_kind_have_numbers(hass: HomeAssistant, person: Person, camera: Camera) -> None:
    camera.lights = [Light(), Light(), Light("Laser", ranges=(), has_automatic=False, reports_intensity=False)]
    await person.add_account(SCOPES)
    await until_known(hass, f"{INFRARED}_1", f"{INFRARED}_2", f"light.{CAMERA}_light")
    assert attribute(hass, f"light.{CAMERA}_light", "supported_color_modes") == ["onoff"]
    await tell(hass, "light.turn_on", f"light.{CAMERA}_light", brightness=3)
    assert camera.lights[2].on


async def test_only_white_lights_are_those_of_the_room(
    hass: HomeAssistant, person: Person, camera: Camera, alarm: Alarm, area_registry: ar.AreaRegistry
) -> None:
    """Whoever turns the lights of the garden on or off means neither infrared nor strobe nor siren."""
    assert await async_setup_component(hass, "homeassistant", {})
    camera.lights.append(Light("Laser"))
    camera.lights[0].on = True
    entry = await person.add_account(SCOPES)
    await until_known(hass, INFRARED, WHITE, STROBE, SIREN)
    devices = dr.async_get(hass)
    for device in dr.async_entries_for_config_entry(devices, entry.entry_id):
        devices.async_update_device(device.id, area_id=area_registry.async_get_or_create("Garden").id)
    for service, white in (("turn_on", True), ("turn_off", False)):
        for domain in ("light", "siren"):
            await hass.services.async_call(domain, service, target={"area_id": "garden"}, blocking=True)
        assert [light.on for light in camera.lights] == [True, white, False]
        assert not running(alarm, "siren")
        assert not running(alarm, "light")
    known = [each for each in (INFRARED, WHITE, STROBE, SIREN) if async_should_expose(hass, "conversation", each)]
    assert known == [WHITE]
    # Each is switched all the same when it is meant.
    await tell(hass, "light.turn_off", INFRARED)
    assert not camera.lights[0].on


async def test_what_happens_at_the_camera_shows_at_once(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    camera.lights[0].synchronized = camera.lights[0].automatic = True
    await add_listening(hass, person, [*SCOPES, "events"])
    await until_known(hass, INFRARED)
    simulator.let_night_fall(serial_of(simulator))
    await until(hass, shows(hass, INFRARED, "on"))
    await until(hass, lambda: attribute(hass, INFRARED, "brightness") == 204)
    simulator.let_night_fall(serial_of(simulator), night=False)
    await until(hass, shows(hass, INFRARED, "off"))


async def test_a_light_that_reports_is_not_asked(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    del camera.lights[1]
    await add_listening(hass, person, [*SCOPES, "events"])
    await until_known(hass, INFRARED)
    await tell(hass, "light.turn_on", INFRARED)
    await hass.async_block_till_done(wait_background_tasks=False)
    asked = simulator.counters["vapix:lightcontrol"]
    for _ in range(3):
        await async_update_entity(hass, INFRARED)
    assert simulator.counters["vapix:lightcontrol"] == asked
    # Once its reports end, it is.
    simulator.world.cameras[serial_of(simulator)].event_stream = False
    simulator.switches.rtsp_passes = "not_found"
    simulator.events.cut(serial_of(simulator))
    (connection,) = person.entry().runtime_data.connections.values()
    await until(hass, lambda: connection.transport != "stream")
    camera.lights[0].on = False
    await async_update_entity(hass, INFRARED)
    assert state(hass, INFRARED) == "off"


async def test_an_automatic_light_that_reports_is_asked_now_and_then(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    await add_listening(hass, person, [*SCOPES, "events"])
    await until_known(hass, INFRARED)
    await tell(hass, "light.turn_on", INFRARED, effect="automatic")
    await until(hass, lambda: attribute(hass, INFRARED, "brightness") == 52)
    await hass.async_block_till_done(wait_background_tasks=False)
    camera.night = True
    await async_update_entity(hass, INFRARED)
    assert attribute(hass, INFRARED, "brightness") == 52
    timing_of(hass).light_poll = 0.0
    await async_update_entity(hass, INFRARED)
    assert attribute(hass, INFRARED, "brightness") == 204


@pytest.mark.parametrize(
    ("what", "words"),
    [
        ({"enabled": False}, "The light group is turned off and can't be activated."),
        ({"fault": 1006}, "Wrong POE class, could not complete request."),
    ],
)
async def test_a_refusal_is_told_in_the_cameras_words(
    hass: HomeAssistant, person: Person, camera: Camera, what: dict[str, Any], words: str
) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, INFRARED)
    for name, value in what.items():
        setattr(camera.lights[0], name, value)
    with pytest.raises(HomeAssistantError) as refused:
        await tell(hass, "light.turn_on", INFRARED)
    assert refused.value.translation_placeholders
    assert refused.value.translation_placeholders["words"] == words
    assert state(hass, INFRARED) == "off"


async def test_what_was_done_in_part_is_shown(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    camera.lights[0].on = camera.lights[0].automatic = True
    await person.add_account(SCOPES)
    await until_known(hass, INFRARED)
    assert attribute(hass, INFRARED, "effect") == "automatic"
    camera.lights[0].enabled = False
    with pytest.raises(HomeAssistantError):
        await tell(hass, "light.turn_on", INFRARED, brightness=255)
    await until(hass, lambda: attribute(hass, INFRARED, "effect") == "off")


@pytest.mark.parametrize(
    ("fault", "key"),
    [
        (Fault(kind="vapix:lightcontrol", status=503), "command_busy"),
        (Fault(kind="vapix:lightcontrol", cut=True), "command_not_answered"),
        (Fault(kind="vapix:lightcontrol", garbage=True), "command_not_understood"),
        (Fault(kind="vapix:lightcontrol", hang=True), "command_not_answered"),
    ],
    ids=["busy", "cut", "garbage", "hangs"],
)
async def test_a_camera_that_does_not_do_it(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    camera: Camera,
    fault: Fault,
    key: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, WHITE)
    simulator.faults.add(fault)
    with monkeypatch.context() as impatient, pytest.raises(HomeAssistantError) as failed:
        impatient.setitem(inspect.unwrap(CameraHttp.open).__kwdefaults__, "timeout", 0.3)
        await tell(hass, "light.turn_on", WHITE)
    assert failed.value.translation_key == key
    simulator.faults.clear()
    await until(hass, shows(hass, WHITE, "off"))
    await tell(hass, "light.turn_on", WHITE)
    assert state(hass, WHITE) == "on"


async def test_a_camera_is_not_checked_for_an_odd_answer_to_a_poll(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, WHITE)
    checks = simulator.counters["vapix:basicdeviceinfo"]
    simulator.faults.add(Fault(kind="vapix:lightcontrol", garbage=True))
    await async_update_entity(hass, WHITE)
    camera.lights[1].on = True
    simulator.faults.clear()
    await async_update_entity(hass, WHITE)
    await until(hass, shows(hass, WHITE, "on"))
    assert simulator.counters["vapix:basicdeviceinfo"] == checks


async def test_an_answer_that_a_command_has_overtaken_is_not_shown(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, INFRARED, WHITE)
    await tell(hass, "light.turn_on", WHITE)
    stale = '{"data":{"items":[{"lightID":"led1","lightState":true}]}}'
    simulator.faults.add(Fault(kind="vapix:lightcontrol", delay=0.4, status=200, body=stale, times=1))
    asked = simulator.counters["vapix:lightcontrol"]
    question = asyncio.create_task(async_update_entity(hass, WHITE))
    await until(hass, lambda: simulator.counters["vapix:lightcontrol"] > asked, settle=False)
    await tell(hass, "light.turn_off", WHITE)
    assert state(hass, WHITE) == "off"
    await question
    assert state(hass, WHITE) == "off"


async def test_a_camera_that_comes_back_is_asked(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera, quick_rechecks: None
) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, WHITE)
    camera.online = False
    with pytest.raises(HomeAssistantError):
        await tell(hass, "light.turn_on", WHITE)
    await until(hass, shows(hass, WHITE, STATE_UNAVAILABLE))
    asked = simulator.counters["vapix:lightcontrol"]
    await async_update_entity(hass, WHITE)
    assert simulator.counters["vapix:lightcontrol"] == asked
    camera.lights[1].on = True
    camera.online = True
    await until(hass, shows(hass, WHITE, "on"))


async def test_a_camera_that_goes_before_its_turn_comes_is_not_asked(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    entry = await person.add_account(SCOPES)
    await until_known(hass, WHITE)
    await hass.async_block_till_done(wait_background_tasks=False)
    asking = entry.runtime_data.poll_semaphore
    async with AsyncExitStack() as others:
        while not asking.locked():
            await others.enter_async_context(asking)
        question = asyncio.create_task(async_update_entity(hass, WHITE))
        await asyncio.sleep(0)
        camera.online = False
        (axis,) = entry.runtime_data.cameras.values()
        axis.report_failure(UnreachableError("somebody says so"))
        await until(hass, shows(hass, WHITE, STATE_UNAVAILABLE))
        asked = simulator.counters["vapix:lightcontrol"]
    await question
    assert simulator.counters["vapix:lightcontrol"] == asked
    assert state(hass, WHITE) == STATE_UNAVAILABLE


async def test_a_permission_that_is_lost_becomes_an_issue(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera, issue_registry: ir.IssueRegistry
) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, WHITE)
    camera.login_level = "viewer"

    def told() -> bool:
        return any("liveview_light" in issue.issue_id for issue in issue_registry.issues.values())

    await async_update_entity(hass, WHITE)
    assert told()
    with pytest.raises(HomeAssistantError) as refused:
        await tell(hass, "light.turn_on", WHITE)
    assert refused.value.translation_key == "command_permission_refused"
    camera.login_level = "operator"
    await hass.async_block_till_done(wait_background_tasks=False)
    await async_update_entity(hass, WHITE)
    # A question that is answered proves no command.
    assert told()
    await tell(hass, "light.turn_on", WHITE)
    assert not told()


# --- nobody sees what is not there -------------------------------------------------------------------


@pytest.mark.parametrize("scopes", [["read", "liveview"], ["read", "liveview", "liveview_audioclip"]])
async def test_without_the_permission_there_is_nothing(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera, alarm: Alarm, scopes: list[str]
) -> None:
    camera.lens, camera.ir_cut_filter = Lens(), "auto"
    await person.add_account(scopes)
    await until(hass, shows(hass, f"camera.{CAMERA}", "idle"))
    assert not hass.states.async_entity_ids(["light", "siren", "select"])
    assert not {"vapix:lightcontrol", "vapix:siren_and_light", "vapix:opticscontrol"} & set(simulator.counters)


async def test_a_camera_that_has_nothing_of_it(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera = simulator.world.cameras[serial_of(simulator)]
    await person.add_account([*SCOPES, "liveview_ptz"])
    await until(hass, lambda: simulator.counters["vapix:opticscontrol"])
    await hass.async_block_till_done(wait_background_tasks=False)
    assert not hass.states.async_entity_ids(["light", "siren", "select"])
    # Its parameters say that there are no lights; one that lists them anyway is believed no more.
    assert simulator.counters["vapix:lightcontrol"] == 0
    camera.light_control = True
    await person.entry().runtime_data.cameras[next(iter(person.entry().runtime_data.cameras))].refresh_equipment()
    assert simulator.counters["vapix:lightcontrol"] == 1
    assert not hass.states.async_entity_ids("light")


async def test_with_an_api_token_all_of_it_is_there(
    hass: HomeAssistant, person: Person, camera: Camera, alarm: Alarm, entity_registry: er.EntityRegistry
) -> None:
    camera.lens, camera.ir_cut_filter = Lens(), "auto"
    entry = await person.add_account_with_api_token()
    await until_known(hass, INFRARED, WHITE, STROBE, SIREN, DAY_NIGHT)
    node_key = f"{entry.unique_id}~{next(iter(entry.runtime_data.cameras))}"
    kept = {each.entity_id: each.unique_id.removeprefix(f"{node_key}~") for each in entity_registry.entities.values()}
    assert [kept[each] for each in (INFRARED, WHITE)] == ["illuminator~led0", "illuminator~led1"]
    assert [kept[each] for each in (STROBE, SIREN, DAY_NIGHT)] == ["strobe", "siren", "day_night"]
    (facts,) = (await async_get_config_entry_diagnostics(hass, entry))["cameras"]
    assert facts["lights"] == {"infrared": 1, "white": 1}
    assert (facts["siren_tones"], facts["strobe_patterns"], facts["day_and_night"]) == (2, 3, "lens")


# --- siren -------------------------------------------------------------------------------------------


async def test_a_siren_sounds_and_is_silenced(
    hass: HomeAssistant, person: Person, alarm: Alarm, profiles: None
) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, SIREN)
    assert state(hass, SIREN) == "off"
    assert attribute(hass, SIREN, "available_tones") == ["Siren Alternate", "Alarm Horror", "Zloděj", 112]

    await tell(hass, "siren.turn_on", SIREN)
    assert state(hass, SIREN) == "on"
    (operation,) = running(alarm, "siren").values()
    assert (operation.pattern, operation.ends_at) == ("Siren Alternate", None)
    await tell(hass, "siren.turn_on", SIREN, tone="Alarm Horror", volume_level=0.5, duration=30)
    (operation,) = running(alarm, "siren").values()
    assert (operation.pattern, operation.intensity) == ("Alarm Horror", 3)
    assert operation.ends_at is not None
    await tell(hass, "siren.turn_off", SIREN)
    assert state(hass, SIREN) == "off"
    assert not running(alarm, "siren")
    # Once more does no harm.
    await tell(hass, "siren.turn_off", SIREN)
    await tell(hass, "siren.turn_on", SIREN, tone="112")
    (operation,) = running(alarm, "siren").values()
    assert operation.profile == "112"
    await tell(hass, "siren.turn_on", SIREN, volume_level=0)
    (operation,) = running(alarm, "siren").values()
    assert operation.intensity == 1


async def test_a_siren_that_ends_by_itself_is_seen_to_end(hass: HomeAssistant, person: Person, alarm: Alarm) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, SIREN)
    await tell(hass, "siren.turn_on", SIREN, duration=0)
    (operation,) = running(alarm, "siren").values()
    assert operation.ends_at is not None
    assert state(hass, SIREN) == "on"
    operation.ends_at = 0
    await poll(hass, 2)
    await until(hass, shows(hass, SIREN, "off"))


async def test_a_reload_leaves_the_siren_as_it_is(hass: HomeAssistant, person: Person, alarm: Alarm) -> None:
    entry = await person.add_account(SCOPES)
    await until_known(hass, SIREN, STROBE)
    await tell(hass, "siren.turn_on", SIREN, duration=60)
    await tell(hass, "light.turn_on", STROBE)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, shows(hass, SIREN, "on"))
    await until(hass, shows(hass, STROBE, "on"))
    assert len(running(alarm, "siren")) == 1
    # Nothing is left that would ask: the test's own clean-up looks for timers.
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert state(hass, SIREN) == STATE_UNAVAILABLE


async def test_what_somebody_else_starts_is_seen_in_time(hass: HomeAssistant, person: Person, alarm: Alarm) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, SIREN, STROBE)
    alarm.sounding[10] = AlarmOperation(1, "Alarm Horror", 5, 10)
    alarm.flashing[10] = AlarmOperation(1, "Neznámý", 5, 10)
    await poll(hass)
    await until(hass, shows(hass, SIREN, "on"))
    await until(hass, shows(hass, STROBE, "on"))
    assert (attribute(hass, STROBE, "effect"), attribute(hass, STROBE, "brightness")) == ("Neznámý", None)
    # What it shows is none of its patterns: it is lit as usual.
    await tell(hass, "light.turn_on", STROBE)
    assert [each.pattern for each in running(alarm, "light").values()] == ["Neznámý", "Steady"]


async def test_a_profile_lets_siren_and_strobe_work_together(
    hass: HomeAssistant, person: Person, alarm: Alarm, profiles: None
) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, SIREN, STROBE)
    await tell(hass, "siren.turn_on", SIREN, tone="Zloděj")
    await until(hass, shows(hass, STROBE, "on"))
    assert attribute(hass, STROBE, "effect") == "Alternate"
    # All lights of the house may be turned off for many reasons.
    await tell(hass, "light.turn_off", STROBE)
    assert (state(hass, SIREN), state(hass, STROBE)) == ("on", "off")
    await tell(hass, "siren.turn_on", SIREN, tone="Zloděj")
    await tell(hass, "siren.turn_off", SIREN)
    await until(hass, shows(hass, STROBE, "off"))
    assert not running(alarm, "light")
    for given in ({"duration": 5}, {"volume_level": 1}):
        with pytest.raises(ServiceValidationError) as refused:
            await tell(hass, "siren.turn_on", SIREN, tone="Zloděj", **given)
        assert refused.value.translation_key == "siren_profile_is_fixed"


async def test_a_refused_siren_says_why(hass: HomeAssistant, person: Person, alarm: Alarm) -> None:
    alarm.siren = (AlarmPattern("Bez hlasitosti", (1,)),)
    await person.add_account(SCOPES)
    await until_known(hass, SIREN)
    with pytest.raises(HomeAssistantError) as refused:
        await tell(hass, "siren.turn_on", SIREN, duration=300_000)
    assert refused.value.translation_placeholders
    assert refused.value.translation_placeholders["words"] == "Requested siren duration is invalid"
    # There is one loudness, so nobody is asked for it.
    await tell(hass, "siren.turn_on", SIREN, volume_level=0.1)
    assert state(hass, SIREN) == "on"


async def test_new_profiles_become_tones(
    hass: HomeAssistant, person: Person, alarm: Alarm, simulator: Simulator
) -> None:
    entry = await person.add_account(SCOPES)
    await until_known(hass, SIREN)
    alarm.profiles = [{"name": "Nový", "siren": {"pattern": "Alarm Horror"}}]
    (camera,) = entry.runtime_data.cameras.values()
    await camera.refresh_equipment()
    await until(hass, lambda: "Nový" in attribute(hass, SIREN, "available_tones"))
    # It is taken off.
    simulator.world.cameras[serial_of(simulator)].alarm = None
    await camera.refresh_equipment()
    await until(hass, shows(hass, SIREN, STATE_UNAVAILABLE))
    assert state(hass, STROBE) == STATE_UNAVAILABLE


# --- strobe ------------------------------------------------------------------------------------------


async def test_a_strobe_shows_patterns(hass: HomeAssistant, person: Person, alarm: Alarm, profiles: None) -> None:
    await person.add_account(SCOPES)
    await until_known(hass, STROBE)
    assert attribute(hass, STROBE, "effect_list") == [
        "Alternate",
        "Steady",
        "Rotate white + steady color",
        "Modré světlo",
    ]
    await tell(hass, "light.turn_on", STROBE)
    assert (attribute(hass, STROBE, "effect"), attribute(hass, STROBE, "brightness")) == ("Steady", 102)
    await tell(hass, "light.turn_on", STROBE, brightness=255)
    assert (attribute(hass, STROBE, "effect"), attribute(hass, STROBE, "brightness")) == ("Steady", 255)
    await tell(hass, "light.turn_on", STROBE, effect="Alternate", brightness=1)
    assert (attribute(hass, STROBE, "effect"), attribute(hass, STROBE, "brightness")) == ("Alternate", 51)
    await tell(hass, "light.turn_on", STROBE, effect="Modré světlo")
    assert attribute(hass, STROBE, "effect") == "Modré světlo"
    (operation,) = running(alarm, "light").values()
    assert operation.colors == ("blue",)
    await tell(hass, "light.turn_off", STROBE)
    assert state(hass, STROBE) == "off"
    with pytest.raises(ServiceValidationError, match="disco"):
        await tell(hass, "light.turn_on", STROBE, effect="disco")


async def test_a_strobe_without_a_siren_or_levels(hass: HomeAssistant, person: Person, alarm: Alarm) -> None:
    alarm.siren, alarm.strobe = (), (AlarmPattern("Blikání", (1,)),)
    await person.add_account(SCOPES)
    await until_known(hass, STROBE)
    assert not hass.states.async_entity_ids("siren")
    assert attribute(hass, STROBE, "supported_color_modes") == ["onoff"]


# --- day and night -----------------------------------------------------------------------------------


async def test_day_and_night_are_chosen(hass: HomeAssistant, person: Person, camera: Camera) -> None:
    camera.lens, camera.ir_cut_filter = Lens(focuses=False), "auto"
    await person.add_account([*SCOPES, "liveview_ptz"])
    await until_known(hass, DAY_NIGHT, INFRARED)
    assert (state(hass, DAY_NIGHT), attribute(hass, DAY_NIGHT, "assumed_state")) == ("automatic", None)
    assert attribute(hass, DAY_NIGHT, "options") == ["automatic", "day", "night"]
    await tell(hass, "select.select_option", DAY_NIGHT, option="day")
    assert (state(hass, DAY_NIGHT), camera.ir_cut_filter) == ("day", "on")
    # By day no infrared light comes in, and the camera says so.
    with pytest.raises(HomeAssistantError) as refused:
        await tell(hass, "light.turn_on", INFRARED)
    assert refused.value.translation_placeholders
    assert refused.value.translation_placeholders["words"] == "Could not update IR cut filter."
    await tell(hass, "select.select_option", DAY_NIGHT, option="night")
    await tell(hass, "light.turn_on", INFRARED)
    assert camera.illumination == 1
    # Firmware without that came upon it.
    camera.ir_cut_filter = None
    (found,) = person.entry().runtime_data.cameras.values()
    await found.refresh_equipment()
    await until(hass, shows(hass, DAY_NIGHT, STATE_UNAVAILABLE))


async def test_day_and_night_of_a_camera_that_does_not_tell(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    camera.head, camera.ir_cut_filter = Head(), "auto"
    await person.add_account([*SCOPES, "liveview_ptz"])
    await until(hass, shows(hass, DAY_NIGHT, STATE_UNKNOWN))
    assert attribute(hass, DAY_NIGHT, "assumed_state") is True
    await tell(hass, "select.select_option", DAY_NIGHT, option="night")
    assert (state(hass, DAY_NIGHT), camera.ir_cut_filter) == ("night", "off")
    camera.ir_cut_filter = None
    with pytest.raises(HomeAssistantError) as refused:
        await tell(hass, "select.select_option", DAY_NIGHT, option="day")
    assert refused.value.translation_key == "command_refused"
    assert state(hass, DAY_NIGHT) == "night"


async def test_the_filter_is_not_asked_for_all_the_time(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    camera.lens, camera.ir_cut_filter = Lens(), "auto"
    await person.add_account([*SCOPES, "liveview_ptz"])
    await until_known(hass, DAY_NIGHT)
    asked = simulator.counters["vapix:opticscontrol"]
    for _ in range(2):
        await async_update_entity(hass, DAY_NIGHT)
    assert simulator.counters["vapix:opticscontrol"] == asked
    timing_of(hass).day_night_poll = 0.0
    camera.ir_cut_filter = "off"
    await async_update_entity(hass, DAY_NIGHT)
    assert state(hass, DAY_NIGHT) == "night"
