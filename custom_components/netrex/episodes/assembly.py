"""Puts detections of one camera together to episodes."""

from collections import deque
from collections.abc import Hashable
from dataclasses import dataclass, field
from typing import Final

from ..tasks.timing import Timing
from .episode import Episode, EpisodeId, EpisodeKind, by_importance

#: Scenarios of one episode that are kept, and characters of each one's name: people name them as they like.
MOST_SCENARIOS: Final = 10
LONGEST_SCENARIO: Final = 100
#: Episodes before whose beginnings a new one's must not be, where the clock was set back.
_REMEMBERED: Final = 256


@dataclass(frozen=True, slots=True)
class Detected:
    """Something that a camera detected.

    Attributes:
        kinds: what it is, such as a line that was crossed, and what crossed it.
        scenario: the user's name of what detected it, if it has one.
        source: what is active until the detection is over; None: the detection is momentary.
    """

    kinds: tuple[EpisodeKind, ...]
    scenario: str | None = None
    source: Hashable = None


@dataclass(slots=True)
class _Lasting:
    """A detection that is not over."""

    detected: Detected
    since: float


@dataclass(slots=True)
class _Open:
    """The episode that goes on. Its times are on the monotonic clock."""

    id: EpisodeId
    began: float
    last: float
    kinds: tuple[EpisodeKind, ...] = ()
    scenarios: list[str] = field(default_factory=list)

    def add(self, detected: Detected) -> None:
        if not set(detected.kinds) <= set(self.kinds):
            self.kinds = by_importance((*self.kinds, *detected.kinds))
        scenario = (detected.scenario or "").strip()[:LONGEST_SCENARIO]
        if scenario and len(self.scenarios) < MOST_SCENARIOS and scenario not in self.scenarios:
            self.scenarios.append(scenario)

    def told(self, *, is_over: bool = False) -> Episode:
        ended_at = self.id.began_at + round((self.last - self.began) * 1000)
        return Episode(self.id, ended_at, self.kinds, tuple(self.scenarios), is_over=is_over)


class Assembly:
    """The episodes of one camera. Times (`now`) are seconds of a clock that nobody sets; the id's are a person's.

    Every method returns what has changed, in the order in which it happened. Of pictures it knows nothing.
    """

    def __init__(self, node_id: int, timing: Timing) -> None:
        self._node_id = node_id
        self._timing = timing
        self._open: _Open | None = None
        self._lasting: dict[Hashable, _Lasting] = {}
        self._now = float("-inf")
        self._began: deque[int] = deque(maxlen=_REMEMBERED)

    @property
    def due(self) -> float | None:
        """When the episode that goes on is over, unless something is detected before; None: none goes on."""
        return None if self._open is None else self._due(self._open)

    def _due(self, episode: _Open) -> float:
        latest = episode.began + self._timing.episode_longest
        return latest if self._lasting else min(episode.last + self._timing.episode_gap, latest)

    def detected(self, detected: Detected, now: float, clock: int) -> list[Episode]:
        """Take a detection in; `clock`: milliseconds since 1970, UTC."""
        told = self.advance(now, clock)
        if self._open is None:
            self._open = self._begin(self._now, clock)
        self._open.last = self._now
        self._open.add(detected)
        if detected.source is not None and detected.source not in self._lasting:
            self._lasting[detected.source] = _Lasting(detected, self._now)
        return [*told, self._open.told()]

    def over(self, source: Hashable, now: float, clock: int) -> list[Episode]:
        """Note that a source is no longer active."""
        told = self.advance(now, clock)
        if self._lasting.pop(source, None) is None or self._open is None:
            return told
        self._open.last = self._now
        return [*told, self._open.told()]

    def advance(self, now: float, clock: int) -> list[Episode]:
        """End what is over by now; a detection that lasts longer than an episode goes on in the next."""
        self._now = max(self._now, now)
        told: list[Episode] = []
        while self._open is not None and (due := self._due(self._open)) <= self._now:
            told.append(self._end(self._open, due))
            self._lasting = {
                source: each
                for source, each in self._lasting.items()
                # A source that never ends is a state, or stuck, and nothing that happens.
                if due - each.since < self._timing.detection_longest
            }
            if self._lasting:
                self._open = self._begin(due, clock - round((self._now - due) * 1000))
                for each in self._lasting.values():
                    self._open.add(each.detected)
                told.append(self._open.told())
        return told

    def close(self, now: float, clock: int) -> list[Episode]:
        """End everything: nothing more is heard of the camera."""
        told = self.advance(now, clock)
        if self._open is not None:
            told.append(self._end(self._open, self._now))
        self._lasting.clear()
        return told

    def _begin(self, began: float, clock: int) -> _Open:
        clock = max(clock, 1)
        while clock in self._began:
            clock += 1
        self._began.append(clock)
        return _Open(EpisodeId(self._node_id, clock), began, began)

    def _end(self, episode: _Open, at: float) -> Episode:
        if self._lasting:
            episode.last = at
        self._open = None
        return episode.told(is_over=True)
