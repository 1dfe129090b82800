"""Functions to call after a change."""

from collections.abc import Callable
import logging

from homeassistant.core import CALLBACK_TYPE, callback

_LOGGER = logging.getLogger(__name__)


class Listeners[*Args]:
    """Functions of one kind. One that fails is logged, so that neither the others nor the caller suffer."""

    def __init__(self) -> None:
        self._listeners: set[Callable[[*Args], None]] = set()

    @callback
    def add(self, listener: Callable[[*Args], None]) -> CALLBACK_TYPE:
        """Call a function after each change; return the function that ends this."""
        self._listeners.add(listener)
        return lambda: self._listeners.discard(listener)

    @callback
    def call(self, *args: *Args) -> None:
        """Call all of them."""
        for listener in tuple(self._listeners):
            try:
                listener(*args)
            except Exception:
                _LOGGER.exception("Unexpected error in a listener")
