"""What the cloud's answers about figures mean, and what each odd one means."""

import aiohttp
import pytest

from custom_components.netrex.cloud import (
    AuthError,
    CloudClient,
    ForbiddenError,
    ProtocolError,
    Provider,
    TransientError,
)
from custom_components.netrex.cloud.metrics import MetricQuery, MetricType, read_metrics
from custom_components.netrex.cloud.recordings import Interval
from simulator import Fault, Simulator
from simulator.figures import Metric as SimulatedMetric, figure, raw_figure

from .test_client import KnownToken

#: 2023-11-14 12:00 UTC, when shops are open.
HOUR = Interval(1_699_963_200, 1_699_966_800)


@pytest.fixture
def client(session: aiohttp.ClientSession, provider: Provider, simulator: Simulator) -> CloudClient:
    return CloudClient(session, provider, KnownToken(simulator.api_token()))


def questions(simulator: Simulator) -> list[MetricQuery]:
    """Everything of one camera and one place."""
    camera, shop = simulator.world.camera_nodes()[0], simulator.world.node_named("Prodejna Brno")
    return [MetricQuery(metric, (camera if metric.is_raw else shop).node_id, HOUR) for metric in MetricType]


async def test_numbers_are_the_clouds(client: CloudClient, simulator: Simulator) -> None:
    asked = questions(simulator)
    found = await read_metrics(client, asked)
    assert found == {
        each: (raw_figure if each.metric.is_raw else figure)(
            simulator.service,
            simulator.world.nodes[each.node_id],
            SimulatedMetric(each.metric.value),
            HOUR.begins_at,
            HOUR.ends_at,
        )
        for each in asked
    }
    assert None not in found.values()
    assert simulator.counters["graphql"] == 1
    assert await read_metrics(client, []) == {}
    assert simulator.counters["graphql"] == 1


async def test_nothing_is_counted(client: CloudClient, simulator: Simulator) -> None:
    camera = simulator.world.camera_nodes()[0]
    nothing = MetricQuery(MetricType.SALES, camera.node_id, HOUR)
    assert await read_metrics(client, [nothing]) == {nothing: None}


async def test_a_node_that_is_gone_leaves_the_others_alone(client: CloudClient, simulator: Simulator) -> None:
    known = questions(simulator)
    found = await read_metrics(client, [known[0], MetricQuery(MetricType.VISITORS, 1, HOUR), known[1]])
    assert list(found) == known[:2]
    assert None not in found.values()
    with pytest.raises(ProtocolError):
        await read_metrics(client, [MetricQuery(MetricType.VISITORS, 1, HOUR)])


@pytest.mark.parametrize("told_by", ["status", "errors"])
async def test_without_the_permission_or_a_token(
    session: aiohttp.ClientSession, provider: Provider, simulator: Simulator, told_by: str
) -> None:
    simulator.switches.graphql_refusal = told_by  # type: ignore[assignment]
    asked = questions(simulator)
    with pytest.raises(ForbiddenError):
        await read_metrics(
            CloudClient(session, provider, KnownToken(simulator.api_token(scopes={"recordings"}))), asked
        )
    with pytest.raises(AuthError):
        await read_metrics(CloudClient(session, provider, KnownToken("nonsense")), asked)


@pytest.mark.parametrize("value", ['"7"', "true", "[]", "{}", "1" + 400 * "0", "-1e300"])
async def test_what_is_no_number_leaves_the_others_alone(client: CloudClient, simulator: Simulator, value: str) -> None:
    asked = questions(simulator)[:2]
    simulator.faults.add(Fault(kind="graphql", body=f'{{"data": {{"f0": {value}, "f1": 7}}}}'))
    assert await read_metrics(client, asked) == {asked[1]: 7.0}


async def test_errors_that_say_where_leave_honest_nothings_alone(client: CloudClient, simulator: Simulator) -> None:
    asked = questions(simulator)[:3]
    body = '{"data": {"f0": 57, "f1": null, "f2": null}, "errors": [{"message": "x", "path": ["f2"]}]}'
    simulator.faults.add(Fault(kind="graphql", body=body))
    assert await read_metrics(client, asked) == {asked[0]: 57.0, asked[1]: None}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        ('{"data": null, "errors": [{"message": "x"}]}', ProtocolError),
        ('{"data": {"f0": null}, "errors": [{"message": "x"}]}', ProtocolError),
        ('{"data": {"f0": null}, "errors": [{"message": "permission denied"}]}', ForbiddenError),
        ('{"data": []}', ProtocolError),
        ("<html>", TransientError),
    ],
)
async def test_odd_answers(client: CloudClient, simulator: Simulator, body: str, error: type[Exception]) -> None:
    simulator.faults.add(Fault(kind="graphql", body=body))
    with pytest.raises(error):
        await read_metrics(client, questions(simulator)[:1])


async def test_missing_and_whole_numbers(client: CloudClient, simulator: Simulator) -> None:
    asked = questions(simulator)[:4]
    body = '{"data": {"f0": 57, "f1": null, "f2": 1.5}, "errors": [{"message": "x"}]}'
    simulator.faults.add(Fault(kind="graphql", body=body))
    assert await read_metrics(client, asked) == {asked[0]: 57.0, asked[2]: 1.5}
