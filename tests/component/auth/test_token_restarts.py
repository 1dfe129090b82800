"""A refresh token that is good once, and a Home Assistant that is reloaded, stopped or killed while it is renewed."""

import asyncio
from copy import deepcopy
import json
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import Event, HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
import pytest

from custom_components.netrex.auth.tokens import async_get_token_refreshes
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Simulator, Switches

from ..flows.test_config_flow import begin_to_change
from ..person import Person
from ..waiting import until
from .test_token_ends import asked_to_sign_in
from .test_tokens import expire

_REFRESH = "oauth2:token:refresh"
_ACCOUNTS = "core.config_entries"


@pytest.fixture
def switches() -> Switches:
    """A provider whose refresh tokens are good once."""
    return Switches(refresh_rotation="rotate")


@pytest.fixture(autouse=True)
def disk(hass_storage: dict[str, Any], monkeypatch: pytest.MonkeyPatch) -> dict[str, Any]:
    """What Home Assistant has written so far; its second until it writes an account is long."""
    monkeypatch.setattr("homeassistant.config_entries.SAVE_DELAY", 600)
    return hass_storage


@pytest.fixture
async def entry(hass: HomeAssistant, person: Person, disk: dict[str, Any]) -> ConfigEntry:
    """An account that is on the disk."""
    entry = await person.add_account()
    await second_over(hass, entry, disk)
    return entry


async def second_over(hass: HomeAssistant, entry: ConfigEntry, disk: dict[str, Any]) -> None:
    """Let Home Assistant write its accounts."""
    await hass.config_entries._store.async_save(hass.config_entries._data_to_save())
    assert refresh_token(entry) in on_disk(disk)


def refresh_token(entry: ConfigEntry) -> str:
    return str(entry.data["token"]["refresh_token"])


def on_disk(disk: dict[str, Any]) -> str:
    """Return what the accounts are on the disk."""
    return json.dumps(disk.get(_ACCOUNTS))


def is_good(simulator: Simulator, refresh_token: str) -> bool:
    """Ask the provider whether a refresh token could still be used."""
    tokens, client_id = simulator.service.tokens, simulator.world.application.client_id
    return tokens.refresh(refresh_token, client_id, 60, rotate=False, end_old=False) is not None


