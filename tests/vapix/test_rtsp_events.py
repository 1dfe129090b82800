"""Events over RTSP: against the simulated camera, and against cameras with a mind of their own, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, asynccontextmanager, suppress
import re

from aiohttp import WSMsgType, web
import pytest

from custom_components.netrex.vapix import (
    AuthError,
    BusyError,
    CameraEvent,
    EventKind,
    EventSocket,
    ForbiddenError,
    GoneError,
    ProtocolError,
    RequestError,
    UnknownEvent,
    UnreachableError,
    VapixError,
    wants_session,
)
from custom_components.netrex.vapix.event_socket import PONG_WITHIN, QUIET
from simulator.events import Report
from simulator.faults import Fault
from simulator.happenings import HAPPENINGS, happening
from tests.camera_site import SERIAL, CameraSite

from .conftest import PutForward
from .test_onvif_events import document, notification
from .test_rtsp import interleaved, rtp

_PORT = document(notification("tns1:Device/tnsaxis:IO/Port", "port=0", "state=1"))


async def playing(stream: EventSocket) -> None:
    async with asyncio.timeout(30):
        while not stream.subscribed:
            await stream.next()


async def next_event(stream: EventSocket) -> CameraEvent | UnknownEvent:
    async with asyncio.timeout(30):
        while True:
            if (event := await stream.next()) is not None:
                return event


async def test_states_at_the_beginning_and_news_after(site: CameraSite) -> None:
    site.events.report(SERIAL, happening("input", "0"))
    async with site.client().open_rtsp_events() as stream:
        await playing(stream)
        first = await next_event(stream)
        assert isinstance(first, CameraEvent)
        assert (first.kind, first.source, first.active, first.initial) == (EventKind.INPUT, "0", True, True)
        site.events.report(SERIAL, happening("person", "2"))
        second = await next_event(stream)
        assert isinstance(second, CameraEvent)
        assert (second.kind, second.source, second.classes) == (EventKind.OBJECT, "Device1Scenario2", ("human",))
        assert second.camera_time is not None
        assert second.initial is False
    assert stream.malformed == 0
    await site.events.wait_listeners(SERIAL, 0)


@pytest.mark.parametrize("messages", ["packets", "documents", "pieces"])
@pytest.mark.parametrize("size", [100, 1400, 64_000])
async def test_everything_is_the_same_as_over_the_event_websocket(site: CameraSite, messages: str, size: int) -> None:
    site.switches.rtsp_messages = messages  # type: ignore[assignment]
    site.camera.rtsp_packet_size = size
    async with AsyncExitStack() as stack:
        over_rtsp = await stack.enter_async_context(site.client().open_rtsp_events())
        over_websocket = await stack.enter_async_context(site.client().open_events())
        for stream in (over_rtsp, over_websocket):
            await playing(stream)
        for name in HAPPENINGS:
            site.events.report(SERIAL, happening(name))
            told, expected = await next_event(over_rtsp), await next_event(over_websocket)
            assert isinstance(told, CameraEvent)
            assert isinstance(expected, CameraEvent)
            for field in ("kind", "source", "active", "value", "classes", "values", "texts", "momentary"):
                assert getattr(told, field) == getattr(expected, field), name
    assert over_rtsp.malformed == 0


async def test_texts_with_signs_of_xml(site: CameraSite) -> None:
    site.events.report(SERIAL, Report("tns1:Device/tnsaxis:Casing/Open", {"Open": "1"}, {"Name": "<&\"'>"}))
    async with site.client().open_rtsp_events() as stream:
        event = await next_event(stream)
        assert isinstance(event, CameraEvent)
        assert event.source == "<&\"'>"


async def test_session_number_opens_what_the_header_does_not(site: CameraSite) -> None:
    site.switches.rtsp_access = "session"
    with pytest.raises(AuthError) as refused:
        async with site.client().open_rtsp_events():
            pass
    assert wants_session(refused.value)
    async with site.client().open_rtsp_events(with_session=True) as stream:
        await playing(stream)


@pytest.mark.parametrize(
    ("passes", "kind"),
    [("not_found", GoneError), ("forbidden", ForbiddenError), ("page", ProtocolError), ("silence", TimeoutError)],
)
async def test_proxy_that_does_not_pass_it(site: CameraSite, passes: str, kind: type[Exception]) -> None:
    site.switches.rtsp_passes = passes  # type: ignore[assignment]
    with pytest.raises(kind):
        async with site.client().open_rtsp_events() as stream, asyncio.timeout(0.3):
            await stream.next()


async def test_camera_that_wants_a_name_and_a_password(site: CameraSite) -> None:
    site.switches.rtsp_access = "sign_in"
    async with site.client().open_rtsp_events() as stream:
        with pytest.raises(AuthError, match="RTSP status 401"):
            await playing(stream)


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind="vapix:rtsp-over-websocket", cut=True), UnreachableError),
        (Fault(kind="vapix:rtsp-over-websocket", status=502), UnreachableError),
        (Fault(kind="vapix:rtsp-over-websocket", status=503), BusyError),
        (Fault(kind="vapix:rtsp-over-websocket", garbage=True), ProtocolError),
        (Fault(kind="vapix:rtsp-over-websocket", hang=True), UnreachableError),
    ],
)
async def test_upgrade_fails(
    site: CameraSite, fault: Fault, kind: type[VapixError], monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault.hang:
        monkeypatch.setattr("custom_components.netrex.vapix.http.ANSWER_TIMEOUT", 0.3)
    site.faults.add(fault)
    with pytest.raises(kind) as raised:
        async with site.client().open_rtsp_events():
            pass
    assert SERIAL not in str(raised.value)
    assert raised.value.__cause__ is None


async def test_session_is_kept_alive(site: CameraSite, pass_time: PutForward) -> None:
    async with site.client().open_rtsp_events() as stream:
        await playing(stream)
        for _ in range(4):
            site.events.report(SERIAL, happening("sound"))
            assert isinstance(await next_event(stream), CameraEvent)
            await pass_time(QUIET)
            # The answer to what keeps it alive.
            assert await stream.next() is None
            await pass_time(PONG_WITHIN)
    assert site.camera.rtsp_timeout < 4 * (QUIET + PONG_WITHIN)


async def test_session_that_is_not_kept_alive_ends(site: CameraSite) -> None:
    site.camera.rtsp_timeout = 0.2
    async with site.client().open_rtsp_events() as stream:
        with pytest.raises(UnreachableError):
            await next_event(stream)


async def test_dead_peer_is_found_out(site: CameraSite, pass_time: PutForward) -> None:
    async with site.client().open_rtsp_events() as stream:
        await playing(stream)
        site.events.silence(SERIAL)
        await pass_time(QUIET)
        await pass_time(PONG_WITHIN)
        with pytest.raises(UnreachableError):
            await next_event(stream)


async def test_stream_ends_in_every_way(site: CameraSite) -> None:
    site.switches.rtsp_messages = "documents"
    for end in (
        site.events.cut,
        site.events.close,
        lambda serial: site.events.send_raw(serial, b"x" * 300_000),
        lambda serial: site.events.send_raw(serial, interleaved(0, rtp(5, b"lost"))),
    ):
        async with site.client().open_rtsp_events() as stream:
            await playing(stream)
            end(SERIAL)
            with pytest.raises(UnreachableError):
                await next_event(stream)


# --- cameras with a mind of their own ----------------------------------------------------------------

_SDP = "v=0\r\nm=application 0 RTP/AVP 98\r\na=rtpmap:98 vnd.onvif.metadata/90000\r\na=control:{}\r\n"


class Peer:
    """A camera that answers as it is told to, and notes what it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.description = _SDP.format("rtsp://camera/axis-media/media.amp/stream=0?event=on")
        self.headers: dict[str, Mapping[str, str]] = {
            "DESCRIBE": {"Content-Type": "application/sdp"},
            "SETUP": {"Session": "ab12_-;timeout=60", "Transport": "RTP/AVP/TCP;unicast;interleaved=0-1;ssrc=1"},
        }
        self.statuses: dict[str, str] = {}
        self.shift = 0
        self.then: Callable[[web.WebSocketResponse], Awaitable[None]] | None = None
        self.protocol: str | None = None

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(protocols=("binary",), autoping=False)
        await socket.prepare(request)
        self.protocol = socket.ws_protocol
        async for message in socket:
            if message.type is not WSMsgType.BINARY:
                continue
            text = message.data.decode()
            method = text.partition(" ")[0]
            self.asked.append(text)
            await socket.send_bytes(self.answer(method, int(re.findall(r"CSeq: (\d+)\r\n", text)[0])))
            if method == "PLAY" and self.then is not None:
                with suppress(ConnectionError):
                    await self.then(socket)
        return socket

    def answer(self, method: str, number: int) -> bytes:
        body = self.description.encode() if method == "DESCRIBE" else b""
        headers = {**self.headers.get(method, {}), "Content-Length": str(len(body))}
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
        first = f"RTSP/1.0 {self.statuses.get(method, '200 OK')}\r\nCSeq: {number + self.shift}\r\n"
        return f"{first}{lines}\r\n".encode() + body


