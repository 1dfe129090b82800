"""Locks: outputs of cameras that the user says release one."""

from datetime import timedelta
from typing import Any, Final, override

from homeassistant.components.lock import LockEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.account import NetrexConfigEntry
from .cameras.outputs import OutputUse
from .entity.base import add_for_each_camera
from .entity.output import OutputStateEntity, outputs_used_as

# Each camera takes its commands one after another by itself.
PARALLEL_UPDATES: Final = 0
SCAN_INTERVAL: Final = timedelta(seconds=60)


async def async_setup_entry(
    hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the locks of each camera, now and when there are more."""
    account = entry.runtime_data
    await add_for_each_camera(
        account,
        async_add_entities,
        lambda channel: (
            OutputLock(account, channel, output, choice)
            for output, choice in outputs_used_as(account, channel, OutputUse.LOCK)
        ),
    )


class OutputLock(OutputStateEntity, LockEntity):
    """A lock that is released while an output is on; locked again by itself where the user has chosen so."""

    @property
    @override
    def is_locked(self) -> bool | None:
        """The output is off; None: not known."""
        return None if self.active is None else not self.active

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        """Release the lock. Called by Home Assistant."""
        await self.async_turn_on_for(self.choice.seconds)

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        """Lock. Called by Home Assistant."""
        await self.async_switch(active=False)
