"""Requests to one camera: the token's header, time-outs, bounds, and errors in this package's own words."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Container, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass
from functools import partial
from http import HTTPStatus
import json
import time
from typing import Final, Protocol
from xml.etree.ElementTree import Element

import aiohttp
from yarl import URL

from ..transport.answers import Json, TooLargeError, read_aside, read_body
from ..transport.calls import Calls
from ..transport.facts import Fact, lasted
from .answers import data_of, decoded, parse_parameters, refuse_errors
from .errors import AuthError, ForbiddenError, ProtocolError, UnreachableError, VapixError, error_for_status
from .refusals import error_in, may_say_why
from .xml import parse_xml

CONNECT_TIMEOUT = 8.0
#: Seconds for the head of an answer, and again for the body of one that ends.
ANSWER_TIMEOUT = 10.0
_CLOSE_TIMEOUT = 1.0
#: Bytes. A whole parameter list of a large camera is about 200 KB; what else is said in lines, a few thousand.
_MAX_TEXT: Final = 1 << 20
_MAX_LINES: Final = 1 << 17
#: What is shorter may be part of any answer by chance.
_SHORTEST_TOKEN: Final = 6
#: An answer that says why something was refused has a few lines.
_MAX_REFUSAL: Final = 1 << 14
_OK: Final = frozenset({HTTPStatus.OK})
#: Statuses that a camera which is there does not give to those who ask which one it is.
_OF_THE_PROXY: Final = frozenset({"502", "503", "504"})
_DONE: Final = _OK | {HTTPStatus.NO_CONTENT}
_REFUSALS: Final = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_JSON: Final[Mapping[str, str]] = {"Content-Type": "application/json"}
_AS_IT_IS: Final[Mapping[str, str]] = {"Accept-Encoding": "identity"}
#: What a camera answers to everybody (AXIS OS 8.40+, VX-INFO-1); older ones answer 404 (CONFIRMED, VX-HTTP-7).
_OPEN_TO_ALL: Final = "axis-cgi/basicdeviceinfo.cgi"
_OPEN_TO_ALL_QUERY: Final = json.dumps({"apiVersion": "1.0", "method": "getAllUnrestrictedProperties"}).encode()

type Query = Mapping[str, str]
#: What is sent: at once, or as a flow, which can be begun again.
type Body = bytes | Callable[[], AsyncIterable[bytes]]


class RenewToken(Protocol):
    """Gets another token than one that a camera has refused; concurrent callers share one renewal."""

    async def __call__(self, rejected: str, *, worked: bool) -> bool:
        """Return whether there is another token now; worked: whether this camera accepted the rejected one before."""
        ...


@dataclass(frozen=True, slots=True)
class _Request:
    path: str
    query: Query | None = None
    body: Body | None = None
    headers: Mapping[str, str] | None = None
    once: bool = False
    timeout: float = ANSWER_TIMEOUT


class CameraHttp:
    """One camera's address and the way to ask it. What its methods raise is a VapixError, or what `token` raises.

    A token that is refused is renewed, and the request sent again with the new one, once.
    """

    def __init__(
        self,
        session: aiohttp.ClientSession,
        base_url: str,
        token: Callable[[], Awaitable[str]],
        socket_session: aiohttp.ClientSession | None = None,
        calls: Calls | None = None,
        renew: RenewToken | None = None,
    ) -> None:
        self._session = session
        self._socket_session = socket_session or session
        self._base = URL(base_url.rstrip("/"))
        self._token = token
        self._renew = renew
        #: The token that this camera accepted last, and one that it refuses although there is no other.
        self._accepted: str | None = None
        self._refused: str | None = None
        self.calls: Final = calls or Calls()

    @property
    def host(self) -> str:
        """The name of the host that answers for the camera; it may hold the serial number."""
        return self._base.host or ""

    async def with_token_held(self) -> CameraHttp:
        """Return the same camera, asked with the token that is good now: that takes no time, and is not renewed."""
        held = await self._token()

        async def token() -> str:
            return held

        return CameraHttp(self._session, str(self._base), token, self._socket_session, self.calls)

    # --- answers that end ------------------------------------------------------------------------------

    async def fetch(
        self, path: str, query: Query | None = None, *, limit: int = _MAX_TEXT, once: bool = False
    ) -> bytes:
        """Return a whole answer of at most `limit` bytes; once: as `open`."""
        async with self.open(path, query, once=once) as response:
            return await read_answer(response, limit)

    async def exchange(self, path: str, query: Query, *, accept: Container[int]) -> tuple[int, str]:
        """Return status and text of an answer whose status says whether the camera did what it was asked; sent once."""
        async with self.open(path, query, accept=accept, once=True) as response:
            return response.status, decoded(await read_answer(response, _MAX_LINES))

    async def call(
        self, path: str, method: str, params: Mapping[str, object] | None = None, *, version: str = "1.0"
    ) -> Mapping[str, Json]:
        """Call a method of a JSON CGI and return its `data` (CONFIRMED, VX-JSON-1, VX-JSON-2)."""
        async with self.open(path, body=_json_request(method, params, version)) as response:
            return await read_aside(data_of, await read_answer(response, _MAX_TEXT))

    async def command(self, path: str, method: str, params: Mapping[str, object] | None = None) -> None:
        """Call a method of a JSON CGI that changes something: there is nothing to read in a success (VX-JSON-6)."""
        async with self.open(path, body=_json_request(method, params), accept=_DONE) as response:
            refuse_errors(await read_answer(response, _MAX_LINES))

    async def text(self, path: str, query: Query, *, once: bool = False) -> str:
        """Return the text of a text CGI; once: as `open`."""
        return decoded(await self.fetch(path, query, limit=_MAX_LINES, once=once))

    async def xml(self, path: str, query: Query) -> Element:
        """Return the root of an XML answer."""
        return await read_aside(parse_xml, await self.fetch(path, query))

    async def parameters(self, groups: str) -> Mapping[str, str]:
        """List groups of parameters, separated by commas, those that the camera has (CONFIRMED, VX-PARAM-1)."""
        query = {"action": "list", "group": groups}
        return await read_aside(parse_parameters, decoded(await self.fetch("axis-cgi/param.cgi", query)))

    # --- connections -----------------------------------------------------------------------------------

    @asynccontextmanager
    async def open(
        self,
        path: str,
        query: Query | None = None,
        *,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Container[int] = _OK,
        once: bool = False,
        timeout: float = ANSWER_TIMEOUT,  # noqa: ASYNC109 - bounds the head only, the caller reads the body
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send a GET, or a POST with a body, and give its answer once the head is there; it is closed on the way out.

        Header `Authorization: Token <token>`: CONFIRMED (VX-HTTP-2). Redirects would carry the token elsewhere.

        Args:
            path: below the camera's address.
            query: never logged.
            body: of a flow, `headers` has to name the length.
            headers: more of them; None: those of a body that is JSON.
            accept: statuses that are no error.
            once: a GET that must not be sent a second time when its answer is lost, as aiohttp does.
            timeout: seconds for the head of the answer, a flow's sending included.
        """
        request = _Request(path, query, body, headers, once, timeout)
        token = await self._token()
        response = await self._send(token, request)
        if response.status in _REFUSALS and self._renew is not None:
            response.close()
            self._failed(refusal := error_for_status(response.status))
            if not await self._has_other_token(token):
                raise refusal
            response = await self._send(await self._token(), request)
        try:
            if response.status not in accept:
                if path == _OPEN_TO_ALL and str(response.status) in _OF_THE_PROXY:
                    self.calls.observed(Fact.CAMERA_OFF, str(response.status))
                raise await _error_of(response)
            self.calls.answered()
            yield response
        except VapixError as error:
            self._failed(error)
            raise
        finally:
            response.close()

    @asynccontextmanager
    async def open_stream(self, path: str, query: Query) -> AsyncIterator[aiohttp.ClientResponse]:
        """Open an answer without end, as `open`. It must not come packed: nothing bounds what that would unpack to."""
        async with self.open(path, query, headers=_AS_IT_IS) as response:
            if response.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise ProtocolError("The stream is packed")
            yield response

    @contextmanager
    def lasting(self) -> Iterator[None]:
        """Note how long an answer without end comes."""
        began = time.monotonic()
        try:
            yield
        finally:
            self.calls.observed(Fact.ENDLESS_ANSWER, lasted(time.monotonic() - began))

    @asynccontextmanager
    async def open_socket(
        self, path: str, query: Query, *, max_message: int, protocol: str | None = None
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open a websocket; it is closed on the way out. Pings are the caller's to send and to answer.

        Header as in `open` (CONFIRMED for wss, VX-HTTP-2). The session itself must not follow redirects: a
        websocket has no option for it. `max_message` is in bytes; `protocol` is spoken inside.
        """
        connect = partial(self._connect, path, query, max_message, () if protocol is None else (protocol,))
        token = await self._token()
        try:
            socket = await connect(token)
        except AuthError, ForbiddenError:
            if not await self._has_other_token(token):
                raise
            socket = await connect(await self._token())
        self.calls.answered()
        try:
            yield socket
        except VapixError as error:
            self._failed(error)
            raise
        finally:
            # A peer that is gone must not hold up the caller.
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_TIMEOUT):
                    await socket.close()

    async def _send(self, token: str, request: _Request) -> aiohttp.ClientResponse:
        """Send a request, and return its answer once the head is there; the caller closes it."""
        body = request.body
        headers = request.headers if request.headers is not None else {} if body is None else _JSON
        self.calls.sent()
        try:
            async with asyncio.timeout(request.timeout):
                response = await self._session.request(
                    "GET" if body is None else "POST",
                    self._base / request.path,
                    params=request.query,
                    data=body() if callable(body) else body,
                    headers={"Authorization": f"Token {token}", **headers},
                    allow_redirects=False,
                    middlewares=(_only_once,) if request.once else (),
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT),
                )
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            if request.path == _OPEN_TO_ALL and isinstance(error, aiohttp.ServerDisconnectedError):
                self.calls.observed(Fact.CAMERA_OFF, "closed")
            # Not `from`: its text can hold the address, and with it the serial number.
            raise self._failed(UnreachableError(f"No answer ({type(error).__name__})")) from None
        if response.status not in _REFUSALS:
            self._accepted, self._refused = token, None
        return response

    async def _connect(
        self, path: str, query: Query, max_message: int, protocols: tuple[str, ...], token: str
    ) -> aiohttp.ClientWebSocketResponse:
        headers = {"Authorization": f"Token {token}"}
        self.calls.sent()
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                socket = await self._socket_session.ws_connect(
                    (self._base / path).with_query(query),
                    headers=headers,
                    protocols=protocols,
                    autoping=False,
                    max_msg_size=max_message,
                )
        except aiohttp.WSServerHandshakeError as error:
            raise self._failed(error_for_status(error.status)) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._failed(UnreachableError(f"No event stream ({type(error).__name__})")) from None
        self._accepted, self._refused = token, None
        return socket

    async def _has_other_token(self, rejected: str) -> bool:
        """Return whether there is another token than one that was refused.

        A refusal may also mean a missing permission (with which status: UNKNOWN, NX-REMOTE-10), or come from the
        camera. So a call that everybody may make has to be refused, too: then the token is to blame, and nothing was
        done, so that also a command that must not be done twice can be sent again.
        """
        if self._renew is None or rejected == self._refused:
            return False
        if rejected == await self._token():
            try:
                response = await self._send(rejected, _Request(_OPEN_TO_ALL, body=_OPEN_TO_ALL_QUERY))
            except UnreachableError:
                return False
            response.close()
            if response.status not in _REFUSALS:
                self.calls.answered()
                return False
            self._failed(error_for_status(response.status))
        if await self._renew(rejected, worked=rejected == self._accepted):
            return True
        self._refused = rejected
        return False

    def _failed(self, error: VapixError) -> VapixError:
        """Count a failed request, and return why it failed."""
        self.calls.failed(error)
        return error


class CameraApi:
    """One API of a camera."""

    def __init__(self, http: CameraHttp) -> None:
        self._http = http


def _json_request(method: str, params: Mapping[str, object] | None, version: str = "1.0") -> bytes:
    return json.dumps(
        {"apiVersion": version, "method": method} | ({} if params is None else {"params": params})
    ).encode()


async def _error_of(response: aiohttp.ClientResponse) -> VapixError:
    """Return what an answer with an error status means, as its body says if it may."""
    if may_say_why(response.status):
        with suppress(VapixError):
            return error_in(response.status, await read_answer(response, _MAX_REFUSAL))
    return error_for_status(response.status)


async def _only_once(
    request: aiohttp.ClientRequest, handler: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]
) -> aiohttp.ClientResponse:
    """Report a lost answer in a way in which aiohttp does not ask again."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientPayloadError(type(error).__name__) from None


async def read_answer(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the whole body of an answer, without the token: a proxy may repeat it, and answers are logged."""
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            body = await read_body(response.content, limit)
    except TooLargeError:
        raise ProtocolError("The answer is too long") from None
    except (aiohttp.ClientError, OSError) as error:
        raise UnreachableError(f"The answer was cut off ({type(error).__name__})") from None
    token = response.request_info.headers.get("Authorization", "").rpartition(" ")[2].encode()
    return body.replace(token, b"...") if len(token) >= _SHORTEST_TOKEN else body
