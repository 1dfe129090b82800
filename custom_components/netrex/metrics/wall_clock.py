"""Notices that the clock on the wall was set back: what was asked for by it may have been asked for too early."""

from dataclasses import dataclass
from typing import Final

#: Seconds. By less, clocks are put right all the time.
_STEP: Final = 60.0


@dataclass(slots=True)
class WallClock:
    """How the clock on the wall goes, beside one that nobody sets.

    Attributes:
        ahead: seconds by which it was ahead of the other when it was last looked at; None: it never was.
        since: since when it has been so, by the other.
    """

    ahead: float | None = None
    since: float = 0.0

    def wrong_since(self, now: float, steady: float) -> float | None:
        """Tell since when it had been ahead, where it was set back since the last look; as it should have said then.

        Args:
            now: what it says, seconds since 1970.
            steady: what the other says.
        """
        if self.ahead is None or self.ahead - (now - steady) < _STEP:
            return None
        return self.since + now - steady

    def look(self, now: float, steady: float) -> None:
        """Remember how it goes."""
        ahead = now - steady
        if self.ahead is None or abs(self.ahead - ahead) >= _STEP:
            self.since = steady
        self.ahead = ahead
