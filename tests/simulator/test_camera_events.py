"""The event websocket as a client on the network finds it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import json
from typing import Any

import aiohttp
import pytest

from simulator import Report, Simulator, Switches, World
from simulator.happenings import HAPPENINGS

_ALL = [{"topicFilter": "//."}]


class Ear:
    """One event websocket, spoken to in JSON."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self.socket = socket

    async def configure(self, filters: object = _ALL, **changes: object) -> dict[str, Any]:
        request = {"apiVersion": "1.0", "context": "c", "method": "events:configure"}
        await self.socket.send_json(request | {"params": {"eventFilterList": filters}} | changes)
        return await self.hear()

    async def hear(self) -> dict[str, Any]:
        answer: dict[str, Any] = await self.socket.receive_json(timeout=5)
        return answer

    async def hear_event(self) -> dict[str, Any]:
        message = await self.hear()
        assert message["method"] == "events:notify"
        notification: dict[str, Any] = message["params"]["notification"]
        return notification


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(Switches(), World.with_cameras(2)) as running:
        yield running


def serial_of(simulator: Simulator) -> str:
    return next(iter(simulator.world.cameras))


@asynccontextmanager
async def listening(
    simulator: Simulator, query: str = "?sources=events", token: str | None = None
) -> AsyncIterator[Ear]:
    base = simulator.device_pattern.format(serial=serial_of(simulator))
    headers = {"Authorization": f"Token {token or simulator.api_token()}"}
    async with (
        aiohttp.ClientSession() as session,
        session.ws_connect(f"{base}/vapix/ws-data-stream{query}", headers=headers) as socket,
    ):
        yield Ear(socket)


async def test_ack_comes_first_then_states_then_what_happens(simulator: Simulator) -> None:
    serial = serial_of(simulator)
    simulator.happen(serial, "input", "0")
    async with listening(simulator) as ear:
        assert await ear.configure() == {
            "apiVersion": "1.0",
            "context": "c",
            "method": "events:configure",
            "data": {},
        }
        first = await ear.hear_event()
        assert first["topic"] == "tns1:Device/tnsaxis:IO/Port"
        assert first["message"] == {"source": {"port": "0"}, "key": {}, "data": {"state": "1"}}
        assert isinstance(first["timestamp"], int)
        simulator.happen(serial, "person", active_for=0.05)
        seen, gone = await ear.hear_event(), await ear.hear_event()
        assert seen["message"]["data"]["classTypes"] == "human"
        assert [each["message"]["data"]["active"] for each in (seen, gone)] == ["1", "0"]
        simulator.happen(serial, "call", active_for=0.05)
        rung, over = await ear.hear_event(), await ear.hear_event()
        assert [each["message"]["data"]["CallState"] for each in (rung, over)] == ["Calling", "Idle"]


async def test_states_can_come_before_the_ack_or_not_at_all(simulator: Simulator) -> None:
    simulator.happen(serial_of(simulator), "input", "0")
    simulator.switches.event_before_ack = True
    async with listening(simulator) as ear:
        assert (await ear.configure())["method"] == "events:notify"
        assert "data" in await ear.hear()
    simulator.switches.event_initial_states = False
    async with listening(simulator) as ear:
        assert "data" in await ear.configure()
        simulator.happen(serial_of(simulator), "sound")
        assert (await ear.hear_event())["topic"].endswith("TriggerLevel")


async def test_stateless_events_are_not_remembered(simulator: Simulator) -> None:
    simulator.happen(serial_of(simulator), "tampering")
    simulator.happen(serial_of(simulator), "sound")
    async with listening(simulator) as ear:
        await ear.configure()
        assert (await ear.hear_event())["topic"].endswith("TriggerLevel")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"apiVersion": "9.0"}, 2100),
        ({"method": "events:configureAll"}, 2102),
        ({"params": {}}, 2103),
        ({"params": {"eventFilterList": [{}]}}, 2103),
    ],
)
async def test_what_is_not_understood_is_refused(simulator: Simulator, changes: dict[str, object], code: int) -> None:
    async with listening(simulator) as ear:
        assert (await ear.configure(**changes))["error"]["code"] == code
        await ear.socket.send_str("{")
        assert (await ear.hear())["error"]["code"] == 2101


async def test_filters_choose_and_two_that_match_give_two(simulator: Simulator) -> None:
    serial = serial_of(simulator)
    async with listening(simulator) as ear:
        await ear.configure([{"topicFilter": "tns1:Device/tnsaxis:IO//. | tnsaxis:Call/State"}])
        for name in ("sound", "input", "call"):
            simulator.happen(serial, name)
        assert [(await ear.hear_event())["topic"] for _ in range(2)] == [
            "tns1:Device/tnsaxis:IO/Port",
            "tnsaxis:Call/State",
        ]
        await ear.configure([{"topicFilter": "tnsaxis:Call/State"}, {"topicFilter": "tnsaxis:Call//."}])
        assert [(await ear.hear_event())["topic"] for _ in range(2)] == ["tnsaxis:Call/State"] * 2


async def test_session_number_opens_the_stream_where_it_is_wanted(simulator: Simulator) -> None:
    simulator.switches.event_stream_access = "session"
    token = simulator.api_token()
    with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
        async with listening(simulator):
            pass
    base = simulator.device_pattern.format(serial=serial_of(simulator))
    async with (
        aiohttp.ClientSession(headers={"Authorization": f"Token {token}"}) as session,
        session.get(f"{base}/axis-cgi/wssession.cgi") as answer,
    ):
        number = (await answer.text()).strip()
    assert number in simulator.issued_secrets()
    async with listening(simulator, f"?wssession={number}&sources=events", token) as ear:
        assert "data" in await ear.configure()


