"""Requests to one camera: the token's header, time-outs, bounds, and errors in this package's own words."""

import asyncio
from collections.abc import AsyncIterable, AsyncIterator, Awaitable, Callable, Container, Mapping
from contextlib import asynccontextmanager, suppress
from http import HTTPStatus
import json
from typing import Final, Protocol

import aiohttp
from yarl import URL

from .calls import Calls, Uncounted
from .errors import (
    AuthError,
    ForbiddenError,
    ProtocolError,
    UnreachableError,
    VapixError,
    error_for_code,
    error_for_status,
)
from .parameters import parse_parameters
from .text import clean_text, small_number, text_of

CONNECT_TIMEOUT = 8.0
ANSWER_TIMEOUT = 10.0
"""Seconds for the head of an answer, and again for the body of one that ends."""

_CLOSE_TIMEOUT = 1.0
_MAX_TEXT = 1 << 20  # a whole parameter list of a large camera is about 200 KB
_MAX_LINES = 1 << 17  # what is said in lines, apart from parameters, is a few thousand bytes
_MOST_VALUES = 50_000  # in a JSON answer; the longest, of analytics, has hundreds
_LARGE = 1 << 16  # bytes from which on an answer takes more than a few milliseconds to read
_UNPACKED_FREELY = 1 << 18  # bytes that may come out of a few, then so many for each; texts have ten for each
_UNPACKED_FOR_ONE = 250
_PIECE = 1 << 16
_SHORTEST_TOKEN = 6  # what is shorter may stand in any answer by chance
_OK = frozenset({HTTPStatus.OK})
_REFUSALS = frozenset({HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN})
_JSON: Mapping[str, str] = {"Content-Type": "application/json"}
_AS_IT_IS: Mapping[str, str] = {"Accept-Encoding": "identity"}

#: What a camera answers to everybody (AXIS OS 8.40+, VX-INFO-1); older ones answer 404 (CONFIRMED, VX-HTTP-7).
_OPEN_TO_ALL: Final = "axis-cgi/basicdeviceinfo.cgi"
_OPEN_TO_ALL_QUESTION: Final = json.dumps({"apiVersion": "1.0", "method": "getAllUnrestrictedProperties"}).encode()

type Query = Mapping[str, str]
type Body = bytes | Callable[[], AsyncIterable[bytes]]
"""What is sent: at once, or as a flow, which can be begun again."""


class RenewToken(Protocol):
    """Gets another token than one that a camera has refused."""

    async def __call__(self, rejected: str, *, worked: bool) -> bool:
        """Return whether there is another token now; concurrent callers share one renewal.

        Args:
            rejected: the token that was refused.
            worked: whether this camera accepted it before.

        Raises:
            VapixError: it could not be renewed.
        """
        ...


