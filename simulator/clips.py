"""Clips of what a simulated camera saw: files whose pictures show the time that they are of.

A recording is not kept anywhere: whoever asks for one gets it drawn. `render` makes a file; `Clips` makes files in
threads, each once, and keeps the last ones until the simulator stops.
"""

import asyncio
from collections import OrderedDict
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from fractions import Fraction
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory
import threading
from typing import BinaryIO, Literal

import av
from av.audio.stream import AudioStream
from av.container import OutputContainer
from av.video.stream import VideoStream
import numpy as np

from .cameras.encoding import View, scene_of, tick
from .cameras.picture import BT709

_PICTURES = 1200
"""A clip has about so many pictures, if that gives it 1 to 10 a second: what is longer is drawn more sparsely."""
_MOST_PICTURES = 3600
"""Of a clip of more than an hour, whose pictures come more than a second apart."""
_KEY_FRAME_SECONDS = 2.0
_LEAST_GROUP = 4
"""Pictures from key frame to key frame, where they come seldom."""
_AUDIO_RATE = 16_000
_AUDIO_BLOCK = 1024
_MILLISECONDS = Fraction(1, 1000)
_RENDERERS = 2
_KEPT_BYTES = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Clip:
    """What is to be in a file."""

    view: View
    begins_at: float
    """Seconds since 1970 (UTC): what the first picture shows."""
    duration: float
    """Seconds, above 0."""
    container: Literal["mp4", "matroska"] = "mp4"
    codec: Literal["h264", "hevc"] = "h264"
    audio: bool = False
    """Whether it has sound: AAC, a tick at each second of UTC."""
    faststart: bool = True
    """Whether an MP4 begins with its table of contents, so that it plays before all of it is there."""
    fps: float | None = None
    """Pictures a second; None: as many as a clip of this length has."""

    @property
    def pictures_a_second(self) -> float:
        """How many pictures a second has."""
        if self.fps is not None:
            return self.fps
        usual = min(max(_PICTURES / self.duration, 1.0), 10.0)
        return min(usual, _MOST_PICTURES / self.duration)


class RenderingStopped(Exception):  # noqa: N818 - nothing went wrong, the simulator stops
    """The simulator stops while a clip is made."""


def render(clip: Clip, path: Path, stopped: threading.Event | None = None) -> None:
    """Make a clip: the picture presented at `t` seconds shows `clip.begins_at + t`, in milliseconds exactly.

    Ten minutes of 854x480 take some seconds: not for an event loop.

    Args:
        clip: what to make.
        path: where to write it.
        stopped: when it is set, the rendering ends.

    Raises:
        RenderingStopped: `stopped` was set; the file is not whole.
    """
    options = {"movflags": "faststart"} if clip.container == "mp4" and clip.faststart else {}
    with av.open(path, "w", format=clip.container, options=options) as container:
        # All tracks have to be there before the first packet.
        tracks = [_pictures(clip, container, _video_track(clip, container))]
        if clip.audio:
            tracks.append(_sound(clip, container, _audio_track(container)))
        # Packets lie in the file as a player wants them: by time, not track after track.
        due = [(0.0, number) for number in range(len(tracks))]
        while due:
            if stopped is not None and stopped.is_set():
                raise RenderingStopped
            _, number = due.pop(due.index(min(due)))
            if (encoded_up_to := next(tracks[number], None)) is not None:
                due.append((encoded_up_to, number))


def _video_track(clip: Clip, container: OutputContainer) -> VideoStream:
    fps = Fraction(clip.pictures_a_second).limit_denominator(1000)
    hevc = clip.codec == "hevc"
    stream = container.add_stream("libx265" if hevc else "libx264", rate=fps)
    context = stream.codec_context
    context.width, context.height, context.pix_fmt = clip.view.width, clip.view.height, "yuv420p"
    stream.time_base = context.time_base = _MILLISECONDS
    context.gop_size = max(_LEAST_GROUP, round(fps * Fraction(_KEY_FRAME_SECONDS)))
    context.color_range = 1
    context.colorspace = context.color_primaries = context.color_trc = BT709
    context.thread_count = 1
    context.options = {
        "preset": "ultrafast",
        "tune": "zerolatency",
        "crf": "30" if hevc else "26",
        **({"x265-params": "scenecut=0:log-level=none:pools=none"} if hevc else {"x264-params": "scenecut=0"}),
    }
    if hevc and clip.container == "mp4":
        context.codec_tag = "hvc1"
    return stream


