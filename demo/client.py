"""Home Assistant's own interfaces, as its frontend uses them: REST, the websocket, and config flows."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
import contextlib
from dataclasses import dataclass, field
from http import HTTPStatus
import itertools
import time
from typing import Self

import aiohttp

from demo.json_value import Json, at, text

REQUEST_TIMEOUT = aiohttp.ClientTimeout(total=30)


class ApiError(Exception):
    """Home Assistant answered with an error; the message is what it said."""


@dataclass(frozen=True, slots=True)
class Login:
    """A signed-in user: what the frontend keeps as `hassTokens`."""

    url: str
    access_token: str
    refresh_token: str
    expires_in: int
    obtained: float

    @property
    def client_id(self) -> str:
        """Who asks: a web page is named by its address."""
        return f"{self.url}/"

    @classmethod
    async def first(cls, session: aiohttp.ClientSession, url: str, username: str, password: str) -> Self:
        """Make the first user of a new Home Assistant and sign in as it."""
        body = {"client_id": f"{url}/", "name": "Demo", "username": username, "password": password, "language": "en"}
        async with session.post(f"{url}/api/onboarding/users", json=body, timeout=REQUEST_TIMEOUT) as answer:
            if answer.status != HTTPStatus.OK:
                raise ApiError(f"the first user was refused: {answer.status}")
            code = text(await answer.json(), "auth_code")
        return await cls._of_code(session, url, code)

    @classmethod
    async def of(cls, session: aiohttp.ClientSession, url: str, username: str, password: str) -> Self:
        """Sign in as a user that is there already."""
        flow = f"{url}/auth/login_flow"
        begin = {"client_id": f"{url}/", "handler": ["homeassistant", None], "redirect_uri": f"{url}/"}
        async with session.post(flow, json=begin, timeout=REQUEST_TIMEOUT) as answer:
            flow_id = text(await answer.json(), "flow_id")
        body = {"client_id": f"{url}/", "username": username, "password": password}
        async with session.post(f"{flow}/{flow_id}", json=body, timeout=REQUEST_TIMEOUT) as answer:
            return await cls._of_code(session, url, text(await answer.json(), "result"))

    @classmethod
    async def _of_code(cls, session: aiohttp.ClientSession, url: str, code: str) -> Self:
        form = {"client_id": f"{url}/", "grant_type": "authorization_code", "code": code}
        async with session.post(f"{url}/auth/token", data=form, timeout=REQUEST_TIMEOUT) as answer:
            granted = await answer.json()
        expires_in = at(granted, "expires_in")
        return cls(
            url=url,
            access_token=text(granted, "access_token"),
            refresh_token=text(granted, "refresh_token"),
            expires_in=expires_in if isinstance(expires_in, int) else 1800,
            obtained=time.time(),
        )

    def hass_tokens(self) -> dict[str, Json]:
        """The value of `hassTokens` in the browser's local storage."""
        return {
            "hassUrl": self.url,
            "clientId": self.client_id,
            "access_token": self.access_token,
            "refresh_token": self.refresh_token,
            "token_type": "Bearer",
            "expires_in": self.expires_in,
            "expires": int((self.obtained + self.expires_in) * 1000),
        }


