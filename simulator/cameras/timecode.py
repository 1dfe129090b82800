"""The time of a picture as a bar code in the picture, for a test, a script or a browser to read.

A clock in digits is for people. A test needs the moment a frame was drawn after H.264, JPEG, scaling and screenshots,
so each frame also carries it along its bottom edge.

Geometry, as fractions of the picture: the strip is the bottom 1/30 of the height and the whole width, cut into
64 equal cells, white for 1 and black for 0. Sampling at ``y = height * 59 / 60``, ``x = width * (cell + 0.5) / 64``
hits their middles.

    cell 0        0, a quiet edge
    cells 1-4     1 0 1 0, the start mark
    cells 5-46    milliseconds since 1970 (UTC), 42 bits, highest first
    cells 47-58   that number modulo 4093, 12 bits, highest first
    cells 59-62   0 1 0 1, the stop mark
    cell 63       0, a quiet edge

In a browser, for a whole and unscaled picture:

    function readTime(video) {
      const canvas = document.createElement("canvas");
      const width = (canvas.width = video.videoWidth), height = (canvas.height = video.videoHeight);
      const context = canvas.getContext("2d");
      context.drawImage(video, 0, 0);
      const row = context.getImageData(0, Math.floor((height * 59) / 60), width, 1).data;
      const light = Array.from({ length: 64 }, (_, cell) => row[4 * Math.floor((width * (cell + 0.5)) / 64) + 1]);
      const middle = (Math.min(...light) + Math.max(...light)) / 2;
      const bits = light.map((value) => (value > middle ? "1" : "0")).join("");
      const milliseconds = parseInt(bits.slice(5, 47), 2);
      const check = parseInt(bits.slice(47, 59), 2);
      const whole = bits.startsWith("01010") && bits.endsWith("01010") && check === milliseconds % 4093;
      return whole ? milliseconds / 1000 : null;
    }
"""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

type Image = NDArray[np.uint8]
type Row = NDArray[np.float64]

CELLS = 64
STRIP = 1 / 30
"""Height of the strip, as a part of the picture's."""

_START = "1010"
_STOP = "0101"
_TIME_BITS = 42
_CHECK_BITS = 12
_CHECK_MODULUS = 4093
_LEAST_CONTRAST = 60
"""Of 255. Video keeps over 180; anything below this is a picture, not a strip."""
_LEAST_CELL = 1.5
"""In pixels. Narrower cells can't be told apart after scaling."""


def cells(milliseconds: int) -> NDArray[np.bool_]:
    """Return the 64 cells of a time in milliseconds since 1970, True for white."""
    check = milliseconds % _CHECK_MODULUS
    bits = f"0{_START}{milliseconds:0{_TIME_BITS}b}{check:0{_CHECK_BITS}b}{_STOP}0"
    return np.array([bit == "1" for bit in bits])


def read_time(image: Image) -> float | None:
    """Return the time in an image, in seconds since 1970, or None when there is no readable strip.

    Takes grey (height x width) and colour (height x width x channels) images: a whole picture, or a screenshot with the
    picture somewhere in it, scaled as it may be.
    """
    grey: NDArray[np.float64] = image.astype(np.float64) if image.ndim == 2 else image[..., :3].mean(axis=2)  # noqa: PLR2004 (2 axes)
    height = grey.shape[0]
    # The whole picture first: one look instead of a search.
    milliseconds = _read_row(grey[int(height * (1 - STRIP / 2))], 0.0, float(grey.shape[1]))
    if milliseconds is None:
        milliseconds = _search(grey)
    return None if milliseconds is None else milliseconds / 1000


def _search(grey: NDArray[np.float64]) -> int | None:
    """Look at the rows from the bottom up until two rows agree on a time."""
    seen: set[int] = set()
    for row in grey[::-1]:
        for left, right in _spans(row):
            milliseconds = _read_row(row, left, right)
            if milliseconds is None:
                continue
            if milliseconds in seen:
                return milliseconds
            seen.add(milliseconds)
    return None


def _spans(row: Row) -> Iterator[tuple[float, float]]:
    """Yield where a strip may lie in a row: three even cells at the left, an edge where the stop mark ends."""
    low, high = row.min(), row.max()
    if high - low < _LEAST_CONTRAST:
        return
    middle = (low + high) / 2
    white = row > middle
    before = np.flatnonzero(white[1:] != white[:-1])
    # Where the brightness crosses the middle between two pixels, in units of a pixel.
    edges = before + 0.5 + (middle - row[before]) / (row[before + 1] - row[before])
    rising = white[before + 1]
    for first in np.flatnonzero(rising[:-3]):
        widths = np.diff(edges[first : first + 4])
        cell = widths.mean()
        if cell < _LEAST_CELL or abs(widths - cell).max() > 0.4 * cell + 0.5:
            continue
        begin = edges[first]
        span = (edges - begin) / cell
        # Three cells measure the pitch to some 10 per cent; the stop mark's end then fixes it.
        for last in np.flatnonzero(~rising & (span > 0.85 * (CELLS - 2)) & (span < 1.15 * (CELLS - 2))):
            pitch = (edges[last] - begin) / (CELLS - 2)
            yield begin - pitch, edges[last] + pitch


def _read_row(row: Row, left: float, right: float) -> int | None:
    """Read the cells between two places of a row; None unless marks and checksum are right."""
    centres = left + (right - left) * (np.arange(CELLS) + 0.5) / CELLS
    # The quiet edges may be cut off by a tight crop; what they would say is known.
    samples = row[np.clip(centres.astype(int), 0, len(row) - 1)]
    inner = samples[1:-1]
    if inner.max() - inner.min() < _LEAST_CONTRAST:
        return None
    bits = "".join("1" if sample else "0" for sample in inner > (inner.min() + inner.max()) / 2)
    time_end = len(_START) + _TIME_BITS
    milliseconds = int(bits[len(_START) : time_end], 2)
    check = int(bits[time_end : time_end + _CHECK_BITS], 2)
    whole = bits.startswith(_START) and bits.endswith(_STOP) and check == milliseconds % _CHECK_MODULUS
    return milliseconds if whole else None
