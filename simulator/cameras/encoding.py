"""From a scene to H.264, JPEG and AAC: one frame at a time, as a camera does it, with PyAV."""

from collections.abc import Callable
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
import math
import time
from typing import Literal, Protocol

import av
from av.codec.context import Flags
from av.video.frame import PictureType
import numpy as np
from numpy.typing import NDArray

from .outlook import Outlook
from .picture import BT709, Scene

type Codec = Literal["h264", "aac", "mjpeg"]

KEY_FRAME_SECONDS = 1.3
_AAC_BLOCK = 1024
_SCENES = 32
"""Scenes kept ready; one of 1280x720 takes 2 MB."""


@dataclass(frozen=True, slots=True)
class Track:
    """What a player must know before the first sample."""

    codec: Codec
    codec_string: str
    """As in RFC 6381, for the `codecs` of a content type."""
    private: bytes
    """The codec's own header: parameter sets with start codes (H.264) or AudioSpecificConfig (AAC)."""
    period: float
    """Seconds from sample to sample."""
    width: int = 0
    height: int = 0
    sample_rate: int = 0
    channels: int = 0

    @property
    def is_video(self) -> bool:
        """Whether these are pictures."""
        return self.codec != "aac"


@dataclass(frozen=True, slots=True)
class Sample:
    """One coded picture, or one block of sound."""

    is_video: bool
    data: bytes
    milliseconds: int
    """On a clock that never goes back, the same one for all tracks."""
    is_key: bool


class Encoding(Protocol):
    """An open encoder with its source."""

    @property
    def track(self) -> Track:
        """What it produces."""
        ...

    def next(self, *, key: bool) -> list[Sample]:
        """Take the next picture or block now and return what the encoder gives for it; `key` asks for a key frame."""
        ...


def _all_of_it() -> None:
    """There is no head, and it is day."""


@dataclass(frozen=True, slots=True)
class View:
    """Which picture: a channel of a camera in a size."""

    serial: str
    channel: int
    name: str
    width: int
    height: int
    outlook: Callable[[], Outlook | None] = field(default=_all_of_it, compare=False, repr=False)
    """What it shows of its place at a moment; by default all of it, by day."""
    timecode: bool = True
    """Whether the time is also a bar code at the lower edge."""


@dataclass(frozen=True, slots=True)
class H264Wanted:
    """Live video, as `media.cgi` gives it."""

    view: View
    fps: int
    compression: int = 30

    def open(self) -> Encoding:
        """Open the encoder; takes a few tenths of a second when the scene must be drawn first."""
        return _H264Encoding(self)


@dataclass(frozen=True, slots=True)
class JpegWanted:
    """Picture after picture, as `mjpg/video.cgi` gives it."""

    view: View
    fps: int
    compression: int = 30

    def open(self) -> Encoding:
        """Open the encoder; takes a few tenths of a second when the scene must be drawn first."""
        return _JpegEncoding(self)


@dataclass(frozen=True, slots=True)
class AacWanted:
    """A camera's microphone."""

    serial: str
    sample_rate: int = 16_000
    channels: int = 1

    def open(self) -> Encoding:
        """Open the encoder."""
        return _AacEncoding(self)


type Wanted = H264Wanted | JpegWanted | AacWanted


@lru_cache(_SCENES)
def scene_of(view: View) -> Scene:
    """Give the scene of a view: drawn at the first call, which takes some tenths of a second, and kept."""
    return Scene(view.serial, view.channel, view.name, view.width, view.height, timecode=view.timecode)


def _monotonic_milliseconds() -> int:
    return time.monotonic_ns() // 1_000_000


def _utc_milliseconds() -> int:
    return time.time_ns() // 1_000_000


