"""Faults: which requests they strike, and what a client sees."""

import asyncio
from collections.abc import AsyncIterator
import time

import aiohttp
import pytest

from simulator import Fault, Faults, Simulator, World
from simulator.tokens import Consent

_QUERY = {"query": "{ cameraList { name } }"}


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(cameras=World.with_cameras(2)) as running:
        yield running


@pytest.fixture
async def session(simulator: Simulator) -> AsyncIterator[aiohttp.ClientSession]:
    token = simulator.api_token()
    async with aiohttp.ClientSession(
        headers={"Authorization": f"Bearer {token}"}, timeout=aiohttp.ClientTimeout(10)
    ) as running:
        yield running


async def ask(simulator: Simulator, session: aiohttp.ClientSession) -> tuple[int, bytes]:
    async with session.post(f"{simulator.url}/api/graphql.php", json=_QUERY) as answer:
        return answer.status, await answer.read()


async def picture(simulator: Simulator, number: int = 0, query: str = "") -> tuple[int, bytes]:
    serial = list(simulator.world.cameras)[number]
    url = f"{simulator.device_pattern.format(serial=serial)}/axis-cgi/jpg/image.cgi?resolution=320x180{query}"
    headers = {"Authorization": f"Token {simulator.api_token()}"}
    async with aiohttp.ClientSession(headers=headers) as session, session.get(url) as answer:
        return answer.status, await answer.read()


@pytest.mark.parametrize(
    ("kind", "concerned"),
    [
        ("graphql:nodeList", {"graphql:nodeList"}),
        ("graphql", {"graphql", "graphql:nodeList", "graphql:camera"}),
        ("graphql:*", {"graphql:nodeList", "graphql:camera"}),
        ("oauth2:token:*", {"oauth2:token:refresh", "oauth2:token:code"}),
        ("oauth2:token", {"oauth2:token:refresh", "oauth2:token:code"}),
        ("vapix:image", {"vapix:image"}),
        ("*", {"graphql", "graphql:nodeList", "graphql:camera", "oauth2:token:refresh", "oauth2:token:code"}
              | {"vapix:image", "vapix:media"}),
    ],
)  # fmt: skip
def test_kinds_and_patterns(kind: str, concerned: set[str]) -> None:
    kinds = ("graphql", "graphql:nodeList", "graphql:camera", "oauth2:token:refresh", "oauth2:token:code")
    fault = Fault(kind=kind)
    assert {each for each in (*kinds, "vapix:image", "vapix:media") if fault.concerns([each], None)} == concerned


@pytest.mark.parametrize(
    ("share", "times", "struck"),
    [
        (1.0, None, "11111111"),
        (0.5, None, "01010101"),
        (0.25, None, "00010001"),
        (0.75, None, "01110111"),
        (1.0, 2, "11000000"),
        (0.5, 1, "01000000"),
    ],
)
def test_share_and_times_are_no_matter_of_chance(share: float, times: int | None, struck: str) -> None:
    faults = Faults()
    fault = faults.add(Fault(kind="*", share=share, times=times))
    assert "".join("1" if faults.strike(["graphql"], None) else "0" for _ in range(8)) == struck
    assert faults.struck(fault) == struck.count("1")


async def test_status_and_body(simulator: Simulator, session: aiohttp.ClientSession) -> None:
    simulator.faults.add(Fault(kind="graphql:cameraList", status=503, times=1))
    simulator.faults.add(Fault(kind="graphql", body='{"data":null}', times=1))
    status, page = await ask(simulator, session)
    assert status == 503
    assert b"<html>" in page
    assert await ask(simulator, session) == (200, b'{"data":null}')
    assert b"cameraList" in (await ask(simulator, session))[1]


async def test_garbage_is_no_json(simulator: Simulator, session: aiohttp.ClientSession) -> None:
    simulator.faults.add(Fault(kind="graphql", garbage=True))
    status, nonsense = await ask(simulator, session)
    assert status == 200
    with pytest.raises(UnicodeDecodeError):
        nonsense.decode()


async def test_delay(simulator: Simulator, session: aiohttp.ClientSession) -> None:
    simulator.faults.add(Fault(kind="graphql", delay=0.2))
    began = time.monotonic()
    assert (await ask(simulator, session))[0] == 200
    assert time.monotonic() - began >= 0.2


