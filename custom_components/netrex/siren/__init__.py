"""Sirens: those of devices that have one, and outputs that the user says have one."""

from collections.abc import Iterator
from typing import Any, Final, override

from homeassistant.components.siren import ATTR_DURATION, SirenEntity, SirenEntityFeature
from homeassistant.const import EntityCategory

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..cameras.outputs import LONGEST_SECONDS, OutputUse
from ..entity.base import NetrexEntity, setup_each_camera
from ..entity.output import OutputStateEntity, entities_of_outputs
from ..errors import validation_error
from .alarm import AlarmSiren

PARALLEL_UPDATES: Final = 0


def _sirens(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    alarm = channel.camera.equipment.alarm
    if alarm is not None and alarm.siren:
        yield AlarmSiren(account, channel)
    yield from entities_of_outputs(OutputUse.SIREN, OutputSiren)(account, channel)


class OutputSiren(OutputStateEntity, SirenEntity):
    """A siren that sounds while an output is on."""

    # As that of a device.
    _attr_entity_category = EntityCategory.CONFIG
    _attr_supported_features = SirenEntityFeature.TURN_ON | SirenEntityFeature.TURN_OFF | SirenEntityFeature.DURATION

    @property
    @override
    def is_on(self) -> bool | None:
        return self._state

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        seconds: float = kwargs.get(ATTR_DURATION, 0)
        if seconds > LONGEST_SECONDS:
            raise validation_error("output_too_long", seconds=str(LONGEST_SECONDS))
        await self.async_turn_on_for(seconds)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self.async_switch(active=False)


async_setup_entry: Final = setup_each_camera(_sirens)
