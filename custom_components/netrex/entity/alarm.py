"""What a siren and a strobe have in common: one API of the camera, and a profile of one may start the other."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import math
from typing import Final, override

from homeassistant.const import EntityCategory
from homeassistant.core import CALLBACK_TYPE, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect, async_dispatcher_send

from ..vapix import Operation, SirenCapabilities, SirenState, VapixClient
from ..vapix.siren import Function, Pattern
from .base import all_of
from .polled import PolledEntity

_NOTHING: Final = SirenCapabilities()


class AlarmEntity(PolledEntity[SirenState]):
    """The siren or the strobe of a device."""

    # Not among what is turned on or off for a whole area, nor known to assistants unless the user wants it.
    _attr_entity_category = EntityCategory.CONFIG
    #: Which of the two this is.
    function: Function

    @property
    def alarm(self) -> SirenCapabilities:
        """What the device has now."""
        return self.camera.equipment.alarm or _NOTHING

    @property
    def running(self) -> tuple[Operation, ...] | None:
        """What it does, the most important first; None: not known yet."""
        return None if self._state is None else self._state.operations(self.function)

    @property
    def is_on(self) -> bool | None:
        """Whether it does something; None: not known yet."""
        return None if self.running is None else bool(self.running)

    @override
    def _find(self) -> tuple[Pattern, ...]:
        return self.alarm.patterns(self.function)

    @override
    async def _fetch_state(self, client: VapixClient) -> SirenState:
        return await client.siren.state()

    @override
    @callback
    def _set_state(self, state: SirenState | None) -> None:
        super()._set_state(state)
        self._cancel_timer()
        # No event reports the end of what runs for a while (VX-TOPIC-10); one with no time left is polled as usual.
        ends = [each.seconds_left for each in self.running or () if each.seconds_left]
        if ends:
            self._refresh_after(min(ends))

    # --- commands ------------------------------------------------------------------------------------

    async def _start(self, name: str, fraction: float | None, seconds: int | None = None) -> None:
        """Start a pattern, at a fraction of the most that the device can do, or a profile."""
        pattern = self.alarm.named(self.function, name)
        async with self.command() as client:
            if pattern is None:
                await client.siren.start_profile(name)
            else:
                level = _level(pattern.intensities, fraction)
                await client.siren.start(self.function, name, intensity=level, seconds=seconds)

    @override
    @asynccontextmanager
    async def command(self) -> AsyncIterator[VapixClient]:
        """Yield the client for a command, and fetch the states of siren and strobe afterwards, also if it failed.

        Raises:
            HomeAssistantError: the command failed; the text says why. If its state can't be fetched either, the
                former one stays until the next poll, or the entity becomes unavailable.
        """
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
            self._refresh_soon()


def _level(levels: tuple[int, ...], fraction: float | None) -> int | None:
    """Return the level of a device that has a few; the lowest is never nothing."""
    if fraction is None or not levels:
        return None
    return levels[min(len(levels), max(1, math.ceil(len(levels) * fraction))) - 1]
