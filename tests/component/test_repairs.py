"""Problems that a person can end: told once, fixed in their dialog, gone by themselves when they are over."""

from collections.abc import Iterable
import json
from pathlib import Path
from typing import Any

from homeassistant.components.camera import async_get_image
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.netrex.auth.scopes import Scope
from custom_components.netrex.cameras.axis_camera import AxisCamera
from custom_components.netrex.repairs import _FIXES
from custom_components.netrex.vapix import UnreachableError
from simulator import Camera, Fault, Head, Simulator, Switches

from .person import Person
from .waiting import until, until_ready

_TRANSLATIONS = Path(__file__).parents[2] / "custom_components/netrex/translations"
_FLOW = "/api/repairs/issues/fix"


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return open issues by what they are about."""
    registry = ir.async_get(hass)
    return {issue.translation_key or "": issue for issue in registry.issues.values() if issue.domain == "netrex"}


def serials_asked_for(hass: HomeAssistant) -> dict[str, str]:
    """Return the issues of cameras whose serial number is asked for, by the cameras' names."""
    return {
        issue.translation_placeholders["camera"]: issue.issue_id
        for issue in ir.async_get(hass).issues.values()
        if issue.domain == "netrex" and issue.translation_key == "serial_unknown" and issue.translation_placeholders
    }


async def open_repair(person: Person, issue_id: str) -> dict[str, Any]:
    """Open an issue's dialog by its id."""
    async with person.app.post(_FLOW, json={"handler": "netrex", "issue_id": issue_id}) as response:
        person.step = await response.json()
    return person.step


async def fix(person: Person, kind: str, choice: str = "fix") -> dict[str, Any]:
    """Open an issue's dialog, and choose what to do."""
    step = await open_repair(person, issues(person.hass)[kind].issue_id)
    assert step["type"] == "menu"
    assert step["menu_options"][-1] == "ignore"
    assert choice in step["menu_options"]
    return await answer(person, next_step_id=choice)


async def answer(person: Person, **values: str) -> dict[str, Any]:
    """Submit the form that is shown."""
    async with person.app.post(f"{_FLOW}/{person.step['flow_id']}", json=values) as response:
        person.step = await response.json()
    return person.step


# --- serial number unknown ---------------------------------------------------------------------------


