import asyncio
from collections.abc import AsyncIterator

import aiohttp
import pytest

from .answering import Answering


@pytest.fixture
async def server() -> AsyncIterator[Answering]:
    # The test package lets asyncio look where each task was made, which takes longer than all that is tested here.
    asyncio.get_running_loop().set_debug(False)
    async with Answering() as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A session without cookies, as the integration's."""
    async with aiohttp.ClientSession(cookie_jar=aiohttp.DummyCookieJar()) as running:
        yield running
