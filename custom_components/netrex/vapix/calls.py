"""Who is told how requests to a camera go; nobody, unless somebody wants to know."""

from typing import Protocol

from .errors import VapixError


class Calls(Protocol):
    """Is told of every request when it is sent, and then how it went. One that was given up ends without a word."""

    def sent(self) -> None:
        """A request goes out."""

    def answered(self) -> None:
        """Its answer has begun, as it should."""

    def failed(self, error: VapixError) -> None:
        """There was no such answer, or it broke off, or it says that the camera did not do it."""


class Uncounted:
    """Takes no notice."""

    def sent(self) -> None:
        """Forget it."""

    def answered(self) -> None:
        """Forget it."""

    def failed(self, error: VapixError) -> None:
        """Forget it."""
