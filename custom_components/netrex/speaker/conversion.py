"""Converts sound of any format to what cameras play: mono mu-law. Blocking: call it in the executor."""

from collections.abc import Iterator
from contextlib import suppress
from io import BytesIO
from itertools import groupby, islice, pairwise
import re
from typing import Final

import av
from av import AudioCodecContext, AudioFrame, AudioResampler, Packet
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.error import FFmpegError
import numpy as np

from ..vapix import SpeechCodec

#: Not among them: playlists (m3u8, concat), with which a file could have other files or URLs read.
_FORMATS: Final = "aac,aiff,amr,au,flac,matroska,mov,mp3,mp4,mpegts,ogg,wav,webm"
#: Beginnings of formats of which FFmpeg reads only the first of several concatenated files.
_STARTS: Final = tuple(
    re.compile(start, re.DOTALL)
    for start in (rb"RIFF.{4}WAVE", rb"FORM.{4}AIF[FC]", rb"\.snd\0\0", rb"\0\0\0[\x08-\x40]ftyp", rb"fLaC\0\0\0\x22")
)
#: Concatenated files, and changes of the format.
_MAX_FILES: Final = 500
#: Read errors of one file after which the rest is skipped.
_MAX_FAILURES: Final = 20
_BROKEN: Final = (FFmpegError, ValueError, IndexError, ArithmeticError)
_LOUDEST: Final = 32_767
_CHANNEL: Final = "mono"
_SAMPLES: Final = "s16"


class NotSoundError(Exception):
    """The file has no sound that can be decoded."""


class TooLongError(Exception):
    """The sound is too long."""


def convert(source: bytes, codec: SpeechCodec, *, volume: float = 1.0, longest: float) -> bytes:
    """Return the sound of an audio or video file as the camera plays it, without the parts that can't be decoded.

    There may be several files one after another, as some speech engines send one a sentence. A volume of 1.0 changes
    nothing; samples that become too large are clipped.

    Raises:
        NotSoundError: no sound can be decoded.
        TooLongError: the sound is longer than `longest`, in seconds.
    """
    try:
        samples = b"".join(_samples(source, codec.rate, volume, longest))
        sound = _mu_law(samples, codec.rate) if samples else b""
    except (*_BROKEN, MemoryError) as err:
        raise NotSoundError(f"the sound can't be read ({type(err).__name__})") from None
    if not sound:
        raise NotSoundError("there is no sound in it")
    return sound


def _samples(source: bytes, rate: int, volume: float, longest: float) -> Iterator[bytes]:
    """Yield 16-bit mono samples."""
    seconds = 0.0
    # A resampler accepts one format only.
    for _, frames in islice(groupby(_frames(source), _format), _MAX_FILES):
        resampler = AudioResampler(format=_SAMPLES, layout=_CHANNEL, rate=rate)
        for frame in frames:
            # Checked first: resampling a frame that claims one sample a second would fill the memory.
            seconds += frame.samples / frame.sample_rate
            if seconds > longest:
                raise TooLongError
            # The timestamps of the next file begin at 0 again.
            frame.pts = None
            yield from _resampled(resampler, frame, volume)
        yield from _resampled(resampler, None, volume)


def _format(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _frames(source: bytes) -> Iterator[AudioFrame]:
    """Yield the frames that can be decoded."""
    for part in _files(source):
        with suppress(*_BROKEN), av.open(BytesIO(part), "r", options={"format_whitelist": _FORMATS}) as file:
            for packet in _packets(file):
                with suppress(*_BROKEN):
                    yield from (frame for frame in packet.decode() if isinstance(frame, AudioFrame))


def _packets(file: InputContainer) -> Iterator[Packet[AudioStream]]:
    """Yield the packets of the first audio stream, also those after a read error."""
    failures = 0
    while failures < _MAX_FAILURES:
        try:
            yield from file.demux(file.streams.audio[0])
        except FFmpegError:
            failures += 1
        else:
            return


def _files(source: bytes) -> Iterator[bytes]:
    """Split concatenated files."""
    start = next((pattern for pattern in _STARTS if pattern.match(source)), None)
    if start is None:
        yield source
        return
    begins = (found.start() for found in islice(start.finditer(source), _MAX_FILES))
    for begin, end in pairwise((*begins, len(source))):
        yield source[begin:end]


def _resampled(resampler: AudioResampler, frame: AudioFrame | None, volume: float) -> Iterator[bytes]:
    """Yield the samples of a frame, or for None those still buffered; nothing if the frame is broken."""
    with suppress(*_BROKEN):
        for resampled in resampler.resample(frame):
            samples = resampled.to_ndarray()
            if volume != 1.0:
                samples = np.clip(np.rint(samples * volume), -_LOUDEST, _LOUDEST).astype(np.int16)
            yield samples.tobytes()


def _mu_law(samples: bytes, rate: int) -> bytes:
    frame = AudioFrame.from_ndarray(np.frombuffer(samples, np.int16).reshape(1, -1), _SAMPLES, _CHANNEL)
    frame.sample_rate = rate
    encoder = AudioCodecContext.create("pcm_mulaw", "w")
    encoder.sample_rate, encoder.format, encoder.layout = rate, _SAMPLES, _CHANNEL
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))
