"""Recordings on a memory card: listed, fetched and removed, on a simulated camera and on odd ones."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from io import BytesIO

from aiohttp import ClientSession, web
import av
import pytest

from custom_components.netrex.vapix import (
    BusyError,
    CardProperties,
    CardRecording,
    GoneError,
    ProtocolError,
    RequestError,
    Resolution,
    UnreachableError,
    VapixClient,
    VapixError,
)
from custom_components.netrex.vapix.xml import parse_xml
from simulator import CardRecording as Recorded, Fault
from simulator.cameras import read_time
from tests.camera_site import SERIAL, CameraSite
from tests.file_server import Server

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
DAY = (NOON - timedelta(hours=12), NOON + timedelta(hours=12))


@pytest.fixture
def site_with_card(site: CameraSite) -> CameraSite:
    site.camera.card = True
    starts = NOON.timestamp()
    site.camera.card_recordings = [
        Recorded.at(starts, 30.5, serial=SERIAL),
        Recorded.at(starts + 3600, 20, "continuous", serial=SERIAL, locked=True),
        Recorded.at(starts + 7200, None, "scheduled", serial=SERIAL),
        Recorded.at(starts - 90_000, 30, serial=SERIAL),
    ]
    return site


async def test_properties_of_a_card(site: CameraSite) -> None:
    assert (await site.client().properties()).card == CardProperties(present=False, exports=False)
    site.camera.card = True
    assert (await site.client().properties()).card == CardProperties(present=True, exports=True)


async def test_list(site_with_card: CameraSite) -> None:
    listed = await site_with_card.client().card.recordings(*DAY, limit=100)
    assert not listed.more
    going_on, locked, triggered = listed.recordings
    assert triggered == CardRecording(
        recording_id=f"20261123_120000_{int(NOON.timestamp()) & 0xFFFF:04X}_{SERIAL}",
        disk_id="SD_DISK",
        starts=NOON,
        ends=NOON + timedelta(seconds=30.5),
        kind="triggered",
        trigger="triggered",
        locked=False,
        resolution=Resolution(320, 180),
        format="h264",
        has_audio=True,
    )
    assert locked.locked
    assert going_on.ends is None
    assert [each.kind for each in (going_on, locked)] == ["scheduled", "continuous"]


async def test_long_lists_come_in_pages(site: CameraSite) -> None:
    site.camera.card = True
    site.camera.card_recordings = [Recorded.at(NOON.timestamp() + number * 10, 5) for number in range(450)]
    listed = await site.client().card.recordings(*DAY, limit=1000)
    assert len(listed.recordings) == 450
    assert not listed.more
    assert site.asked["vapix:list"] == 3
    listed = await site.client().card.recordings(*DAY, limit=300)
    assert len(listed.recordings) == 300
    assert listed.more


async def test_export_shows_the_time_that_was_asked_for(site_with_card: CameraSite) -> None:
    card = site_with_card.client().card
    recording = (await card.recordings(*DAY, limit=10)).recordings[-1]
    async with card.export(recording, NOON + timedelta(seconds=11), NOON + timedelta(seconds=20)) as export:
        assert export.starts == NOON + timedelta(seconds=10)  # the key frame before
        assert export.size_estimate == 1000 * 1024
        file = b"".join([chunk async for chunk in export.chunks()])
    with av.open(BytesIO(file)) as container:
        first = next(container.decode(video=0))
        assert read_time(first.to_ndarray(format="rgb24")) == export.starts.timestamp()


async def test_remove(site_with_card: CameraSite) -> None:
    card = site_with_card.client().card
    going_on, locked, triggered = (await card.recordings(*DAY, limit=10)).recordings
    await card.remove(triggered.recording_id)
    with pytest.raises(RequestError) as refused:
        await card.remove(locked.recording_id)
    assert "locked" in refused.value.words
    with pytest.raises(RequestError):
        await card.remove(triggered.recording_id)
    assert [each.recording_id for each in (await card.recordings(*DAY, limit=10)).recordings] == [
        going_on.recording_id,
        locked.recording_id,
    ]
    with pytest.raises(GoneError):
        async with card.export(triggered, *DAY):
            pass


async def test_a_camera_without_a_card(site: CameraSite) -> None:
    with pytest.raises(GoneError):
        await site.client().card.recordings(*DAY, limit=10)


@pytest.mark.parametrize(
    ("fault", "error"),
    [
        (Fault(kind="vapix:properties", status=503), BusyError),
        (Fault(kind="vapix:properties", cut=True), UnreachableError),
        (Fault(kind="vapix:properties", status=200, body="nonsense"), ProtocolError),
        (Fault(kind="vapix:exportrecording", status=503), BusyError),
        (Fault(kind="vapix:exportrecording", cut=True), UnreachableError),
        (Fault(kind="vapix:exportrecording", status=200, body="nonsense"), ProtocolError),
    ],
)
async def test_faults(site_with_card: CameraSite, fault: Fault, error: type[VapixError]) -> None:
    card = site_with_card.client().card
    recording = (await card.recordings(*DAY, limit=10)).recordings[-1]
    site_with_card.faults.add(fault)
    with pytest.raises(error):
        async with card.export(recording, *DAY) as export:
            async for _ in export.chunks():
                pass


async def test_an_export_that_is_cut_off(site_with_card: CameraSite) -> None:
    card = site_with_card.client().card
    recording = (await card.recordings(*DAY, limit=10)).recordings[-1]
    site_with_card.faults.add(Fault(kind="vapix:exportrecording", cut_after=5000))
    with pytest.raises(UnreachableError):
        async with card.export(recording, *DAY) as export:
            async for _ in export.chunks():
                pass


# --- odd cameras -------------------------------------------------------------------------------------


@pytest.fixture
async def odd() -> AsyncIterator[tuple[VapixClient, Server]]:
    server = Server()
    runner = await server.start()

    async def token() -> str:
        return "token"

    async with ClientSession() as session:
        yield VapixClient(session, f"http://127.0.0.1:{server.port}", token), server
    await runner.cleanup()


def says(server: Server, text: str, content_type: str = "text/xml") -> None:
    server.answer = lambda _request: web.Response(text=text, content_type=content_type)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "nonsense",
        "<root>",
        "<root/>",
        '<!DOCTYPE a [<!ENTITY b "c">]><root><recordings>&b;</recordings></root>',
        "<! doctype x><root/>",
        "<root>\0</root>",
        '<?xml version="1.0" encoding="no-such"?><root/>',
    ],
)
async def test_odd_lists(odd: tuple[VapixClient, Server], text: str) -> None:
    client, server = odd
    says(server, text)
    with pytest.raises(ProtocolError):
        await client.card.recordings(*DAY, limit=10)


async def test_recordings_that_can_not_be_understood_are_left_out(odd: tuple[VapixClient, Server]) -> None:
    client, server = odd
    says(
        server,
        '<a:root xmlns:a="urn:a"><a:recordings>'
        '<a:recording/><a:recording recordingid="../x" starttime="2026-11-23T12:00:00Z"/>'
        '<a:recording recordingid="x" starttime="yesterday"/>'
        '<a:recording recordingid="y" starttime="0001-01-01T00:00:00+23:00"/>'
        '<a:recording recordingid="good" starttime="2026-11-23T12:00:00" stoptime="2026-11-23T13:01:00+01:00" '
        'recordingtype="new" locked="YES"><a:video mimetype="video/x-h265" resolution="big"/></a:recording>'
        "</a:recordings></a:root>",
    )
    (only,) = (await client.card.recordings(*DAY, limit=10)).recordings
    assert (only.recording_id, only.starts, only.ends) == ("good", NOON, NOON + timedelta(minutes=1))
    assert (only.kind, only.locked, only.format, only.resolution) == ("unknown", True, "h265", None)


@pytest.mark.parametrize(
    ("text", "error"),
    [
        ("<r><GeneralError><ErrorCode>110</ErrorCode></GeneralError></r>", GoneError),
        (
            "<r><GeneralError><ErrorCode>20</ErrorCode><ErrorDescription>no</ErrorDescription></GeneralError></r>",
            RequestError,
        ),
        ("<r><GeneralError/></r>", RequestError),
        ("<r/>", ProtocolError),
    ],
)
async def test_errors_in_answers(odd: tuple[VapixClient, Server], text: str, error: type[VapixError]) -> None:
    client, server = odd
    says(server, text)
    recording = CardRecording("x", "SD_DISK", NOON, None, "unknown", "", False, None, None, False)
    with pytest.raises(error):
        await client.card.remove("x")
    with pytest.raises(error):
        async with client.card.export(recording, *DAY):
            pass


async def test_an_export_that_is_no_video(odd: tuple[VapixClient, Server]) -> None:
    client, server = odd
    says(server, '<r><ExportProperties Starttime="odd" EstimatedFileSize="-1"/></r>')
    recording = CardRecording("x", "SD_DISK", NOON, None, "unknown", "", False, None, None, False)
    with pytest.raises(ProtocolError, match="not a recording"):
        async with client.card.export(recording, *DAY):
            pass
    assert server.seen[-1].query["starttime"] == "2026-11-23T00:00:00.000000Z"


def test_deep_xml_is_only_xml() -> None:
    assert parse_xml(b"<a>" * 5000 + b"</a>" * 5000).tag == "a"
