"""What a hostile or broken provider or camera sends stays harmless, and never ends a camera."""

import itertools
from typing import Any

from homeassistant.components.camera import async_get_image, async_get_stream_source
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er, json as ha_json
import pytest

from custom_components.netrex.cameras.axis_camera import Condition
from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import UnreachableError
from simulator import Camera, Fault, Head, Light, Preset, Scenario, Simulator, Switches

from ..cameras.test_camera import cameras
from ..listening import CAMERA, shows, until_listening
from ..person import Person
from ..test_repairs import issues
from ..waiting import until

pytestmark = pytest.mark.usefixtures("detection_sensors")


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
    head = image.index(b"\xff\xc0") + 5
    huge = image[:head] + (65000).to_bytes(2) * 2 + image[head + 4 :]
    simulator.faults.add(Fault(kind="vapix:image", body=huge))
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
        camera.report_failure(UnreachableError("somebody says so"))
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
        camera.report_failure(UnreachableError("somebody says so"))
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
    await until(hass, lambda: hass.states.get(entity_id).attributes["live_view"] == "still_images")
    camera.media_cgi, camera.firmware = True, "12.0.1"
    (device,) = entry.runtime_data.cameras.values()
    device.report_failure(UnreachableError("somebody says so"))
    await until(hass, lambda: hass.states.get(entity_id).attributes["live_view"] == "video")
    devices = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
    assert "12.0.1" in {each.sw_version for each in devices}


async def test_camera_that_invents_sources_at_each_reload_gets_a_bounded_number_of_entities(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    entity_registry: er.EntityRegistry,
) -> None:
    timing_of(hass).most_event_sources = 12
    (camera,) = simulator.world.cameras.values()
    invented = itertools.count()
    entry = await person.add_account()
    without = len(er.async_entries_for_config_entry(entity_registry, entry.entry_id))
    for _ in range(3):
        camera.event_states.clear()
        for number in itertools.islice(invented, 10):
            simulator.happen(camera.serial, "input", str(number), active=False)
        assert await hass.config_entries.async_reload(entry.entry_id)
        await until_listening(hass, entry, simulator)
    found = er.async_entries_for_config_entry(entity_registry, entry.entry_id)
    assert len(found) == without + 12
    # Those that were there first still change, and nothing is lost without a word.
    simulator.happen(camera.serial, "input", "0")
    await until(hass, lambda: hass.states.is_state(f"binary_sensor.{CAMERA}_input_1", "on"))
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["cameras"][0]["events"]["reports_of_too_many_sources"] >= 8


@pytest.mark.usefixtures("quick_reconnects")
async def test_camera_that_takes_back_what_it_invents_fills_no_registry(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    entity_registry: er.EntityRegistry,
) -> None:
    """Home Assistant also keeps what it knew of entities that were removed."""
    timing_of(hass).most_event_sources = 30
    timing_of(hass).most_new_event_sources = 30
    (camera,) = simulator.world.cameras.values()
    entry = await person.add_account()
    await until_listening(hass, entry, simulator)

    def remembered() -> set[str]:
        known = (*entity_registry.entities.values(), *entity_registry.deleted_entities.values())
        return {each.unique_id for each in known if "Scenario" in each.unique_id}

    for begin in range(1, 41, 8):
        numbers = range(begin, begin + 8)
        camera.event_states.clear()
        camera.scenarios = [Scenario(number, f"Zone {number}") for number in numbers]
        for number in numbers:
            simulator.happen(camera.serial, "person", str(number), active=False)
        # Whether it is one too many or not, the last one is taken in its turn.
        simulator.happen(camera.serial, "pir", active=not begin // 8 % 2)
        simulator.events.cut(camera.serial)
        await until(hass, shows(hass, f"binary_sensor.{CAMERA}_pir_sensor", "off" if begin // 8 % 2 else "on"))
    assert 8 < len(remembered()) <= 30


async def test_lights_that_a_camera_invents_replace_each_other(
    hass: HomeAssistant, person: Person, simulator: Simulator, entity_registry: er.EntityRegistry
) -> None:
    (camera,) = simulator.world.cameras.values()
    camera.lights = [Light() for _ in range(3)]
    entry = await person.add_account_with_api_token()
    await until(hass, lambda: len(hass.states.async_all("light")) == 3)
    camera.lights = [Light()]
    (known,) = entry.runtime_data.cameras.values()
    await known.refresh_equipment()
    await hass.async_block_till_done()
    assert len([each for each in entity_registry.entities.values() if each.domain == "light"]) == 1


async def test_presets_that_a_camera_invents_fill_no_registry(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    entity_registry: er.EntityRegistry,
) -> None:
    """Home Assistant also keeps what it knew of entities that were removed."""
    timing_of(hass).most_entities_of_camera = 12
    # What is never added is not told that it is removed.
    button = "custom_components.netrex.button.NumberedButton"
    monkeypatch.setattr(f"{button}._attr_entity_registry_enabled_default", True, raising=False)
    (camera,) = simulator.world.cameras.values()
    camera.head = Head(presets={number: Preset(f"Preset {number}") for number in range(1, 6)})
    entry = await person.add_account(["read", "liveview", "liveview_ptz"])

    def remembered() -> set[str]:
        known = (*entity_registry.entities.values(), *entity_registry.deleted_entities.values())
        return {each.unique_id for each in known if each.domain == "button" and each.platform == "netrex"}

    await until(hass, lambda: len(remembered()) > 4)
    (known,) = entry.runtime_data.cameras.values()
    for begin in range(11, 51, 10):
        camera.head.presets = {number: Preset(f"Preset {number}") for number in range(begin, begin + 5)}
        await known.refresh_equipment()
        await hass.async_block_till_done(wait_background_tasks=False)
    assert len(remembered()) == 12
    # What was known before is made again when it comes back.
    camera.head.presets = {1: Preset("Preset 1")}
    await known.refresh_equipment()
    await until(hass, lambda: any(each.unique_id.endswith("preset~1") for each in entity_registry.entities.values()))


async def test_account_of_more_cameras_than_are_added(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    device_registry: dr.DeviceRegistry,
) -> None:
    monkeypatch.setattr("custom_components.netrex.coordinator.MAX_CAMERAS", 3)
    for _ in range(4):
        simulator.world.add_camera()
    nodes = sorted(simulator.world.camera_nodes(), key=lambda node: node.node_id)

    def added() -> set[str | None]:
        devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
        return {device.serial_number for device in devices} - {None}

    entry = await person.add_account()
    assert added() == {node.serial for node in nodes[:3]}
    assert entry.runtime_data.cameras.keys() == {node.node_id for node in nodes[:3]}
    issue = issues(hass)["too_many_cameras"]
    assert issue.translation_placeholders == {"account": entry.title, "count": "5", "limit": "3"}
    # A new one takes the place of none; one that goes makes room for the next.
    simulator.world.add_camera()
    await entry.runtime_data.tree.async_refresh()
    assert added() == {node.serial for node in nodes[:3]}
    for node in nodes[:3]:
        simulator.world.remove(node.node_id)
    await entry.runtime_data.tree.async_refresh()
    await hass.async_block_till_done()
    assert len(added()) == 3
    assert "too_many_cameras" not in issues(hass)
