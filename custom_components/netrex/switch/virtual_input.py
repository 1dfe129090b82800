"""Virtual inputs of a camera: what rules in the camera can wait for, switched by Home Assistant."""

from collections.abc import Iterator
from typing import Any, Final, override

from homeassistant.components.switch import SwitchEntity
from homeassistant.const import EntityCategory, Platform
from homeassistant.core import CALLBACK_TYPE, callback

from ..account.account import NetrexAccount
from ..account.commands import camera_command
from ..account.devices import registered_sources
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity
from ..events.source_key import SourceKey
from ..vapix import EventKind
from ..vapix.virtual_inputs import MOST

#: Virtual inputs that are offered although nobody has used them yet: a camera has 64, and hardly any rule.
_OFFERED: Final = 4


def virtual_input_switches(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    """Yield the switches of the first few virtual inputs of a camera, and of those that are or were in use."""
    camera = channel.camera
    if not camera.equipment.virtual_inputs:
        return
    registered = registered_sources(account.hass, account.entry, camera.node, Platform.SWITCH)
    used = [key.source for key in (*camera.events.found, *registered) if key.kind is EventKind.VIRTUAL_INPUT]
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
        self._key = SourceKey(EventKind.VIRTUAL_INPUT, str(number))
        super().__init__(account, channel, self._key.text)
        self._number = number
        self._sources = (self._key,)
        self._attr_translation_placeholders = {"number": str(number)}

    @override
    def _find(self) -> bool:
        return self.camera.equipment.virtual_inputs

    @property
    @override
    def assumed_state(self) -> bool:
        return not self.account.events_trusted(self.camera)

    @override
    @callback
    def _listen(self) -> CALLBACK_TYPE:
        self._attr_is_on = self.camera.events.active(self._key)
        return super()._listen()

    @override
    @callback
    def _source_changed(self) -> None:
        self._attr_is_on = self.camera.events.active(self._key)
        self.async_write_ha_state()

    @override
    async def async_turn_on(self, **kwargs: Any) -> None:
        await self._switch(active=True)

    @override
    async def async_turn_off(self, **kwargs: Any) -> None:
        await self._switch(active=False)

    async def _switch(self, *, active: bool) -> None:
        async with camera_command(self.account, self.camera, Scope.WRITE, "virtual_input") as client:
            await client.virtual_inputs.switch(self._number, active=active)
        self._attr_is_on = active
        self.async_write_ha_state()
