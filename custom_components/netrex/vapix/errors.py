"""What can go wrong between us and a camera behind remote access, classified once.

No text here holds an address, a token or an answer's body: it may be logged and shown as it is.
"""

from http import HTTPStatus


class VapixError(Exception):
    """A camera could not be asked, or did not do what it was asked."""


class AuthError(VapixError):
    """The token was not taken (401). A fresh one may be."""


class ForbiddenError(VapixError):
    """The token was accepted, but it, or the level the proxy logs in to the camera with, lacks a permission (403)."""


class GoneError(VapixError):
    """There is no such CGI, or no camera, at this address (404); `VapixClient.device_identity` finds out which."""


class BusyError(VapixError):
    """The camera is there but cannot serve this now (503, 500, 429 or its own "internal error")."""


class UnreachableError(VapixError):
    """The camera did not answer: network, time-out, 502 or 504 from the proxy, or an answer cut off."""


class ProtocolError(VapixError):
    """The answer is not what the documentation says it is."""


class RequestError(VapixError):
    """The camera did not understand or accept the request (400, an error code in a JSON answer, a text that says so).

    `code` is of a JSON answer; `words` are the camera's own, clean, for a person to read, and not in this error's text.
    """

    def __init__(self, message: str, code: int | None = None, words: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.words = words


_BY_STATUS: dict[int, type[VapixError]] = {
    HTTPStatus.UNAUTHORIZED: AuthError,
    HTTPStatus.FORBIDDEN: ForbiddenError,
    HTTPStatus.NOT_FOUND: GoneError,
    HTTPStatus.GONE: GoneError,
    HTTPStatus.REQUEST_TIMEOUT: UnreachableError,
    HTTPStatus.TOO_MANY_REQUESTS: BusyError,
    HTTPStatus.INTERNAL_SERVER_ERROR: BusyError,
    HTTPStatus.SERVICE_UNAVAILABLE: BusyError,
}

# The new and the old family of error codes in JSON answers (CONFIRMED, VX-JSON-4, VX-JSON-5).
_BY_CODE: dict[int, type[VapixError]] = {
    1100: BusyError,  # internal
    8000: BusyError,
    2001: ForbiddenError,  # forbidden
    2105: ForbiddenError,  # authorization failed
    2106: ForbiddenError,  # authentication failed: the proxy's login to the camera, not our token
}


def error_for_status(status: int, protocol: str = "HTTP") -> VapixError:
    """Return what a status other than 200 means; RTSP has the same. The proxy's own answers are UNKNOWN (VX-HTTP-4)."""
    text = f"{protocol} status {status}"
    if kind := _BY_STATUS.get(status):
        return kind(text)
    if status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return UnreachableError(text)
    if status >= HTTPStatus.BAD_REQUEST:
        return RequestError(text)
    return ProtocolError(text)


def error_for_code(code: int, words: str = "") -> VapixError:
    """Return what the error code of a JSON answer means; words: its message, clean."""
    if kind := _BY_CODE.get(code):
        return kind(f"Error code {code}")
    return RequestError(f"Error code {code}", code, words)
