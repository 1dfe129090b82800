"""What the simulated cloud counts: distinct numbers that add up, and nothing where nothing is counted."""

from collections.abc import AsyncIterator

import pytest

from simulator import Node, NodeType, Simulator, Switches, World
from tests.simulator.portal import Portal, portal

#: 2023-11-14 12:00 UTC, when shops are open.
NOON = 1_699_963_200
QUARTER = 900
NOW = NOON + 86_400


@pytest.fixture
async def cloud() -> AsyncIterator[Portal]:
    async with Simulator(Switches(), World.demo(4), clock=lambda: NOW) as simulator, portal(simulator) as it:
        yield it


async def figure(
    cloud: Portal, node: Node, metric: str, begin: int = NOON, end: int = NOON + 4 * QUARTER, query: str = "Metric"
) -> float | None:
    answer = await cloud.ask(
        f"{{ it: statisticData{query}(from: {begin}, to: {end}, type: {metric}, node_id: {node.node_id}) }}"
    )
    return answer["it"]


def shop(cloud: Portal) -> Node:
    return cloud.simulator.world.node_named("Prodejna Brno")


async def test_numbers_differ_and_stay_the_same(cloud: Portal) -> None:
    cameras = cloud.simulator.world.camera_nodes()
    raw = [
        await figure(cloud, node, metric, query="")
        for node in cameras
        for metric in ("peopleCountIn", "peopleCountPassBy")
    ]
    assert len(set(raw)) == len(raw)
    assert raw[0] == await figure(cloud, cameras[0], "peopleCountIn", query="")


@pytest.mark.parametrize("metric", ["peopleCountAverage", "peopleCountPassBy", "transactionCountPositive"])
async def test_hour_is_the_sum_of_its_quarters(cloud: Portal, metric: str) -> None:
    quarters = [
        await figure(cloud, shop(cloud), metric, begin, begin + QUARTER)
        for begin in range(NOON, NOON + 4 * QUARTER, QUARTER)
    ]
    assert await figure(cloud, shop(cloud), metric) == sum(each or 0 for each in quarters) > 0
    series = await cloud.ask(
        f"{{ statisticDataMetricByGranularity(from: {NOON}, to: {NOON + 4 * QUARTER}, type: {metric}, "
        f"node_id: {shop(cloud).node_id}, granularity: HQ) }}"
    )
    assert series["statisticDataMetricByGranularity"] == quarters


async def test_place_has_what_lies_below_it(cloud: Portal) -> None:
    world = cloud.simulator.world
    inside = [node for node in world.subtree(shop(cloud).node_id) if node.type is NodeType.CAMERA]
    assert len(inside) > 1
    visitors = [await figure(cloud, node, "peopleCountAverage") or 0 for node in inside]
    assert await figure(cloud, shop(cloud), "peopleCountAverage") == sum(visitors)


async def test_conversion_is_sales_for_a_hundred_visitors(cloud: Portal) -> None:
    sales = await figure(cloud, shop(cloud), "transactionCountPositive")
    visitors = await figure(cloud, shop(cloud), "peopleCountAverage")
    assert sales
    assert visitors
    assert await figure(cloud, shop(cloud), "conversionCount") == pytest.approx(sales / visitors * 100)
    night = NOON - 10 * 3600
    assert await figure(cloud, shop(cloud), "peopleCountAverage", night, night + 3600) == 0
    assert await figure(cloud, shop(cloud), "conversionCount", night, night + 3600) is None


async def test_nothing_where_nothing_is_counted(cloud: Portal) -> None:
    camera, house = cloud.camera, cloud.simulator.world.node_named("Dům")
    assert await figure(cloud, camera, "transactionCountPositive") is None
    assert await figure(cloud, house, "transactionCountNegative") is None
    assert await figure(cloud, house, "conversionCount") is None
    assert await figure(cloud, shop(cloud), "peopleCountIn", query="") is None
    assert await figure(cloud, camera, "conversionCount", query="") is None
    assert await figure(cloud, camera, "peopleCountIn") is None
    camera.counts = False
    assert await figure(cloud, camera, "peopleCountAverage") is None
    camera.counts, camera.counts_from = True, NOON + QUARTER
    assert await figure(cloud, camera, "peopleCountAverage", NOON, NOON + QUARTER) is None
    later = await figure(cloud, camera, "peopleCountAverage", NOON + QUARTER)
    assert await figure(cloud, camera, "peopleCountAverage") == later


async def test_part_of_a_quarter_and_what_is_not_known_yet(cloud: Portal) -> None:
    whole = await figure(cloud, cloud.camera, "peopleCountPassBy", NOON, NOON + QUARTER)
    assert await figure(cloud, cloud.camera, "peopleCountPassBy", NOON, NOON + QUARTER // 3) == pytest.approx(whole / 3)
    assert await figure(cloud, cloud.camera, "peopleCountPassBy", NOW, NOW + 3600) == 0
    before = await figure(cloud, cloud.camera, "peopleCountPassBy", NOW - QUARTER, NOW)
    assert before
    cloud.simulator.switches.figures_delay = 60
    assert await figure(cloud, cloud.camera, "peopleCountPassBy", NOW - QUARTER, NOW) == 0


async def test_too_many_are_refused_and_all_are_counted(cloud: Portal) -> None:
    cloud.simulator.switches.figures_at_once = 2
    node = cloud.camera.node_id

    def document(number: int) -> str:
        one = f"statisticDataMetric(from: {NOON}, to: {NOW}, type: peopleCountPassBy, node_id: {node})"
        return "{ " + " ".join(f"f{each}: {one}" for each in range(number)) + " }"

    assert len(await cloud.ask(document(2))) == 2
    assert "errors" in await cloud.answer(document(3))
    counters = cloud.simulator.counters
    assert (counters["figures:requests"], counters["figures:values"], counters["figures:most_at_once"]) == (2, 5, 3)
    assert counters["graphql:statisticDataMetric"] == 2


async def test_one_wrong_node_spoils_its_own_value_only(cloud: Portal) -> None:
    camera = cloud.camera.node_id
    answer = await cloud.answer(
        "{ "
        + " ".join(
            f"f{node}: statisticDataMetric(from: {NOON}, to: {NOW}, type: peopleCountPassBy, node_id: {node})"
            for node in (camera, 1)
        )
        + " }"
    )
    assert answer["data"][f"f{camera}"]
    assert answer["data"]["f1"] is None
    assert [error["path"] for error in answer["errors"]] == [["f1"]]


@pytest.mark.parametrize("end", [NOON, NOON + 401 * 86_400])
async def test_impossible_intervals(cloud: Portal, end: int) -> None:
    node = cloud.camera.node_id
    answer = await cloud.answer(
        f"{{ statisticDataMetric(from: {NOON}, to: {end}, type: peopleCountPassBy, node_id: {node}) }}"
    )
    assert "empty or too long" in answer["errors"][0]["message"]


async def test_raw_figures_may_be_asked_for_otherwise(cloud: Portal) -> None:
    cloud.simulator.switches.figures_raw = False
    node = cloud.camera.node_id
    answer = await cloud.answer(
        f"{{ a: statisticDataMetric(from: {NOON}, to: {NOW}, type: peopleCountPassBy, node_id: {node})"
        f" b: statisticData(from: {NOON}, to: {NOW}, type: peopleCountIn, node_id: {node}) }}"
    )
    assert answer["data"] is None
    assert "statisticData" in answer["errors"][0]["message"]
