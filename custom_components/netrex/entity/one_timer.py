"""A timer of an entity that has something to do later, once."""

from collections.abc import Callable
from datetime import datetime

from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later


class OneTimer:
    """Calls something when its time has come, unless it is stopped, or set anew, before that."""

    def __init__(self, hass: HomeAssistant, call: Callable[[], None]) -> None:
        """Wait for nothing yet."""
        self._hass = hass
        self._call = call
        self._stop: CALLBACK_TYPE | None = None
        self._ended = False

    @callback
    def set(self, seconds: float) -> None:
        """Call in so many seconds."""
        self.stop()
        if self._ended:
            return
        self._stop = async_call_later(self._hass, seconds, self._over)

    @callback
    def stop(self) -> None:
        """Don't call any more."""
        if self._stop is not None:
            self._stop()
            self._stop = None

    @callback
    def end(self) -> None:
        """Don't call any more, whatever is still on its way: the entity is gone."""
        self._ended = True
        self.stop()

    @callback
    def _over(self, _now: datetime) -> None:
        self._stop = None
        self._call()
