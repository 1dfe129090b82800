"""Who is told how calls to the cloud go; nobody, unless somebody wants to know."""

from typing import Protocol

from .errors import CloudError


class Calls(Protocol):
    """Is told of every call when it is sent, and then how it ended. One that was given up ends without a word."""

    def sent(self) -> None:
        """A call goes out."""

    def answered(self) -> None:
        """It was answered as it should be."""

    def failed(self, error: CloudError) -> None:
        """It was not."""


class Uncounted:
    """Takes no notice."""

    def sent(self) -> None:
        """Forget it."""

    def answered(self) -> None:
        """Forget it."""

    def failed(self, error: CloudError) -> None:
        """Forget it."""
