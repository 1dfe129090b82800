"""Selects: what a camera lets somebody choose from."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity, add_for_each_camera
from .day_night import day_night_selects
from .preset import preset_selects

# Each camera takes its commands one after another by itself.
PARALLEL_UPDATES: Final = 0
SCAN_INTERVAL: Final = timedelta(seconds=60)


async def async_setup_entry(
    hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the selects of each camera, now and when there are more."""
    account = entry.runtime_data
    await add_for_each_camera(account, async_add_entities, lambda channel: _entities_of(account, channel))


def _entities_of(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    yield from day_night_selects(account, channel)
    yield from preset_selects(account, channel)
