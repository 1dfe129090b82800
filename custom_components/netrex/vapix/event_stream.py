"""A camera's events as they come over its WebSocket (VX-EVENT)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager, suppress
import json
from typing import Final

import aiohttp
import orjson

from ..transport.values import whole_number
from .errors import AuthError, ForbiddenError, ProtocolError, UnreachableError, error_for_code
from .event_topics import UnknownEvent
from .events import CameraEvent, read_event
from .http import CameraHttp

_PATH: Final = "vapix/ws-data-stream"
_CONFIGURE: Final = "events:configure"
_NOTIFY: Final = "events:notify"
#: Seconds of silence after which the peer is pinged, and that its answer may take: within 30 s a dead one is found out.
QUIET: Final = 20.0
PONG_WITHIN: Final = 10.0
#: Messages without an event that we know: so many at once, and per second from then on. Analytics send a hundred of
#: their own in a second; more is rubbish.
_USELESS_AT_ONCE: Final = 1000.0
_USELESS_PER_SECOND: Final = 200.0
#: The same for all messages: floods are merged behind this, but reading one without end takes all the time that there
#: is. A large camera reports some hundred states at once.
_AT_ONCE: Final = 20_000.0
_PER_SECOND: Final = 1000.0
#: Bytes of one message. A notification is about 400.
_MAX_MESSAGE: Final = 64 << 10
_SUBSCRIBE: Final = json.dumps(
    {
        "apiVersion": "1.0",
        "context": "home-assistant",
        "method": _CONFIGURE,
        "params": {"eventFilterList": [{"topicFilter": "//."}]},
    }
)


class _Allowance:
    """How many messages may come: some at once, and so many more with each second."""

    def __init__(self, at_once: float, per_second: float, now: float) -> None:
        self._at_once = at_once
        self._per_second = per_second
        self._left = at_once
        self._counted_at = now

    def count(self, now: float) -> bool:
        """Count a message; return whether it is one too many."""
        earned = (now - self._counted_at) * self._per_second
        self._counted_at = now
        self._left = min(self._at_once, self._left + earned) - 1
        return self._left < 0


class EventStream:
    """An open event websocket: whether the camera took the subscription, and how many messages were malformed."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self.subscribed = False
        self.malformed = 0
        self._clock = asyncio.get_running_loop().time
        self._heard_at = self._clock()
        self._messages = _Allowance(_AT_ONCE, _PER_SECOND, self._heard_at)
        self._useless = _Allowance(_USELESS_AT_ONCE, _USELESS_PER_SECOND, self._heard_at)

    async def subscribe(self) -> None:
        """Ask for every event, as all known clients do (CONFIRMED, VX-EVENT-8: `//.` means all)."""
        try:
            await self._socket.send_str(_SUBSCRIBE)
        except (aiohttp.ClientError, OSError) as error:
            raise UnreachableError(f"The event stream was cut off ({type(error).__name__})") from None

    async def next(self) -> CameraEvent | UnknownEvent | None:
        """Wait for one message, without a time-out; None for one that carries no event. Raise what ends the stream.

        Before the camera has answered the subscription, events may come already.
        """
        event = self._read(await self._receive())
        if self._messages.count(self._heard_at):
            raise ProtocolError("The event stream carries more events than any camera has")
        if not isinstance(event, CameraEvent) and self._useless.count(self._heard_at):
            raise ProtocolError("The event stream carries too many messages that are no events")
        return event

    async def _receive(self) -> aiohttp.WSMessage:  # type: ignore[explicit-any]
        """Wait for a message; `keep_alive` ends the wait for a dead peer."""
        try:
            message = await self._socket.receive()
            self._heard_at = self._clock()
            if message.type is aiohttp.WSMsgType.PING:
                await self._socket.pong(message.data)
        except (aiohttp.ClientError, OSError) as error:
            raise UnreachableError(f"The event stream was cut off ({type(error).__name__})") from None
        return message

    async def keep_alive(self, quiet_for: float, pong_within: float) -> None:
        """Ping a quiet peer; close the stream if it does not answer. Beside the reading: an event costs no timer."""
        while True:
            quiet = self._clock() - self._heard_at
            if quiet < quiet_for:
                await asyncio.sleep(quiet_for - quiet)
                continue
            before = self._heard_at
            with suppress(aiohttp.ClientError, OSError):
                await self._socket.ping()
            await asyncio.sleep(pong_within)
            if self._heard_at == before:
                await self._socket.close()
                return

    def _read(self, message: aiohttp.WSMessage) -> CameraEvent | UnknownEvent | None:  # type: ignore[explicit-any]
        if message.type is aiohttp.WSMsgType.TEXT:
            try:
                parsed: object = orjson.loads(message.data)
            except ValueError:
                parsed = None
            if isinstance(parsed, Mapping):
                return self._take(parsed)
        elif message.type in {aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG}:
            return None
        elif message.type is not aiohttp.WSMsgType.BINARY:
            raise UnreachableError(f"The event stream has ended ({message.type.name})")
        self.malformed += 1
        return None

    def _take(self, message: Mapping[str, object]) -> CameraEvent | UnknownEvent | None:
        if message.get("method") == _NOTIFY:
            params = message.get("params")
            notification = params.get("notification") if isinstance(params, Mapping) else None
            if isinstance(notification, Mapping) and isinstance(topic := notification.get("topic"), str):
                body = notification.get("message")
                parts = body if isinstance(body, Mapping) else {}
                source, data = _texts(parts.get("source")), _texts(parts.get("data"))
                return read_event(topic, source, data, notification.get("timestamp"))
        elif isinstance(error := message.get("error"), Mapping):
            raise error_for_code(whole_number(error.get("code")) or 0)
        elif "data" in message:
            self.subscribed = True
            return None
        self.malformed += 1
        return None


def _texts(value: object) -> Mapping[str, str]:
    """Return a group of items; values are texts (CONFIRMED, VX-EVENT-10); a number or truth value is read as one."""
    if not isinstance(value, Mapping):
        return {}
    return {str(name): str(item) for name, item in value.items() if isinstance(item, str | int | float)}


@asynccontextmanager
async def open_event_stream(
    http: CameraHttp, *, with_session: bool = False, quiet: float = QUIET, pong_within: float = PONG_WITHIN
) -> AsyncIterator[EventStream]:
    """Open the event websocket and subscribe; `GoneError` before AXIS OS 10.11 (INFERRED, VX-EVENT-6).

    The token's header opens it over the proxy (INFERRED, VX-EVENT-3). with_session: with a number of
    `wssession.cgi` as well, valid 15 s (CONFIRMED on the camera, VX-EVENT-1; over the proxy UNKNOWN, VX-EVENT-4).
    """
    query = {"sources": "events"}
    if with_session:
        number = (await http.text("axis-cgi/wssession.cgi", {})).strip()
        if not (number.isascii() and number.isdecimal() and len(number) <= 30):  # noqa: PLR2004 - a bound
            raise ProtocolError("The answer is no number of a session")
        query["wssession"] = number
    async with http.open_socket(_PATH, query, max_message=_MAX_MESSAGE) as socket:
        stream = EventStream(socket)
        await stream.subscribe()
        keeping = asyncio.create_task(stream.keep_alive(quiet, pong_within), name="netrex event stream")
        try:
            yield stream
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])


def wants_session(error: Exception) -> bool:
    """Return whether a refused upgrade may be accepted with a session's number."""
    return isinstance(error, AuthError | ForbiddenError)
