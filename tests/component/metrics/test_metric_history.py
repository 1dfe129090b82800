"""The past of metrics: the simulated cloud's numbers in a real recorder, hour by hour, each asked for once."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

from homeassistant.components.recorder import Recorder, get_instance
from homeassistant.components.recorder.statistics import (
    list_statistic_ids,
    statistics_during_period,
)
from homeassistant.components.recorder.tasks import SynchronizeTask
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util, slugify
import pytest

from custom_components.netrex.metrics.statistics import HOUR
from custom_components.netrex.tasks.timing import Timing, timing_of
from simulator import Fault, Node, NodeType, Simulator

from ..counting import ALL_KINDS, Clock, Shop, choose
from ..person import Person
from ..soaking import Clock as PassingTime
from ..waiting import until

#: 2023-11-14 13:00 UTC: the last full hour is over for 20 minutes.
HOUR_OVER = 1_699_966_800
BEGIN = HOUR_OVER - Timing().metric_history
#: Hours of thirty days.
HOURS = Timing().metric_history // HOUR


@pytest.fixture(autouse=True)
def _find_our_integration(
    recorder_mock: Recorder, enable_custom_integrations: None, hass_storage: dict[str, Any]
) -> None:
    """The recorder is there before Home Assistant, which looks into custom_components and keeps its files in memory."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, simulator: Simulator) -> Clock:
    clock = Clock()
    for module in ("coordinator", "history"):
        monkeypatch.setattr(f"custom_components.netrex.metrics.{module}.time", clock)
    simulator.service.clock = clock.time
    return clock


@pytest.fixture
async def shop(hass: HomeAssistant, simulator: Simulator, clock: Clock) -> Shop:
    """A shop, whose past is fetched without long pauses."""
    await hass.config.async_set_time_zone("UTC")
    timing = timing_of(hass)
    timing.metric_pause = timing.metric_spread = 0.0
    timing.metric_round_shortest = timing.metric_retry_first = 0.05
    return Shop(simulator)


def statistic_id(entry: ConfigEntry, node: Node, kind: str) -> str:
    return f"netrex:{slugify(f'{entry.data["account_key"]} {node.node_id} {kind}')}"


async def stored(hass: HomeAssistant) -> None:
    """Wait until the recorder has done all it was told, what it is doing just now as well."""
    done = hass.loop.create_future()
    get_instance(hass).queue_task(SynchronizeTask(done))
    await done


async def kept(hass: HomeAssistant, statistic: str) -> list[Any]:
    """Return all hours that the recorder has of a statistic."""
    recorder = get_instance(hass)
    await stored(hass)
    found = await recorder.async_add_executor_job(
        statistics_during_period,
        hass,
        dt_util.utc_from_timestamp(0),
        None,
        {statistic},
        "hour",
        None,
        {"state", "sum", "mean", "min", "max"},
    )
    return found.get(statistic, [])


async def until_kept(hass: HomeAssistant, entry: ConfigEntry, hours: int = HOURS, metrics: int = 1) -> None:
    await until(hass, lambda: entry.runtime_data.metrics.history.hours >= hours * metrics, within=30)


async def until_fetched(hass: HomeAssistant, entry: ConfigEntry, ends_at: int) -> None:
    await until(hass, lambda: entry.runtime_data.metrics.history.ends_at == ends_at, within=30)


def values(simulator: Simulator) -> int:
    """Return how many values were asked for, apart from today's."""
    return simulator.counters["figures:values"]


