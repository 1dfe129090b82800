"""The query of media.cgi, image.cgi and video.cgi: what a camera takes, read once; anything else is refused."""

from dataclasses import dataclass
from functools import partial
import re
from typing import Self

from yarl import URL

from simulator.world import Camera

from .encoding import View
from .outlook import outlook_of

_DEFAULT_FPS, _MOST_FPS = 15, 30
_DEFAULT_COMPRESSION = 30

_PICTURE = {"resolution", "camera", "compression", "rotation", "palette", "squarepixel", "text", "textstring"}
_MJPEG = _PICTURE | {"streamprofile", "duration", "nbrofframes", "fps"}
_MEDIA = _PICTURE - {"palette", "text", "textstring"} | {
    *("container", "streamprofile", "timestamp"),
    *("video", "videocodec", "videobitratemode", "videobitratepriority", "videoframeskipmode", "videomaxbitrate"),
    *("videoabrtargetbitrate", "videoabrmaxbitrate", "videoabrretentiontime"),
    *("videozstrength", "videozfpsmode", "videozgopmode", "videozmaxgoplength", "videozprofile"),
    *("fps", "h264profile", "mirror", "color"),
    *("audio", "audiocodec", "audiobitrate", "audiosamplerate", "audionbrofchannels"),
    *("audiochannel", "audiodeviceid", "audioinputid"),
}
"""Those of VX-MEDIA-1, and `videozprofile` and `timestamp`, which Axis' own page uses (VX-MEDIA-8)."""
_TOKEN = "DEVICE_ACCESS_TOKEN"  # noqa: S105 (the name of the proxy's parameter)


class BadQuery(ValueError):  # noqa: N818 (the answer's name: Bad Request)
    """A parameter the camera doesn't know, or a value it doesn't take."""


@dataclass(frozen=True, slots=True)
class PictureQuery:
    """One picture."""

    view: View
    compression: int
    rotation: int

    @classmethod
    def of(cls, url: URL, camera: Camera, known: frozenset[str] = frozenset(_PICTURE)) -> Self:
        """Read the query of image.cgi.

        Raises:
            BadQuery: the camera refuses it.
        """
        _refuse_unknown(url, known)
        resolution = url.query.get("resolution", camera.resolutions[0])
        if resolution not in camera.resolutions:
            raise BadQuery("resolution")
        # The combined view has the size of one picture; drawn as channel 0, which has colours of its own.
        channel = (
            0
            if url.query.get("camera") == "quad" and camera.channels > 1
            else _number(url, "camera", 1, 1, camera.channels)
        )
        width, height = (int(side) for side in resolution.split("x"))
        name = camera.name if camera.channels == 1 else f"{camera.name} {channel or 'quad'}"
        return cls(
            view=View(
                camera.serial, channel, name, width, height, partial(outlook_of, camera, channel), camera.timecode
            ),
            compression=_number(url, "compression", _DEFAULT_COMPRESSION, 0, 100),
            rotation=_one_of(url, "rotation", 0, (0, 90, 180, 270)),
        )


@dataclass(frozen=True, slots=True)
class MotionJpegQuery:
    """Picture after picture."""

    picture: PictureQuery
    fps: int
    seconds: int
    """0: without end."""
    pictures: int
    """0: without end."""

    @classmethod
    def of(cls, url: URL, camera: Camera) -> Self:
        """Read the query of video.cgi.

        Raises:
            BadQuery: the camera refuses it.
        """
        return cls(
            picture=PictureQuery.of(url, camera, frozenset(_MJPEG)),
            fps=_number(url, "fps", 0, 0, _MOST_FPS) or 10,
            seconds=_number(url, "duration", 0, 0, 1 << 30),
            pictures=_number(url, "nbrofframes", 0, 0, 1 << 30),
        )


@dataclass(frozen=True, slots=True)
class MediaQuery:
    """Live video and sound in a container."""

    picture: PictureQuery
    container: str
    fps: int
    video: bool
    audio: bool
    sample_rate: int
    sound_channels: int

    @classmethod
    def of(cls, url: URL, camera: Camera) -> Self:
        """Read the query of media.cgi.

        Raises:
            BadQuery: the camera refuses it.
        """
        picture = PictureQuery.of(_without_resolution_default(url, camera), camera, frozenset(_MEDIA))
        query = url.query
        container = query.get("container", "matroska")
        if container not in {"matroska", "mp4"}:
            raise BadQuery("container")
        if query.get("videocodec", "h264") != "h264":
            raise BadQuery("videocodec")
        if query.get("audiocodec", "aac") != "aac":
            raise BadQuery("audiocodec")
        if query.get("h264profile", "high") not in {"high", "main", "baseline"}:
            raise BadQuery("h264profile")
        video = _one_of(url, "video", 1, (0, 1)) == 1
        audio = _one_of(url, "audio", int(camera.audio), (0, 1)) == 1 and camera.audio
        if not video and not audio:
            raise BadQuery("video")
        return cls(
            picture=picture,
            container=container,
            fps=_number(url, "fps", 0, 0, _MOST_FPS) or _DEFAULT_FPS,
            video=video,
            audio=audio,
            sample_rate=_one_of(url, "audiosamplerate", 16_000, (8_000, 16_000, 32_000, 44_100, 48_000)),
            sound_channels=_number(url, "audionbrofchannels", 1, 1, 2),
        )


def _without_resolution_default(url: URL, camera: Camera) -> URL:
    """Give live video a default of at most 1280 wide: the first that is, as a profile for live view would."""
    if "resolution" in url.query:
        return url
    fitting = [one for one in camera.resolutions if int(one.split("x")[0]) <= 1280]  # noqa: PLR2004 (said above)
    return url.update_query(resolution=(fitting or camera.resolutions)[0])


def _refuse_unknown(url: URL, known: frozenset[str]) -> None:
    for name in url.query:
        if name not in known and name != _TOKEN:
            raise BadQuery(name)


def _number(url: URL, name: str, default: int, least: int, most: int) -> int:
    text = url.query.get(name)
    if text is None:
        return default
    if not re.fullmatch(r"\d{1,9}", text, re.ASCII) or not least <= int(text) <= most:
        raise BadQuery(name)
    return int(text)


def _one_of(url: URL, name: str, default: int, allowed: tuple[int, ...]) -> int:
    number = _number(url, name, default, 0, max(allowed))
    if number not in allowed:
        raise BadQuery(name)
    return number
