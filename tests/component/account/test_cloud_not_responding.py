"""A cloud that has not answered for hours: shown once, checked in a dialog, cleared automatically."""

import time

from homeassistant.core import HomeAssistant
import pytest

from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Simulator

from ..person import Person
from ..test_repairs import answer, fix, issues


@pytest.fixture
def impatient(hass: HomeAssistant) -> None:
    """Six hours are over at once."""
    timing_of(hass).cloud_silent_after = 0.0


async def test_a_short_outage_is_not_told_of(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=503))
    await entry.runtime_data.tree.async_refresh()
    assert not entry.runtime_data.tree.last_update_success
    assert issues(hass) == {}


async def test_hours_of_silence_are_told_and_end_by_themselves(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = await person.add_account()
    tree = entry.runtime_data.tree
    simulator.faults.add(Fault(kind="graphql", cut=True))
    tree._answered_at = time.monotonic() - 6 * 3600 + 60
    await tree.async_refresh()
    assert issues(hass) == {}
    tree._answered_at -= 60
    await tree.async_refresh()
    issue = issues(hass)["cloud_not_responding"]
    assert issue.is_fixable
    assert issue.translation_placeholders == {
        "account": simulator.world.top.name,
        "host": simulator.url.removeprefix("http://"),
    }
    simulator.faults.clear()
    await tree.async_refresh()
    assert issues(hass) == {}
    simulator.faults.add(Fault(kind="graphql", cut=True))
    await tree.async_refresh()
    assert issues(hass) == {}, "each answer restarts the hours"


@pytest.mark.usefixtures("impatient")
async def test_its_dialog_asks_again_and_says_why_there_is_no_answer(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=500))
    await entry.runtime_data.tree.async_refresh()
    asked = simulator.counters["graphql"]
    step = await fix(person, "cloud_not_responding")
    assert simulator.counters["graphql"] == asked + 1
    assert step["errors"] == {"base": "cloud_unreachable"}
    for fault, error in (
        (Fault(kind="graphql", status=429), "cloud_busy"),
        (Fault(kind="graphql", status=200, body='{"data": {"nodeList": []}}'), "cloud_unexpected_answer"),
    ):
        simulator.faults.clear()
        simulator.faults.add(fault)
        step = await answer(person)
        assert step["errors"] == {"base": error}
    simulator.faults.clear()
    step = await answer(person)
    assert step["type"] == "create_entry"
    assert issues(hass) == {}


@pytest.mark.usefixtures("impatient")
async def test_silence_at_the_sign_in_counts_as_well(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await person.add_account()
    expired = {**entry.data["token"], "expires_at": time.time() - 60}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": expired})
    simulator.faults.add(Fault(kind="oauth2:token", status=503))
    await entry.runtime_data.tree.async_refresh()
    assert "cloud_not_responding" in issues(hass)
    # What the log says is for people as well.
    (line,) = (record.getMessage() for record in caplog.records if record.levelname == "ERROR")
    host = simulator.url.removeprefix("http://")
    assert (
        line == f"Error fetching netrex tree data: {host} can't be reached. Home Assistant will try again automatically"
    )
    await fix(person, "cloud_not_responding")
    step = await answer(person)
    assert step["errors"] == {"base": "cloud_unreachable"}
    # A person need not wait until a pause is over.
    simulator.faults.clear()
    step = await answer(person)
    assert step["type"] == "create_entry"
    simulator.faults.add(Fault(kind="oauth2:token", status=503))
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": expired})
    await entry.runtime_data.tree.async_refresh()
    facts = await async_get_config_entry_diagnostics(hass, entry)
    assert facts["sign_in"]["last_failure"] == "OAuth2TokenRequestTransientError"


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize(("status", "shown"), [(403, {"permission_missing"}), (401, set())])
async def test_a_refusal_is_no_silence(
    hass: HomeAssistant, person: Person, simulator: Simulator, status: int, shown: set[str]
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=500, times=1))
    simulator.faults.add(Fault(kind="graphql", status=status))
    simulator.faults.add(Fault(kind="oauth2:token:refresh", status=401))
    await entry.runtime_data.tree.async_refresh()
    assert set(issues(hass)) == {"cloud_not_responding"}
    await entry.runtime_data.tree.async_refresh()
    assert set(issues(hass)) - {f"config_entry_reauth_netrex_{entry.entry_id}"} == shown


@pytest.mark.usefixtures("impatient")
async def test_it_goes_with_the_account(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=500))
    await entry.runtime_data.tree.async_refresh()
    await fix(person, "cloud_not_responding")
    await hass.config_entries.async_unload(entry.entry_id)
    assert issues(hass) == {}
    step = await answer(person)
    assert step["reason"] == "account_not_loaded"


@pytest.mark.usefixtures("impatient")
async def test_tokens_that_are_refused_right_after_they_were_given(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=401))
    await entry.runtime_data.tree.async_refresh()
    assert set(issues(hass)) == {"cloud_not_responding"}
    await fix(person, "cloud_not_responding")
    step = await answer(person)
    assert step["errors"] == {"base": "cloud_refused_fresh_token"}
