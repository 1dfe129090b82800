"""What the actions do that move cameras and keep their presets."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from enum import StrEnum
from typing import Any, Final

from homeassistant.exceptions import HomeAssistantError, ServiceValidationError

from ..account.account import NetrexAccount
from ..account.commands import camera_command
from ..account.head_commands import ptz_command, steer, stop
from ..auth.scopes import Scope
from ..cameras.axis_camera import AxisCamera
from ..const import DOMAIN
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

ATTR_MOVEMENT: Final = "movement"
ATTR_SPEED: Final = "speed"
ATTR_DURATION: Final = "duration"
ATTR_TASK: Final = "task"
ATTR_PRESET: Final = "preset"
ATTR_NEW_NAME: Final = "new_name"
STOP: Final = "stop"
#: Seconds that a continuous move may last.
SHORTEST: Final = 0.1
LONGEST: Final = 10.0
#: Of moves by degrees or steps (CONFIRMED, VX-PTZ-1), and of speeds.
_BY_HOW_MUCH: Final[Mapping[Axis, Range]] = {
    Axis.PAN: Range(-360, 360),
    Axis.TILT: Range(-360, 360),
    Axis.ZOOM: Range(-9999, 9999),
}
_SPEED: Final = Range(-100, 100)


class PresetTask(StrEnum):
    """What is done with a preset."""

    GO_TO = "go_to"
    SAVE = "save"
    RENAME = "rename"
    REMOVE = "remove"


async def move(account: NetrexAccount, camera: AxisCamera, given: Mapping[str, Any]) -> None:
    """Move a camera, or stop it. A continuous move returns when it is over, others when the camera has set off.

    Args:
        account: the camera's.
        camera: what moves.
        given: how, as the action's schema has checked.

    Raises:
        ServiceValidationError: it can't move so.
        HomeAssistantError: it did not; says why.
    """
    head = _head_of(camera)
    if given[ATTR_MOVEMENT] == STOP:
        await stop(account, camera)
        return
    motion = Motion(given[ATTR_MOVEMENT])
    where = {axis: float(given[axis]) for axis in Axis if axis in given}
    _check(camera, head, motion, where)
    if motion is Motion.CONTINUOUS:
        await steer(account, camera, {axis: round(speed) for axis, speed in where.items()}, given[ATTR_DURATION])
        return
    async with ptz_command(account, camera) as ptz:
        await ptz.go(motion, where, given.get(ATTR_SPEED))


async def preset(account: NetrexAccount, camera: AxisCamera, given: Mapping[str, Any]) -> None:
    """Go to a preset, or keep, rename or remove one.

    Args:
        account: the camera's.
        camera: whose preset it is.
        given: what, as the action's schema has checked.

    Raises:
        ServiceValidationError: there is no such preset, or a name that can't be.
        HomeAssistantError: it was not done; says why.
    """
    head, name = _head_of(camera), given[ATTR_PRESET].strip()
    task = PresetTask(given[ATTR_TASK])
    if task is PresetTask.SAVE:
        _check_name(camera, name)
        async with ptz_command(account, camera) as ptz, _changing_presets(camera):
            await ptz.save_preset(name)
        await camera.refresh_equipment()
        return
    number = numbers_by_name(head.presets).get(name)
    if number is None:
        raise _invalid("ptz_preset_unknown", camera, preset=name)
    if task is PresetTask.GO_TO:
        async with ptz_command(account, camera) as ptz:
            await ptz.go_to_preset(number)
        return
    new_name = given.get(ATTR_NEW_NAME, "").strip()
    if task is PresetTask.RENAME:
        _check_name(camera, new_name)
    async with (
        camera_command(account, camera, Scope.LIVEVIEW_PTZ, "preset_setting") as client,
        _changing_presets(camera),
    ):
        if task is PresetTask.RENAME:
            await client.ptz.rename_preset(number, new_name)
        else:
            await client.ptz.remove_preset(number)
    await camera.refresh_equipment()


@asynccontextmanager
async def _changing_presets(camera: AxisCamera) -> AsyncIterator[None]:
    """Say that it takes an administrator: the permission to move a camera, which the account has, does not do."""
    try:
        yield
    except (AuthError, ForbiddenError) as err:
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="ptz_presets_refused",
            translation_placeholders={"camera": camera.node.name},
        ) from err


def _head_of(camera: AxisCamera) -> PtzHead:
    camera.require_reachable()
    if camera.equipment.head is None:
        raise _invalid("ptz_missing", camera)
    return camera.equipment.head


def _check(camera: AxisCamera, head: PtzHead, motion: Motion, where: Mapping[Axis, float]) -> None:
    """Refuse what the camera can't do, in words that say what it can."""
    if not where:
        raise _invalid("ptz_nothing_to_move", camera)
    able = head.axes(motion)
    for axis, value in where.items():
        if axis not in able:
            raise _invalid(f"ptz_no_{axis}", camera)
        ranges = {Motion.ABSOLUTE: head.limits[axis], Motion.RELATIVE: _BY_HOW_MUCH[axis], Motion.CONTINUOUS: _SPEED}
        least, most = ranges[motion].minimum, ranges[motion].maximum
        # Not a number is in no range.
        if not least <= value <= most:
            raise _invalid(f"ptz_{axis}_out_of_range", camera, least=f"{least:g}", most=f"{most:g}")


def _check_name(camera: AxisCamera, name: str) -> None:
    if not 0 < len(name) <= MAX_PRESET_NAME or UNFIT_FOR_PRESET.search(name) or not name.isprintable():
        raise _invalid("ptz_preset_name", camera, most=str(MAX_PRESET_NAME))


def _invalid(key: str, camera: AxisCamera, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"camera": camera.node.name, **placeholders},
    )
