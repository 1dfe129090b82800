"""Recordings on the memory card: listed, exported as Matroska, removed (VX-CARD).

Errors are XML with HTTP 200. A camera without a card answers 404 like one that lacks the CGIs (INFERRED, VX-CARD-11).
"""

from collections.abc import Awaitable, Callable, Iterator, Mapping
from datetime import UTC, datetime
import time
from typing import TYPE_CHECKING
from xml.sax.saxutils import quoteattr

from aiohttp import web

from simulator.card_recordings import CardRecording
from simulator.world import Camera

from .encoding import View
from .streams import html

if TYPE_CHECKING:
    from simulator.clips import Clips

_HEAD = '<?xml version="1.0"?>'
_SCHEMA = (
    'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" '
    'xsi:noNamespaceSchemaLocation="http://www.axis.com/vapix/http_cgi/recording/list1.xsd"'
)
_DISK = "SD_DISK"
_KEY_FRAME_SECONDS = 2.0
"""Exports begin at the key frame before what is asked for; key frames lie this far apart, from the start on."""
_INVALID, _VERSION, _NOT_FOUND, _BAD_START, _BAD_STOP, _START_AFTER_STOP, _BAD_FORMAT = 20, 40, 110, 120, 130, 140, 170
_CHUNK = 1 << 16


class _CardError(Exception):
    """What the camera refuses."""

    def __init__(self, code: int, text: str) -> None:
        super().__init__(text)
        self.code = code


def answers(clips: Clips | None) -> Mapping[str, Callable[[web.Request, Camera], Awaitable[web.StreamResponse]]]:
    """Return who answers which path below `record/`."""

    def of_card(
        answer: Callable[[Camera, Mapping[str, str]], web.Response],
    ) -> Callable[[web.Request, Camera], Awaitable[web.StreamResponse]]:
        async def handler(request: web.Request, camera: Camera) -> web.StreamResponse:
            return answer(camera, request.query) if camera.card else html(404, "Not Found")

        return handler

    async def export(request: web.Request, camera: Camera) -> web.StreamResponse:
        if not camera.card or clips is None:
            return html(404, "Not Found")
        return await exported(request, camera, clips)

    return {
        "list.cgi": of_card(listed),
        "remove.cgi": of_card(removed),
        "export/capabilities.cgi": of_card(capabilities),
        "export/properties.cgi": of_card(properties),
        "export/exportrecording.cgi": export,
    }


def listed(camera: Camera, query: Mapping[str, str]) -> web.Response:
    """Answer `record/list.cgi`.

    Whether an interval selects what lies in it or what overlaps it is UNKNOWN (VX-CARD-4): what overlaps it.
    """
    wanted = query.get("recordingid", "all" if "starttime" in query or "stoptime" in query else "")
    if not wanted:
        return _error(_CardError(_INVALID, "Invalid request"))
    try:
        starts, stops = _time(query, "starttime", _BAD_START), _time(query, "stoptime", _BAD_STOP)
        first, most = int(query.get("startatresultnumber", "1")), int(query.get("maxnumberofresults", "100000"))
        found = [
            recording
            for recording in camera.card_recordings
            if wanted in {"all", recording.recording_id}
            and (stops is None or recording.starts < stops)
            and (starts is None or recording.ends is None or recording.ends > starts)
        ]
        found.sort(key=lambda recording: recording.starts, reverse=query.get("sortorder") != "ascending")
    except _CardError as refused:
        return _error(refused)
    except ValueError:
        return _error(_CardError(_INVALID, "Invalid request"))
    elements = "".join(_element(camera, recording) for recording in found[first - 1 : first - 1 + most])
    total = len(camera.card_recordings)
    return _xml(
        f"<root {_SCHEMA}><recordings totalnumberofrecordings={quoteattr(str(total))} "
        f"numberofrecordings={quoteattr(str(len(found)))}>{elements}</recordings></root>"
    )


def removed(camera: Camera, query: Mapping[str, str]) -> web.Response:
    """Answer `record/remove.cgi`. What a locked recording's error says is UNKNOWN (VX-CARD-6)."""
    recording = next((each for each in camera.card_recordings if each.recording_id == query.get("recordingid")), None)
    if recording is None or recording.locked:
        text = "Recording not found" if recording is None else "The recording is locked"
        name = quoteattr(query.get("recordingid", ""))
        return _xml(f'<root><remove recordingid={name} result="ERROR" errormsg={quoteattr(text)}/></root>')
    camera.card_recordings.remove(recording)
    return _xml(f'<root><remove recordingid={quoteattr(recording.recording_id)} result="OK"/></root>')


def capabilities(camera: Camera, query: Mapping[str, str]) -> web.Response:
    """Answer `record/export/capabilities.cgi`."""
    del camera, query
    return _xml(_answer('<CapabilitiesSuccess><ExportCapabilities ExportFormat="matroska"/></CapabilitiesSuccess>'))


def properties(camera: Camera, query: Mapping[str, str]) -> web.Response:
    """Answer `record/export/properties.cgi`: size in kB, and the key frame where an export would begin."""
    try:
        recording, starts, stops = _stretch(camera, query)
    except _CardError as refused:
        return _error(refused)
    size = -1 if recording.ends is None else round((stops - starts) * 100)
    return _xml(
        _answer(
            f"<PropertiesSuccess><ExportProperties RecordingId={quoteattr(recording.recording_id)} "
            f'ExportFormat="matroska" EstimatedFileSize="{size}" Starttime={quoteattr(_text(starts))} '
            f"Stoptime={quoteattr(_text(stops))}/></PropertiesSuccess>"
        )
    )


