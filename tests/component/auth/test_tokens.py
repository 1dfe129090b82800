"""The sign-in's token is renewed once for all, to the end, whoever asked for it and gave up."""

import asyncio
import time

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ConfigEntryNotReady
import pytest

from custom_components.netrex.auth.tokens import async_get_token_refreshes
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import UnreachableError
from simulator import Fault, Simulator, Switches

from ..person import Person
from ..waiting import until

_REFRESH = "oauth2:token:refresh"


@pytest.fixture
def switches() -> Switches:
    """A provider whose refresh tokens are good once."""
    return Switches(refresh_rotation="rotate")


def expire(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let the clock say that the token is over."""
    ends_in(hass, entry, -60)


def ends_in(hass: HomeAssistant, entry: ConfigEntry, seconds: float) -> None:
    """Let the token end in so many seconds, by the clock."""
    token = {**entry.data["token"], "expires_at": time.time() + seconds}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})


async def test_caller_that_gives_up_does_not_lose_the_next_refresh_token(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    before = entry.data["token"]["refresh_token"]
    simulator.faults.add(Fault(kind=_REFRESH, delay=0.3, times=1))
    expire(hass, entry)
    asking = asyncio.create_task(entry.runtime_data.camera_token.get())
    await until(hass, lambda: simulator.counters[_REFRESH] == 1, settle=False)
    asking.cancel()
    await until(hass, lambda: entry.data["token"]["refresh_token"] != before, settle=False)
    expire(hass, entry)
    assert await entry.runtime_data.camera_token.get()
    assert simulator.counters[_REFRESH] == 2
    assert not [flow for flow in hass.config_entries.flow.async_progress() if flow["handler"] == "netrex"]


async def test_many_who_ask_share_one_refresh(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    expire(hass, entry)
    tokens = await asyncio.gather(*(entry.runtime_data.camera_token.get() for _ in range(50)))
    assert len(set(tokens)) == 1
    assert simulator.counters[_REFRESH] == 1


async def all_ask(entry: ConfigEntry) -> list[object]:
    """Let as many cameras ask for the token as a large account has."""
    asking = (entry.runtime_data.camera_token.get() for _ in range(300))
    return list(await asyncio.gather(*asking, return_exceptions=True))


async def test_outage_of_the_token_endpoint_is_one_request_after_each_pause(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    entry = await person.add_account()
    token = entry.runtime_data.token
    simulator.faults.add(Fault(kind=_REFRESH, status=503))
    expire(hass, entry)
    pauses: list[float] = []
    for number in range(1, 9):
        for _ in range(3):
            assert {type(told) for told in await all_ask(entry)} == {UnreachableError}
        assert simulator.counters[_REFRESH] == number
        pauses.append(token._paused_until - time.monotonic())
        token._paused_until = 0.0
    assert pauses[0] < pauses[2] < pauses[4]
    assert max(pauses) <= 72
    assert len({round(pause, 3) for pause in pauses[-3:]}) == 3, "not all homes ask at the same time"
    simulator.faults.clear()
    assert {type(told) for told in await all_ask(entry)} == {str}
    lines = [record.getMessage() for record in caplog.records if record.name.endswith("netrex.auth.tokens")]
    assert [line.partition(" be ")[0].partition(" has ")[0] for line in lines if "renewed" in line] == [
        f"The sign-in at {simulator.url.removeprefix('http://')} can't",
        f"The sign-in at {simulator.url.removeprefix('http://')}",
    ]


@pytest.mark.parametrize("seconds", [10, -10])
@pytest.mark.parametrize("fault", [{"status": 503}, {"hang": True}])
async def test_token_that_may_still_be_accepted_is_used_while_there_is_no_other(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    seconds: float,
    fault: dict[str, object],
) -> None:
    timing_of(hass).token_wait = 0.05
    timing_of(hass).token_refresh_ends_within = 0.05
    entry = await person.add_account()
    token = entry.data["token"]["access_token"]
    simulator.faults.add(Fault(kind=_REFRESH, **fault))
    ends_in(hass, entry, seconds)
    async with asyncio.timeout(10):
        assert await entry.runtime_data.camera_token.get() == token
        await entry.runtime_data.tree.async_refresh()
    assert entry.runtime_data.tree.last_update_success
    # It is over for the provider as well: it is refused, and not used again for that question.
    simulator.expire_access_tokens()
    simulator.faults.clear()
    simulator.faults.add(Fault(kind=_REFRESH, status=503))
    if (renewal := async_get_token_refreshes(hass).get(entry.entry_id)) is not None:
        renewal.cancel()
        await asyncio.wait({renewal})
    await entry.runtime_data.tree.async_refresh()
    assert not entry.runtime_data.tree.last_update_success
    assert not hass.config_entries.flow.async_progress()


async def test_slow_refresh_of_a_token_that_ended_early_is_waited_for(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """The clock says that the token is good, but the cloud has refused it."""
    timing_of(hass).token_wait = 0.05
    entry = await person.add_account()
    simulator.faults.add(Fault(kind=_REFRESH, delay=0.5, times=1))
    simulator.expire_access_tokens()
    await entry.runtime_data.tree.async_refresh()
    assert entry.runtime_data.tree.last_update_success
    assert simulator.counters[_REFRESH] == 1


async def test_token_that_one_refuses_stays_that_of_the_others_while_there_is_no_other(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    token = entry.data["token"]["access_token"]
    simulator.faults.add(Fault(kind=_REFRESH, status=503))
    with pytest.raises(ConfigEntryNotReady):
        await entry.runtime_data.token.renew(token)
    assert await entry.runtime_data.camera_token.get() == token
    assert simulator.counters[_REFRESH] == 1
    # A provider that gives tokens again ends that.
    simulator.faults.clear()
    entry.runtime_data.token.hurry()
    assert await entry.runtime_data.token.renew(token)
    assert await entry.runtime_data.camera_token.get() != token


async def test_provider_says_how_long_to_wait(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind=_REFRESH, status=429, retry_after="600"))
    expire(hass, entry)
    with pytest.raises(UnreachableError):
        await entry.runtime_data.camera_token.get()
    assert 400 < entry.runtime_data.token._paused_until - time.monotonic() < 800


async def test_renewal_that_brings_the_same_token_is_no_outage(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    token = entry.data["token"]["access_token"]
    simulator.faults.add(Fault(kind=_REFRESH, body=f'{{"access_token": "{token}", "expires_in": 3600}}'))
    simulator.faults.add(Fault(kind="graphql", status=401))
    await entry.runtime_data.tree.async_refresh()
    tree = entry.runtime_data.tree
    assert not tree.last_update_success
    assert tree.last_exception.translation_key == "cloud_refused_fresh_token"
    assert not hass.config_entries.flow.async_progress()
