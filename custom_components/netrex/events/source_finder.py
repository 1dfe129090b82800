"""Finds what a camera has: a source has entities once it was reported or declared, and its name was requested."""

from collections.abc import Awaitable, Callable, Coroutine, Iterable
from typing import Final

from ..tasks.listeners import Listeners
from ..tasks.timing import Timing
from ..vapix import CameraEvent, EventKind
from ..vapix.analytics import COUNTING_KINDS
from .source_key import SourceKey
from .source_names import SourceNames, listed_as

#: Kinds of which a camera may have dozens of unused sources: a source counts once it has been on.
_WHEN_USED: Final = frozenset({EventKind.VIRTUAL_INPUT, EventKind.MANUAL_TRIGGER})
#: Kinds whose sources count only once they have been reported: a slot may have no card, and some are many.
LEFT_TO_REPORTS: Final = _WHEN_USED | {
    EventKind.STORAGE,
    EventKind.STORAGE_HEALTH,
    EventKind.STORAGE_FAILURE,
    EventKind.PTZ_PRESET,
    EventKind.TIMER,
}


class SourceFinder:
    """The sources of one camera that may have entities.

    Attributes:
        found: those whose names were requested.
        known: all of them, with those that are registered already.
        naming: those that wait for their names.
        over_limit: events of sources above the limit, for diagnostics.
        sources_found: called when sources have been found.
        names_loaded: called when the camera has sent names, which may have changed.
    """

    def __init__(
        self,
        names: SourceNames,
        run: Callable[[Coroutine[None, None, None]], object],
        timing: Timing,
        registered: Iterable[SourceKey],
        on_asked: Callable[[EventKind], Awaitable[None]],
    ) -> None:
        self._names = names
        self._run = run
        self._timing = timing
        #: Called when names of a kind were requested, before sources are found.
        self._on_asked = on_asked
        self.found: Final[dict[SourceKey, None]] = {}
        self.known: Final = set(registered)
        self.naming: Final[dict[SourceKey, None]] = {}
        self.over_limit = 0
        self._new_sources = 0
        self.sources_found: Final = Listeners[()]()
        self.names_loaded: Final = Listeners[()]()

    def admit(self, key: SourceKey) -> bool:
        """Return whether a source may have entities; a camera could invent new ones endlessly."""
        if key not in self.known:
            timing = self._timing
            if len(self.known) >= timing.most_event_sources or self._new_sources >= timing.most_new_event_sources:
                self.over_limit += 1
                return False
            self.known.add(key)
            self._new_sources += 1
        return True

    def is_known(self, key: SourceKey) -> bool:
        """Return whether a source is found, or about to be."""
        return key in self.found or key in self.naming

    def forget(self, key: SourceKey) -> None:
        """Forget a source that the camera no longer has."""
        self.known.discard(key)
        self.found.pop(key, None)
        self.naming.pop(key, None)

    def find(self, key: SourceKey, event: CameraEvent) -> None:
        """Add a source once its name is known, as entities are named when they are created."""
        if key in self.naming or (key in self.found and not self._names.wanted(key.kind)):
            return
        if (key.kind in _WHEN_USED and not event.active) or _may_be_empty(event):
            return
        if self.add(key):
            self.sources_found.call()

    def add(self, key: SourceKey) -> bool:
        """Return whether a source is found now, rather than waiting for its name."""
        if not self._names.wanted(key.kind) and not self._names.may_be_new(key.kind, key.source):
            self.found[key] = None
            return True
        self.naming[key] = None
        if len(self.naming) == 1:
            self._run(self._name())
        return False

    def name_counters(self) -> None:
        """Request the names of counting scenarios that have entities: they may not report for a long time."""
        known = {SourceKey(key.kind, key.source) for key in self.known if key.kind in COUNTING_KINDS}
        unnamed = dict.fromkeys(key for key in known if self._names.wanted(key.kind))
        is_idle = not self.naming
        self.naming.update(unnamed)
        if unnamed and is_idle:
            self._run(self._name())

    async def _name(self) -> None:
        while self.naming:
            for kind in {listed_as(key.kind) for key in self.naming}:
                await self._names.ask(kind)
                await self._on_asked(kind)
                ready = [key for key in self.naming if listed_as(key.kind) is kind]
                for key in ready:
                    del self.naming[key]
                    if not (kind is EventKind.INPUT and self._names.is_output(key.source)):
                        self.found[key] = None
            self.names_loaded.call()
            self.sources_found.call()


def _may_be_empty(event: CameraEvent) -> bool:
    """Return whether a report may be about a slot without a card: always "disrupted", and of unknown health."""
    if event.kind is EventKind.STORAGE:
        return event.active is not False
    return event.kind is EventKind.STORAGE_HEALTH and not event.active and not event.values
