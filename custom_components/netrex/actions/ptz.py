"""The actions that move cameras and manage their presets."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, Final

from homeassistant.helpers import config_validation as cv
import probatio

from ..account.account import NetrexAccount
from ..account.commands import camera_command, ptz_command, steer, stop
from ..auth.scopes import Scope
from ..cameras.axis_camera import AxisCamera
from ..cameras.channels import Channel
from ..errors import action_error, validation_error
from ..identity.entity_keys import numbers_by_name
from ..vapix import (
    MAX_PRESET_NAME,
    UNFIT_FOR_PRESET,
    AuthError,
    Axis,
    ForbiddenError,
    Motion,
    PtzHead,
    Range,
)

_MOVEMENT: Final = "movement"
_SPEED: Final = "speed"
_DURATION: Final = "duration"
_TASK: Final = "task"
_PRESET: Final = "preset"
_NEW_NAME: Final = "new_name"
_STOP: Final = "stop"
#: Seconds that a continuous move may last.
_DURATIONS: Final = probatio.Range(min=0.1, max=10.0)
#: Degrees, and steps of zoom (CONFIRMED, VX-PTZ-1).
_RELATIVE: Final[Mapping[Axis, Range]] = {
    Axis.PAN: Range(-360, 360),
    Axis.TILT: Range(-360, 360),
    Axis.ZOOM: Range(-9999, 9999),
}
_SPEEDS: Final = Range(-100, 100)


class PresetTask(StrEnum):
    """What to do with a preset."""

    GO_TO = "go_to"
    SAVE = "save"
    RENAME = "rename"
    REMOVE = "remove"


MOVE_FIELDS: Final = {
    probatio.Optional(_MOVEMENT, default=Motion.RELATIVE.value): probatio.In([*map(str, Motion), _STOP]),
    **{probatio.Optional(axis.value): probatio.Coerce(float) for axis in Axis},
    probatio.Optional(_SPEED): probatio.All(probatio.Coerce(int), probatio.Range(min=1, max=100)),
    probatio.Optional(_DURATION, default=1.0): probatio.All(probatio.Coerce(float), _DURATIONS),
}
PRESET_FIELDS: Final = {
    probatio.Optional(_TASK, default=PresetTask.GO_TO.value): probatio.In([*map(str, PresetTask)]),
    probatio.Required(_PRESET): cv.string,
    probatio.Optional(_NEW_NAME): cv.string,
}


async def move(account: NetrexAccount, channel: Channel, given: Mapping[str, Any]) -> None:
    """Move a picture, or stop it. A continuous move returns when it is over, others when the head starts moving.

    Raises:
        ServiceValidationError: the channel's head doesn't support this move, or there is none.
        HomeAssistantError: the command failed.
    """
    head = _head_of(channel)
    if given[_MOVEMENT] == _STOP:
        await stop(account, channel)
        return
    motion = Motion(given[_MOVEMENT])
    where = {axis: float(given[axis]) for axis in Axis if axis in given}
    _check(channel, head, motion, where)
    if motion is Motion.CONTINUOUS:
        await steer(account, channel, {axis: round(speed) for axis, speed in where.items()}, given[_DURATION])
        return
    async with ptz_command(account, channel) as control:
        await control.go(motion, where, given.get(_SPEED))


async def preset(account: NetrexAccount, channel: Channel, given: Mapping[str, Any]) -> None:
    """Go to a preset, or save, rename or remove one.

    Raises:
        ServiceValidationError: there is no such preset, or its new name is not allowed.
        HomeAssistantError: the command failed.
    """
    camera, head, name = channel.camera, _head_of(channel), given[_PRESET].strip()
    task = PresetTask(given[_TASK])
    if task is PresetTask.SAVE:
        _check_name(channel, name)
        async with ptz_command(account, channel) as control, _changing_presets(camera):
            await control.save_preset(name)
        await camera.refresh_equipment()
        return
    number = numbers_by_name(head.presets).get(name)
    if number is None:
        raise validation_error("ptz_preset_unknown", camera=channel.node.name, preset=name)
    if task is PresetTask.GO_TO:
        async with ptz_command(account, channel) as control:
            await control.go_to_preset(number)
        return
    new_name = given.get(_NEW_NAME, "").strip()
    if task is PresetTask.RENAME:
        _check_name(channel, new_name)
    async with (
        camera_command(account, camera, Scope.LIVEVIEW_PTZ, "preset_setting") as client,
        _changing_presets(camera),
    ):
        control = client.ptz.head(channel.head_number)
        if task is PresetTask.RENAME:
            await control.rename_preset(number, new_name)
        else:
            await control.remove_preset(number)
    await camera.refresh_equipment()


@asynccontextmanager
async def _changing_presets(camera: AxisCamera) -> AsyncIterator[None]:
    """Explain a refusal: changing presets takes an administrator, not only the permission to move a camera."""
    try:
        yield
    except (AuthError, ForbiddenError) as err:
        raise action_error("ptz_presets_refused", camera=camera.node.name) from err


def _head_of(channel: Channel) -> PtzHead:
    channel.camera.require_reachable()
    if channel.head is None:
        raise validation_error("ptz_missing", camera=channel.node.name)
    return channel.head


def _check(channel: Channel, head: PtzHead, motion: Motion, where: Mapping[Axis, float]) -> None:
    """Raise an error for what the head can't do; its text says what it can do."""
    name = channel.node.name
    if not where:
        raise validation_error("ptz_nothing_to_move", camera=name)
    supported = head.axes(motion)
    for axis, value in where.items():
        if axis not in supported:
            raise validation_error(f"ptz_no_{axis}", camera=name)
        ranges = {Motion.ABSOLUTE: head.limits[axis], Motion.RELATIVE: _RELATIVE[axis], Motion.CONTINUOUS: _SPEEDS}
        least, most = ranges[motion].minimum, ranges[motion].maximum
        # NaN is in no range.
        if not least <= value <= most:
            raise validation_error(f"ptz_{axis}_out_of_range", camera=name, least=f"{least:g}", most=f"{most:g}")


def _check_name(channel: Channel, name: str) -> None:
    if not 0 < len(name) <= MAX_PRESET_NAME or UNFIT_FOR_PRESET.search(name) or not name.isprintable():
        raise validation_error("ptz_preset_name", camera=channel.node.name, most=str(MAX_PRESET_NAME))
