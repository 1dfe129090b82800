"""Commands to a camera in general: in order, answered in words, and what happens when a permission is lost."""

import asyncio
from collections.abc import Callable
import inspect
from typing import Any

from homeassistant.components.repairs import DOMAIN as REPAIRS
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
from homeassistant.setup import async_setup_component
import pytest

from custom_components.netrex.account.commands import camera_command
from custom_components.netrex.auth.scopes import COMMAND_SCOPES, Scope
from custom_components.netrex.cameras.axis_camera import AxisCamera
from custom_components.netrex.cameras.equipment import Equipment
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import Output, RequestError, VapixClient
from custom_components.netrex.vapix.http import CameraHttp
from simulator import Fault, Port, Simulator, Speaker, VirtualInputs
from simulator.world import Camera

from ..person import Person
from ..test_repairs import fix, issues
from ..waiting import until

SCOPES = ["read", "liveview", "write"]
SIREN = Output(1, "Siren")
LOCKED = '{"error":{"code":2104,"message":"Port is  locked\\n"}}'


@pytest.fixture
def wired(simulator: Simulator) -> Camera:
    (camera,) = simulator.world.cameras.values()
    camera.ports = [Port("Door"), Port("Siren", direction="output")]
    camera.virtual_inputs = VirtualInputs(64)
    return camera


async def add_commanded(hass: HomeAssistant, person: Person) -> tuple[ConfigEntry, AxisCamera]:
    """Add an account that may command, and wait until its camera's equipment is known."""
    entry = await person.add_account(SCOPES)
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.equipment != Equipment())
    await hass.async_block_till_done()
    return entry, camera


async def command(
    entry: ConfigEntry, camera: AxisCamera, do: Callable[[VapixClient], Any] | None = None, scope: Scope = Scope.WRITE
) -> None:
    """Command a camera as entities do; to turn its siren on, unless something else is given."""
    async with camera_command(entry.runtime_data, camera, scope) as client:
        await (do(client) if do else client.ports.switch(SIREN, active=True))


# --- order -------------------------------------------------------------------------------------------