class _H264Encoding:
    def __init__(self, wanted: H264Wanted) -> None:
        self._scene, self._outlook = scene_of(wanted.view), wanted.view.outlook
        context = av.VideoCodecContext.create("libx264", "w")
        context.width, context.height, context.pix_fmt = wanted.view.width, wanted.view.height, "yuv420p"
        context.framerate, context.time_base = Fraction(wanted.fps), Fraction(1, 1000)
        context.gop_size = max(1, round(wanted.fps * KEY_FRAME_SECONDS))
        context.color_range = 1
        context.colorspace = context.color_primaries = context.color_trc = BT709
        context.thread_count = 1
        context.flags |= Flags.global_header
        context.options = {
            "preset": "ultrafast",
            "tune": "zerolatency",
            "crf": str(18 + wanted.compression // 6),
            "forced-idr": "1",
            "x264-params": "scenecut=0",
        }
        context.open()
        self._context = context
        private = context.extradata or b""
        profile = next(unit for unit in private.split(b"\x00\x00\x01") if unit and unit[0] & 0x1F == _PARAMETER_SET)[
            1:4
        ]
        self.track = Track(
            codec="h264",
            codec_string=f"avc1.{profile.hex().upper()}",
            private=private,
            period=1 / wanted.fps,
            width=wanted.view.width,
            height=wanted.view.height,
        )
        self._last = 0

    def next(self, *, key: bool) -> list[Sample]:
        frame = self._scene.draw(_utc_milliseconds(), self._outlook())
        self._last = frame.pts = max(self._last + 1, _monotonic_milliseconds())
        frame.time_base = Fraction(1, 1000)
        if key:
            frame.pict_type = PictureType.I
        return [
            Sample(is_video=True, data=bytes(packet), milliseconds=packet.pts or 0, is_key=packet.is_keyframe)
            for packet in self._context.encode(frame)
        ]


_PARAMETER_SET = 7
"""NAL unit type of a sequence parameter set."""


class _JpegEncoding:
    def __init__(self, wanted: JpegWanted) -> None:
        self._wanted = wanted
        view = wanted.view
        self.track = Track(
            codec="mjpeg",
            codec_string="mjpeg",
            private=b"",
            period=1 / wanted.fps,
            width=view.width,
            height=view.height,
        )

    def next(self, *, key: bool) -> list[Sample]:
        del key  # every JPEG is one
        data = jpeg(self._wanted.view, self._wanted.compression)
        return [Sample(is_video=True, data=data, milliseconds=_monotonic_milliseconds(), is_key=True)]


def jpeg(view: View, compression: int = 30, rotation: int = 0) -> bytes:
    """Return the picture of now as JPEG. Takes some 10 ms at 1280x720: not for an event loop.

    Args:
        view: which picture.
        compression: as Axis counts it: 0 is the best picture, 100 the smallest file.
        rotation: 0, 90, 180 or 270 degrees clockwise.
    """
    frame = scene_of(view).draw(_utc_milliseconds(), view.outlook())
    if rotation:
        turned = np.ascontiguousarray(np.rot90(frame.to_ndarray(format="rgb24"), -rotation // 90))
        frame = av.VideoFrame.from_ndarray(turned, format="rgb24")
    # JPEG means BT.601 colours of the full range, video BT.709 ones from 16 to 235.
    frame = frame.reformat(format="yuvj420p", dst_colorspace="ITU601", dst_color_range="JPEG")
    frame.pts, frame.time_base = 0, Fraction(1, 25)
    context = av.VideoCodecContext.create("mjpeg", "w")
    context.width, context.height, context.pix_fmt = frame.width, frame.height, "yuvj420p"
    context.framerate, context.time_base = Fraction(25), Fraction(1, 25)
    context.color_range = 2
    context.qmin = context.qmax = 2 + round(compression * 0.2)
    context.thread_count = 1
    return b"".join(bytes(packet) for packet in [*context.encode(frame), *context.encode(None)])


class _AacEncoding:
    """A quiet room where a clock ticks: one tick at each second of UTC."""

    def __init__(self, wanted: AacWanted) -> None:
        rate = wanted.sample_rate
        context = av.AudioCodecContext.create("aac", "w")
        context.sample_rate, context.format = rate, "fltp"
        context.layout = "mono" if wanted.channels == 1 else "stereo"
        context.time_base = Fraction(1, rate)
        context.bit_rate = 32_000
        context.flags |= Flags.global_header
        context.open()
        self._context = context
        self._wanted = wanted
        self._second = tick(rate)
        self._begin = _monotonic_milliseconds()
        # Where in its second of UTC the sound begins.
        self._offset = _utc_milliseconds() % 1000 * rate // 1000
        self._position = 0
        self.track = Track(
            codec="aac",
            codec_string="mp4a.40.2",
            private=context.extradata or b"",
            period=_AAC_BLOCK / rate,
            sample_rate=rate,
            channels=wanted.channels,
        )

    def next(self, *, key: bool) -> list[Sample]:
        del key  # every block is one
        rate, channels = self._wanted.sample_rate, self._wanted.channels
        at = (self._offset + self._position + np.arange(_AAC_BLOCK)) % rate
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(np.broadcast_to(self._second[at], (channels, _AAC_BLOCK))),
            format="fltp",
            layout="mono" if channels == 1 else "stereo",
        )
        frame.sample_rate, frame.pts, frame.time_base = rate, self._position, Fraction(1, rate)
        self._position += _AAC_BLOCK
        return [
            Sample(
                is_video=False,
                data=bytes(packet),
                milliseconds=self._begin + (packet.pts or 0) * 1000 // rate,
                is_key=True,
            )
            for packet in self._context.encode(frame)
        ]


def tick(rate: int) -> NDArray[np.float32]:
    """Return one second of sound: a short soft click in faint noise."""
    t = np.arange(rate) / rate
    click = 0.25 * np.exp(-t * 60) * np.sin(2 * math.pi * 880 * t)
    noise = 0.002 * np.random.default_rng(7).standard_normal(rate)
    second: NDArray[np.float32] = (click + noise).astype(np.float32)
    return second
