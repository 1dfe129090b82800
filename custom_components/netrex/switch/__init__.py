"""Switches: what is wired to a camera, and its virtual inputs."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..account.devices import registered_sources
from ..cameras.channels import Channel
from ..cameras.outputs import OutputUse
from ..entity.base import NetrexEntity, add_for_each_camera
from ..entity.output import OutputStateEntity, outputs_used_as
from ..events.source_key import SourceKey
from .guard_tour import guard_tour_switches
from .virtual_input import virtual_input_switches

# Each camera takes its commands one after another by itself.
PARALLEL_UPDATES: Final = 0
SCAN_INTERVAL: Final = timedelta(seconds=60)


async def async_setup_entry(
    hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the switches of each camera, now and when there are more."""
    account = entry.runtime_data
    remembered = registered_sources(hass, entry, Platform.SWITCH)
    await add_for_each_camera(account, async_add_entities, lambda channel: _entities_of(account, channel, remembered))


def _entities_of(
    account: NetrexAccount, channel: Channel, remembered: Mapping[str, Iterable[SourceKey]]
) -> Iterator[NetrexEntity]:
    for output, choice in outputs_used_as(account, channel, OutputUse.SWITCH):
        yield OutputSwitch(account, channel, output, choice)
    yield from guard_tour_switches(account, channel)
    yield from virtual_input_switches(account, channel, remembered.get(channel.key, ()))


class OutputSwitch(OutputStateEntity, SwitchEntity):
    """An output that is on or off."""

    @property
    @override
    def is_on(self) -> bool | None:
        """The output is on; None: not known."""
        return self.active

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn the output on. Called by Home Assistant."""
        await self.async_switch(active=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn the output off. Called by Home Assistant."""
        await self.async_switch(active=False)
