"""Live video on loopback, so that the token is in no URL: an HTTP site that `stream` and go2rtc read from.

The address holds a secret of its own, as the query `auth`: the one name that Home Assistant's log redaction knows.
"""

import asyncio
from http import HTTPStatus
import logging
import secrets

from aiohttp import web

from ..vapix import BusyError, UnreachableError
from .broadcast import Broadcast, BroadcastEvents, OpenStream, TooManyWatchersError
from .watcher import Watcher

_LOGGER = logging.getLogger(__name__)

CONTENT_TYPE = "video/mp2t"
WRITE_TIMEOUT = 10.0  # seconds in which a watcher has to take something

_HOST = "127.0.0.1"
_PATH = "/live.ts"
_KEPT_ADDRESSES = 100


class Relay:
    """The live video of one account's cameras. `start` before any `url`, `stop` in the end.

    Args:
        events: receives what happens, with the keys given to `add`, which also appear in debug logs.
    """

    def __init__(self, events: BroadcastEvents) -> None:
        self._events = events
        self._broadcasts: dict[str, Broadcast] = {}  # by key
        self._secrets: dict[str, str] = {}  # by key; kept when a camera goes, so that its address stays
        self._runner: web.AppRunner | None = None
        self._port = 0

    async def start(self) -> None:
        """Listen on a port of the system's choice, on loopback only."""
        app = web.Application()
        app.router.add_get(_PATH, self._get, allow_head=False)
        app.router.add_head(_PATH, self._head)
        # A watcher that leaves while nothing comes is noticed by cancelling its handler.
        self._runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        await web.TCPSite(self._runner, _HOST, 0).start()
        self._port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """End all watchers, close all upstreams, and listen no more."""
        broadcasts = list(self._broadcasts.values())
        self._broadcasts.clear()
        await asyncio.gather(*(broadcast.close() for broadcast in broadcasts))
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    def add(self, key: str, open_stream: OpenStream) -> None:
        """Offer a camera's live video; `open_stream` is called when somebody watches, like `VapixClient.open_media`.

        Raises:
            ValueError: it is offered already; remove it first.
        """
        if key in self._broadcasts:
            raise ValueError("This camera is offered already")
        self._broadcasts[key] = Broadcast(open_stream, self._events, key)
        self._secrets.setdefault(key, secrets.token_urlsafe(24))

    async def remove(self, key: str) -> None:
        """Offer it no more."""
        if (broadcast := self._broadcasts.pop(key, None)) is None:
            return
        # The address stays for a camera that comes back, but not for everything that ever was: the longest gone first.
        self._secrets[key] = self._secrets.pop(key)
        for gone in [each for each in self._secrets if each not in self._broadcasts][:-_KEPT_ADDRESSES]:
            del self._secrets[gone]
        await broadcast.close()

    def url(self, key: str) -> str:
        """Return the address of a camera that was added: the same as long as the relay lives. No I/O."""
        return f"http://{_HOST}:{self._port}{_PATH}?auth={self._secrets[key]}"

    def watchers(self, key: str) -> int:
        """Return how many watch a camera now."""
        broadcast = self._broadcasts.get(key)
        return broadcast.watchers if broadcast else 0

    def _broadcast(self, request: web.Request) -> Broadcast:
        """Find what a request is for; refuses who is not on this machine, and names that only resolve to it."""
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
    """Answer with what the watcher gets; the head waits for the first picture, so that its status is true."""
    try:
        payload = await watcher.get()
    except Exception as error:  # noqa: BLE001 - what opening raised, reported to the account already
        return _refusal(_status(error))
    if payload is None:
        return _refusal(HTTPStatus.SERVICE_UNAVAILABLE)
    response = web.StreamResponse(headers={"Content-Type": CONTENT_TYPE, "Cache-Control": "no-store"})
    try:
        await response.prepare(request)
        while payload is not None:
            async with asyncio.timeout(WRITE_TIMEOUT):
                await response.write(payload)
            payload = await watcher.get()
    except ConnectionError:
        pass  # it left
    except TimeoutError:
        _LOGGER.debug("A watcher took nothing for %s s", WRITE_TIMEOUT)
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
