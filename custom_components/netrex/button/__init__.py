"""Buttons: pulses for what is wired to a camera, and its restart."""

from collections.abc import Iterator
from typing import Final, override

from homeassistant.components.button import ButtonDeviceClass, ButtonEntity
from homeassistant.const import EntityCategory
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from ..account.account import NetrexAccount, NetrexConfigEntry
from ..account.commands import camera_command
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..cameras.outputs import OutputUse
from ..entity.base import NetrexEntity, add_for_each_camera
from ..entity.output import OutputEntity, outputs_used_as
from .clip import clip_buttons
from .ptz import ptz_buttons

# Each camera takes its commands one after another by itself.
PARALLEL_UPDATES: Final = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: NetrexConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons of each camera, now and when there are more."""
    account = entry.runtime_data
    await add_for_each_camera(account, async_add_entities, lambda channel: _entities_of(account, channel))


def _entities_of(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    for output, choice in outputs_used_as(account, channel, OutputUse.BUTTON):
        yield PulseButton(account, channel, output, choice)
    yield from clip_buttons(account, channel)
    yield from ptz_buttons(account, channel)
    if channel.camera.equipment.restarts:
        yield RestartButton(account, channel)


class PulseButton(OutputEntity, ButtonEntity):
    """Turns an output on for as long as the user has chosen."""

    @override
    async def async_press(self) -> None:
        """Begin the pulse. Called by Home Assistant."""
        await self.async_pulse(self.choice.seconds)


class RestartButton(NetrexEntity, ButtonEntity):
    """Lets a camera start anew."""

    _attr_device_class = ButtonDeviceClass.RESTART
    _attr_entity_category = EntityCategory.CONFIG

    def __init__(self, account: NetrexAccount, channel: Channel) -> None:
        """Restart the channel's camera."""
        super().__init__(account, channel, "restart")

    @property
    @override
    def _is_there(self) -> bool:
        return self.camera.equipment.restarts

    @override
    async def async_press(self) -> None:
        """Restart the camera. Called by Home Assistant."""
        async with camera_command(self.account, self.camera, Scope.WRITE, "restart") as client:
            await client.restart()
