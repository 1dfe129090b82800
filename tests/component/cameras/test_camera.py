"""Cameras as a person meets them: devices, pictures, renames, cameras that go off and come back."""

import asyncio
from collections import Counter
from contextlib import AsyncExitStack
import gc
import logging
import time
from typing import Any
import weakref

from homeassistant.components.camera import async_get_image, async_get_stream_source, async_request_stream
from homeassistant.components.camera.const import CameraEntityFeature
from homeassistant.components.stream.core import Segment
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
from homeassistant.util.async_ import create_eager_task
import pytest

from custom_components.netrex.camera import OPENING
from custom_components.netrex.live.broadcast import MediaRefusal
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import GoneError, UnreachableError
from simulator import Camera, Fault, NodeType, Simulator, Switches

from ..episodes_kept import PICTURE
from ..person import Person
from ..waiting import poll, until, until_ready


def cameras(hass: HomeAssistant) -> list[str]:
    """Return the ids of all camera entities, available ones only."""
    return [state.entity_id for state in hass.states.async_all("camera") if state.state != STATE_UNAVAILABLE]


def moving_pictures(person: Person, entity_id: str) -> Any:
    """Ask for a camera's moving pictures as a browser does; to be used with `async with`."""
    token = person.hass.states.get(entity_id).attributes["access_token"]
    return person.browser.get(f"/api/camera_proxy_stream/{entity_id}", params={"token": token})


async def image_comes(hass: HomeAssistant, entity_id: str) -> None:
    """Wait until the camera gives a picture: a failure is remembered for a second."""
    deadline = time.monotonic() + 10
    while True:
        try:
            assert (await async_get_image(hass, entity_id)).content
        except HomeAssistantError:
            assert time.monotonic() < deadline, "no picture came"
            await asyncio.sleep(0.05)
        else:
            return


async def test_camera_is_a_device_with_its_picture(
    hass: HomeAssistant, person: Person, simulator: Simulator, device_registry: dr.DeviceRegistry
) -> None:
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    (camera,) = simulator.world.cameras.values()
    by_kind = {
        device.serial_number: device for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    }
    account, device = by_kind[None], by_kind[camera.serial]
    assert (device.manufacturer, device.model, device.sw_version) == (
        "Axis",
        camera.model.removeprefix("AXIS "),
        camera.firmware,
    )
    assert device.via_device_id == account.id
    assert account.entry_type is dr.DeviceEntryType.SERVICE
    assert account.configuration_url == simulator.url

    (entity_id,) = cameras(hass)
    state = hass.states.get(entity_id)
    assert state.attributes["brand"] == "Axis"
    assert state.attributes["model_name"] == device.model
    assert state.attributes["live_view"] == "video"

    image = await async_get_image(hass, entity_id)
    assert image.content_type == "image/jpeg"
    assert image.content.startswith(b"\xff\xd8\xff")


