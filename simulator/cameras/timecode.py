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
    return _bits(bits)


def read_time(image: Image) -> float | None:
    """Return the time in an image, in seconds since 1970, or None when there is no readable strip.

    Takes grey (height x width) and colour (height x width x channels) images: a whole picture, or a screenshot with the
    picture somewhere in it, scaled as it may be.
    """
    # The strip has no colour, so one channel says all of it.
    light = image if image.ndim == 2 else image[..., 1]  # noqa: PLR2004 (2 axes)
    height, width = light.shape
    # The whole picture first: one look instead of a search.
    row = light[int(height * (1 - STRIP / 2))].astype(np.float64)
    whole = _read_spans(row, np.zeros(1), np.full(1, float(width)))
    milliseconds = whole[0] if whole else _search(light)
    return None if milliseconds is None else milliseconds / 1000


def _search(light: Image) -> int | None:
    """Look at the rows from the bottom up until two rows agree on a time."""
    seen: set[int] = set()
    contrasting = np.flatnonzero(light.max(axis=1).astype(int) - light.min(axis=1) >= _LEAST_CONTRAST)
    for number in contrasting[::-1]:
        row = light[number].astype(np.float64)
        for milliseconds in _read_spans(row, *_spans(row)):
            if milliseconds in seen:
                return milliseconds
            seen.add(milliseconds)
    return None


def _spans(row: Row) -> tuple[Row, Row]:
    """Return left and right ends of what may be strips in a row: from three even cells to an edge about 62 further."""
    middle = (row.min() + row.max()) / 2
    white = row > middle
    before = np.flatnonzero(white[1:] != white[:-1])
    if len(before) < len(_START) + len(_STOP):
        return np.zeros(0), np.zeros(0)
    # Where the brightness crosses the middle between two pixels, in units of a pixel.
    edges = before + 0.5 + (middle - row[before]) / (row[before + 1] - row[before])
    rising = white[before + 1]
    widths = np.lib.stride_tricks.sliding_window_view(np.diff(edges), 3)
    cell = widths.mean(axis=1)
    even = np.abs(widths - cell[:, None]).max(axis=1) <= 0.25 * cell + 0.5
    # Three cells measure the pitch to some 10 per cent; the stop mark's end then fixes it.
    inner = CELLS - 2
    fits = even & rising[:-3] & (cell >= _LEAST_CELL) & (edges[:-3] + 0.85 * inner * cell <= len(row))
    begins, cell, ends = edges[:-3][fits], cell[fits], edges[~rising]
    spans = (ends[None, :] - begins[:, None]) / cell[:, None] / inner
    first, last = np.nonzero(np.abs(spans - 1) < 0.15)  # noqa: PLR2004 (said above)
    pitch = (ends[last] - begins[first]) / inner
    return begins[first] - pitch, ends[last] + pitch


def _read_spans(row: Row, left: Row, right: Row) -> list[int]:
    """Read the cells between places of a row; what has not the right marks and checksum is left out."""
    centres = left[:, None] + (right - left)[:, None] * (np.arange(CELLS) + 0.5) / CELLS
    # The quiet edges may be cut off by a tight crop; what they would say is known.
    samples = row[np.clip(centres.astype(int), 0, len(row) - 1)][:, 1:-1]
    low, high = samples.min(axis=1, keepdims=True), samples.max(axis=1, keepdims=True)
    white = samples > (low + high) / 2
    marked = (white[:, : len(_START)] == _bits(_START)).all(axis=1) & (white[:, -len(_STOP) :] == _bits(_STOP)).all(
        axis=1
    )
    times: list[int] = []
    for cells_of_span in white[marked & (high - low >= _LEAST_CONTRAST)[:, 0]]:
        bits = "".join("1" if cell else "0" for cell in cells_of_span)[len(_START) : -len(_STOP)]
        milliseconds, check = int(bits[:_TIME_BITS], 2), int(bits[_TIME_BITS:], 2)
        if check == milliseconds % _CHECK_MODULUS:
            times.append(milliseconds)
    return times


def _bits(text: str) -> NDArray[np.bool_]:
    return np.array([character == "1" for character in text])
