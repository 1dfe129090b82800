"""What a siren and a strobe have in common: one API of the camera, and what one starts may let the other work, too."""

from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final, override

from homeassistant.const import EntityCategory
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect, async_dispatcher_send

from ..account.account import NetrexAccount
from ..cameras.channels import Channel
from ..vapix import Alarm, AlarmState, Operation, VapixClient
from ..vapix.siren import Function
from .base import all_of
from .one_timer import OneTimer
from .polled import AskedEntity

#: Seconds after the end of what runs for a while that the camera is asked: no event reports it (VX-TOPIC-10).
_AFTERWARDS: Final = 0.5
_NOTHING: Final = Alarm()


class AlarmEntity(AskedEntity[AlarmState]):
    """The siren or the strobe of a device."""

    # Not among what is turned on or off for a whole area, nor known to assistants unless the user wants it.
    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, account: NetrexAccount, channel: Channel, key: str) -> None:
        """Know nothing yet."""
        super().__init__(account, channel, key)
        self._end = OneTimer(account.hass, self._ask_soon)

    @property
    @abstractmethod
    def function(self) -> Function:
        """Which of the two this is."""

    @property
    def alarm(self) -> Alarm:
        """What the device has now."""
        return self.camera.equipment.alarm or _NOTHING

    @property
    def running(self) -> tuple[Operation, ...] | None:
        """What it does, the most important first; None: not known yet."""
        return None if self.state_told is None else self.state_told.operations(self.function)

    @property
    def is_on(self) -> bool | None:
        """It does something."""
        return None if self.running is None else bool(self.running)

    @property
    @override
    def _is_there(self) -> bool:
        return bool(self.alarm.patterns(self.function))

    @override
    async def _ask(self, client: VapixClient) -> AlarmState:
        return await client.siren.state()

    @override
    @callback
    def _take(self, state: AlarmState) -> None:
        super()._take(state)
        self._end.stop()
        # What is about to end, or says so, is left to the next interval.
        ends = [each.seconds_left for each in state.operations(self.function) if each.seconds_left]
        if ends:
            self._end.set(min(ends) + _AFTERWARDS)

    @override
    async def async_will_remove_from_hass(self) -> None:
        """Wait for nothing any more."""
        await super().async_will_remove_from_hass()
        self._end.end()

    # --- commands ------------------------------------------------------------------------------------

    @override
    @asynccontextmanager
    async def command(self) -> AsyncIterator[VapixClient]:
        """As for every such entity; the device's other one asks as well."""
        try:
            async with super().command() as client:
                yield client
        finally:
            async_dispatcher_send(self.hass, self._signal, self)

    @property
    def _signal(self) -> str:
        return f"netrex alarm {self.account.entry.entry_id} {self.channel.key}"

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        return all_of(super()._listen(), async_dispatcher_connect(self.hass, self._signal, self._commanded))

    @callback
    def _commanded(self, by: AlarmEntity) -> None:
        if by is not self:
            self._ask_soon()
