"""Sign-ins that nobody uses any more are revoked at the provider; the one that is used never by our own doing."""

import asyncio
import time

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, NodeType, Simulator, Switches

from ..flows.test_config_flow import begin_to_change
from ..person import Person
from ..waiting import until

_REVOKE = "oauth2:revoke"


def access_tokens(simulator: Simulator) -> set[str]:
    """Return the access tokens of sign-ins that the provider would accept now."""
    return {
        secret
        for secret in simulator.service.tokens.issued()
        if (token := simulator.service.tokens.look_up(secret)) is not None and token.oauth
    }


async def revocations_over(hass: HomeAssistant) -> None:
    """Wait until nothing is being revoked any more."""
    await until(hass, lambda: all(not task.get_name().startswith("netrex revoke") for task in asyncio.all_tasks()))
    await hass.async_block_till_done()


async def until_only(hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry) -> None:
    """Wait until the account's own sign-in is the only one left, and see that it is whole."""
    await until(hass, lambda: access_tokens(simulator) == {entry.data["token"]["access_token"]})
    await revocations_over(hass)
    token = {**entry.data["token"], "expires_at": time.time() - 60}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})
    await entry.runtime_data.tree.async_refresh()
    assert entry.runtime_data.tree.last_update_success
    assert not hass.config_entries.flow.async_progress()


async def to_second_sign_in(person: Person, scopes: list[str]) -> None:
    """From the menu of ways in to the provider's page, with the credentials that are stored."""
    await person.choose("scopes")
    await person.answer(scopes=scopes)
    await person.use_stored_credentials()


async def change_scopes(person: Person, entry: ConfigEntry, scopes: list[str]) -> None:
    """Sign in for other permissions."""
    await begin_to_change(person, entry.entry_id)
    await person.choose("auth_method")
    await to_second_sign_in(person, scopes)
    step = await person.sign_in()
    assert step["reason"] == "reconfigure_successful"
    await person.hass.async_block_till_done()


async def test_wider_sign_in_that_is_replaced(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account(["read", "liveview", "liveview_ptz", "write"])
    await change_scopes(person, entry, ["read", "liveview"])
    await until_only(hass, simulator, entry)
    (token,) = access_tokens(simulator) & {entry.data["token"]["access_token"]}
    assert simulator.service.tokens.look_up(token).scopes == {"read", "liveview"}


async def test_old_sign_in_whose_access_token_is_over(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    refresh_token = entry.data["token"]["refresh_token"]
    await hass.config_entries.async_unload(entry.entry_id)
    simulator.expire_access_tokens()
    token = {**entry.data["token"], "expires_at": time.time() - 60}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})
    await change_scopes(person, entry, ["read"])
    await until_only(hass, simulator, entry)
    assert refresh_token not in simulator.service.tokens._grants


