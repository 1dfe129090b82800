"""Sounds that lie in a camera: `playclip.cgi`, `stopclip.cgi`, `mediaclip.cgi`, parameters (VX-CLIP)."""

from collections.abc import Awaitable, Callable, Mapping
from fnmatch import fnmatchcase
import re

from aiohttp import web

from simulator.equipment import AudioClip, PlayingClip, Speaker
from simulator.events import Report
from simulator.timers import Timers
from simulator.world import Camera

from .device_apis import may
from .streams import html

type Answer = Callable[[web.Request, Camera], Awaitable[web.StreamResponse]]

_NUMBER = re.compile(r"-?\d{1,6}", re.ASCII)
_OPTIONS = ("repeat", "volume", "location")
_LOUDEST = 1000
"""Percent."""
_AU_HEADER = b".snd" + b"".join(number.to_bytes(4) for number in (24, 0xFFFF_FFFF, 1, 8000, 1))
"""Mu-law, 8 kHz, one channel, of unknown length."""
_SILENCE = b"\xff"


class AudioClips:
    """Plays the clips of all cameras.

    report: tells those who listen to a camera's events; None: nobody can. timers: end clips; the caller closes them.
    """

    def __init__(self, report: Callable[[Camera, Report], None] | None, timers: Timers) -> None:
        self._report = report
        self._timers = timers

    def answers(self) -> Mapping[str, Answer]:
        """Return what answers to GET below `axis-cgi/`."""
        return {"playclip.cgi": self._play_clip, "stopclip.cgi": self._stop_clip, "mediaclip.cgi": self._media_clip}

    async def _play_clip(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        if camera.speaker is None:
            return html(404, "Not Found")
        return self._play(camera, camera.speaker, request.query)

    async def _stop_clip(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        del request
        if camera.speaker is None or not camera.speaker.stops_clips:
            return html(404, "Not Found")
        return self._stop(camera)

    async def _media_clip(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        """Answer `mediaclip.cgi`, but for uploads; the operator's. A level too low gets 401 (INFERRED, VX-HTTP-6)."""
        if camera.speaker is None:
            return html(404, "Not Found")
        if not may(camera, "operator"):
            return html(401, "Unauthorized")
        match request.query.get("action"):
            case "play":
                return self._play(camera, camera.speaker, request.query)
            case "stop":
                return self._stop(camera)
            case action:
                return _change(camera, action, request.query)

    def _play(self, camera: Camera, speaker: Speaker, query: Mapping[str, str]) -> web.Response:
        """Play a clip; one that plays already ends, and what can't be asked for is refused (INFERRED, VX-CLIP-8)."""
        values = (query.get("repeat", "0"), query.get("volume", "100"))
        clip = _clip_of(camera, query)
        if any(name in query and name not in speaker.play_options for name in _OPTIONS):
            return refused("Option not supported")
        if clip is None or not all(_NUMBER.fullmatch(value) for value in values):
            return refused("Invalid value")
        repeat, volume = (int(value) for value in values)
        if repeat < -1 or not 0 <= volume <= _LOUDEST:
            return refused("Invalid value")
        self._end(camera)
        playing = camera.playing_clip = PlayingClip(clip.number, repeat, volume)
        self._tell(camera)
        if repeat >= 0:
            seconds = clip.seconds * (repeat + 1)
            playing.over = self._timers.later(seconds, self._end, camera)
        return text(200, "OK", f"playing={clip.number}")

    def _stop(self, camera: Camera) -> web.Response:
        """Stop what plays; that nothing may play is INFERRED (VX-CLIP-8)."""
        self._end(camera)
        return text(200, "OK", "stopping")

    def _end(self, camera: Camera) -> None:
        playing, camera.playing_clip = camera.playing_clip, None
        if playing is not None:
            if playing.over is not None:
                playing.over.cancel()
            self._tell(camera)

    def _tell(self, camera: Camera) -> None:
        """Report whether a clip plays. Topic, names and the source's value are INFERRED (VX-CLIP-7)."""
        if self._report is not None:
            playing = "1" if camera.playing_clip else "0"
            self._report(camera, Report("tnsaxis:MediaClip/Playing", {"Playing": playing}, {"AudioOutput": "0"}))


def _change(camera: Camera, action: str | None, query: Mapping[str, str]) -> web.Response:
    clip = _clip_of(camera, query)
    if clip is None:
        return refused("No such clip")
    match action:
        case "remove":
            camera.audio_clips.remove(clip)
            return text(200, "OK", f"removed={clip.number}")
        case "update" if query.get("name"):
            clip.name = query["name"]
            return text(200, "OK", f"updated={clip.number}")
        case "download":
            return web.Response(body=_AU_HEADER + _SILENCE * int(8000 * clip.seconds), content_type="audio/basic")
        case _:
            return refused("Invalid action")


def _clip_of(camera: Camera, query: Mapping[str, str]) -> AudioClip | None:
    """Return the clip asked for, by number or by where it lies."""
    location = query.get("location")
    for clip in camera.audio_clips:
        if query.get("clip") == str(clip.number) or (location and fnmatchcase(_location(clip), location)):
            return clip
    return None


def _location(clip: AudioClip) -> str:
    return f"/etc/audioclips/{re.sub(r'[^a-z0-9]+', '_', clip.name.lower())}.au"


def refused(why: str) -> web.Response:
    """Return how a request that can't be fulfilled is refused (CONFIRMED, VX-CLIP-4)."""
    return text(400, "400 Bad Request", why)


def text(status: int, *lines: str) -> web.Response:
    """Return an answer of these calls: lines of text."""
    return web.Response(status=status, text="".join(f"{line}\r\n" for line in lines), content_type="text/plain")


def clip_parameters(camera: Camera) -> dict[str, str]:
    """Return the parameters of clips."""
    speaker = camera.speaker
    if speaker is None:
        return {}
    parameters = {"MediaClip.MaxGroups": "10"}
    if speaker.play_options:
        parameters["Properties.AudioClip.PlayOptions"] = ",".join(speaker.play_options)
    if speaker.stops_clips:
        parameters["Properties.AudioClip.StopClip"] = "yes"
    for clip in camera.audio_clips:
        group = f"MediaClip.M{clip.number}"
        parameters |= {f"{group}.Location": _location(clip), f"{group}.Name": clip.name, f"{group}.Type": "audio"}
    return parameters
