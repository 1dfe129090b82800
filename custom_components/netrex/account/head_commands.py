"""Commands to a camera's head. Before each, what moves is stopped: a stop that is due would end something else."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from homeassistant.exceptions import HomeAssistantError

from ..auth.scopes import Scope
from ..cameras.axis_camera import AxisCamera
from ..const import DOMAIN
from ..ptz.steering import STOPS_WITHIN
from ..vapix import Axis, Ptz, VapixError
from .account import NetrexAccount
from .commands import camera_command, command_error

_SCOPE: Final = Scope.LIVEVIEW_PTZ


@asynccontextmanager
async def ptz_command(account: NetrexAccount, camera: AxisCamera) -> AsyncIterator[Ptz]:
    """Give a camera's head for one command, once it stands still.

    Raises:
        HomeAssistantError: the camera can't be used now, or did not do it; says why.
    """
    async with camera_command(account, camera, _SCOPE) as client:
        await account.steering.halt(camera)
        yield client.ptz


async def steer(account: NetrexAccount, camera: AxisCamera, speeds: Mapping[Axis, int], seconds: float) -> None:
    """Move a camera for some seconds, and return when it has stopped or another move goes on from here.

    Whoever is cancelled meanwhile has it stopped at once.

    Raises:
        HomeAssistantError: it did not move, or has not confirmed the stop; says why.
    """
    async with camera_command(account, camera, _SCOPE):
        movement = await account.steering.start(camera, speeds, seconds)
    try:
        await asyncio.wait((movement.ended,), timeout=seconds + STOPS_WITHIN)
    except asyncio.CancelledError:
        movement.halt()
        raise
    ended = movement.ended
    if not ended.done() or ended.cancelled() or not ended.result():
        raise HomeAssistantError(
            translation_domain=DOMAIN,
            translation_key="ptz_stop_unsure",
            translation_placeholders={"camera": camera.node.name},
        )


async def stop(account: NetrexAccount, camera: AxisCamera) -> None:
    """Stop a camera, ahead of what it is still to be told.

    Raises:
        HomeAssistantError: it can't be used now, or has not taken the stop.
    """
    camera.require_reachable()
    try:
        await account.steering.stop(camera)
    except VapixError as err:
        raise await command_error(account, camera, _SCOPE, err) from err
