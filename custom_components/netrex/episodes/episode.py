"""What an episode is: detections of one camera that belong together."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum


class EpisodeKind(StrEnum):
    """What happened, by importance: the first says most about an episode, motion least."""

    DOORBELL = "doorbell"
    PERSON = "person"
    VEHICLE = "vehicle"
    OBJECT = "object"
    LINE_CROSSED = "line_crossed"
    LOITERING = "loitering"
    LICENSE_PLATE = "license_plate"
    TAMPERING = "tampering"
    GLASS_BREAK = "glass_break"
    SCREAM = "scream"
    SHOUT = "shout"
    SPEECH = "speech"
    SOUND = "sound"
    SCENE_CHANGED = "scene_changed"
    MOTION = "motion"


_BY_IMPORTANCE = {kind: number for number, kind in enumerate(EpisodeKind)}


def rank(kind: EpisodeKind) -> int:
    """Return the place of a kind by importance: the least is the most important one."""
    return _BY_IMPORTANCE[kind]


def by_importance(kinds: Iterable[EpisodeKind]) -> tuple[EpisodeKind, ...]:
    """Return kinds without repetitions, the most important one first."""
    return tuple(sorted(set(kinds), key=_BY_IMPORTANCE.__getitem__))


@dataclass(frozen=True, slots=True, order=True)
class EpisodeId:
    """Which episode of an account: it begins once, at one camera.

    Attributes:
        node_id: the camera's.
        began_at: milliseconds since 1970, UTC.
    """

    node_id: int
    began_at: int


@dataclass(frozen=True, slots=True)
class Episode:
    """Detections of one camera that overlap or follow soon.

    Attributes:
        id: which one it is.
        ended_at: milliseconds since 1970, UTC; of its last detection so far while it goes on.
        kinds: the most important one first, at least one.
        scenarios: names of the camera's scenarios, as people gave them.
        has_picture: whether one is kept, or just taken.
        is_over: whether no detection can join it anymore.
    """

    id: EpisodeId
    ended_at: int
    kinds: tuple[EpisodeKind, ...]
    scenarios: tuple[str, ...] = ()
    has_picture: bool = False
    is_over: bool = True

    @property
    def importance(self) -> int:
        """How much its most important kind says: 0 is the most."""
        return _BY_IMPORTANCE[self.kinds[0]]

    @property
    def begin(self) -> datetime:
        """When it began, UTC."""
        return datetime.fromtimestamp(self.id.began_at / 1000, UTC)

    @property
    def end(self) -> datetime:
        """When it ended, UTC."""
        return datetime.fromtimestamp(self.ended_at / 1000, UTC)

    @property
    def seconds(self) -> float:
        """How long it took."""
        return (self.ended_at - self.id.began_at) / 1000
