"""Sources of events: what has a state of its own, such as a port, a scenario, or a disk."""

from dataclasses import dataclass, field
from functools import lru_cache
import re
from typing import Final, Self, override

from ..identity.unique_ids import SEPARATOR, join_id, split_id
from ..transport.values import small_number
from ..vapix import CameraEvent, EventKind

#: Object classes by the camera's words for them. CONFIRMED: human; the others INFERRED (VX-APP-10).
_CLASSES: Final = {
    "human": "person",
    "person": "person",
    "vehicle": "vehicle",
    "car": "vehicle",
    "bus": "vehicle",
    "truck": "vehicle",
    "bike": "vehicle",
    "motorcycle_bicycle": "vehicle",
    "motorcycle/bicycle": "vehicle",
    "other_vehicle": "vehicle",
    "othervehicle": "vehicle",
}
ANYTHING: Final = "object"
#: All that a source may have; none before anything was seen.
EVERY_CLASS: Final = ("", *dict.fromkeys(_CLASSES.values()), ANYTHING)
_KINDS: Final = frozenset(EventKind)
_CHANNEL: Final = re.compile(r"(?:Camera|Device)([0-9]{1,3})(?=Profile|Scenario)")
#: Kinds whose sources begin with the number of a channel, counted from one.
_BEGIN_WITH_CHANNEL: Final = frozenset({EventKind.MOTION_AREA, EventKind.PTZ_PRESET})


@dataclass(frozen=True, slots=True)
class SourceKey:
    """Identifies a source of events at a camera.

    Attributes:
        kind: of its events.
        source: which of its kind; empty if there is only one.
        object_class: `person`, `vehicle` or `object`, of a scenario that distinguishes them; empty before anything
            was seen.
    """

    kind: EventKind
    source: str = ""
    object_class: str = ""
    _hash: int = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        """Compute the hash once: each event looks up several keys."""
        object.__setattr__(self, "_hash", hash((self.kind, self.source, self.object_class)))

    @override
    def __hash__(self) -> int:
        return self._hash

    @property
    def text(self) -> str:
        """The key as part of an entity's unique id."""
        return join_id(self.kind.value, self.source, self.object_class).rstrip(SEPARATOR)

    @property
    def channel(self) -> int | None:
        """The camera's picture that a scenario or profile watches; None if the source does not say.

        CONFIRMED that profiles name it (`Camera1Profile1`); that a scenario's device is one is INFERRED
        (VX-APP-4).
        """
        if self.kind in _BEGIN_WITH_CHANNEL:
            return small_number(self.source.partition("/")[0][:3])
        match = _CHANNEL.match(self.source)
        return int(match[1]) if match else None

    @classmethod
    def parse(cls, text: str) -> Self | None:
        """Parse what `text` returned; None for anything else."""
        kind, *rest = split_id(text)
        source, object_class, *more = [*rest, "", ""]
        if kind not in _KINDS or any(more):
            return None
        return cls(EventKind(kind), source, object_class)


#: Motion in front of the camera, reported by any of its analytics.
MOTION: Final = SourceKey(EventKind.MOTION)
_NO_CLASS: Final = ("",)
_ANY_CLASS: Final = (ANYTHING,)


@lru_cache(maxsize=256)
def object_classes(words: tuple[str, ...]) -> tuple[str, ...]:
    """Return the object classes for the camera's words, each once."""
    return tuple(dict.fromkeys(_CLASSES.get(word, ANYTHING) for word in words))


#: Shared keys: a dictionary finds the very same key faster than an equal one.
_key: Final = lru_cache(maxsize=1024)(SourceKey)


@lru_cache(maxsize=1024)
def source_keys(kind: EventKind, source: str, classes: tuple[str, ...]) -> tuple[SourceKey, ...]:
    """Return the keys of a source for these object classes. Cached, as each event needs some."""
    return tuple(_key(kind, source, each) for each in classes)


def keys_of(event: CameraEvent, configured_classes: tuple[str, ...] = ()) -> tuple[SourceKey, ...]:
    """Return the sources that an event is about; the only class of its scenario if the event names none."""
    classes: tuple[str, ...] = _NO_CLASS
    if event.kind is EventKind.OBJECT:
        # Nothing was seen of an unknown class: this state only counts for the camera's motion.
        nothing = _ANY_CLASS if event.active else _NO_CLASS
        classes = object_classes(event.classes) or (configured_classes if len(configured_classes) == 1 else nothing)
    return source_keys(event.kind, event.source, classes)
