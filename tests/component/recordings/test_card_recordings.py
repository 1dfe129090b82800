"""What lies on a camera's memory card: browsed, played, listed and deleted."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
import stat
import threading
from typing import Any

import av
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.netrex.recordings import card_clips
from custom_components.netrex.tasks.timing import Timing, timing_of
from simulator import CardRecording, Fault, Simulator
from tests.small_disk import small_disk

from ..browsing import MediaBrowser, RefusedError
from ..person import Person
from ..waiting import until
from .test_recording_actions import act

SCOPES = ["read", "liveview", "recordings", "recordings_delete"]


@pytest.fixture
def two_o_clock() -> datetime:
    """Yesterday, in Prague."""
    return dt_util.start_of_local_day(dt_util.now().astimezone(dt_util.get_time_zone("Europe/Prague"))) - timedelta(
        hours=10
    )


@pytest.fixture
async def camera(hass: HomeAssistant, browser: MediaBrowser, person: Person, two_o_clock: datetime) -> str:
    """A camera with a card: three recordings of yesterday, one of them long and one locked."""
    (device,) = person.simulator.world.cameras.values()
    device.card = True
    at = two_o_clock.timestamp()
    device.card_recordings = [
        CardRecording.at(at, 30),
        CardRecording.at(at + 3600, 25 * 60, "continuous"),
        CardRecording.at(at + 7200, 20, "scheduled", locked=True),
    ]
    await person.add_account(SCOPES)
    await until(hass, lambda: [state for state in hass.states.async_all("camera") if state.state == "idle"])
    return hass.states.async_all("camera")[0].entity_id


async def walk(browser: MediaBrowser, person: Person, *titles: str) -> dict[str, Any]:
    (node,) = person.simulator.world.camera_nodes()
    return await browser.walk(node.name, "Memory card", *titles)


async def test_a_day_of_the_card(browser: MediaBrowser, person: Person, camera: str, simulator: Simulator) -> None:
    days = await walk(browser, person)
    assert [child["title"] for child in days["children"]][:2] == ["Today", "Yesterday"]
    assert simulator.counters["vapix:list"] == 0
    found = await walk(browser, person, "Yesterday")
    assert [child["title"] for child in found["children"]] == [
        "14:00:00 to 14:00:30, triggered by an event",
        "15:00:00 to 15:10:00, continuous",
        "15:10:00 to 15:20:00, continuous",
        "15:20:00 to 15:25:00, continuous",
        "16:00:00 to 16:00:20, scheduled",
    ]
    assert found["not_shown"] == 0


async def test_cameras_without_a_card_show_none(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until(hass, lambda: [state for state in hass.states.async_all("camera") if state.state == "idle"])
    (node,) = simulator.world.camera_nodes()
    assert "Memory card" not in await browser.titles(f"camera/{entry.entry_id}/{node.node_id}")
    with pytest.raises(RefusedError, match="has no memory card"):
        await browser.open(f"card-day/{entry.entry_id}/{node.node_id}/2026-11-23")


async def test_it_plays_whole_and_in_parts(
    browser: MediaBrowser, person: Person, camera: str, simulator: Simulator, tmp_path: Path
) -> None:
    chosen = await walk(browser, person, "Yesterday", "14:00:00")
    url = await browser.resolve(chosen["media_content_id"])
    async with browser.player.get(url) as answer:
        assert (answer.status, answer.content_type) == (200, "video/mp4")
        whole = await answer.read()
    path = tmp_path / "clip.mp4"
    path.write_bytes(whole)
    with av.open(path) as video:
        assert abs(float(video.duration / av.time_base) - 30) < 2
        assert [stream.type for stream in video.streams] == ["video", "audio"]
    assert whole.index(b"moov") < whole.index(b"mdat")  # it plays before all of it is there
    async with browser.player.get(url, headers={"Range": "bytes=100-199"}) as answer:
        assert (answer.status, await answer.read()) == (206, whole[100:200])
    async with browser.player.head(url) as answer:
        assert (answer.status, int(answer.headers["Content-Length"])) == (200, len(whole))
    assert simulator.counters["vapix:exportrecording"] == 1


def place(hass: HomeAssistant) -> Path:
    return Path(hass.config.cache_path("netrex", "card_recordings"))


def folders(hass: HomeAssistant) -> list[Path]:
    """Return what accounts keep their files in."""
    return list(place(hass).glob("*"))


def files(hass: HomeAssistant) -> list[Path]:
    return list(place(hass).glob("*/*"))


async def test_files_go_with_the_account(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, camera: str
) -> None:
    chosen = await walk(browser, person, "Yesterday", "14:00:00")
    await browser.resolve(chosen["media_content_id"])
    assert [path.suffix for path in files(hass)] == [".mp4"]
    # Others who have an account on the machine do not see it.
    assert [stat.S_IMODE(path.stat().st_mode) for path in (place(hass), *folders(hass))] == [0o700, 0o700]
    await hass.config_entries.async_unload(person.entry().entry_id)
    await hass.async_block_till_done()
    assert folders(hass) == []


async def test_two_that_are_the_first_share_a_folder(
    hass: HomeAssistant, browser: MediaBrowser, hass_ws_client: WebSocketGenerator, person: Person, camera: str
) -> None:
    chosen = [
        (await walk(browser, person, "Yesterday", begins))["media_content_id"] for begins in ("14:00:00", "16:00:00")
    ]
    browsers = (browser, MediaBrowser(hass, await hass_ws_client(hass), browser.player))
    await asyncio.gather(*(each.resolve(recording) for each, recording in zip(browsers, chosen, strict=True)))
    assert len(folders(hass)) == 1
    assert len(files(hass)) == 2
    await hass.config_entries.async_unload(person.entry().entry_id)
    await hass.async_block_till_done()
    assert folders(hass) == []


async def test_account_that_ends_while_the_folder_is_made(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, camera: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = await walk(browser, person, "Yesterday", "14:00:00")
    begun, go_on, made = threading.Event(), threading.Event(), threading.Event()

    def slowly(folder: Path) -> None:
        begun.set()
        assert go_on.wait(30)
        make_folder(folder)
        made.set()

    make_folder = card_clips._make_folder
    monkeypatch.setattr(card_clips, "_make_folder", slowly)
    resolving = asyncio.create_task(browser.resolve(chosen["media_content_id"]))
    await until(hass, begun.is_set, settle=False)
    unloading = asyncio.create_task(hass.config_entries.async_unload(person.entry().entry_id))
    with pytest.raises(RefusedError):
        await resolving
    go_on.set()
    assert await unloading
    await until(hass, made.is_set)
    await hass.async_block_till_done()
    # An empty folder may be left; the next start removes it.
    assert files(hass) == []


async def test_account_that_ends_while_a_file_is_made(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, camera: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its thread ends with the account, and leaves nothing."""
    chosen = await walk(browser, person, "Yesterday", "14:00:00")
    begun, ended = threading.Event(), threading.Event()

    def slowly(source: Path, target: Path, stop: threading.Event, timing: Timing) -> None:
        begun.set()
        assert stop.wait(30)
        try:
            remux(source, target, stop, timing)
        finally:
            ended.set()

    remux = card_clips.remux
    monkeypatch.setattr(card_clips, "remux", slowly)
    resolving = asyncio.create_task(browser.resolve(chosen["media_content_id"]))
    await until(hass, begun.is_set, settle=False)
    unloading = asyncio.create_task(hass.config_entries.async_unload(person.entry().entry_id))
    with pytest.raises(RefusedError):
        await resolving
    assert await unloading
    assert ended.is_set()
    await hass.async_block_till_done()
    assert folders(hass) == []


