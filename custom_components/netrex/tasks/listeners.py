"""Functions to call after a change."""

from collections.abc import Callable
import logging

from homeassistant.core import CALLBACK_TYPE, callback

_LOGGER = logging.getLogger(__name__)


class Listeners[*Args]:
    """Functions of one kind, called in the order in which they were added.

    An error in one is logged, and the others are still called.
    """

    def __init__(self) -> None:
        #: A dictionary keeps the order.
        self._listeners: dict[Callable[[*Args], None], None] = {}

    @callback
    def add(self, listener: Callable[[*Args], None]) -> CALLBACK_TYPE:
        """Add a listener; return the function that removes it."""
        self._listeners[listener] = None
        return lambda: self._listeners.pop(listener, None)

    @callback
    def call(self, *args: *Args) -> None:
        """Call all listeners."""
        for listener in tuple(self._listeners):
            try:
                listener(*args)
            except Exception:
                _LOGGER.exception("Unexpected error in a listener")