class CameraHttp:
    """One camera's address and the way to ask it.

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
        self._calls = calls or Uncounted()

    def _failed(self, error: VapixError) -> VapixError:
        """Tell that a request failed, and return why."""
        self._calls.failed(error)
        return error

    async def with_token_held(self) -> CameraHttp:
        """Return the same camera, spoken to with the token that is good now: it costs no time, and is not renewed."""
        held = await self._token()

        async def token() -> str:
            return held

        return CameraHttp(self._session, str(self._base), token, self._socket_session, self._calls)

    @asynccontextmanager
    async def open(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        *,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        accept: Container[int] = _OK,
        once: bool = False,
        timeout: float = ANSWER_TIMEOUT,  # noqa: ASYNC109 - bounds the head only, the caller reads the body
    ) -> AsyncIterator[aiohttp.ClientResponse]:
        """Send a request and give its answer once the head is there; the connection is closed on the way out.

        Header `Authorization: Token <token>`: CONFIRMED (VX-HTTP-2). The token is asked for each time, so what it
        raises comes out as it is. Redirects are never followed: they would carry the token elsewhere.

        Args:
            method: of HTTP.
            path: below the camera's address.
            query: never logged.
            body: of a flow, `headers` has to name the length.
            headers: more of them; None: those of a body that is JSON.
            accept: statuses that are no error.
            once: a GET that must not be sent a second time when its answer is lost, as aiohttp does.
            timeout: seconds for the head of the answer, a flow's sending included.
        """

        async def send(token: str) -> aiohttp.ClientResponse:
            return await self._send(token, method, path, query, body=body, headers=headers, once=once, timeout=timeout)

        token = await self._token()
        response = await send(token)
        if response.status in _REFUSALS and self._renew is not None:
            response.close()
            self._failed(refusal := error_for_status(response.status))
            if not await self._has_other_token(token):
                raise refusal
            response = await send(await self._token())
        try:
            if response.status not in accept:
                raise error_for_status(response.status)
            self._calls.answered()
            yield response
        except VapixError as error:
            self._failed(error)
            raise
        finally:
            response.close()

    async def _send(
        self,
        token: str,
        method: str,
        path: str,
        query: Query | None = None,
        *,
        body: Body | None = None,
        headers: Mapping[str, str] | None = None,
        once: bool = False,
        timeout: float = ANSWER_TIMEOUT,  # noqa: ASYNC109 - as in `open`
    ) -> aiohttp.ClientResponse:
        """Send a request, and return its answer once the head is there; the caller closes it."""
        authorized = {"Authorization": f"Token {token}"}
        if headers is not None:
            authorized |= headers
        elif body is not None:
            authorized |= _JSON
        self._calls.sent()
        try:
            async with asyncio.timeout(timeout):
                response = await self._session.request(
                    method,
                    self._base / path,
                    params=query,
                    data=body() if callable(body) else body,
                    headers=authorized,
                    allow_redirects=False,
                    middlewares=(_only_once,) if once else (),
                    timeout=aiohttp.ClientTimeout(total=None, sock_connect=CONNECT_TIMEOUT),
                )
        except (aiohttp.ClientError, OSError, ValueError) as error:  # TimeoutError is an OSError
            # Not `from`: its text can hold the address, and with it the serial number.
            raise self._failed(UnreachableError(f"No answer ({type(error).__name__})")) from None
        if response.status not in _REFUSALS:
            self._accepted, self._refused = token, None
        return response

    async def _has_other_token(self, rejected: str) -> bool:
        """Return whether there is another token than one that was refused.

        A refusal may also mean a missing permission (with which status: UNKNOWN, NX-REMOTE-10), or come from
        the camera behind the proxy. So a call that everybody may make has to be refused, too: then the token is to
        blame, and nothing behind the door was done. Also a command that must not be done twice can then be sent again.
        """
        if self._renew is None or rejected == self._refused:
            return False
        if rejected == await self._token():
            try:
                response = await self._send(rejected, "POST", _OPEN_TO_ALL, body=_OPEN_TO_ALL_QUESTION)
            except UnreachableError:
                return False
            response.close()
            if response.status not in _REFUSALS:
                self._calls.answered()
                return False
            self._failed(error_for_status(response.status))
        if await self._renew(rejected, worked=rejected == self._accepted):
            return True
        self._refused = rejected
        return False

    @asynccontextmanager
    async def open_stream(self, path: str, query: Query) -> AsyncIterator[aiohttp.ClientResponse]:
        """Open an answer without end, as `open`. It must not come packed: nothing bounds what that would unpack to."""
        async with self.open("GET", path, query, headers=_AS_IT_IS) as response:
            if response.headers.get("Content-Encoding", "identity").lower() != "identity":
                raise ProtocolError("The stream is packed")
            yield response

    @asynccontextmanager
    async def open_socket(
        self, path: str, query: Query, *, max_message: int
    ) -> AsyncIterator[aiohttp.ClientWebSocketResponse]:
        """Open a websocket; it is closed on the way out. Pings are the caller's to send and to answer.

        Header as in `open` (CONFIRMED for wss, VX-HTTP-2). The session must not follow redirects: that can't be
        said for one websocket.

        Args:
            path: below the camera's address.
            query: never logged.
            max_message: bytes.

        Raises:
            VapixError: it was not opened.
        """
        token = await self._token()
        try:
            socket = await self._connect(token, path, query, max_message)
        except AuthError, ForbiddenError:
            if not await self._has_other_token(token):
                raise
            socket = await self._connect(await self._token(), path, query, max_message)
        self._calls.answered()
        try:
            yield socket
        except VapixError as error:
            self._failed(error)
            raise
        finally:
            # A peer that is gone must not hold up whoever leaves.
            with suppress(TimeoutError):
                async with asyncio.timeout(_CLOSE_TIMEOUT):
                    await socket.close()

    async def _connect(self, token: str, path: str, query: Query, max_message: int) -> aiohttp.ClientWebSocketResponse:
        headers = {"Authorization": f"Token {token}"}
        self._calls.sent()
        try:
            async with asyncio.timeout(ANSWER_TIMEOUT):
                socket = await self._socket_session.ws_connect(
                    (self._base / path).with_query(query), headers=headers, autoping=False, max_msg_size=max_message
                )
        except aiohttp.WSServerHandshakeError as error:
            raise self._failed(error_for_status(error.status)) from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise self._failed(UnreachableError(f"No event stream ({type(error).__name__})")) from None
        self._accepted, self._refused = token, None
        return socket

    async def fetch(
        self,
        method: str,
        path: str,
        query: Query | None = None,
        *,
        body: bytes | None = None,
        limit: int = _MAX_TEXT,
        once: bool = False,
    ) -> bytes:
        """Return a whole answer of at most `limit` bytes.

        Raises:
            VapixError: as its kinds say.
        """
        async with self.open(method, path, query, body=body, once=once) as response:
            return await read_answer(response, limit)

    async def exchange(self, method: str, path: str, query: Query, *, accept: Container[int]) -> tuple[int, str]:
        """Return status and text of an answer whose status says whether the camera did what it was asked; sent once.

        Raises:
            VapixError: as its kinds say; of statuses that are not in `accept`.
        """
        async with self.open(method, path, query, accept=accept, once=True) as response:
            return response.status, decoded(await read_answer(response, _MAX_LINES))

    async def call(
        self, path: str, method: str, params: Mapping[str, object] | None = None, *, version: str = "1.0"
    ) -> Mapping[str, object]:
        """Call a method of a JSON CGI and return its `data` (CONFIRMED, VX-JSON-1, VX-JSON-2).

        Raises:
            ForbiddenError, BusyError, RequestError: the camera's own error codes.
            VapixError: the other kinds.
        """
        request: dict[str, object] = {"apiVersion": version, "method": method}
        if params is not None:
            request["params"] = params
        raw = await self.fetch("POST", path, body=json.dumps(request).encode())
        try:
            return await read_aside(_data, raw)
        except VapixError as error:
            self._failed(error)
            raise

    async def text(self, path: str, query: Query, *, once: bool = False) -> str:
        """Return the text of a text CGI; once: as `open`."""
        return decoded(await self.fetch("GET", path, query, limit=_MAX_LINES, once=once))

    async def parameters(self, groups: str) -> Mapping[str, str]:
        """List groups of parameters, separated by commas (CONFIRMED, VX-PARAM-1).

        Names are without `root.`; a group that the camera lacks is left out.
        """
        query = {"action": "list", "group": groups}
        return await read_aside(parse_parameters, decoded(await self.fetch("GET", "axis-cgi/param.cgi", query)))


async def read_aside[Raw: (bytes, str), Read](read: Callable[[Raw], Read], raw: Raw) -> Read:
    """Read an answer; a large one beside the event loop, where nothing waits for it."""
    return read(raw) if len(raw) < _LARGE else await asyncio.to_thread(read, raw)


async def _only_once(
    request: aiohttp.ClientRequest, handler: Callable[[aiohttp.ClientRequest], Awaitable[aiohttp.ClientResponse]]
) -> aiohttp.ClientResponse:
    """Tell that an answer was lost, in a way in which aiohttp does not ask again."""
    try:
        return await handler(request)
    except aiohttp.ClientConnectorError:
        raise
    except (aiohttp.ClientOSError, aiohttp.ServerDisconnectedError) as error:
        raise aiohttp.ClientPayloadError(type(error).__name__) from None


async def read_answer(response: aiohttp.ClientResponse, limit: int) -> bytes:
    """Return the whole body of an answer that ends, of at most `limit` bytes.

    Raises:
        ProtocolError: it is longer.
        UnreachableError: it was cut off.
    """
    pieces, content = bytearray(), response.content
    try:
        async with asyncio.timeout(ANSWER_TIMEOUT):
            # A little at once: aiohttp unpacks as much as is asked for, and as much again.
            while piece := await content.read(_PIECE):
                pieces += piece
                if len(pieces) > min(limit, max(_UNPACKED_FREELY, _UNPACKED_FOR_ONE * content.total_raw_bytes)):
                    raise ProtocolError("The answer is too long")
    except (aiohttp.ClientError, OSError) as error:
        raise UnreachableError(f"The answer was cut off ({type(error).__name__})") from None
    return _without_token(bytes(pieces), response)


def _without_token(raw: bytes, response: aiohttp.ClientResponse) -> bytes:
    """Return an answer without the token: should a proxy repeat what it was asked, that may be shown and logged."""
    token = response.request_info.headers.get("Authorization", "").rpartition(" ")[2].encode()
    return raw.replace(token, b"...") if len(token) >= _SHORTEST_TOKEN else raw


def decoded(raw: bytes) -> str:
    """Return a text. Old devices send ISO-8859-1 (INFERRED, VX-HTTP-9), newer ones UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("iso-8859-1")


