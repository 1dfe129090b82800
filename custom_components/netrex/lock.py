"""Locks: outputs of cameras that the user says release one."""

from typing import Any, Final, override

from homeassistant.components.lock import LockEntity

from .cameras.outputs import OutputUse
from .entity.base import setup_each_camera
from .entity.output import OutputStateEntity, entities_of_outputs

PARALLEL_UPDATES: Final = 0


class OutputLock(OutputStateEntity, LockEntity):
    """A lock that is released while an output is on; if the user has chosen so, the camera locks it again."""

    @property
    @override
    def is_locked(self) -> bool | None:
        return None if self._state is None else not self._state

    @override
    async def async_unlock(self, **kwargs: Any) -> None:
        await self.async_turn_on_for(self.choice.seconds)

    @override
    async def async_lock(self, **kwargs: Any) -> None:
        await self.async_switch(active=False)


async_setup_entry: Final = setup_each_camera(entities_of_outputs(OutputUse.LOCK, OutputLock))
