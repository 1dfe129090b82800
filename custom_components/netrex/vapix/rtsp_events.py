"""A camera's events over RTSP, which comes over a WebSocket: for cameras without the event websocket (VX-RTSP)."""

import asyncio
from collections import deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
import re
from typing import Final, override

import aiohttp

from ..transport.facts import Fact
from .errors import GoneError, ProtocolError, UnreachableError, VapixError, error_for_status
from .event_socket import PONG_WITHIN, QUIET, EventSocket, session_number
from .event_topics import UnknownEvent
from .events import CameraEvent
from .http import CameraHttp
from .onvif_events import read_notifications
from .rtsp import Documents, RtspAnswer, RtspFrames

_PATH: Final = "rtsp-over-websocket"
#: Without a filter, every event comes (CONFIRMED, VX-RTSP-1).
_MEDIA: Final = "axis-media/media.amp?video=0&audio=0&event=on"
#: Bytes of one message. A packet has 64 KB at most; that each comes in a message of its own is UNKNOWN (VX-RTSP-10).
_MAX_MESSAGE: Final = 256 << 10
#: Seconds until a session ends that is not kept alive: what a camera may say, and what is meant if it says nothing.
_TIMEOUTS: Final = (5, 600)
_DEFAULT_TIMEOUT: Final = 60
_CLOSE_WITHIN: Final = 1.0
#: What may stand in a request: it comes from the camera, and must not begin another line.
_ADDRESS: Final = re.compile(r"[!-~]{1,1000}")
_SESSION: Final = re.compile(r"[!-~]{1,200}")
_TIMEOUT: Final = re.compile(r"timeout=([0-9]{1,9})")
_CHANNEL: Final = re.compile(r".*;interleaved=([0-9]{1,3})-.*")


