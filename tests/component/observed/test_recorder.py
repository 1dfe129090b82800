"""What an account showed is kept: in values of closed lists, over restarts, until the account is removed."""

from datetime import date
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import flush_store

from custom_components.netrex.observed.recorder import ObservedFacts, async_get_observed, async_remove_observed
from custom_components.netrex.transport.facts import FACTS, Fact, best_height, lasted, lifetime, prepared_in
from simulator import Simulator
from tests.component.listening import CAMERA, add_listening
from tests.component.person import Person
from tests.component.waiting import poll, until

_KEY = "netrex.observed.x"


async def after_a_restart(hass: HomeAssistant) -> dict[str, Any]:
    """Return what is known when the file alone is left."""
    recorder = ObservedFacts(hass, "x")
    await recorder.load()
    return {key: fact["seen"] for key, fact in recorder.as_diagnostics().items() if fact["seen"]}


@pytest.mark.usefixtures("freezer")
async def test_states(hass: HomeAssistant) -> None:
    recorder = await async_get_observed(hass, "x")
    recorder.note(Fact.GRANT_TYPE, "authorization_code")
    recorder.note(Fact.FILE_RANGE, "ignored")
    recorder.note(Fact.CAMERA_COUNTS, "refused")
    recorder.note(Fact.CAMERA_COUNTS, "answered")
    recorder.note(Fact.JSON_TYPE, "a text of a server's")
    told = recorder.as_diagnostics()
    assert told.keys() == FACTS.keys()
    assert {key: fact["state"] for key, fact in told.items() if fact["state"] != "not_met"} == {
        "grant_type": "confirmed",
        "file_range": "refuted",
        "camera_counts": "varies",
    }
    today = dt_util.utcnow().date().isoformat()
    assert told["camera_counts"] == {
        "id": "NX-KPI-3",
        "state": "varies",
        "seen": {"refused": today, "answered": today},
    }


@pytest.mark.parametrize(
    ("values", "kept"), [(["viewer", "administrator", "operator"], "administrator"), (["viewer"], "viewer")]
)
async def test_only_the_highest_counts(hass: HomeAssistant, values: list[str], kept: str) -> None:
    recorder = await async_get_observed(hass, "x")
    for value in values:
        recorder.note(Fact.LOGIN_LEVEL, value)
    assert list(recorder.as_diagnostics()["login_level"]["seen"]) == [kept]


async def test_written_once_and_only_if_there_is_news(
    hass: HomeAssistant, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG")
    recorder = await async_get_observed(hass, "x")
    for _ in range(3):
        for fact in Fact:
            recorder.note(fact, fact.values[0])
    assert _KEY not in hass_storage
    await flush_store(recorder._store)
    for fact in Fact:
        recorder.note(fact, fact.values[0])
    await flush_store(recorder._store)
    assert sum(f"Writing data to {_KEY}" in line for line in caplog.messages) == 1
    assert (await after_a_restart(hass)).keys() == FACTS.keys()


async def test_all_that_can_be_known_is_small(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    recorder = await async_get_observed(hass, "x")
    for fact in Fact:
        for value in fact.values:
            recorder.note(fact, value)
    await flush_store(recorder._store)
    assert len(str(hass_storage[_KEY])) < 6000


async def test_reloaded_before_it_is_written(hass: HomeAssistant, person: Person) -> None:
    entry = await person.add_account()
    seen = entry.runtime_data.observed.as_diagnostics()
    assert seen["grant_type"]["state"] == "confirmed"
    await hass.config_entries.async_reload(entry.entry_id)
    assert entry.runtime_data.observed.as_diagnostics()["grant_type"] == seen["grant_type"]


@pytest.mark.usefixtures("freezer")
async def test_written_when_home_assistant_stops(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    (await async_get_observed(hass, "x")).note(Fact.NODE_ID, "number")
    await hass.async_stop(force=True)
    assert hass_storage[_KEY]["data"] == {"node_id": {"number": dt_util.utcnow().date().isoformat()}}


@pytest.mark.parametrize(
    "data",
    [
        7,
        [],
        {"node_id": 7, "no fact": {"number": "2026-01-01"}},
        {"node_id": {"number": 7, "text": "no date", "no value": "2026-01-01"}},
    ],
)
async def test_what_makes_no_sense_is_left_out(hass: HomeAssistant, hass_storage: dict[str, Any], data: Any) -> None:
    hass_storage[_KEY] = {"version": 1, "minor_version": 1, "key": _KEY, "data": data}
    assert await after_a_restart(hass) == {}


async def test_nothing_brings_back_what_was_removed(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    recorder = await async_get_observed(hass, "x")
    recorder.note(Fact.NODE_ID, "number")
    await async_remove_observed(hass, "x")
    recorder.note(Fact.FILE_RANGE, "taken")
    await flush_store(recorder._store)
    assert _KEY not in hass_storage
    assert (await async_get_observed(hass, "x")).as_diagnostics()["node_id"]["seen"] == {}


async def test_what_is_kept_names_nobody(
    hass: HomeAssistant, person: Person, simulator: Simulator, hass_storage: dict[str, Any]
) -> None:
    entry = await add_listening(hass, person)
    await until(hass, lambda: hass.states.get(f"camera.{CAMERA}"))
    simulator.expire_access_tokens()
    await poll(hass, entry)
    await flush_store(entry.runtime_data.observed._store)
    kept = hass_storage[f"netrex.observed.{entry.entry_id}"]["data"]
    assert len(kept) > 5
    for key, values in kept.items():
        for value, day in values.items():
            assert value in FACTS[key].values
            assert date.fromisoformat(day)


@pytest.mark.parametrize(
    ("told", "value"),
    [
        (lifetime(30), "under_5_minutes"),
        (lifetime(1800), "under_1_hour"),
        (lifetime(3599), "1_hour"),
        (lifetime(3600), "1_hour"),
        (lifetime(86_400), "up_to_1_day"),
        (lifetime(86_401), "longer"),
        (lasted(3), "seconds"),
        (lasted(60), "1_minute"),
        (lasted(3599), "10_minutes"),
        (lasted(3600), "1_hour"),
        (lasted(1e6), "6_hours"),
        (best_height([]), "none"),
        (best_height([480, 720, 800]), "up_to_1080"),
        (best_height([4320]), "higher"),
        (prepared_in(59), "under_1_minute"),
        (prepared_in(600), "under_10_minutes"),
    ],
)
def test_classes(told: str, value: str) -> None:
    assert told == value
    assert any(value in fact.values for fact in Fact)


def test_facts_can_be_confirmed_and_told_apart() -> None:
    assert all(set(fact.assumed) <= set(fact.values) for fact in Fact)
    assert len({fact.fact_id for fact in Fact}) == len(Fact)
