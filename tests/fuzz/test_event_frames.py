"""Whatever comes over a camera's event stream: read, merged where it is too much, and shown; never more than that."""

import asyncio
from collections.abc import AsyncIterator, Coroutine
from datetime import UTC
import json
import logging
import re
from typing import Final

import aiohttp
from aiohttp import web
from hypothesis import example, given, strategies as st
import pytest

from custom_components.netrex.events.camera_events import CameraEvents
from custom_components.netrex.events.rate_limiter import EventRateLimiter
from custom_components.netrex.events.source_key import MOTION, SourceKey
from custom_components.netrex.events.source_names import SourceNames
from custom_components.netrex.identity.unique_ids import join_id, split_id
from custom_components.netrex.tasks.timing import Timing
from custom_components.netrex.vapix import CameraEvent, EventKind, UnknownEvent, VapixClient, VapixError
from custom_components.netrex.vapix.event_stream import EventStream
from custom_components.netrex.vapix.events import read_event

from .examples import examples
from .fit import assert_fit, assert_readable
from .hostile import TEXTS, Draw, Json, bytes_like, json_like, wrong_fields

_APPS: Final = "tnsaxis:CameraApplicationPlatform"
_TOPICS: Final = (
    *(f"{_APPS}/ObjectAnalytics/Device1Scenario1", f"{_APPS}/VMD/Camera1Profile1", f"{_APPS}/VMD/Camera1ProfileANY"),
    *("tns1:Device/tnsaxis:IO/Port", "tns1:Device/tnsaxis:IO/SupervisedPort", "tnsaxis:Storage/Disruption"),
    *("tnsaxis:Storage/Alert", "tns1:VideoSource/tnsaxis:Tampering", "tnsaxis:Call/State", "tnsaxis:MediaClip/Playing"),
    *("tns1:PTZController/tnsaxis:Move/Channel_1", "tns1:Device/tnsaxis:Light/Status", f"{_APPS}/a/xinternal_data"),
)


def _notification(topic: str = _TOPICS[0]) -> dict[str, Json]:
    source: Json = {"port": "0", "channel": "1", "disk_id": "SD_DISK"}
    data: Json = {"active": "1", "state": "1", "classTypes": "human", "scenarioType": "fence", "wear": "3"}
    notification: Json = {"topic": topic, "timestamp": 1_700_000_000_000, "message": {"source": source, "data": data}}
    return {"apiVersion": "1.0", "method": "events:notify", "params": {"notification": notification}}


_ACKNOWLEDGED: Final[Json] = {"apiVersion": "1.0", "method": "events:configure", "data": {}}
_REFUSED: Final[Json] = {"apiVersion": "1.0", "method": "events:configure", "error": {"code": 2001, "message": "no"}}
_SAMPLES: Final = (_ACKNOWLEDGED, _REFUSED, *(_notification(topic) for topic in _TOPICS))
_FRAMES: Final = st.sampled_from(_SAMPLES).flatmap(json_like) | st.binary(max_size=40)


class _Socket:
    """The camera's end of a websocket, which sends what it is told to, as it is."""

    def __init__(self) -> None:
        self.url = ""
        self._socket: web.WebSocketResponse | None = None

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        self._socket = web.WebSocketResponse(compress=False)
        await self._socket.prepare(request)
        async for _ in self._socket:
            pass
        return self._socket

    async def send(self, frame: bytes, kind: aiohttp.WSMsgType) -> None:
        assert self._socket is not None
        assert self._socket._writer is not None
        await self._socket._writer.send_frame(frame, kind)


@pytest.fixture
async def camera_end() -> AsyncIterator[_Socket]:
    asyncio.get_running_loop().set_debug(False)
    end, app = _Socket(), web.Application()
    app.router.add_get("/vapix/ws-data-stream", end.serve)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    end.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    yield end
    await runner.cleanup()


async def _token() -> str:
    return "token-1"


@examples(40)
@given(
    st.lists(
        st.tuples(_FRAMES, st.sampled_from((aiohttp.WSMsgType.TEXT,) * 6 + (*aiohttp.WSMsgType,)[1:6])), max_size=8
    )
)
async def test_frames_are_read_or_end_the_stream(
    camera_end: _Socket, session: aiohttp.ClientSession, frames: list[tuple[bytes, aiohttp.WSMsgType]]
) -> None:
    camera = VapixClient(session, camera_end.url, _token)
    try:
        async with camera.open_events() as stream:
            for frame, kind in frames:
                await camera_end.send(frame[:125] if kind >= aiohttp.WSMsgType.CLOSE else frame, kind)
                told = await stream.next()
                assert told is None or isinstance(told, CameraEvent | UnknownEvent)
                assert_fit(told, 400)
    except VapixError as error:
        assert_readable(error)


