"""The end of adding an account: cameras are tried while the person is still there."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.helpers.translation import async_get_translations
import pytest

from custom_components.netrex.tasks.timing import timing_of
from simulator import Camera, Fault, Simulator, Switches

from ..person import Person
from ..waiting import until


@pytest.fixture(params=["sign-in", "API token"])
async def add(request: pytest.FixtureRequest, person: Person, simulator: Simulator) -> Any:
    """Return what goes as far as the trial of the cameras, both ways to connect."""

    async def by_sign_in() -> dict[str, Any]:
        await person.to_sign_in()
        return await person.sign_in()

    async def by_api_token() -> dict[str, Any]:
        await person.choose_provider()
        await person.choose("api_token")
        return await person.answer(api_token=simulator.api_token(scopes={"read", "configuration"}))

    return by_sign_in if request.param == "sign-in" else by_api_token


async def ending(hass: HomeAssistant, step: dict[str, Any]) -> str:
    """Return what the last page says."""
    assert step["type"] == "create_entry", step
    texts = await async_get_translations(hass, "en", "config", {"netrex"})
    text = texts[f"component.netrex.config.create_entry.{step['description']}"]
    for name, value in step["description_placeholders"].items():
        text = text.replace(f"{{{name}}}", value)
    assert "{" not in text
    return text


def add_cameras(simulator: Simulator, count: int) -> None:
    """Add cameras to the simulated account."""
    for number in range(count):
        serial = f"ACCC8E0077{number:02}"
        simulator.world.add_camera(name=f"More {number}", external_id=serial, camera=Camera(serial, f"More {number}"))


async def test_a_camera_answers(hass: HomeAssistant, add: Any, simulator: Simulator) -> None:
    add_cameras(simulator, 1)
    said = await ending(hass, await add())
    assert said.startswith("Cameras found: 2. One was tried and answered: AXIS")


async def test_at_most_three_cameras_are_tried(hass: HomeAssistant, add: Any, simulator: Simulator) -> None:
    add_cameras(simulator, 5)
    simulator.faults.add(Fault(kind="vapix:basicdeviceinfo", status=401))
    step = await add()
    assert step["step_id"] == "camera_token"
    assert simulator.counters["vapix:basicdeviceinfo"] == 3


async def test_one_camera_that_answers_is_enough(hass: HomeAssistant, add: Any, simulator: Simulator) -> None:
    add_cameras(simulator, 2)
    for camera in list(simulator.world.cameras.values())[:2]:
        camera.online = False
    assert "answered" in await ending(hass, await add())


async def test_cameras_that_are_off_are_added(hass: HomeAssistant, add: Any, simulator: Simulator) -> None:
    for camera in simulator.world.cameras.values():
        camera.online = False
    assert "None of those that were tried answered" in await ending(hass, await add())


async def test_cameras_that_do_not_answer_hold_nobody(hass: HomeAssistant, add: Any, simulator: Simulator) -> None:
    timing_of(hass).camera_trial = 0.1
    simulator.faults.add(Fault(kind="vapix:basicdeviceinfo", hang=True))
    assert "None of those that were tried answered" in await ending(hass, await add())


async def test_without_the_permission_to_watch_no_camera_is_tried(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    await person.to_sign_in(["read", "recordings"])
    assert "aren't shown without" in await ending(hass, await person.sign_in())
    await hass.async_block_till_done()
    assert not [kind for kind in simulator.counters if kind.startswith("vapix")]


async def test_an_account_without_cameras(hass: HomeAssistant, add: Any, simulator: Simulator) -> None:
    for node in list(simulator.world.camera_nodes()):
        simulator.world.remove(node.node_id)
    assert "no cameras yet" in await ending(hass, await add())


@pytest.mark.parametrize("switches", [Switches(device_connect_takes_oauth=False)])
async def test_cameras_that_refuse_the_sign_in(person: Person, hass: HomeAssistant, simulator: Simulator) -> None:
    await person.to_sign_in()
    step = await person.sign_in()
    assert (step["step_id"], step["errors"]) == ("camera_token", {})
    step = await person.answer(remote_api_token="mistyped")
    assert step["errors"] == {"remote_api_token": "token_refused_by_cameras"}
    token = simulator.api_token(scopes={"configuration"})
    step = await person.answer(remote_api_token=f" {token}\n")
    assert "answered" in await ending(hass, step)
    await hass.async_block_till_done()
    entry = person.entry()
    assert entry.options == {"remote_api_token": token}
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.condition == "reachable")
    assert not ir.async_get(hass).issues


@pytest.mark.parametrize("switches", [Switches(device_connect_takes_oauth=False)])
async def test_cameras_that_refuse_can_be_left_for_later(person: Person, hass: HomeAssistant) -> None:
    await person.to_sign_in()
    await person.sign_in()
    step = await person.answer()
    assert "Go to **Settings** > **System** > **Repairs**" in await ending(hass, step)
    await hass.async_block_till_done()
    assert person.entry().state is ConfigEntryState.LOADED
    await until(hass, lambda: len(ir.async_get(hass).issues) == 1)


async def test_a_token_for_cameras_that_are_off_by_then_is_kept(
    person: Person, hass: HomeAssistant, simulator: Simulator
) -> None:
    await person.to_sign_in()
    fault = Fault(kind="vapix:basicdeviceinfo", status=401)
    simulator.faults.add(fault)
    await person.sign_in()
    simulator.faults.clear()
    for camera in simulator.world.cameras.values():
        camera.online = False
    token = simulator.api_token(scopes={"configuration"})
    step = await person.answer(remote_api_token=token)
    assert "None of those that were tried answered" in await ending(hass, step)
    assert person.entry().options == {"remote_api_token": token}


@pytest.fixture
def without_serials(simulator: Simulator) -> Simulator:
    """Let the provider know no serial number."""
    for node in simulator.world.camera_nodes():
        node.name, node.external_id = "Front door", ""
    return simulator


async def test_a_serial_number_is_asked_for(
    add: Any, person: Person, hass: HomeAssistant, without_serials: Any
) -> None:
    (node,) = without_serials.world.camera_nodes()
    (serial,) = without_serials.world.cameras
    step = await add()
    assert step["step_id"] == "first_serial"
    camera = next(field for field in step["data_schema"] if field["name"] == "camera")
    assert camera["selector"]["select"]["options"] == [{"value": str(node.node_id), "label": "Front door"}]
    step = await person.answer(camera=str(node.node_id), serial="12")
    assert step["errors"] == {"serial": "bad_serial"}
    spelled = ":".join(serial[index : index + 2] for index in range(0, 12, 2)).lower()
    step = await person.answer(camera=str(node.node_id), serial=f" {spelled} ")
    assert "answered" in await ending(hass, step)
    assert person.entry().options == {"serials": {str(node.node_id): serial}}


async def test_a_serial_number_can_be_entered_later(
    add: Any, person: Person, hass: HomeAssistant, without_serials: Any
) -> None:
    (node,) = without_serials.world.camera_nodes()
    await add()
    step = await person.answer(camera=str(node.node_id))
    assert "serial numbers are missing" in await ending(hass, step)
    assert person.entry().options == {}


async def test_a_dialog_that_is_closed_during_the_trial_adds_nothing(
    person: Person, hass: HomeAssistant, simulator: Simulator
) -> None:
    await person.to_sign_in()
    simulator.faults.add(Fault(kind="vapix:basicdeviceinfo", held=True))
    looking = hass.async_create_task(person.sign_in())
    await until(hass, lambda: simulator.counters["vapix:basicdeviceinfo"], settle=False)
    (flow,) = hass.config_entries.flow.async_progress()
    hass.config_entries.flow.async_abort(flow["flow_id"])
    simulator.faults.clear()
    await looking
    assert not hass.config_entries.async_entries("netrex")
    await until(hass, lambda: simulator.counters["oauth2:revoke"])
    await until(hass, lambda: not hass.data["application_credentials"].async_items())
