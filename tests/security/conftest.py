from collections.abc import AsyncIterator

from aiohttp import ClientSession, DummyCookieJar
import pytest

from .doors import Place
from .strangers import Stranger, stranger


@pytest.fixture
async def other() -> AsyncIterator[Stranger]:
    """Somebody's server."""
    async with stranger() as server:
        yield server


@pytest.fixture
async def place(other: Stranger) -> AsyncIterator[Place]:
    """The doors, leading there."""
    async with ClientSession(cookie_jar=DummyCookieJar()) as session:
        yield Place(other.origin, session, session)
