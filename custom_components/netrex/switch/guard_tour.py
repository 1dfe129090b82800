"""Guard tours of a camera's head: on while they run."""

from collections.abc import Iterator
from typing import Any, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import EntityCategory
from homeassistant.core import callback

from ..account.account import NetrexAccount
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity
from ..entity.polled import AskedEntity
from ..identity.entity_keys import tour_key
from ..vapix import GuardTour, VapixClient


def guard_tour_switches(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    """Yield a switch for each guard tour of a camera."""
    if head := channel.camera.equipment.head:
        for tour in head.tours:
            yield GuardTourSwitch(account, channel, tour)


class GuardTourSwitch(AskedEntity[bool], SwitchEntity):
    """One guard tour. The camera does not report whether it runs, so it is asked."""

    # A setting of the camera rather than something in the area.
    _attr_entity_category = EntityCategory.CONFIG
    _attr_translation_key = "guard_tour"
    scope = Scope.LIVEVIEW_PTZ

    def __init__(self, account: NetrexAccount, channel: Channel, tour: GuardTour) -> None:
        """Show one tour of the channel's camera."""
        super().__init__(account, channel, tour_key(tour.number))
        self._number = tour.number
        self._take_name_of(tour)

    def _take_name_of(self, tour: GuardTour) -> None:
        self.take_name(None, which=f": {tour.name}" if tour.name else f" {tour.number + 1}")

    @property
    def _tour(self) -> GuardTour | None:
        head = self.camera.equipment.head
        return next((each for each in head.tours if each.number == self._number), None) if head else None

    @property
    @override
    def _is_there(self) -> bool:
        return self._tour is not None

    @override
    @callback
    def _camera_changed(self) -> None:
        if tour := self._tour:
            self._take_name_of(tour)
        super()._camera_changed()

    @property
    @override
    def is_on(self) -> bool | None:
        """The tour runs, as it was last told; None: not yet."""
        return self.state_told

    @override
    async def _ask(self, client: VapixClient) -> bool:
        return await client.ptz.tour_runs(self._number)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Start the tour. Called by Home Assistant."""
        await self._run(on=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Stop the tour. Called by Home Assistant."""
        await self._run(on=False)

    async def _run(self, *, on: bool) -> None:
        async with self.command() as client:
            await self.account.steering.halt(self.camera)
            await client.ptz.run_tour(self._number, on=on)
