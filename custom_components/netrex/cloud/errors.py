"""What can go wrong with the Netrex cloud, classified once, where its answer is read.

No text here holds a URL, a token or a body: these errors end in logs.
"""

from http import HTTPStatus
from typing import Final

#: Seconds that the cloud may ask to wait, and digits of such a number that Python can read at once.
_LONGEST_WAIT: Final = 3600.0
_MAX_DIGITS: Final = 9


class CloudError(Exception):
    """The cloud did not do what was asked."""


class AuthError(CloudError):
    """The token is not, or no longer, accepted."""


class FreshTokenRefusedError(AuthError):
    """The token was refused right after the provider had given it: the sign-in is valid, something else is wrong."""


class ForbiddenError(CloudError):
    """The token is good, but lacks the permission for this call."""


class BusyError(CloudError):
    """The cloud asks to wait, for `retry_after` seconds when it says so."""

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TransientError(CloudError):
    """No usable answer: network trouble, a time-out or a fault at the server. Worth another try."""


class ProtocolError(CloudError):
    """An answer came, but not one that the documentation describes."""


class LinkExpiredError(CloudError):
    """The link of a download is no longer good; a new one has to be asked for."""


class RefusedGrantError(CloudError):
    """The server refused this code or refresh token; the reason is its own words, without a secret, or empty."""

    def __init__(self, reason: str) -> None:
        super().__init__(f"the cloud refused the grant: {reason}")
        self.reason = reason


def error_for_status(status: int, retry_after: str = "") -> CloudError | None:
    """Return what a status means wherever it comes from; None where that depends on the call."""
    if status == HTTPStatus.TOO_MANY_REQUESTS:
        return BusyError("the cloud asks to wait", seconds_to_wait(retry_after))
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return TransientError(f"the cloud has a fault of its own (status {status})")
    return None


def seconds_to_wait(retry_after: str) -> float | None:
    """Read the header `Retry-After`: its seconds, at most an hour; None for its other form, a date."""
    if not (retry_after.isascii() and retry_after.isdecimal()):
        return None
    return min(float(retry_after), _LONGEST_WAIT) if len(retry_after) <= _MAX_DIGITS else _LONGEST_WAIT