async def test_sign_in_that_is_replaced_by_an_api_token(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await begin_to_change(person, entry.entry_id)
    await person.choose("auth_method")
    await person.choose("api_token")
    token = simulator.api_token(scopes={"read", "configuration"})
    await person.answer(api_token=token)
    await until(hass, lambda: not access_tokens(simulator))
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    # Tokens that a person made are theirs.
    await begin_to_change(person, entry.entry_id)
    await person.choose("auth_method")
    await to_second_sign_in(person, ["read"])
    assert (await person.sign_in())["reason"] == "reconfigure_successful"
    await until_only(hass, simulator, entry)
    assert simulator.service.tokens.look_up(token)


async def test_sign_in_again(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    entry.async_start_reauth(hass)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    await person.continue_flow(flow["flow_id"])
    await person.answer()
    assert (await person.sign_in())["reason"] == "reauth_successful"
    await hass.async_block_till_done()
    await until_only(hass, simulator, entry)


async def test_account_that_is_there_already(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    await person.choose_provider()
    await to_second_sign_in(person, ["read"])
    assert (await person.sign_in())["reason"] == "already_configured"
    await until_only(hass, simulator, entry)


async def test_wrong_account(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    folder = simulator.world.add(NodeType.FOLDER, "Pro hosta", simulator.world.top)
    simulator.world.accounts["guest"].sees = frozenset({folder.node_id})
    await begin_to_change(person, entry.entry_id)
    await person.choose("auth_method")
    await to_second_sign_in(person, ["read"])
    assert (await person.sign_in("guest"))["reason"] == "wrong_account"
    await until_only(hass, simulator, entry)


@pytest.mark.parametrize(
    ("reason", "fault"), [("no_lasting_access", None), ("no_permission_to_read", Fault(kind="graphql", status=403))]
)
async def test_sign_in_that_is_refused_at_the_end(
    hass: HomeAssistant, person: Person, simulator: Simulator, reason: str, fault: Fault | None
) -> None:
    simulator.switches.one_time_only = fault is None
    await person.to_sign_in()
    if fault is not None:
        simulator.faults.add(fault)
    assert (await person.sign_in())["reason"] == reason
    await until(hass, lambda: simulator.counters[_REVOKE] == 1 and not access_tokens(simulator))


async def test_dialog_that_is_closed_at_the_end(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    await person.to_sign_in()
    simulator.faults.add(Fault(kind="graphql", status=503))
    step = await person.sign_in()
    assert step["step_id"] == "check_account"
    assert access_tokens(simulator)
    async with person.app.delete(f"/api/config/config_entries/flow/{step['flow_id']}") as response:
        assert response.status == 200
    await until(hass, lambda: not access_tokens(simulator))


@pytest.mark.parametrize("kind", ["oauth2:token:code", "graphql:nodeList"])
@pytest.mark.parametrize("changing", [True, False])
async def test_dialog_that_is_closed_while_the_provider_is_waited_for(
    hass: HomeAssistant, person: Person, simulator: Simulator, kind: str, *, changing: bool
) -> None:
    entry = await person.add_account() if changing else None
    before = dict(entry.data) if entry else {}
    if entry:
        await begin_to_change(person, entry.entry_id)
        await person.choose("auth_method")
        await to_second_sign_in(person, ["read"])
    else:
        await person.to_sign_in()
    flow_id, asked = person.step["flow_id"], simulator.counters[kind]
    back = await person.walk_provider_pages(person.step["url"])
    simulator.faults.add(Fault(kind=kind, late=0.3, times=1))
    (await person.browser.get(back.path_qs)).close()
    looking = asyncio.create_task(person.look())
    await until(hass, lambda: simulator.counters[kind] > asked, settle=False)
    hass.config_entries.flow.async_abort(flow_id)
    await asyncio.wait({looking})
    await until(hass, lambda: simulator.counters[_REVOKE])
    if entry:
        assert dict(entry.data) == before
        await until_only(hass, simulator, entry)
    else:
        await until(hass, lambda: not access_tokens(simulator))
        assert not hass.config_entries.async_entries("netrex")


async def test_provider_that_does_not_answer_holds_nobody(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).revocation_timeout = 0.5
    entry = await person.add_account()
    simulator.faults.add(Fault(kind=_REVOKE, hang=True))
    async with asyncio.timeout(10):
        await change_scopes(person, entry, ["read", "liveview"])
    assert entry.state is ConfigEntryState.LOADED
    await revocations_over(hass)
    assert simulator.counters[_REVOKE] == 1


@pytest.mark.parametrize("switches", [Switches(second_sign_in="same")])
async def test_provider_that_gives_the_same_tokens_again(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await change_scopes(person, entry, ["read", "liveview"])
    await person.choose_provider()
    await to_second_sign_in(person, ["read"])
    assert (await person.sign_in())["reason"] == "already_configured"
    await revocations_over(hass)
    assert simulator.counters[_REVOKE] == 0
    await entry.runtime_data.tree.async_refresh()
    assert entry.runtime_data.tree.last_update_success


@pytest.mark.parametrize("switches", [Switches(revoke_ends="account")])
async def test_provider_that_ends_all_sign_ins_of_an_account_at_once(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """Revoking ends the new sign-in as well: one more is asked for, which then stays."""
    entry = await person.add_account()
    await change_scopes(person, entry, ["read", "liveview"])
    await until(hass, lambda: not access_tokens(simulator))
    await revocations_over(hass)
    if entry.state is ConfigEntryState.LOADED:
        await entry.runtime_data.tree.async_refresh()
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"
    await person.continue_flow(flow["flow_id"])
    await person.answer()
    assert (await person.sign_in())["reason"] == "reauth_successful"
    await revocations_over(hass)
    assert entry.state is ConfigEntryState.LOADED
    await until_only(hass, simulator, entry)
