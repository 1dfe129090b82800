"""The event websocket of a camera and the number that opens it (VX-EVENT)."""

import asyncio
from collections.abc import Mapping
import json
import secrets
import time
from typing import Final, Literal, Protocol

from aiohttp import WSMsgType, web

from simulator.events import Events, Listener, Report
from simulator.world import Camera

from . import declarations
from .reported_states import add_reported_states
from .rtsp_events import RtspStreams, RtspSwitches
from .streams import html

#: Seconds that the number of `wssession.cgi` holds. CONFIRMED (VX-EVENT-1).
_SESSION_LIFETIME: Final = 15.0
_VERSION: Final = "1.0"
_METHOD: Final = "events:configure"


class EventSwitches(RtspSwitches, Protocol):
    """What the documentation leaves open about events."""

    @property
    def event_stream_access(self) -> Literal["header", "session"]:
        """Whether the upgrade is let in by the header alone, or wants a number of `wssession.cgi`."""
        ...

    @property
    def event_initial_states(self) -> bool:
        """Whether states are reported at the beginning."""
        ...

    @property
    def event_before_ack(self) -> bool:
        """Whether the first states come before the answer to `events:configure`."""
        ...

    @property
    def event_declarations(self) -> declarations.Manner:
        """How a camera answers when it is asked what it could report."""
        ...


class EventSessions:
    """The numbers given out."""

    def __init__(self) -> None:
        self._until: dict[str, float] = {}

    def give(self) -> str:
        """Make a number such as 1331901001644832701."""
        number = str(10**18 + secrets.randbelow(9 * 10**18))
        self._until[number] = time.monotonic() + _SESSION_LIFETIME
        return number

    def issued(self) -> frozenset[str]:
        """Give every number so far."""
        return frozenset(self._until)

    def holds(self, number: str) -> bool:
        """Tell whether a number has been given, and its time has not passed."""
        return time.monotonic() < self._until.get(number, 0)


class EventStreams:
    """Answers `wssession.cgi` and `/vapix/ws-data-stream` of all cameras."""

    def __init__(self, events: Events, switches: EventSwitches, *, without_login: bool = False) -> None:
        self._events = events
        self._switches = switches
        self._without_login = without_login
        self.sessions = EventSessions()
        self.rtsp = RtspStreams(events, switches, EventSessions(), without_login=without_login)

    def report(self, camera: Camera, report: Report) -> None:
        """Let a camera report something to all who listen."""
        self._events.report(camera.serial, report)

    def reboot(self, camera: Camera) -> None:
        """Restart a camera: its connections end."""
        self._events.reboot(camera.serial)

    async def session(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        """Give a number that opens the websocket within 15 s."""
        del request
        if not camera.event_stream:
            return html(404, "Not Found")
        return web.Response(text=self.sessions.give() + "\n", content_type="text/plain")

    async def declarations(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        """Say what the camera could report."""
        return declarations.answer(camera, await request.read(), self._switches.event_declarations)

    async def stream(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        """Serve one event websocket until either side ends it."""
        if not camera.event_stream:
            return html(404, "Not Found")
        if "events" not in request.query.get("sources", "").split(","):
            return html(400, "Bad Request")
        number = request.query.get("wssession")
        wanted = self._switches.event_stream_access == "session" and not self._without_login
        if (number is not None or wanted) and not self.sessions.holds(number or ""):
            return html(401, "Unauthorized")
        socket = web.WebSocketResponse(autoping=False, max_msg_size=1 << 16)
        await socket.prepare(request)
        listener = Listener(camera.serial)
        add_reported_states(camera)

        def cut() -> None:
            if request.transport is not None:
                request.transport.abort()

        listener.cut = cut
        await self._events.join(listener)
        sender = asyncio.create_task(_send(socket, listener))
        try:
            await self._receive(socket, listener, camera)
        finally:
            sender.cancel()
            try:
                await asyncio.wait([sender])
            finally:
                # Also where the client is gone before the sender has ended.
                await self._events.leave(listener)
        return socket

    async def _receive(self, socket: web.WebSocketResponse, listener: Listener, camera: Camera) -> None:
        async for message in socket:
            if listener.silent:
                continue
            if message.type is WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type is WSMsgType.TEXT:
                await self._configure(listener, camera, message.data)

    async def _configure(self, listener: Listener, camera: Camera, text: str) -> None:
        answer: dict[str, object] = {"apiVersion": _VERSION}
        filters: tuple[str, ...] | None = None
        try:
            request: object = json.loads(text)
        except ValueError:
            request = None
        if not isinstance(request, Mapping):
            answer["error"] = {"code": 2101, "message": "Invalid JSON"}
        else:
            if "context" in request:
                answer["context"] = request["context"]
            answer["method"] = request.get("method")
            if request.get("method") != _METHOD:
                answer["error"] = {"code": 2102, "message": "Method not supported"}
            elif request.get("apiVersion") != _VERSION:
                answer["error"] = {"code": 2100, "message": "API version not supported"}
            elif (filters := _filters(request.get("params"))) is None:
                answer["error"] = {"code": 2103, "message": "Required parameter missing"}
            else:
                answer["data"] = {}
        if filters is None:
            listener.send(json.dumps(answer))
            return
        listener.filters = filters
        self._begin(listener, camera, json.dumps(answer) if camera.event_ack else None)
        await self._events.tell()

    def _begin(self, listener: Listener, camera: Camera, ack: str | None) -> None:
        """Acknowledge, and tell how things stand, in the order of the switches."""
        first, before = self._switches.event_initial_states, self._switches.event_before_ack
        if first and before:
            self._events.initial_states(listener, camera)
        if ack is not None:
            listener.send(ack)
        if first and not before:
            self._events.initial_states(listener, camera)


def _filters(params: object) -> tuple[str, ...] | None:
    """Read the subscriptions; content filters are taken, and match nothing here."""
    listed = params.get("eventFilterList") if isinstance(params, Mapping) else None
    if not isinstance(listed, list) or not all(isinstance(one, Mapping) for one in listed):
        return None
    if not all("topicFilter" in one or "contentFilter" in one for one in listed):
        return None
    return tuple(str(one.get("topicFilter", "")) for one in listed)


async def _send(socket: web.WebSocketResponse, listener: Listener) -> None:
    while (message := await listener.outbox.get()) is not None:
        if isinstance(message, bytes):
            await socket.send_bytes(message)
        else:
            await socket.send_str(message)
    await socket.close()