async def test_snapshot_is_no_larger_than_needed(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    await async_get_image(hass, cameras(hass)[0], width=300, height=160)
    (asked,) = [request for request in simulator.log if request.kind == "vapix:image"]
    assert asked.query["resolution"] == "320x180"


async def test_twenty_viewers_cost_one_picture(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    images = await asyncio.gather(*(async_get_image(hass, cameras(hass)[0]) for _ in range(20)))
    assert len({image.content for image in images}) == 1
    assert simulator.counters["vapix:image"] == 1


async def test_address_of_the_live_picture_opens_nothing(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    asked = simulator.counters.total()
    source = await async_get_stream_source(hass, cameras(hass)[0])
    assert source == await async_get_stream_source(hass, cameras(hass)[0])
    assert source.startswith("http://127.0.0.1:")
    assert simulator.counters.total() == asked
    for secret in simulator.issued_secrets():
        assert secret not in source


@pytest.mark.slow
@pytest.mark.usefixtures("quick_rechecks")
@pytest.mark.parametrize("switches", [Switches(offline_status=status) for status in (0, 404, 502, 503, 504)])
async def test_camera_that_goes_off_and_comes_back(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    (camera,) = simulator.world.cameras.values()
    camera.online = False
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, entity_id)
    await until(hass, lambda: not cameras(hass))
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, entity_id)

    camera.online = True
    await until(hass, lambda: cameras(hass), within=30)
    await image_comes(hass, entity_id)


@pytest.mark.parametrize("camera_count", [3])
async def test_one_camera_off_leaves_the_others_alone(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    next(iter(simulator.world.cameras.values())).online = False
    await person.add_account()
    await until(hass, lambda: len(cameras(hass)) == len(simulator.world.cameras) - 1)
    for entity_id in cameras(hass):
        assert (await async_get_image(hass, entity_id)).content


async def test_cameras_come_are_renamed_and_go(
    hass: HomeAssistant, person: Person, simulator: Simulator, device_registry: dr.DeviceRegistry
) -> None:
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    node = simulator.world.add_camera(name="Dílna", external_id="ACCC8E00F00D", camera=Camera("ACCC8E00F00D", "Dílna"))
    await poll(hass, entry)
    await until(hass, lambda: "camera.dilna" in cameras(hass))

    node.name = "Garáž"
    await poll(hass, entry)
    names = {device.name for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)}
    assert "Garáž" in names
    assert "Dílna" not in names
    await until(hass, lambda: hass.states.get("camera.dilna").attributes["friendly_name"] == "Garáž")

    simulator.world.remove(node.node_id)
    await poll(hass, entry)
    assert hass.states.get("camera.dilna") is None
    names = {device.name for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)}
    assert "Garáž" not in names
    assert entry.state.value == "loaded"

    simulator.world.add_camera(name="Dílna", external_id="ACCC8E00F00D", camera=Camera("ACCC8E00F00D", "Dílna"))
    await poll(hass, entry)
    await until(hass, lambda: "camera.dilna" in cameras(hass))


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="graphql", status=500),
        Fault(kind="graphql", status=429),
        Fault(kind="graphql", status=403),
        Fault(kind="graphql", garbage=True),
        Fault(kind="graphql", cut=True),
        Fault(kind="graphql", status=200, body='{"data":{"nodeList":[]}}'),
        Fault(kind="graphql", status=200, body='{"data":{"nodeList":[null]}}'),
        Fault(kind="graphql", status=200, body="[]"),
    ],
)
async def test_nothing_disappears_when_the_cloud_stumbles(
    hass: HomeAssistant, person: Person, simulator: Simulator, fault: Fault
) -> None:
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    before = cameras(hass)
    simulator.faults.add(fault)
    await poll(hass, entry)
    assert not entry.runtime_data.tree.last_update_success
    assert cameras(hass) == before
    assert (await async_get_image(hass, before[0])).content

    simulator.faults.clear()
    await poll(hass, entry)
    assert entry.runtime_data.tree.last_update_success
    assert not person.hass.config_entries.flow.async_progress()


async def test_areas_come_from_location_or_folder(
    hass: HomeAssistant, person: Person, simulator: Simulator, area_registry: ar.AreaRegistry
) -> None:
    location = simulator.world.add(NodeType.LOCATION, "Prodejna Ostrava", simulator.world.top)
    folder = simulator.world.add(NodeType.FOLDER, "Sklad", location)
    simulator.world.add_camera(folder)
    await person.add_account()
    areas = {area.name for area in area_registry.async_list_areas()}
    assert "Prodejna Ostrava" in areas
    assert simulator.world.top.name not in areas


async def test_video_channels_are_pictures_of_their_camera(
    hass: HomeAssistant, person: Person, simulator: Simulator, entity_registry: er.EntityRegistry
) -> None:
    parent = simulator.world.add_camera(camera=Camera("B8A44F00BEEF", "Panorama", channels=2))
    for name in ("Vlevo", "Vpravo"):
        simulator.world.add(NodeType.VIDEO_CHANNEL, name, parent)
    entry = await person.add_account()
    await until(hass, lambda: len(cameras(hass)) == 4)
    left, right = (entity_registry.async_get(f"camera.b8a44f00beef_{name}") for name in ("vlevo", "vpravo"))
    assert left is not None
    assert right is not None
    assert left.device_id == right.device_id
    await async_get_image(hass, "camera.b8a44f00beef_vpravo")
    (asked,) = [request for request in simulator.log if request.kind == "vapix:image"]
    assert asked.query["camera"] == "2"

    simulator.world.remove(simulator.world.node_named("Vlevo").node_id)
    await poll(hass, entry)
    await until(hass, lambda: hass.states.get("camera.b8a44f00beef_vlevo") is None)
    assert "camera.b8a44f00beef_vpravo" in cameras(hass)


