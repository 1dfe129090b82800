"""The proxy in front of the cameras: who is let in, and what the others are told."""

from collections.abc import AsyncIterator

import aiohttp
import pytest

from simulator import Camera, Simulator, Switches, World
from simulator.tokens import Consent


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(Switches(), World.demo(3)) as running:
        yield running


def oauth_token(simulator: Simulator, *scopes: str) -> str:
    """Give the access token that a sign-in would end with."""
    consent = Consent("owner", simulator.world.application.client_id, "http://127.0.0.1/", frozenset(scopes))
    return simulator.service.tokens.give(consent, 3600, lasting=True).access_token


async def parameters(
    simulator: Simulator, token: str | None, *, serial: str | None = None, scheme: str = "Token", query: str = ""
) -> int:
    serial = serial or next(iter(simulator.world.cameras))
    url = f"{simulator.device_pattern.format(serial=serial)}/axis-cgi/param.cgi?action=list{query}"
    headers = {} if token is None else {"Authorization": f"{scheme} {token}"}
    async with aiohttp.ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status


async def test_api_token_needs_configuration(simulator: Simulator) -> None:
    good, poor = simulator.api_token(scopes={"configuration"}), simulator.api_token(scopes={"read", "liveview"})
    assert await parameters(simulator, good) == 200
    assert await parameters(simulator, None, query=f"&DEVICE_ACCESS_TOKEN={good}") == 200
    assert await parameters(simulator, good, scheme="Bearer") == 401
    assert await parameters(simulator, poor) == 401
    assert await parameters(simulator, "nonsense") == 401
    assert await parameters(simulator, None) == 401
    simulator.switches.device_connect_refusal = 403
    assert await parameters(simulator, poor) == 403


async def test_oauth2_token_is_a_switch(simulator: Simulator) -> None:
    watching, reading = oauth_token(simulator, "liveview_ptz"), oauth_token(simulator, "read")
    assert await parameters(simulator, watching) == 200
    assert await parameters(simulator, reading) == 401
    simulator.switches.device_connect_takes_oauth = False
    assert await parameters(simulator, watching) == 401


async def test_tokens_end(simulator: Simulator) -> None:
    oauth, api = oauth_token(simulator, "liveview"), simulator.api_token()
    simulator.expire_access_tokens()
    assert await parameters(simulator, oauth) == 401
    assert await parameters(simulator, api) == 200
    simulator.revoke_all_tokens()
    assert await parameters(simulator, api) == 401


async def test_offline_camera_is_answered_by_the_proxy(simulator: Simulator) -> None:
    token = simulator.api_token()
    camera = next(iter(simulator.world.cameras.values()))
    camera.online = False
    assert await parameters(simulator, token) == 503
    simulator.switches.offline_status = 0
    with pytest.raises(aiohttp.ServerDisconnectedError):
        await parameters(simulator, token)
    camera.online = True
    assert await parameters(simulator, token) == 200


async def test_guest_reaches_only_what_a_guest_sees(simulator: Simulator) -> None:
    first, second, _ = simulator.world.cameras
    token = simulator.api_token("guest")
    assert await parameters(simulator, token, serial=first) == 200
    assert await parameters(simulator, token, serial=second) == 404
    assert await parameters(simulator, simulator.api_token(), serial="ACCC8EFFFFFF") == 404


async def test_world_changes_while_it_runs(simulator: Simulator) -> None:
    world, token = simulator.world, simulator.api_token()
    node = world.add_camera(name="Dílna", camera=Camera("00408C00F00D", "Dílna"))
    assert await parameters(simulator, token, serial="00408C00F00D") == 200
    world.remove(node.node_id)
    assert await parameters(simulator, token, serial="00408C00F00D") == 404


def test_worlds_are_the_same_every_time() -> None:
    assert list(World.with_cameras(500).cameras) == list(World.with_cameras(500).cameras)
    assert len(World.with_cameras(500).cameras) == 500
    one, other = World.demo(5), World.demo(5)
    assert [(node.node_id, node.name, node.serial) for node in one.nodes.values()] == [
        (node.node_id, node.name, node.serial) for node in other.nodes.values()
    ]
    assert len(one.camera_nodes()) == 5
