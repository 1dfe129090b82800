"""Restarts a camera: VX-RESTART."""

from http import HTTPStatus

from ..transport.facts import Fact
from .errors import AuthError, BusyError, ForbiddenError, GoneError, RequestError
from .http import CameraHttp

# This API has numbers of its own in its errors. CONFIRMED (VX-RESTART-3).
_WITHOUT_THIS = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.EXPECTATION_FAILED})
_NOT_NOW = frozenset({HTTPStatus.LOCKED, HTTPStatus.INTERNAL_SERVER_ERROR})


async def restart(http: CameraHttp) -> None:
    """Restart a camera: `firmwaremanagement.cgi` (AXIS OS 7.40+), before that `restart.cgi`. For administrators.

    CONFIRMED (VX-RESTART-1, VX-RESTART-2). It answers, then is gone for a minute or two. BusyError: not now.
    """
    try:
        await http.command("axis-cgi/firmwaremanagement.cgi", "reboot")
    except GoneError:
        await _restart_old(http)
    except RequestError as error:
        if error.code in _NOT_NOW:
            raise BusyError(str(error)) from None
        if error.code not in _WITHOUT_THIS:
            raise
        await _restart_old(http)


async def may_restart(http: CameraHttp) -> bool:
    """Return whether `restart` would be allowed: another call of that API needs the same level (VX-RESTART-2).

    A camera older than the API may be: it will say so when it is restarted.
    """
    try:
        await http.call("axis-cgi/firmwaremanagement.cgi", "status")
    except AuthError, ForbiddenError:
        return False
    except GoneError, RequestError:
        return True
    http.calls.observed(Fact.LOGIN_LEVEL, "administrator")
    return True


async def _restart_old(http: CameraHttp) -> None:
    """Restart with the call that every camera has; the page that it answers says nothing more."""
    await http.fetch("axis-cgi/restart.cgi", once=True)
