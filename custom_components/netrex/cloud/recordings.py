"""What the cloud recorded: listed for intervals, then prepared as a file. CONFIRMED steps (NX-REC-1)."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
import json
import time
from typing import Final

from ..transport.answers import Json
from ..transport.facts import Fact, best_height
from ..transport.values import finite_number, objects
from .client import CloudClient
from .errors import ProtocolError

#: Intervals asked for in one request; six days of hours.
MAX_INTERVALS: Final = 144
#: Recordings of one interval; more gaps than that in an hour are an error.
_MAX_RECORDINGS: Final = 1000
_MAX_ID: Final = 200
_MAX_LINK: Final = 4096
_MAX_HEIGHT: Final = 10_000
#: Seconds. The sample lacks two of its interval, which has ten minutes (NX-REC-2).
_SHORTER: Final = 5
_LONG_ENOUGH: Final = 300


@dataclass(frozen=True, slots=True, order=True)
class Interval:
    """A stretch of time in seconds since 1970, UTC (CONFIRMED, NX-GQL-13); the end is not included."""

    begins_at: int
    ends_at: int

    @property
    def seconds(self) -> int:
        """How long it is."""
        return self.ends_at - self.begins_at


@dataclass(frozen=True, slots=True)
class Recording:
    """One uninterrupted piece of what a camera recorded in an interval, which dates it. CONFIRMED fields (NX-REC-1).

    Attributes:
        recording_id: made by the very listing; how long it is valid is UNKNOWN (NX-REC-9).
        duration: seconds (INFERRED, NX-REC-2), never more than the interval.
        heights: the qualities on offer, in pixels, lowest first.
    """

    recording_id: str = field(repr=False)
    duration: int
    heights: tuple[int, ...] = ()


async def list_recordings(
    cloud: CloudClient, node_id: int, intervals: Sequence[Interval]
) -> tuple[tuple[Recording, ...], ...]:
    """Return what was recorded in each interval, in one request.

    Needs the permission `recordings` (INFERRED from its name, NX-SCOPE-2).
    `camera(node_id){recordings(from,to)}` is CONFIRMED (NX-REC-1), its repetition under aliases is standard GraphQL.
    That a video channel's node is asked for like a camera's is INFERRED (NX-REC-11).
    """
    if not intervals:
        return ()
    if len(intervals) > MAX_INTERVALS:
        raise ValueError("too many intervals")
    asked = " ".join(
        f"i{number}: recordings(from: {interval.begins_at}, to: {interval.ends_at}) "
        "{ recording_id duration outputs { height } }"
        for number, interval in enumerate(intervals)
    )
    camera = (await cloud.query(f"{{ camera(node_id: {node_id}) {{ {asked} }} }}")).get("camera")
    if not isinstance(camera, dict):
        raise ProtocolError("the cloud knows no recordings of this camera")
    listed = tuple(_read_recordings(camera.get(f"i{number}"), interval) for number, interval in enumerate(intervals))
    for number, (interval, recordings) in enumerate(zip(intervals, listed, strict=True)):
        _observe(cloud, interval, recordings, objects(camera.get(f"i{number}")))
    return listed


async def prepare_recording(cloud: CloudClient, recording: Recording, height: int) -> None:
    """Let the cloud begin to make a file of a recording. CONFIRMED (NX-REC-3)."""
    answer = await cloud.query(
        f"mutation {{ recordingPrepare(recording_id: {json.dumps(recording.recording_id)}, height: {height}) }}"
    )
    # "true when preparation started"; its body was never seen (NX-REC-3), so only a clear no is one (INFERRED).
    if (begun := answer.get("recordingPrepare")) is None or begun is False:
        raise ProtocolError("the cloud did not begin to prepare the recording")


async def recording_link(cloud: CloudClient, recording: Recording) -> str | None:
    """Return where the prepared file is; None while there is none. The query's shape is INFERRED (NX-REC-5)."""
    found = (
        await cloud.query(f"{{ recording(recording_id: {json.dumps(recording.recording_id)}) {{ download_url }} }}")
    ).get("recording")
    if not isinstance(found, dict):
        raise ProtocolError("the cloud no longer knows the recording")
    link = found.get("download_url")
    if link is None or link == "":
        return None
    if not isinstance(link, str) or len(link) > _MAX_LINK or not link.isprintable():
        raise ProtocolError("the cloud's link is none")
    return link


def _observe(
    cloud: CloudClient, interval: Interval, recordings: Sequence[Recording], listed: Iterable[dict[str, Json]]
) -> None:
    """Note what a list shows of the service."""
    for each in listed:
        cloud.calls.observed(Fact.RECORDING_ID, "text" if isinstance(each.get("recording_id"), str) else "number")
    for recording in recordings:
        cloud.calls.observed(Fact.RECORDING_HEIGHT, best_height(recording.heights))
    # What goes on is shorter anyway, and so is what has gaps; of a short one, the sample says nothing.
    if len(recordings) == 1 and interval.seconds >= _LONG_ENOUGH and interval.ends_at < time.time():
        shorter_by = interval.seconds - recordings[0].duration
        if shorter_by <= _SHORTER:
            cloud.calls.observed(Fact.RECORDING_DURATION, "a_little_shorter" if shorter_by else "as_asked")


def _read_recordings(listed: Json, interval: Interval) -> tuple[Recording, ...]:
    if listed is None:
        return ()
    if not isinstance(listed, list) or len(listed) > _MAX_RECORDINGS:
        raise ProtocolError("the cloud's list of recordings is none")
    return tuple(_read_recording(each, interval) for each in listed)


def _read_recording(recording: Json, interval: Interval) -> Recording:
    if not isinstance(recording, dict):
        raise ProtocolError("a recording is not an object")
    recording_id, duration = recording.get("recording_id"), finite_number(recording.get("duration"))
    if type(recording_id) is int:
        recording_id = str(recording_id)
    if not isinstance(recording_id, str) or not 0 < len(recording_id) <= _MAX_ID or not recording_id.isprintable():
        raise ProtocolError("a recording has no usable id")
    if duration is None:
        raise ProtocolError("a recording has no usable duration")
    return Recording(recording_id, int(min(max(duration, 0), interval.seconds)), _read_heights(recording))


def _read_heights(recording: dict[str, Json]) -> tuple[int, ...]:
    heights = {
        height
        for output in objects(recording.get("outputs"))
        if type(height := output.get("height")) is int and 0 < height <= _MAX_HEIGHT
    }
    return tuple(sorted(heights))
