"""People counts and sales figures as sensors: chosen in the options, asked for at once, true to the cloud's numbers."""

from datetime import timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.components.sensor import SensorStateClass
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.metrics.coordinator import QUARTER, day_so_far
from simulator import Fault, NodeType, Simulator

from ..counting import ALL_KINDS, NOW, QUARTER_OVER, Clock, Shop, choose, until_told
from ..listening import states_of
from ..person import Person
from ..waiting import until

CAMERA = "sensor.brno_shop_accc8e10a3f1"
PLACE = "sensor.moje_kamery_brno_shop"
#: 2023-11-14 00:00 UTC.
MIDNIGHT = 1_699_920_000


@pytest.fixture(autouse=True)
def _disk(hass_storage: dict[str, Any]) -> None:
    """Notes are kept in memory."""


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch, simulator: Simulator) -> Clock:
    clock = Clock()
    monkeypatch.setattr("custom_components.netrex.metrics.coordinator.time", clock)
    simulator.service.clock = clock.time
    return clock


@pytest.fixture
async def shop(hass: HomeAssistant, simulator: Simulator, clock: Clock) -> Shop:
    await hass.config.async_set_time_zone("UTC")
    return Shop(simulator)


def shown(hass: HomeAssistant, entity_id: str) -> State:
    state = hass.states.get(entity_id)
    assert state, f"there is no {entity_id}"
    return state


def requests(simulator: Simulator) -> int:
    return simulator.counters["figures:requests"]


async def quarter_passes(hass: HomeAssistant, person: Person, clock: Clock) -> None:
    """Let a quarter of an hour pass, and wait until figures have been asked for and shown."""
    figures = person.entry().runtime_data.metrics
    before = figures.reader.requests
    clock.now += QUARTER
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=QUARTER + 1))
    await until(hass, lambda: figures.reader.requests > before)
    async with figures.today._debounced_refresh.async_lock():
        pass
    await hass.async_block_till_done()


async def test_all_chosen_figures_are_one_request(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    shop: Shop,
    device_registry: dr.DeviceRegistry,
    entity_registry: er.EntityRegistry,
) -> None:
    entry = await person.add_account()
    assert requests(simulator) == 0
    assert not [each for each in hass.states.async_entity_ids("sensor") if "today" in each]
    simulator.world.add(NodeType.DASHBOARD, "Sales", shop.place)
    step = await choose(hass, person, entry, [shop.camera, shop.place, simulator.world.top], ALL_KINDS)
    assert step["type"] == "create_entry"
    await until_told(hass, entry)
    assert requests(simulator) == 1
    assert simulator.counters["figures:values"] == 3 + 5 + 5

    def is_counted(entity_id: str, kind: str, node: object) -> bool:
        state, counted = shown(hass, entity_id), shop.counted(kind, node, MIDNIGHT, QUARTER_OVER)  # type: ignore[arg-type]
        assert counted
        return float(state.state) == pytest.approx(counted)

    for kind, name in (("visitors_in", "people_coming_in"), ("visitors", "visitors"), ("passers_by", "passers_by")):
        assert is_counted(f"{CAMERA}_{name}_today", kind, shop.camera)
    for kind in ("visitors", "passers_by", "sales", "refunds", "conversion"):
        assert is_counted(f"{PLACE}_{kind}_today", kind, shop.place)
        assert is_counted(f"sensor.moje_kamery_moje_kamery_{kind}_today", kind, simulator.world.top)
    visitors = shown(hass, f"{PLACE}_visitors_today")
    assert visitors.name == "Moje kamery Brno shop: visitors today"
    assert visitors.attributes["state_class"] == SensorStateClass.TOTAL
    assert visitors.attributes["last_reset"] == "2023-11-14T00:00:00+00:00"
    assert "unit_of_measurement" not in visitors.attributes
    assert visitors.attributes["statistic_id"].endswith(f"_{shop.place.node_id}_visitors")
    conversion = shown(hass, f"{PLACE}_conversion_today")
    assert conversion.attributes["state_class"] == SensorStateClass.MEASUREMENT
    assert conversion.attributes["unit_of_measurement"] == "%"
    assert "last_reset" not in conversion.attributes
    assert "." not in shown(hass, f"{PLACE}_sales_today").state

    def device_of(entity_id: str) -> dr.DeviceEntry:
        device = device_registry.async_get(entity_registry.async_get(entity_id).device_id)  # type: ignore[union-attr,arg-type]
        assert device
        return device

    assert device_of(f"{CAMERA}_visitors_today").serial_number == shop.camera.serial
    assert device_of(f"{PLACE}_visitors_today").entry_type is dr.DeviceEntryType.SERVICE


