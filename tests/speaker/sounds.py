"""Sounds to play, and how alike two are."""

from io import BytesIO
from pathlib import Path
import wave

import av
from av import AudioFrame
import numpy as np
from numpy.typing import NDArray

type Samples = NDArray[np.float64]


def melody(seconds: float = 1.0, rate: int = 22_050) -> Samples:
    """Return three tones, each louder than the one before: whatever is shifted, cut or doubled is not alike."""
    times = np.arange(int(seconds * rate)) / rate
    pitch = np.select([times < seconds / 3, times < seconds * 2 / 3], [440.0, 660.0], 550.0)
    return np.sin(2 * np.pi * pitch * times) * (0.2 + 0.6 * times / seconds)


def wav(samples: Samples, rate: int = 22_050, channels: int = 1) -> bytes:
    """Return a file of uncompressed sound."""
    file = BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(channels)
        out.setsampwidth(2)
        out.setframerate(rate)
        out.writeframes(np.repeat((samples * 32_000).astype("<i2"), channels).tobytes())
    return file.getvalue()


def encoded(samples: Samples, container: str, codec: str, rate: int = 22_050) -> bytes:
    """Return a file of compressed sound."""
    file = BytesIO()
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate)
        frame = AudioFrame.from_ndarray((samples * 32_000).astype(np.int16).reshape(1, -1), "s16", "mono")
        frame.sample_rate = rate
        for packet in (*stream.encode(frame), *stream.encode(None)):
            out.mux(packet)
    return file.getvalue()


def heard_samples(mu_law: bytes) -> Samples:
    """Decode what a camera played: G.711 mu-law, by the book."""
    code = ~np.frombuffer(mu_law, np.uint8)
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = (((mantissa.astype(np.int32) << 3) + 132) << exponent) - 132
    return np.where(code & 128, -magnitude, magnitude) / 32_768


def likeness(first: Samples, first_rate: int, second: Samples, second_rate: int) -> float:
    """Return how alike two sounds are, -1 to 1, wherever one begins a little later than the other."""
    length = min(len(first) / first_rate, len(second) / second_rate)
    times = np.arange(0.02, length - 0.02, 1 / 16_000)
    one = np.interp(times, np.arange(len(first)) / first_rate, first)
    best = -1.0
    for shift in np.arange(-0.02, 0.02, 1 / 16_000):
        other = np.interp(times + shift, np.arange(len(second)) / second_rate, second)
        best = max(best, float(np.corrcoef(one, other)[0, 1]))
    return best


def write(path: Path, content: bytes) -> None:
    """Put a file somewhere, in an executor."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
