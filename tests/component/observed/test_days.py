"""After a day of an account, diagnostics say what it showed of the service, in every position of the switches."""

from datetime import timedelta
import json
from typing import Any

from homeassistant.components.camera import async_get_stream_source
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.diagnostics import get_diagnostics_for_config_entry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.netrex.tasks.timing import timing_of
from simulator import Simulator, Switches
from tests.component.account.test_account import expire_token
from tests.component.browsing import MediaBrowser, RefusedError
from tests.component.listening import CAMERA, nothing_is_going_on, serial_of
from tests.component.person import Person
from tests.component.waiting import poll, until
from tests.observed_days import DAYS, Day
from tests.secrets_in_logs import leaks

pytestmark = pytest.mark.usefixtures("quick_polls", "quick_rechecks", "own_resolver")
#: Seconds, and some for what is under way.
_STATES_WITHIN = 3.5
_SCOPES = ["read", "write", "liveview", "recordings", "events"]


@pytest.fixture(params=DAYS, ids=lambda day: day.name)
def day(request: pytest.FixtureRequest) -> Day:
    return request.param


@pytest.fixture
def switches(day: Day) -> Switches:
    return day.switches()


@pytest.fixture(autouse=True)
async def _prepared(hass: HomeAssistant, simulator: Simulator, day: Day) -> None:
    """The page of diagnostics is there before the first client comes."""
    assert await async_setup_component(hass, "diagnostics", {})
    timing_of(hass).declarations_after = timing_of(hass).declarations_pause = 0.05
    (camera,) = simulator.world.cameras.values()
    camera.login_level = day.login_level  # type: ignore[assignment]
    (node,) = simulator.world.camera_nodes()
    simulator.world.accounts["guest"].sees = frozenset({node.node_id})
    nothing_is_going_on(simulator, "motion")


async def report(hass: HomeAssistant, client: ClientSessionGenerator, entry: ConfigEntry) -> dict[str, Any]:
    return dict((await get_diagnostics_for_config_entry(hass, client, entry))["observed"])


async def watch(hass: HomeAssistant, person: Person, entry: ConfigEntry) -> None:
    """Watch live for a moment, and wait for what the events show."""
    source = await async_get_stream_source(hass, f"camera.{CAMERA}")
    async with person.app.session.get(source) as answer:
        assert await answer.content.readany()
    if not person.simulator.switches.event_initial_states:
        (connection,) = entry.runtime_data.connections.values()
        await until(hass, lambda: (connection.coming_for or 0.0) > _STATES_WITHIN)
        person.simulator.happen(serial_of(person.simulator), "motion")
    await until(hass, lambda: seen(entry, "event_states"))
    await until(hass, lambda: seen(entry, "endless_answer"))
    if person.simulator.switches.event_declarations != "broken":
        await until(hass, lambda: seen(entry, "event_list"))


def seen(entry: ConfigEntry, key: str) -> dict[str, str]:
    return dict(entry.runtime_data.observed.as_diagnostics()[key]["seen"])


async def play(browser: MediaBrowser, person: Person, entry: ConfigEntry) -> None:
    """List what was recorded, and play a piece of an hour ago, if that is possible."""
    start = dt_util.utcnow() - timedelta(hours=2)
    interval = {"start": start.isoformat(), "end": (start + timedelta(minutes=30)).isoformat()}
    data = {"entity_id": f"camera.{CAMERA}", **interval}
    await person.hass.services.async_call("netrex", "list_recordings", data, blocking=True, return_response=True)
    (node,) = person.simulator.world.camera_nodes()
    begins_at = int((dt_util.utcnow() - timedelta(hours=1)).timestamp())
    try:
        url = await browser.resolve(f"recording/{entry.entry_id}/{node.node_id}/{begins_at}/{begins_at + 20}/0")
    except RefusedError:
        return
    async with browser.player.get(url) as answer:
        await answer.read()


async def live_a_day(
    hass: HomeAssistant, person: Person, browser: MediaBrowser, simulator: Simulator, day: Day
) -> ConfigEntry:
    guest = "guest_top_is_null" in day.positions
    entry = await person.add_account(_SCOPES, username="guest" if guest else "owner")
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.condition != "checking")
    if camera.condition == "reachable":
        await watch(hass, person, entry)
    expire_token(hass, entry)
    await poll(hass, entry)
    simulator.expire_access_tokens()
    await poll(hass, entry)
    if camera.condition == "reachable":
        await play(browser, person, entry)
        simulator.world.cameras[camera.serial].online = False
        camera.request_check()
        await until(hass, lambda: camera.condition == "unreachable")
    return entry


async def test_what_a_day_shows(
    hass: HomeAssistant,
    person: Person,
    browser: MediaBrowser,
    simulator: Simulator,
    hass_client: ClientSessionGenerator,
    hass_storage: dict[str, Any],
    day: Day,
) -> None:
    entry = await live_a_day(hass, person, browser, simulator, day)
    told = await report(hass, hass_client, entry)
    expected = {**day.seen, **day.at_home}
    shown = {key: "+".join(told[key]["seen"]) for key in expected}
    assert shown == expected
    # What is kept names nobody, and nothing of it is long.
    text = json.dumps(told)
    names = {node.name for node in simulator.world.nodes.values()} | set(simulator.world.cameras)
    assert not leaks(text, simulator.issued_secrets() | names)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert not [key for key in hass_storage if key.startswith("netrex.observed")]