def _pictures(clip: Clip, container: OutputContainer, stream: VideoStream) -> Iterator[float]:
    """Write the pictures one by one; yields the second up to which they are written."""
    fps = Fraction(clip.pictures_a_second).limit_denominator(1000)
    scene = scene_of(clip.view)
    begin, end = round(clip.begins_at * 1000), round(clip.duration * 1000)
    moments = (round(number * 1000 / fps) for number in count())
    at = next(moments)
    while at < end:
        following = min(next(moments), end)
        frame = scene.draw(begin + at)
        frame.pts, frame.time_base = at, _MILLISECONDS
        for packet in stream.encode(frame):
            packet.duration = following - at
            container.mux(packet)
        at = following
        yield at / 1000
    container.mux(stream.encode(None))


def _audio_track(container: OutputContainer) -> AudioStream:
    stream = container.add_stream("aac", rate=_AUDIO_RATE, layout="mono")
    stream.codec_context.bit_rate = 32_000
    return stream


def _sound(clip: Clip, container: OutputContainer, stream: AudioStream) -> Iterator[float]:
    """Write the sound block by block; yields the second up to which it is written."""
    second = tick(_AUDIO_RATE)
    offset = round(clip.begins_at * 1000) % 1000 * _AUDIO_RATE // 1000
    for at in range(0, round(clip.duration * _AUDIO_RATE), _AUDIO_BLOCK):
        sound = second[(offset + at + np.arange(_AUDIO_BLOCK)) % _AUDIO_RATE]
        frame = av.AudioFrame.from_ndarray(sound[None, :], format="fltp", layout="mono")
        frame.sample_rate, frame.pts, frame.time_base = _AUDIO_RATE, at, Fraction(1, _AUDIO_RATE)
        container.mux(stream.encode(frame))
        yield (at + _AUDIO_BLOCK) / _AUDIO_RATE
    container.mux(stream.encode(None))


@dataclass(slots=True)
class _Kept:
    path: Path
    size: int


@dataclass(slots=True)
class Clips:
    """The clips of one simulator: made in threads when somebody wants them, each once, on its event loop."""

    rendered: int = 0
    """How many clips were made."""
    _directory: TemporaryDirectory[str] = field(
        default_factory=lambda: TemporaryDirectory(prefix="simulated-clips-", ignore_cleanup_errors=True)
    )
    _threads: ThreadPoolExecutor = field(
        default_factory=lambda: ThreadPoolExecutor(_RENDERERS, thread_name_prefix="clip")
    )
    _stopped: threading.Event = field(default_factory=threading.Event)
    _kept: OrderedDict[Clip, _Kept] = field(default_factory=OrderedDict)
    _under_way: dict[Clip, asyncio.Future[_Kept]] = field(default_factory=dict)

    def begin(self, clip: Clip) -> None:
        """Begin to make a clip that will be wanted soon."""
        if clip not in self._kept and not self._stopped.is_set():
            self._making(clip)

    async def open(self, clip: Clip) -> BinaryIO:
        """Give the file of a clip, open for reading; the caller closes it. It stays whole until then.

        Raises:
            RenderingStopped: the simulator stops.
        """
        if self._stopped.is_set():
            raise RenderingStopped
        if clip not in self._kept:
            # Whoever leaves doesn't take the clip away from those who wait for the same one.
            kept = await asyncio.shield(self._making(clip))
        else:
            kept = self._kept[clip]
            self._kept.move_to_end(clip)
        return kept.path.open("rb")

    def _making(self, clip: Clip) -> asyncio.Future[_Kept]:
        making = self._under_way.get(clip)
        if making is None:
            making = self._under_way[clip] = asyncio.ensure_future(self._make(clip))
        return making

    async def _make(self, clip: Clip) -> _Kept:
        try:
            path = Path(self._directory.name) / f"{self.rendered}.{clip.container}"
            self.rendered += 1
            await asyncio.get_running_loop().run_in_executor(self._threads, render, clip, path, self._stopped)
            kept = self._kept[clip] = _Kept(path, path.stat().st_size)
            self._make_room()
            return kept
        finally:
            del self._under_way[clip]

    def _make_room(self) -> None:
        """Let go of the clips that nobody wanted for the longest time; the last one always stays."""
        while len(self._kept) > 1 and sum(kept.size for kept in self._kept.values()) > _KEPT_BYTES:
            _, oldest = self._kept.popitem(last=False)
            oldest.path.unlink()

    async def close(self) -> None:
        """End what is being made and remove all files."""
        self._stopped.set()
        await asyncio.gather(*self._under_way.values(), return_exceptions=True)
        self._threads.shutdown()
        self._directory.cleanup()
