"""Recordings on a camera's memory card (CONFIRMED, VX-CARD, VX-DISK; AXIS OS 5.40+)."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
import re
from typing import Final, Self
from xml.etree.ElementTree import Element

from ..transport.answers import read_aside
from ..transport.values import clean_text, small_number
from .errors import ProtocolError, RequestError
from .http import CameraApi
from .media import MediaStream
from .models import Resolution
from .xml import find, local_name, parse_xml

_RECORD: Final = "axis-cgi/record"
#: Recordings asked for at once. Each is about 800 bytes of XML.
_PAGE: Final = 200
_MAX_ANSWER: Final = 2 << 20
#: Seconds without a byte after which an export counts as cut off: a card has to be searched first.
_IDLE_TIMEOUT: Final = 30.0
_ID: Final = re.compile(r"[0-9A-Za-z_.-]{1,100}")
_KINDS: Final = frozenset({"continuous", "triggered", "scheduled"})


@dataclass(frozen=True, slots=True)
class CardProperties:
    """Whether there is a card, and whether its recordings can be fetched as files."""

    present: bool
    exports: bool

    @classmethod
    def from_parameters(cls, parameters: Mapping[str, str]) -> Self:
        """Read the group `Properties.LocalStorage` (CONFIRMED, VX-CARD); absent on cameras without."""
        group = "Properties.LocalStorage"
        present = parameters.get(f"{group}.LocalStorage") == "yes" and parameters.get(f"{group}.SDCard") == "yes"
        return cls(present, present and parameters.get(f"{group}.ExportRecording") == "yes")


@dataclass(frozen=True, slots=True)
class CardRecording:
    """One recording on the card. `kind`, `trigger`, `format` are the camera's words, such as `continuous`, `h264`."""

    recording_id: str
    disk_id: str
    starts: datetime
    ends: datetime | None
    kind: str
    trigger: str
    locked: bool
    resolution: Resolution | None
    format: str | None
    has_audio: bool