@pytest.fixture
async def peer(site: CameraSite) -> AsyncIterator[Peer]:
    there, app = Peer(), web.Application()
    app.router.add_get("/{tail:.*}", there.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.port = runner.addresses[0][1]
    yield there
    await runner.cleanup()


@asynccontextmanager
async def opened(site: CameraSite, peer: Peer, *messages: bytes | str) -> AsyncIterator[EventSocket]:
    async def send(socket: web.WebSocketResponse) -> None:
        for message in messages:
            await (socket.send_bytes(message) if isinstance(message, bytes) else socket.send_str(message))

    peer.then = send
    async with site.client().open_rtsp_events() as stream:
        await playing(stream)
        yield stream


async def test_what_is_asked(site: CameraSite, peer: Peer) -> None:
    async with opened(site, peer):
        pass
    async with asyncio.timeout(30):
        while len(peer.asked) < 4:
            await asyncio.sleep(0)
    assert peer.protocol == "binary"
    address = "rtsp://127.0.0.1/axis-media/media.amp?video=0&audio=0&event=on"
    assert [asked.partition("\r\n")[0] for asked in peer.asked] == [
        f"DESCRIBE {address} RTSP/1.0",
        "SETUP rtsp://camera/axis-media/media.amp/stream=0?event=on RTSP/1.0",
        f"PLAY {address} RTSP/1.0",
        f"TEARDOWN {address} RTSP/1.0",
    ]
    assert ["Session: ab12_-\r\n" in asked for asked in peer.asked] == [False, False, True, True]
    assert all(SERIAL not in asked and "token" not in asked for asked in peer.asked)


@pytest.mark.parametrize(
    ("base", "expected"),
    [
        ("rtsp://camera/axis-media/media.amp/", "rtsp://camera/axis-media/media.amp/trackID=1"),
        (None, "rtsp://127.0.0.1/axis-media/media.amp?video=0&audio=0&event=on/trackID=1"),
    ],
)
async def test_address_of_the_track_may_be_relative(
    site: CameraSite, peer: Peer, base: str | None, expected: str
) -> None:
    video = "m=video 0 RTP/AVP 96\r\na=control:trackID=0\r\n"
    peer.description = video + _SDP.format("trackID=1")
    if base is not None:
        peer.headers["DESCRIBE"] = {"Content-Base": base}
    async with opened(site, peer):
        pass
    assert peer.asked[1].startswith(f"SETUP {expected} RTSP/1.0\r\n")


@pytest.mark.parametrize(
    ("description", "kind"),
    [
        ("", GoneError),
        ("v=0\r\na=control:*\r\nm=video 0 RTP/AVP 96\r\na=control:rtsp://camera/trackID=1\r\n", GoneError),
        (_SDP.format("rtsp://camera/a RTSP/1.0"), ProtocolError),
        (_SDP.format("rtsp://camera/\x0bX: y"), ProtocolError),
        (_SDP.format("rtsp://camera/" + "a" * 2_000), ProtocolError),
    ],
)
async def test_description_without_events_or_with_a_strange_address(
    site: CameraSite, peer: Peer, description: str, kind: type[VapixError]
) -> None:
    peer.description = description
    with pytest.raises(kind):
        async with opened(site, peer):
            pass


@pytest.mark.parametrize("method", ["DESCRIBE", "SETUP", "PLAY"])
@pytest.mark.parametrize(
    ("status", "kind"),
    [
        ("302 Found", ProtocolError),
        ("401 Unauthorized", AuthError),
        ("403 Forbidden", ForbiddenError),
        ("404 Not Found", GoneError),
        ("461 Unsupported Transport", RequestError),
        ("503 Service Unavailable", BusyError),
        ("551 Option not supported", UnreachableError),
    ],
)
async def test_request_is_refused(
    site: CameraSite, peer: Peer, method: str, status: str, kind: type[VapixError]
) -> None:
    peer.statuses[method] = status
    with pytest.raises(kind, match=f"RTSP status {status[:3]}"):
        async with opened(site, peer):
            pass


@pytest.mark.parametrize("session", ["", ";timeout=60", "a" * 300, "a b;timeout=60"])
async def test_session_that_is_none(site: CameraSite, peer: Peer, session: str) -> None:
    peer.headers["SETUP"] = {"Session": session}
    with pytest.raises(ProtocolError, match="no session"):
        async with opened(site, peer):
            pass
    assert len(peer.asked) == 2


@pytest.mark.parametrize(
    ("session", "seconds"),
    [("1", 60), ("1; timeout=30", 30), ("1;timeout=0", 60), ("1;timeout=1", 5), ("1;timeout=99999", 600)],
)
async def test_time_until_a_session_ends(site: CameraSite, peer: Peer, session: str, seconds: int) -> None:
    peer.headers["SETUP"] = {"Session": session}
    async with opened(site, peer) as stream:
        assert stream._timeout == seconds  # type: ignore[attr-defined]


async def test_answer_to_something_else_is_no_answer(site: CameraSite, peer: Peer) -> None:
    peer.shift = 1
    async with site.client().open_rtsp_events() as stream:
        assert await stream.next() is None
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.2):
                await stream.next()
    assert len(peer.asked) == 1