@dataclass(slots=True)
class Client:
    """REST and one-off websocket commands with the signed-in user's permissions. Refreshes its token automatically."""

    session: aiohttp.ClientSession
    login: Login
    _token: str = field(init=False, default="")
    _good_until: float = field(init=False, default=0.0)

    async def token(self) -> str:
        """An access token good for a minute more at least."""
        if time.time() < self._good_until - 60:
            return self._token
        form = {
            "client_id": self.login.client_id,
            "grant_type": "refresh_token",
            "refresh_token": self.login.refresh_token,
        }
        async with self.session.post(f"{self.login.url}/auth/token", data=form, timeout=REQUEST_TIMEOUT) as answer:
            granted = await answer.json()
        self._token = text(granted, "access_token")
        self._good_until = time.time() + self.login.expires_in
        return self._token

    async def rest(self, method: str, path: str, body: Mapping[str, Json] | None = None) -> object:
        """Call the REST interface and give its JSON.

        Raises:
            ApiError: any status but 200; its message holds the answer's beginning.
        """
        headers = {"Authorization": f"Bearer {await self.token()}", "HA-Frontend-Base": self.login.url}
        async with self.session.request(
            method, f"{self.login.url}{path}", json=body, headers=headers, timeout=REQUEST_TIMEOUT
        ) as answer:
            if answer.status != HTTPStatus.OK:
                raise ApiError(f"{method} {path}: {answer.status} {(await answer.text())[:300]}")
            value: object = await answer.json()
            return value

    async def fetch(self, path: str) -> bytes:
        """Get something that is not JSON, such as a picture.

        Raises:
            ApiError: any status but 200.
        """
        headers = {"Authorization": f"Bearer {await self.token()}"}
        async with self.session.get(f"{self.login.url}{path}", headers=headers, timeout=REQUEST_TIMEOUT) as answer:
            if answer.status != HTTPStatus.OK:
                raise ApiError(f"GET {path}: {answer.status}")
            return await answer.read()

    @contextlib.asynccontextmanager
    async def websocket(self) -> AsyncIterator[Websocket]:
        """A connected and authenticated websocket."""
        url = f"{self.login.url}/api/websocket"
        async with self.session.ws_connect(url, heartbeat=20, max_msg_size=0) as socket:
            await socket.receive_json(timeout=20)
            await socket.send_json({"type": "auth", "access_token": await self.token()})
            if at(await socket.receive_json(timeout=20), "type") != "auth_ok":
                raise ApiError("the websocket refused the token")
            connected = Websocket(socket)
            reader = asyncio.create_task(connected.read())
            try:
                yield connected
            finally:
                reader.cancel()
                with contextlib.suppress(asyncio.CancelledError):
                    await reader

    async def command(self, kind: str, /, **arguments: Json) -> object:
        """One websocket command and its result."""
        async with self.websocket() as socket:
            return await socket.command(kind, **arguments)

    async def state(self, entity_id: str) -> str | None:
        """The state of an entity, None when there is no such entity."""
        try:
            found = at(await self.rest("GET", f"/api/states/{entity_id}"), "state")
        except ApiError:
            return None
        return found if isinstance(found, str) else None

    async def wait_until_running(self, *, timeout: float) -> None:  # noqa: ASYNC109 - the deadline belongs to the wait
        """Wait until start-up is over.

        Raises:
            TimeoutError: it isn't.
        """
        async with asyncio.timeout(timeout):
            while at(await self.rest("GET", "/api/config"), "state") != "RUNNING":  # noqa: ASYNC110 - another process
                await asyncio.sleep(0.1)


class Websocket:
    """Commands over one websocket, and what subscriptions report."""

    def __init__(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        self._socket = socket
        self._numbers = itertools.count(1)
        self._answers: dict[int, asyncio.Future[object]] = {}
        self._listeners: dict[int, Callable[[object], None]] = {}

    async def read(self) -> None:
        """Hand on what arrives until the socket closes."""
        async for message in self._socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            received: object = message.json()
            for answer in received if isinstance(received, list) else [received]:
                self._take(answer)

    def _take(self, answer: object) -> None:
        number = at(answer, "id")
        if not isinstance(number, int):
            return
        if at(answer, "type") == "event":
            if listener := self._listeners.get(number):
                listener(at(answer, "event"))
        elif (waiting := self._answers.pop(number, None)) and not waiting.done():
            if at(answer, "success"):
                waiting.set_result(at(answer, "result"))
            else:
                waiting.set_exception(ApiError(str(at(answer, "error", "message"))))

    async def _send(self, number: int, kind: str, arguments: Mapping[str, Json]) -> object:
        self._answers[number] = asyncio.get_running_loop().create_future()
        await self._socket.send_json({"id": number, "type": kind, **arguments})
        async with asyncio.timeout(60):
            return await self._answers[number]

    async def command(self, kind: str, /, **arguments: Json) -> object:
        """Send a command and give its result.

        Raises:
            ApiError: Home Assistant refused it.
        """
        return await self._send(next(self._numbers), kind, arguments)

    async def subscribe(self, kind: str, listener: Callable[[object], None], /, **arguments: Json) -> None:
        """Send a subscribing command; `listener` gets each event from then on."""
        number = next(self._numbers)
        self._listeners[number] = listener
        await self._send(number, kind, arguments)
