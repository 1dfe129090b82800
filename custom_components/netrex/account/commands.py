"""Commands to a camera: one after another, each with an answer that a person can read."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.exceptions import HomeAssistantError

from ..auth.scopes import Scope
from ..cameras.axis_camera import AxisCamera
from ..const import DOMAIN
from ..vapix import (
    AuthError,
    BusyError,
    ForbiddenError,
    GoneError,
    ProtocolError,
    RequestError,
    VapixClient,
    VapixError,
)
from .account import NetrexAccount
from .refusals import COMMAND

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
    """Give the camera's client for one command, once those before it are done.

    Args:
        account: the camera's.
        camera: is told what.
        scope: that the command needs; a refusal of it becomes an issue that the user can end.
        what: the kind of command; only a success of the same kind ends that issue.

    Raises:
        HomeAssistantError: the camera can't be used now, or did not do it; says why, in its own words if it has some.
    """
    camera.require_reachable()
    try:
        async with asyncio.timeout(account.timing.command_wait):
            await camera.command_lock.acquire()
    except TimeoutError:
        raise _error("command_busy", camera) from None
    try:
        # What was asked for a while ago must not happen when the camera is back, or to another one.
        camera.require_reachable()
        if account.entry.state is not ConfigEntryState.LOADED:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="account_not_ready")
        yield camera.client
    except VapixError as err:
        raise await command_error(account, camera, scope, err, what) from err
    finally:
        camera.command_lock.release()
    account.refusals.used(scope, camera, what)


async def command_error(
    account: NetrexAccount, camera: AxisCamera, scope: Scope, err: VapixError, what: str = COMMAND
) -> HomeAssistantError:
    """Note that a command failed, and say why."""
    key = next(key for kind, key in _EXCEPTION_KEYS if isinstance(err, kind))
    if not isinstance(err, AuthError | ForbiddenError):
        camera.report_failure(err, of_equipment=True)
    elif not await account.async_is_permission_refused(scope, camera, what):
        key = "command_token_refused"
    words = err.words if isinstance(err, RequestError) else ""
    if words:
        key = "command_refused"
    return _error(key, camera, scope=scope.value, words=words)


def _error(key: str, camera: AxisCamera, **placeholders: str) -> HomeAssistantError:
    return HomeAssistantError(
        translation_domain=DOMAIN,
        translation_key=key,
        translation_placeholders={"camera": camera.node.name, **placeholders},
    )
