"""The event stream against the simulated camera, over real sockets."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress

from aiohttp import web
import pytest

from custom_components.netrex.vapix import (
    AuthError,
    CameraEvent,
    EventKind,
    EventStream,
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

_KINDS = {
    "person": EventKind.OBJECT,
    "vehicle": EventKind.OBJECT,
    "line": EventKind.OBJECT,
    "casing": EventKind.CASING,
    "storage": EventKind.STORAGE,
    "crossing": EventKind.COUNT,
    "plate": EventKind.LICENSE_PLATE,
}
#: What has numbers or texts and no state.
_STATELESS = {"air", "area_temperature", "crossing", "occupancy", "plate", "sound_level"}


async def subscribed(stream: EventStream) -> None:
    while not stream.subscribed:
        await stream.next()


async def next_event(stream: EventStream) -> CameraEvent | UnknownEvent:
    async with asyncio.timeout(30):
        while True:
            if (event := await stream.next()) is not None:
                return event


async def test_states_at_the_beginning_and_news_after(site: CameraSite) -> None:
    site.events.report(SERIAL, happening("input", "0"))
    async with site.client().open_events() as stream:
        await subscribed(stream)
        first = await next_event(stream)
        assert isinstance(first, CameraEvent)
        assert (first.kind, first.source, first.active) == (EventKind.INPUT, "0", True)
        site.events.report(SERIAL, happening("person", "2"))
        second = await next_event(stream)
        assert isinstance(second, CameraEvent)
        assert (second.kind, second.source, second.classes) == (EventKind.OBJECT, "Device1Scenario2", ("human",))
        assert second.camera_time is not None


@pytest.mark.parametrize("name", sorted(HAPPENINGS))
@pytest.mark.parametrize("as_on_the_pages", [False, True])
async def test_everything_the_simulated_camera_reports_is_known(
    site: CameraSite, name: str, *, as_on_the_pages: bool
) -> None:
    site.camera.events_in_page_spelling = as_on_the_pages
    async with site.client().open_events() as stream:
        await subscribed(stream)
        for active in (True, False):
            site.events.report(SERIAL, happening(name, active=active))
            event = await next_event(stream)
            assert isinstance(event, CameraEvent)
            assert event.kind == _KINDS.get(name, name)
            # A shock has no state either: each report is one.
            assert event.active is (None if name in _STATELESS else active or name == "shock")
            assert not event.unknown_values


async def test_events_before_the_ack_are_taken(site: CameraSite) -> None:
    site.switches.event_before_ack = True
    site.events.report(SERIAL, happening("sound"))
    async with site.client().open_events() as stream:
        event = await next_event(stream)
        assert isinstance(event, CameraEvent)
        assert not stream.subscribed
        await subscribed(stream)


async def test_session_number_opens_what_the_header_does_not(site: CameraSite) -> None:
    site.switches.event_stream_access = "session"
    with pytest.raises(AuthError) as refused:
        async with site.client().open_events():
            pass
    assert wants_session(refused.value)
    async with site.client().open_events(with_session=True) as stream:
        await subscribed(stream)
    assert not wants_session(UnreachableError(""))


async def test_strange_session_number_is_not_sent_on(site: CameraSite) -> None:
    site.faults.add(Fault(kind="vapix:wssession", garbage=True))
    with pytest.raises(ProtocolError):
        async with site.client().open_events(with_session=True):
            pass
    assert site.asked["vapix:ws-data-stream"] == 0


async def test_old_camera_has_no_stream(site: CameraSite) -> None:
    site.camera.event_stream = False
    with pytest.raises(GoneError):
        async with site.client().open_events():
            pass


@pytest.mark.parametrize(
    ("fault", "kind"),
    [
        (Fault(kind="vapix:ws-data-stream", cut=True), UnreachableError),
        (Fault(kind="vapix:ws-data-stream", status=502), UnreachableError),
        (Fault(kind="vapix:ws-data-stream", status=401), AuthError),
        (Fault(kind="vapix:ws-data-stream", garbage=True), ProtocolError),
        (Fault(kind="vapix:ws-data-stream", hang=True), UnreachableError),
    ],
)
async def test_upgrade_fails(
    site: CameraSite, fault: Fault, kind: type[VapixError], monkeypatch: pytest.MonkeyPatch
) -> None:
    if fault.hang:
        monkeypatch.setattr("custom_components.netrex.vapix.http.ANSWER_TIMEOUT", 0.3)
    site.faults.add(fault)
    with pytest.raises(kind) as raised:
        async with site.client().open_events():
            pass
    assert SERIAL not in str(raised.value)
    assert raised.value.__cause__ is None


@pytest.mark.parametrize(
    "message",
    ["{", "[]", '"x"', "{}", '{"method":"events:notify"}', '{"method":"events:notify","params":{"notification":{}}}',
     '{"method":"events:notify","params":{"notification":{"topic":7}}}', "[" * 50_000, b"\x00\xff"],
)  # fmt: skip
async def test_malformed_messages_are_counted_and_nothing_else(site: CameraSite, message: str | bytes) -> None:
    async with site.client().open_events() as stream:
        await subscribed(stream)
        site.events.send_raw(SERIAL, message)
        site.events.report(SERIAL, happening("sound"))
        event = await next_event(stream)
        assert isinstance(event, CameraEvent)
        assert stream.malformed == 1


async def test_unknown_topic_is_told_as_such(site: CameraSite) -> None:
    async with site.client().open_events() as stream:
        await subscribed(stream)
        site.events.report(SERIAL, Report("tns1:Future/tnsaxis:Thing", {"a": "b"}))
        assert await next_event(stream) == UnknownEvent("Future/Thing")
        site.events.report(SERIAL, Report("tnsaxis:CameraApplicationPlatform/ObjectAnalytics/xinternal_data", {}))
        assert await stream.next() is None


async def test_stream_ends_in_every_way(site: CameraSite) -> None:
    for end in (site.events.cut, site.events.close, lambda serial: site.events.send_raw(serial, "x" * 70_000)):
        async with site.client().open_events() as stream:
            await subscribed(stream)
            end(SERIAL)
            with pytest.raises(UnreachableError):
                await next_event(stream)


async def test_dead_peer_is_found_out(site: CameraSite, pass_time: PutForward) -> None:
    async with site.client().open_events() as stream:
        await subscribed(stream)
        site.events.silence(SERIAL)
        await pass_time(QUIET)
        await pass_time(PONG_WITHIN)
        with pytest.raises(UnreachableError):
            await next_event(stream)


async def test_silent_camera_that_answers_pings_is_alive(site: CameraSite) -> None:
    async with site.client().open_events(quiet=0.05) as stream:
        await subscribed(stream)
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.5):
                while True:
                    assert await stream.next() is None
        site.events.report(SERIAL, happening("sound"))
        assert isinstance(await next_event(stream), CameraEvent)


@asynccontextmanager
async def another_camera(
    site: CameraSite, behave: Callable[[web.Request, web.WebSocketResponse], Awaitable[None]]
) -> AsyncIterator[None]:
    """Let a camera with a mind of its own answer at the site's address."""

    async def answer(request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(autoping=False)
        await socket.prepare(request)
        await socket.receive()
        await behave(request, socket)
        return socket

    app = web.Application()
    app.router.add_get("/{tail:.*}", answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    site.port = runner.addresses[0][1]
    yield
    await runner.cleanup()


async def test_subscription_is_refused(site: CameraSite) -> None:
    async def refuse(_request: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.send_json({"apiVersion": "1.0", "method": "events:configure", "error": {"code": 2103}})
        await socket.receive()

    async with another_camera(site, refuse), site.client().open_events() as stream:
        with pytest.raises(RequestError):
            await stream.next()


async def test_pings_of_the_camera_are_answered(site: CameraSite) -> None:
    answers: list[bytes] = []

    async def ping(_request: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.ping(b"still there?")
        answers.append((await socket.receive()).data)
        await socket.send_json({"apiVersion": "1.0", "method": "events:configure", "data": {}})
        await socket.receive()

    async with another_camera(site, ping), site.client().open_events() as stream:
        assert await stream.next() is None
        await subscribed(stream)
    assert answers == [b"still there?"]


async def test_connection_that_is_lost_before_the_subscription(site: CameraSite) -> None:
    async def wait(_request: web.Request, socket: web.WebSocketResponse) -> None:
        await socket.receive()

    async with another_camera(site, wait), site.client().open_events() as stream:
        await stream._socket.close()
        with pytest.raises(UnreachableError, match="cut off"):
            await stream.subscribe()


@pytest.mark.parametrize("rubbish", ["{}", '{"method":"events:notify"}', '{"data":{}}', b"\0", "ping", "unknown topic"])
async def test_stream_of_rubbish_is_left(
    site: CameraSite, monkeypatch: pytest.MonkeyPatch, rubbish: str | bytes
) -> None:
    """It would keep Home Assistant busy without end."""
    topic = '{"method":"events:notify","params":{"notification":{"topic":"tns1:Future/Thing","message":{}}}}'

    async def flood(_request: web.Request, socket: web.WebSocketResponse) -> None:
        for _ in range(1_500):
            if rubbish == "ping":
                await socket.ping()
            elif isinstance(rubbish, bytes):
                await socket.send_bytes(rubbish)
            else:
                await socket.send_str(topic if rubbish == "unknown topic" else rubbish)
        await socket.receive()

    async with another_camera(site, flood), site.client().open_events() as stream:
        now, read = stream._heard_at, 0
        monkeypatch.setattr(stream, "_clock", lambda: now)
        with pytest.raises(ProtocolError, match="no events"):
            async with asyncio.timeout(20):
                while read < 1_500:
                    await stream.next()
                    read += 1
        assert read == 1_000


async def test_stream_of_more_events_than_any_camera_has_is_left(
    site: CameraSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However well they look: to read on without a pause would take all the time that there is."""
    topic = '{"method":"events:notify","params":{"notification":{"topic":"tns1:Device/tnsaxis:IO/Port","message":%s}}}'
    event = topic % '{"source":{"port":"0"},"data":{"state":"1"}}'

    async def flood(_request: web.Request, socket: web.WebSocketResponse) -> None:
        with suppress(ConnectionError):
            for _ in range(20_100):
                await socket.send_str(event)
        await socket.receive()

    async with another_camera(site, flood), site.client().open_events() as stream:
        now, read = stream._heard_at, 0
        monkeypatch.setattr(stream, "_clock", lambda: now)
        with pytest.raises(ProtocolError, match="more events"):
            async with asyncio.timeout(20):
                while read < 20_100:
                    assert isinstance(await stream.next(), CameraEvent)
                    read += 1
        assert read == 20_000


async def test_rubbish_now_and_then_ends_no_stream(site: CameraSite, monkeypatch: pytest.MonkeyPatch) -> None:
    """However much it is in the end, and as many as they are at once."""
    async with site.client().open_events() as stream:
        await subscribed(stream)
        now = stream._heard_at
        monkeypatch.setattr(stream, "_clock", lambda: now)
        for _ in range(4):
            now += 10
            for _ in range(900):
                site.events.send_raw(SERIAL, "{}")
            site.events.report(SERIAL, happening("sound"))
            assert isinstance(await next_event(stream), CameraEvent)
        assert stream.malformed == 3600
