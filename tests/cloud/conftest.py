"""The cloud client by itself, against the simulator over real sockets; no Home Assistant is needed."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from custom_components.netrex.cloud import Provider
from simulator import Simulator, Switches, World


@pytest.fixture
def switches() -> Switches:
    """What the documentation leaves open, as the simulator has it by default."""
    return Switches()


@pytest.fixture
async def simulator(switches: Switches) -> AsyncIterator[Simulator]:
    """A simulated Netrex with everything that a tree can hold."""
    async with Simulator(switches, World.demo(4)) as running:
        yield running


@pytest.fixture
async def session() -> AsyncIterator[aiohttp.ClientSession]:
    """A session as Home Assistant would lend."""
    async with aiohttp.ClientSession() as open_session:
        yield open_session


@pytest.fixture
def provider(simulator: Simulator) -> Provider:
    """The simulated provider."""
    return Provider.parse(simulator.url)
