"""What has a state of its own: a port, a scenario looking for people, a disk; and how its entity is told apart."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
import re
from typing import Final, Self, override

from ..identity.unique_ids import SEPARATOR, join_id, split_id
from ..vapix import CameraEvent, EventKind

#: Words for what was seen, by the camera's words. CONFIRMED: human; the others INFERRED (VX-APP-10).
_CLASSES: Final = {
    "human": "person",
    "person": "person",
    "vehicle": "vehicle",
    "car": "vehicle",
    "bus": "vehicle",
    "truck": "vehicle",
    "bike": "vehicle",
    "motorcycle_bicycle": "vehicle",
    "other_vehicle": "vehicle",
}
ANYTHING: Final = "object"
_CHANNEL: Final = re.compile(r"(?:Camera|Device)([0-9]{1,3})(?=Profile|Scenario)")


@dataclass(frozen=True, slots=True)
class SourceKey:
    """One thing with a state.

    Attributes:
        kind: what its events are about.
        source: which of its kind; empty where there is one.
        object_class: `person`, `vehicle` or `object`, where a scenario tells them apart; empty before anything
            was seen.
    """

    kind: EventKind
    source: str = ""
    object_class: str = ""
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Work the hash out once: a key is looked up several times with every event."""
        object.__setattr__(self, "_hash", hash((self.kind, self.source, self.object_class)))

    @override
    def __hash__(self) -> int:
        return self._hash

    @property
    def text(self) -> str:
        """How it is written in an entity's unique id."""
        return join_id(self.kind.value, self.source, self.object_class).rstrip(SEPARATOR)

    @property
    def channel(self) -> int | None:
        """Which of the camera's pictures a scenario or profile looks at; None where the source does not say.

        CONFIRMED that profiles name it (`Camera1Profile1`); that a scenario's device is one is INFERRED
        (VX-APP-4).
        """
        match = _CHANNEL.match(self.source)
        return int(match[1]) if match else None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Read what `text` has written; None for anything else."""
        kind, *rest = split_id(text)
        source, object_class, *more = [*rest, "", ""]
        if kind not in set(EventKind) or any(more):
            return None
        return cls(EventKind(kind), source, object_class)


#: Whether anything moves in front of the camera, whichever of its analytics says so.
MOTION: Final = SourceKey(EventKind.MOTION)


@lru_cache(maxsize=256)
def object_classes(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return our words for the camera's, each once."""
    return tuple(dict.fromkeys(_CLASSES.get(word, ANYTHING) for word in words))


@lru_cache(maxsize=1024)
def _key(kind: EventKind, source: str, object_class: str) -> SourceKey:
    """Make a key once."""
    return SourceKey(kind, source, object_class)


def keys_of(event: CameraEvent, looked_for: tuple[str, ...]) -> Iterator[SourceKey]:
    """Yield what an event is about.

    Args:
        event: one that is no aggregate.
        looked_for: classes of its scenario as configured; a single one will do where the event names none.
    """
    if event.kind is not EventKind.OBJECT:
        yield _key(event.kind, event.source, "")
        return
    # Nothing is there, and what might be is not known: its state counts for the camera's motion only.
    nothing = ANYTHING if event.active else ""
    seen = object_classes(event.classes) or (looked_for if len(looked_for) == 1 else (nothing,))
    for each in seen:
        yield _key(event.kind, event.source, each)
