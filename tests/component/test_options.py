"""What can be set after an account was added."""

from homeassistant.core import HomeAssistant

from simulator import Camera, Simulator

from .person import Person
from .waiting import until


async def test_serial_number_can_be_entered_and_forgotten(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    node = simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    await person.options(entry)
    step = await person.choose("camera_serial")
    assert step["description_placeholders"] == {"entered": "0"}
    step = await person.answer(camera=str(node.node_id), serial="12")
    assert step["errors"] == {"serial": "bad_serial"}
    step = await person.answer(camera=str(node.node_id), serial="accc8e00aaaa")
    assert step["type"] == "create_entry"
    await until(hass, lambda: hass.states.get("camera.vchod") and hass.states.get("camera.vchod").state == "idle")

    await person.options(entry)
    step = await person.choose("camera_serial")
    assert step["description_placeholders"] == {"entered": "\n- Vchod: ACCC8E00AAAA"}
    await person.answer(camera=str(node.node_id), serial="")
    await hass.async_block_till_done()
    assert entry.options["serials"] == {}
    assert node.node_id not in entry.runtime_data.cameras


async def test_token_for_cameras_can_be_entered_and_taken_back(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    simulator.switches.device_connect_takes_oauth = False
    entry = await person.add_account()
    token = simulator.api_token(rights={"configuration"})
    await person.options(entry)
    await person.choose("remote_access")
    await person.answer(remote_api_token=f"{token}\n")
    assert entry.options == {"remote_api_token": token}
    await until(hass, lambda: [state.state for state in hass.states.async_all("camera")] == ["idle"])

    await person.options(entry)
    step = await person.choose("remote_access")
    assert token not in str(step)
    await person.answer()
    await hass.async_block_till_done()
    assert entry.options == {}


async def test_serials_need_a_connected_account(hass: HomeAssistant, person: Person) -> None:
    entry = await person.add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    await person.options(entry)
    step = await person.choose("camera_serial")
    assert step["reason"] == "account_not_loaded"


async def test_account_without_cameras_has_no_serials_to_enter(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    for node in [node for node in simulator.world.nodes.values() if node.type == "camera"]:
        simulator.world.remove(node.node_id)
    entry = await person.add_account()
    await person.options(entry)
    step = await person.choose("camera_serial")
    assert step["reason"] == "no_cameras"
