"""A camera's events as they come over its WebSocket (VX-EVENT)."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
import json
from typing import Final, override

import aiohttp
import orjson

from ..transport.answers import Json
from ..transport.calls import Calls
from ..transport.facts import Fact
from ..transport.values import whole_number
from .errors import UnreachableError, error_for_code
from .event_socket import PONG_WITHIN, QUIET, EventSocket, session_number
from .event_topics import UnknownEvent
from .events import CameraEvent, read_event
from .http import CameraHttp

_PATH: Final = "vapix/ws-data-stream"
_CONFIGURE: Final = "events:configure"
_NOTIFY: Final = "events:notify"
#: Bytes of one message. A notification is about 400.
_MAX_MESSAGE: Final = 64 << 10
#: Seconds after the camera's answer in which the states of the beginning have come.
_STATES_WITHIN: Final = 3.0
#: What an item's value may be.
_PLAIN: Final = (str, int, float)
_SUBSCRIBE: Final = json.dumps(
    {
        "apiVersion": "1.0",
        "context": "home-assistant",
        "method": _CONFIGURE,
        "params": {"eventFilterList": [{"topicFilter": "//."}]},
    }
)


class EventStream(EventSocket):
    """An open event websocket; the camera has agreed once it has taken the subscription."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse, calls: Calls | None = None) -> None:
        super().__init__(socket)
        self._calls = calls or Calls()
        self._subscribed_at: float | None = None
        self._has_events = False

    async def subscribe(self) -> None:
        """Ask for every event, as all known clients do (CONFIRMED, VX-EVENT-8: `//.` means all)."""
        try:
            await self._socket.send_str(_SUBSCRIBE)
        except (aiohttp.ClientError, OSError) as error:
            raise UnreachableError(f"The event stream was cut off ({type(error).__name__})") from None

    @override
    async def next(self) -> CameraEvent | UnknownEvent | None:
        event = self._read(await self._receive())
        if event is not None and not self._has_events:
            self._has_events = True
            self._observe_first()
        return self._counted(event)

    def _observe_first(self) -> None:
        """Note by the first event whether states come at the beginning, and whether before the camera's answer."""
        since = self._subscribed_at
        if since is not None and self._heard_at - since > _STATES_WITHIN:
            self._calls.observed(Fact.EVENT_STATES, "missing")
            return
        self._calls.observed(Fact.EVENT_STATES, "sent")
        self._calls.observed(Fact.EVENT_ORDER, "states_first" if since is None else "answer_first")

    def _read(self, message: aiohttp.WSMessage) -> CameraEvent | UnknownEvent | None:  # type: ignore[explicit-any]
        if message.type is aiohttp.WSMsgType.TEXT:
            try:
                parsed: Json = orjson.loads(message.data)
            except ValueError:
                parsed = None
            if isinstance(parsed, dict):
                return self._take(parsed)
        elif message.type in {aiohttp.WSMsgType.PING, aiohttp.WSMsgType.PONG}:
            return None
        elif message.type is not aiohttp.WSMsgType.BINARY:
            raise UnreachableError(f"The event stream has ended ({message.type.name})")
        self.malformed += 1
        return None

    def _take(self, message: dict[str, Json]) -> CameraEvent | UnknownEvent | None:
        if message.get("method") == _NOTIFY:
            params = message.get("params")
            notification = params.get("notification") if isinstance(params, dict) else None
            if isinstance(notification, dict) and isinstance(topic := notification.get("topic"), str):
                body = notification.get("message")
                parts = body if isinstance(body, dict) else {}
                source, data = _texts(parts.get("source")), _texts(parts.get("data"))
                return read_event(topic, source, data, notification.get("timestamp"))
        elif isinstance(error := message.get("error"), dict):
            raise error_for_code(whole_number(error.get("code")) or 0)
        elif "data" in message:
            self.subscribed = True
            self._subscribed_at = self._heard_at
            return None
        self.malformed += 1
        return None


def _texts(value: Json) -> Mapping[str, str]:
    """Return a group of items; values are texts (CONFIRMED, VX-EVENT-10); a number or truth value is read as one."""
    if not isinstance(value, dict):
        return {}
    return {name: str(item) for name, item in value.items() if isinstance(item, _PLAIN)}


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
        query["wssession"] = await session_number(http, "wssession")
    async with http.open_socket(_PATH, query, max_message=_MAX_MESSAGE) as socket:
        http.calls.observed(Fact.EVENT_ACCESS, "session" if with_session else "header")
        stream = EventStream(socket, http.calls)
        await stream.subscribe()
        keeping = asyncio.create_task(stream.keep_alive(quiet, pong_within), name="netrex event stream")
        try:
            yield stream
        finally:
            keeping.cancel()
            await asyncio.wait([keeping])