async def exported(request: web.Request, camera: Camera, clips: Clips) -> web.StreamResponse:
    """Answer `record/export/exportrecording.cgi`: Matroska whose clock shows when it was recorded."""
    from simulator.clips import Clip  # noqa: PLC0415 - clips are drawn with what lies in this package

    try:
        recording, starts, stops = _stretch(camera, request.query)
    except _CardError as refused:
        return _error(refused)
    width, height = (int(side) for side in camera.resolutions[-1].split("x"))
    view = View(camera.serial, 1, camera.name, width, height, timecode=camera.timecode)
    file = await clips.open(Clip(view, starts, stops - starts, container="matroska", audio=camera.audio))
    first, last = (datetime.fromtimestamp(moment, UTC).strftime("%Y%m%d_%H%M%S") for moment in (starts, stops))
    headers = {
        "Content-Type": "video/x-matroska",
        "Content-Disposition": f'attachment; filename="{first}_{last}.mkv"',
    }
    fault = request.get("fault")
    left = None if fault is None else fault.cut_after
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    with file:
        while chunk := file.read(_CHUNK if left is None else min(_CHUNK, left)):
            await response.write(chunk)
            left = None if left is None else left - len(chunk)
    if left is not None and request.transport is not None:
        request.transport.abort()
    del recording
    return response


def _stretch(camera: Camera, query: Mapping[str, str]) -> tuple[CardRecording, float, float]:
    """Return the recording, and the part of it that is asked for; times outside it are taken as best they can be."""
    if query.get("schemaversion") != "1":
        raise _CardError(_VERSION, "Version not supported")
    if query.get("exportformat", "matroska") != "matroska":
        raise _CardError(_BAD_FORMAT, "Invalid export format")
    recording = next((each for each in camera.card_recordings if each.recording_id == query.get("recordingid")), None)
    if recording is None or query.get("diskid") != _DISK:
        raise _CardError(_NOT_FOUND, "Recording not found")
    end = time.time() if recording.ends is None else recording.ends
    starts = _time(query, "starttime", _BAD_START) or recording.starts
    stops = _time(query, "stoptime", _BAD_STOP) or end
    if starts >= stops:
        raise _CardError(_START_AFTER_STOP, "Start time after stop time")
    starts, stops = max(starts, recording.starts), min(stops, end)
    starts -= (starts - recording.starts) % _KEY_FRAME_SECONDS
    return recording, starts, max(stops, starts + 1)


def _time(query: Mapping[str, str], name: str, code: int) -> float | None:
    text = query.get(name)
    if text is None:
        return None
    try:
        return datetime.fromisoformat(text).timestamp()
    except ValueError:
        raise _CardError(code, f"Invalid {name}") from None


def _element(camera: Camera, recording: CardRecording) -> str:
    going_on = recording.ends is None
    resolution = camera.resolutions[-1]
    width, _, height = resolution.partition("x")
    attributes = {
        "diskid": _DISK,
        "recordingid": recording.recording_id,
        "starttime": _text(recording.starts),
        "starttimelocal": _text(recording.starts, local=True),
        "stoptime": "" if recording.ends is None else _text(recording.ends),
        "stoptimelocal": "" if recording.ends is None else _text(recording.ends, local=True),
        "recordingtype": recording.kind,
        "eventid": f"{recording.kind}_0",
        "eventtrigger": recording.kind,
        "recordingstatus": "recording" if going_on else "completed",
        "source": "1",
        "locked": "Yes" if recording.locked else "No",
    }
    video = {
        "mimetype": "video/x-h264",
        "width": width,
        "height": height,
        "framerate": "30:1",
        "resolution": resolution,
    }
    audio = {"mimetype": "audio/mpeg4-generic", "source": "1", "bitrate": "32000", "samplerate": "16000"}
    sound = f"<audio {_attributes(audio)}/>" if camera.audio else ""
    return f"<recording {_attributes(attributes)}><video {_attributes(video)}/>{sound}</recording>"


def _attributes(values: Mapping[str, str]) -> str:
    def pairs() -> Iterator[str]:
        for name, value in values.items():
            yield f"{name}={quoteattr(value)}"

    return " ".join(pairs())


def _text(moment: float, *, local: bool = False) -> str:
    at = datetime.fromtimestamp(moment, UTC)
    return at.astimezone().isoformat(timespec="microseconds") if local else f"{at:%Y-%m-%dT%H:%M:%S.%fZ}"


def _answer(inner: str) -> str:
    return f'<ExportRecordingResponse SchemaVersion="1.1">{inner}</ExportRecordingResponse>'


def _error(refused: _CardError) -> web.Response:
    return _xml(
        _answer(
            f"<GeneralError><ErrorCode>{refused.code}</ErrorCode>"
            f"<ErrorDescription>{refused}</ErrorDescription></GeneralError>"
        )
    )


def _xml(text: str) -> web.Response:
    return web.Response(text=f"{_HEAD}{text}", content_type="text/xml")