async def test_session_that_the_camera_has_forgotten(site: CameraSite, peer: Peer) -> None:
    peer.statuses["OPTIONS"] = "454 Session Not Found"
    async with site.client().open_rtsp_events(quiet=0.05) as stream:
        await playing(stream)
        with pytest.raises(RequestError, match="454"):
            await next_event(stream)


async def test_camera_may_choose_the_channel(site: CameraSite, peer: Peer) -> None:
    peer.headers["SETUP"] = {"Session": "1", "Transport": "RTP/AVP/TCP;unicast;interleaved=4-5"}
    async with opened(site, peer, interleaved(0, b"?"), interleaved(4, rtp(1, _PORT))) as stream:
        assert isinstance(await next_event(stream), CameraEvent)
        assert stream.malformed == 0


@pytest.mark.parametrize(
    "message",
    [
        "RTSP/1.0 200 OK\r\n\r\n",
        interleaved(0, b""),
        interleaved(0, b"\0" * 20),
        interleaved(0, rtp(0, b"<html>")),
        interleaved(0, rtp(0, document()[:-5])),
        interleaved(0, rtp(0, b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>')),
        interleaved(0, rtp(0, b"")),
    ],
)
async def test_malformed_messages_are_counted_and_nothing_else(
    site: CameraSite, peer: Peer, message: bytes | str
) -> None:
    async with opened(site, peer, message, interleaved(0, rtp(1, _PORT))) as stream:
        assert isinstance(await next_event(stream), CameraEvent)
        assert stream.malformed == 1


async def test_document_in_the_middle_of_which_the_connection_ends(site: CameraSite, peer: Peer) -> None:
    async def leave(socket: web.WebSocketResponse) -> None:
        await socket.send_bytes(interleaved(0, rtp(1, _PORT[:500], last=False)) + b"$\0\x01")
        await socket.close()

    peer.then = leave
    async with site.client().open_rtsp_events() as stream:
        await playing(stream)
        with pytest.raises(UnreachableError, match="ended"):
            await next_event(stream)


@pytest.mark.parametrize(
    ("message", "words"),
    [
        (interleaved(1, b"clock"), "no events"),
        (b"RTSP/1.0 200 OK\r\n\r\n", "no events"),
        (document(*[notification("tns1:Future/Thing")] * 40), "no events"),
        (document(*[notification("tns1:Device/tnsaxis:IO/Port", "port=0", "state=1")] * 100), "more events"),
    ],
)
async def test_flood_is_left(
    site: CameraSite, peer: Peer, monkeypatch: pytest.MonkeyPatch, message: bytes, words: str
) -> None:
    async def flood(socket: web.WebSocketResponse) -> None:
        for number in range(1_100):
            is_document = message.startswith(b"<")
            parts = [message[at : at + 60_000] for at in range(0, len(message), 60_000)] if is_document else []
            first = number * len(parts)
            packets = [
                interleaved(0, rtp((first + place) & 0xFFFF, part, last=place == len(parts) - 1))
                for place, part in enumerate(parts)
            ]
            await socket.send_bytes(b"".join(packets) or message)
        await socket.receive()

    peer.then = flood
    async with site.client().open_rtsp_events() as stream:
        await playing(stream)
        now = stream._heard_at
        monkeypatch.setattr(stream, "_clock", lambda: now)
        with pytest.raises(ProtocolError, match=words):
            async with asyncio.timeout(20):
                while True:
                    await stream.next()


@pytest.mark.parametrize(
    "frame",
    [
        pytest.param(interleaved(1, b""), id="other channel"),
        pytest.param(interleaved(0, b""), id="no RTP"),
        pytest.param(b"RTSP/1.0 200 OK\r\n\r\n", id="answer to nothing"),
    ],
)
async def test_flood_within_a_few_messages_is_left(
    site: CameraSite, peer: Peer, monkeypatch: pytest.MonkeyPatch, frame: bytes
) -> None:
    async def flood(socket: web.WebSocketResponse) -> None:
        for _ in range(3):
            await socket.send_bytes(frame * 400)
        await socket.receive()

    peer.then = flood
    async with site.client().open_rtsp_events() as stream:
        await playing(stream)
        now = stream._heard_at
        monkeypatch.setattr(stream, "_clock", lambda: now)
        with pytest.raises(ProtocolError, match="no events"):
            async with asyncio.timeout(20):
                while True:
                    await stream.next()


async def test_pings_of_the_camera_are_answered(site: CameraSite, peer: Peer) -> None:
    answers: list[bytes] = []

    async def ping(socket: web.WebSocketResponse) -> None:
        await socket.ping(b"still there?")
        answers.append((await socket.receive()).data)
        await socket.send_bytes(interleaved(0, rtp(1, _PORT)))

    peer.then = ping
    async with site.client().open_rtsp_events() as stream:
        assert isinstance(await next_event(stream), CameraEvent)
    assert answers == [b"still there?"]
