"""What a household sees: nothing that its cameras don't have, and nothing that its account may not do."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest

from custom_components.netrex.account.devices import account_key
from custom_components.netrex.auth.scopes import COMMAND_SCOPES
from custom_components.netrex.cameras.equipment import Equipment
from simulator import (
    Alarm,
    AudioClip,
    Camera,
    Fault,
    Head,
    Lens,
    Light,
    Port,
    Preset,
    Simulator,
    Speaker,
    Tour,
    VirtualInputs,
)

from ..listening import CAMERA
from ..person import Person
from ..test_repairs import answer, fix, issues
from ..waiting import until

_ALL_SCOPES = ["read", "liveview", "events", "recordings", "recordings_delete", *COMMAND_SCOPES]
#: There for every camera, whatever it has: is it reached, what happened last at it.
_WITHOUT_EVENTS = {"connectivity", "last_seen", "status", ""}
_OF_EVERY_CAMERA = _WITHOUT_EVENTS | {"detection", "last_event"}


def equip(camera: Camera) -> None:
    """Give a camera everything that one can have."""
    camera.head = Head(presets={1: Preset("Gate"), 2: Preset("Yard")}, tours=[Tour("Round")], autofocus=True)
    camera.lights = [Light()]
    camera.alarm, camera.speaker = Alarm(), Speaker()
    camera.audio_clips = [AudioClip(0, "Bark")]
    camera.ports = [Port("Door"), Port("Siren", direction="output")]
    camera.virtual_inputs = VirtualInputs(64)


def keys(hass: HomeAssistant, entry: ConfigEntry) -> set[str]:
    """Return what tells the camera's entities apart, disabled ones as well."""
    entities = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    (node_key,) = {each.unique_id for each in entities if each.domain == "camera"} or {""}
    own = account_key(entry)
    return {each.unique_id.removeprefix(node_key).removeprefix("~") for each in entities if own not in each.unique_id}


@pytest.fixture
def camera(simulator: Simulator) -> Camera:
    (only,) = simulator.world.cameras.values()
    return only


async def until_known(hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator) -> None:
    """Wait until the camera has been asked for all that it has."""
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.condition == "reachable")
    await camera.refresh_equipment()
    await hass.async_block_till_done(wait_background_tasks=False)


async def test_household_without_any_of_it_sees_none_of_it(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    entry = await person.add_account(_ALL_SCOPES)
    await until_known(hass, entry, simulator)
    assert keys(hass, entry) == _OF_EVERY_CAMERA
    (known,) = entry.runtime_data.cameras.values()
    assert known.equipment == Equipment()
    assert not [each for each in issues(hass) if each.startswith("permission_refused")]


async def test_guest_who_may_only_watch_sees_exactly_the_live_picture(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    equip(camera)
    entry = await person.add_account(["read", "liveview"])
    await until_known(hass, entry, simulator)
    assert keys(hass, entry) == _WITHOUT_EVENTS
    for call in ("ptz", "lightcontrol", "siren_and_light", "portmanagement", "opticscontrol", "ws-data-stream"):
        assert simulator.counters[f"vapix:{call}"] == 0


async def test_everything_is_there_with_every_permission_and_goes_with_it(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    equip(camera)
    entry = await person.add_account(_ALL_SCOPES)
    await until_known(hass, entry, simulator)
    everything = {
        *("preset", "preset~1", "preset~2", "home", "guard_tour~0", "autofocus"),
        *("illuminator~led0", "siren", "strobe"),
        *("speaker", "play_clip~0", "output~1"),
        *(f"virtual_input~{number}" for number in range(1, 5)),
    }
    found = keys(hass, entry)
    # And it reports that it moves, and when it is at a preset.
    assert found == _OF_EVERY_CAMERA | everything | {"ptz_moving~Channel_1", "preset_reached"}

    # The user takes the permissions back, all but watching.
    hass.config_entries.async_update_entry(entry, data={**entry.data, "scopes": ["read", "liveview"]})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_known(hass, entry, simulator)
    left = keys(hass, entry)
    assert not {
        each for each in left if each.partition("~")[0] in {"preset", "illuminator", "siren", "strobe", "output"}
    }
    assert not {each for each in left if each.startswith("play_clip")}


async def test_fixed_camera_has_its_focus_and_day_and_night(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    camera.lens, camera.ir_cut_filter = Lens(), "auto"
    entry = await person.add_account(["read", "liveview", "liveview_ptz"])
    await until_known(hass, entry, simulator)
    assert keys(hass, entry) == _WITHOUT_EVENTS | {"autofocus", "day_night"}
    # A login to the camera that may not ask about its lens is nothing to bother a person with.
    simulator.faults.add(Fault(kind="vapix:opticscontrol", status=403))
    (known,) = entry.runtime_data.cameras.values()
    await known.refresh_equipment()
    assert "permission_refused_liveview_ptz" not in issues(hass)


# --- tokens that the user made -----------------------------------------------------------------------


async def test_token_for_the_cameras_that_may_too_little_is_replaced_in_the_repair(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    equip(camera)
    entry = await person.add_account(["read", "liveview"])
    await person.options(entry)
    await person.choose("remote_access")
    await person.answer(remote_api_token=simulator.api_token(scopes={"configuration"}))
    await until(hass, lambda: hass.states.get(f"switch.{CAMERA}_siren"))
    fault = simulator.faults.add(Fault(kind="vapix:port*", status=403))
    with pytest.raises(HomeAssistantError, match="have permission to do this"):
        await hass.services.async_call("switch", "turn_on", {"entity_id": f"switch.{CAMERA}_siren"}, blocking=True)
    assert simulator.faults.struck(fault)
    # A new sign-in would not help: the cameras are shown the token.
    assert "permission_refused_write" not in issues(hass)
    step = await fix(person, "remote_token_limited")
    assert [each["name"] for each in step["data_schema"]] == ["remote_api_token"]
    simulator.faults.clear()
    step = await answer(person, remote_api_token=simulator.api_token(scopes={"configuration"}))
    assert step["type"] == "create_entry"
    await hass.async_block_till_done()
    assert "remote_token_limited" not in issues(hass)


async def test_account_token_that_may_too_little_leads_to_a_new_one(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    equip(camera)
    await person.add_account_with_api_token()
    await until(hass, lambda: hass.states.get(f"switch.{CAMERA}_siren"))
    simulator.faults.add(Fault(kind="vapix:port*", status=401))
    with pytest.raises(HomeAssistantError, match="have permission to do this"):
        await hass.services.async_call("switch", "turn_on", {"entity_id": f"switch.{CAMERA}_siren"}, blocking=True)
    step = await fix(person, "api_token_limited")
    assert step["reason"] == "continue"
    simulator.faults.clear()
    await hass.services.async_call("switch", "turn_on", {"entity_id": f"switch.{CAMERA}_siren"}, blocking=True)
    assert "api_token_limited" not in issues(hass)


async def test_restart_is_offered_where_it_is_allowed(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    camera.login_level = "operator"
    entry = await person.add_account_with_api_token()
    await until_known(hass, entry, simulator)
    assert hass.states.get(f"button.{CAMERA}_restart") is None
    assert not [each for each in issues(hass) if each.endswith("limited")]
    camera.login_level = "administrator"
    (known,) = entry.runtime_data.cameras.values()
    await known.refresh_equipment()
    await until(hass, lambda: hass.states.get(f"button.{CAMERA}_restart"))
