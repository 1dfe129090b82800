"""Buttons, each for one action of a camera. A new one is a row of `BUTTONS` or `NUMBERED_BUTTONS`."""

from collections.abc import Awaitable, Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, override

from homeassistant.components.button import ButtonDeviceClass, ButtonEntity, ButtonEntityDescription
from homeassistant.const import EntityCategory

from ..account.account import NetrexAccount
from ..account.commands import camera_command, ptz_command
from ..auth.scopes import Scope
from ..cameras.axis_camera import AxisCamera
from ..cameras.channels import Channel
from ..cameras.equipment import Equipment
from ..cameras.outputs import OutputUse
from ..entity.base import NetrexEntity, setup_each_camera
from ..entity.output import OutputEntity, entities_of_outputs
from ..identity.unique_ids import SEPARATOR
from ..vapix import Clip, Preset

PARALLEL_UPDATES: Final = 0


@dataclass(frozen=True, kw_only=True)
class CameraButtonDescription(ButtonEntityDescription):
    """A button that a camera has at most once.

    Attributes:
        supported: whether a camera can do it.
        press: does it.
    """

    supported: Callable[[Equipment], bool]
    press: Callable[[NetrexAccount, AxisCamera], Awaitable[None]]


@dataclass(frozen=True, kw_only=True)
class NumberedButtonDescription(ButtonEntityDescription):
    """Buttons for a camera's numbered items: its presets or clips. The number is added to the key.

    Attributes:
        placeholder: the placeholder for the item's name in the translated name.
        items: the camera's items.
        press: does the action with the item of this number.
    """

    placeholder: str
    items: Callable[[Equipment], Sequence[Clip | Preset]]
    press: Callable[[NetrexAccount, AxisCamera, int], Awaitable[None]]


async def _go_home(account: NetrexAccount, camera: AxisCamera) -> None:
    async with ptz_command(account, camera) as ptz:
        await ptz.go_home()


async def _go_to_preset(account: NetrexAccount, camera: AxisCamera, number: int) -> None:
    async with ptz_command(account, camera) as ptz:
        await ptz.go_to_preset(number)


async def _focus(account: NetrexAccount, camera: AxisCamera) -> None:
    equipment = camera.equipment
    async with camera_command(account, camera, Scope.LIVEVIEW_PTZ, "autofocus") as client:
        if equipment.head and equipment.head.autofocus:
            await client.ptz.focus()
        else:
            await client.optics.focus(equipment.lenses)


async def _play_clip(account: NetrexAccount, camera: AxisCamera, number: int) -> None:
    async with camera_command(account, camera, Scope.LIVEVIEW_AUDIOCLIP) as client:
        await client.clips.play(number)


async def _restart(account: NetrexAccount, camera: AxisCamera) -> None:
    async with camera_command(account, camera, Scope.WRITE, "restart") as client:
        await client.restart()


BUTTONS: Final = (
    CameraButtonDescription(
        key="home",
        translation_key="home",
        supported=lambda equipment: equipment.head is not None,
        press=_go_home,
    ),
    CameraButtonDescription(
        key="autofocus",
        translation_key="autofocus",
        entity_category=EntityCategory.CONFIG,
        supported=lambda equipment: equipment.focuses,
        press=_focus,
    ),
    CameraButtonDescription(
        key="restart",
        device_class=ButtonDeviceClass.RESTART,
        entity_category=EntityCategory.CONFIG,
        supported=lambda equipment: equipment.restarts,
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
        items=lambda equipment: equipment.head.presets if equipment.head else (),
        press=_go_to_preset,
    ),
    # Plays at the volume set in the camera; the media player can play clips, too.
    NumberedButtonDescription(
        key="play_clip",
        translation_key="play_clip",
        entity_registry_enabled_default=False,
        placeholder="clip",
        items=lambda equipment: equipment.clips.clips if equipment.clips else (),
        press=_play_clip,
    ),
)


def _buttons(account: NetrexAccount, channel: Channel) -> Iterator[NetrexEntity]:
    yield from entities_of_outputs(OutputUse.BUTTON, PulseButton)(account, channel)
    equipment = channel.camera.equipment
    for row in BUTTONS:
        if row.supported(equipment):
            yield CameraButton(account, channel, row)
    for numbered in NUMBERED_BUTTONS:
        for item in numbered.items(equipment):
            yield NumberedButton(account, channel, numbered, item)


class CameraButton(NetrexEntity, ButtonEntity):
    """A button of `BUTTONS`."""

    entity_description: CameraButtonDescription

    def __init__(self, account: NetrexAccount, channel: Channel, description: CameraButtonDescription) -> None:
        super().__init__(account, channel, description.key)
        self.entity_description = description

    @override
    def _find(self) -> bool:
        return self.entity_description.supported(self.camera.equipment)

    @override
    async def async_press(self) -> None:
        await self.entity_description.press(self.account, self.camera)


class NumberedButton(NetrexEntity, ButtonEntity):
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
        items = self.entity_description.items(self.camera.equipment)
        return next((each for each in items if each.number == self._number), None)

    @override
    def _update_attributes(self) -> None:
        if item := self._find():
            self._set_name(None, **{self.entity_description.placeholder: item.name})

    @override
    async def async_press(self) -> None:
        await self.entity_description.press(self.account, self.camera, self._number)


class PulseButton(OutputEntity, ButtonEntity):
    """A button that turns an output on for the seconds of the user's choice."""

    @override
    async def async_press(self) -> None:
        await self.async_pulse(self.choice.seconds)


async_setup_entry: Final = setup_each_camera(_buttons)
