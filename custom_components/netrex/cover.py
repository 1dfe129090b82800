"""Gates: outputs of cameras that the user says open one."""

from datetime import timedelta
from typing import Any, Final, override

from homeassistant.components.cover import CoverDeviceClass, CoverEntity, CoverEntityFeature
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .account.account import NetrexConfigEntry
from .cameras.outputs import OutputUse
from .const import DOMAIN
from .entity.base import add_for_each_camera, all_of
from .entity.output import OutputStateEntity, outputs_used_as
from .events.source_key import SourceKey
from .vapix import EventKind

# Each camera takes its commands one after another by itself.
PARALLEL_UPDATES: Final = 0
SCAN_INTERVAL: Final = timedelta(seconds=60)


async def async_setup_entry(
    hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the gates of each camera, now and when there are more."""
    account = entry.runtime_data
    await add_for_each_camera(
        account,
        async_add_entities,
        lambda channel: (
            OutputGate(account, channel, output, choice)
            for output, choice in outputs_used_as(account, channel, OutputUse.GATE)
        ),
    )


class OutputGate(OutputStateEntity, CoverEntity):
    """A gate that is open while an output is on, or whose drive moves it at each pulse of the output.

    A pulse opens a closed gate and closes an open one: none is sent unless an input says where the gate is.
    """

    _attr_device_class = CoverDeviceClass.GATE
    _attr_supported_features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE

    @property
    @override
    def is_closed(self) -> bool | None:
        """The output is off, or the input of a gate that pulses move; None: not known."""
        opened = self._position_reported() if self.choice.seconds else self.active
        return None if opened is None else not opened

    @property
    def _position(self) -> SourceKey:
        return SourceKey(EventKind.INPUT, str(self.choice.input))

    def _position_reported(self) -> bool | None:
        if not self.account.events_trusted(self.camera, polled=True):
            return None
        return self.camera.events.active(self._position)

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), self.camera.events.listen(self._position, self.async_write_ha_state))

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        """Open the gate. Called by Home Assistant."""
        await self._move(opened=True)

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        """Close the gate. Called by Home Assistant."""
        await self._move(opened=False)

    async def _move(self, *, opened: bool) -> None:
        if not self.choice.seconds:
            await self.async_switch(active=opened)
        elif self.is_closed is None:
            raise HomeAssistantError(
                translation_domain=DOMAIN,
                translation_key="gate_position_unknown",
                translation_placeholders={"camera": self.camera.node.name},
            )
        elif self.is_closed is opened:
            await self.async_pulse(self.choice.seconds)
