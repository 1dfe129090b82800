"""An HTTP server on loopback from which `stream` and go2rtc read live video, so that no URL contains the token.

Each URL contains a secret instead. Its query parameter is `auth`, as Home Assistant redacts that name in logs.
"""

import asyncio
from http import HTTPStatus
import logging
import secrets

from aiohttp import web

from ..vapix import BusyError, UnreachableError
from .broadcast import Broadcast, BroadcastEvents, OpenStream, TooManyWatchersError
from .queues import Watcher

_LOGGER = logging.getLogger(__name__)

CONTENT_TYPE = "video/mp2t"
WRITE_TIMEOUT = 10.0  # seconds in which a client has to accept data

_HOST = "127.0.0.1"
_PATH = "/live.ts"
_KEPT_ADDRESSES = 100  # of removed cameras


class Relay:
    """The live video of one account's channels, owned by `Channels`; the account starts it before `url` is used.

    Camera entities give `url` to Home Assistant. The keys given to `add` appear in events and in debug logs. Another
    response to clients is a route in `start`; another reason to refuse them is a case of `_status`. The bytes are made
    in `remux.py`, once for all clients of a `Broadcast`: another format is a muxer there.
    """

    def __init__(self, events: BroadcastEvents) -> None:
        self._events = events
        self._broadcasts: dict[str, Broadcast] = {}  # by key
        self._secrets: dict[str, str] = {}  # by key; those of removed cameras come first, oldest first
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def start(self) -> None:
        """Listen on loopback, on a port that the operating system chooses."""
        app = web.Application()
        app.router.add_get(_PATH, self._get, allow_head=False)
        app.router.add_head(_PATH, self._head)
        # A client that disconnects while there is no data is noticed only if its handler is canceled.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, _HOST, 0).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Stop listening, end all clients and close all streams from cameras."""
        broadcasts = list(self._broadcasts.values())
        self._broadcasts.clear()
        await asyncio.gather(*(broadcast.close() for broadcast in broadcasts))
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def add(self, key: str, open_stream: OpenStream) -> None:
        """Serve a camera's live video; `open_stream`, such as `VapixClient.open_media`, is called for the first client.

        Raises:
            ValueError: this key is served already; remove it first.
        """
        if key in self._broadcasts:
            raise ValueError("This camera is served already")
        self._broadcasts[key] = Broadcast(open_stream, self._events, key)
        self._secrets.setdefault(key, secrets.token_urlsafe(24))

    async def remove(self, key: str) -> None:
        """Stop serving a camera's live video, and end its clients. No error if it isn't served."""
        if (broadcast := self._broadcasts.pop(key, None)) is None:
            return
        # A camera that comes back keeps its URL. This moves it to the end, so that the longest removed are dropped.
        self._secrets[key] = self._secrets.pop(key)
        for gone in [each for each in self._secrets if each not in self._broadcasts][:-_KEPT_ADDRESSES]:
            del self._secrets[gone]
        await broadcast.close()

    def url(self, key: str) -> str:
        """Return the URL of a camera that was added. It doesn't change until the account is unloaded. No I/O."""
        return f"http://{_HOST}:{self._port}{_PATH}?auth={self._secrets[key]}"

    def watchers(self, key: str) -> int:
        """Return the number of a camera's clients."""
        broadcast = self._broadcasts.get(key)
        return broadcast.watchers if broadcast else 0

    def _broadcast(self, request: web.Request) -> Broadcast:
        """Return the broadcast of a request's secret; refuses other machines and all host names (DNS rebinding)."""
        if request.host != f"{_HOST}:{self._port}" or not (request.remote or "").startswith("127."):
            raise web.HTTPForbidden
        secret = request.query.get("auth", "").encode()
        for key, expected in self._secrets.items():
            if secrets.compare_digest(secret, expected.encode()) and key in self._broadcasts:
                return self._broadcasts[key]
        raise web.HTTPNotFound

    async def _head(self, request: web.Request) -> web.Response:
        self._broadcast(request)
        return web.Response(content_type=CONTENT_TYPE)

    async def _get(self, request: web.Request) -> web.StreamResponse:
        broadcast = self._broadcast(request)
        try:
            watcher = broadcast.join()
        except TooManyWatchersError:
            return _refusal(HTTPStatus.SERVICE_UNAVAILABLE)
        try:
            return await _serve(request, watcher)
        finally:
            broadcast.leave(watcher)


async def _serve(request: web.Request, watcher: Watcher) -> web.StreamResponse:
    """Send the watcher's video. The response starts with the first picture, as only then is its HTTP status known.

    After that, `Watcher.get` raises nothing: None is the end, also of video that failed, and ends the response.
    """
    try:
        payload = await watcher.get()
    except Exception as error:  # noqa: BLE001 - an error of opening the stream, which `Broadcast` has reported
        return _refusal(_status(error))
    if payload is None:
        # It was ended without an error, such as by `Relay.remove`.
        return _refusal(HTTPStatus.SERVICE_UNAVAILABLE)
    response = web.StreamResponse(headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})
    try:
        await response.prepare(request)
        while payload is not None:
            async with asyncio.timeout(WRITE_TIMEOUT):
                await response.write(payload)
            payload = await watcher.get()
    except ConnectionError:
        pass  # the client has disconnected
    except TimeoutError:
        _LOGGER.debug("A client accepted no live video for %s s", WRITE_TIMEOUT)
        if request.transport is not None:
            request.transport.abort()
    return response


def _refusal(status: HTTPStatus) -> web.Response:
    return web.Response(status=status, text=f"No live video: {status.phrase}\n")


def _status(error: Exception) -> HTTPStatus:
    match error:
        case BusyError():
            return HTTPStatus.SERVICE_UNAVAILABLE
        case UnreachableError():
            return HTTPStatus.GATEWAY_TIMEOUT
        case _:
            return HTTPStatus.BAD_GATEWAY