async def test_another_device_behind_the_address_is_never_shown(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    (serial,) = simulator.world.cameras
    simulator.world.cameras[serial] = Camera("ACCC8EFFFFFF", "Jiná")
    entry = await person.add_account()
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.condition == "other_device")
    assert not cameras(hass)
    assert simulator.counters["vapix:image"] == 0


async def test_camera_without_media_shows_single_pictures(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    (camera,) = simulator.world.cameras.values()
    camera.media_cgi = False
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    source = await async_get_stream_source(hass, entity_id)
    async with person.app.session.get(source) as response:
        assert response.status >= 500
    await until(hass, lambda: hass.states.get(entity_id).attributes["live_view"] == "still_images")
    features = CameraEntityFeature(hass.states.get(entity_id).attributes["supported_features"])
    assert CameraEntityFeature.STREAM not in features

    async with moving_pictures(person, entity_id) as response:
        assert response.content_type == "multipart/x-mixed-replace"
        assert b"Content-Type: image/jpeg" in await response.content.readexactly(200)
    (device,) = entry.runtime_data.cameras.values()
    assert device.video.refusal == "missing"


async def test_older_firmware_is_never_asked_for_video(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Before AXIS OS 9.80 there is none: trying it would be an error in the log each time."""
    (camera,) = simulator.world.cameras.values()
    camera.media_cgi, camera.firmware = False, "9.70.1.2"
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    state = hass.states.get(entity_id)
    assert state.attributes["live_view"] == "still_images"
    assert CameraEntityFeature.STREAM not in CameraEntityFeature(state.attributes["supported_features"])

    # Nor while it has not been checked again after a restart.
    camera.online = False
    await hass.config_entries.async_reload(entry.entry_id)
    (device,) = entry.runtime_data.cameras.values()
    assert device.video.live_picture == "still_images"
    await until(hass, lambda: device.condition == "unreachable")
    assert simulator.counters["vapix:media"] == 0
    assert not [record for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.usefixtures("quick_rechecks")
async def test_camera_without_video_is_remembered_over_a_restart(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    (camera,) = simulator.world.cameras.values()
    camera.media_cgi = False
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    async with person.app.session.get(await async_get_stream_source(hass, entity_id)) as response:
        assert response.status == 502
    await until(hass, lambda: hass.states.get(entity_id).attributes["live_view"] == "still_images")
    asked = simulator.counters["vapix:media"]

    await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: cameras(hass))
    assert hass.states.get(entity_id).attributes["live_view"] == "still_images"
    assert await async_get_stream_source(hass, entity_id) is None
    assert simulator.counters["vapix:media"] == asked
    (device,) = entry.runtime_data.cameras.values()
    assert device.video.refusal == "earlier"

    # Until it has other firmware.
    camera.media_cgi, camera.firmware = True, "12.0.1"
    await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: cameras(hass))
    assert hass.states.get(entity_id).attributes["live_view"] == "video"


async def test_camera_without_video_is_looked_at_now_and_then(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """By the integration itself, before anybody would see an error."""
    timing_of(hass).video_recheck = 0.05
    (camera,) = simulator.world.cameras.values()
    camera.media_cgi = False
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    (device,) = entry.runtime_data.cameras.values()
    device.report_video_failure(MediaRefusal.MISSING)
    await until(hass, lambda: device.video.live_picture == "still_images")
    asked = simulator.counters["vapix:media"]
    await until(hass, lambda: simulator.counters["vapix:media"] >= asked + 2)
    assert device.video.live_picture == "still_images"
    camera.media_cgi = True
    await until(hass, lambda: device.video.live_picture == "video")


async def equipment_known(hass: HomeAssistant, simulator: Simulator) -> None:
    """Wait until the last thing has been asked that a camera may have beside its picture."""
    await until(hass, lambda: simulator.counters["vapix:firmwaremanagement"])


def asked_of_cameras(simulator: Simulator) -> Counter[str]:
    """Return how many requests there have been, by kind."""
    return Counter({kind: count for kind, count in simulator.counters.items() if kind.startswith("vapix:")})


async def test_late_snapshot_costs_one_request(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the camera has beside its picture can't have changed by that."""
    monkeypatch.setattr("custom_components.netrex.live.snapshot.TIME_LIMIT", 0.1)
    entry = await person.add_account_with_api_token()
    await until_ready(hass, entry)
    await equipment_known(hass, simulator)
    simulator.faults.add(Fault(kind="vapix:image", hang=True))
    before = asked_of_cameras(simulator)
    for checks in (1, 2):
        # The second check begins when all is done that the first one led to.
        with pytest.raises(HomeAssistantError):
            await async_get_image(hass, cameras(hass)[0], width=400 * checks)
        checked = before["vapix:basicdeviceinfo"] + checks
        await until(hass, lambda checked=checked: simulator.counters["vapix:basicdeviceinfo"] == checked)
    assert asked_of_cameras(simulator) - before == {"vapix:image": 2, "vapix:basicdeviceinfo": 2}
    assert cameras(hass)


@pytest.mark.usefixtures("quick_rechecks")
async def test_what_a_camera_has_is_asked_again_when_it_may_have_changed(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """It was away, has other firmware, or says that it has no such thing any more."""
    entry = await person.add_account_with_api_token()
    await until_ready(hass, entry)
    await equipment_known(hass, simulator)
    (device,) = entry.runtime_data.cameras.values()
    (camera,) = simulator.world.cameras.values()

    async def asked_again() -> None:
        count = simulator.counters["vapix:firmwaremanagement"]
        await until(hass, lambda: simulator.counters["vapix:firmwaremanagement"] > count)

    camera.online = False
    device.report_failure(UnreachableError("somebody says so"))
    await until(hass, lambda: device.condition == "unreachable")
    camera.online = True
    await asked_again()
    camera.firmware = "12.0.1"
    device.report_failure(UnreachableError("somebody says so"))
    await asked_again()
    device.report_failure(GoneError("there is no such thing"), of_equipment=True)
    await asked_again()


async def test_moving_pictures_of_a_camera_that_is_off(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    simulator.faults.add(Fault(kind="vapix:video", status=503))
    async with moving_pictures(person, entity_id) as response:
        assert response.status == 502


async def test_without_the_permission_to_watch_no_camera_is_asked(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    await person.add_account(["read", "recordings"])
    await hass.async_block_till_done()
    assert not hass.states.async_all("camera")
    assert not [kind for kind in simulator.counters if kind.startswith("vapix")]


@pytest.mark.slow
@pytest.mark.usefixtures("quick_rechecks")
@pytest.mark.parametrize("kind", ["vapix:basicdeviceinfo", "vapix:param", "vapix"])
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 401},
        {"status": 403},
        {"status": 404},
        {"status": 429},
        {"status": 500},
        {"status": 502},
        {"status": 302},
        {"cut": True},
        {"garbage": True},
        {"cut_after": 20},
        {"status": 200, "body": "{}"},
    ],
)
async def test_camera_that_cannot_be_checked_yet_comes_by_itself(
    hass: HomeAssistant, person: Person, simulator: Simulator, kind: str, fault: dict[str, Any]
) -> None:
    simulator.faults.add(Fault(kind=kind, **fault))
    entry = await person.add_account()
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.last_failure or camera.condition == "reachable")
    if camera.condition != "reachable":
        assert not cameras(hass)
        with pytest.raises(HomeAssistantError) as told:
            await async_get_image(hass, hass.states.async_all("camera")[0].entity_id)
        assert told.value
    simulator.faults.clear()
    await until(hass, lambda: cameras(hass))
    assert (await async_get_image(hass, cameras(hass)[0])).content
    assert not hass.config_entries.flow.async_progress()


@pytest.mark.slow
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 404},
        {"garbage": True},
        {"cut": True},
        {"cut_after": 500},
        {"body": PICTURE[: len(PICTURE) // 2]},
    ],
)
async def test_picture_that_does_not_come_is_told_and_the_camera_stays(
    hass: HomeAssistant, person: Person, simulator: Simulator, fault: dict[str, Any]
) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    simulator.faults.add(Fault(kind="vapix:image", **fault))
    with pytest.raises(HomeAssistantError, match="No image could be loaded"):
        await async_get_image(hass, entity_id)
    simulator.faults.clear()
    await until(hass, lambda: cameras(hass) == [entity_id])

    await image_comes(hass, entity_id)


