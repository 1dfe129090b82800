"""Virtual inputs of a camera: what rules in the camera can wait for, switched from here."""

from collections.abc import Iterable, Iterator
from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import EntityCategory
from homeassistant.core import CALLBACK_TYPE, callback

from ..account.account import NetrexAccount
from ..account.commands import camera_command
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity, all_of
from ..events.source_key import SourceKey
from ..vapix import EventKind
from ..vapix.virtual_inputs import MOST

#: Virtual inputs that are offered although nobody has used them yet: a camera has 64, and hardly any rule.
_OFFERED: Final = 4


def virtual_input_switches(
    account: NetrexAccount, channel: Channel, remembered: Iterable[SourceKey]
) -> Iterator[NetrexEntity]:
    """Yield the switches of the first few virtual inputs of a camera, and of those that are in use.

    Args:
        account: the camera's.
        channel: the camera's own.
        remembered: what has had a switch of the camera before.
    """
    if not channel.camera.equipment.virtual_inputs:
        return
    used = [key.source for key in (*channel.camera.events.found, *remembered) if key.kind is EventKind.VIRTUAL_INPUT]
    numbers = {int(source) for source in used if source.isascii() and source.isdecimal()} | set(range(1, _OFFERED + 1))
    for number in sorted(numbers):
        if 1 <= number <= MOST:
            yield VirtualInputSwitch(account, channel, number)


class VirtualInputSwitch(NetrexEntity, SwitchEntity):
    """One virtual input. A camera reports its state, but can't be asked for it."""

    # It starts rules in the camera; nothing in the area is switched with it.
    _attr_entity_category = EntityCategory.CONFIG
    _attr_entity_registry_enabled_default = False
    _attr_translation_key = "virtual_input"

    def __init__(self, account: NetrexAccount, channel: Channel, number: int) -> None:
        """Switch the input of this number."""
        self._key = SourceKey(EventKind.VIRTUAL_INPUT, str(number))
        super().__init__(account, channel, self._key.text)
        self._number = number
        self._active: bool | None = None
        self._attr_translation_placeholders = {"number": str(number)}

    @property
    @override
    def _is_there(self) -> bool:
        return self.camera.equipment.virtual_inputs

    @property
    @override
    def assumed_state(self) -> bool:
        """Nobody tells when something else switches it."""
        return not self.account.events_trusted(self.camera)

    @property
    @override
    def is_on(self) -> bool | None:
        """It is on, as was last reported or commanded; None: neither was."""
        return self._active

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        self._take_report()
        return all_of(super()._listen(), self.camera.events.listen(self._key, self._report_changed))

    @callback
    def _report_changed(self) -> None:
        self._take_report()
        self.async_write_ha_state()

    def _take_report(self) -> None:
        self._active = self.camera.events.active(self._key)

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        """Turn it on. Called by Home Assistant."""
        await self._switch(active=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        """Turn it off. Called by Home Assistant."""
        await self._switch(active=False)

    async def _switch(self, *, active: bool) -> None:
        async with camera_command(self.account, self.camera, Scope.WRITE, "virtual_input") as client:
            await client.virtual_inputs.switch(self._number, active=active)
        self._active = active
        self.async_write_ha_state()
