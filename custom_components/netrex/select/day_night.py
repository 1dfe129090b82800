"""Whether a camera sees as by day or as by night: its filter that keeps infrared light out."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.select import SelectEntity
from homeassistant.const import EntityCategory
from homeassistant.core import callback

from ..account.account import NetrexAccount
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..entity.polled import AskedEntity
from ..vapix import IrCut, IrCutFilter, VapixClient

#: Words that a neighbour understands: the filter is on by day, for true colours, and off by night, for infrared light.
_WORDS: Final = {IrCut.AUTO: "automatic", IrCut.ON: "day", IrCut.OFF: "night"}
_FILTERS: Final = {word: state for state, word in _WORDS.items()}


def day_night_selects(account: NetrexAccount, channel: Channel) -> Iterator[DayNightSelect]:
    """Yield the choice of a channel's camera, if it has one."""
    if (ir_cut := channel.camera.equipment.ir_cut) is not None:
        yield DayNightSelect(account, channel, ir_cut)


class DayNightSelect(AskedEntity[IrCut | None], SelectEntity):
    """The choice between day, night, and what the camera thinks best."""

    _attr_entity_category = EntityCategory.CONFIG
    _attr_translation_key = "day_night"
    # Both ways to set it belong to the calls that move a camera (VX-PTZ-1, VX-OPTICS-4).
    scope = Scope.LIVEVIEW_PTZ

    def __init__(self, account: NetrexAccount, channel: Channel, ir_cut: IrCutFilter) -> None:
        """Show the choice of the channel's camera."""
        super().__init__(account, channel, "day_night")
        self._ir_cut = ir_cut
        self._attr_options = list(_FILTERS)

    @override
    @callback
    def _camera_changed(self) -> None:
        self._ir_cut = self.camera.equipment.ir_cut or self._ir_cut
        super()._camera_changed()

    @property
    @override
    def assumed_state(self) -> bool:
        """A camera that moves does not tell how its filter is set."""
        return not self._ir_cut.is_readable

    @property
    @override
    def current_option(self) -> str | None:
        """The choice, where it is known."""
        return None if self.state_told is None else _WORDS[self.state_told]

    @property
    @override
    def _is_there(self) -> bool:
        return self.camera.equipment.ir_cut is not None

    @property
    @override
    def _good_for(self) -> float:
        return self.account.timing.day_night_poll

    @override
    async def _ask(self, client: VapixClient) -> IrCut | None:
        return await client.day_night.state(self._ir_cut) if self._ir_cut.is_readable else self.state_told

    @override
    async def async_select_option(self, option: str) -> None:
        """Set the filter. Called by Home Assistant, with one of the options."""
        async with self.command() as client:
            await client.day_night.set(self._ir_cut, _FILTERS[option])
            # Where the camera does not tell, this is all that is known.
            self.state_told = _FILTERS[option]