@pytest.mark.parametrize(
    ("query", "status"), [("", 400), ("?sources=video", 400), ("?sources=events&wssession=1", 401)]
)
async def test_upgrade_is_refused(simulator: Simulator, query: str, status: int) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError, match=str(status)):
        async with listening(simulator, query):
            pass


async def test_old_camera_has_no_event_stream(simulator: Simulator) -> None:
    simulator.world.cameras[serial_of(simulator)].event_stream = False
    with pytest.raises(aiohttp.WSServerHandshakeError, match="404"):
        async with listening(simulator):
            pass


async def test_permission_events_is_needed(simulator: Simulator) -> None:
    with pytest.raises(aiohttp.WSServerHandshakeError, match="401"):
        async with listening(simulator, token=simulator.api_token(scopes={"events"})):
            pass


async def test_clock_and_spelling_are_the_cameras_own(simulator: Simulator) -> None:
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.clock_offset, camera.events_in_page_spelling = None, True
    async with listening(simulator) as ear:
        await ear.configure()
        simulator.happen(camera.serial, "input", "0")
        event = await ear.hear_event()
        assert "timestamp" not in event
        assert event["topic"] == "tns1:Device/tnsaxis:IO/tnsaxis:Port"


async def test_connections_can_end_in_every_way(simulator: Simulator) -> None:
    serial = serial_of(simulator)
    async with listening(simulator) as ear:
        await ear.configure()
        simulator.events.close(serial)
        assert (await ear.socket.receive(5)).type is aiohttp.WSMsgType.CLOSE
    async with listening(simulator) as ear:
        await ear.configure()
        simulator.events.send_raw(serial, b"\x00")
        assert (await ear.socket.receive(5)).type is aiohttp.WSMsgType.BINARY
        simulator.happen(serial, "motion")
        simulator.events.reboot(serial)
        await simulator.events.wait_listeners(serial, 0)
    async with listening(simulator) as ear:
        await ear.configure()
        assert (await ear.hear_event())["message"]["data"]["active"] == "0"
        await ear.socket.ping()
        simulator.events.silence(serial)
        simulator.happen(serial, "motion")
        with pytest.raises(TimeoutError):
            await ear.socket.receive(0.2)


@pytest.mark.parametrize("name", sorted(HAPPENINGS))
async def test_everything_that_can_happen_can_be_heard(simulator: Simulator, name: str) -> None:
    async with listening(simulator) as ear:
        await ear.configure()
        simulator.happen(serial_of(simulator), name)
        event = await ear.hear_event()
        said = event["message"]["data"] | event["message"]["source"]
        assert said
        assert all(isinstance(value, str) for value in said.values())


async def test_another_process_lets_things_happen(simulator: Simulator) -> None:
    serial = serial_of(simulator)
    async with listening(simulator) as ear, aiohttp.ClientSession(simulator.url) as session:
        await ear.configure()
        for body in (
            {"happening": "person", "number": "2", "active_for": 0.01},
            {"topic": "tns1:X/Y", "data": {"a": "b"}, "source": {"c": "d"}},
        ):
            async with session.post(f"/_sim/event/{serial}", json=body) as answer:
                assert answer.status == 200
                assert isinstance((await answer.json())["done"], float)
        topics = [(await ear.hear_event())["topic"] for _ in range(3)]
        assert {topic.rpartition("/")[2] for topic in topics} == {"Device1Scenario2", "Y"}
        for what, body in (("raw", {"message": "hello"}), ("silence", {}), ("reboot", {}), ("cut", {}), ("close", {})):
            async with session.post(f"/_sim/events/{serial}/{what}", json=body) as answer:
                assert answer.status == 200
        await simulator.events.wait_listeners(serial, 0)
        for path, body in (
            (f"event/{serial}", {"happening": "rapture"}),
            (f"event/{serial}", {"topic": "x", "data": 1}),
            (f"event/{serial}", {"happening": "person", "active_for": "long"}),
            ("event/NOBODY", {"happening": "person"}),
            (f"events/{serial}/explode", {}),
            ("events/NOBODY/cut", {}),
        ):
            async with session.post(f"/_sim/{path}", json=body) as answer:
                assert answer.status == 400


async def test_listener_far_behind_is_cut_off(simulator: Simulator, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.events._QUEUE", 3)
    async with listening(simulator) as ear:
        await ear.configure()
        for number in range(50):
            simulator.events.report(serial_of(simulator), Report("tns1:X", {"n": str(number)}))
        await simulator.events.wait_listeners(serial_of(simulator), 0)


async def test_waiting_for_listeners_ends_with_a_reason(simulator: Simulator) -> None:
    with pytest.raises(TimeoutError, match="0 listeners"):
        await simulator.events.wait_listeners(serial_of(simulator), 1, timeout=0.01)


async def test_camera_that_is_gone_ends_nothing_later(simulator: Simulator) -> None:
    simulator.happen(serial_of(simulator), "motion", active_for=0.0)
    simulator.world.cameras.clear()
    await asyncio.sleep(0)
    assert json.dumps(simulator.events.listeners) == "{}"