async def test_watching_live_is_shown_and_ends(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    source = await async_get_stream_source(hass, entity_id)
    async with person.app.session.get(source) as response:
        assert (await response.content.readexactly(188))[0] == 0x47  # a packet of MPEG-TS
        await until(hass, lambda: hass.states.get(entity_id).state == "streaming")
    await until(hass, lambda: hass.states.get(entity_id).state == "idle")
    await simulator.wait_viewers(next(iter(simulator.world.cameras)), 0)


async def test_new_serial_number_ends_the_former_live_picture(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    (node_id,) = entry.runtime_data.cameras
    source = await async_get_stream_source(hass, cameras(hass)[0])
    async with person.app.session.get(source) as response:
        await response.content.readexactly(188)
        other = simulator.world.add_camera(name="Jiná", camera=Camera("ACCC8E00AAAA", "Jiná"))
        hass.config_entries.async_update_entry(entry, options={"serials": {str(node_id): "ACCC8E00AAAA"}})
        entry.runtime_data.follow_tree()
        while await response.content.readany():
            pass
    assert entry.runtime_data.cameras[node_id].serial == "ACCC8E00AAAA"
    assert other
    await until(hass, lambda: cameras(hass))


@pytest.mark.slow
@pytest.mark.usefixtures("quick_rechecks")
@pytest.mark.parametrize("expected_lingering_timers", [True])
async def test_live_picture_in_a_browser_ends_with_video(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    (camera,) = simulator.world.cameras.values()
    playlist = await async_request_stream(hass, entity_id, "hls")

    async def playlist_comes() -> bool:
        async with person.browser.get(playlist) as response:
            return response.status == 200

    deadline = time.monotonic() + 20
    while not await playlist_comes():
        assert time.monotonic() < deadline, "no playlist came"
    await simulator.wait_viewers(camera.serial, 1)

    # The camera's own update takes video away while somebody watches.
    camera.media_cgi = False
    entry = person.entry()
    (device,) = entry.runtime_data.cameras.values()
    device.report_video_failure(MediaRefusal.CUT_OFF)
    await until(hass, lambda: hass.states.get(entity_id).attributes["live_view"] == "still_images")
    await simulator.wait_viewers(camera.serial, 0)
    with pytest.raises(HomeAssistantError):
        await async_request_stream(hass, entity_id, "hls")
    assert await async_get_stream_source(hass, entity_id) is None


async def test_live_picture_of_a_camera_that_is_off_is_refused_at_once(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    (camera,) = simulator.world.cameras.values()
    camera.online = False
    entry = await person.add_account()
    (device,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: device.condition == "unreachable")
    entity = hass.data["camera"].get_entity(hass.states.async_all("camera")[0].entity_id)
    with pytest.raises(HomeAssistantError, match="can't be reached"):
        await entity.async_create_stream()


async def test_live_picture_whose_first_segment_comes_too_late_is_forgotten(
    hass: HomeAssistant, person: Person
) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    entity = hass.data["camera"].get_entity(entity_id)
    await async_request_stream(hass, entity_id, "hls")
    (output,) = entity.stream.outputs().values()
    forgotten = weakref.ref(entity.stream)
    removal = create_eager_task(entity.async_remove())
    # From the thread that reads the picture, and is being waited for now.
    output.put(Segment(1, b"", 1, dt_util.utcnow(), ()))
    await removal
    del output, entity
    await until(hass, lambda: gc.collect() >= 0 and forgotten() is None)


async def test_live_picture_is_opened_without_counting_pictures(hass: HomeAssistant, person: Person) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    stream = await hass.data["camera"].get_entity(cameras(hass)[0]).async_create_stream()
    assert stream.pyav_options.items() >= OPENING.items()


@pytest.mark.usefixtures("quick_rechecks")
async def test_video_is_tried_again_where_it_was_cut_off(hass: HomeAssistant, person: Person) -> None:
    timing_of(hass).video_recheck = 0.3
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    (device,) = entry.runtime_data.cameras.values()
    device.report_video_failure(MediaRefusal.CUT_OFF)
    await until(hass, lambda: device.video.live_picture == "still_images")
    await until(hass, lambda: device.video.live_picture == "video")


async def test_equipment_that_is_not_told_does_not_bring_video_back(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).equipment_retry = 0.05
    simulator.faults.add(Fault(kind="vapix:siren_and_light", garbage=True))
    entry = await person.add_account(["read", "liveview", "liveview_light"])
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.condition == "reachable")
    camera.report_video_failure(MediaRefusal.CUT_OFF)
    await until(hass, lambda: camera.video.live_picture == "still_images")
    asked = simulator.counters["vapix:siren_and_light"]
    await until(hass, lambda: simulator.counters["vapix:siren_and_light"] >= asked + 3)
    assert camera.video.live_picture == "still_images"
    # Which is asked for ever more seldom.
    assert camera._equipment._incomplete_pause >= 0.05 * 2**3


async def test_video_that_breaks_off_lets_the_camera_be_checked(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    simulator.faults.add(Fault(kind="vapix:media", status=503))
    asked = simulator.counters["vapix:basicdeviceinfo"]
    source = await async_get_stream_source(hass, entity_id)
    async with person.app.session.get(source) as response:
        assert response.status == 503
    await until(hass, lambda: simulator.counters["vapix:basicdeviceinfo"] > asked)
    assert cameras(hass) == [entity_id]


async def test_moving_pictures_are_for_a_household_and_end_with_the_camera(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    (serial,) = simulator.world.cameras
    async with AsyncExitStack() as open_pictures:
        viewers = [await open_pictures.enter_async_context(moving_pictures(person, entity_id)) for _ in range(8)]
        async with moving_pictures(person, entity_id) as one_too_many:
            assert one_too_many.status == 502

        simulator.world.cameras[serial].online = False
        for viewer in viewers:
            while await viewer.content.readany():
                pass
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.condition == "unreachable")


async def test_moving_pictures_are_limited_also_while_the_camera_is_being_asked(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    async with AsyncExitStack() as open_pictures:
        asked = (open_pictures.enter_async_context(moving_pictures(person, entity_id)) for _ in range(12))
        statuses = [viewer.status for viewer in await asyncio.gather(*asked)]
    assert sorted(statuses) == [200] * 8 + [502] * 4


async def test_moving_pictures_end_with_their_account(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    (serial,) = simulator.world.cameras
    async with moving_pictures(person, entity_id) as pictures:
        await pictures.content.readexactly(1000)
        await hass.config_entries.async_unload(entry.entry_id)
        while await pictures.content.readany():
            pass
    await simulator.wait_viewers(serial, 0)


async def test_moving_pictures_that_are_ending_may_be_ended_again(hass: HomeAssistant, person: Person) -> None:
    """As where a camera leaves the account that is being unloaded."""
    entry = await person.add_account()
    await until(hass, lambda: cameras(hass))
    (entity_id,) = cameras(hass)
    (channel,) = entry.runtime_data.channels.values()
    async with moving_pictures(person, entity_id) as pictures:
        await pictures.content.readexactly(1000)
        channel.mjpeg.end()
        # Its time is up, but it has not ended yet.
        await asyncio.sleep(0)
        channel.mjpeg.end()
        while await pictures.content.readany():
            pass


async def test_camera_whose_serial_number_is_forgotten_pauses(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    node = simulator.world.add_camera(name="Vchod", camera=Camera("ACCC8E00AAAA", "Vchod"))
    entry = await person.add_account()
    known = {"serials": {str(node.node_id): "ACCC8E00AAAA"}}
    for options, state in ((known, "idle"), ({}, STATE_UNAVAILABLE), (known, "idle")):
        hass.config_entries.async_update_entry(entry, options=options)
        entry.runtime_data.follow_tree()
        await until(hass, lambda state=state: getattr(hass.states.get("camera.vchod"), "state", None) == state)


async def test_what_ends_for_a_picture_that_has_gone_changes_nothing(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until_ready(hass, entry)
    account = entry.runtime_data
    (camera,) = account.cameras.values()
    simulator.counters.clear()
    account.channels._on_streaming("gone")
    account.channels._on_open_failed("gone", UnreachableError("away"))
    account.channels._on_media_refused("gone", MediaRefusal.MISSING)
    await hass.async_block_till_done()
    assert camera.condition == "reachable"
    assert not simulator.counters
