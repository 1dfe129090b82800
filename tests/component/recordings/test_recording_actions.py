"""Actions on recordings as automations call them: what they answer and refuse, and that nothing is left behind."""

import asyncio
from datetime import datetime, timedelta
import os
from pathlib import Path
import stat
from typing import Any

import av
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import (
    area_registry as ar,
    device_registry as dr,
    entity_registry as er,
    label_registry as lr,
)
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_capture_events
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.netrex.cloud.recordings import Recording
from custom_components.netrex.recordings import known_exports
from custom_components.netrex.recordings.errors import PreparationFailedError
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Simulator, Switches, World
from simulator.world import Camera
from tests.small_disk import small_disk

from ..browsing import MediaBrowser
from ..listening import shows
from ..person import Person
from ..waiting import until

pytestmark = pytest.mark.usefixtures("quick_polls")


@pytest.fixture
def switches() -> Switches:
    return Switches(recording_preparation=0.05)


@pytest.fixture
async def camera(hass: HomeAssistant, person: Person) -> str:
    """The camera's entity."""
    await person.add_account()
    await until(hass, lambda: hass.states.async_all("camera"))
    return hass.states.async_all("camera")[0].entity_id


async def test_each_account_is_asked_for_its_own_cameras(hass: HomeAssistant, person: Person, camera: str) -> None:
    (first,) = hass.config_entries.async_entries("netrex")
    async with Simulator(cameras=World.with_cameras(1)) as other:
        second = await Person(hass, other, person.browser, person.app).add_second_account()
        for entry, simulator in ((first, person.simulator), (second, other)):
            (node,) = simulator.world.camera_nodes()
            device = dr.async_get(hass).async_get_device_by_identifier(
                ("netrex", f"{entry.unique_id}~{node.node_id}"), config_entry_id=entry.entry_id
            )
            assert device
            before = simulator.counters["graphql:camera"]
            assert (await act(hass, "list_recordings", device.id))["recordings"]
            assert simulator.counters["graphql:camera"] == before + 1
        assert await hass.config_entries.async_remove(second.entry_id)


