"""One POST to the cloud: bounded in time and size, without redirects, its failures classified."""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
import json
from typing import Final

import aiohttp

from .errors import BusyError, ProtocolError, TransientError

#: Seconds for the whole exchange; the tree of a large account takes a few.
TIMEOUT: Final = aiohttp.ClientTimeout(total=30, sock_connect=10)
#: Bytes. A tree of 20,000 nodes is about 2 MB.
MAX_ANSWER: Final = 8 * 1024 * 1024
#: Bytes that may come out of a few, then so many for each: packed text has ten, lists of like names a hundred.
_UNPACKED_FREELY: Final = 1024 * 1024
_UNPACKED_FOR_ONE: Final = 250
_PIECE: Final = 64 * 1024
#: Values in an answer. Each takes up to a hundred bytes of memory, however few it has in the answer; a tree of 20,000
#: nodes has 120,000.
_MOST_VALUES: Final = 500_000
#: Bytes from which on an answer is read beside the event loop: it takes longer than a few milliseconds.
_LARGE: Final = 64 * 1024
#: Seconds that the cloud may ask to be left alone.
_LONGEST_WAIT: Final = 3600.0
_DIGITS: Final = 9

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None


@dataclass(frozen=True, slots=True)
class Answer:
    """Status and body of one exchange.

    Attributes:
        status: of HTTP.
        body: parsed whatever the content type said; None when it is no JSON.
    """

    status: int
    body: Json


async def post(
    session: aiohttp.ClientSession,
    url: str,
    *,
    query: dict[str, str] | None = None,
    form: dict[str, str] | None = None,
    document: Json = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """Send one POST and read its answer.

    A redirect is not followed: the request carries secrets. `query` never shows up in an error.

    Raises:
        BusyError: 429.
        TransientError: no answer, a broken one, or a fault of the server (5xx).
        ProtocolError: an answer larger than any documented one, packed or not, or a redirect.
    """
    try:
        async with session.post(
            url,
            params=query,
            data=form,
            json=document,
            headers=headers,
            allow_redirects=False,
            timeout=TIMEOUT,
        ) as response:
            raw = bytearray()
            content = response.content
            most = MAX_ANSWER
            while len(raw) <= most and not content.at_eof():
                # A little at once: aiohttp unpacks as much as is asked for, and as much again.
                raw += await content.read(_PIECE)
                most = min(MAX_ANSWER, max(_UNPACKED_FREELY, _UNPACKED_FOR_ONE * content.total_raw_bytes))
            status, retry_after = response.status, response.headers.get("Retry-After", "")
    except TimeoutError:
        raise TransientError("the cloud did not answer in time") from None
    except (aiohttp.ClientError, OSError, ValueError) as err:
        # The text of aiohttp's errors can hold the URL, and with it the query.
        raise TransientError(f"no connection to the cloud ({type(err).__name__})") from None
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        raise BusyError("the cloud asks to wait", seconds_to_wait(retry_after))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        raise TransientError(f"the cloud has a fault of its own (status {status})")
    if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
        raise ProtocolError(f"the cloud sent the request elsewhere (status {status})")
    if len(raw) > most:
        raise ProtocolError("the cloud's answer is too large")
    return Answer(status, _read_json(raw) if len(raw) < _LARGE else await asyncio.to_thread(_read_json, raw))


def _read_json(raw: bytearray) -> Json:
    """Parse a body; None when it is no JSON.

    Raises:
        ProtocolError: it would take much more memory than it has bytes.
    """
    if sum(raw.count(mark) for mark in (b",", b"[", b"{")) > _MOST_VALUES:
        raise ProtocolError("the cloud's answer is too large")
    try:
        body: Json = json.loads(raw)
    except ValueError, RecursionError:
        return None
    return body


def seconds_to_wait(retry_after: str) -> float | None:
    """Read the header `Retry-After`: its number of seconds, at most an hour; its other form, a date, is left alone."""
    if not (retry_after.isascii() and retry_after.isdecimal()):
        return None
    # Python refuses to read a number of thousands of digits.
    return min(float(retry_after), _LONGEST_WAIT) if len(retry_after) <= _DIGITS else _LONGEST_WAIT