async def renew(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let the token be over, and renewed."""
    expire(hass, entry)
    await entry.runtime_data.camera_token.get()


async def begin_renewal(hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator, late: float = 0.5) -> None:
    """Let the token be renewed; the provider has spent the old one already, and its answer is on its way."""
    before = simulator.counters[_REFRESH]
    simulator.faults.add(Fault(kind=_REFRESH, late=late, times=1))
    expire(hass, entry)
    entry.async_create_background_task(hass, entry.runtime_data.tree.async_refresh(), "test")
    await until(hass, lambda: simulator.counters[_REFRESH] == before + 1, settle=False)


async def killed(hass: HomeAssistant, entry: ConfigEntry, found: dict[str, Any]) -> None:
    """Start again with what was found on the disk when Home Assistant was killed."""
    await hass.config_entries.async_unload(entry.entry_id)
    (account,) = [each for each in found[_ACCOUNTS]["data"]["entries"] if each["entry_id"] == entry.entry_id]
    hass.config_entries.async_update_entry(entry, data=account["data"])
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()


async def assert_well(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """The account is signed in, also when the token has to be renewed the next time."""
    assert entry.state is ConfigEntryState.LOADED
    expire(hass, entry)
    await entry.runtime_data.tree.async_refresh()
    assert entry.runtime_data.tree.last_update_success
    assert not asked_to_sign_in(hass)


# --- killed ------------------------------------------------------------------------------------------


async def test_killed_before_home_assistant_has_written_it(
    hass: HomeAssistant, entry: ConfigEntry, disk: dict[str, Any]
) -> None:
    found = deepcopy(disk)
    found[_ACCOUNTS]["data"]["entries"][0]["data"]["token"]["expires_at"] = 0
    await renew(hass, entry)
    assert refresh_token(entry) not in on_disk(found)
    await killed(hass, entry, found)
    # The only good token was in memory: a person has to sign in.
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert asked_to_sign_in(hass)


async def test_killed_before_it_is_written_where_refresh_tokens_stay(
    hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator, disk: dict[str, Any]
) -> None:
    simulator.switches.refresh_rotation = "same"
    found = deepcopy(disk)
    found[_ACCOUNTS]["data"]["entries"][0]["data"]["token"]["expires_at"] = 0
    await renew(hass, entry)
    await killed(hass, entry, found)
    await assert_well(hass, entry)


async def test_killed_when_home_assistant_has_written_it(
    hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator, disk: dict[str, Any]
) -> None:
    await renew(hass, entry)
    await second_over(hass, entry, disk)
    await killed(hass, entry, deepcopy(disk))
    await assert_well(hass, entry)


async def test_killed_before_the_answer_came(
    hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator, disk: dict[str, Any]
) -> None:
    await second_over(hass, entry, disk)
    await begin_renewal(hass, entry, simulator)
    found = deepcopy(disk)
    found[_ACCOUNTS]["data"]["entries"][0]["data"]["token"]["expires_at"] = 0
    await killed(hass, entry, found)
    # Nobody has ever seen the only good token: a person has to sign in.
    assert entry.state is ConfigEntryState.SETUP_ERROR
    assert asked_to_sign_in(hass)


# --- reloaded, stopped -------------------------------------------------------------------------------


async def test_reloaded_while_the_answer_is_on_its_way(
    hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator
) -> None:
    before = refresh_token(entry)
    await begin_renewal(hass, entry, simulator)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert refresh_token(entry) != before
    assert simulator.counters[_REFRESH] == 1
    await assert_well(hass, entry)


async def test_reloaded_while_there_is_no_answer(hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator) -> None:
    timing_of(hass).token_refresh_ends_within = 0.05
    await begin_renewal(hass, entry, simulator, late=1.0)
    await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert simulator.counters[_REFRESH] == 1, "the same one is waited for"
    await assert_well(hass, entry)


async def test_removed_while_the_answer_is_on_its_way(
    hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator, disk: dict[str, Any]
) -> None:
    await begin_renewal(hass, entry, simulator)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert simulator.counters["oauth2:revoke"] == 1
    # Also what had just come is revoked.
    assert not is_good(simulator, refresh_token(entry))


async def test_stopped_while_the_answer_is_on_its_way(
    hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator, disk: dict[str, Any]
) -> None:
    before = refresh_token(entry)
    await begin_renewal(hass, entry, simulator)
    await hass.async_stop()
    assert refresh_token(entry) != before
    assert refresh_token(entry) in on_disk(disk), "the next start finds it"


async def test_stopped_while_there_is_no_answer(hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator) -> None:
    timing_of(hass).token_refresh_ends_within = 0.05
    simulator.faults.add(Fault(kind=_REFRESH, hang=True))
    expire(hass, entry)
    entry.async_create_background_task(hass, entry.runtime_data.tree.async_refresh(), "test")
    await until(hass, lambda: simulator.counters[_REFRESH] == 1, settle=False)
    async with asyncio.timeout(20):
        await hass.async_stop()


async def test_nothing_is_spent_once_home_assistant_stops(
    hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator
) -> None:
    async def ask(_event: Event) -> None:
        expire(hass, entry)
        with pytest.raises(ConfigEntryNotReady):
            await entry.runtime_data.token.get()
        refused.append(True)

    refused: list[bool] = []
    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_FINAL_WRITE, ask)
    await hass.async_stop()
    assert refused
    assert simulator.counters[_REFRESH] == 0


async def choose_another_scope(person: Person, entry: ConfigEntry) -> None:
    """Change the account's permissions, up to the sign-in."""
    await begin_to_change(person, entry.entry_id)
    await person.choose("permissions")
    await person.answer(scopes=["read", "liveview", "liveview_ptz"])


async def test_signed_in_anew_while_the_answer_is_on_its_way(
    hass: HomeAssistant, entry: ConfigEntry, person: Person, simulator: Simulator
) -> None:
    await choose_another_scope(person, entry)
    await begin_renewal(hass, entry, simulator, late=1.0)
    step = await person.sign_in()
    assert step["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    # The answer of the old sign-in would not have the new permission.
    granted = simulator.service.tokens.look_up(entry.data["token"]["access_token"])
    assert "liveview_ptz" in granted.scopes
    await assert_well(hass, entry)


@pytest.fixture
def _impatient(hass: HomeAssistant) -> None:
    timing_of(hass).token_refresh_ends_within = 0.05


@pytest.mark.usefixtures("_impatient")
async def test_signed_in_anew_while_there_is_no_answer(
    hass: HomeAssistant, entry: ConfigEntry, person: Person, simulator: Simulator
) -> None:
    await choose_another_scope(person, entry)
    await begin_renewal(hass, entry, simulator, late=3.0)
    renewal = async_get_token_refreshes(hass).get(entry.entry_id)
    assert renewal
    waiting = asyncio.create_task(entry.runtime_data.token.get())
    step = await person.sign_in()
    assert step["reason"] == "reconfigure_successful"
    await hass.async_block_till_done()
    await asyncio.wait({renewal, waiting})
    with pytest.raises(ConfigEntryNotReady, match="being signed in again"):
        waiting.result()
    # An answer that comes after all is no longer wanted.
    granted = simulator.service.tokens.look_up(entry.data["token"]["access_token"])
    assert "liveview_ptz" in granted.scopes
    await assert_well(hass, entry)


@pytest.mark.usefixtures("_impatient")
async def test_changed_to_an_api_token_while_there_is_no_answer(
    hass: HomeAssistant, entry: ConfigEntry, person: Person, simulator: Simulator, disk: dict[str, Any]
) -> None:
    await begin_to_change(person, entry.entry_id)
    await person.choose("auth_method")
    await person.choose("api_token")
    await begin_renewal(hass, entry, simulator, late=3.0)
    renewal = async_get_token_refreshes(hass).get(entry.entry_id)
    assert renewal
    await person.answer(api_token=simulator.api_token(scopes={"read", "configuration"}))
    await hass.async_block_till_done()
    await asyncio.wait({renewal})
    await hass.async_block_till_done()
    assert "token" not in entry.data
    assert entry.state is ConfigEntryState.LOADED
