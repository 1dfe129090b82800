"""Sends one POST to the cloud: bounded in time and size, without redirects, its failures classified."""

from dataclasses import dataclass
from http import HTTPStatus
from typing import Final

import aiohttp

from ..transport.answers import Json, TooLargeError, read_aside, read_body, read_json
from .errors import ProtocolError, TransientError, error_for_status

#: Seconds for the whole exchange; the tree of a large account takes a few.
TIMEOUT: Final = aiohttp.ClientTimeout(total=30, sock_connect=10)
#: Bytes. A tree of 20,000 nodes is about 2 MB.
MAX_ANSWER: Final = 8 * 1024 * 1024
#: Values in an answer; a tree of 20,000 nodes has 120,000.
_MOST_VALUES: Final = 500_000


@dataclass(frozen=True, slots=True)
class Answer:
    """Status, body and content type of one exchange; the body is None where it is no JSON."""

    status: int
    body: Json
    content_type: str = ""


async def post(
    session: aiohttp.ClientSession,
    url: str,
    *,
    query: dict[str, str] | None = None,
    form: dict[str, str] | None = None,
    document: Json = None,
    headers: dict[str, str] | None = None,
) -> Answer:
    """Send one POST and read its answer; raise what is wrong wherever it comes from.

    A redirect is not followed: the request carries secrets. `query` never shows up in an error.
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
            status = response.status
            if error := error_for_status(status, response.headers.get("Retry-After", "")):
                raise error
            if HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST:
                raise ProtocolError(f"the cloud sent the request elsewhere (status {status})")
            body = await read_aside(_read_json, await read_body(response.content, MAX_ANSWER))
            return Answer(status, body, response.content_type)
    except TimeoutError:
        raise TransientError("the cloud did not answer in time") from None
    except TooLargeError:
        raise ProtocolError("the cloud's answer is too large") from None
    except (aiohttp.ClientError, OSError, ValueError) as err:
        # The text of aiohttp's errors can hold the URL, and with it the query.
        raise TransientError(f"no connection to the cloud ({type(err).__name__})") from None


def _read_json(raw: bytes) -> Json:
    try:
        return read_json(raw, _MOST_VALUES)
    except ValueError:
        return None
