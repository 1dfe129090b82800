"""Counts a client's calls, and notes what it sees in passing, where somebody wants to know."""

from .facts import Fact


class Calls:
    """Is notified of each call. This one ignores it; a call that its caller gave up ends without a notice."""

    def sent(self) -> None:
        """Note that a call was sent."""

    def answered(self) -> None:
        """Note that its answer has begun as it should."""

    def failed(self, error: Exception) -> None:
        """Note that there was no such answer, that it broke off, or that it reports a failure."""

    def observed(self, fact: Fact, value: str) -> None:
        """Note which of its values a fact has here."""
