"""The simulated cloud's GraphQL, judged by a client that nobody here wrote."""

from collections.abc import AsyncIterator

import aiohttp
from gql import Client, gql
from gql.transport.aiohttp import AIOHTTPTransport
from gql.transport.exceptions import TransportQueryError, TransportServerError
from graphql import validate_schema
import pytest

from simulator import Simulator, Switches, World


@pytest.fixture
async def simulator() -> AsyncIterator[Simulator]:
    async with Simulator(Switches(), World.demo(3)) as running:
        yield running


def client(simulator: Simulator, *, token: str | None = None, introspect: bool = True) -> Client:
    transport = AIOHTTPTransport(
        f"{simulator.url}/api/graphql.php",
        headers={"Authorization": f"Bearer {token or simulator.api_token()}", "Content-Type": "application/json"},
        ssl=False,
    )
    return Client(transport=transport, fetch_schema_from_transport=introspect)


async def test_schema_is_sound_and_documented_queries_fit_it(simulator: Simulator) -> None:
    async with client(simulator) as session:
        assert session.client.schema is not None
        assert validate_schema(session.client.schema) == []
        # gql checks each document against the schema before it sends it.
        tree = await session.execute(gql("{ nodeList { parent_node_id node_id type name external_id } }"))
        assert len(tree["nodeList"]) == len(simulator.world.nodes)
        cameras = await session.execute(gql("{ nodeList(type:camera) { parent_node_id type name node_id } }"))
        assert {node["type"] for node in cameras["nodeList"]} == {"camera"}
        names = await session.execute(gql("{ cameraList { name } }"))
        assert len(names["cameraList"]) == 3
        camera = cameras["nodeList"][0]["node_id"]
        listed = await session.execute(
            gql(
                f"{{ camera(node_id:{camera}) {{ recordings(from:1589190089, to:1589190689)"
                "{ recording_id duration download_url outputs { height } } } }"
            )
        )
        (recording,) = listed["camera"]["recordings"]
        assert recording["download_url"] is None
        height = recording["outputs"][0]["height"]
        prepared = await session.execute(
            gql(f'mutation {{ recordingPrepare(recording_id:"{recording["recording_id"]}", height:{height}) }}')
        )
        assert prepared == {"recordingPrepare": True}
        assert await session.execute(
            gql(f'{{ recording(recording_id:"{recording["recording_id"]}") {{ download_url }} }}')
        )
        metric = await session.execute(
            gql(f"{{ statisticDataMetric(from:1589186000, to:1589186780, type:peopleCountAverage, node_id:{camera}) }}")
        )
        assert isinstance(metric["statisticDataMetric"], int | float)


async def test_introspection_can_be_off(simulator: Simulator) -> None:
    simulator.switches.introspection = False
    with pytest.raises(TransportQueryError):
        async with client(simulator):
            pass


async def test_unknown_field_is_refused_by_the_engine(simulator: Simulator) -> None:
    async with client(simulator, introspect=False) as session:
        with pytest.raises(TransportQueryError, match="serial"):
            await session.execute(gql("{ cameraList { name serial } }"))


async def test_serial_field_is_a_switch(simulator: Simulator) -> None:
    simulator.switches.serial_field = "serial"
    async with client(simulator) as session:
        cameras = await session.execute(gql("{ cameraList { name serial } }"))
        assert {camera["serial"] for camera in cameras["cameraList"]} == set(simulator.world.cameras)


async def test_guest_sees_a_part(simulator: Simulator) -> None:
    async with client(simulator, token=simulator.api_token("guest")) as session:
        tree = await session.execute(gql("{ nodeList { name } }"))
        assert 0 < len(tree["nodeList"]) < len(simulator.world.nodes)


@pytest.mark.parametrize(("token", "status"), [("nonsense", 401), ("without read", 403)])
@pytest.mark.parametrize("told_by", ["status", "errors"])
async def test_missing_token_and_missing_right(simulator: Simulator, token: str, status: int, told_by: str) -> None:
    simulator.switches.graphql_refusal = told_by
    given = simulator.api_token(rights={"events"}) if token == "without read" else token
    async with client(simulator, token=given, introspect=False) as session:
        with pytest.raises((TransportServerError, TransportQueryError)) as refused:
            await session.execute(gql("{ nodeList { name } }"))
    if told_by == "status":
        assert str(status) in str(refused.value)
    else:
        assert isinstance(refused.value, TransportQueryError)


async def test_token_ends_with_its_time() -> None:
    now = 1_000_000.0
    async with Simulator(Switches(), World.demo(1), clock=lambda: now) as simulator:
        token = simulator.api_token(lifetime=60)
        async with client(simulator, token=token, introspect=False) as session:
            assert await session.execute(gql("{ cameraList { name } }"))
            now += 61
            with pytest.raises(TransportServerError):
                await session.execute(gql("{ cameraList { name } }"))


async def test_content_type_has_to_be_json(simulator: Simulator) -> None:
    headers = {"Authorization": f"Bearer {simulator.api_token()}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post(
            f"{simulator.url}/api/graphql.php", data={"query": "{ cameraList { name } }"}
        ) as answer:
            assert answer.status == 415
        async with session.post(f"{simulator.url}/api/graphql.php", json={"question": 1}) as answer:
            assert answer.status == 400