async def test_cut_connection(simulator: Simulator, session: aiohttp.ClientSession) -> None:
    simulator.faults.add(Fault(kind="graphql", cut=True))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await ask(simulator, session)


async def test_answer_that_breaks_off(simulator: Simulator, session: aiohttp.ClientSession) -> None:
    simulator.faults.add(Fault(kind="graphql", cut_after=5))
    with pytest.raises(aiohttp.ClientPayloadError):
        await ask(simulator, session)
    simulator.faults.add(Fault(kind="vapix:image", cut_after=100))
    with pytest.raises(aiohttp.ClientPayloadError):
        await picture(simulator)


async def test_answer_that_is_lost_had_its_effect(simulator: Simulator, session: aiohttp.ClientSession) -> None:
    consent = Consent("owner", simulator.world.application.client_id, "http://127.0.0.1/", frozenset({"read"}))
    token = simulator.service.tokens.give(consent, 3600, lasting=False).access_token
    session.headers["Authorization"] = f"Bearer {token}"
    assert (await ask(simulator, session))[0] == 200
    simulator.faults.add(Fault(kind="oauth2:revoke", cut_after=0))
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await session.post(f"{simulator.url}/oauth2/revoke", params={"access_token": token})
    assert (await ask(simulator, session))[0] == 401


@pytest.mark.parametrize("after", [None, 3])
async def test_hanging_ends_when_the_client_leaves(simulator: Simulator, after: int | None) -> None:
    simulator.faults.add(Fault(kind="graphql", hang=True, cut_after=after, times=1))
    token = simulator.api_token()
    async with aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"}) as session:
        asking = asyncio.create_task(ask(simulator, session))
        async with asyncio.timeout(30):
            while not simulator.counters["graphql"]:
                await asyncio.sleep(0.01)
        done, _ = await asyncio.wait({asking}, timeout=0.2)
        assert not done
        asking.cancel()
        assert (await ask(simulator, session))[0] == 200


async def test_what_is_held_goes_on_once_faults_are_cleared(
    simulator: Simulator, session: aiohttp.ClientSession
) -> None:
    held = simulator.faults.add(Fault(kind="graphql", held=True))
    session.headers["Authorization"] = f"Bearer {simulator.api_token()}"
    asking = [asyncio.create_task(ask(simulator, session)) for _ in range(2)]
    async with asyncio.timeout(30):
        while simulator.faults.struck(held) < 2:
            await asyncio.sleep(0.01)
    done, _ = await asyncio.wait(asking, timeout=0.2)
    assert not done
    simulator.faults.clear()
    assert [status for status, *_ in await asyncio.gather(*asking)] == [200, 200]
    assert (await ask(simulator, session))[0] == 200


async def test_hanging_does_not_keep_the_simulator() -> None:
    async with aiohttp.ClientSession() as session:
        async with Simulator(cameras=World.with_cameras(1)) as simulator:
            simulator.faults.add(Fault(kind="graphql", hang=True))
            asking = asyncio.create_task(ask(simulator, session))
            async with asyncio.timeout(30):
                while not simulator.counters["graphql"]:
                    await asyncio.sleep(0.01)
            began = time.monotonic()
        assert time.monotonic() - began < 2
        with pytest.raises(aiohttp.ClientError):
            await asking


async def test_fault_of_one_camera(simulator: Simulator) -> None:
    first, second = simulator.world.cameras
    simulator.faults.add(Fault(kind="vapix:*", serial=second, status=500))
    assert (await picture(simulator, 0))[0] == 200
    assert (await picture(simulator, 1))[0] == 500
    simulator.faults.clear()
    assert (await picture(simulator, 1))[0] == 200
    assert [logged.serial for logged in simulator.log] == [first, second, second]


async def test_log_holds_no_secrets(simulator: Simulator) -> None:
    token = simulator.api_token()
    async with aiohttp.ClientSession() as session:
        for path in (
            f"/oauth2/token?grant_type=refresh_token&refresh_token={token}&client_secret={token}",
            f"/oauth2/revoke?access_token={token}",
        ):
            await session.post(simulator.url + path)
    await picture(simulator, query=f"&DEVICE_ACCESS_TOKEN={token}")
    assert len(simulator.log) == 3
    assert token not in str(simulator.log)
    assert token in simulator.issued_secrets()
