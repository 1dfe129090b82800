"""Makes any sound into what a camera plays: one channel of mu-law. Blocking: for the executor."""

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

#: What is read. Not among them: lists of addresses (m3u8, concat), with which a file could have others fetched.
_FORMATS: Final = "aac,aiff,amr,au,flac,matroska,mov,mp3,mp4,mpegts,ogg,wav,webm"
#: How a file begins of those formats of which FFmpeg reads only the first one, where several follow one another.
_STARTS: Final = tuple(
    re.compile(start, re.DOTALL)
    for start in (rb"RIFF.{4}WAVE", rb"FORM.{4}AIF[FC]", rb"\.snd\0\0", rb"\0\0\0[\x08-\x40]ftyp", rb"fLaC\0\0\0\x22")
)
#: Files that may follow one another, and changes of the format.
_MAX_FILES: Final = 500
#: How often the rest of a file is tried that can't be read on.
_MAX_FAILURES: Final = 20
_BROKEN: Final = (FFmpegError, ValueError, IndexError, ArithmeticError)
_LOUDEST: Final = 32_767
_CHANNEL: Final = "mono"
_SAMPLES: Final = "s16"


class NotSoundError(Exception):
    """There is no sound in it that can be read."""


class TooLongError(Exception):
    """It lasts longer than it may."""


def convert(source: bytes, codec: SpeechCodec, *, volume: float = 1.0, longest: float) -> bytes:
    """Return the sound of a file as a camera plays it; what can't be decoded is left out.

    Args:
        source: the file, audio or video; also several in a row, as some engines of speech send one for each sentence.
        codec: what the camera plays.
        volume: 1.0 leaves it as it is; louder parts than can be written are cut.
        longest: seconds.

    Raises:
        NotSoundError: there is none in it, or none of it can be decoded.
        TooLongError: it is longer than `longest`; most of it was not looked at.
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
    """Yield samples of 16 bits in one channel."""
    seconds = 0.0
    # A resampler takes one format only.
    for _, frames in islice(groupby(_frames(source), _format), _MAX_FILES):
        resampler = AudioResampler(format=_SAMPLES, layout=_CHANNEL, rate=rate)
        for frame in frames:
            # Before it is resampled: a frame that claims one sample a second would fill the memory.
            seconds += frame.samples / frame.sample_rate
            if seconds > longest:
                raise TooLongError
            # The times of the next file begin at 0 again.
            frame.pts = None
            yield from _resampled(resampler, frame, volume)
        yield from _resampled(resampler, None, volume)


def _format(frame: AudioFrame) -> tuple[str, str, int]:
    return frame.format.name, frame.layout.name, frame.sample_rate


def _frames(source: bytes) -> Iterator[AudioFrame]:
    """Yield what can be decoded."""
    for part in _files(source):
        with suppress(*_BROKEN), av.open(BytesIO(part), "r", options={"format_whitelist": _FORMATS}) as file:
            for packet in _packets(file):
                with suppress(*_BROKEN):
                    yield from (frame for frame in packet.decode() if isinstance(frame, AudioFrame))


def _packets(file: InputContainer) -> Iterator[Packet[AudioStream]]:
    """Yield the packets of the first audio stream, also those behind a part that can't be read."""
    failures = 0
    while failures < _MAX_FAILURES:
        try:
            yield from file.demux(file.streams.audio[0])
        except FFmpegError:
            failures += 1
        else:
            return


def _files(source: bytes) -> Iterator[bytes]:
    """Yield the files that follow one another: of these formats, FFmpeg reads only the first one."""
    start = next((pattern for pattern in _STARTS if pattern.match(source)), None)
    if start is None:
        yield source
        return
    begins = (found.start() for found in islice(start.finditer(source), _MAX_FILES))
    for begin, end in pairwise((*begins, len(source))):
        yield source[begin:end]


def _resampled(resampler: AudioResampler, frame: AudioFrame | None, volume: float) -> Iterator[bytes]:
    """Yield the samples of a frame, or what is left of the frames before; nothing where it is broken."""
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