async def test_no_single_thing_may_be_wrong() -> None:
    stream = EventStream(None)  # type: ignore[arg-type]
    for sample in _SAMPLES:
        for frame in wrong_fields(sample):
            try:
                assert_fit(stream._read(aiohttp.WSMessage(aiohttp.WSMsgType.TEXT, frame.decode(), None)), 400)
            except VapixError as error:
                assert_readable(error)


_ITEMS: Final = st.dictionaries(
    st.sampled_from(("active", "state", "port", "classTypes", "scenarioType", "wear", "disruption", "", "\ud800"))
    | TEXTS,
    st.sampled_from(("0", "1", "on", "human,vehicle", "open", "-1", "CameraANY", "Device1Scenario1")) | TEXTS,
    max_size=4,
)
_TIMES: Final = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.sampled_from((2**63, 10**30, 1, 253402300800000))
)


@st.composite
def _topics(draw: Draw) -> str:
    topic = draw(st.sampled_from(_TOPICS))
    if draw(st.booleans()):
        parts = topic.split("/")
        parts[draw(st.integers(0, len(parts) - 1))] = draw(TEXTS)
        topic = "/".join(parts)
    return topic


@examples(300)
@given(topic=_topics() | TEXTS, source=_ITEMS, data=_ITEMS, at=_TIMES)
def test_an_event_is_typed_unknown_or_the_cameras_own(
    topic: str, source: dict[str, str], data: dict[str, str], at: object
) -> None:
    told = read_event(topic, source, data, at)
    assert told is None or isinstance(told, CameraEvent | UnknownEvent)
    assert_fit(told, 400)


_EVENTS: Final = st.builds(
    CameraEvent,
    kind=st.sampled_from(EventKind),
    source=st.sampled_from(
        ("", "0", "1", "-1", "9" * 100, "Camera1Profile1", "Device1Scenario1", "\u00b2", "a/b", "%")
    ),
    active=st.sampled_from((True, False, None)),
    aggregate=st.booleans(),
    momentary=st.booleans(),
    classes=st.sampled_from(((), ("human",), ("car", "dog", "human"), ("\u00e9" * 200,))),
    scenario_type=st.sampled_from(("", "fence", "motion", "?")),
    camera_time=st.none() | st.datetimes(timezones=st.just(UTC)),
)


@examples(100)
@given(st.lists(_EVENTS | st.sampled_from(("begin", "subscribed", "end", "mark_stale")), max_size=30))
async def test_states_stay_what_they_can_be(
    session: aiohttp.ClientSession, caplog: pytest.LogCaptureFixture, told: list[CameraEvent | str]
) -> None:
    caplog.set_level(logging.ERROR)
    running: list[Coroutine[None, None, None]] = []
    camera = VapixClient(session, "http://127.0.0.1:1", _token)
    names = SourceNames(camera, tuple, Timing())
    names.renew()
    events = CameraEvents(names, running.append, Timing(), ())
    happened: list[object] = []
    events.detected.add(happened.append)
    intake = EventRateLimiter(events.take)
    for each in told:
        if isinstance(each, CameraEvent):
            intake.add(each)
        else:
            getattr(events, each)()
    intake.release()
    for naming in running:
        # Asked for in life; what matters here is what waits for it.
        naming.close()
    events.close()
    for key, state in events.states.items():
        assert state.active in {True, False, None}
        assert SourceKey.parse(key.text) == key
        assert events.active(key) is state.active
    assert events.active(MOTION) in {True, False, None}
    assert len(happened) <= len(told)
    assert not caplog.records


@examples(200)
@example("object~~person~")
@given(TEXTS | st.sampled_from(list(EventKind)).flatmap(lambda kind: TEXTS.map(lambda text: f"{kind}~{text}")))
def test_keys_of_entities(text: str) -> None:
    # As a registry can hold it.
    key = SourceKey.parse(text.encode(errors="replace").decode())
    if key is not None:
        assert_fit(key.source, 10_000)
        assert key.channel is None or 0 <= key.channel < 1000
        assert SourceKey.parse(key.text) == key


@examples(200)
@given(st.lists(TEXTS.map(lambda text: text.encode(errors="replace").decode()), min_size=1, max_size=4))
@example(["a~b", "c"])
@example(["a", "b~c"])
@example(["127.0.0.1:8443", "-3A", ""])
def test_ids_are_told_apart_and_fit_for_go2rtc(parts: list[str]) -> None:
    text = join_id(*parts)
    assert re.fullmatch(r"[A-Za-z0-9._~-]*", text)
    assert split_id(text) == parts


@examples(100)
@given(bytes_like(json.dumps(_notification()).encode()))
async def test_a_spoilt_notification_is_counted_or_read(frame: bytes) -> None:
    stream = EventStream(None)  # type: ignore[arg-type]
    message = aiohttp.WSMessage(aiohttp.WSMsgType.TEXT, frame.decode(errors="replace"), None)
    try:
        told = stream._read(message)
    except VapixError as error:
        assert_readable(error)
    else:
        assert told is not None or stream.malformed or stream.subscribed or b"xinternal" in frame
