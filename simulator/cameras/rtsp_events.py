"""RTSP over a WebSocket, with the events of a camera as ONVIF's XML in RTP packets (VX-RTSP)."""

import asyncio
from dataclasses import dataclass, field
import re
import secrets
from typing import Final, Literal, Protocol
from urllib.parse import parse_qs, urlsplit

from aiohttp import WSMsgType, web

from simulator.events import Events, Listener, Report
from simulator.world import Camera

from .reported_states import add_reported_states
from .rtsp_messages import CUTS, FIRST, LAST, PUBLIC, Request, answer, notification, read_request
from .streams import html

type Passes = Literal["yes", "not_found", "forbidden", "page", "silence"]

_PATH: Final = "/axis-media/media.amp"
_TRACK: Final = "stream=0"


class RtspSwitches(Protocol):
    """What the documentation leaves open about events over RTSP."""

    @property
    def rtsp_passes(self) -> Passes:
        """Whether the proxy lets RTSP over a websocket through, or how it does not."""
        ...

    @property
    def rtsp_access(self) -> Literal["header", "session", "sign_in"]:
        """What opens it; sign_in: RTSP wants a name and a password in any case."""
        ...

    @property
    def rtsp_messages(self) -> Literal["packets", "documents", "pieces"]:
        """What a message of the websocket holds."""
        ...


class Numbers(Protocol):
    """Numbers of sessions."""

    def give(self) -> str:
        """Make one."""
        ...

    def holds(self, number: str) -> bool:
        """Whether one is valid."""
        ...


@dataclass(slots=True)
class _Session:
    """One connection: what it has been set up to, and the RTP packets so far."""

    camera: Camera
    listener: Listener
    packet_size: int
    identifier: str = ""
    playing: bool = False
    #: Close to the end, where the numbers begin again.
    sequence: int = field(default_factory=lambda: 0xFFF0 + secrets.randbelow(16))
    expires: asyncio.TimerHandle | None = None

    def alive(self) -> None:
        """A session ends without requests (CONFIRMED, VX-RTSP-4)."""
        if self.expires is not None:
            self.expires.cancel()
        if self.identifier:
            loop = asyncio.get_running_loop()
            self.expires = loop.call_later(self.camera.rtsp_timeout, self.listener.cut)

    def write(self, topic: str, report: Report, moment: float | None, *, initial: bool) -> bytes:
        """Write a report as packets; the last one of a document is marked (CONFIRMED, VX-RTSP-5)."""
        return self.packets(f"{FIRST}{notification(topic, report, moment or 0.0, initial=initial)}{LAST}".encode())

    def packets(self, document: bytes) -> bytes:
        """Cut a document into packets between RTSP's answers."""
        parts = [document[at : at + self.packet_size] for at in range(0, len(document), self.packet_size)]
        return b"".join(self._packet(part, last=number == len(parts)) for number, part in enumerate(parts, 1))

    def _packet(self, part: bytes, *, last: bool) -> bytes:
        self.sequence = (self.sequence + 1) & 0xFFFF
        head = bytes([0x80, 98 | (0x80 if last else 0)]) + self.sequence.to_bytes(2) + bytes(4) + b"\x31\x54\x60\xda"
        return b"$\0" + (len(head) + len(part)).to_bytes(2) + head + part


