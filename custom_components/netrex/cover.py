"""Gates: outputs of cameras that the user says open one."""

from typing import Any, Final, override

from homeassistant.components.cover import CoverDeviceClass, CoverEntity, CoverEntityFeature

from .account.account import NetrexAccount
from .cameras.channels import Channel
from .cameras.outputs import OutputChoice, OutputUse
from .entity.base import setup_each_camera
from .entity.output import OutputStateEntity, entities_of_outputs
from .errors import action_error
from .events.source_key import SourceKey
from .vapix import EventKind, Output

PARALLEL_UPDATES: Final = 0


class OutputGate(OutputStateEntity, CoverEntity):
    """A gate that is open while an output is on, or whose drive moves it at each pulse of the output.

    A pulse opens a closed gate and closes an open one: none is sent unless an input says where the gate is.
    """

    _attr_device_class = CoverDeviceClass.GATE
    _attr_supported_features = CoverEntityFeature.OPEN | CoverEntityFeature.CLOSE

    def __init__(self, account: NetrexAccount, channel: Channel, output: Output, choice: OutputChoice) -> None:
        super().__init__(account, channel, output, choice)
        self._position = SourceKey(EventKind.INPUT, str(choice.input))
        self._sources = (*self._sources, self._position)

    @property
    @override
    def is_closed(self) -> bool | None:
        opened = self._reported_position() if self.choice.seconds else self._state
        return None if opened is None else not opened

    def _reported_position(self) -> bool | None:
        if not self.account.events_trusted(self.camera, polled=True):
            return None
        return self.camera.events.active(self._position)

    @override
    def _source_changed(self) -> None:
        super()._source_changed()
        self.async_write_ha_state()

    @override
    async def async_open_cover(self, **kwargs: Any) -> None:
        await self._move(opened=True)

    @override
    async def async_close_cover(self, **kwargs: Any) -> None:
        await self._move(opened=False)

    async def _move(self, *, opened: bool) -> None:
        if not self.choice.seconds:
            await self.async_switch(active=opened)
        elif self.is_closed is None:
            raise action_error("gate_position_unknown", camera=self.camera.node.name)
        elif self.is_closed is opened:
            await self.async_pulse(self.choice.seconds)


async_setup_entry: Final = setup_each_camera(entities_of_outputs(OutputUse.GATE, OutputGate))