class RtspEventStream(EventSocket):
    """An open session of RTSP; the camera has agreed once it plays."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, address: str) -> None:
        super().__init__(socket)
        self._address = address
        self._frames = RtspFrames()
        self._documents = Documents()
        self._events: deque[CameraEvent | UnknownEvent | None] = deque()
        #: The last request, which steps of the way to playing wait for, and its number.
        self._asked = ""
        self._number = 0
        self._session = ""
        self._timeout = _DEFAULT_TIMEOUT
        self._channel = 0

    async def describe(self) -> None:
        """Ask what there is; each answer is followed by the next request, until the camera plays."""
        await self._request("DESCRIBE", "Accept: application/sdp")

    @override
    async def next(self) -> CameraEvent | UnknownEvent | None:
        if not self._events:
            await self._take(await self._receive())
        return self._counted(self._events.popleft() if self._events else None)

    @override
    async def keep_alive(self, quiet_for: float, pong_within: float) -> None:
        """Send a request now and then, which also keeps the session alive (CONFIRMED, VX-RTSP-4)."""
        while True:
            await asyncio.sleep(min(quiet_for, self._timeout / 2))
            if not self.subscribed:
                continue
            before = self._heard_at
            with suppress(UnreachableError):
                await self._request("OPTIONS")
            await asyncio.sleep(min(pong_within, self._timeout / 4))
            if self._heard_at == before:
                await self._socket.close()
                return

    async def tear_down(self) -> None:
        """Let the camera forget the session now; it would in a minute anyway."""
        if self._session and not self._socket.closed:
            with suppress(UnreachableError, TimeoutError):
                async with asyncio.timeout(_CLOSE_WITHIN):
                    await self._request("TEARDOWN")

    async def _request(self, method: str, *headers: str, address: str | None = None) -> None:
        self._asked = method
        self._number += 1
        session = (f"Session: {self._session}",) if self._session else ()
        first = f"{method} {address or self._address} RTSP/1.0"
        lines = (first, f"CSeq: {self._number}", *session, *headers, "", "")
        try:
            await self._socket.send_bytes("\r\n".join(lines).encode())
        except (aiohttp.ClientError, OSError) as error:
            raise UnreachableError(f"The event stream was cut off ({type(error).__name__})") from None

    async def _take(self, message: aiohttp.WSMessage) -> None:  # type: ignore[explicit-any]
        if message.type in {aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG}:
            return
        if message.type is aiohttp.WSMsgType.TEXT:
            self.malformed += 1
            return
        if message.type is not aiohttp.WSMsgType.BINARY:
            raise UnreachableError(f"The event stream has ended ({message.type.name})")
        for frame in self._frames.feed(message.data):
            before = len(self._events)
            if isinstance(frame, RtspAnswer):
                await self._answered(frame)
            elif frame.channel == self._channel:
                self._read(frame.data)
            if len(self._events) == before:
                # It counts, as one message may have thousands.
                self._events.append(None)

    def _read(self, packet: bytes) -> None:
        try:
            if (document := self._documents.add(packet)) is not None:
                self._events.extend(read_notifications(document))
        except UnreachableError:
            raise
        except VapixError:
            self.malformed += 1

    async def _answered(self, answer: RtspAnswer) -> None:
        if answer.number != self._number:
            return
        if answer.status != HTTPStatus.OK:
            raise error_for_status(answer.status, "RTSP")
        match self._asked:
            case "DESCRIBE":
                # One channel for events, one for the camera's times, which the events have themselves.
                transport = "Transport: RTP/AVP/TCP;unicast;interleaved=0-1"
                await self._request("SETUP", transport, address=self._track(answer))
            case "SETUP":
                self._begin_session(answer)
                await self._request("PLAY")
            case "PLAY":
                self.subscribed = True

    def _track(self, description: RtspAnswer) -> str:
        """Return the address of the track of events (CONFIRMED, VX-RTSP-3)."""
        is_events = False
        for line in description.body.decode("latin-1").split("\n"):
            if line.startswith("m="):
                is_events = line.startswith("m=application")
            elif is_events and line.startswith("a=control:"):
                control = line.partition(":")[2].strip()
                if "://" not in control:
                    base = description.headers.get("content-base", self._address)
                    control = f"{base.rstrip('/')}/{control}"
                if not _ADDRESS.fullmatch(control):
                    raise ProtocolError("The address of the events is none")
                return control
        raise GoneError("The camera has no events over RTSP")

    def _begin_session(self, answer: RtspAnswer) -> None:
        session, _, rest = answer.headers.get("session", "").partition(";")
        if not _SESSION.fullmatch(session):
            raise ProtocolError("The answer has no session")
        self._session = session
        timeout = int(told[1]) if (told := _TIMEOUT.search(rest)) else 0
        shortest, longest = _TIMEOUTS
        self._timeout = min(max(timeout or _DEFAULT_TIMEOUT, shortest), longest)
        if channel := _CHANNEL.fullmatch(answer.headers.get("transport", "")):
            self._channel = int(channel[1])


@asynccontextmanager
async def open_rtsp_events(
    http: CameraHttp, *, with_session: bool = False, quiet: float = QUIET, pong_within: float = PONG_WITHIN
) -> AsyncIterator[RtspEventStream]:
    """Open RTSP over a websocket, and ask for the events; whether it passes the proxy is UNKNOWN (VX-MEDIA-15).

    The token's header opens it, and RTSP itself asks for no sign-in then (INFERRED, VX-RTSP-8). with_session: with a
    number of `rtspwssession.cgi` as well (CONFIRMED on the camera, VX-MEDIA-13).
    """
    query = {"rtspwssession": await session_number(http, "rtspwssession")} if with_session else {}
    async with http.open_socket(_PATH, query, max_message=_MAX_MESSAGE, protocol="binary") as socket:
        # The name of the host does not matter (CONFIRMED, VX-RTSP-6).
        stream = RtspEventStream(socket, f"rtsp://{http.host}/{_MEDIA}")
        await stream.describe()
        keeping = asyncio.create_task(stream.keep_alive(quiet, pong_within), name="netrex event stream")
        try:
            yield stream
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])
            if stream.subscribed:
                http.calls.observed(Fact.RTSP, "passes")
            await stream.tear_down()
