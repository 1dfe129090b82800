"""Virtual inputs and restarts: what a household with nothing wired can switch."""

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import entity_registry as er
import pytest

from simulator import Simulator, VirtualInputs
from simulator.world import Camera

from ..listening import CAMERA, add_listening, serial_of, shows, state, until_listening
from ..person import Person
from ..waiting import until

SCOPES = ["read", "liveview", "recordings", "events", "write"]
FIRST = f"switch.{CAMERA}_virtual_input_1"
RESTART = f"button.{CAMERA}_restart"


@pytest.fixture
def camera(simulator: Simulator) -> Camera:
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.virtual_inputs = VirtualInputs(64)
    return camera


async def call(hass: HomeAssistant, entity_id: str, action: str) -> None:
    domain = entity_id.partition(".")[0]
    await hass.services.async_call(domain, action, {"entity_id": entity_id}, blocking=True)


def switches(hass: HomeAssistant, entry: ConfigEntry) -> list[str]:
    entries = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    return sorted(each.entity_id for each in entries if each.domain == "switch")


async def enable(hass: HomeAssistant, entry: ConfigEntry, entity_id: str) -> None:
    """Turn an entity on in its settings, as a person does."""
    registry = er.async_get(hass)
    await until(hass, lambda: registry.async_get(entity_id))
    registry.async_update_entity(entity_id, disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: hass.states.get(entity_id))


async def test_a_virtual_input_is_switched_and_tells_so_itself(
    hass: HomeAssistant, person: Person, camera: Camera
) -> None:
    entry = await add_listening(hass, person, SCOPES)
    await enable(hass, entry, FIRST)
    await until_listening(hass, entry, person.simulator)
    assert state(hass, FIRST) == STATE_UNKNOWN
    await call(hass, FIRST, "turn_on")
    assert (state(hass, FIRST), camera.virtual_inputs.active) == ("on", {1})
    found = hass.states.get(FIRST)
    assert found
    assert "assumed_state" not in found.attributes
    await call(hass, FIRST, "turn_off")
    assert (state(hass, FIRST), camera.virtual_inputs.active) == ("off", set())
    person.simulator.happen(camera.serial, "virtual_input", "1")
    await until(hass, shows(hass, FIRST, "on"))


async def test_without_events_its_state_is_assumed(hass: HomeAssistant, person: Person, camera: Camera) -> None:
    entry = await person.add_account(["read", "liveview", "write"])
    await enable(hass, entry, FIRST)
    await call(hass, FIRST, "turn_on")
    found = hass.states.get(FIRST)
    assert found
    assert (found.state, found.attributes["assumed_state"]) == ("on", True)


async def test_only_a_few_are_offered_and_those_in_use(hass: HomeAssistant, person: Person, camera: Camera) -> None:
    person.simulator.happen(camera.serial, "virtual_input", "33", active=False)
    entry = await add_listening(hass, person, SCOPES)
    offered = [f"switch.{CAMERA}_virtual_input_{number}" for number in (1, 2, 3, 4)]
    await until(hass, lambda: switches(hass, entry) == offered)
    assert hass.states.get(FIRST) is None
    for number in ("33", "0", "65"):
        person.simulator.happen(camera.serial, "virtual_input", number)
    used = f"switch.{CAMERA}_virtual_input_33"
    await until(hass, lambda: switches(hass, entry) == sorted([*offered, used]))
    # It stays, whether or not it is on when Home Assistant starts.
    person.simulator.happen(camera.serial, "virtual_input", "33", active=False)
    await enable(hass, entry, used)
    await until(hass, shows(hass, used, "off"))


async def test_a_refusal_becomes_an_issue(hass: HomeAssistant, person: Person, camera: Camera) -> None:
    entry = await add_listening(hass, person, SCOPES)
    await enable(hass, entry, FIRST)
    camera.login_level = "viewer"
    with pytest.raises(HomeAssistantError, match="have permission to do this"):
        await call(hass, FIRST, "turn_on")
    assert state(hass, FIRST) == STATE_UNKNOWN


async def test_virtual_inputs_that_are_gone_are_unavailable(
    hass: HomeAssistant, person: Person, camera: Camera
) -> None:
    entry = await add_listening(hass, person, SCOPES)
    await enable(hass, entry, FIRST)
    camera.virtual_inputs.count = 0
    (known,) = entry.runtime_data.cameras.values()
    await known.refresh_equipment()
    await until(hass, shows(hass, FIRST, STATE_UNAVAILABLE))
    assert person.simulator.counters["vapix:activate"] == 0


# --- restart -----------------------------------------------------------------------------------------


async def test_a_sign_in_has_no_restart_button(hass: HomeAssistant, person: Person, camera: Camera) -> None:
    entry = await add_listening(hass, person, SCOPES)
    await until(hass, lambda: switches(hass, entry))
    assert hass.states.get(RESTART) is None


@pytest.mark.usefixtures("quick_rechecks", "quick_reconnects")
@pytest.mark.parametrize("way", ["account", "cameras"])
async def test_a_camera_restarts_and_comes_back(hass: HomeAssistant, person: Person, camera: Camera, way: str) -> None:
    if way == "account":
        entry = await person.add_account_with_api_token()
    else:
        entry = await person.add_account()
        await person.options(entry)
        await person.choose("remote_access")
        await person.answer(remote_api_token=person.simulator.api_token(scopes={"configuration"}))
    await until(hass, lambda: hass.states.get(RESTART) and state(hass, RESTART) == STATE_UNKNOWN)
    before, camera.restart_takes = camera.boot_id, 0.5
    await until_listening(hass, entry, person.simulator)
    await call(hass, RESTART, "press")
    await until(hass, shows(hass, RESTART, STATE_UNAVAILABLE))
    assert camera.boot_id != before
    await until(hass, lambda: state(hass, RESTART) not in {STATE_UNAVAILABLE, STATE_UNKNOWN})


async def test_a_camera_that_is_busy_does_not_restart(hass: HomeAssistant, person: Person, camera: Camera) -> None:
    await person.add_account_with_api_token()
    await until(hass, lambda: hass.states.get(RESTART) and state(hass, RESTART) == STATE_UNKNOWN)
    before, camera.upgrading = camera.boot_id, True
    with pytest.raises(HomeAssistantError, match="busy"):
        await call(hass, RESTART, "press")
    assert camera.boot_id == before
