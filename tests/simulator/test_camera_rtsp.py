"""RTSP over a websocket as a client on the network finds it: as on the vendor's pages, byte for byte."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import re
from xml.etree import ElementTree as ET

import aiohttp
import pytest

from simulator import Report, Simulator, Switches, World

_URL = "rtsp://camera/axis-media/media.amp?video=0&audio=0&event=on"
_TRACK = "rtsp://camera/axis-media/media.amp/stream=0?video=0&audio=0&event=on"
_TCP = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
_MESSAGE = "{http://www.onvif.org/ver10/schema}Message"


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(Switches(), World.with_cameras(1)) as running:
        yield running


def serial_of(simulator: Simulator) -> str:
    return next(iter(simulator.world.cameras))


class Ear:
    """One websocket, spoken to in RTSP."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def ask(self, method: str, address: str = _URL, *headers: str) -> str:
        lines = (f"{method} {address} RTSP/1.0", "CSeq: 7", *headers, "", "")
        await self.socket.send_bytes("\r\n".join(lines).encode())
        return await self.answer()

    async def answer(self) -> str:
        while (message := await self.socket.receive_bytes(timeout=5)).startswith(b"$"):
            pass
        return message.decode()

    async def play(self) -> str:
        """Go all the way; return the session's line."""
        session = re.findall(r"Session: ([^;\r]+)", await self.ask("SETUP", _TRACK, _TCP))[0]
        assert (await self.ask("PLAY", _URL, f"Session: {session}")).startswith("RTSP/1.0 200 OK\r\nCSeq: 7\r\n")
        return f"Session: {session}"

    async def packet(self) -> tuple[int, bytes]:
        message = await self.socket.receive_bytes(timeout=5)
        assert message[:1] == b"$"
        assert int.from_bytes(message[2:4]) == len(message) - 4
        return message[1], message[4:]

    async def document(self) -> ET.Element:
        document, marked = b"", False
        while not marked:
            channel, packet = await self.packet()
            if channel == 0:
                assert packet[0] == 0x80
                assert packet[1] & 0x7F == 98
                marked, document = packet[1] >= 0x80, document + packet[12:]
        return ET.fromstring(document)  # noqa: S314 - our own


@asynccontextmanager
async def listening(simulator: Simulator, query: str = "") -> AsyncIterator[Ear]:
    base = simulator.device_pattern.format(serial=serial_of(simulator))
    headers = {"Authorization": f"Token {simulator.api_token()}"}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{base}/rtsp-over-websocket{query}", headers=headers, protocols=("binary",)) as socket,
    ):
        yield Ear(socket)


async def test_the_way_to_playing(simulator: Simulator) -> None:
    simulator.happen(serial_of(simulator), "sound")
    async with listening(simulator) as ear:
        assert ear.socket.protocol == "binary"
        assert "Public: OPTIONS, DESCRIBE" in await ear.ask("OPTIONS", "*")
        described = await ear.ask("DESCRIBE", _URL, "Accept: application/sdp")
        head, _, body = described.partition("\r\n\r\n")
        assert "Content-Base: rtsp://camera/axis-media/media.amp/" in head
        assert f"Content-Length: {len(body)}" in head
        assert "m=application 0 RTP/AVP 98\r\nc=IN IP4 0.0.0.0\r\na=rtpmap:98 vnd.onvif.metadata/90000\r\n" in body
        assert f"a=control:{_TRACK}\r\n" in body
        session = await ear.play()
        assert [child.tag for child in await ear.document()] == []
        first = (await ear.document()).find(f".//{_MESSAGE}[@PropertyOperation]")
        assert first is not None
        assert first.get("PropertyOperation") == "Initialized"
        simulator.happen(serial_of(simulator), "sound", active=False)
        second = (await ear.document()).find(f".//{_MESSAGE}[@PropertyOperation]")
        assert second is not None
        assert second.get("PropertyOperation") == "Changed"
        assert "200 OK" in await ear.ask("GET_PARAMETER", _URL, session)
        assert "200 OK" in await ear.ask("TEARDOWN", _URL, session)
        assert (await ear.socket.receive()).type is aiohttp.WSMsgType.CLOSE
    await simulator.events.wait_listeners(serial_of(simulator), 0)


async def test_pulses_are_no_properties(simulator: Simulator) -> None:
    async with listening(simulator) as ear:
        await ear.play()
        await ear.document()
        pulse = Report("tns1:VideoSource/tnsaxis:Tampering", {"tampering": "1"}, {"channel": "1"}, stateful=False)
        simulator.events.report(serial_of(simulator), pulse)
        message = (await ear.document()).find(f".//{_MESSAGE}[@UtcTime]")
        assert message is not None
        assert message.get("PropertyOperation") is None


@pytest.mark.parametrize(
    ("method", "address", "headers", "status"),
    [
        ("DESCRIBE", "rtsp://camera/axis-media/media.amp", (), 404),
        ("DESCRIBE", "rtsp://camera/other?video=0&audio=0&event=on", (), 404),
        ("SETUP", _URL, (_TCP,), 404),
        ("SETUP", _TRACK, ("Transport: RTP/AVP;unicast;client_port=1-2",), 461),
        ("PLAY", _URL, (), 454),
        ("OPTIONS", _URL, ("Session: other",), 454),
        ("RECORD", _URL, (), 501),
    ],
)
async def test_request_is_refused(
    simulator: Simulator, method: str, address: str, headers: tuple[str, ...], status: int
) -> None:
    async with listening(simulator) as ear:
        assert (await ear.ask(method, address, *headers)).startswith(f"RTSP/1.0 {status} ")


async def test_session_ends_without_requests(simulator: Simulator) -> None:
    simulator.world.cameras[serial_of(simulator)].rtsp_timeout = 0.05
    async with listening(simulator) as ear:
        await ear.play()
        async with asyncio.timeout(30):
            while (await ear.socket.receive()).type is aiohttp.WSMsgType.BINARY:
                pass


@pytest.mark.parametrize(("passes", "status"), [("not_found", 404), ("forbidden", 403), ("page", 200)])
async def test_proxy_may_not_pass_it(simulator: Simulator, passes: str, status: int) -> None:
    simulator.switches.change({"rtsp_passes": passes})
    with pytest.raises(aiohttp.WSServerHandshakeError, match=str(status)):
        async with listening(simulator):
            pass


async def test_camera_may_be_too_old(simulator: Simulator) -> None:
    simulator.world.cameras[serial_of(simulator)].rtsp_websocket = False
    with pytest.raises(aiohttp.WSServerHandshakeError, match="404"):
        async with listening(simulator):
            pass


async def test_numbers_of_sessions(simulator: Simulator) -> None:
    simulator.switches.change({"rtsp_access": "session"})
    for query in ("", "?rtspwssession=1"):
        with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
            async with listening(simulator, query):
                pass
    base = simulator.device_pattern.format(serial=serial_of(simulator))
    headers = {"Authorization": f"Token {simulator.api_token()}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.get(f"{base}/axis-cgi/rtspwssession.cgi") as response,
    ):
        number = (await response.text()).strip()
    async with listening(simulator, f"?rtspwssession={number}") as ear:
        await ear.play()
