"""What the system health page says of several accounts at several providers."""

import asyncio
from collections.abc import AsyncIterator
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryDisabler
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info

from simulator import Fault, Simulator, Switches, World

from ..person import Person
from ..waiting import until_ready


async def health(hass: HomeAssistant) -> dict[str, Any]:
    """Return the page's part, with its checks done."""
    told = await get_system_health_info(hass, "netrex")
    return {key: await value if asyncio.iscoroutine(value) else value for key, value in told.items()}


@pytest.mark.parametrize("camera_count", [3])
async def test_system_health_of_one_account(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    await until_ready(hass, entry)
    simulator.faults.add(Fault(kind="graphql", status=429))
    await entry.runtime_data.tree.async_refresh()
    simulator.faults.clear()
    told = await health(hass)
    # The dialog has asked once as well, before there was an account.
    assert told.pop("cloud_calls") == simulator.counters["graphql"] - 1
    age = dt_util.utcnow() - told.pop("last_response")
    assert 0 <= age.total_seconds() < 60
    assert told.pop("camera_calls") >= 3 * 3
    assert told == {
        "accounts": 1,
        "accounts_loaded": 1,
        "problems": 0,
        "cameras": 3,
        "cameras_reachable": 3,
        "cameras_sending_events": 3,
        "cloud_failures": 1,
        "camera_failures": 0,
        "limits_hit": 1,
        "reach_provider": "ok",
    }


async def test_open_repairs_are_counted(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=403))
    await entry.runtime_data.tree.async_refresh()
    assert (await health(hass))["problems"] == 1


async def test_system_health_without_an_account(hass: HomeAssistant, person: Person) -> None:
    told = await get_system_health_info(hass, "netrex")
    told.pop("reach_provider").close()
    assert told == {"accounts": 0}


@pytest.fixture
async def other() -> AsyncIterator[Simulator]:
    """Another provider, with two cameras."""
    async with Simulator(Switches(), World.with_cameras(2)) as running:
        yield running


async def add_other(hass: HomeAssistant, person: Person, other: Simulator) -> ConfigEntry:
    """Add an account at another provider."""
    return await Person(hass, other, person.browser, person.app).add_second_account()


async def test_each_provider_is_checked_and_none_is_named(
    hass: HomeAssistant, person: Person, other: Simulator
) -> None:
    entry = await person.add_account()
    second = await add_other(hass, person, other)
    await until_ready(hass, entry)
    await until_ready(hass, second)
    told = await health(hass)
    assert told["accounts"] == told["accounts_loaded"] == 2
    assert told["cameras"] == told["cameras_reachable"] == 3
    # An API token may listen too.
    assert told["cameras_sending_events"] == 3
    assert told["reach_other_provider"] == told["reach_other_provider_2"] == "ok"
    assert "reach_provider" not in told
    assert "127.0.0.1" not in str(told)


async def test_account_that_does_not_load_is_checked_above_all(
    hass: HomeAssistant, person: Person, simulator: Simulator, other: Simulator
) -> None:
    entry = await person.add_account()
    second = await add_other(hass, person, other)
    await until_ready(hass, entry)
    other.faults.add(Fault(kind="*", cut=True))
    await hass.config_entries.async_reload(second.entry_id)
    # Nobody listens where it was.
    hass.config_entries.async_update_entry(second, data={**second.data, "provider": "http://127.0.0.1:1"})
    told = await health(hass)
    assert (told["accounts"], told["accounts_loaded"]) == (2, 1)
    assert told["cameras"] == 1
    assert told["reach_other_provider"] == "ok"
    assert told["reach_other_provider_2"] == {"type": "failed", "error": "unreachable"}


async def test_accounts_at_one_provider_share_its_check(
    hass: HomeAssistant, person: Person, simulator: Simulator, other: Simulator
) -> None:
    await person.add_account()
    second = await add_other(hass, person, other)
    hass.config_entries.async_update_entry(second, data={**second.data, "provider": simulator.url})
    told = await health(hass)
    assert told["accounts"] == 2
    assert [key for key in told if key.startswith("reach")] == ["reach_provider"]


async def test_well_known_providers_are_named(hass: HomeAssistant, person: Person, other: Simulator) -> None:
    entry = await person.add_account()
    await add_other(hass, person, other)
    hass.config_entries.async_update_entry(entry, data={**entry.data, "provider": "https://cloud.camstreamer.com"})
    told = await get_system_health_info(hass, "netrex")
    checks = {key: value for key, value in told.items() if asyncio.iscoroutine(value)}
    for check in checks.values():
        check.close()
    assert list(checks) == ["cloud.camstreamer.com", "reach_other_provider"]


async def test_whoever_heard_nothing_for_longest_decides(
    hass: HomeAssistant, person: Person, other: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await person.add_account()
    second = await add_other(hass, person, other)
    monkeypatch.setattr(second.runtime_data.calls, "_answered_at", time.monotonic() - 7200)
    assert entry.runtime_data.calls.seconds_since_answer < 60
    told = await health(hass)
    assert 7200 <= (dt_util.utcnow() - told["last_response"]).total_seconds() < 7260


async def test_disabled_accounts_do_not_count(hass: HomeAssistant, person: Person) -> None:
    entry = await person.add_account()
    await hass.config_entries.async_set_disabled_by(entry.entry_id, ConfigEntryDisabler.USER)
    told = await get_system_health_info(hass, "netrex")
    told.pop("reach_provider").close()
    assert told == {"accounts": 0}
