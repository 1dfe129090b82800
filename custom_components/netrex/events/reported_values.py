"""Which numbers the sources of one camera report: each may become a sensor once it was reported."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from ..vapix import CameraEvent
from .source_key import SourceKey

#: Unknown numbers that are counted: a camera could invent new ones endlessly.
_MAX_UNKNOWN: Final = 50


class ReportedValues:
    """The names of numbers by the source that reports them."""

    def __init__(self) -> None:
        self._names: dict[SourceKey, dict[str, None]] = {}
        #: Reports of numbers that are not in the table of topics, by kind and name, for diagnostics.
        self.unknown: Counter[str] = Counter()

    def of(self, key: SourceKey) -> Iterable[str]:
        """Return the names of a source's numbers, in the order in which they were first reported."""
        return self._names.get(key, ())

    def add(self, key: SourceKey, names: Iterable[str]) -> bool:
        """Note what a source reports; return whether something is new."""
        known = self._names.setdefault(key, {})
        before = len(known)
        known.update(dict.fromkeys(names))
        return len(known) > before

    def count_unknown(self, event: CameraEvent) -> None:
        """Count numbers of an event that nobody knows."""
        for name in event.unknown_values:
            unknown = f"{event.kind}: {name}"
            if unknown in self.unknown or len(self.unknown) < _MAX_UNKNOWN:
                self.unknown[unknown] += 1

    def forget(self, key: SourceKey) -> None:
        """Forget a source that is gone."""
        self._names.pop(key, None)

    def by_kind(self) -> Mapping[str, list[str]]:
        """Return the names of numbers that any source of a kind reports, for diagnostics."""
        found: dict[str, set[str]] = {}
        for key, names in self._names.items():
            found.setdefault(key.kind.value, set()).update(names)
        return {kind: sorted(names) for kind, names in sorted(found.items())}