def _data(raw: bytes) -> Mapping[str, object]:
    """Return the `data` of an answer of a JSON CGI, or raise what its error says."""
    answer = _object(raw)
    error = answer.get("error")
    if isinstance(error, dict):
        # Real devices send numbers; some pages print them as text.
        code, words = text_of(error.get("code")), text_of(error.get("message"))
        raise error_for_code(small_number(code) or 0, clean_text(words))
    data = answer.get("data")
    if not isinstance(data, dict):
        raise ProtocolError("The answer has no data")
    return data


def read_json(raw: bytes | str) -> object:
    """Parse JSON.

    Raises:
        ProtocolError: it is none, or has more in it than any answer.
    """
    text = raw if isinstance(raw, str) else raw.decode("iso-8859-1")
    if sum(text.count(mark) for mark in ",[{") > _MOST_VALUES:
        raise ProtocolError("The answer is too long")
    try:
        answer: object = json.loads(raw)
    except ValueError, RecursionError:  # not `from`: its text could hold the body
        raise ProtocolError("The answer is not JSON") from None
    return answer


def _object(raw: bytes) -> Mapping[str, object]:
    """Parse a JSON object of any content type: real devices send several."""
    answer = read_json(raw)
    if not isinstance(answer, dict):
        raise ProtocolError("The answer is not a JSON object")
    return answer
