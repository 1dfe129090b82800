"""Sensors of cameras, counts, and accounts. A number that a camera reports or is polled for: see `descriptions`."""

from collections.abc import Iterator
from typing import Final

from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity, add_for_each_camera
from .account import account_sensors
from .descriptions import VALUES
from .last_event import LastEventSensor
from .last_seen import LastSeenSensor
from .metric import add_metrics
from .reported import reported_sensors
from .status import add_statuses
from .temperature import temperature_sensors
from .value import ValueSensor

PARALLEL_UPDATES: Final = 0


async def async_setup_entry(
    _hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of each camera, and those of the chosen metrics."""
    await add_for_each_camera(entry.runtime_data, async_add_entities, _sensors)
    await add_metrics(entry.runtime_data, async_add_entities)
    await add_statuses(entry.runtime_data, async_add_entities)
    entry.runtime_data.adder.on_platform(async_add_entities)(list(account_sensors(entry.runtime_data)))


def _sensors(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    yield LastSeenSensor(account, channel)
    if account.permissions.can_receive_events:
        yield LastEventSensor(account, channel)
        yield from reported_sensors(account, channel)
    for description in VALUES:
        if description.supported(channel.camera):
            yield ValueSensor(account, channel, description)
    yield from temperature_sensors(account, channel)