async def test_serial_number_is_asked_for_by_a_repair_of_each_camera(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    for serial, name in (("ACCC8E00AAAA", "Vchod"), ("ACCC8E00BBBB", "Dvůr")):
        simulator.world.add_camera(name=name, camera=Camera(serial, name))
    await person.add_account()
    by_name = serials_asked_for(hass)
    assert set(by_name) == {"Dvůr", "Vchod"}
    assert hass.states.get("camera.vchod") is None

    step = await open_repair(person, by_name["Vchod"])
    assert step["description_placeholders"]["name"] == "Vchod"
    await answer(person, next_step_id="fix")
    step = await answer(person, serial="not a number")
    assert step["errors"] == {"serial": "bad_serial"}
    step = await answer(person, serial="ac:cc:8e:00:aa:aa")
    # One number ends one repair; the other camera may be left as it is.
    assert step["type"] == "create_entry"
    await until(hass, lambda: hass.states.get("camera.vchod") and hass.states.get("camera.vchod").state == "idle")
    assert set(serials_asked_for(hass)) == {"Dvůr"}

    await fix(person, "serial_unknown")
    step = await answer(person, serial="ACCC8E00BBBB")
    assert step["type"] == "create_entry"
    await until(hass, lambda: hass.states.get("camera.dvur") and hass.states.get("camera.dvur").state == "idle")
    assert "serial_unknown" not in issues(hass)


@pytest.mark.parametrize("choice", ["fix", "ignore"])
async def test_repair_of_a_camera_that_has_gone_meanwhile_ends(
    hass: HomeAssistant, person: Person, simulator: Simulator, choice: str
) -> None:
    node = simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    step = await open_repair(person, serials_asked_for(hass)["Vchod"])
    assert step["type"] == "menu"
    del simulator.world.nodes[node.node_id]
    await entry.runtime_data.tree.async_refresh()
    assert not serials_asked_for(hass)
    await answer(person, next_step_id=choice)
    # Nothing is asked for, and nothing is left.
    assert person.step["type"] == ("create_entry" if choice == "fix" else "abort")
    assert not serials_asked_for(hass)


async def test_camera_whose_number_is_ignored_stays_ignored(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    step = await fix(person, "serial_unknown", "ignore")
    assert step["reason"] == "issue_ignored"
    assert issues(hass)["serial_unknown"].dismissed_version
    # Also after the account was loaded again; another camera has a repair of its own.
    await hass.config_entries.async_reload(entry.entry_id)
    assert issues(hass)["serial_unknown"].dismissed_version
    simulator.world.add_camera(name="Dvůr", camera=Camera("ACCC8E00BBBB", "Dvůr"))
    await entry.runtime_data.tree.async_refresh()
    registry = ir.async_get(hass)
    shown = {
        name
        for name, issue_id in serials_asked_for(hass).items()
        if registry.async_get_issue("netrex", issue_id).dismissed_version is None
    }
    assert shown == {"Dvůr"}


async def test_repairs_of_many_cameras_come_fifty_at_a_time(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    names = [f"Kamera {number:02}" for number in range(52)]
    for number, name in enumerate(names):
        simulator.world.add_camera(name=name, camera=Camera(f"ACCC8E0000{number:02}", name))
    await person.add_account()
    asked = serials_asked_for(hass)
    assert set(asked) == set(names[:50])
    # Whichever is ended or ignored makes room for the next.
    await open_repair(person, asked[names[0]])
    await answer(person, next_step_id="fix")
    assert (await answer(person, serial="ACCC8E000000"))["type"] == "create_entry"
    await until(hass, lambda: set(serials_asked_for(hass)) == set(names[1:51]))
    await open_repair(person, asked[names[1]])
    assert (await answer(person, next_step_id="ignore"))["reason"] == "issue_ignored"
    assert set(serials_asked_for(hass)) == set(names[1:])


async def test_number_that_leads_to_another_device_is_asked_for_again(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    (serial,) = simulator.world.cameras
    simulator.world.cameras[serial] = Camera("ACCC8EFFFFFF", "Jiná")
    await person.add_account()
    await until(hass, lambda: "serial_unknown" in issues(hass))


@pytest.mark.parametrize("camera_count", [3])
@pytest.mark.usefixtures("quick_rechecks")
async def test_serial_number_of_one_camera_is_asked_for_while_another_device_answers(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until_ready(hass, entry)
    assert not issues(hass)
    camera = list(entry.runtime_data.cameras.values())[1]
    right = simulator.world.cameras[camera.serial]
    simulator.world.cameras[camera.serial] = Camera("ACCC8EFFFFFF", "Jiná")
    camera.request_check()
    await until(hass, lambda: issues(hass))
    assert serials_asked_for(hass).keys() == {camera.node.name}
    simulator.world.cameras[camera.serial] = right
    await until(hass, lambda: not issues(hass))


# --- remote access refused ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    "switches",
    [
        Switches(device_connect_takes_oauth=False, device_connect_refusal=401),
        Switches(device_connect_takes_oauth=False, device_connect_refusal=403),
    ],
)
async def test_cameras_that_want_an_api_token_get_one(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until(hass, lambda: "remote_access_refused" in issues(hass))
    assert not hass.config_entries.flow.async_progress()
    assert [state.state for state in hass.states.async_all("camera")] == ["unavailable"]

    await fix(person, "remote_access_refused")
    step = await answer(person, remote_api_token=simulator.api_token(scopes={"read"}))
    assert step["errors"] == {"base": "token_refused"}

    simulator.faults.add(Fault(kind="vapix", status=504))
    token = simulator.api_token(scopes={"configuration"})
    step = await answer(person, remote_api_token=token)
    assert step["errors"] == {"base": "camera_unreachable"}

    simulator.faults.clear()
    step = await answer(person, remote_api_token=f" {token} ")
    assert step["type"] == "create_entry"
    await until(hass, lambda: [state.state for state in hass.states.async_all("camera")] == ["idle"])
    assert "remote_access_refused" not in issues(hass)
    assert entry.options["remote_api_token"] == token


@pytest.mark.parametrize("camera_count", [3])
async def test_one_camera_that_refuses_has_a_repair_of_its_own(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    serial = next(iter(simulator.world.cameras))
    simulator.faults.add(Fault(kind="vapix", serial=serial, status=403))
    entry = await person.add_account()
    await until(hass, lambda: all(camera.condition != "checking" for camera in entry.runtime_data.cameras.values()))
    conditions = sorted(camera.condition for camera in entry.runtime_data.cameras.values())
    assert conditions == ["reachable", "reachable", "refused"]
    await until(hass, lambda: set(issues(hass)) == {"camera_refused"})
    (refused,) = (each for each in entry.runtime_data.cameras.values() if each.condition == "refused")
    placeholders = issues(hass)["camera_refused"].translation_placeholders
    assert placeholders == {"account": entry.title, "cameras": refused.node.name}
    # What its error says is true: there is something in Repairs.
    with pytest.raises(HomeAssistantError, match="Repairs"):
        refused.require_reachable()
    step = await fix(person, "camera_refused")
    assert step["errors"] == {"base": "still_refused"}
    simulator.faults.clear()
    step = await answer(person)
    assert step["type"] == "create_entry"
    await until(hass, lambda: refused.condition == "reachable")
    assert issues(hass) == {}


@pytest.mark.parametrize("camera_count", [5])
@pytest.mark.parametrize("status", [401, 403])
async def test_cameras_that_refuse_one_token_are_found_out_together(
    hass: HomeAssistant, person: Person, simulator: Simulator, status: int
) -> None:
    """An API token that has expired is noticed by one camera; nobody asks the others, which are well."""
    entry = await person.add_account(["read", "liveview"])
    await person.options(entry)
    await person.choose("remote_access")
    token = simulator.api_token(scopes={"configuration"})
    await person.answer(remote_api_token=token)
    await hass.async_block_till_done()
    cameras = entry.runtime_data.cameras.values()
    await until(hass, lambda: all(camera.condition == "reachable" for camera in cameras))
    age(cameras)
    simulator.switches.device_connect_refusal = status
    simulator.end_api_token(token)
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, hass.states.async_entity_ids("camera")[0])
    await until(hass, lambda: all(camera.condition == "refused" for camera in cameras))
    await until(hass, lambda: set(issues(hass)) == {"remote_token_refused"})
    step = await fix(person, "remote_token_refused")
    step = await answer(person, remote_api_token=simulator.api_token(scopes={"configuration"}))
    assert step["type"] == "create_entry"
    await until(hass, lambda: {state.state for state in hass.states.async_all("camera")} == {"idle"})
    assert issues(hass) == {}


@pytest.mark.parametrize("camera_count", [3])
async def test_camera_that_refuses_later_has_its_repair_though_others_are_well(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account(["read", "liveview"])
    cameras = entry.runtime_data.cameras.values()
    await until(hass, lambda: all(camera.condition == "reachable" for camera in cameras))
    age(cameras)
    serial, *others = simulator.world.cameras
    simulator.faults.add(Fault(kind="vapix", serial=serial, status=403))
    # One of the others does not answer for a while.
    simulator.faults.add(Fault(kind="vapix", serial=others[0], hang=True))
    (camera,) = (camera for camera in cameras if camera.serial == serial)
    camera.report_failure(UnreachableError("a doubt"))
    await until(hass, lambda: set(issues(hass)) == {"camera_refused"})
    assert issues(hass)["camera_refused"].translation_placeholders["cameras"] == camera.node.name
    simulator.faults.clear()


def age(cameras: Iterable[AxisCamera]) -> None:
    """Let the last check of cameras be long ago."""
    for camera in cameras:
        camera.checked_at -= 3600


@pytest.mark.parametrize("camera_count", [40])
async def test_looking_at_the_others_is_bounded(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account(["read", "liveview"])
    cameras = entry.runtime_data.cameras.values()
    await until(hass, lambda: all(camera.condition == "reachable" for camera in cameras))
    age(cameras)
    asked = "vapix:basicdeviceinfo"
    before = simulator.counters[asked]
    serial = next(iter(simulator.world.cameras))
    simulator.faults.add(Fault(kind="vapix", serial=serial, status=403))
    (camera,) = (camera for camera in cameras if camera.serial == serial)
    camera.report_failure(UnreachableError("a doubt"))
    await until(hass, lambda: "camera_refused" in issues(hass))
    await hass.async_block_till_done(wait_background_tasks=False)
    # Sixteen others, and what the one was asked.
    assert simulator.counters[asked] - before < 30


# --- live view refused -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "switches",
    [Switches(live_view_needs_scope=True, device_connect_refusal=status) for status in (401, 403)],
)
async def test_permission_to_watch_that_is_missing_is_said_and_repaired(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.netrex.live.snapshot.FAILED_FOR", 0.0)
    monkeypatch.setattr("custom_components.netrex.live.snapshot.FRESH_FOR", 0.0)
    entry = await person.add_account()
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.condition == "reachable")
    (entity_id,) = hass.states.async_entity_ids("camera")
    simulator.service.tokens.withdraw("liveview")
    with pytest.raises(HomeAssistantError, match="Repairs") as told:
        await async_get_image(hass, entity_id)
    assert told.value.translation_key == "live_view_refused"
    issue = issues(hass)["permission_refused_liveview"]
    assert issue.translation_placeholders == {"account": entry.title, "cameras": camera.node.name}
    # The camera itself is well, and the sign-in as well.
    assert camera.condition == "reachable"
    assert simulator.counters["oauth2:token:refresh"] == 0
    step = await fix(person, "permission_refused_liveview", "done")
    assert step["type"] == "create_entry"
    await until(hass, lambda: hass.states.is_state(entity_id, "idle") and not issues(hass))
    with pytest.raises(HomeAssistantError, match="Repairs"):
        await async_get_image(hass, entity_id)
    assert set(issues(hass)) == {"permission_refused_liveview"}
    simulator.switches.live_view_needs_scope = False
    assert (await async_get_image(hass, entity_id)).content
    assert issues(hass) == {}


async def test_permission_that_is_said_to_be_given_is_looked_at_again(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """Also one that cameras refused when they were connected to, or searched for equipment: nobody presses that."""
    (device,) = simulator.world.cameras.values()
    device.head = Head()
    simulator.faults.add(Fault(kind="vapix:ws-data-stream", status=403))
    simulator.faults.add(Fault(kind="vapix:ptz", status=403))
    entry = await person.add_account(["read", "liveview", "events", "liveview_ptz"])
    kinds = {"permission_refused_events", "permission_refused_liveview_ptz"}
    await until(hass, lambda: issues(hass).keys() >= kinds)
    for kind in sorted(kinds):
        assert (await fix(person, kind, "done"))["type"] == "create_entry"
        await until(hass, lambda: entry.state.value == "loaded" and issues(hass).keys() >= kinds)
    simulator.faults.clear()
    assert (await fix(person, "permission_refused_events", "done"))["type"] == "create_entry"
    await until(hass, lambda: not issues(hass) and entry.state.value == "loaded")
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: entry.runtime_data.streams_from(camera) and not camera.equipment.refused)
    assert issues(hass) == {}


@pytest.mark.parametrize("switches", [Switches(live_view_needs_scope=True, device_connect_refusal=403)])
async def test_permission_to_watch_that_is_missing_is_noticed_by_live_video(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account(["read", "liveview", "events"])
    account = entry.runtime_data
    (camera,) = account.cameras.values()
    await until(hass, lambda: camera.condition == "reachable")
    simulator.service.tokens.withdraw("liveview")
    (key,) = account.channels
    async with person.app.session.get(account.relay.url(key)) as video:
        assert video.status == 502
    await until(hass, lambda: set(issues(hass)) == {"permission_refused_liveview"})
    # An image that comes is no proof of video.
    simulator.switches.live_view_needs_scope = False
    (entity_id,) = hass.states.async_entity_ids("camera")
    assert (await async_get_image(hass, entity_id)).content
    assert "permission_refused_liveview" in issues(hass)
    async with person.app.session.get(account.relay.url(key)) as video:
        assert video.status == 200
        await video.content.readexactly(188)
    await until(hass, lambda: issues(hass) == {})


# --- permission missing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("switches", [Switches(graphql_refusal="status"), Switches(graphql_refusal="errors")])
async def test_lost_permission_leads_to_the_choice_of_permissions(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=403, times=1))
    await entry.runtime_data.tree.async_refresh()
    assert "permission_missing" in issues(hass)
    assert not hass.config_entries.flow.async_progress()

    step = await fix(person, "permission_missing")
    assert step["type"] == "abort"
    assert step["reason"] == "continue"
    flow_type, flow_id = step["next_flow"]
    assert flow_type == "config_flow"
    step = await person.continue_flow(flow_id)
    assert step["step_id"] == "scopes"
    await person.answer(scopes=["read", "liveview"])
    step = await person.sign_in()
    assert step["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert "permission_missing" not in issues(hass)


async def test_permission_that_comes_back_clears_the_issue(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=403))
    await entry.runtime_data.tree.async_refresh()
    assert "permission_missing" in issues(hass)
    simulator.faults.clear()
    await entry.runtime_data.tree.async_refresh()
    assert "permission_missing" not in issues(hass)


# --- account gone ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["permission_missing", "serial_unknown"])
async def test_account_removed_while_its_dialog_is_open(
    hass: HomeAssistant, person: Person, simulator: Simulator, kind: str
) -> None:
    simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=403))
    await entry.runtime_data.tree.async_refresh()
    await open_repair(person, issues(hass)[kind].issue_id)
    await hass.config_entries.async_remove(entry.entry_id)
    assert issues(hass) == {}
    step = await answer(person, next_step_id="fix")
    assert step["reason"] == "account_gone"


async def test_account_that_is_not_loaded_cannot_be_asked_for_serials(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    await fix(person, "serial_unknown")
    await hass.config_entries.async_unload(entry.entry_id)
    assert issues(hass) == {}
    step = await answer(person, serial="ACCC8E00AAAA")
    assert step["reason"] == "account_not_loaded"


# --- all of them -------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["en", "cs"])
def test_each_repair_can_be_ignored(language: str) -> None:
    """Home Assistant's own dialog has a button for those without a fix; the others need it in their menu."""
    texts = json.loads((_TRANSLATIONS / f"{language}.json").read_text())["issues"]
    fixable = {kind for kind, issue in texts.items() if "fix_flow" in issue}
    assert fixable == set(_FIXES)
    for kind in fixable:
        flow = texts[kind]["fix_flow"]
        assert set(flow["step"]["init"]["menu_options"]) == set(_FIXES[kind].choices)
        assert "ignore" in _FIXES[kind].choices
        assert flow["abort"]["issue_ignored"]


async def test_permission_that_is_ignored_stays_so_until_it_is_over(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    (camera,) = entry.runtime_data.cameras.values()
    entry.runtime_data.refusals.refused(Scope.LIVEVIEW_PTZ, camera)
    await fix(person, "permission_refused_liveview_ptz", "ignore")
    await hass.config_entries.async_reload(entry.entry_id)
    (camera,) = entry.runtime_data.cameras.values()
    entry.runtime_data.refusals.refused(Scope.LIVEVIEW_PTZ, camera)
    assert issues(hass)["permission_refused_liveview_ptz"].dismissed_version
    entry.runtime_data.refusals.accepted(Scope.LIVEVIEW_PTZ, camera)
    assert issues(hass) == {}
