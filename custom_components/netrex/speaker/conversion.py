"""Makes any sound into what a camera plays: one channel of mu-law. Blocking: for the executor."""

from collections.abc import Iterator
from io import BytesIO
from typing import Final

import av
from av import AudioCodecContext, AudioFrame, AudioResampler
from av.container import InputContainer
from av.error import FFmpegError
import numpy as np

from ..vapix import SpeechCodec

#: What is read. Not among them: lists of addresses (m3u8, concat), with which a file could have others fetched.
_FORMATS: Final = "aac,aiff,amr,au,flac,matroska,mov,mp3,mp4,mpegts,ogg,wav,webm"
_LOUDEST: Final = 32_767
_CHANNEL: Final = "mono"
_SAMPLES: Final = "s16"


class NotSoundError(Exception):
    """There is no sound in it that can be read."""


class TooLongError(Exception):
    """It lasts longer than it may."""


def convert(source: bytes, codec: SpeechCodec, *, volume: float = 1.0, longest: float) -> bytes:
    """Return the sound of a file as a camera plays it.

    Args:
        source: the file, audio or video.
        codec: what the camera plays.
        volume: 1.0 leaves it as it is; louder parts than can be written are cut.
        longest: seconds.

    Raises:
        NotSoundError: there is none in it, or it is broken.
        TooLongError: it is longer than `longest`; most of it was not looked at.
    """
    try:
        with av.open(BytesIO(source), "r", options={"format_whitelist": _FORMATS}) as file:
            samples = b"".join(_samples(file, codec.rate, volume, longest))
        sound = _mu_law(samples, codec.rate) if samples else b""
    except (FFmpegError, ValueError, IndexError, ArithmeticError, MemoryError) as err:
        raise NotSoundError(f"the sound can't be read ({type(err).__name__})") from None
    if not sound:
        raise NotSoundError("there is no sound in it")
    return sound


def _samples(file: InputContainer, rate: int, volume: float, longest: float) -> Iterator[bytes]:
    """Yield samples of 16 bits in one channel."""
    resampler = AudioResampler(format=_SAMPLES, layout=_CHANNEL, rate=rate)
    seconds = 0.0
    for frame in file.decode(file.streams.audio[0]):
        # Before it is resampled: a frame that claims one sample a second would fill the memory.
        seconds += frame.samples / frame.sample_rate
        if seconds > longest:
            raise TooLongError
        yield from _louder(resampler.resample(frame), volume)
    yield from _louder(resampler.resample(None), volume)


def _louder(frames: list[AudioFrame], volume: float) -> Iterator[bytes]:
    for frame in frames:
        samples = frame.to_ndarray()
        if volume != 1.0:
            samples = np.clip(np.rint(samples * volume), -_LOUDEST, _LOUDEST).astype(np.int16)
        yield samples.tobytes()


def _mu_law(samples: bytes, rate: int) -> bytes:
    frame = AudioFrame.from_ndarray(np.frombuffer(samples, np.int16).reshape(1, -1), _SAMPLES, _CHANNEL)
    frame.sample_rate = rate
    encoder = AudioCodecContext.create("pcm_mulaw", "w")
    encoder.sample_rate, encoder.format, encoder.layout = rate, _SAMPLES, _CHANNEL
    return b"".join(bytes(packet) for packet in (*encoder.encode(frame), *encoder.encode(None)))