async def test_folder_that_can_not_be_made(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, camera: str
) -> None:
    chosen = await walk(browser, person, "Yesterday", "14:00:00")
    in_the_way = place(hass)
    in_the_way.parent.mkdir(parents=True, exist_ok=True)
    in_the_way.touch()
    with pytest.raises(RefusedError):
        await browser.resolve(chosen["media_content_id"])
    in_the_way.unlink()
    await browser.resolve(chosen["media_content_id"])
    assert len(files(hass)) == 1


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault(kind="vapix:list", status=500), "couldn't be read"),
        (Fault(kind="vapix:properties", garbage=True), "couldn't be read"),
        (Fault(kind="vapix:exportrecording", status=503), "couldn't be read"),
        (Fault(kind="vapix:exportrecording", cut_after=3000), "couldn't be read"),
        (Fault(kind="vapix:exportrecording", cut=True), "couldn't be read"),
    ],
)
async def test_faults_are_told_and_leave_nothing(
    hass: HomeAssistant,
    browser: MediaBrowser,
    person: Person,
    camera: str,
    simulator: Simulator,
    fault: Fault,
    text: str,
) -> None:
    chosen = await walk(browser, person, "Yesterday", "14:00:00")
    simulator.faults.add(fault)
    with pytest.raises(RefusedError, match=text):
        await browser.resolve(chosen["media_content_id"])
    assert files(hass) == []
    simulator.faults.clear()
    await browser.resolve(chosen["media_content_id"])


