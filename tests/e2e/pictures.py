"""What can be told of a camera's still picture: how bright it is, and by how much it differs from another one."""

from io import BytesIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image

type Picture = NDArray[np.float64]

_TOP, _BOTTOM = 0.1, 0.9
"""What lies between the line of text and the strip of a picture."""


def shown_place(encoded: bytes) -> Picture:
    """The brightness of what a picture shows, from 0 to 255, without the line of text and the strip."""
    with Image.open(BytesIO(encoded)) as opened:
        picture = np.asarray(opened.convert("L"), np.float64)
    return picture[int(len(picture) * _TOP) : int(len(picture) * _BOTTOM)]


def brightness(picture: Picture) -> float:
    """How bright a picture is, from 0 to 255."""
    return round(float(picture.mean()), 1)


def difference(one: Picture, other: Picture) -> float:
    """By how much two pictures differ, from 0 to 255."""
    return round(float(np.abs(one - other).mean()), 1)
