"""How the files of the simulated cloud come: at a rate, cut off, not at all; and who still waits for them."""

import asyncio
from collections.abc import AsyncIterator
import time
from typing import Any

import aiohttp
import pytest

from simulator import Fault, Simulator, Switches, World
from tests.simulator.portal import BEGIN, Portal, portal

LONG_PADDING = 200_000_000


@pytest.fixture
async def cloud() -> AsyncIterator[Portal]:
    switches = Switches(recording_preparation=0)
    async with Simulator(switches, World.with_cameras(1)) as simulator, portal(simulator) as opened:
        yield opened


async def test_rate(cloud: Portal) -> None:
    link = await cloud.link()
    cloud.simulator.switches.change({"download_padding": 2_000_000, "download_rate": 10_000_000})
    await cloud.head(link)
    begun = time.monotonic()
    size = len(await cloud.file(link))
    assert time.monotonic() - begun >= 0.8 * size / 10_000_000
    cloud.simulator.switches.download_rate = 10_000
    async with cloud.session.get(link) as answer:
        # The first bytes don't wait for a whole chunk of an unlimited download.
        assert 0 < len(await answer.content.readany()) < 10_000


async def test_open_downloads_are_told_and_end_with_their_client(cloud: Portal) -> None:
    link = await cloud.link()
    cloud.simulator.switches.download_padding = LONG_PADDING
    async with cloud.session.get(link) as first, cloud.session.get(link) as second:
        await first.content.readany()
        await second.content.readany()
        await cloud.simulator.wait_downloads(2)
        async with cloud.session.get(f"{cloud.simulator.url}/_sim/state") as state:
            assert (await state.json())["downloads"] == 2
        first.close()
        await cloud.simulator.wait_downloads(1)
    await cloud.simulator.wait_downloads(0)
    with pytest.raises(TimeoutError, match="0 downloads are open, not 1"):
        await cloud.simulator.wait_downloads(1, timeout=0.01)


@pytest.mark.parametrize("told", [True, False])
async def test_cut_off_in_the_middle(cloud: Portal, told: bool) -> None:
    link = await cloud.link()
    whole = await cloud.file(link)
    cloud.simulator.switches.download_length = told
    cloud.simulator.faults.add(Fault(kind="download", cut_after=1000, times=1))
    received = b""
    with pytest.raises(aiohttp.ClientPayloadError):
        async with cloud.session.get(link) as answer:
            while chunk := await answer.content.readany():
                received += chunk
    assert received == whole[:1000]
    rest = await cloud.file(link, Range="bytes=1000-")
    assert received + rest == whole


async def test_silence_in_the_middle(cloud: Portal) -> None:
    link = await cloud.link()
    cloud.simulator.faults.add(Fault(kind="download:range", cut_after=1000, hang=True))
    async with cloud.session.get(link, headers={"Range": "bytes=10-"}) as answer:
        assert len(await answer.content.readexactly(1000)) == 1000
        with pytest.raises(TimeoutError):
            async with asyncio.timeout(0.05):
                await answer.content.readany()
        assert cloud.simulator.open_downloads == 1
        answer.close()
    await cloud.simulator.wait_downloads(0)
    assert await cloud.file(link)


@pytest.mark.parametrize(
    ("fault", "status"),
    [({"status": 503}, 503), ({"status": 429, "body": "{}"}, 429), ({"garbage": True}, 200), ({"delay": 0.01}, 200)],
)
async def test_other_faults(cloud: Portal, fault: dict[str, Any], status: int) -> None:
    link = await cloud.link()
    whole = await cloud.file(link)
    cloud.simulator.faults.add(Fault(kind="download", **fault))
    async with cloud.session.get(link) as answer:
        assert answer.status == status
        assert (await answer.read() == whole) is ("delay" in fault)


@pytest.mark.parametrize("cut", [{"cut": True}, {"cut_after": 0}])
async def test_no_answer_at_all(cloud: Portal, cut: dict[str, Any]) -> None:
    link = await cloud.link()
    cloud.simulator.faults.add(Fault(kind="download", **cut))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await cloud.head(link, "GET")


async def test_simulator_stops_while_files_are_drawn_and_sent() -> None:
    async with (
        Simulator(Switches(recording_preparation=0), World.with_cameras(1)) as simulator,
        portal(simulator) as cloud,
    ):
        simulator.switches.download_padding = LONG_PADDING
        async with cloud.session.get(await cloud.link()) as sent:
            await sent.content.readany()
            drawn = asyncio.ensure_future(cloud.file(await cloud.link(BEGIN, BEGIN + 86_400)))
            await simulator.wait_downloads(2)
            async with asyncio.timeout(30):
                await simulator.stop()
            with pytest.raises(aiohttp.ClientError):
                await drawn
            with pytest.raises(aiohttp.ClientError):
                await sent.read()
