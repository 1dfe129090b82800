"""Sirens: those of devices that have one, and outputs that the user says have one."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Any, Final, override

from homeassistant.components.siren import ATTR_DURATION, SirenEntity, SirenEntityFeature
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..cameras.channels import Channel
from ..cameras.outputs import LONGEST_SECONDS, OutputUse
from ..const import DOMAIN
from ..entity.base import NetrexEntity, add_for_each_camera
from ..entity.output import OutputStateEntity, outputs_used_as
from .alarm import alarm_sirens

# Each camera takes its commands one after another by itself.
PARALLEL_UPDATES: Final = 0
SCAN_INTERVAL: Final = timedelta(seconds=60)


async def async_setup_entry(
    hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sirens of each camera, now and when there are more."""
    account = entry.runtime_data
    await add_for_each_camera(account, async_add_entities, lambda channel: _entities_of(account, channel))


def _entities_of(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    yield from alarm_sirens(account, channel)
    for output, choice in outputs_used_as(account, channel, OutputUse.SIREN):
        yield OutputSiren(account, channel, output, choice)


class OutputSiren(OutputStateEntity, SirenEntity):
    """A siren that sounds while an output is on."""

    # As that of a device.
    _attr_entity_category = EntityCategory.CONFIG
    _attr_supported_features = SirenEntityFeature.TURN_ON | SirenEntityFeature.TURN_OFF | SirenEntityFeature.DURATION

    @property
    @override
    def is_on(self) -> bool | None:
        """It sounds."""
        return self.active

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Let it sound, for a time if one is given. Called by Home Assistant."""
        seconds: float = kwargs.get(ATTR_DURATION, 0)
        if seconds > LONGEST_SECONDS:
            raise ServiceValidationError(
                translation_domain=DOMAIN,
                translation_key="output_too_long",
                translation_placeholders={"seconds": str(LONGEST_SECONDS)},
            )
        await self.async_turn_on_for(seconds)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Silence it. Called by Home Assistant."""
        await self.async_switch(active=False)