class RtspStreams:
    """Answers `rtspwssession.cgi` and `/rtsp-over-websocket` of all cameras."""

    def __init__(self, events: Events, switches: RtspSwitches, numbers: Numbers, *, without_login: bool) -> None:
        self._events = events
        self._switches = switches
        self._numbers = numbers
        self._without_login = without_login

    async def session(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        """Give a number that opens the websocket."""
        del request
        if not camera.rtsp_websocket or self._switches.rtsp_passes == "not_found":
            return html(404, "Not Found")
        return web.Response(text=self._numbers.give() + "\n", content_type="text/plain")

    async def stream(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        """Serve one websocket until either side ends it."""
        if (refusal := self._refusal(request, camera)) is not None:
            return refusal
        socket = web.WebSocketResponse(protocols=("binary",), autoping=False, max_msg_size=1 << 16)
        await socket.prepare(request)
        listener = Listener(camera.serial)

        def cut() -> None:
            if request.transport is not None:
                request.transport.abort()

        listener.cut = cut
        session = _Session(camera, listener, camera.rtsp_packet_size)
        listener.write = session.write
        sender = asyncio.create_task(self._send(socket, listener))
        try:
            await self._receive(socket, session)
        finally:
            if session.expires is not None:
                session.expires.cancel()
            sender.cancel()
            try:
                await asyncio.wait([sender])
            finally:
                if session.playing:
                    await self._events.leave(listener)
        return socket

    def _refusal(self, request: web.Request, camera: Camera) -> web.StreamResponse | None:
        passes = self._switches.rtsp_passes
        if not camera.rtsp_websocket or passes == "not_found":
            return html(404, "Not Found")
        if passes == "forbidden":
            return html(403, "Forbidden")
        if passes == "page":
            return html(200, "Welcome")
        number = request.query.get("rtspwssession")
        wanted = self._switches.rtsp_access == "session" and not self._without_login
        if (number is not None or wanted) and not self._numbers.holds(number or ""):
            return html(401, "Unauthorized")
        return None

    async def _receive(self, socket: web.WebSocketResponse, session: _Session) -> None:
        waiting = b""
        async for message in socket:
            if session.listener.silent or self._switches.rtsp_passes == "silence":
                continue
            if message.type is WSMsgType.PING:
                await socket.pong(message.data)
            elif message.type is WSMsgType.BINARY:
                *whole, waiting = (waiting + message.data).split(b"\r\n\r\n")
                for text in whole:
                    await self._answer(read_request(text.decode("latin-1")), session)

    async def _answer(self, request: Request, session: _Session) -> None:
        session.alive()
        ours = request.headers.get("Session", session.identifier) == session.identifier
        known = {
            "OPTIONS": self._options,
            "GET_PARAMETER": self._options,
            "DESCRIBE": self._describe,
            "SETUP": self._setup,
            "PLAY": self._play,
            "TEARDOWN": self._tear_down,
        }
        if self._switches.rtsp_access == "sign_in":
            message = answer(request, 401, {"WWW-Authenticate": 'Digest realm="AXIS", nonce="0", stale=FALSE'})
        elif not ours:
            message = answer(request, 454)
        else:
            message = known.get(request.method, _not_implemented)(request, session)
        session.listener.send(message)
        if request.method == "PLAY" and session.identifier and not session.playing:
            session.playing = True
            await self._begin(session)
        elif request.method == "TEARDOWN":
            session.listener.outbox.put_nowait(None)

    def _options(self, request: Request, session: _Session) -> bytes:
        return answer(request, 200, {"Public": PUBLIC, **_of(session)})

    def _describe(self, request: Request, session: _Session) -> bytes:
        del session
        asked = urlsplit(request.address)
        query = parse_qs(asked.query)
        if asked.path != _PATH or query.get("event") != ["on"] or "video" not in query:
            return answer(request, 404)
        base = f"rtsp://{asked.netloc}{_PATH}"
        description = "\r\n".join(
            (
                *("v=0", "o=- 18302136002250915122 1 IN IP4 host", "s=Session streamed with GStreamer"),
                *("i=rtsp-server", "t=0 0", "a=tool:GStreamer", "a=type:broadcast", "a=range:npt=now-"),
                *(f"a=control:{base}?{asked.query}", "m=application 0 RTP/AVP 98", "c=IN IP4 0.0.0.0"),
                *("a=rtpmap:98 vnd.onvif.metadata/90000", f"a=control:{base}/{_TRACK}?{asked.query}", ""),
            )
        )
        headers = {"Content-Type": "application/sdp", "Content-Base": f"{base}/"}
        return answer(request, 200, headers, description.encode())

    def _setup(self, request: Request, session: _Session) -> bytes:
        if not urlsplit(request.address).path.endswith(f"/{_TRACK}"):
            return answer(request, 404)
        if not re.fullmatch(r"RTP/AVP/TCP;unicast;interleaved=0-1", request.headers.get("Transport", "")):
            return answer(request, 461)
        session.identifier = secrets.token_urlsafe(12)
        session.alive()
        transport = f'{request.headers["Transport"]};ssrc=315460DA;mode="PLAY"'
        of = {"Session": f"{session.identifier};timeout={session.camera.rtsp_timeout}"}
        return answer(request, 200, {"Transport": transport, **of})

    def _play(self, request: Request, session: _Session) -> bytes:
        if not session.identifier:
            return answer(request, 454)
        first = (session.sequence + 1) & 0xFFFF
        return answer(request, 200, {"RTP-Info": f"url={request.address};seq={first};rtptime=0", **_of(session)})

    def _tear_down(self, request: Request, session: _Session) -> bytes:
        return answer(request, 200, _of(session))

    async def _begin(self, session: _Session) -> None:
        """Send the empty document, the camera's clock on the other channel, then how everything stands."""
        listener = session.listener
        listener.send(session.packets(f"{FIRST}{LAST}".encode()))
        listener.send(b"$\x01" + (28).to_bytes(2) + b"\x80\xc8\0\x06" + bytes(24))
        add_reported_states(session.camera)
        listener.filters = ("//.",)
        await self._events.join(listener)
        self._events.initial_states(listener, session.camera)

    async def _send(self, socket: web.WebSocketResponse, listener: Listener) -> None:
        while (message := await listener.outbox.get()) is not None:
            raw = message.encode() if isinstance(message, str) else message
            for piece in CUTS[self._switches.rtsp_messages](raw):
                await socket.send_bytes(piece)
        await socket.close()


def _of(session: _Session) -> dict[str, str]:
    return {"Session": session.identifier} if session.identifier else {}


def _not_implemented(request: Request, session: _Session) -> bytes:
    del session
    return answer(request, 501)
