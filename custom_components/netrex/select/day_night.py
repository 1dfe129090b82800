"""The day or night mode of a camera: its infrared cut filter."""

from typing import Final, override

from homeassistant.components.select import SelectEntity
from homeassistant.const import EntityCategory

from ..account.account import NetrexAccount
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..entity.polled import PolledEntity
from ..vapix import IrCut, IrCutFilter, VapixClient

#: The filter is on by day, for true colors, and off by night, for infrared light.
_OPTIONS: Final = {"automatic": IrCut.AUTO, "day": IrCut.ON, "night": IrCut.OFF}


class DayNightSelect(PolledEntity[IrCut], SelectEntity):
    """The choice between day, night and the camera's automatic."""

    _attr_entity_category = EntityCategory.CONFIG
    _attr_translation_key = "day_night"
    # Both APIs that set it need the PTZ permission (VX-PTZ-1, VX-OPTICS-4).
    scope = Scope.LIVEVIEW_PTZ

    def __init__(self, account: NetrexAccount, channel: Channel, ir_cut: IrCutFilter) -> None:
        super().__init__(account, channel, "day_night")
        self._ir_cut = ir_cut
        self._attr_options = list(_OPTIONS)

    @override
    def _update_attributes(self) -> None:
        self._ir_cut = self._find() or self._ir_cut

    @property
    @override
    def assumed_state(self) -> bool:
        # A PTZ camera's API can set the filter, but not read it.
        return not self._ir_cut.is_readable

    @property
    @override
    def current_option(self) -> str | None:
        return next((option for option, state in _OPTIONS.items() if state is self._state), None)

    @override
    def _find(self) -> IrCutFilter | None:
        return self.camera.equipment.ir_cut

    @property
    @override
    def _state_max_age(self) -> float:
        return self.account.timing.day_night_poll

    @override
    async def _fetch_state(self, client: VapixClient) -> IrCut | None:
        return await client.day_night.state(self._ir_cut) if self._ir_cut.is_readable else self._state

    @override
    async def async_select_option(self, option: str) -> None:
        async with self.command() as client:
            await client.day_night.set(self._ir_cut, _OPTIONS[option])
            # Kept if the camera's API can't read the filter.
            self._state = _OPTIONS[option]
