"""What a hostile or broken provider or camera sends stays harmless, and never ends a camera."""

from typing import Any

from homeassistant.components.camera import async_get_image, async_get_stream_source
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, json as ha_json
import pytest

from custom_components.netrex.axis_camera import Condition
from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.vapix import UnreachableError
from simulator import Camera, Fault, Simulator, Switches

from .person import Person
from .test_camera import cameras
from .test_repairs import issues
from .waiting import until


@pytest.mark.parametrize("name", ["\\ud800 camera", "two\\nlines", "x" * 10_000])
async def test_names_that_cannot_be_stored_or_read(
    hass: HomeAssistant, person: Person, simulator: Simulator, device_registry: dr.DeviceRegistry, name: str
) -> None:
    node = f'{{"node_id":2,"parent_node_id":1,"type":"camera","name":"{name}","external_id":"ACCC8E00AAAA"}}'
    tree = f'{{"data":{{"nodeList":[{{"node_id":1,"parent_node_id":null,"type":"folder","name":"Top"}},{node}]}}}}'
    simulator.faults.add(Fault(kind="graphql:nodeList", body=tree))
    entry = await person.add_account_with_api_token()
    names = [device.name or "" for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)]
    assert len(names) == 2
    for each in names:
        assert ha_json.json_bytes(each)
        assert len(each) <= 200
        assert each.isprintable()


@pytest.mark.usefixtures("quick_rechecks")
@pytest.mark.parametrize(
    "body",
    [
        "[" * 200_000,
        '{"error":{"code":' + "9" * 5000 + "}}",
        '{"data":{"propertyList":{"SerialNumber":"' + "A" * 100_000 + '"}}}',
        '{"data":{"propertyList":[1]}}',
    ],
)
async def test_answers_that_break_parsers_do_not_end_the_camera(
    hass: HomeAssistant, person: Person, simulator: Simulator, body: str
) -> None:
    simulator.faults.add(Fault(kind="vapix:basicdeviceinfo", body=body))
    entry = await person.add_account()
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.last_failure)
    simulator.faults.clear()
    await until(hass, lambda: cameras(hass))


async def test_picture_that_claims_to_be_huge_is_refused(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    image = (await async_get_image(hass, cameras(hass)[0])).content
    assert image
    # The same head with a size of 65000 x 65000 would hold up Home Assistant for seconds when it is scaled.
    simulator.faults.add(Fault(kind="vapix:image", body="\xff\xd8"))
    (entity_id,) = cameras(hass)
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, entity_id, width=100, height=100)


async def test_camera_that_turns_out_to_be_another_is_not_shown_any_more(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    source = await async_get_stream_source(hass, entity_id)
    token = hass.states.get(entity_id).attributes["access_token"]
    (serial,) = simulator.world.cameras
    (camera,) = entry.runtime_data.cameras.values()
    async with (
        person.app.session.get(source) as video,
        person.browser.get(f"/api/camera_proxy_stream/{entity_id}", params={"token": token}) as pictures,
    ):
        await video.content.readexactly(188)
        await pictures.content.readexactly(188)
        assert pictures.headers["X-Content-Type-Options"] == "nosniff"
        real = simulator.world.cameras[serial]
        simulator.world.cameras[serial] = Camera("ACCC8EFFFFFF", "Jiná")
        camera.doubt(UnreachableError("somebody says so"))
        await until(hass, lambda: camera.condition == "other_device")
        while await video.content.readany():
            pass
        while await pictures.content.readany():
            pass
    async with person.app.session.get(source) as video:
        assert video.status == 504
    assert "serial_unknown" in issues(hass)
    simulator.world.cameras[serial] = real


async def test_whoever_watches_another_camera_sees_on(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    (wrong,) = simulator.world.cameras
    simulator.world.add_camera(name="Dílna", external_id="ACCC8E00F00D", camera=Camera("ACCC8E00F00D", "Dílna"))
    entry = await person.add_account()
    account = entry.runtime_data
    assert len(account.channels) == 2
    await until(hass, lambda: {each.condition for each in account.cameras.values()} == {Condition.REACHABLE})
    camera, other = sorted(account.cameras.values(), key=lambda each: each.serial != wrong)
    async with person.app.session.get(account.relay.url(str(other.node.node_id))) as video:
        await video.content.readexactly(188)
        simulator.world.cameras[wrong] = Camera("ACCC8EFFFFFF", "Jiná")
        camera.doubt(UnreachableError("somebody says so"))
        await until(hass, lambda: camera.condition is Condition.OTHER_DEVICE)
        facts = await async_get_config_entry_diagnostics(hass, entry)
        watchers = {each["condition"]: each["watchers"] for each in facts["cameras"]}
        assert watchers == {"other_device": 0, "reachable": 1}
        begun = simulator.live_viewers[other.serial]
        await video.content.readexactly(188 * 500)
        assert simulator.live_viewers[other.serial] == begun == 1


@pytest.mark.parametrize("kind", ["graphql:__schema", "graphql:cameraList"])
@pytest.mark.parametrize("switches", [Switches(serial_field="serial")])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 502},
        {"status": 406, "body": "<html>"},
        {"status": 401},
        {"status": 200, "body": '{"errors":[{"message":"Syntax Error: Unexpected token"}]}'},
        {"cut": True},
    ],
)
async def test_question_for_serial_numbers_takes_nothing_away(
    hass: HomeAssistant, person: Person, simulator: Simulator, kind: str, fault: dict[str, Any]
) -> None:
    simulator.faults.add(Fault(kind=kind, **fault))
    entry = await person.add_account()
    assert entry.state.value == "loaded"
    await until(hass, lambda: cameras(hass))
    assert not hass.config_entries.flow.async_progress()


@pytest.mark.parametrize("switches", [Switches(serial_field="serial")])
async def test_serial_numbers_stay_when_one_answer_is_bad(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    (node,) = simulator.world.camera_nodes()
    node.name = "Vchod"
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass) == ["camera.vchod"])
    simulator.world.add_camera()
    simulator.faults.add(Fault(kind="graphql:cameraList", body='{"errors":[{"message":"Internal server error"}]}'))
    await entry.runtime_data.tree.async_refresh()
    assert "camera.vchod" in cameras(hass)
    assert "serial_unknown" not in issues(hass)


@pytest.mark.usefixtures("quick_rechecks")
async def test_new_firmware_brings_video_back(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    (camera,) = simulator.world.cameras.values()
    camera.media_cgi = False
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    async with person.app.session.get(await async_get_stream_source(hass, entity_id)):
        pass
    await until(hass, lambda: hass.states.get(entity_id).attributes["live_picture"] == "single_pictures")
    camera.media_cgi, camera.firmware = True, "12.0.1"
    (device,) = entry.runtime_data.cameras.values()
    device.doubt(UnreachableError("somebody says so"))
    await until(hass, lambda: hass.states.get(entity_id).attributes["live_picture"] == "video")
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert "12.0.1" in {each.sw_version for each in devices}