async def restart(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let the account end and begin as with a new Home Assistant, to which only recorder and disk are left."""
    await hass.config_entries.async_unload(entry.entry_id)
    await stored(hass)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def test_thirty_days_are_the_clouds_numbers(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop
) -> None:
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.camera, shop.place], ALL_KINDS)
    nodes = {"visitors_in": shop.camera}
    await until(hass, lambda: entry.runtime_data.metrics.history.ends_at == HOUR_OVER, within=120)
    asked = 8 * HOURS + 8
    await until(hass, lambda: values(simulator) == asked, within=60)
    for kind in ALL_KINDS:
        node = nodes.get(kind, shop.place)
        await until(hass, lambda: entry.runtime_data.metrics.history.hours > 7 * HOURS)
        rows = await kept(hass, statistic_id(entry, node, kind))
        expected = {
            begin: counted
            for begin in range(BEGIN, HOUR_OVER, HOUR)
            if (counted := shop.counted(kind, node, begin, begin + HOUR)) is not None
        }
        assert [row["start"] for row in rows] == list(expected)
        if kind == "conversion":
            assert 0 < len(rows) < HOURS
            assert [row["mean"] for row in rows] == pytest.approx(list(expected.values()))
            assert [row["min"] for row in rows] == [row["max"] for row in rows] == [row["mean"] for row in rows]
        else:
            assert len(rows) == HOURS
            assert [row["state"] for row in rows] == pytest.approx(list(expected.values()))
            assert rows[-1]["sum"] == pytest.approx(sum(expected.values()))
            assert rows[-1]["sum"] == pytest.approx(shop.counted(kind, node, BEGIN, HOUR_OVER))
    # The first request is today's; the others have a hundred values at most, and are as few as that allows.
    assert simulator.counters["figures:most_at_once"] == 100
    assert simulator.counters["figures:requests"] == 1 + -(-8 * HOURS // 100)
    told = await get_instance(hass).async_add_executor_job(list_statistic_ids, hass)
    names = {each["statistic_id"]: (each["name"], each["statistics_unit_of_measurement"]) for each in told}
    assert names[statistic_id(entry, shop.place, "sales")] == ("Brno shop: Sales", None)
    assert names[statistic_id(entry, shop.place, "conversion")] == ("Brno shop: Conversion", "%")


async def test_one_request_at_a_time_with_pauses(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop
) -> None:
    timing_of(hass).metric_pause = 30.0
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until(hass, lambda: entry.runtime_data.metrics.history.hours == 100)
    # A request that did not wait for its turn would come at once.
    await asyncio.sleep(0.2)
    assert simulator.counters["figures:requests"] == 2
    await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("way", ["restart", "reload"])
async def test_goes_on_where_it_was_interrupted(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, way: str
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql:statisticDataMetric", delay=0.0, times=4))
    simulator.faults.add(Fault(kind="graphql:statisticDataMetric", hang=True))
    await choose(hass, person, entry, [shop.place], ["visitors"])
    # Today's and three hundred hours come; the request for the next hundred hangs.
    await until(hass, lambda: entry.runtime_data.metrics.history.hours == 300)
    await until(hass, lambda: simulator.counters["graphql:statisticDataMetric"] == 5)
    simulator.faults.clear()
    if way == "restart":
        await restart(hass, entry)
    else:
        await hass.config_entries.async_reload(entry.entry_id)
    await until_kept(hass, entry, HOURS - 300)
    rows = await kept(hass, statistic_id(entry, shop.place, "visitors"))
    assert [row["start"] for row in rows] == list(range(BEGIN, HOUR_OVER, HOUR))
    assert rows[-1]["sum"] == shop.counted("visitors", shop.place, BEGIN, HOUR_OVER)
    # Today's twice, and no hour twice: the hanging request was never answered.
    assert values(simulator) == 2 + HOURS


async def test_goes_on_with_every_hour(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, clock: Clock
) -> None:
    entry = await person.add_account()
    clock.now = HOUR_OVER + HOUR + 900 - 0.4
    await choose(hass, person, entry, [shop.place, shop.camera], ["visitors"])
    await until_kept(hass, entry, metrics=2)
    before = simulator.counters["figures:requests"]
    clock.now += 1
    await until_kept(hass, entry, HOURS + 1, metrics=2)
    assert simulator.counters["figures:requests"] == before + 1
    rows = await kept(hass, statistic_id(entry, shop.place, "visitors"))
    assert rows[-1]["start"] == HOUR_OVER
    assert rows[-1]["state"] == shop.counted("visitors", shop.place, HOUR_OVER, HOUR_OVER + HOUR)
    assert rows[-1]["sum"] == shop.counted("visitors", shop.place, BEGIN, HOUR_OVER + HOUR)


async def test_after_a_restart_weeks_later_the_sum_goes_on(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, clock: Clock
) -> None:
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_kept(hass, entry)
    await hass.config_entries.async_unload(entry.entry_id)
    clock.now += timedelta(days=40).total_seconds()
    await restart(hass, entry)
    await until_kept(hass, entry)
    rows = await kept(hass, statistic_id(entry, shop.place, "visitors"))
    assert len(rows) == 2 * HOURS
    assert rows[-1]["sum"] == sum(row["state"] for row in rows)


async def test_removed_statistics_are_fetched_again_with_the_account(
    hass: HomeAssistant, person: Person, shop: Shop
) -> None:
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_kept(hass, entry)
    visitors = statistic_id(entry, shop.place, "visitors")
    assert len(await kept(hass, visitors)) == HOURS
    get_instance(hass).async_clear_statistics([visitors])
    await hass.config_entries.async_reload(entry.entry_id)
    await until_kept(hass, entry)
    rows = await kept(hass, visitors)
    assert [row["start"] for row in rows] == list(range(BEGIN, HOUR_OVER, HOUR))
    assert rows[-1]["sum"] == shop.counted("visitors", shop.place, BEGIN, HOUR_OVER)


@pytest.mark.parametrize("way", ["reload", "restart"])
async def test_goes_on_from_what_is_kept(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, way: str
) -> None:
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_kept(hass, entry)
    assert len(await kept(hass, statistic_id(entry, shop.place, "visitors"))) == HOURS
    if way == "restart":
        await restart(hass, entry)
    else:
        await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: entry.runtime_data.metrics.history.ends_at and entry.runtime_data.metrics.today.data)
    await hass.async_block_till_done()
    assert values(simulator) == 2 + HOURS


async def test_hours_in_which_nothing_was_counted_are_left_out(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop
) -> None:
    simulator.world.add(NodeType.FOLDER, "Empty", simulator.world.top)
    shop.camera.counts_from = HOUR_OVER - 50 * HOUR
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.camera, simulator.world.node_named("Empty")], ["visitors", "sales"])
    await until(hass, lambda: values(simulator) == 3 + 3 * HOURS)
    await until(hass, lambda: entry.runtime_data.metrics.history.ends_at == HOUR_OVER)
    await until_kept(hass, entry, 50)
    rows = await kept(hass, statistic_id(entry, shop.camera, "visitors"))
    assert [row["start"] for row in rows] == list(range(HOUR_OVER - 50 * HOUR, HOUR_OVER, HOUR))
    assert await kept(hass, statistic_id(entry, simulator.world.node_named("Empty"), "sales")) == []


async def test_hours_without_a_value_are_asked_for_once(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, clock: Clock
) -> None:
    simulator.world.add(NodeType.FOLDER, "Empty", simulator.world.top)
    entry = await person.add_account()
    clock.now = HOUR_OVER + HOUR + 900 - 0.4
    await choose(hass, person, entry, [simulator.world.node_named("Empty"), shop.place], ["sales", "conversion"])
    await until_fetched(hass, entry, HOUR_OVER)
    asked = 4 + 4 * HOURS
    assert values(simulator) == asked
    # The next hour is requested, and no other.
    clock.now += 1
    await until_fetched(hass, entry, HOUR_OVER + HOUR)
    assert values(simulator) == asked + 4


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="graphql:statisticDataMetric", status=500, times=3),
        Fault(kind="graphql:statisticDataMetric", cut_after=50, times=3),
        Fault(kind="graphql:statisticDataMetric", status=403, times=3),
        Fault(kind="graphql:statisticDataMetric", status=429, times=3),
        Fault(kind="graphql:statisticDataMetric", body='{"data": {"f0": []}}', times=3),
    ],
    ids=["500", "cut", "403", "429", "malformed"],
)
async def test_failures_are_waited_for(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, fault: Fault
) -> None:
    entry = await person.add_account()
    simulator.faults.add(fault)
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until(hass, lambda: entry.runtime_data.metrics.history.last_failure)
    await until_kept(hass, entry)
    await until(hass, lambda: entry.runtime_data.metrics.history.last_failure is None)
    rows = await kept(hass, statistic_id(entry, shop.place, "visitors"))
    assert [row["start"] for row in rows] == list(range(BEGIN, HOUR_OVER, HOUR))


async def test_metric_of_which_an_hour_failed_waits_for_the_next_round(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    shop: Shop,
    clock: Clock,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    passing = PassingTime(monkeypatch)
    entry = await person.add_account()
    # However slow the machine is, the next round comes when time is put forward.
    clock.now = HOUR_OVER + HOUR + 900 - 600
    simulator.faults.add(Fault(kind="graphql:statisticDataMetric", delay=0.0, times=1))
    body = '{"data": {"f0": 5, "f1": 6, "f2": null, "f3": 7}, "errors": [{"message": "out of order"}]}'
    simulator.faults.add(Fault(kind="graphql:statisticDataMetric", body=body, times=1))
    await choose(hass, person, entry, [shop.place], ["visitors", "passers_by"])
    history = entry.runtime_data.metrics.history
    await until(hass, lambda: history.last_failure == "SomeHoursFailed")
    visitors = statistic_id(entry, shop.place, "visitors")
    assert [row["state"] for row in await kept(hass, visitors)] == [5, 6]
    assert len(await kept(hass, statistic_id(entry, shop.place, "passers_by"))) == HOURS
    clock.now += 601
    await passing.forward(hass, 601)
    await until_kept(hass, entry, HOURS + 1, metrics=2)
    rows = await kept(hass, visitors)
    assert [row["start"] for row in rows] == list(range(BEGIN, HOUR_OVER + HOUR, HOUR))
    assert rows[-1]["sum"] == 11 + (shop.counted("visitors", shop.place, BEGIN + 2 * HOUR, HOUR_OVER + HOUR) or 0)
    await until(hass, lambda: history.last_failure is None)


async def test_unexpected_error_does_not_end_it(
    hass: HomeAssistant, person: Person, shop: Shop, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    timing_of(hass).metric_retry_longest = 0.05
    entry = await person.add_account()
    broken: Callable[..., Any] = {}.popitem  # a recorder that can't be read now
    with monkeypatch.context() as patched:
        patched.setattr("custom_components.netrex.metrics.statistics.get_last_statistics", lambda *_: broken())
        await choose(hass, person, entry, [shop.place], ["visitors"])
        await until(hass, lambda: entry.runtime_data.metrics.history.last_failure == "KeyError")
    await until_kept(hass, entry)
    assert "Unexpected error while the past of metrics was fetched" in caplog.text


# --- clocks that are set -----------------------------------------------------------------------------

#: Hours of the past that are fetched here.
SHORT = 72


@pytest.fixture
def right(hass: HomeAssistant, simulator: Simulator, clock: Clock) -> Clock:
    """The clock of the cloud, which nobody sets; Home Assistant looks at the other one often. The past is short."""
    timing_of(hass).metric_round_longest = 0.05
    timing_of(hass).metric_history = SHORT * HOUR
    right = Clock(clock.now)
    simulator.service.clock = right.time
    return right


async def assert_true(hass: HomeAssistant, entry: ConfigEntry, shop: Shop, ends_at: int) -> None:
    """What is kept until then are the cloud's numbers, and their sum is right."""
    rows = [row for row in await kept(hass, statistic_id(entry, shop.place, "visitors")) if row["start"] < ends_at]
    begins = range(HOUR_OVER - SHORT * HOUR, ends_at, HOUR)
    assert [row["start"] for row in rows] == list(begins)
    assert [row["state"] for row in rows] == [
        shop.counted("visitors", shop.place, begin, begin + HOUR) for begin in begins
    ]
    assert rows[-1]["sum"] == sum(row["state"] for row in rows)


@pytest.mark.parametrize("ahead", [HOUR, 24 * HOUR, 365 * 24 * HOUR])
@pytest.mark.parametrize("way", ["goes on", "reload", "restart"])
async def test_what_a_clock_that_was_ahead_asked_for_is_asked_for_again(
    hass: HomeAssistant, person: Person, shop: Shop, clock: Clock, right: Clock, ahead: int, way: str
) -> None:
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_fetched(hass, entry, HOUR_OVER)
    clock.now += ahead
    await until_fetched(hass, entry, HOUR_OVER + ahead)
    rows = await kept(hass, statistic_id(entry, shop.place, "visitors"))
    assert sum(row["state"] for row in rows[SHORT + 1 :]) == 0, "they have not come yet"
    clock.now -= ahead
    if way == "reload":
        await hass.config_entries.async_reload(entry.entry_id)
    elif way == "restart":
        await restart(hass, entry)
    # Until then, nothing is to be asked for.
    await until_fetched(hass, entry, HOUR_OVER)
    for hours in (1, 2):
        clock.now += HOUR
        right.now += HOUR
        await until_fetched(hass, entry, HOUR_OVER + hours * HOUR)
        await assert_true(hass, entry, shop, HOUR_OVER + hours * HOUR)


@pytest.mark.parametrize("jump", [24 * HOUR, -24 * HOUR])
async def test_clock_that_is_set_wrong_and_right_again_loses_no_hour(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, clock: Clock, right: Clock, jump: int
) -> None:
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_fetched(hass, entry, HOUR_OVER)
    for _ in range(3):
        clock.now += jump
        await until(hass, lambda: entry.runtime_data.metrics.history.ends_at == HOUR_OVER + jump)
        clock.now -= jump
        await until(hass, lambda: entry.runtime_data.metrics.history.ends_at == HOUR_OVER)
    await until_fetched(hass, entry, HOUR_OVER)
    # No storm: what was asked for again is what such a clock made doubtful.
    assert values(simulator) < 4 * SHORT
    clock.now += HOUR
    right.now += HOUR
    await until_fetched(hass, entry, HOUR_OVER + HOUR)
    await assert_true(hass, entry, shop, HOUR_OVER + HOUR)
