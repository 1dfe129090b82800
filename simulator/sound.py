"""What a camera was heard to play: samples of what came, and how alike two sounds are. For tests and the demo."""

import numpy as np
from numpy.typing import NDArray

type Samples = NDArray[np.float64]

_STEPS = 16_000
"""Points of comparison a second."""


def mu_law_samples(sound: bytes) -> Samples:
    """Decode G.711 mu-law, by the book."""
    code = ~np.frombuffer(sound, np.uint8)
    exponent, mantissa = (code >> 4) & 7, code & 15
    magnitude = (((mantissa.astype(np.int32) << 3) + 132) << exponent) - 132
    return np.where(code & 128, -magnitude, magnitude) / 32_768


def likeness(first: Samples, first_rate: int, second: Samples, second_rate: int, latest: float = 0.02) -> float:
    """Return how alike two sounds are, -1 to 1, wherever one begins in the other, up to `latest` seconds later.

    What one of them is longer is not compared; sounds of which most could not be are not alike.
    """
    one, two = (
        np.interp(np.arange(0, len(samples) / rate, 1 / _STEPS), np.arange(len(samples)) / rate, samples)
        for samples, rate in ((first, first_rate), (second, second_rate))
    )
    most = int(latest * _STEPS)
    length = min(len(one), len(two)) - most
    if length < max(len(one), len(two)) / 2:
        return -1.0
    return max(
        float(np.corrcoef(one[max(0, shift) :][:length], two[max(0, -shift) :][:length])[0, 1])
        for shift in range(-most, most + 1)
    )
