"""Playing a recording: prepared once, sent whole or in part, to whoever may see it, and to nobody else."""

import asyncio
from datetime import timedelta

import aiohttp
from aiohttp import ClientSession
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import CLIENT_ID, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.netrex.cloud.mp4 import H264, H265, formats
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Simulator, Switches

from ..browsing import MediaBrowser, RefusedError
from ..person import Person
from ..waiting import until

pytestmark = pytest.mark.usefixtures("quick_polls")


@pytest.fixture
def switches() -> Switches:
    return Switches(recording_preparation=0.05)


async def identifier(person: Person, seconds: int = 20, index: int = 0) -> str:
    """Add the account and return the identifier of a recording of this camera, an hour ago."""
    entry = person.hass.config_entries.async_entries("netrex")
    account = entry[0] if entry else await person.add_account()
    (node,) = person.simulator.world.camera_nodes()
    begins_at = int((dt_util.utcnow() - timedelta(hours=1)).timestamp())
    return f"recording/{account.entry_id}/{node.node_id}/{begins_at}/{begins_at + seconds}/{index}"


async def direct(simulator: Simulator, url: str) -> bytes:
    """Download what the simulator last prepared, past Home Assistant."""
    async with ClientSession() as session, session.get(url) as answer:
        return await answer.read()


