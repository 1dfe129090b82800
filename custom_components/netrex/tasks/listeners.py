"""Functions to call after a change."""

from collections.abc import Callable
import logging

from homeassistant.core import CALLBACK_TYPE, callback

_LOGGER = logging.getLogger(__name__)


class Listeners[*Args]:
    """Functions of one kind. An error in one is logged, and the others are still called."""

    def __init__(self) -> None:
        self._listeners: set[Callable[[*Args], None]] = set()

    @callback
    def add(self, listener: Callable[[*Args], None]) -> CALLBACK_TYPE:
        """Add a listener; return the function that removes it."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    @callback
    def call(self, *args: *Args) -> None:
        """Call all listeners."""
        for listener in tuple(self._listeners):
            try:
                listener(*args)
            except Exception:
                _LOGGER.exception("Unexpected error in a listener")
