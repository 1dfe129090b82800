"""Waits for what a user would see, however long it takes within reason."""

import asyncio
from collections.abc import Callable
import time

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant


async def until(hass: HomeAssistant, seen: Callable[[], object], *, within: float = 15.0, settle: bool = True) -> None:
    """Wait until something is true; fail when it does not become so in time (seconds).

    settle: let Home Assistant end what it has begun; not while an automation waits, since that is waited for as well.
    """
    deadline = time.monotonic() + within
    while not seen():
        assert time.monotonic() < deadline, "it never happened"
        await asyncio.sleep(0.02)
        if settle:
            await hass.async_block_till_done(wait_background_tasks=False)


async def until_ready(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Wait until all cameras have been found and their events come."""
    account = entry.runtime_data
    await until(hass, lambda: all(camera.condition == "reachable" for camera in account.cameras.values()))
    await until(hass, lambda: all(each.hearing == "stream" for each in account.connections.values()))
