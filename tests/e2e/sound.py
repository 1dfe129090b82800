"""What a camera heard of the sentence that the demo announces."""

from demo.sentence import RATE, sentence
from simulator.sound import Samples, likeness as sound_likeness, mu_law_samples

_LATEST = 0.2
"""Seconds by which what was heard may begin later or earlier."""


def decoded(content_type: str, sound: bytes) -> tuple[Samples, int]:
    """What a camera was sent, as samples, and how many there are a second.

    Raises:
        LookupError: it is neither G.711 nor Axis' variant of it with twice the rate.
    """
    rate = {"audio/basic": 8000, "audio/axis-mulaw-128": 16_000}[content_type]
    return mu_law_samples(sound), rate


def likeness(heard: Samples, rate: int) -> float:
    """How alike the sentence and something heard are, -1 to 1, wherever the one begins in the other."""
    return sound_likeness(sentence(), RATE, heard, rate, _LATEST)
