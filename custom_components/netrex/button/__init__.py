"""Buttons, each for one action of a camera or of a head. A new one is a row of `BUTTONS` or `NUMBERED_BUTTONS`."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonDeviceClass, ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory

from ..account.account import NetrexAccount
from ..account.commands import camera_command, ptz_command
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..cameras.outputs import OutputUse
from ..entity.base import NetrexEntity, setup_each_camera
from ..entity.channel import ChannelEntity
from ..entity.output import OutputEntity, entities_of_outputs
from ..identity.unique_ids import SEPARATOR
from ..vapix import Clip, Preset

PARALLEL_UPDATES: Final = 0


@dataclass(frozen=True, kw_only=True)
class ChannelButtonDescription(ButtonEntityDescription):
    """A button that a channel has at most once.

    Attributes:
        supported: whether a channel can do it.
        press: does it.
    """

    supported: Callable[[Channel], bool]
    press: Callable[[NetrexAccount, Channel], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class NumberedButtonDescription(ButtonEntityDescription):
    """Buttons for a channel's numbered items: its presets, or its camera's clips. The number is added to the key.

    Attributes:
        placeholder: the placeholder for the item's name in the translated name.
        items: the channel's items.
        press: does the action with the item of this number.
    """

    placeholder: str
    items: Callable[[Channel], Sequence[Clip | Preset]]
    press: Callable[[NetrexAccount, Channel, int], Awaitable[None]]


async def _go_home(account: NetrexAccount, channel: Channel) -> None:
    async with ptz_command(account, channel) as head:
        await head.go_home()


async def _go_to_preset(account: NetrexAccount, channel: Channel, number: int) -> None:
    async with ptz_command(account, channel) as head:
        await head.go_to_preset(number)


async def _focus(account: NetrexAccount, channel: Channel) -> None:
    async with camera_command(account, channel.camera, Scope.LIVEVIEW_PTZ, "autofocus") as client:
        if channel.own_head and channel.own_head.autofocus:
            await client.ptz.head(channel.head_number).focus()
        else:
            await client.optics.focus(channel.camera.equipment.lenses)


async def _play_clip(account: NetrexAccount, channel: Channel, number: int) -> None:
    async with camera_command(account, channel.camera, Scope.LIVEVIEW_AUDIOCLIP) as client:
        await client.clips.play(number)


async def _restart(account: NetrexAccount, channel: Channel) -> None:
    async with camera_command(account, channel.camera, Scope.WRITE, "restart") as client:
        await client.restart()


def _focuses(channel: Channel) -> bool:
    head = channel.own_head
    return (head is not None and head.autofocus) or (channel.number is None and bool(channel.camera.equipment.lenses))


def _presets(channel: Channel) -> Sequence[Preset]:
    return channel.own_head.presets if channel.own_head else ()


def _clips(channel: Channel) -> Sequence[Clip]:
    clips = channel.camera.equipment.clips
    return clips.clips if clips and channel.number is None else ()


BUTTONS: Final = (
    ChannelButtonDescription(
        key="home",
        translation_key="home",
        supported=lambda channel: channel.own_head is not None,
        press=_go_home,
    ),
    ChannelButtonDescription(
        key="autofocus",
        translation_key="autofocus",
        entity_category=EntityCategory.CONFIG,
        supported=_focuses,
        press=_focus,
    ),
    ChannelButtonDescription(
        key="restart",
        device_class=ButtonDeviceClass.RESTART,
        entity_category=EntityCategory.CONFIG,
        supported=lambda channel: channel.number is None and channel.camera.equipment.restarts,
        press=_restart,
    ),
)
NUMBERED_BUTTONS: Final = (
    # For dashboards with a button for one preset; the select entity has all.
    NumberedButtonDescription(
        key="preset",
        translation_key="preset",
        entity_registry_enabled_default=False,
        placeholder="preset",
        items=_presets,
        press=_go_to_preset,
    ),
    # Plays at the volume set in the camera; the media player can play clips, too.
    NumberedButtonDescription(
        key="play_clip",
        translation_key="play_clip",
        entity_registry_enabled_default=False,
        placeholder="clip",
        items=_clips,
        press=_play_clip,
    ),
)


def _buttons(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    if channel.number is None:
        yield from entities_of_outputs(OutputUse.BUTTON, PulseButton)(account, channel)
    for row in BUTTONS:
        if row.supported(channel):
            yield ChannelButton(account, channel, row)
    for numbered in NUMBERED_BUTTONS:
        for item in numbered.items(channel):
            yield NumberedButton(account, channel, numbered, item)


class ChannelButton(ChannelEntity, ButtonEntity):
    """A button of `BUTTONS`."""

    entity_description: ChannelButtonDescription

    def __init__(self, account: NetrexAccount, channel: Channel, description: ChannelButtonDescription) -> None:
        super().__init__(account, channel, description.key)
        self.entity_description = description
        self._update_attributes()

    @override
    def _find(self) -> bool:
        return self.entity_description.supported(self.channel)

    @override
    def _update_attributes(self) -> None:
        if key := self.entity_description.translation_key:
            self._set_channel_name(key)

    @override
    async def async_press(self) -> None:
        await self.entity_description.press(self.account, self.channel)


class NumberedButton(ChannelEntity, ButtonEntity):
    """A button of `NUMBERED_BUTTONS` for one item."""

    entity_description: NumberedButtonDescription

    def __init__(
        self, account: NetrexAccount, channel: Channel, description: NumberedButtonDescription, item: Clip | Preset
    ) -> None:
        super().__init__(account, channel, f"{description.key}{SEPARATOR}{item.number}")
        self.entity_description = description
        self._number = item.number
        self._update_attributes()

    @override
    def _find(self) -> Clip | Preset | None:
        items = self.entity_description.items(self.channel)
        return next((each for each in items if each.number == self._number), None)

    @override
    def _update_attributes(self) -> None:
        if item := self._find():
            self._set_channel_name(self.entity_description.key, **{self.entity_description.placeholder: item.name})

    @override
    async def async_press(self) -> None:
        await self.entity_description.press(self.account, self.channel, self._number)


class PulseButton(OutputEntity, ButtonEntity):
    """A button that turns an output on for the seconds of the user's choice."""

    @override
    async def async_press(self) -> None:
        await self.async_pulse(self.choice.seconds)


async_setup_entry: Final = setup_each_camera(_buttons, each_channel=True)