async def test_what_is_no_video(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, camera: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    chosen = await walk(browser, person, "Yesterday", "14:00:00")
    usual, timing = Timing(), timing_of(hass)
    timing.most_card_bytes = 1000
    with pytest.raises(RefusedError, match="couldn't create"):
        await browser.resolve(chosen["media_content_id"])
    timing.most_card_bytes, timing.most_card_packets = usual.most_card_bytes, 10
    with pytest.raises(RefusedError, match="couldn't create"):
        await browser.resolve(chosen["media_content_id"])
    timing.most_card_packets = usual.most_card_packets
    monkeypatch.setattr("custom_components.netrex.recordings.disk_space.KEPT_FREE", 10**18)
    with pytest.raises(RefusedError, match="enough disk space"):
        await browser.resolve(chosen["media_content_id"])


@pytest.mark.parametrize("where", ["at the begin", "in the middle", "at its end"])
async def test_disk_that_fills(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, camera: str, where: str
) -> None:
    chosen = await walk(browser, person, "Yesterday", "14:00:00")
    # Once before: the simulator keeps its clips as files, too.
    await browser.resolve(chosen["media_content_id"])
    (path,) = Path(hass.config.cache_path("netrex", "card_recordings")).rglob("*.mp4")
    size = path.stat().st_size
    await hass.config_entries.async_reload(person.entry().entry_id)
    await until(hass, lambda: hass.states.get(camera).state == "idle")
    most = {"at the begin": 0, "in the middle": size // 2, "at its end": size - 10}[where]
    with small_disk(most), pytest.raises(RefusedError, match="enough disk space"):
        await browser.resolve(chosen["media_content_id"])
    assert files(hass) == []


async def test_what_is_gone_from_the_card(
    browser: MediaBrowser, person: Person, camera: str, simulator: Simulator
) -> None:
    chosen = await walk(browser, person, "Yesterday", "14:00:00")
    (device,) = simulator.world.cameras.values()
    device.card_recordings.pop(0)
    with pytest.raises(RefusedError, match="no recording of that time"):
        await browser.resolve(chosen["media_content_id"])


async def test_a_camera_that_is_off(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, camera: str, simulator: Simulator
) -> None:
    chosen = await walk(browser, person, "Yesterday", "14:00:00")
    (device,) = simulator.world.cameras.values()
    device.online = False
    with pytest.raises(RefusedError, match="couldn't be read"):
        await browser.resolve(chosen["media_content_id"])
    await until(hass, lambda: hass.states.get(camera).state == "unavailable")
    with pytest.raises(RefusedError, match="Home Assistant reconnects"):
        await browser.resolve(chosen["media_content_id"])


# --- actions -----------------------------------------------------------------------------------------


async def test_list(hass: HomeAssistant, browser: MediaBrowser, camera: str, two_o_clock: datetime) -> None:
    found = await act(
        hass,
        "list_recordings",
        camera,
        source="card",
        start=two_o_clock,
        end=two_o_clock + timedelta(hours=1, minutes=15),
    )
    visit, long = found["recordings"]
    assert datetime.fromisoformat(visit["start"]) == two_o_clock
    assert datetime.fromisoformat(visit["end"]) - two_o_clock == timedelta(seconds=30)
    assert (visit["kind"], visit["locked"]) == ("triggered", False)
    assert len(long["media_content_ids"]) == 2
    assert await browser.resolve(visit["media_content_ids"][0])


async def test_delete(hass: HomeAssistant, camera: str, simulator: Simulator, two_o_clock: datetime) -> None:
    (device,) = simulator.world.cameras.values()
    visit, long, locked = device.card_recordings
    device.card_recordings.append(going_on := CardRecording.at(two_o_clock.timestamp() + 60, None))
    answer = await act(
        hass,
        "delete_recordings",
        camera,
        confirm=True,
        start=two_o_clock,
        end=two_o_clock + timedelta(hours=2, seconds=20),
    )
    assert sorted(answer["deleted"]) == sorted([visit.recording_id, long.recording_id])
    assert {each["recording_id"]: each["reason"] for each in answer["kept"]} == {
        locked.recording_id: "locked",
        going_on.recording_id: "going_on",
    }
    assert device.card_recordings == [locked, going_on]


async def test_delete_leaves_what_is_only_partly_meant(
    hass: HomeAssistant, camera: str, simulator: Simulator, two_o_clock: datetime
) -> None:
    (device,) = simulator.world.cameras.values()
    start = two_o_clock + timedelta(seconds=1)
    answer = await act(hass, "delete_recordings", camera, confirm=True, start=start, end=start + timedelta(seconds=60))
    assert [each["reason"] for each in answer["kept"]] == ["only_partly_inside"]
    assert len(device.card_recordings) == 3


async def test_delete_that_is_refused_or_interrupted(
    hass: HomeAssistant, camera: str, simulator: Simulator, two_o_clock: datetime
) -> None:
    (device,) = simulator.world.cameras.values()
    meant = {"confirm": True, "start": two_o_clock, "end": two_o_clock + timedelta(hours=3)}
    simulator.faults.add(Fault(kind="vapix:remove", status=400, times=1))
    answer = await act(hass, "delete_recordings", camera, **meant)
    assert [each["reason"] for each in answer["kept"]] == ["refused", "locked"]
    assert len(device.card_recordings) == 2
    simulator.faults.add(Fault(kind="vapix:remove", cut=True))
    with pytest.raises(HomeAssistantError) as refused:
        await act(hass, "delete_recordings", camera, **meant)
    assert refused.value.translation_key == "delete_interrupted"


async def test_too_many_to_list(hass: HomeAssistant, camera: str, simulator: Simulator, two_o_clock: datetime) -> None:
    (device,) = simulator.world.cameras.values()
    device.card_recordings += [CardRecording.at(two_o_clock.timestamp() + number, 0.5) for number in range(501)]
    meant = {"start": two_o_clock, "end": two_o_clock + timedelta(hours=1)}
    for action, data in (("list_recordings", {"source": "card"}), ("delete_recordings", {"confirm": True})):
        with pytest.raises(HomeAssistantError) as refused:
            await act(hass, action, camera, **meant, **data)
        assert refused.value.translation_key == "card_list_too_long"
    simulator.faults.add(Fault(kind="vapix:list", status=500))
    with pytest.raises(HomeAssistantError) as refused:
        await act(hass, "list_recordings", camera, source="card", **meant)
    assert refused.value.translation_key == "card_unreadable"


async def test_only_the_last_files_are_kept(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, camera: str
) -> None:
    timing_of(hass).card_batch_bytes = 10_000
    clips = person.entry().runtime_data.recordings.card_clips
    clips._kept = 1
    urls = [
        await browser.resolve((await walk(browser, person, "Yesterday", begins))["media_content_id"])
        for begins in ("14:00:00", "16:00:00")
    ]
    await until(hass, lambda: len(files(hass)) == 1)
    for url in urls:
        async with browser.player.get(url) as answer:
            assert answer.status == 200  # the first one is fetched anew