async def test_whole_and_in_parts(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    url = await browser.resolve(await identifier(person))
    async with browser.player.get(url) as answer:
        whole = await answer.read()
        assert answer.status == 200
        assert answer.content_type == "video/mp4"
        assert answer.headers["Accept-Ranges"] == "bytes"
        assert int(answer.headers["Content-Length"]) == len(whole)
        assert whole[4:8] == b"ftyp"
        validator = answer.headers["ETag"]
    size = len(whole)
    for asked, begins_at, ends_at in (
        ("bytes=0-1", 0, 2),
        ("bytes=0-", 0, size),
        (f"bytes={size // 2}-", size // 2, size),
        ("bytes=100-1099", 100, 1100),
        ("bytes=-500", size - 500, size),
    ):
        async with browser.player.get(url, headers={"Range": asked, "If-Range": validator}) as answer:
            assert answer.status == 206
            assert answer.headers["Content-Range"] == f"bytes {begins_at}-{ends_at - 1}/{size}"
            assert await answer.read() == whole[begins_at:ends_at]
    async with browser.player.get(url, headers={"Range": "bytes=5-", "If-Range": '"another"'}) as answer:
        assert (answer.status, await answer.read()) == (200, whole)
    async with browser.player.get(url, headers={"Range": f"bytes={size}-"}) as answer:
        assert answer.status == 416
        assert answer.headers["Content-Range"] == f"bytes */{size}"
    async with browser.player.head(url) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (200, str(size))
    async with browser.player.head(url, headers={"Range": "bytes=0-9"}) as answer:
        assert (answer.status, answer.headers["Content-Length"]) == (206, "10")
    assert simulator.counters["graphql:recordingPrepare"] == 1


@pytest.mark.parametrize(
    "switches",
    [
        Switches(recording_preparation=0.05, download_ranges=False),
        Switches(recording_preparation=0.05, download_ranges=False, download_validators=False),
    ],
)
async def test_parts_of_a_server_that_knows_none(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    url = await browser.resolve(await identifier(person))
    async with browser.player.get(url) as answer:
        whole = await answer.read()
        assert answer.headers["Accept-Ranges"] == "bytes"
    size = len(whole)
    for asked, begins_at, ends_at in (("bytes=0-1", 0, 2), ("bytes=0-", 0, size), ("bytes=-500", size - 500, size)):
        async with browser.player.get(url, headers={"Range": asked}) as answer:
            assert answer.status == 206
            assert answer.headers["Content-Range"] == f"bytes {begins_at}-{ends_at - 1}/{size}"
            assert await answer.read() == whole[begins_at:ends_at]
    async with browser.player.get(url, headers={"Range": f"bytes={size}-"}) as answer:
        assert answer.status == 416
    # What is no single part gets all of it (RFC 9110, 14.2).
    for odd in ("bytes=0-1,5-6", "bytes=9-3", "bytes=-", "items=0-1", "bytes=1-" + "9" * 5000, ""):
        async with browser.player.get(url, headers={"Range": odd}) as answer:
            assert (answer.status, await answer.read()) == (200, whole)


@pytest.mark.parametrize(
    "switches",
    [
        Switches(recording_preparation=0.05, download_length=False),
        Switches(recording_preparation=0.05, download_content_range="backwards"),
        Switches(recording_preparation=0.05, download_content_range="beyond"),
        Switches(recording_preparation=0.05, download_content_range="missing"),
    ],
)
async def test_whatever_the_server_says_of_parts(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    """Lengths follow from what is consistent; a browser begins with `bytes=0-` and seeks, which plays."""
    url = await browser.resolve(await identifier(person))
    async with browser.player.get(url) as answer:
        assert answer.status == 200
        whole = await answer.read()
        validator = answer.headers["ETag"]
    size = len(whole)
    assert int(answer.headers["Content-Length"]) == size
    assert whole[4:8] == b"ftyp"
    for asked, begins_at, ends_at in (
        ("bytes=0-", 0, size),
        (f"bytes={size // 2}-", size // 2, size),
        ("bytes=10-19", 10, 20),
    ):
        async with browser.player.get(url, headers={"Range": asked, "If-Range": validator}) as answer:
            assert answer.status == 206
            assert answer.headers["Content-Range"] == f"bytes {begins_at}-{ends_at - 1}/{size}"
            assert int(answer.headers["Content-Length"]) == ends_at - begins_at
            assert await answer.read() == whole[begins_at:ends_at]


@pytest.mark.parametrize(
    "switches",
    [
        Switches(recording_preparation=0.05, download_encoding="gzip"),
        Switches(recording_preparation=0.05, download_encoding="gzip", download_ranges=False),
        Switches(recording_preparation=0.05, download_length=False, download_ranges=False),
    ],
)
async def test_file_of_unknown_length(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    """It plays from its beginning; nobody can say what lies where in it."""
    url = await browser.resolve(await identifier(person))
    simulator.switches.change({"download_encoding": "identity", "download_length": True, "download_ranges": True})
    async with browser.player.get(url) as answer:
        whole = await answer.read()
    for asked in ({}, {"Range": "bytes=0-"}, {"Range": "bytes=100-"}):
        simulator.switches.change({"download_encoding": "gzip"})
        async with browser.player.get(url, headers=asked) as answer:
            assert answer.status == 200
            assert "Content-Length" not in answer.headers
            assert "Content-Encoding" not in answer.headers
            assert await answer.read() == whole


@pytest.mark.parametrize(
    "switches",
    [
        Switches(recording_preparation=0.05),
        Switches(recording_preparation=0.05, download_ranges=False),
        Switches(recording_preparation=0.05, download_ranges=False, download_length=False),
    ],
)
async def test_beginning_that_is_cut_off_twice(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    simulator.faults.add(Fault(kind="download", cut_after=2000, times=1))
    simulator.faults.add(Fault(kind="download", cut_after=3000, times=1))
    url = await browser.resolve(await identifier(person))
    async with browser.player.get(url) as answer:
        assert answer.status == 200
        assert (await answer.read())[4:8] == b"ftyp"
    assert simulator.counters["graphql:recordingPrepare"] == 1


@pytest.mark.parametrize(
    "switches",
    [
        Switches(recording_preparation=0.05, download_access="bearer"),
        Switches(recording_preparation=0.05, download_redirect="same_host"),
        Switches(recording_preparation=0.05, download_redirect="other_host"),
        Switches(recording_preparation=0.05, download_access="bearer", download_redirect="other_host"),
        Switches(recording_preparation=0.05, download_validators=False),
        Switches(recording_preparation=0.05, download_content_type="application/octet-stream"),
        Switches(recording_preparation=0.05, download_faststart=False),
    ],
)
@pytest.mark.usefixtures("own_resolver")
async def test_however_the_link_works(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    url = await browser.resolve(await identifier(person))
    async with browser.player.get(url, headers={"Cookie": "secret=1", "X-Secret": "1"}) as answer:
        assert (answer.status, answer.content_type) == (200, "video/mp4")
        assert (await answer.read())[4:8] == b"ftyp"
    async with browser.player.get(url, headers={"Range": "bytes=10-19"}) as answer:
        assert (answer.status, len(await answer.read())) == (206, 10)
    assert simulator.counters["download:foreign_token"] == 0


async def test_two_viewers_share_a_job(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    simulator.switches.recording_preparation = 0.3
    wanted = await identifier(person)
    websockets = [browser.resolve(wanted)]
    url = (await asyncio.gather(*websockets))[0]
    answers = await asyncio.gather(*(browser.player.get(url) for _ in range(3)))
    assert [answer.status for answer in answers] == [200] * 3
    assert simulator.counters["graphql:recordingPrepare"] == 1
    for answer in answers:
        answer.close()


async def test_slow_preparation_is_waited_for_by_the_browser_s_player(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    """A page shows nothing while it asks where a recording plays; its player shows that it loads."""
    timing_of(hass).recording_browser_wait = timing_of(hass).recording_player_wait = 0.05
    simulator.faults.add(Fault(kind="graphql:recording", status=503))
    url = await browser.resolve(await identifier(person))
    async with browser.player.get(url, headers={"Range": "bytes=0-"}, allow_redirects=False) as answer:
        assert answer.status == 307
        # The very same, with its signature; and no cache has it for the next time.
        assert answer.headers["Location"] == url
        assert answer.headers["Cache-Control"] == "no-store"
    simulator.faults.clear()
    timing_of(hass).recording_player_wait = 60.0
    async with browser.player.get(url) as answer:
        assert answer.status == 200
        assert (await answer.content.readexactly(8))[4:] == b"ftyp"
    assert simulator.counters["graphql:recordingPrepare"] == 1


async def test_player_that_is_open_says_that_a_recording_is_in_h265(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    """Nobody knew it when the player opened; selected once more, the recording plays."""
    timing_of(hass).recording_browser_wait = 0.0
    simulator.switches.change({"download_kind": "hevc"})
    wanted = await identifier(person)
    url = await browser.resolve(wanted)
    async with browser.player.get(url) as answer:
        film = await answer.read()
        assert (answer.status, answer.content_type) == (200, "video/mp4")
    assert formats(film) == {"avc1"}
    assert b"This camera records in H.265, which many browsers can't play." in film
    # Players fetch a film in parts.
    async with browser.player.get(url, headers={"Range": "bytes=100-199"}) as answer:
        assert (answer.status, await answer.read()) == (206, film[100:200])
    async with browser.player.get(await browser.resolve(wanted)) as answer:
        assert formats(await answer.read()) & H265
    # Once for each person and camera.
    async with browser.player.get(await browser.resolve(await identifier(person, seconds=25))) as answer:
        assert formats(await answer.read()) & H265


async def test_open_player_says_it_in_the_language_of_home_assistant(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    hass.config.language = "cs"
    timing_of(hass).recording_browser_wait = 0.0
    simulator.switches.change({"download_kind": "hevc"})
    async with browser.player.get(await browser.resolve(await identifier(person))) as answer:
        assert "Tato kamera nahrává v H.265".encode() in await answer.read()


async def test_open_player_shows_a_recording_that_browsers_can_play(
    hass: HomeAssistant, browser: MediaBrowser, person: Person
) -> None:
    timing_of(hass).recording_browser_wait = 0.0
    async with browser.player.get(await browser.resolve(await identifier(person))) as answer:
        recording = await answer.read()
    assert formats(recording) & H264
    assert b"which many browsers can't play" not in recording


async def test_camera_that_records_in_h265_is_told_of_before_the_next_recording_is_prepared(
    hass: HomeAssistant,
    browser: MediaBrowser,
    person: Person,
    simulator: Simulator,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Somebody else of the house has played one."""
    timing_of(hass).recording_browser_wait = 0.0
    simulator.switches.change({"download_kind": "hevc"})
    async with browser.player.get(await browser.resolve(await identifier(person))) as answer:
        assert answer.status == 200
    group = await hass.auth.async_get_group(GROUP_ID_ADMIN)
    assert group is not None
    other = MockUser(groups=[group]).add_to_hass(hass)
    token = hass.auth.async_create_access_token(await hass.auth.async_create_refresh_token(other, CLIENT_ID))
    theirs = MediaBrowser(hass, await hass_ws_client(hass, token), browser.player)
    with pytest.raises(RefusedError, match=r"records in H\.265"):
        await theirs.resolve(await identifier(person, seconds=25))
    assert simulator.counters["graphql:recordingPrepare"] == 1
    await theirs.resolve(await identifier(person, seconds=25))


async def test_failure_that_only_a_player_saw_is_told_to_who_opens_it_again(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).recording_browser_wait = 0.0
    simulator.switches.change({"recording_failure": "refused"})
    wanted = await identifier(person)
    async with browser.player.get(await browser.resolve(wanted)) as answer:
        assert answer.status == 502
    simulator.switches.change({"recording_failure": "no"})
    with pytest.raises(RefusedError, match="couldn't create a video"):
        await browser.resolve(wanted)
    # Once; then it is tried again.
    async with browser.player.get(await browser.resolve(wanted)) as answer:
        assert answer.status == 200


@pytest.mark.parametrize(
    ("positions", "text"),
    [
        ({"recording_failure": "refused"}, "couldn't create a video"),
        ({"recording_failure": "error"}, "couldn't create a video"),
        ({"recording_failure": "never"}, "couldn't create a video"),
        ({"download_kind": "page"}, "isn't a video"),
        ({"download_kind": "empty"}, "isn't a video"),
    ],
)
async def test_failed_jobs_are_told(
    browser: MediaBrowser,
    person: Person,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    positions: dict[str, str],
    text: str,
) -> None:
    wanted = await identifier(person)
    simulator.switches.change(positions)
    (entry,) = person.hass.config_entries.async_entries("netrex")
    entry.runtime_data.recordings.jobs._timeout = 0.5
    with pytest.raises(RefusedError, match=text):
        await browser.resolve(wanted)
    simulator.switches.change({"recording_failure": "no", "download_kind": "h264"})
    entry.runtime_data.recordings.jobs._timeout = 30
    await browser.resolve(wanted)


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault(kind="graphql:recordingPrepare", status=503), "can't be reached"),
        (Fault(kind="graphql:recordingPrepare", status=403), "have permission to view recordings"),
        (Fault(kind="graphql:recordingPrepare", status=429), "is busy"),
        (Fault(kind="graphql:recording", status=403), "have permission to view recordings"),
        (Fault(kind="graphql:recording", body='{"data": {"recording": {"download_url": 7}}}'), "couldn't create"),
        (
            Fault(kind="graphql:recording", body='{"data": {"recording": {"download_url": "ftp://x/y"}}}'),
            "can be shown here",
        ),
        (Fault(kind="download", status=404), "couldn't create"),
        (Fault(kind="download", status=429), "is busy"),
        (Fault(kind="download", status=500), "can't be reached"),
        (Fault(kind="download", cut=True), "can't be reached"),
        (Fault(kind="download", garbage=True), "isn't a video"),
    ],
)
async def test_faults_on_the_way_are_told(
    browser: MediaBrowser, person: Person, simulator: Simulator, fault: Fault, text: str
) -> None:
    wanted = await identifier(person)
    simulator.faults.add(fault)
    with pytest.raises(RefusedError, match=text):
        await browser.resolve(wanted)
    simulator.faults.clear()
    await browser.resolve(wanted)


async def test_passing_trouble_while_it_is_prepared_is_not_told(
    browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    wanted = await identifier(person)
    for kind in ({"status": 503}, {"cut": True}, {"status": 429}):
        simulator.faults.add(Fault(kind="graphql:recording", times=2, **kind))
    await browser.resolve(wanted)


async def test_nothing_recorded(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    wanted = await identifier(person, index=3)
    with pytest.raises(RefusedError, match="no recording of that time"):
        await browser.resolve(wanted)
    assert simulator.counters["graphql:recordingPrepare"] == 0


async def test_link_that_has_ended_is_made_anew(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    url = await browser.resolve(await identifier(person))
    for status in (403, 404, 410):
        simulator.switches.download_expired_status = status
        simulator.switches.download_lifetime = 0.0
        simulator.faults.add(Fault(kind="download", status=status, times=1))
        simulator.switches.download_lifetime = 3600.0
        async with browser.player.get(url) as answer:
            assert answer.status == 200
            assert (await answer.read())[4:8] == b"ftyp"
    assert simulator.counters["graphql:recordingPrepare"] == 4


async def test_link_that_ends_again_and_again(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    url = await browser.resolve(await identifier(person))
    # Its beginning is looked at when it is prepared, so only what players ask for is refused.
    simulator.faults.add(Fault(kind="download", status=410, times=1))
    simulator.faults.add(Fault(kind="download", status=410, share=0.5))
    async with browser.player.get(url) as answer:
        assert answer.status == 502
        assert "couldn't create a video" in await answer.text()


async def test_not_too_many_play_at_once(
    browser: MediaBrowser, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.netrex.recordings.playback.MAX_PLAYERS", 1)
    simulator.switches.change({"download_padding": 200_000_000})
    url = await browser.resolve(await identifier(person))
    async with browser.player.get(url) as first:
        await first.content.read(1000)
        async with browser.player.get(url) as second:
            assert second.status == 502
            assert "Too many recordings are playing" in await second.text()
    await simulator.wait_downloads(0)
    async with browser.player.head(url) as again:
        assert again.status == 200


async def test_download_that_is_cut_off_goes_on(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    url = await browser.resolve(await identifier(person))
    async with browser.player.get(url) as answer:
        whole = await answer.read()
    for header, begins_at in ({}, 0), ({"Range": "bytes=1000-"}, 1000):
        simulator.faults.add(Fault(kind="download", cut_after=len(whole) // 3, times=2))
        async with browser.player.get(url, headers=header) as answer:
            assert await answer.read() == whole[begins_at:]


async def test_download_that_stays_cut_off_breaks_off(
    browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    url = await browser.resolve(await identifier(person))
    simulator.faults.add(Fault(kind="download", cut_after=5000, times=1))
    simulator.faults.add(Fault(kind="download", cut=True))
    async with browser.player.get(url) as answer:
        with pytest.raises(aiohttp.ClientError, match=r"payload|closed|disconnect"):
            await answer.read()


async def test_leaving_ends_the_download(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    simulator.switches.change({"download_padding": 200_000_000})
    url = await browser.resolve(await identifier(person))
    answer = await browser.player.get(url)
    await answer.content.read(1000)
    await simulator.wait_downloads(1)
    answer.close()
    await simulator.wait_downloads(0)


async def test_unloading_ends_the_download(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    simulator.switches.change({"download_padding": 200_000_000})
    url = await browser.resolve(await identifier(person))
    async with browser.player.get(url) as answer:
        await answer.content.read(1000)
        await hass.config_entries.async_unload(person.entry().entry_id)
        await simulator.wait_downloads(0)
    async with browser.player.get(url) as answer:
        assert answer.status == 404


async def test_recordings_in_h265_are_pointed_out(
    hass: HomeAssistant,
    browser: MediaBrowser,
    person: Person,
    simulator: Simulator,
    issue_registry: ir.IssueRegistry,
) -> None:
    simulator.switches.change({"download_kind": "hevc"})
    with pytest.raises(RefusedError, match=r"records in H\.265, which many browsers can't play"):
        await browser.resolve(await identifier(person))
    # Once for each person and camera, as theirs may play it.
    await browser.resolve(await identifier(person))
    (node,) = simulator.world.camera_nodes()
    (issue,) = [issue for issue in issue_registry.issues.values() if issue.domain == "netrex"]
    assert issue.translation_key == "recordings_in_h265"
    assert issue.translation_placeholders["cameras"] == node.name
    simulator.switches.change({"download_kind": "h264"})
    await browser.resolve(await identifier(person, seconds=25))
    assert not [issue for issue in issue_registry.issues.values() if issue.domain == "netrex"]


# --- who may see it ----------------------------------------------------------------------------------


async def test_whoever_may_not_see_the_camera_sees_no_recording(
    hass: HomeAssistant,
    browser: MediaBrowser,
    person: Person,
    stranger: MockUser,
    hass_read_only_access_token: str,
    hass_ws_client: WebSocketGenerator,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    wanted = await identifier(person)
    await until(hass, lambda: hass.states.async_all("camera"))
    url = await browser.resolve(wanted)
    theirs = MediaBrowser(hass, await hass_ws_client(hass, hass_read_only_access_token), browser.player)
    assert await theirs.titles() == []
    assert await theirs.search("yesterday") == []
    for identifier_ in (wanted, wanted.replace("recording/", "hour/").rpartition("/")[0]):
        with pytest.raises(RefusedError, match="You don't have permission to view"):
            await (theirs.resolve(identifier_) if identifier_ == wanted else theirs.open(identifier_))
    path = url.partition("?")[0]
    headers = {"Authorization": f"Bearer {hass_read_only_access_token}"}
    async with browser.player.get(path, headers=headers) as answer:
        assert answer.status == 403
    async with browser.player.get(path) as answer:
        assert answer.status == 401
    # What was signed for one recording opens no other, nor another quality.
    signature = url.partition("?")[2]
    for other in (path.replace("/720/", "/1080/"), path.replace("/0.mp4", "/1.mp4")):
        assert other != path
        async with browser.player.get(f"{other}?{signature}") as answer:
            assert answer.status == 401


async def test_odd_paths_lead_nowhere(person: Person, browser: MediaBrowser) -> None:
    wanted = await identifier(person)
    for path in (
        f"/api/netrex/media/721/{wanted}.mp4",
        "/api/netrex/media/720/recording/x.mp4",
        f"/api/netrex/media/720/{wanted.replace('recording/', 'hour/').rpartition('/')[0]}.mp4",
        f"/api/netrex/media/720/{wanted.replace(person.entry().entry_id, 'A' * 26)}.mp4",
        "/api/netrex/media/720/" + wanted.replace("recording/", "card-recording/", 1) + ".mp4",
    ):
        async with person.app.get(path) as answer:
            assert answer.status == 404, path
