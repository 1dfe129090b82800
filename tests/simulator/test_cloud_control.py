"""A simulator in another process is changed over /_sim/."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from simulator import Simulator, Switches, World


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(Switches(), World.demo(2)) as running:
        yield running


async def test_what_is_changed_holds_for_the_next_request(simulator: Simulator) -> None:
    serial = next(iter(simulator.world.cameras))
    base = f"{simulator.url}/_sim"
    async with aiohttp.ClientSession() as session:
        async with session.post(f"{base}/api_token", json={"rights": ["configuration"]}) as answer:
            token = (await answer.json())["done"]
        camera = f"{simulator.device_pattern.format(serial=serial)}/axis-cgi/param.cgi?action=list"
        headers = {"Authorization": f"Token {token}"}

        async def status() -> int:
            async with session.get(camera, headers=headers) as answer:
                return answer.status

        assert await status() == 200
        await session.post(f"{base}/fault", json={"kind": "vapix:param", "status": 418, "times": 1})
        assert await status() == 418
        assert await status() == 200
        await session.post(f"{base}/fault", json={"kind": "vapix", "status": 418})
        await session.delete(f"{base}/fault")
        assert await status() == 200
        await session.post(f"{base}/camera/{serial}", json={"online": False})
        assert await status() == simulator.switches.offline_status
        await session.post(f"{base}/switches", json={"offline_status": 504})
        assert await status() == 504
        await session.post(f"{base}/tokens/revoke")
        assert await status() == simulator.switches.device_connect_refusal
        async with session.get(f"{base}/state") as answer:
            state = await answer.json()
        assert state["counters"]["vapix:param"] == 7
        assert state["cameras"][0] == {"serial": serial, "name": serial, "online": False, "viewers": 0}
        assert token not in str(state)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("fault", {"bad": 1}),
        ("switches", {"unknown": 1}),
        ("camera/ACCC8EFFFFFF", {"online": False}),
        ("tokens/dance", {}),
        ("api_token", {"account": "nobody"}),
        ("api_token", {"rights": "all"}),
    ],
)
async def test_mistakes_are_told(simulator: Simulator, path: str, body: dict[str, object]) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{simulator.url}/_sim/{path}", json=body) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]
