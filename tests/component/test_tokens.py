"""The sign-in's token is renewed once for all, to the end, whoever asked for it and gave up."""

import asyncio
import time

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
import pytest

from simulator import Fault, Simulator, Switches

from .person import Person
from .waiting import until

_REFRESH = "oauth2:token:refresh"


@pytest.fixture
def switches() -> Switches:
    """A provider whose refresh tokens are good once."""
    return Switches(refresh_rotation="rotate")


def expire(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let the clock say that the token is over."""
    token = {**entry.data["token"], "expires_at": time.time() - 1}
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
