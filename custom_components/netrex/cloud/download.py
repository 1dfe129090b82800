"""Opens the file behind a link that the cloud gave: bounded in redirects, its token only where it belongs.

Whether a link needs the token or holds its own key is UNKNOWN (NX-FILE-1): the provider's own address gets the token,
any other address never does.
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from http import HTTPStatus
import re
from types import MappingProxyType
from typing import Final

import aiohttp
from yarl import URL

from ..transport.answers import read_chunks
from ..transport.calls import Calls
from ..transport.facts import Fact, one_of
from .addresses import Network, is_outside
from .client import Token
from .errors import (
    AuthError,
    CloudError,
    FreshTokenRefusedError,
    LinkExpiredError,
    ProtocolError,
    TransientError,
    error_for_status,
)
from .provider import LOOPBACK, Provider

#: Seconds for the head of an answer, and without a byte after it: a slow disk at the customer's may have to wake up.
_IDLE_TIMEOUT: Final = 30.0
_CONNECT_TIMEOUT: Final = 10.0
_CHUNK: Final = 256 * 1024
_MAX_REDIRECTS: Final = 5
_REDIRECTS: Final = frozenset({301, 302, 303, 307, 308})
_LINK_EXPIRED: Final = frozenset({HTTPStatus.FORBIDDEN, HTTPStatus.NOT_FOUND, HTTPStatus.GONE})
_GOOD: Final = frozenset({HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT, HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE})
_CONTENT_RANGE: Final = re.compile(r"bytes (?:(\d{1,18})-(\d{1,18})|\*)/(\d{1,18}|\*)")
#: Headers of the answer that say something about the file, and what they may look like: they are sent on to players.
_PASSED_ON: Final = ("Content-Range", "ETag", "Last-Modified", "Accept-Ranges")
#: Headers of a request that ask for a part of a file.
_OF_PARTS: Final = frozenset({"Range", "If-Range"})
_PLAIN: Final = re.compile(r"[\x20-\x7e]{1,200}")

#: Sends one request to an address, with a token and more headers.
type _Send = Callable[[URL, str | None, Mapping[str, str]], Awaitable[aiohttp.ClientResponse]]


@dataclass(frozen=True, slots=True)
class Download:
    """An open file; the context manager that gave it closes it.

    Attributes:
        status: 200 for the whole file, 206 for the part asked for, 416 for a part that isn't there.
        length: bytes of this answer, where known.
        size: bytes of the whole file, where known.
        begins_at: the byte of the file that comes first, where known.
        headers: what the server says about the file, of a short list of headers.
    """

    status: int
    length: int | None
    size: int | None
    begins_at: int | None
    headers: Mapping[str, str]
    _response: aiohttp.ClientResponse = field(repr=False, compare=False)
    _idle_timeout: float = _IDLE_TIMEOUT

    def chunks(self) -> AsyncIterator[bytes]:
        """Yield bytes as they come; raise TransientError where they are cut off."""
        return read_chunks(
            self._response.content,
            self._idle_timeout,
            lambda kind: TransientError(f"the download was cut off ({kind})"),
        )


@asynccontextmanager
async def open_download(
    session: aiohttp.ClientSession,
    provider: Provider,
    token: Token,
    link: str,
    *,
    asked: Mapping[str, str] = MappingProxyType({}),
    calls: Calls | None = None,
    own_networks: Collection[Network] = (),
    idle_timeout: float = _IDLE_TIMEOUT,
) -> AsyncIterator[Download]:
    """Open a link as the cloud gave it, following redirects by hand.

    The token never leaves the provider's own address. `asked` are headers for the server, such as Range. No link may
    lead to `own_networks`, networks of the house, although their addresses are the internet's as well.
    """
    calls = calls or Calls()
    calls.sent()
    send = partial(_send, session, idle_timeout)
    try:
        response = await _open(send, provider, token, link, asked, own_networks, calls)
        _observe(calls, response, ranged="Range" in asked)
        if response.status == HTTPStatus.PARTIAL_CONTENT and "Range" in asked and _part(response)[0] is None:
            # Which part this is can't be said: all of the file then, as from a server that knows no parts.
            response.close()
            unasked = {name: value for name, value in asked.items() if name not in _OF_PARTS}
            response = await _open(send, provider, token, link, unasked, own_networks, calls)
        calls.answered()
        try:
            said = {name: response.headers.get(name, "") for name in _PASSED_ON}
            headers = {name: value for name, value in said.items() if _PLAIN.fullmatch(value)}
            begins_at, length, size = _part(response)
            yield Download(response.status, length, size, begins_at, headers, response, idle_timeout)
        finally:
            response.close()
    except CloudError as err:
        calls.failed(err)
        raise


async def _open(
    send: _Send,
    provider: Provider,
    token: Token,
    link: str,
    asked: Mapping[str, str],
    own_networks: Collection[Network],
    calls: Calls,
) -> aiohttp.ClientResponse:
    first = url = _join(URL(provider.origin), link, provider, own_networks)
    renewed = False
    calls.observed(Fact.LINK_HOST, "provider" if url.origin() == URL(provider.origin) else "other_host")
    for _ in range(_MAX_REDIRECTS + 1):
        ours = url.origin() == URL(provider.origin)
        secret = await token.get() if ours else None
        response = await send(url, secret, asked)
        if response.status in _GOOD:
            _observe_link(calls, direct=url == first, secret=secret, renewed=renewed)
            return response
        response.close()
        if response.status in _REDIRECTS:
            url = _join(url, response.headers.get("Location", ""), provider, own_networks)
            calls.observed(Fact.LINK_REDIRECT, "same_host" if url.origin() == first.origin() else "other_host")
            continue
        if response.status == HTTPStatus.UNAUTHORIZED:
            if secret is None:
                calls.observed(Fact.LINK_END, "401")
                raise LinkExpiredError("the link is no longer good")
            if renewed:
                raise FreshTokenRefusedError("the cloud does not accept a token that it has just given, for a download")
            if not await token.renew(secret):
                raise AuthError("the cloud does not accept the token for a download")
            renewed = True
            continue
        if response.status in _LINK_EXPIRED:
            calls.observed(Fact.LINK_END, str(response.status))
            raise LinkExpiredError("the link is no longer good")
        raise error_for_status(response.status, response.headers.get("Retry-After", "")) or ProtocolError(
            f"the server of a download refused it (status {response.status})"
        )
    raise ProtocolError("the download is sent from address to address")


async def _send(
    session: aiohttp.ClientSession,
    head_timeout: float,
    url: URL,
    secret: str | None,
    asked: Mapping[str, str],
) -> aiohttp.ClientResponse:
    # Without compression: the numbers of a Range count the file's own bytes.
    headers = {**asked, "Accept-Encoding": "identity"}
    if secret is not None:
        headers["Authorization"] = f"Bearer {secret}"
    try:
        async with asyncio.timeout(head_timeout):
            return await session.request(
                "GET",
                url,
                headers=headers,
                allow_redirects=False,
                timeout=aiohttp.ClientTimeout(total=None, sock_connect=_CONNECT_TIMEOUT),
                read_bufsize=_CHUNK,
            )
    except (aiohttp.ClientError, OSError, ValueError) as err:  # TimeoutError is an OSError
        # Not `from`: its text can hold the link.
        raise TransientError(f"no answer to a download ({type(err).__name__})") from None


def _join(base: URL, link: str, provider: Provider, own_networks: Collection[Network]) -> URL:
    """Read a link as a server gave it, and refuse what no server of files has to point at."""
    try:
        url = base.join(URL(link, encoded=True)) if link else None
        host = url.raw_host if url else None
    except ValueError, IndexError:  # an empty pair of brackets for a host is the latter, to the library
        url = host = None
    if url is None or not host or url.scheme not in {"http", "https"}:
        raise ProtocolError("the cloud's link is none")
    origin = URL(provider.origin)
    # A provider on this very machine: a simulator. Only there may files come from here without encryption.
    here = origin.host in LOOPBACK and host in LOOPBACK
    ours = here or url.origin() == origin
    if url.user is not None or not (ours or (url.scheme == "https" and is_outside(host, own_networks))):
        raise ProtocolError("the cloud's link leads where no recordings are")
    return url.with_fragment(None)


def _observe_link(calls: Calls, *, direct: bool, secret: str | None, renewed: bool) -> None:
    """Note how a link led to its file. With a token that was not refused before, it may not have been needed."""
    if direct:
        calls.observed(Fact.LINK_REDIRECT, "none")
    if renewed or (direct and secret is None):
        calls.observed(Fact.LINK_ACCESS, "token" if renewed else "own_key")


def _observe(calls: Calls, response: aiohttp.ClientResponse, *, ranged: bool) -> None:
    """Note what an answer shows of the server."""
    if response.status == HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE:
        return
    packed = _is_packed(response)
    if ranged and not packed:
        is_part = response.status == HTTPStatus.PARTIAL_CONTENT
        usable = _part(response)[0] is not None
        calls.observed(Fact.FILE_RANGE, ("taken" if usable else "unusable") if is_part else "ignored")
    validated = "ETag" in response.headers or "Last-Modified" in response.headers
    calls.observed(Fact.FILE_VALIDATORS, "sent" if validated else "missing")
    calls.observed(Fact.FILE_LENGTH, "missing" if response.content_length is None else "sent")
    calls.observed(Fact.FILE_ENCODING, "packed" if packed else "plain")
    calls.observed(Fact.FILE_TYPE, one_of(Fact.FILE_TYPE, response.content_type))


def _is_packed(response: aiohttp.ClientResponse) -> bool:
    return response.headers.get("Content-Encoding", "").strip().lower() not in {"", "identity"}


def _part(response: aiohttp.ClientResponse) -> tuple[int | None, int | None, int | None]:
    """Return where an answer begins in the file, its length, and the file's size, where they are known.

    Numbers of a file that comes packed all the same are those of what it is packed into.
    """
    packed = _is_packed(response)
    length = None if packed else response.content_length
    if response.status == HTTPStatus.OK:
        return 0, length, length
    match = _CONTENT_RANGE.fullmatch(response.headers.get("Content-Range", ""))
    if match is None or packed:
        return None, None, None
    size = None if match[3] == "*" else int(match[3])
    if not match[1]:
        return None, None, size
    begins_at, ends_at = int(match[1]), int(match[2]) + 1
    if begins_at >= ends_at or (size is not None and ends_at > size) or length not in {None, ends_at - begins_at}:
        return None, None, None
    return begins_at, ends_at - begins_at, size