async def test_commands_to_a_camera_do_not_overtake_each_other(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    entry, camera = await add_commanded(hass, person)
    simulator.faults.add(Fault(kind="vapix:portmanagement", delay=0.3, times=1))
    done: list[bool] = []

    async def switch(active: bool) -> None:
        await command(entry, camera, lambda client: client.ports.switch(SIREN, active=active))
        done.append(active)

    slow = asyncio.create_task(switch(True))
    await until(hass, camera.command_lock.locked, settle=False)
    await asyncio.gather(slow, switch(False))
    assert done == [True, False]
    assert wired.ports[1].state == "open"


async def test_what_has_waited_for_long_is_not_done(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    timing_of(hass).command_wait = 0.2
    entry, camera = await add_commanded(hass, person)
    asked = simulator.counters["vapix:portmanagement"]
    async with camera.command_lock:
        with pytest.raises(HomeAssistantError, match="is busy"):
            await command(entry, camera)
    assert simulator.counters["vapix:portmanagement"] == asked


@pytest.mark.usefixtures("quick_rechecks")
async def test_what_waits_is_not_done_to_a_camera_that_has_gone(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    entry, camera = await add_commanded(hass, person)
    async with camera.command_lock:
        waiting = asyncio.create_task(command(entry, camera))
        await until(hass, lambda: camera.command_lock._waiters, settle=False)
        wired.online = False
        camera.report_failure(RequestError("something"))
        await until(hass, lambda: camera.condition == "unreachable", settle=False)
        asked = simulator.counters["vapix:portmanagement"]
    with pytest.raises(HomeAssistantError, match="can't be reached"):
        await waiting
    assert simulator.counters["vapix:portmanagement"] == asked


async def test_what_waits_is_not_done_for_an_account_that_is_gone(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    entry, camera = await add_commanded(hass, person)
    async with camera.command_lock:
        waiting = asyncio.create_task(command(entry, camera))
        await until(hass, lambda: camera.command_lock._waiters, settle=False)
        await hass.config_entries.async_unload(entry.entry_id)
        asked = simulator.counters["vapix:portmanagement"]
    with pytest.raises(HomeAssistantError):
        await waiting
    assert simulator.counters["vapix:portmanagement"] == asked


@pytest.mark.usefixtures("quick_rechecks")
async def test_a_token_that_is_refused_altogether_is_no_matter_of_one_permission(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    entry, camera = await add_commanded(hass, person)
    simulator.faults.add(Fault(kind="vapix", status=401))
    with pytest.raises(HomeAssistantError, match="didn't accept the sign-in"):
        await command(entry, camera)
    await until(hass, lambda: camera.condition == "refused")
    assert "permission_refused_write" not in issues(hass)
    simulator.faults.clear()
    await until(hass, lambda: camera.condition == "reachable")
    await command(entry, camera)


@pytest.mark.parametrize("camera_count", [2])
async def test_a_camera_that_hangs_does_not_hold_up_another(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    first, second = simulator.world.cameras.values()
    for each in (first, second):
        each.ports = [Port("Door"), Port("Siren", direction="output")]
    entry = await person.add_account(SCOPES)
    cameras = {camera.serial: camera for camera in entry.runtime_data.cameras.values()}
    await until(hass, lambda: all(camera.equipment != Equipment() for camera in cameras.values()))
    simulator.faults.add(Fault(kind="vapix:portmanagement", serial=first.serial, hang=True))
    hanging = asyncio.create_task(command(entry, cameras[first.serial]))
    await until(hass, cameras[first.serial].command_lock.locked, settle=False)
    await command(entry, cameras[second.serial])
    assert (first.ports[1].state, second.ports[1].state) == ("open", "closed")
    hanging.cancel()
    with pytest.raises(asyncio.CancelledError):
        await hanging
    # Who gives up lets the next one in.
    simulator.faults.clear()
    await command(entry, cameras[first.serial])
    assert first.ports[1].state == "closed"


# --- answers -----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "words"),
    [
        (Fault(kind="vapix:port*", status=503), "is busy"),
        (Fault(kind="vapix:port*", status=404), "doesn't support this"),
        (Fault(kind="vapix:port*", status=400), "doesn't support this"),
        (Fault(kind="vapix:port*", cut=True), "didn't respond. Check whether the command"),
        (Fault(kind="vapix:port*", cut_after=5), "didn't respond. Check whether the command"),
        (Fault(kind="vapix:port*", garbage=True), "unexpected response"),
        (Fault(kind="vapix:port*", body=LOCKED), "rejected the command: Port is locked"),
        (Fault(kind="vapix:port*", status=400, body=LOCKED), "rejected the command: Port is locked"),
        (
            Fault(kind="vapix:port*", status=400, body="Unsupported action.\r\n"),
            "rejected the command: Unsupported action",
        ),
    ],
)
async def test_what_goes_wrong_is_told(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera, fault: Fault, words: str
) -> None:
    entry, camera = await add_commanded(hass, person)
    simulator.faults.add(fault)
    with pytest.raises(HomeAssistantError, match=words) as failed:
        await command(entry, camera)
    assert camera.node.name in str(failed.value)
    assert "permission_refused_write" not in issues(hass)
    simulator.faults.clear()
    await until(hass, lambda: camera.condition == "reachable")
    await command(entry, camera)
    assert wired.ports[1].state == "closed"


@pytest.mark.usefixtures("wired")
@pytest.mark.parametrize("body", ['{"apiVersion": "1.0", "method": "setPorts"}', " "])
async def test_a_command_that_was_done_is_not_told_as_failed(
    hass: HomeAssistant, person: Person, simulator: Simulator, body: str
) -> None:
    entry, camera = await add_commanded(hass, person)
    simulator.faults.add(Fault(kind="vapix:portmanagement", status=200, body=body))
    before = simulator.counters["vapix:portmanagement"]
    await command(entry, camera)
    assert simulator.counters["vapix:portmanagement"] == before + 1
    assert camera.condition == "reachable"


async def test_a_slow_camera_is_given_up(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry, camera = await add_commanded(hass, person)
    simulator.faults.add(Fault(kind="vapix:port*", hang=True))
    monkeypatch.setitem(inspect.unwrap(CameraHttp.open).__kwdefaults__, "timeout", 0.2)
    with pytest.raises(HomeAssistantError, match="didn't respond"):
        await command(entry, camera)
    assert not camera.command_lock.locked()


@pytest.mark.usefixtures("quick_rechecks")
async def test_a_camera_that_is_not_there_is_not_asked(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    entry, camera = await add_commanded(hass, person)
    wired.online = False
    with pytest.raises(HomeAssistantError):
        await command(entry, camera)
    # The failure lets the camera be checked, so that its entities show that it is gone.
    await until(hass, lambda: camera.condition == "unreachable")
    before = simulator.counters["vapix:portmanagement"]
    with pytest.raises(HomeAssistantError, match="Home Assistant reconnects"):
        await command(entry, camera)
    assert simulator.counters["vapix:portmanagement"] == before
    wired.online = True
    await until(hass, lambda: camera.condition == "reachable")
    await command(entry, camera)


async def test_words_of_a_camera_do_not_get_into_errors_texts() -> None:
    """A text that is logged as it is holds nothing that a device has sent."""
    assert "secret" not in str(RequestError("Error code 1", 1, "secret"))


# --- permissions ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("scope", COMMAND_SCOPES)
@pytest.mark.parametrize("status", [401, 403])
async def test_a_lost_permission_is_told_until_it_is_back(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera, scope: Scope, status: int
) -> None:
    entry, camera = await add_commanded(hass, person)
    kind = f"permission_refused_{scope}"
    simulator.faults.add(Fault(kind="vapix:port*", status=status))
    for _ in range(2):
        with pytest.raises(HomeAssistantError, match="have permission to do this"):
            await command(entry, camera, scope=scope)
    issue = issues(hass)[kind]
    assert issue.translation_placeholders == {"account": entry.title, "cameras": camera.node.name}
    assert (issue.severity, issue.is_fixable) == (ir.IssueSeverity.WARNING, True)
    # Nothing is wrong with the camera itself.
    assert camera.condition == "reachable"
    simulator.faults.clear()
    await command(entry, camera, scope=scope)
    assert kind not in issues(hass)


async def test_the_issue_leads_to_the_choice_of_permissions(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    assert await async_setup_component(hass, REPAIRS, {})
    entry, camera = await add_commanded(hass, person)
    wired.login_level = "viewer"
    with pytest.raises(HomeAssistantError):
        await command(entry, camera, lambda client: client.virtual_inputs.switch(1, active=True))
    step = await fix(person, "permission_refused_write")
    assert step["reason"] == "continue"
    flow_type, flow_id = step["next_flow"]
    assert flow_type == "config_flow"
    step = await person.continue_flow(flow_id)
    assert step["step_id"] == "scopes"
    wired.login_level = "administrator"
    await person.answer(scopes=SCOPES)
    step = await person.sign_in()
    assert step["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert "permission_refused_write" not in issues(hass)


@pytest.mark.parametrize("camera_count", [2])
async def test_the_issue_names_the_cameras_that_refuse(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    for each in simulator.world.cameras.values():
        each.ports = [Port("Door"), Port("Siren", direction="output")]
    entry = await person.add_account(SCOPES)
    cameras = list(entry.runtime_data.cameras.values())
    await until(hass, lambda: all(camera.equipment != Equipment() for camera in cameras))
    simulator.faults.add(Fault(kind="vapix:port*", status=403))
    for camera in cameras:
        with pytest.raises(HomeAssistantError):
            await command(entry, camera)
    first, second = sorted(cameras, key=lambda camera: camera.node.name)

    def named() -> str:
        placeholders = issues(hass)["permission_refused_write"].translation_placeholders
        assert placeholders
        return placeholders["cameras"]

    assert named() == f"{first.node.name}, {second.node.name}"
    # One is taken out of the account.
    simulator.world.remove(first.node.node_id)
    await entry.runtime_data.tree.async_refresh()
    assert named() == second.node.name
    await hass.config_entries.async_unload(entry.entry_id)
    assert "permission_refused_write" not in issues(hass)


async def test_one_command_that_is_done_proves_no_other(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    entry, camera = await add_commanded(hass, person)
    switches = hass.states.async_entity_ids("switch")
    (siren,) = (each for each in switches if each.endswith("siren"))
    wired.login_level = "viewer"
    # Virtual inputs want more than outputs do, of the camera's own levels.
    with pytest.raises(HomeAssistantError, match="Repairs"):
        async with camera_command(entry.runtime_data, camera, Scope.WRITE, "virtual_input") as client:
            await client.virtual_inputs.switch(1, active=True)
    await hass.services.async_call("switch", "turn_on", {"entity_id": siren}, blocking=True)
    assert wired.ports[1].state == "closed"
    assert "permission_refused_write" in issues(hass)


# --- equipment ---------------------------------------------------------------------------------------


async def test_equipment_that_may_not_be_asked_for_is_an_issue(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    simulator.faults.add(Fault(kind="vapix:portmanagement", status=403))
    entry = await person.add_account(SCOPES)
    await until(hass, lambda: "permission_refused_write" in issues(hass))
    (camera,) = entry.runtime_data.cameras.values()
    assert camera.equipment.outputs is None
    assert camera.equipment.refused == {Scope.WRITE}
    assert camera.condition == "reachable"
    simulator.faults.clear()
    await camera.refresh_equipment()
    assert camera.equipment.outputs == (SIREN,)
    # It need not be commanded to show that it lets the account in again.
    assert "permission_refused_write" not in issues(hass)


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="vapix:portmanagement", status=503),
        Fault(kind="vapix:portmanagement", cut=True),
        Fault(kind="vapix:portmanagement", garbage=True),
        Fault(kind="vapix:param", status=503),
        Fault(kind="vapix:param", cut_after=100),
    ],
)
async def test_equipment_that_is_not_told_now_stays(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera, fault: Fault
) -> None:
    _, camera = await add_commanded(hass, person)
    before = camera.equipment
    simulator.faults.add(fault)
    await camera.refresh_equipment()
    assert camera.equipment == before
    assert camera.equipment.outputs == (SIREN,)


async def test_equipment_is_looked_for_every_hour(hass: HomeAssistant, person: Person, wired: Camera) -> None:
    timing_of(hass).equipment_recheck = 0.1
    _, camera = await add_commanded(hass, person)
    wired.ports.append(Port("Light", direction="output"))
    await until(hass, lambda: camera.equipment.outputs == (SIREN, Output(2, "Light")))


async def test_equipment_that_is_not_told_at_first_is_asked_for_again(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    timing_of(hass).equipment_retry = 0.1
    simulator.faults.add(Fault(kind="vapix:portmanagement", status=503, times=1))
    await add_commanded(hass, person)
    await until(hass, lambda: any("siren" in each for each in hass.states.async_entity_ids("switch")))


@pytest.mark.parametrize("scope", ["audiotransmit", "write"])
async def test_a_permission_to_command_is_enough_to_reach_cameras(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera, scope: str
) -> None:
    wired.speaker = Speaker()
    await person.add_account(["read", scope])
    platform = {"audiotransmit": "media_player", "write": "switch"}[scope]
    await until(hass, lambda: hass.states.async_entity_ids(platform))
    assert not hass.states.async_entity_ids("camera")


async def test_a_camera_that_answers_nonsense_stays(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A failure of the search for equipment does not affect the live view."""
    monkeypatch.setattr(
        "custom_components.netrex.cameras.equipment_search.has_virtual_inputs", lambda _parameters: 1 / 0
    )
    entry = await person.add_account(SCOPES)
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: simulator.counters["vapix:portmanagement"])
    await until(hass, lambda: camera.condition == "reachable")
    assert camera.equipment == Equipment()


async def test_without_permissions_nothing_is_asked_for(
    hass: HomeAssistant, person: Person, simulator: Simulator, wired: Camera
) -> None:
    entry = await person.add_account(["read", "liveview"])
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.condition == "reachable")
    await camera.refresh_equipment()
    assert camera.equipment == Equipment()
    assert simulator.counters["vapix:portmanagement"] == 0
