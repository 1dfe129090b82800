"""Recordings that the simulated cloud offers: listed, then prepared, then there (NX-REC).

CONFIRMED (NX-REC-1, NX-REC-3, NX-REC-4): a listing creates the ids; a recording is prepared at one of the heights on
offer; then it has a link. What the page leaves open is a switch. UNKNOWN (NX-REC-12) and here so: preparing again
at another height makes another file, and the recording's link is that of the last one prepared.
"""

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
import heapq
from itertools import count
import secrets

from .service import Service
from .world import Node

_KEPT = 10_000
_DAY, _HOUR = 86_400, 3600
_FALLS_SHORT_FROM = 60
_FALLS_SHORT_BY = 2
"""Seconds: the page's sample has 598 for 600."""


@dataclass(slots=True)
class Output:
    """A recording's file at one height."""

    height: int
    ready_at: float
    """Seconds since 1970."""
    link: str | None = None
    """Name in the address, once it was told."""


@dataclass(slots=True)
class Recording:
    """What one listing found for one interval, or for a piece of it."""

    recording_id: str
    node_id: int
    begins_at: int
    duration: int
    """Seconds."""
    listed_at: float
    outputs: dict[int, Output] = field(default_factory=dict)
    """Prepared ones, by height."""
    last: Output | None = None
    """The one prepared last; None: nobody asked for one yet."""


class Recordings:
    """The recordings listed so far."""

    def __init__(self, service: Service) -> None:
        self._service = service
        self._listed: OrderedDict[str, Recording] = OrderedDict()

    def list_interval(self, node: Node, begins_at: int, ends_at: int) -> list[Recording]:
        """Give what was recorded between two moments, seconds since 1970: a recording for each piece without a gap.

        Raises:
            ValueError: the interval is too long, or has more pieces than ids are kept.
        """
        longest = self._service.switches.recordings_longest
        if longest is not None and ends_at - begins_at > longest:
            raise ValueError(f"The interval is longer than {longest} seconds")
        found: list[Recording] = []
        for begin, end in recorded_spans(node, begins_at, min(ends_at, int(self._service.clock()))):
            if len(found) == _KEPT:
                raise ValueError("The interval has too many recordings")
            found.append(self._create(node, begin, end))
        return found

    def _create(self, node: Node, begin: int, end: int) -> Recording:
        duration = end - begin
        if self._service.switches.duration_falls_short and duration > _FALLS_SHORT_FROM:
            duration -= _FALLS_SHORT_BY
        recording = Recording(secrets.token_urlsafe(8), node.node_id, begin, duration, self._service.clock())
        self._listed[recording.recording_id] = recording
        while len(self._listed) > _KEPT:
            self._listed.popitem(last=False)
        self._service.counters["recordings_created"] += 1
        return recording

    def find(self, recording_id: str) -> Recording | None:
        """Give a recording listed before, unless its id has ended."""
        recording = self._listed.get(recording_id)
        lifetime = self._service.switches.recording_lifetime
        if recording is None or self._service.clock() > recording.listed_at + lifetime:
            return None
        return recording

    def prepare(self, recording: Recording, height: int, *, again: bool = False) -> Output:
        """Begin to prepare a recording at a height; what is prepared already stays as it is, unless `again`."""
        output = recording.outputs.get(height)
        if output is None or again:
            ready_at = self._service.clock() + self._service.switches.recording_preparation
            output = recording.outputs[height] = Output(height, ready_at)
        recording.last = output
        return output

    def ready(self, recording: Recording) -> Output | None:
        """Give the output prepared last if there is something to download.

        Raises:
            ValueError: the preparation failed.
        """
        output = recording.last
        if output is None:
            return None
        failure = self._service.switches.recording_failure
        if failure == "error":
            raise ValueError(f"Recording {recording.recording_id} could not be prepared")
        return None if failure == "never" or self._service.clock() < output.ready_at else output


def recorded_spans(node: Node, begins_at: int, ends_at: int) -> Iterator[tuple[int, int]]:
    """Give the spans between two moments in which a node was recorded, in order; seconds since 1970."""
    if not node.recorded:
        return
    at = begins_at if node.recorded_from is None else max(begins_at, node.recorded_from)
    gaps = [iter(sorted(node.gaps)), *(_repeated(gap, _HOUR, at) for gap in node.hourly_gaps)]
    if node.nightly_gap is not None:
        gaps.append(_repeated(node.nightly_gap, _DAY, at))
    for gap_begin, gap_end in heapq.merge(*gaps):
        if gap_begin >= ends_at:
            break
        if gap_begin > at:
            yield at, gap_begin
        at = max(at, gap_end)
    if at < ends_at:
        yield at, ends_at


def _repeated(gap: tuple[int, int], period: int, begins_at: int) -> Iterator[tuple[int, int]]:
    """Give a gap of every hour or day, from the one before a moment on; it may reach into the next one."""
    begin, end = gap
    length = (end - begin) % period
    for first in count(begins_at // period * period - period, period):
        yield first + begin, first + begin + length
