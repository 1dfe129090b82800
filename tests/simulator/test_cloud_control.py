"""A simulator in another process is changed over /_sim/."""

import asyncio
from collections.abc import AsyncIterator
import json
import sys

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
        async with session.post(f"{base}/api_token", json={"scopes": ["configuration"]}) as answer:
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
        camera = {"serial": serial, "name": serial, "online": False, "viewers": 0, "listeners": 0}
        assert state["cameras"][0] == camera
        assert token not in str(state)


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("fault", {"bad": 1}),
        ("fault", {"kind": 5}),
        ("fault", {"kind": "graphql", "cut": "yes"}),
        ("switches", {"unknown": 1}),
        ("switches", {"introspection": "off"}),
        ("switches", {"token_parameters": "header"}),
        ("switches", {"token_lifetime": True}),
        ("switches", {"grant_types": 7}),
        ("camera/ACCC8E10A3F1", {"online": "no"}),
        ("camera/ACCC8E10A3F1", {"serial": "ACCC8E10A3F2"}),
        ("node", {"type": "location"}),
        ("node", {"type": "castle", "name": "Hrad"}),
        ("node", {"parent_node_id": 1}),
        ("node/1", {"name": "Nikdo"}),
        ("node/138170", {"parent_node_id": 138177}),
        ("camera/ACCC8EFFFFFF", {"online": False}),
        ("tokens/dance", {}),
        ("api_token", {"account": "nobody"}),
        ("api_token", {"scopes": "all"}),
    ],
)
async def test_mistakes_are_told(simulator: Simulator, path: str, body: dict[str, object]) -> None:
    async with aiohttp.ClientSession() as session, session.post(f"{simulator.url}/_sim/{path}", json=body) as answer:
        assert answer.status == 400
        assert (await answer.json())["error"]


async def test_switches_are_changed_all_or_none(simulator: Simulator) -> None:
    before = simulator.switches.positions()
    async with aiohttp.ClientSession() as session:
        url = f"{simulator.url}/_sim/switches"
        await session.post(url, json={"introspection": False, "token_lifetime": "long"})
        assert simulator.switches.positions() == before
        positions = {"introspection": False, "token_lifetime": 60, "grant_types": ["auth_code"], "serial_field": "mac"}
        async with session.post(url, json=positions) as answer:
            assert answer.status == 200
        assert simulator.switches.positions() == {**before, **positions}
        await session.post(url, json={"serial_field": None})
        assert simulator.switches.serial_field is None


async def test_tree_is_changed(simulator: Simulator) -> None:
    url = f"{simulator.url}/_sim/node"
    async with aiohttp.ClientSession() as session:

        async def post(path: str = "", **values: object) -> int:
            async with session.post(url + path, json=values) as answer:
                assert answer.status == 200, await answer.text()
                return int((await answer.json())["done"])

        hall = await post(type="location", name="Hala", external_id="h1")
        added = await post(name="Jeřáb", parent_node_id=hall, serial="ACCC8E00F00D")
        assert simulator.world.cameras["ACCC8E00F00D"].name == "Jeřáb"
        await post(f"/{added}", name="Jeřáb 2", external_id="ACCC8E00F00D")
        node = simulator.world.nodes[added]
        assert (node.name, node.external_id, node.parent_node_id) == ("Jeřáb 2", "ACCC8E00F00D", hall)
        assert simulator.world.nodes[hall].external_id == "h1"
        async with session.delete(f"{url}/{hall}") as answer:
            assert answer.status == 200
        assert added not in simulator.world.nodes
        assert "ACCC8E00F00D" not in simulator.world.cameras
        async with session.delete(f"{url}/{simulator.world.top.node_id}") as answer:
            assert answer.status == 400


async def test_secrets_and_counters(simulator: Simulator) -> None:
    token = simulator.api_token()
    async with aiohttp.ClientSession() as session:
        async with session.get(f"{simulator.url}/_sim/secrets") as answer:
            secrets = await answer.json()
        assert {token, simulator.world.application.client_secret, "owner-password"} <= set(secrets)
        await session.post(f"{simulator.url}/oauth2/revoke")
        assert simulator.counters.total() == 1
        await session.delete(f"{simulator.url}/_sim/counters")
        assert simulator.counters.total() == 0


async def test_command_line() -> None:
    program = [sys.executable, "-m", "simulator"]
    served = await asyncio.create_subprocess_exec(
        *program, "--port", "0", "--cameras", "1", stdout=asyncio.subprocess.PIPE
    )
    try:
        assert served.stdout is not None
        async with asyncio.timeout(60):
            address = (await served.stdout.readline()).decode().split()[-1]
            told = await served.stdout.readuntil(b"Ctrl-C")
        assert b"netrex-simulator-client" in told
        assert b"owner / owner-password" in told

        async def ctl(*words: str) -> tuple[int | None, str]:
            async with asyncio.timeout(60):
                asked = await asyncio.create_subprocess_exec(
                    *program, "ctl", address, *words, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
                )
                out, err = await asked.communicate()
            return asked.returncode, (out or err).decode()

        assert (await ctl("fault", "kind=graphql", "status=503", "times=2"))[0] == 0
        assert (await ctl("switch", "offline_status=504"))[0] == 0
        state = json.loads((await ctl("state"))[1])
        assert state["switches"]["offline_status"] == 504
        assert (state["faults"][0]["kind"], state["faults"][0]["status"]) == ("graphql", 503)
        code, told_wrong = await ctl("camera", state["cameras"][0]["serial"], "online=perhaps")
        assert code == 1
        assert "online" in told_wrong
        assert (await ctl("dance"))[0] == 2
    finally:
        served.terminate()
        async with asyncio.timeout(10):
            assert await served.wait() == 0