async def test_asked_for_after_each_quarter(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, clock: Clock
) -> None:
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_told(hass, entry)
    # 13:20 it is, so it is at least 11 minutes until a minute after 13:30.
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=10, seconds=50))
    await hass.async_block_till_done()
    assert requests(simulator) == 1
    for number in (1, 2):
        await quarter_passes(hass, person, clock)
        assert requests(simulator) == 1 + number
        counted = shop.counted("visitors", shop.place, MIDNIGHT, QUARTER_OVER + number * QUARTER)
        assert float(shown(hass, f"{PLACE}_visitors_today").state) == counted


async def test_nothing_of_a_day_is_counted_to_the_next(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, clock: Clock
) -> None:
    """What a state of a day changes after its end, statistics and utility meters count to the day after it."""
    await hass.config.async_set_time_zone("Asia/Tokyo")
    midnight = MIDNIGHT + 15 * 3600
    clock.now = midnight - QUARTER + 90.0
    tills = simulator.world.add(NodeType.FOLDER, "Tills", simulator.world.top)
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.place, tills], ["visitors", "conversion"])
    await until_told(hass, entry)
    visitors, conversion = f"{PLACE}_visitors_today", f"{PLACE}_conversion_today"
    before = shown(hass, visitors)
    assert float(before.state) == shop.counted("visitors", shop.place, midnight - 86_400, midnight - QUARTER)
    asked, seen = requests(simulator), states_of(hass, visitors)
    clock.now = midnight + 90.0
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=QUARTER + 1))
    await until(hass, lambda: seen)
    (begun,) = seen
    assert (begun.state, begun.attributes["last_reset"]) == ("0", "2023-11-14T15:00:00+00:00")
    # Of what is not counted, or can't be said of nobody, nothing is known.
    assert shown(hass, conversion).state == "unknown"
    assert shown(hass, "sensor.moje_kamery_tills_visitors_today").state == "unknown"
    assert requests(simulator) == asked
    await quarter_passes(hass, person, clock)
    first = shop.counted("visitors", shop.place, midnight, midnight + QUARTER)
    assert first
    assert float(shown(hass, visitors).state) == first
    assert shown(hass, visitors).attributes["last_reset"] == begun.attributes["last_reset"]


async def test_when_the_next_quarter_is_asked_for(hass: HomeAssistant, person: Person, shop: Shop) -> None:
    today = (await person.add_account()).runtime_data.metrics.today
    for second in range(0, 2 * QUARTER, 7):
        now = NOW + second
        due = now + today._until_next(now).total_seconds()
        assert 60 <= due % QUARTER <= 120
        assert 1 <= due - now <= QUARTER + 1
        # A timer that goes off a little too early has asked for it.
        assert today._until_next(due - 0.9).total_seconds() > QUARTER


@pytest.mark.parametrize(
    ("now", "begins_at", "ends_at"),
    [
        # From midnight on, it is the new one, which begins with nothing. Prague, winter: UTC+1.
        (MIDNIGHT - 3600 - 1, MIDNIGHT - 90_000, MIDNIGHT - 4500),
        (MIDNIGHT - 3600, MIDNIGHT - 3600, MIDNIGHT - 3600),
        (MIDNIGHT - 2701, MIDNIGHT - 3600, MIDNIGHT - 3600),
        (MIDNIGHT - 2700, MIDNIGHT - 3600, MIDNIGHT - 2700),
        # 2023-10-29 has 25 hours.
        (1_698_620_399, 1_698_530_400, 1_698_619_500),
    ],
)
async def test_day_so_far(hass: HomeAssistant, now: float, begins_at: int, ends_at: int) -> None:
    await hass.config.async_set_time_zone("Europe/Prague")
    day = day_so_far(now)
    assert (day.begins_at, day.ends_at) == (begins_at, ends_at)
    assert dt_util.utc_from_timestamp(begins_at).astimezone(ZoneInfo("Europe/Prague")).hour == 0


