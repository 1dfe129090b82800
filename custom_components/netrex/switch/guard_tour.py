"""Guard tours of a head: on while they run."""

from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import EntityCategory

from ..account.account import NetrexAccount
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..entity.channel import ChannelEntity
from ..entity.polled import PolledEntity
from ..identity.entity_keys import tour_key
from ..vapix import GuardTour, VapixClient


class GuardTourSwitch(ChannelEntity, PolledEntity[bool], SwitchEntity):
    """One guard tour. The camera does not report whether it runs."""

    # A setting of the camera rather than something in the area.
    _attr_entity_category = EntityCategory.CONFIG
    _command_kind = "guard_tour"
    scope = Scope.LIVEVIEW_PTZ

    def __init__(self, account: NetrexAccount, channel: Channel, tour: GuardTour) -> None:
        super().__init__(account, channel, tour_key(tour.number))
        self._number = tour.number
        self._update_attributes()

    @override
    def _find(self) -> GuardTour | None:
        tours = self.head.tours if self.head else ()
        return next((each for each in tours if each.number == self._number), None)

    @override
    def _update_attributes(self) -> None:
        if tour := self._find():
            self._set_channel_name("guard_tour", which=f": {tour.name}" if tour.name else f" {tour.number + 1}")

    @property
    @override
    def is_on(self) -> bool | None:
        return self._state

    @override
    async def _fetch_state(self, client: VapixClient) -> bool:
        return await client.ptz.tour_runs(self._number)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._run(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._run(on=False)

    async def _run(self, *, on: bool) -> None:
        async with self.command() as client:
            await self.account.steering.stop_for_next_command(self.camera, self.channel.head_number)
            await client.ptz.run_tour(self._number, on=on)
