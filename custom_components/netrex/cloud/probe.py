"""Looks whether a Netrex may be at an address that somebody entered."""

import asyncio
from enum import Enum, auto
from http import HTTPStatus
from typing import Final

import aiohttp

from ..transport.answers import TooLargeError, read_body
from .provider import Provider

#: Seconds for the whole look.
_WITHIN: Final = 10.0
_MAX_ANSWER: Final = 1 << 16


class Finding(Enum):
    """What is at an address."""

    MAYBE_NETREX = auto()
    #: A web server that has nothing at the documented address.
    OTHER_SERVER = auto()
    NAME_UNKNOWN = auto()
    #: It does not prove that it is the host of this name.
    NOT_SECURE = auto()
    NO_ANSWER = auto()


async def look_at(session: aiohttp.ClientSession, provider: Provider) -> Finding:
    """Ask for the GraphQL endpoint (CONFIRMED, NX-GQL-1) without a query or a token; no errors.

    What Netrex answers to that is UNKNOWN (NX-GQL-16), so only what is surely something else counts as that: nothing
    at this path, a redirect, or a page.
    """
    try:
        async with (
            asyncio.timeout(_WITHIN),
            session.get(provider.graphql_url, allow_redirects=False) as response,
        ):
            status = response.status
            body = await read_body(response.content, _MAX_ANSWER)
    except aiohttp.ClientConnectorDNSError:
        return Finding.NAME_UNKNOWN
    except aiohttp.ClientSSLError:
        return Finding.NOT_SECURE
    except TooLargeError:
        return Finding.OTHER_SERVER
    except aiohttp.ClientError, OSError, ValueError:
        return Finding.NO_ANSWER
    is_elsewhere = status in {HTTPStatus.NOT_FOUND, HTTPStatus.GONE} or (
        HTTPStatus.MULTIPLE_CHOICES <= status < HTTPStatus.BAD_REQUEST
    )
    # A guarded or overloaded server of any kind may answer with a page.
    is_page = status == HTTPStatus.OK and body.lstrip().startswith(b"<")
    return Finding.OTHER_SERVER if is_elsewhere or is_page else Finding.MAYBE_NETREX