async def test_actions_are_for_devices_areas_and_labels(
    hass: HomeAssistant,
    person: Person,
    media: Path,
    hass_ws_client: WebSocketGenerator,
    area_registry: ar.AreaRegistry,
    label_registry: lr.LabelRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    """They are offered under *Add action > By target*, and do there what they do for each camera."""
    world = person.simulator.world
    world.add_camera(name="ACCC8E00AAAA", camera=Camera("ACCC8E00AAAA", "Shed"))
    away = world.add_camera(name="ACCC8E00BBBB", camera=Camera("ACCC8E00BBBB", "Barn"))
    world.cameras["ACCC8E00BBBB"].online = False
    # Its serial number is not known, so it has no entity.
    nameless = world.add_camera(name="Cellar", camera=Camera("ACCC8E00CCCC", "Cellar"))
    entry = await person.add_account()
    first, shed, barn = "camera.accc8e10a3f1", "camera.accc8e00aaaa", "camera.accc8e00bbbb"
    await until(hass, lambda: set(hass.states.async_entity_ids("camera")) == {first, shed, barn})
    await until(hass, shows(hass, barn, STATE_UNAVAILABLE))
    yard, label = area_registry.async_get_or_create("Yard").id, label_registry.async_create("Watched").label_id
    entities = er.async_get(hass)
    devices = {
        each.serial_number or each.name: each
        for each in dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    }
    cellar = next(each for key, each in devices.items() if key and nameless.name in key)
    for device in devices.values():
        device_registry.async_update_device(device.id, area_id=yard if device.id != cellar.id else None)
    entities.async_update_entity(shed, labels={label})
    assert away.node_id

    async def listed(**target: Any) -> set[str]:
        start = ago(hours=1)
        answers = await hass.services.async_call(
            "netrex",
            "list_recordings",
            {"start": start, "end": start + timedelta(seconds=20)},
            target=target,
            blocking=True,
            return_response=True,
        )
        assert answers
        assert all(answer["recordings"] for answer in answers.values())  # type: ignore[index,call-overload]
        return set(answers)

    assert await listed(area_id=yard) == {first, shed, barn}
    assert await listed(label_id=label) == {shed}
    assert await listed(device_id=[devices["ACCC8E10A3F1"].id, cellar.id]) == {first, cellar.id}
    assert await listed(area_id=yard, device_id=cellar.id) == {first, shed, barn, cellar.id}
    assert await listed(entity_id=[first, shed]) == {first, shed}

    # One name is not for the recordings of two.
    with pytest.raises(ServiceValidationError) as refused:
        start = ago(hours=1)
        wanted = {"start": start, "end": start + timedelta(seconds=20), "file_name": "a.mp4"}
        await hass.services.async_call("netrex", "export_recording", wanted, target={"area_id": yard}, blocking=True)
    assert refused.value.translation_key == "export_name_of_several"
    assert left_in(media) == []
    # Who may not see one of them sees none.
    stranger = MockUser().add_to_hass(hass)
    stranger.mock_policy({"entities": {"entity_ids": {shed: True}}})
    data = {"start": start, "end": start + timedelta(seconds=20)}
    with pytest.raises(Unauthorized):
        await hass.services.async_call(
            "netrex",
            "list_recordings",
            data,
            target={"area_id": yard},
            blocking=True,
            return_response=True,
            context=Context(user_id=stranger.id),
        )
    kitchen = area_registry.async_get_or_create("Kitchen").id
    with pytest.raises(ServiceValidationError) as refused:
        await listed(area_id=kitchen)
    assert refused.value.translation_key == "camera_unknown"

    browser = await hass_ws_client(hass)
    for target in ({"area_id": [yard]}, {"device_id": [devices["ACCC8E10A3F1"].id]}, {"label_id": [label]}):
        await browser.send_json_auto_id({"type": "get_services_for_target", "target": target})
        offered = (await browser.receive_json())["result"]
        assert {each for each in offered if each.startswith("netrex.")} == {
            f"netrex.{action}" for action in hass.services.async_services()["netrex"]
        }


def left_in(folder: Path) -> list[str]:
    """Return everything that is in a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*"))


def ago(**delta: float) -> datetime:
    """Return a moment in the past, whole seconds."""
    return (dt_util.now() - timedelta(**delta)).replace(microsecond=0)


async def act(hass: HomeAssistant, action: str, camera: str, *, context: Context | None = None, **data: Any) -> Any:
    """Call an action on a recording of 20 seconds, an hour ago, unless said otherwise.

    camera: its entity, or its device. Returns its answer.
    """
    start = data.pop("start", ago(hours=1))
    answers = await hass.services.async_call(
        "netrex",
        action,
        {"start": start, "end": data.pop("end", start + timedelta(seconds=20)), **data},
        target={"entity_id" if "." in camera else "device_id": camera},
        blocking=True,
        return_response=True,
        context=context,
    )
    assert answers
    (answer,) = answers.values()
    return answer


# --- export ------------------------------------------------------------------------------------------


async def test_export(hass: HomeAssistant, camera: str, media: Path) -> None:
    told = async_capture_events(hass, "netrex_export")
    answer = await act(hass, "export_recording", camera, file_name="visits/front door", height="480")
    path = Path(answer["path"])
    assert path == media / "visits" / "front door.mp4"
    assert path.stat().st_size == answer["size"] == answer["files"][0]["size"]
    assert answer["files"][0]["height"] == 480
    assert answer["media_content_id"] == "media-source://media_source/local/visits/front door.mp4"
    assert 18 <= answer["duration"] <= 20
    with av.open(path) as video:
        assert video.streams.video[0].height == 480
        assert abs(float(video.duration / av.time_base) - 20) < 3
    assert left_in(media) == ["visits", "visits/front door.mp4"]
    assert [event.data["state"] for event in told] == ["preparing", "downloading", "finished"] or (
        [event.data["state"] for event in told] == ["preparing", "finished"]
    )
    assert {event.data["camera"] for event in told} == {camera}
    assert told[-1].data["path"] == str(path)
    assert told[-1].data["percent"] == 100


async def test_file_is_named_after_camera_and_time(
    hass: HomeAssistant, camera: str, media: Path, simulator: Simulator
) -> None:
    start = ago(hours=2)
    (node,) = simulator.world.camera_nodes()
    answer = await act(hass, "export_recording", camera, start=start)
    stamp = dt_util.as_local(start).strftime("%Y%m%d_%H%M%S")
    assert answer["path"] == str(media / "netrex" / f"{node.name.lower()}_{stamp}.mp4")


async def test_each_piece_is_a_file(hass: HomeAssistant, camera: str, media: Path, simulator: Simulator) -> None:
    start = ago(hours=1)
    (node,) = simulator.world.camera_nodes()
    begins = int(start.timestamp())
    node.gaps = [(begins + 10, begins + 20)]
    answer = await act(hass, "export_recording", camera, file_name="a", start=start, end=start + timedelta(seconds=30))
    assert left_in(media) == ["a-1.mp4", "a-2.mp4"]
    assert [file["path"] for file in answer["files"]] == [str(media / "a-1.mp4"), str(media / "a-2.mp4")]
    # Where the last piece fails, the first is not kept either.
    simulator.faults.add(Fault(kind="graphql:recordingPrepare", times=1, delay=0.01))
    (media / "b-2.mp4").touch()
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, "export_recording", camera, file_name="b", start=start, end=start + timedelta(seconds=30))
    assert refused.value.translation_key == "export_file_exists"
    assert left_in(media) == ["a-1.mp4", "a-2.mp4", "b-2.mp4"]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"file_name": "../a.mp4"}, "export_bad_name"),
        ({"file_name": "/etc/passwd"}, "export_outside"),
        ({"start": ago(hours=1), "end": ago(hours=2)}, "interval_empty"),
        ({"start": ago(hours=1), "end": ago(hours=-1)}, "interval_in_future"),
        ({"start": ago(hours=9), "end": ago(hours=1)}, "interval_too_long"),
        ({"start": ago(days=9), "end": ago(days=9, minutes=-1)}, "recording_nothing"),
    ],
)
async def test_export_refuses(
    hass: HomeAssistant, camera: str, media: Path, simulator: Simulator, data: dict[str, Any], key: str
) -> None:
    simulator.world.camera_nodes()[0].recorded_from = int(ago(days=2).timestamp())
    with pytest.raises(HomeAssistantError) as refused:
        await act(hass, "export_recording", camera, **data)
    assert refused.value.translation_key == key
    assert "{" not in str(refused.value)
    assert left_in(media) == []


@pytest.mark.parametrize("unknown", ["camera.none", "light.lamp", "", "x" * 500, "0123456789"])
async def test_unknown_cameras(hass: HomeAssistant, camera: str, media: Path, unknown: str) -> None:
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, "export_recording", unknown)
    assert refused.value.translation_key == "camera_unknown"


async def test_camera_by_its_device(
    hass: HomeAssistant, camera: str, simulator: Simulator, device_registry: dr.DeviceRegistry
) -> None:
    (serial,) = simulator.world.cameras
    (entry,) = hass.config_entries.async_entries("netrex")
    devices = dr.async_entries_for_config_entry(device_registry, entry.entry_id)
    (device,) = (each for each in devices if each.serial_number == serial)
    assert (await act(hass, "list_recordings", device.id))["recordings"]


async def test_file_that_is_there_stays(hass: HomeAssistant, camera: str, media: Path) -> None:
    (media / "a.mp4").write_text("mine")
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, "export_recording", camera, file_name="a.mp4")
    assert refused.value.translation_key == "export_file_exists"
    # Not even by those who want to replace it: people who may control a camera are no administrators of all media.
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, "export_recording", camera, file_name="a.mp4", overwrite=True)
    assert refused.value.translation_key == "export_file_not_ours"
    assert (media / "a.mp4").read_text() == "mine"
    assert left_in(media) == ["a.mp4"]


async def test_only_an_export_is_replaced(
    hass: HomeAssistant, camera: str, media: Path, hass_storage: dict[str, Any]
) -> None:
    async def export(name: str) -> str:
        try:
            await act(hass, "export_recording", camera, file_name=name, start=ago(hours=1), overwrite=True)
        except ServiceValidationError as err:
            return str(err.translation_key)
        return "saved"

    path = media / "a.mp4"
    assert [await export("a.mp4") for _ in range(3)] == ["saved"] * 3
    # Also after a restart.
    known_exports.written_exports(hass)._files = None
    assert await export("a.mp4") == "saved"
    assert hass_storage["netrex.written_exports"]["data"].keys() == {str(path)}
    # What somebody made of it, or put there, is theirs.
    whole = path.read_bytes()
    path.write_bytes(whole[:-1])
    assert await export("a.mp4") == "export_file_not_ours"
    path.write_bytes(whole)
    os.utime(path, (1_000_000_000, 1_000_000_000))
    assert await export("a.mp4") == "export_file_not_ours"
    path.rename(media / "b.mp4")
    assert await export("b.mp4") == "export_file_not_ours"
    path.symlink_to(media / "b.mp4")
    assert await export("a.mp4") == "export_file_not_ours"
    assert (media / "b.mp4").read_bytes() == whole
    # A note that makes no sense is none.
    known_exports.written_exports(hass)._files = None
    hass_storage["netrex.written_exports"]["data"] = {str(path): 1, str(media / "b.mp4"): [[1, "x"], 2, {}], "c": []}
    assert [await export(name) for name in ("a.mp4", "b.mp4")] == ["export_file_not_ours"] * 2
    assert await export("c.mp4") == "saved"


async def test_exports_that_were_written_long_ago_are_forgotten(
    hass: HomeAssistant, camera: str, media: Path, hass_storage: dict[str, Any]
) -> None:
    timing_of(hass).most_known_exports = 2
    for name in ("a.mp4", "b.mp4", "a.mp4", "c.mp4"):
        await act(hass, "export_recording", camera, file_name=name, start=ago(hours=1), overwrite=True)
    noted = hass_storage["netrex.written_exports"]["data"]
    assert list(noted) == [str(media / name) for name in ("a.mp4", "c.mp4")]
    assert [len(marks) for marks in noted.values()] == [2, 1]
    with pytest.raises(ServiceValidationError):
        await act(hass, "export_recording", camera, file_name="b.mp4", start=ago(hours=1), overwrite=True)


async def test_replacement_that_fails_can_be_tried_again(
    hass: HomeAssistant, camera: str, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both are known while one takes the other's place, whenever Home Assistant is killed."""

    def fail(path: Path, target: Path) -> None:
        raise PermissionError(1, "Operation not permitted")

    await act(hass, "export_recording", camera, file_name="a.mp4", start=ago(hours=1), overwrite=True)
    before = (media / "a.mp4").read_bytes()
    with monkeypatch.context() as patched:
        patched.setattr(Path, "replace", fail)
        with pytest.raises(HomeAssistantError):
            await act(hass, "export_recording", camera, file_name="a.mp4", start=ago(hours=2), overwrite=True)
    assert (media / "a.mp4").read_bytes() == before
    await act(hass, "export_recording", camera, file_name="a.mp4", start=ago(hours=2), overwrite=True)
    assert (media / "a.mp4").read_bytes() != before


async def test_file_that_appears_meanwhile_stays(
    hass: HomeAssistant, camera: str, media: Path, simulator: Simulator
) -> None:
    simulator.switches.recording_preparation = 0.5
    export = asyncio.create_task(act(hass, "export_recording", camera, file_name="a.mp4"))
    await until(hass, lambda: simulator.counters["graphql:recordingPrepare"])
    (media / "a.mp4").write_text("mine")
    with pytest.raises(ServiceValidationError) as refused:
        await export
    assert refused.value.translation_key == "export_file_exists"
    assert left_in(media) == ["a.mp4"]
    assert (media / "a.mp4").read_text() == "mine"


@pytest.mark.parametrize(
    ("positions", "faults", "key"),
    [
        ({"recording_failure": "refused"}, [], "recording_failed"),
        ({"recording_failure": "error"}, [], "recording_failed"),
        ({"download_kind": "page"}, [], "recording_not_video"),
        ({}, [Fault(kind="graphql", status=503)], "recordings_unreachable"),
        ({}, [Fault(kind="graphql:camera", status=403)], "recordings_permission_missing"),
        ({}, [Fault(kind="download", status=500)], "recordings_unreachable"),
        ({}, [Fault(kind="download", status=410)], "recording_failed"),
        ({}, [Fault(kind="download", cut_after=0)], "recordings_unreachable"),
    ],
)
async def test_failed_export_leaves_nothing(
    hass: HomeAssistant,
    camera: str,
    media: Path,
    simulator: Simulator,
    positions: dict[str, str],
    faults: list[Fault],
    key: str,
) -> None:
    told = async_capture_events(hass, "netrex_export")
    simulator.switches.change(positions)
    for fault in faults:
        simulator.faults.add(fault)
    with pytest.raises(HomeAssistantError) as refused:
        await act(hass, "export_recording", camera, file_name="new/a.mp4")
    assert refused.value.translation_key == key
    assert left_in(media) == []
    assert told[-1].data["state"] == "failed"
    assert told[-1].data["error"]
    simulator.faults.clear()
    simulator.switches.change({"recording_failure": "no", "download_kind": "h264"})
    await act(hass, "export_recording", camera, file_name="new/a.mp4")


async def test_network_that_drops_in_the_middle(
    hass: HomeAssistant, camera: str, media: Path, simulator: Simulator
) -> None:
    whole = await act(hass, "export_recording", camera, file_name="whole", start=(start := ago(hours=1)))
    simulator.faults.add(Fault(kind="download", cut_after=whole["size"] // 2, times=2))
    await act(hass, "export_recording", camera, file_name="cut", start=start)
    assert (media / "cut.mp4").read_bytes() == (media / "whole.mp4").read_bytes()


async def test_link_that_ends_meanwhile(hass: HomeAssistant, camera: str, media: Path, simulator: Simulator) -> None:
    start = ago(hours=1)
    whole = await act(hass, "export_recording", camera, file_name="whole", start=start)
    # The download is cut off, and the link no longer holds when the rest is asked for.
    simulator.faults.add(Fault(kind="download", cut_after=whole["size"] // 2, times=1))
    simulator.faults.add(Fault(kind="download", status=403, times=1))
    await act(hass, "export_recording", camera, file_name="anew", start=start)
    assert (media / "anew.mp4").stat().st_size == whole["size"]


async def test_link_that_ends_again_and_again(
    hass: HomeAssistant, camera: str, media: Path, simulator: Simulator
) -> None:
    whole = await act(hass, "export_recording", camera, file_name="whole", start=(start := ago(hours=1)))
    for _ in range(3):
        simulator.faults.add(Fault(kind="download", cut_after=whole["size"] // 2, times=1))
        simulator.faults.add(Fault(kind="download", status=403, times=1))
        # Looking at the beginning of the new file goes well.
        simulator.faults.add(Fault(kind="download", times=1))
    with pytest.raises(HomeAssistantError) as refused:
        await act(hass, "export_recording", camera, file_name="never", start=start)
    assert refused.value.translation_key == "recording_failed"
    assert left_in(media) == ["whole.mp4"]


async def test_large_file_is_told_about_on_the_way(
    hass: HomeAssistant, camera: str, media: Path, simulator: Simulator
) -> None:
    simulator.switches.download_padding = 50_000_000
    told = async_capture_events(hass, "netrex_export")
    answer = await act(hass, "export_recording", camera, file_name="large")
    assert answer["size"] > 50_000_000
    percents = [event.data["percent"] for event in told if event.data["state"] == "downloading"]
    assert percents == sorted(percents)
    assert 5 <= len(percents) <= 11
    assert all("key" not in str(event.data) for event in told)


async def test_download_that_takes_too_long(
    hass: HomeAssistant, camera: str, media: Path, simulator: Simulator
) -> None:
    timing_of(hass).export_download_timeout = 0.2
    simulator.switches.change({"download_rate": 500_000, "download_padding": 50_000_000})
    with pytest.raises(HomeAssistantError) as refused:
        await act(hass, "export_recording", camera, file_name="slow")
    assert refused.value.translation_key == "recordings_unreachable"
    assert left_in(media) == []


async def test_too_many_pieces(hass: HomeAssistant, camera: str, media: Path, simulator: Simulator) -> None:
    start = ago(hours=2)
    begins = int(start.timestamp())
    (node,) = simulator.world.camera_nodes()
    node.gaps = [(begins + at, begins + at + 2) for at in range(2, 1000, 4)]
    with pytest.raises(HomeAssistantError) as refused:
        await act(hass, "export_recording", camera, start=start, end=start + timedelta(minutes=20))
    assert refused.value.translation_key == "export_too_many_pieces"
    assert left_in(media) == []


async def test_second_name_that_is_taken_meanwhile_takes_the_first_back(
    hass: HomeAssistant, camera: str, media: Path, simulator: Simulator
) -> None:
    start = ago(hours=1)
    begins = int(start.timestamp())
    (node,) = simulator.world.camera_nodes()
    node.gaps = [(begins + 8, begins + 10)]
    simulator.switches.recording_preparation = 0.5
    export = asyncio.create_task(act(hass, "export_recording", camera, file_name="a", start=start))
    await until(hass, lambda: simulator.counters["graphql:recordingPrepare"])
    (media / "a-2.mp4").write_text("mine")
    with pytest.raises(ServiceValidationError):
        await export
    assert left_in(media) == ["a-2.mp4"]


async def test_account_that_is_not_loaded(hass: HomeAssistant, person: Person, camera: str) -> None:
    await hass.config_entries.async_unload(person.entry().entry_id)
    for action, data in (("list_recordings", {}), ("export_recording", {}), ("delete_recordings", {"confirm": True})):
        with pytest.raises(ServiceValidationError) as refused:
            await act(hass, action, camera, **data)
        assert refused.value.translation_key == "recordings_account_gone"


async def test_camera_that_has_left_netrex(hass: HomeAssistant, person: Person, camera: str) -> None:
    tree = person.entry().runtime_data.tree
    (node,) = person.simulator.world.camera_nodes()
    tree.data.nodes.pop(node.node_id)  # the registry follows with the next query
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, "list_recordings", camera)
    assert refused.value.translation_key == "camera_unknown"


async def test_disk_that_is_nearly_full(
    hass: HomeAssistant, camera: str, media: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.netrex.recordings.disk_space.KEPT_FREE", 10**18)
    with pytest.raises(HomeAssistantError) as refused:
        await act(hass, "export_recording", camera, file_name="new/a.mp4")
    assert refused.value.translation_key == "recording_no_space"
    assert left_in(media) == []


async def test_unfinished_export_is_read_by_nobody_else(
    hass: HomeAssistant, camera: str, media: Path, simulator: Simulator
) -> None:
    def modes() -> list[int]:
        return sorted(stat.S_IMODE(path.stat().st_mode) for path in media.iterdir() if path.stat().st_size)

    start = ago(hours=1)
    await act(hass, "export_recording", camera, file_name="a.mp4", start=start)
    usual = media / "usual"
    usual.touch(0o644)
    assert modes() == [stat.S_IMODE(usual.stat().st_mode)]
    simulator.switches.change({"download_padding": 10_000_000})
    simulator.faults.add(Fault(kind="download", cut_after=9_000_000, hang=True))
    export = asyncio.create_task(act(hass, "export_recording", camera, file_name="b.mp4", start=start))
    await until(hass, lambda: len(modes()) == 2)
    assert modes()[0] == 0o600
    export.cancel()
    await asyncio.wait([export])


@pytest.mark.parametrize("where", ["in the middle", "at its end"])
async def test_disk_that_fills(hass: HomeAssistant, camera: str, media: Path, where: str) -> None:
    # Once before: the simulator keeps its clips as files, too.
    start = ago(hours=1)
    await act(hass, "export_recording", camera, file_name="before.mp4", start=start)
    size = (media / "before.mp4").stat().st_size
    with small_disk(size // 2 if where == "in the middle" else size - 10), pytest.raises(HomeAssistantError) as refused:
        await act(hass, "export_recording", camera, file_name="new/a.mp4", start=start)
    assert refused.value.translation_key == "recording_no_space"
    assert left_in(media) == ["before.mp4"]


async def test_folder_that_can_not_be_written(hass: HomeAssistant, camera: str, media: Path) -> None:
    (media / "file").touch()
    with pytest.raises(HomeAssistantError) as refused:
        await act(hass, "export_recording", camera, file_name="file/a.mp4")
    assert refused.value.translation_key == "export_not_writable"
    assert left_in(media) == ["file"]


async def test_account_that_is_unloaded_meanwhile(
    hass: HomeAssistant, person: Person, camera: str, media: Path, simulator: Simulator
) -> None:
    simulator.switches.recording_preparation = 60
    export = asyncio.create_task(act(hass, "export_recording", camera, file_name="new/a.mp4"))
    await until(hass, lambda: simulator.counters["graphql:recordingPrepare"])
    await hass.config_entries.async_unload(person.entry().entry_id)
    with pytest.raises(HomeAssistantError) as refused:
        await export
    assert refused.value.translation_key == "export_stopped"
    assert left_in(media) == []


async def test_caller_that_is_stopped(hass: HomeAssistant, camera: str, media: Path, simulator: Simulator) -> None:
    simulator.switches.change({"download_rate": 500_000, "download_padding": 50_000_000})
    export = asyncio.create_task(act(hass, "export_recording", camera, file_name="new/a.mp4"))
    await until(hass, lambda: any(name.endswith(".part") for name in left_in(media)))
    export.cancel()
    with pytest.raises(asyncio.CancelledError):
        await export
    await until(hass, lambda: left_in(media) == [])


async def test_what_a_crash_left_is_removed_at_the_next_start(
    hass: HomeAssistant, media: Path, hass_storage: dict[str, Any]
) -> None:
    ours, other = media / ".netrex-0123456789abcdef.part", media / "other.part"
    ours.touch()
    other.touch()
    hass_storage["netrex.unfinished_exports"] = {
        "version": 1, "minor_version": 1, "key": "netrex.unfinished_exports", "data": [str(ours), str(other)],
    }  # fmt: skip
    assert await async_setup_component(hass, "netrex", {})
    assert left_in(media) == ["other.part"]


@pytest.mark.parametrize(
    "noted",
    [
        7,
        {"a": 1},
        [7, None],
        ["/nowhere/.netrex-0123456789abcdef.part"],
        ["/no\0where/.netrex-0123456789abcdef.part"],
        "FOLDER",
    ],
)
async def test_whatever_a_crash_left_home_assistant_starts(
    hass: HomeAssistant, media: Path, hass_storage: dict[str, Any], noted: Any
) -> None:
    stuck = media / ".netrex-0123456789abcdef.part"
    stuck.mkdir()  # what can't be removed
    hass_storage["netrex.unfinished_exports"] = {
        "version": 1, "minor_version": 1, "key": "netrex.unfinished_exports",
        "data": [str(stuck)] if noted == "FOLDER" else noted,
    }  # fmt: skip
    assert await async_setup_component(hass, "netrex", {})


async def test_other_work_goes_on_during_an_export(
    hass: HomeAssistant, camera: str, media: Path, simulator: Simulator
) -> None:
    simulator.switches.recording_preparation = 1
    export = asyncio.create_task(act(hass, "export_recording", camera))
    listed = await act(hass, "list_recordings", camera)
    assert listed["recordings"]
    assert not export.done()
    assert (await export)["size"]


# --- list --------------------------------------------------------------------------------------------


async def test_list(hass: HomeAssistant, browser: MediaBrowser, camera: str, simulator: Simulator) -> None:
    start = ago(hours=3)
    asked = simulator.counters["graphql:camera"]
    found = (await act(hass, "list_recordings", camera, start=start, end=start + timedelta(minutes=25)))["recordings"]
    assert simulator.counters["graphql:camera"] == asked + 1
    assert [datetime.fromisoformat(each["start"]) - start for each in found] == [
        timedelta(minutes=minutes) for minutes in (0, 10, 20)
    ]
    assert datetime.fromisoformat(found[-1]["end"]) == start + timedelta(minutes=25)
    assert found[0]["heights"] == [480, 720, 1080]
    url = await browser.resolve(found[2]["media_content_id"])
    async with browser.player.get(url) as answer:
        assert answer.status == 200


async def test_a_day_is_listed_in_one_request_and_no_more(
    hass: HomeAssistant, camera: str, simulator: Simulator
) -> None:
    found = await act(hass, "list_recordings", camera, start=ago(days=2), end=ago(days=1))
    assert len(found["recordings"]) == 144
    assert simulator.counters["graphql:camera"] == 1
    with pytest.raises(ServiceValidationError) as refused:
        await act(hass, "list_recordings", camera, start=ago(days=2), end=ago(hours=23))
    assert refused.value.translation_key == "interval_too_long"


# --- who may -----------------------------------------------------------------------------------------


async def test_whoever_may_not_see_the_camera_may_do_nothing(
    hass: HomeAssistant, camera: str, media: Path, stranger: MockUser
) -> None:
    for action in ("export_recording", "list_recordings", "delete_recordings"):
        data = {"confirm": True} if action == "delete_recordings" else {}
        with pytest.raises(Unauthorized):
            await act(hass, action, camera, context=Context(user_id=stranger.id), **data)
        with pytest.raises(UnknownUser):
            await act(hass, action, camera, context=Context(user_id="nobody"), **data)
    assert left_in(media) == []


async def test_delete_needs_the_permission_and_a_word(hass: HomeAssistant, camera: str) -> None:
    for confirm, key in ((False, "delete_not_confirmed"), (True, "delete_permission_missing")):
        with pytest.raises(ServiceValidationError) as refused:
            await act(hass, "delete_recordings", camera, confirm=confirm)
        assert refused.value.translation_key == key


async def test_waiting_for_a_recording_ends_without_being_canceled(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """aiohttp can lose the cancellation of a deadline."""
    entry = await person.add_account()
    jobs = entry.runtime_data.recordings.jobs
    jobs._timeout = 0.1
    simulator.faults.add(Fault(kind="graphql:recording", status=503))
    with pytest.raises(PreparationFailedError):
        await jobs._poll(Recording("any", 10))
