"""Pan, tilt and zoom commands of the entities and actions; they run one at a time for each camera, except `stop`."""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from ..auth.scopes import Scope
from ..cameras.axis_camera import AxisCamera
from ..errors import action_error
from ..ptz.steering import STOPS_WITHIN
from ..vapix import Axis, Ptz, VapixError
from .account import NetrexAccount
from .commands import camera_command, command_error

_SCOPE: Final = Scope.LIVEVIEW_PTZ


@asynccontextmanager
async def ptz_command(account: NetrexAccount, camera: AxisCamera) -> AsyncIterator[Ptz]:
    """Yield a camera's PTZ client for one command that is not a continuous move.

    A continuous move in progress is stopped first: the stop at its end would interrupt this command.

    Raises:
        HomeAssistantError: the camera can't be used now, or the command failed.
    """
    async with camera_command(account, camera, _SCOPE) as client:
        await account.steering.stop_for_next_command(camera)
        yield client.ptz


async def steer(account: NetrexAccount, camera: AxisCamera, speeds: Mapping[Axis, int], seconds: float) -> None:
    """Move a camera continuously for some seconds; return when it has stopped or another move has replaced this one.

    The camera stops at once if the caller is canceled.

    Raises:
        HomeAssistantError: the camera did not move, or has not confirmed the stop.
    """
    async with camera_command(account, camera, _SCOPE):
        movement = await account.steering.start(camera, speeds, seconds)
    try:
        await asyncio.wait((movement.ended,), timeout=seconds + STOPS_WITHIN)
    except asyncio.CancelledError:
        movement.stop_early()
        raise
    stopped = movement.ended
    if not stopped.done() or stopped.cancelled() or not stopped.result():
        raise action_error("ptz_stop_unsure", camera=camera.node.name)


async def stop(account: NetrexAccount, camera: AxisCamera) -> None:
    """Stop a camera at once, without waiting for commands in progress.

    Raises:
        HomeAssistantError: the camera can't be used now, or has not confirmed the stop.
    """
    camera.require_reachable()
    try:
        await account.steering.stop(camera)
    except VapixError as err:
        raise await command_error(account, camera, _SCOPE, err) from err
