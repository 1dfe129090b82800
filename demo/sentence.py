"""A sentence to announce, without a speech engine: a voice that hums syllables."""

from pathlib import Path
import wave

import numpy as np

from simulator.sound import Samples

RATE = 22_050
_SYLLABLES = ((500, 1500), (300, 2200), (700, 1100), (400, 2000), (600, 1000), (350, 800), (550, 1750), (300, 2300))
"""What makes a vowel: two pitches that the mouth lets through. None of the syllables is like another."""
_SYLLABLE_SECONDS = 0.26
_BREADTH = 180.0


def sentence() -> Samples:
    """The samples: a falling voice of a hundred and some hertz, whose overtones change from syllable to syllable."""
    times = np.arange(int(len(_SYLLABLES) * _SYLLABLE_SECONDS * RATE)) / RATE
    pitch = 150 - 15 * times + 12 * np.sin(2 * np.pi * 0.9 * times)
    phase = 2 * np.pi * np.cumsum(pitch) / RATE
    which = np.minimum((times / _SYLLABLE_SECONDS).astype(int), len(_SYLLABLES) - 1)
    first, second = (np.array([each[number] for each in _SYLLABLES])[which] for number in (0, 1))
    voice = np.zeros_like(times)
    for overtone in range(1, 22):
        height = overtone * pitch
        mouth = np.exp(-(((height - first) / _BREADTH) ** 2)) + 0.6 * np.exp(-(((height - second) / _BREADTH) ** 2))
        voice += (mouth + 0.05) / overtone**0.5 * np.sin(overtone * phase)
    voice *= np.sin(np.pi * (times % _SYLLABLE_SECONDS) / _SYLLABLE_SECONDS) ** 0.6
    loudest = float(np.abs(voice).max())
    return voice * (0.7 / loudest)


def write_sentence(path: Path) -> None:
    """Keep it as a WAV file."""
    with wave.open(str(path), "wb") as out:
        out.setnchannels(1)
        out.setsampwidth(2)
        out.setframerate(RATE)
        out.writeframes((sentence() * 32_000).astype("<i2").tobytes())
