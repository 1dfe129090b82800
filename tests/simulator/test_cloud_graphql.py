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
async def test_missing_token_and_missing_permission(
    simulator: Simulator, token: str, status: int, told_by: str
) -> None:
    simulator.switches.graphql_refusal = told_by
    given = simulator.api_token(scopes={"events"}) if token == "without read" else token
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


@pytest.mark.parametrize(
    ("query", "needed"),
    [
        ("{ nodeList { name } }", "read"),
        ("{ cameraList { name } }", "read"),
        ("{ camera(node_id:CAMERA) { name } }", "read"),
        ("{ camera(node_id:CAMERA) { recordings(from:1589190089, to:1589190689) { duration } } }", "recordings"),
        ("query { ...tree } fragment tree on Query { nodeList { name } }", "read"),
        ("query { ... on Query { nodeList { name } } }", "read"),
        ("{ statisticDataMetric(from:1589186000, to:1589186780, type:peopleCountAverage, node_id:CAMERA) }", "read"),
    ],
)
async def test_each_field_needs_its_permission(simulator: Simulator, query: str, needed: str) -> None:
    camera = simulator.world.camera_nodes()[0].node_id
    for scope in ("read", "recordings"):
        token = simulator.api_token(scopes={scope})
        async with client(simulator, token=token, introspect=False) as session:
            document = gql(query.replace("CAMERA", str(camera)))
            if scope == needed:
                await session.execute(document)
            else:
                with pytest.raises(TransportServerError, match="403"):
                    await session.execute(document)


async def test_recording_is_there_after_a_while() -> None:
    now = 1_600_000_000.0
    async with Simulator(Switches(recording_preparation=30), World.demo(1), clock=lambda: now) as simulator:
        camera = simulator.world.camera_nodes()[0]
        async with client(simulator, introspect=False) as session:

            async def list_recordings(begin: int, end: int) -> list[dict[str, object]]:
                answer = await session.execute(
                    gql(
                        f"{{ camera(node_id:{camera.node_id}) {{ recordings(from:{begin}, to:{end})"
                        "{ recording_id duration download_url } } }"
                    )
                )
                return answer["camera"]["recordings"]

            (recording,) = await list_recordings(1_599_999_900, 1_600_000_100)
            assert recording["duration"] == 98
            assert await list_recordings(1_600_000_000, 1_600_000_100) == []
            named = f'recording_id:"{recording["recording_id"]}"'
            await session.execute(gql(f"mutation {{ recordingPrepare({named}, height:720) }}"))

            async def address() -> object:
                answer = await session.execute(gql(f"{{ recording({named}) {{ download_url }} }}"))
                return answer["recording"]["download_url"]

            assert await address() is None
            now += 31
            assert str(await address()).startswith(simulator.url)
            with pytest.raises(TransportQueryError, match="height"):
                await session.execute(gql(f"mutation {{ recordingPrepare({named}, height:7) }}"))
            camera.recorded = False
            assert await list_recordings(1_599_999_900, 1_600_000_000) == []


async def test_guests_top_has_no_parent_or_one_that_is_not_seen(simulator: Simulator) -> None:
    async with client(simulator, token=simulator.api_token("guest"), introspect=False) as session:

        async def top() -> dict[str, object]:
            answer = await session.execute(gql("{ nodeList { node_id parent_node_id } }"))
            return answer["nodeList"][0]

        assert (await top())["parent_node_id"] is None
        simulator.switches.guest_top_is_null = False
        parent = (await top())["parent_node_id"]
        assert parent is not None
        with pytest.raises(TransportQueryError, match="not found"):
            await session.execute(gql(f"{{ camera(node_id:{parent}) {{ name }} }}"))


async def test_a_request_counts_once_and_by_its_fields(simulator: Simulator) -> None:
    async with client(simulator, introspect=False) as session:
        await session.execute(gql("{ a: cameraList { name } b: cameraList { name } nodeList { name } }"))
    assert simulator.counters == {"graphql": 1, "graphql:cameraList": 1, "graphql:nodeList": 1}


async def test_json_under_another_name(simulator: Simulator) -> None:
    simulator.switches.json_content_type = "text/html"
    headers = {"Authorization": f"Bearer {simulator.api_token()}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{simulator.url}/api/graphql.php", json={"query": "{ cameraList { name } }"}) as answer,
    ):
        assert answer.content_type == "text/html"
        assert len((await answer.json(content_type=None))["data"]["cameraList"]) == 3


async def test_variables_work_as_well_as_literals(simulator: Simulator) -> None:
    camera = simulator.world.camera_nodes()[1]
    request = {
        "query": "query Q($id: Int!) { camera(node_id:$id) { name } } query R { cameraList { name } }",
        "variables": {"id": camera.node_id},
        "operationName": "Q",
    }
    headers = {"Authorization": f"Bearer {simulator.api_token()}"}
    async with (
        aiohttp.ClientSession(headers=headers) as session,
        session.post(f"{simulator.url}/api/graphql.php", json=request) as answer,
    ):
        assert await answer.json() == {"data": {"camera": {"name": camera.name}}}


async def test_content_type_has_to_be_json(simulator: Simulator) -> None:
    headers = {"Authorization": f"Bearer {simulator.api_token()}"}
    async with aiohttp.ClientSession(headers=headers) as session:
        async with session.post(
            f"{simulator.url}/api/graphql.php", data={"query": "{ cameraList { name } }"}
        ) as answer:
            assert answer.status == 415
        async with session.post(f"{simulator.url}/api/graphql.php", json={"question": 1}) as answer:
            assert answer.status == 400
