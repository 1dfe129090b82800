"""Commands to cameras: one at a time for each camera, with errors that a user can read.

Entities and actions send in `camera_command` or `ptz_command`; the PTZ action also calls `steer` and `stop`. A new
command is a method of an API in `vapix`, called in one of these, and needs nothing here. Announcements and polls, which
do not wait for commands, report their failures with `command_error`.
"""

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError

from ..auth.scopes import Scope
from ..cameras.axis_camera import AxisCamera
from ..cameras.channels import Channel
from ..errors import action_error
from ..ptz.steering import STOPS_WITHIN
from ..vapix import (
    AuthError,
    Axis,
    BusyError,
    ForbiddenError,
    GoneError,
    HeadControl,
    ProtocolError,
    RequestError,
    VapixClient,
    VapixError,
)
from .account import NetrexAccount
from .refusals import COMMAND

#: The first match counts, so the base class is last. Texts: `exceptions` of the translations.
_EXCEPTION_KEYS: Final[tuple[tuple[type[VapixError], str], ...]] = (
    (AuthError, "command_permission_refused"),
    (ForbiddenError, "command_permission_refused"),
    (BusyError, "command_busy"),
    (GoneError, "command_not_possible"),
    (RequestError, "command_not_possible"),
    (ProtocolError, "command_not_understood"),
    (VapixError, "command_not_answered"),
)


@asynccontextmanager
async def camera_command(
    account: NetrexAccount, camera: AxisCamera, scope: Scope, what: str = COMMAND
) -> AsyncIterator[VapixClient]:
    """Yield the camera's client for one command, once those before it are done.

    If the camera refuses the permission, an issue is shown; only a success of the same kind (`what`) clears it.

    Raises:
        HomeAssistantError: the camera can't be used now, or the command failed. The text has the camera's own reason
            if it gave one.
    """
    camera.require_reachable()
    try:
        async with asyncio.timeout(account.timing.command_wait):
            await camera.command_lock.acquire()
    except TimeoutError:
        raise action_error("command_busy", camera=camera.node.name) from None
    try:
        # A command from a while ago must not run once the camera is back, nor on another device.
        camera.require_reachable()
        if account.entry.state is not ConfigEntryState.LOADED:
            raise action_error("account_not_ready")
        yield camera.client
    except VapixError as err:
        raise await command_error(account, camera, scope, err, what) from err
    finally:
        camera.command_lock.release()
    account.refusals.accepted(scope, camera, what)


async def command_error(
    account: NetrexAccount, camera: AxisCamera, scope: Scope, err: VapixError, what: str = COMMAND
) -> HomeAssistantError:
    """Report a failed command to the camera and the account, and return the error for the user."""
    key = next(key for kind, key in _EXCEPTION_KEYS if isinstance(err, kind))
    if not isinstance(err, AuthError | ForbiddenError):
        camera.report_failure(err, of_equipment=True)
    elif not await account.refusals.async_is_permission_refused(scope, camera, what):
        key = "command_token_refused"
    words = err.words if isinstance(err, RequestError) else ""
    if words:
        key = "command_refused"
    return action_error(key, camera=camera.node.name, scope=scope.value, words=words)


@asynccontextmanager
async def ptz_command(account: NetrexAccount, channel: Channel) -> AsyncIterator[HeadControl]:
    """Yield what moves a channel's picture, for one command that is not a continuous move.

    A continuous move in progress is stopped first: the stop at its end would interrupt this command.

    Raises:
        HomeAssistantError: the camera can't be used now, or the command failed.
    """
    async with camera_command(account, channel.camera, Scope.LIVEVIEW_PTZ) as client:
        await account.steering.stop_for_next_command(channel.camera, channel.head_number)
        yield client.ptz.head(channel.head_number)


async def steer(account: NetrexAccount, channel: Channel, speeds: Mapping[Axis, int], seconds: float) -> None:
    """Move a picture continuously for some seconds; return when it has stopped or another move has replaced this one.

    The head stops at once if the caller is canceled.

    Raises:
        HomeAssistantError: the head did not move, or the camera has not confirmed the stop.
    """
    async with camera_command(account, channel.camera, Scope.LIVEVIEW_PTZ):
        movement = await account.steering.start(channel.camera, channel.head_number, speeds, seconds)
    try:
        await asyncio.wait((movement.ended,), timeout=seconds + STOPS_WITHIN)
    except asyncio.CancelledError:
        movement.stop_early()
        raise
    stopped = movement.ended
    if not stopped.done() or stopped.cancelled() or not stopped.result():
        raise action_error("ptz_stop_unsure", camera=channel.node.name)


async def stop(account: NetrexAccount, channel: Channel) -> None:
    """Stop the head of a channel at once, without waiting for commands in progress.

    Raises:
        HomeAssistantError: the camera can't be used now, or has not confirmed the stop.
    """
    channel.camera.require_reachable()
    try:
        await account.steering.stop(channel.camera, channel.head_number)
    except VapixError as err:
        raise await command_error(account, channel.camera, Scope.LIVEVIEW_PTZ, err) from err
