"""Problems that a person can end: told once, fixed in their dialog, gone by themselves when they are over."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from simulator import Camera, Fault, Simulator, Switches

from .person import Person
from .waiting import until

_FLOW = "/api/repairs/issues/fix"


def issues(hass: HomeAssistant) -> dict[str, ir.IssueEntry]:
    """Return open issues by what they are about."""
    registry = ir.async_get(hass)
    return {issue.translation_key or "": issue for issue in registry.issues.values() if issue.domain == "netrex"}


async def fix(person: Person, kind: str) -> dict[str, Any]:
    """Open an issue's dialog."""
    issue = issues(person.hass)[kind]
    async with person.app.post(_FLOW, json={"handler": "netrex", "issue_id": issue.issue_id}) as response:
        person.step = await response.json()
    return person.step


async def answer(person: Person, **values: str) -> dict[str, Any]:
    """Submit the form that is shown."""
    async with person.app.post(f"{_FLOW}/{person.step['flow_id']}", json=values) as response:
        person.step = await response.json()
    return person.step


# --- serial number unknown ---------------------------------------------------------------------------


async def test_serial_numbers_are_asked_for_one_by_one(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    for serial, name in (("ACCC8E00AAAA", "Vchod"), ("ACCC8E00BBBB", "Dvůr")):
        simulator.world.add_camera(name=name, camera=Camera(serial, name))
    await person.add_account()
    issue = issues(hass)["serial_unknown"]
    assert issue.translation_placeholders == {"account": simulator.world.top.name, "cameras": "Dvůr, Vchod"}
    assert hass.states.get("camera.vchod") is None

    step = await fix(person, "serial_unknown")
    camera = step["data_schema"][0]
    by_name = {option["label"]: option["value"] for option in camera["selector"]["select"]["options"]}
    assert set(by_name) == {"Dvůr", "Vchod"}
    step = await answer(person, camera=by_name["Vchod"], serial="not a number")
    assert step["errors"] == {"serial": "bad_serial"}
    step = await answer(person, camera=by_name["Vchod"], serial="ac:cc:8e:00:aa:aa")
    assert step["description_placeholders"] == {"cameras": "Dvůr"}
    await until(hass, lambda: hass.states.get("camera.vchod") and hass.states.get("camera.vchod").state == "idle")

    step = await answer(person, camera=by_name["Dvůr"], serial="ACCC8E00BBBB")
    assert step["type"] == "create_entry"
    await until(hass, lambda: hass.states.get("camera.dvur") and hass.states.get("camera.dvur").state == "idle")
    assert "serial_unknown" not in issues(hass)


async def test_number_that_leads_to_another_device_is_asked_for_again(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    (serial,) = simulator.world.cameras
    simulator.world.cameras[serial] = Camera("ACCC8EFFFFFF", "Jiná")
    await person.add_account()
    await until(hass, lambda: "serial_unknown" in issues(hass))


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
    step = await answer(person, remote_api_token=simulator.api_token(rights={"read"}))
    assert step["errors"] == {"base": "token_refused"}

    simulator.faults.add(Fault(kind="vapix", status=504))
    token = simulator.api_token(rights={"configuration"})
    step = await answer(person, remote_api_token=token)
    assert step["errors"] == {"base": "camera_unreachable"}

    simulator.faults.clear()
    step = await answer(person, remote_api_token=f" {token} ")
    assert step["type"] == "create_entry"
    await until(hass, lambda: [state.state for state in hass.states.async_all("camera")] == ["idle"])
    assert "remote_access_refused" not in issues(hass)
    assert entry.options["remote_api_token"] == token


@pytest.mark.parametrize("camera_count", [3])
async def test_one_camera_that_refuses_is_no_matter_of_the_account(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    serial = next(iter(simulator.world.cameras))
    simulator.faults.add(Fault(kind="vapix", serial=serial, status=403))
    entry = await person.add_account()
    await until(hass, lambda: all(camera.condition != "checking" for camera in entry.runtime_data.cameras.values()))
    conditions = sorted(camera.condition for camera in entry.runtime_data.cameras.values())
    assert conditions == ["reachable", "reachable", "refused"]
    assert "remote_access_refused" not in issues(hass)


# --- right missing -----------------------------------------------------------------------------------


@pytest.mark.parametrize("switches", [Switches(graphql_refusal="status"), Switches(graphql_refusal="errors")])
async def test_lost_right_leads_to_the_choice_of_rights(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=403, times=1))
    await entry.runtime_data.tree.async_refresh()
    assert "right_missing" in issues(hass)
    assert not hass.config_entries.flow.async_progress()

    await fix(person, "right_missing")
    step = await answer(person)
    assert step["type"] == "abort"
    assert step["reason"] == "continue"
    flow_type, flow_id = step["next_flow"]
    assert flow_type == "config_flow"
    step = await person.continue_flow(flow_id)
    assert step["step_id"] == "user"
    await person.name_provider()
    await person.choose("rights")
    await person.answer(rights=["read", "liveview"])
    await person.choose("pick_implementation")
    step = await person.sign_in()
    assert step["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    assert "right_missing" not in issues(hass)


async def test_right_that_comes_back_clears_the_issue(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=403))
    await entry.runtime_data.tree.async_refresh()
    assert "right_missing" in issues(hass)
    simulator.faults.clear()
    await entry.runtime_data.tree.async_refresh()
    assert "right_missing" not in issues(hass)


# --- account gone ------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["right_missing", "serial_unknown"])
async def test_account_removed_while_its_dialog_is_open(
    hass: HomeAssistant, person: Person, simulator: Simulator, kind: str
) -> None:
    simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=403))
    await entry.runtime_data.tree.async_refresh()
    await fix(person, kind)
    await hass.config_entries.async_remove(entry.entry_id)
    assert issues(hass) == {}
    step = await answer(person)
    assert step["reason"] == "account_gone"


async def test_account_that_is_not_loaded_cannot_be_asked_for_serials(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    step = await fix(person, "serial_unknown")
    (option,) = step["data_schema"][0]["selector"]["select"]["options"]
    await hass.config_entries.async_unload(entry.entry_id)
    assert issues(hass) == {}
    step = await answer(person, camera=option["value"], serial="ACCC8E00AAAA")
    assert step["reason"] == "account_not_loaded"