async def test_choice_is_shown_changed_and_taken_back(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, entity_registry: er.EntityRegistry
) -> None:
    folder = simulator.world.add(NodeType.FOLDER, "Tills", shop.place)
    entry = await person.add_account()
    await person.options(entry)
    step = await person.choose("metrics")
    where = step["data_schema"][0]["selector"]["select"]["options"]
    assert [option["label"] for option in where] == sorted(
        ["Moje kamery", "Brno shop", "Brno shop / Tills", f"Brno shop / {shop.camera.name}"], key=str.casefold
    )
    for nodes, kinds, problem in (
        ([folder], [], "metrics_incomplete"),
        ([], ["visitors"], "metrics_incomplete"),
        ([folder], ["visitors_in"], "metrics_not_available"),
        ([shop.camera], ["sales", "conversion"], "metrics_not_available"),
    ):
        step = await person.answer(metric_nodes=[str(node.node_id) for node in nodes], metric_kinds=kinds)
        assert step["errors"] == {"base": problem}
    await person.answer(metric_nodes=[str(folder.node_id)], metric_kinds=["visitors", "sales"])
    await hass.async_block_till_done()
    assert entry.options == {"metric_nodes": [folder.node_id], "metric_kinds": ["visitors", "sales"]}
    assert shown(hass, "sensor.moje_kamery_tills_visitors_today")

    await person.options(entry)
    step = await person.choose("metrics")
    assert [each["description"]["suggested_value"] for each in step["data_schema"]] == [
        [str(folder.node_id)],
        ["visitors", "sales"],
    ]
    await person.answer(metric_nodes=[str(folder.node_id)], metric_kinds=["sales"])
    await hass.async_block_till_done()
    assert entity_registry.async_get("sensor.moje_kamery_tills_visitors_today") is None
    assert entity_registry.async_get("sensor.moje_kamery_tills_sales_today")

    await until_told(hass, entry)
    before = requests(simulator)
    await choose(hass, person, entry, [], [])
    assert entry.options == {"metric_nodes": [], "metric_kinds": []}
    assert entity_registry.async_get("sensor.moje_kamery_tills_sales_today") is None
    assert entity_registry.async_get(f"{CAMERA}_last_event")
    assert requests(simulator) == before


async def test_too_many_and_not_loaded(
    hass: HomeAssistant, person: Person, shop: Shop, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.netrex.flows.metrics_form.MAX_METRICS", 4)
    entry = await person.add_account()
    step = await choose(hass, person, entry, [shop.place], ALL_KINDS)
    assert step["errors"] == {"base": "too_many_metrics"}
    await hass.config_entries.async_unload(entry.entry_id)
    await person.options(entry)
    assert (await person.choose("metrics"))["reason"] == "account_not_loaded"


async def test_place_is_renamed_goes_and_comes_back(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, clock: Clock
) -> None:
    folder = simulator.world.add(NodeType.FOLDER, "Tills", shop.place)
    entry = await person.add_account()
    await choose(hass, person, entry, [folder, shop.place], ["visitors"])
    await until_told(hass, entry)
    assert shown(hass, "sensor.moje_kamery_tills_visitors_today").state == "unknown"
    folder.name = "Cash desks"
    await entry.runtime_data.tree.async_refresh()
    await hass.async_block_till_done()
    assert shown(hass, "sensor.moje_kamery_tills_visitors_today").name == "Moje kamery Cash desks: visitors today"

    gone = simulator.world.nodes.pop(folder.node_id)
    await entry.runtime_data.tree.async_refresh()
    await hass.async_block_till_done()
    assert hass.states.get("sensor.moje_kamery_tills_visitors_today") is None
    asked = simulator.counters["figures:values"]
    await quarter_passes(hass, person, clock)
    assert simulator.counters["figures:values"] == asked + 1
    assert float(shown(hass, f"{PLACE}_visitors_today").state)

    simulator.world.nodes[folder.node_id] = gone
    await entry.runtime_data.tree.async_refresh()
    await hass.async_block_till_done()
    assert shown(hass, "sensor.moje_kamery_tills_visitors_today").name == "Moje kamery Cash desks: visitors today"


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="graphql:statisticDataMetric", status=500),
        Fault(kind="graphql:statisticDataMetric", cut=True),
        Fault(kind="graphql:statisticDataMetric", garbage=True),
        Fault(kind="graphql:statisticDataMetric", body='{"data": {"f0": "many"}}'),
        Fault(kind="graphql:statisticDataMetric", body='{"errors": [{"message": "out of order"}]}'),
        Fault(kind="graphql:statisticDataMetric", status=429),
    ],
    ids=["500", "cut", "garbage", "no number", "error", "429"],
)
async def test_cloud_fails_and_comes_back(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, clock: Clock, fault: Fault
) -> None:
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_told(hass, entry)
    simulator.faults.add(fault)
    await quarter_passes(hass, person, clock)
    assert shown(hass, f"{PLACE}_visitors_today").state == "unavailable"
    assert shown(hass, "camera.brno_shop_accc8e10a3f1").state != "unavailable"
    simulator.faults.clear()
    await quarter_passes(hass, person, clock)
    counted = shop.counted("visitors", shop.place, MIDNIGHT, QUARTER_OVER + 2 * QUARTER)
    assert float(shown(hass, f"{PLACE}_visitors_today").state) == counted


