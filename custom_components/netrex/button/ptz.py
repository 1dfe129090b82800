"""Buttons of a camera's head and lens: home, presets, autofocus."""

from collections.abc import Iterator
from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import callback

from ..account.account import NetrexAccount
from ..account.commands import camera_command
from ..account.head_commands import ptz_command
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..entity.base import NetrexEntity
from ..identity.entity_keys import preset_key
from ..vapix import Preset


def ptz_buttons(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    """Yield the buttons that a camera has use for."""
    equipment = channel.camera.equipment
    if equipment.head:
        yield HomeButton(account, channel)
        for preset in equipment.head.presets:
            yield PresetButton(account, channel, preset)
    if equipment.focuses:
        yield AutofocusButton(account, channel)


class HomeButton(NetrexEntity, ButtonEntity):
    """Lets a head go home."""

    _attr_translation_key = "home"

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        """Move the channel's camera."""
        super().__init__(account, channel, "home")

    @property
    @override
    def _is_there(self) -> bool:
        return self.camera.equipment.head is not None

    @override
    async def async_press(self) -> None:
        """Go home. Called by Home Assistant."""
        async with ptz_command(self.account, self.camera) as ptz:
            await ptz.go_home()


class PresetButton(NetrexEntity, ButtonEntity):
    """Lets a head go to one preset; for dashboards, where a choice is too much."""

    _attr_entity_registry_enabled_default = False
    _attr_translation_key = "preset"

    def __init__(self, account: NetrexAccount, channel: Channel, preset: Preset) -> None:
        """Go to this preset of the channel's camera."""
        super().__init__(account, channel, preset_key(preset.number))
        self._number = preset.number
        self._attr_translation_placeholders = {"preset": preset.name}

    @property
    def _preset(self) -> Preset | None:
        head = self.camera.equipment.head
        return next((each for each in head.presets if each.number == self._number), None) if head else None

    @property
    @override
    def _is_there(self) -> bool:
        return self._preset is not None

    @override
    @callback
    def _camera_changed(self) -> None:
        if preset := self._preset:
            self.take_name(None, preset=preset.name)
        super()._camera_changed()

    @override
    async def async_press(self) -> None:
        """Go to the preset. Called by Home Assistant."""
        async with ptz_command(self.account, self.camera) as ptz:
            await ptz.go_to_preset(self._number)


class AutofocusButton(NetrexEntity, ButtonEntity):
    """Lets a head or a lens focus."""

    _attr_translation_key = "autofocus"
    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        """Focus the channel's camera."""
        super().__init__(account, channel, "autofocus")

    @property
    @override
    def _is_there(self) -> bool:
        return self.camera.equipment.focuses

    @override
    async def async_press(self) -> None:
        """Focus. Called by Home Assistant."""
        equipment = self.camera.equipment
        async with camera_command(self.account, self.camera, Scope.LIVEVIEW_PTZ, "autofocus") as client:
            if equipment.head and equipment.head.autofocus:
                await client.ptz.focus()
            else:
                await client.optics.focus(equipment.lenses)