@dataclass(frozen=True, slots=True)
class CardRecordings:
    """What could be read of an interval's recordings, newest first, and whether there are more."""

    recordings: tuple[CardRecording, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class CardExport:
    """A recording, or a part of one, as Matroska; it starts at the key frame before what was asked for."""

    starts: datetime
    size_estimate: int | None
    _stream: MediaStream = field(repr=False)

    def chunks(self) -> AsyncIterator[bytes]:
        """Give bytes as they come."""
        return self._stream.chunks()


class Card(CameraApi):
    """What lies on one camera's card."""

    async def recordings(self, starts: datetime, ends: datetime, *, limit: int) -> CardRecordings:
        """List what was recorded between two moments, at least in part; `limit` bounds what is read.

        Which recordings `starttime` and `stoptime` select is not documented, so the answer is filtered again.
        """
        found: dict[str, CardRecording] = {}
        read, more = 0, True
        while more and read < limit:
            count, page = await self._page(starts, ends, read + 1, min(_PAGE, limit - read))
            found |= {recording.recording_id: recording for recording in page if _overlaps(recording, starts, ends)}
            read += count
            more = count >= _PAGE or (count > 0 and read >= limit)
        listed = sorted(found.values(), key=lambda recording: recording.starts, reverse=True)
        return CardRecordings(tuple(listed), more)

    async def _page(self, starts: datetime, ends: datetime, first: int, count: int) -> tuple[int, list[CardRecording]]:
        query = {
            "recordingid": "all",
            "starttime": _time_text(starts),
            "stoptime": _time_text(ends),
            "maxnumberofresults": str(count),
            "startatresultnumber": str(first),
        }
        answer = await self._http.fetch(f"{_RECORD}/list.cgi", query, limit=_MAX_ANSWER)
        return await read_aside(_read_page, answer)

    @asynccontextmanager
    async def export(
        self, recording: CardRecording, starts: datetime, ends: datetime, *, idle_timeout: float = _IDLE_TIMEOUT
    ) -> AsyncIterator[CardExport]:
        """Fetch a part of a recording, from the key frame before its start on; GoneError: it is no longer there."""
        query = {
            "schemaversion": "1",
            "recordingid": recording.recording_id,
            "diskid": recording.disk_id,
            "exportformat": "matroska",
        }
        stretch = {"starttime": _time_text(starts), "stoptime": _time_text(ends)}
        answer = await self._http.xml(f"{_RECORD}/export/properties.cgi", query | stretch)
        properties = find(answer, "ExportProperties")
        if properties is None:
            raise ProtocolError("The answer has no properties of an export")
        begins = _read_time(properties.get("Starttime", "")) or starts
        size = small_number(properties.get("EstimatedFileSize", "").strip())
        stretch["starttime"] = _time_text(begins)
        async with self._http.open_stream(f"{_RECORD}/export/exportrecording.cgi", query | stretch) as response:
            if response.content_type not in {"video/x-matroska", "video/matroska"}:
                raise ProtocolError("The answer is not a recording")
            yield CardExport(begins, None if size is None else size * 1024, MediaStream(response, idle_timeout))

    async def wear(self, disk_id: str) -> int | None:
        """Return how much of the card's life is used up, in percent; None: unknown (CONFIRMED, VX-DISK-2)."""
        answer = await self._http.xml("axis-cgi/disks/gethealth.cgi", {"diskid": disk_id})
        for disk in answer.iter():
            # Other disks may be in the answer as well, in any order (CONFIRMED, VX-DISK-5).
            if local_name(disk) == "HealthStatus" and disk.get("diskid", disk_id) == disk_id:
                # Negative: unknown (CONFIRMED, VX-DISK-2), which is no whole number without a sign.
                return small_number(disk.get("wear", "").strip())
        return None

    async def remove(self, recording_id: str) -> None:
        """Remove a recording permanently. Needs the operator level."""
        root = await self._http.xml(f"{_RECORD}/remove.cgi", {"recordingid": recording_id})
        result = next((element for element in root.iter() if element.get("result")), None)
        if result is None:
            raise ProtocolError("The answer does not say whether it was removed")
        if result.get("result") != "OK":
            raise RequestError("The recording was not removed", words=clean_text(result.get("errormsg", "")))


def _read_page(answer: bytes) -> tuple[int, list[CardRecording]]:
    """Return how many recordings an answer lists, and those of them that can be understood."""
    root = parse_xml(answer)
    elements = [element for element in root.iter() if local_name(element) == "recording"]
    if not elements and not any(local_name(element) == "recordings" for element in root.iter()):
        raise ProtocolError("The answer has no list of recordings")
    return len(elements), [recording for element in elements if (recording := _read_recording(element))]


def _read_recording(element: Element) -> CardRecording | None:
    """Read one recording; what can't be named or dated is left out."""
    recording_id, starts = element.get("recordingid", ""), _read_time(element.get("starttime", ""))
    if not _ID.fullmatch(recording_id) or starts is None:
        return None
    parts = {local_name(child): child for child in element}
    video = parts.get("video")
    mime = (video.get("mimetype", "") if video is not None else "").rpartition("/")[2].lower()
    kind = element.get("recordingtype", "").lower()
    return CardRecording(
        recording_id=recording_id,
        disk_id=clean_text(element.get("diskid", "")) or "SD_DISK",
        starts=starts,
        ends=_read_time(element.get("stoptime", "")),
        kind=kind if kind in _KINDS else "unknown",
        trigger=clean_text(element.get("eventtrigger", "")),
        locked=element.get("locked", "").lower() == "yes",
        resolution=Resolution.parse(video.get("resolution", "")) if video is not None else None,
        format=clean_text(mime.removeprefix("x-")) or None,
        has_audio="audio" in parts,
    )


def _overlaps(recording: CardRecording, starts: datetime, ends: datetime) -> bool:
    return recording.starts < ends and (recording.ends is None or recording.ends > starts)


def _read_time(text: str) -> datetime | None:
    """Read a time in ISO 8601; one without a zone is UTC, as the API's times are."""
    try:
        moment = datetime.fromisoformat(text.strip())
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except ValueError, OverflowError:
        return None


def _time_text(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
