"""Gates: outputs of cameras that the user says open one."""

from datetime import timedelta
from typing import Any, Final, override

from homeassistant.components.cover import CoverDeviceClass, CoverEntity, CoverEntityFeature
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account import NetrexConfigEntry
from .entity import add_for_each_camera
from .output_entity import OutputStateEntity, outputs_used_as
from .outputs import OutputUse

# Each camera takes its commands one after another by itself.
PARALLEL_UPDATES: Final = 0
SCAN_INTERVAL: Final = timedelta(seconds=60)


async def async_setup_entry(
    hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the gates of each camera, now and when there are more."""
    account = entry.runtime_data
    add_for_each_camera(
        account,
        async_add_entities,
        lambda channel: (
            OutputGate(account, channel, output, choice)
            for output, choice in outputs_used_as(account, channel, OutputUse.GATE)
        ),
    )


class OutputGate(OutputStateEntity, CoverEntity):
    """A gate that is open while an output is on, or whose drive moves it at each pulse of the output."""

    _attr_device_class = CoverDeviceClass.GATE
    _attr_supported_features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE

    @property
    @override
    def assumed_state(self) -> bool:
        """After a pulse only the drive knows where the gate is."""
        return bool(self.choice.seconds)

    @property
    @override
    def is_closed(self) -> bool | None:
        """The output is off; None: not known, as always where pulses move the gate."""
        return None if self.choice.seconds or self.active is None else not self.active

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        """Open the gate. Called by Home Assistant."""
        await self.async_turn_on_for(self.choice.seconds)

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        """Close the gate; a drive takes the same pulse for it. Called by Home Assistant."""
        if self.choice.seconds:
            await self.async_pulse(self.choice.seconds)
        else:
            await self.async_switch(active=False)
