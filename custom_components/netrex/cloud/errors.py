"""What can go wrong with the Netrex cloud, classified once, where its answer is read.

No text here holds a URL, a token or a body: these errors end in logs.
"""


class CloudError(Exception):
    """The cloud did not do what was asked."""


class AuthError(CloudError):
    """The token is not, or no longer, accepted."""


class FreshTokenRefusedError(AuthError):
    """The token was refused right after the provider had given it: the sign-in holds, something else is wrong there."""


class ForbiddenError(CloudError):
    """The token is good, but lacks the permission for this call."""


class BusyError(CloudError):
    """The cloud asks to be left alone for a while.

    Attributes:
        retry_after: seconds to wait, when the cloud said so.
    """

    def __init__(self, message: str, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.retry_after = retry_after


class TransientError(CloudError):
    """No usable answer: network trouble, a time-out or a fault at the server. Worth another try."""


class ProtocolError(CloudError):
    """An answer came, but not one that the documentation describes."""
