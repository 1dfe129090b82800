"""Why recordings did not play, for people who saw only a player without a picture."""

from collections import OrderedDict
import time
from typing import Final

from homeassistant.exceptions import HomeAssistantError

#: Failures kept, and for how many seconds: later, it is worth another try.
_KEPT: Final = 64
_FRESH: Final = 600.0


class UnreportedFailures:
    """Failures that a page's player was answered with, which shows no text: the next one who opens it is told."""

    def __init__(self) -> None:
        self._failures: OrderedDict[str, tuple[HomeAssistantError, float]] = OrderedDict()

    def note(self, identifier: str, err: HomeAssistantError) -> None:
        """Keep why a recording did not play."""
        self._failures[identifier] = err, time.monotonic()
        self._failures.move_to_end(identifier)
        while len(self._failures) > _KEPT:
            self._failures.popitem(last=False)

    def raise_once(self, identifier: str) -> None:
        """Raise why the recording did not play a while ago, if nobody has been told."""
        err, noted_at = self._failures.pop(identifier, (None, 0.0))
        if err is not None and time.monotonic() - noted_at < _FRESH:
            raise err
