"""Recordings that the simulated cloud offers: listed, then prepared, then there. netrex-api.md 2.4."""

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
import secrets

HEIGHTS = (480, 720, 1080)
"""Qualities on offer, as heights of the picture."""
_KEPT = 10_000


@dataclass(slots=True)
class Recording:
    """What one listing found for one interval."""

    recording_id: str
    node_id: int
    begins_at: int
    duration: int
    """Seconds."""
    ready_at: float | None = None
    """When there is something to download; None: nobody asked for it yet."""


class Recordings:
    """The recordings listed so far: a listing creates the id (CONFIRMED)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._listed: OrderedDict[str, Recording] = OrderedDict()

    def list_interval(self, node_id: int, begins_at: int, ends_at: int) -> list[Recording]:
        """Give what was recorded between two moments, seconds since 1970: one piece, or nothing of the future."""
        duration = min(ends_at, int(self._clock())) - begins_at
        if duration <= 0:
            return []
        recording = Recording(secrets.token_urlsafe(8), node_id, begins_at, duration)
        self._listed[recording.recording_id] = recording
        while len(self._listed) > _KEPT:
            self._listed.popitem(last=False)
        return [recording]

    def find(self, recording_id: str) -> Recording | None:
        """Give a recording listed before."""
        return self._listed.get(recording_id)

    def prepare(self, recording: Recording, seconds: float) -> None:
        """Begin to prepare a recording, which takes so long; preparing it again changes nothing."""
        if recording.ready_at is None:
            recording.ready_at = self._clock() + seconds

    def is_ready(self, recording: Recording) -> bool:
        """Tell whether there is something to download."""
        return recording.ready_at is not None and recording.ready_at <= self._clock()
