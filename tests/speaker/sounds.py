"""Sounds to play."""

from io import BytesIO
from pathlib import Path
import wave

import av
from av import AudioFrame
import numpy as np

from simulator.sound import Samples


def melody(seconds: float = 1.0, rate: int = 22_050) -> Samples:
    """Return three tones, each louder than the one before, so that shifted, cut or doubled sound differs."""
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


def write(path: Path, content: bytes) -> None:
    """Put a file somewhere, in an executor."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
