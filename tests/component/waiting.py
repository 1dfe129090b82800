"""Waits for what a user would see, however long it takes within reason."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
import time

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.coordinator import TREE_INTERVAL


async def until(hass: HomeAssistant, seen: Callable[[], object], *, within: float = 60.0, settle: bool = True) -> None:
    """Wait until something is true; fail when it does not become so in time (seconds).

    settle: let Home Assistant end what it has begun; not while an automation waits, since that is waited for as well.
    """
    deadline = time.monotonic() + within
    while not seen():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(0.02)
        if settle:
            await hass.async_block_till_done(wait_background_tasks=False)


async def poll(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Let the time of the next poll of the cloud come, and wait for its result, which Home Assistant does not."""
    tree = entry.runtime_data.tree
    data, failure = tree.data, tree.last_exception
    async_fire_time_changed(hass, dt_util.utcnow() + TREE_INTERVAL + timedelta(seconds=1))
    await until(hass, lambda: tree.data is not data or tree.last_exception is not failure)
    await hass.async_block_till_done()


async def until_ready(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Wait until all cameras have been found and their events come."""
    account = entry.runtime_data
    await until(hass, lambda: all(camera.condition == "reachable" for camera in account.cameras.values()))
    await until(hass, lambda: all(each.transport == "stream" for each in account.connections.values()))
