"""Restarts a camera: VX-RESTART."""

from http import HTTPStatus

from .errors import AuthError, BusyError, ForbiddenError, GoneError, RequestError
from .http import CameraHttp

# This API has numbers of its own in its errors. CONFIRMED (VX-RESTART-3).
_WITHOUT_THIS = frozenset({HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.EXPECTATION_FAILED})
_NOT_NOW = frozenset({HTTPStatus.LOCKED, HTTPStatus.INTERNAL_SERVER_ERROR})


async def restart(http: CameraHttp) -> None:
    """Restart a camera: with `firmwaremanagement.cgi` (AXIS OS 7.40+), before that with `restart.cgi`.

    CONFIRMED (VX-RESTART-1, VX-RESTART-2).

    Both need the administrator level. It answers, then is gone for a minute or two.

    Raises:
        BusyError: not now; new firmware is being installed, say.
        VapixError: the other kinds.
    """
    try:
        await http.call("axis-cgi/firmwaremanagement.cgi", "reboot")
    except GoneError:
        await _restart_old(http)
    except RequestError as error:
        if error.code in _NOT_NOW:
            raise BusyError(str(error)) from None
        if error.code not in _WITHOUT_THIS:
            raise
        await _restart_old(http)


async def may_restart(http: CameraHttp) -> bool:
    """Tell whether `restart` would be allowed: another call of that API needs the same level (CONFIRMED, VX-RESTART-2).

    A camera older than the API is not asked: it will say so when it is told to.

    Raises:
        VapixError: it was not told.
    """
    try:
        await http.call("axis-cgi/firmwaremanagement.cgi", "status")
    except AuthError, ForbiddenError:
        return False
    except GoneError, RequestError:
        return True
    return True


async def _restart_old(http: CameraHttp) -> None:
    """Restart with the call that every camera has; the page that it answers says nothing more."""
    await http.fetch("GET", "axis-cgi/restart.cgi", once=True)