async def test_figures_that_fail_at_first_do_not_keep_the_account_from_loading(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, clock: Clock
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql:statisticDataMetric", status=500, times=1))
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until(hass, lambda: entry.runtime_data.metrics.today.last_exception)
    assert shown(hass, f"{PLACE}_visitors_today").state == "unavailable"
    await quarter_passes(hass, person, clock)
    assert float(shown(hass, f"{PLACE}_visitors_today").state)


async def test_one_figure_that_fails_is_unknown_alone(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, clock: Clock
) -> None:
    folder = simulator.world.add(NodeType.FOLDER, "Tills", simulator.world.top)
    entry = await person.add_account()
    await choose(hass, person, entry, [folder, shop.place], ["visitors"])
    await until_told(hass, entry)
    body = '{"data": {"f0": null, "f1": 57}, "errors": [{"message": "out of order", "path": ["f0"]}]}'
    simulator.faults.add(Fault(kind="graphql:statisticDataMetric", body=body))
    await quarter_passes(hass, person, clock)
    assert shown(hass, "sensor.moje_kamery_tills_visitors_today").state == "unknown"
    assert shown(hass, f"{PLACE}_visitors_today").state == "57"
    assert entry.runtime_data.metrics.reader.requests == 2


async def test_missing_permission_becomes_an_issue_whose_fix_leads_to_a_new_sign_in(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    shop: Shop,
    clock: Clock,
    issue_registry: ir.IssueRegistry,
) -> None:
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_told(hass, entry)
    simulator.faults.add(Fault(kind="graphql:statisticDataMetric", status=403))
    await quarter_passes(hass, person, clock)
    issue_id = f"metrics_permission_missing_{entry.entry_id}"
    assert issue_registry.async_get_issue("netrex", issue_id)
    # The tree can still be read, which does not end the issue.
    await entry.runtime_data.tree.async_refresh()
    assert issue_registry.async_get_issue("netrex", issue_id)
    async with person.app.post("/api/repairs/issues/fix", json={"handler": "netrex", "issue_id": issue_id}) as response:
        step = await response.json()
    assert step["type"] == "menu"
    choice = {"next_step_id": "fix"}
    async with person.app.post(f"/api/repairs/issues/fix/{step['flow_id']}", json=choice) as response:
        step = await response.json()
    assert step["reason"] == "continue"
    assert step["next_flow"][0] == "config_flow"
    simulator.faults.clear()
    await quarter_passes(hass, person, clock)
    assert issue_registry.async_get_issue("netrex", issue_id) is None


async def test_sign_in_that_ended_is_asked_for_anew(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, clock: Clock
) -> None:
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_told(hass, entry)
    simulator.revoke_all_tokens()
    clock.now += QUARTER
    await entry.runtime_data.metrics.today.async_refresh()
    await hass.async_block_till_done()
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_refused_guess_costs_no_other_figure(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    shop: Shop,
    clock: Clock,
    caplog: pytest.LogCaptureFixture,
) -> None:
    simulator.switches.figures_raw = False
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.camera, shop.place], ["visitors_in", "visitors"])
    await until_told(hass, entry)
    assert requests(simulator) == 3
    assert shown(hass, f"{CAMERA}_people_coming_in_today").state == "unknown"
    assert float(shown(hass, f"{CAMERA}_visitors_today").state)
    assert float(shown(hass, f"{PLACE}_visitors_today").state)
    assert "peopleCountIn" in caplog.text
    await quarter_passes(hass, person, clock)
    assert requests(simulator) == 4


async def test_three_hundred_metrics_are_three_requests(
    hass: HomeAssistant, person: Person, simulator: Simulator, shop: Shop, clock: Clock
) -> None:
    shops = [simulator.world.add(NodeType.LOCATION, f"Shop {number}", simulator.world.top) for number in range(60)]
    entry = await person.add_account()
    await choose(hass, person, entry, shops, ["visitors", "passers_by", "sales", "refunds", "conversion"])
    await until_told(hass, entry)
    assert (requests(simulator), simulator.counters["figures:values"]) == (3, 300)
    await quarter_passes(hass, person, clock)
    assert (requests(simulator), simulator.counters["figures:values"]) == (6, 600)


async def test_diagnostics_count_and_name_nothing(hass: HomeAssistant, person: Person, shop: Shop) -> None:
    entry = await person.add_account()
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["metrics"]["chosen"] == 0
    await choose(hass, person, entry, [shop.camera, shop.place], ["visitors", "sales"])
    await until_told(hass, entry)
    facts = (await async_get_config_entry_diagnostics(hass, entry))["metrics"]
    assert facts["by_kind"] == {"visitors": 2, "sales": 1}
    assert facts["known_today"] == 3
    assert facts["last_query_succeeded"]
    assert "Brno" not in str(facts)
