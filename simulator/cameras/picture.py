"""A simulated camera's picture at a moment: what `Scene.draw` returns goes straight into an encoder.

Whatever stands still is drawn once (scenery.py). A frame is a copy of that, with the walker, the ball, the
clock and the time strip laid over it, directly in the planes of a video frame: about a millisecond at 1280x720.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
import math
from typing import Self

import av
import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

from .outlook import Outlook, planes_of
from .scenery import HORIZON, WALK_PHASES, Palette, draw_ball, draw_place, draw_walker, font, written
from .timecode import CELLS, STRIP, cells

type Plane = NDArray[np.uint8]

BT709 = 1
"""Primaries, transfer and matrix of HDTV, as H.264 numbers them; players read it from the stream."""

_OVERLAY_BLACK, _OVERLAY_WHITE = 20, 226
_CELL_BLACK, _CELL_WHITE = 16, 235
_NEUTRAL = 128
_LEAST_OVERLAY = 16
"""Pixels; a smaller line of text can't be read."""


@dataclass(frozen=True, slots=True)
class _Sprite:
    """A picture with transparency, as planes: brightness in full size, the two colours in half of it."""

    planes: tuple[NDArray[np.uint16], NDArray[np.uint16], NDArray[np.uint16]]
    """Already multiplied by the opacity."""
    passing: tuple[NDArray[np.uint16], NDArray[np.uint16]]
    """256 minus the opacity, in full and in half size."""

    @classmethod
    def of(cls, picture: Image.Image) -> Self:
        pixels = np.asarray(picture)
        opacity = (pixels[..., 3].astype(np.uint16) * 257) >> 8
        small = _halved(opacity.astype(np.float32)).astype(np.uint16)
        luma, blue, red = to_planes(pixels[..., :3])
        return cls(
            planes=(luma * opacity, blue * small, red * small),
            passing=((256 - opacity).astype(np.uint16), (256 - small).astype(np.uint16)),
        )

    def lay(self, planes: tuple[Plane, Plane, Plane], x: float, y: float) -> None:
        """Lay it over the planes, its upper left corner at an even place near (x, y); it must fit."""
        left, top = int(x) // 2, int(y) // 2
        for number, plane in enumerate(planes):
            passing = self.passing[min(number, 1)]
            height, width = passing.shape
            scale = 1 if number else 2
            region = plane[top * scale : top * scale + height, left * scale : left * scale + width]
            region[...] = (region * passing + self.planes[number]) >> 8


def _halved(plane: NDArray[np.float32]) -> NDArray[np.float32]:
    rows = plane[::2] + plane[1::2]
    halved = rows[:, ::2] + rows[:, 1::2]
    halved /= 4
    return halved


def to_planes(pixels: Plane) -> tuple[Plane, Plane, Plane]:
    """Turn RGB into the planes of video: BT.709, 16 to 235, colours in half size. Width and height must be even."""
    red, green, blue = (pixels[..., number].astype(np.float32) for number in range(3))
    luma = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    return (
        np.rint(16 + luma * 219 / 255).astype(np.uint8),
        np.rint(128 + _halved((blue - luma) / 1.8556) * 224 / 255).astype(np.uint8),
        np.rint(128 + _halved((red - luma) / 1.5748) * 224 / 255).astype(np.uint8),
    )


class Scene:
    """One channel of one camera in one size. Drawing changes nothing in it: threads may share it."""

    def __init__(self, serial: str, channel: int, name: str, width: int, height: int, *, timecode: bool = True) -> None:
        """Draw what stands still, which takes some tenths of a second; width and height are even.

        timecode: whether the time is a bar code at the lower edge, too.
        """
        self.width, self.height = width, height
        palette = Palette.of(serial, channel)
        self._offset = int(serial[-4:], 16) / 7 + channel * 2.5
        overlay = max(_LEAST_OVERLAY, height // 20) // 2 * 2
        self._clock = _Clock(overlay)
        self._background = to_planes(np.asarray(draw_place(palette, width, height)))
        self._draw_overlay(name, overlay)
        self._strip_top = height - (round(height * STRIP) if timecode else 0)
        # Rows between the line of text and the strip.
        self._place = (overlay, self._strip_top // 2 * 2)
        for plane, top in zip(
            self._background, (self._strip_top, self._strip_top // 2, self._strip_top // 2), strict=True
        ):
            plane[top:] = _CELL_BLACK if plane is self._background[0] else _NEUTRAL
        steps = draw_walker(palette, round(height * 0.46))
        self._walker = [_Sprite.of(step) for step in steps]
        self._walker_left = [_Sprite.of(step.transpose(Image.Transpose.FLIP_LEFT_RIGHT)) for step in steps]
        self._ball = _Sprite.of(draw_ball(palette, max(8, height // 14 // 2 * 2)))
        self._cell_of_column = np.arange(width) * CELLS // width

    def draw(self, milliseconds: int, outlook: Outlook | None = None) -> av.VideoFrame:
        """Return the picture at a moment, in milliseconds since 1970 (UTC), of the whole place by default."""
        frame = av.VideoFrame(self.width, self.height, "yuv420p")
        frame.colorspace, frame.color_range = BT709, 1
        luma, blue, red = planes_of(frame)
        for plane, background in zip((luma, blue, red), self._background, strict=True):
            plane[...] = background
        self._draw_moving((luma, blue, red), milliseconds / 1000 + self._offset)
        if outlook is not None:
            outlook.show(frame, *self._place)
        self._clock.draw(luma, milliseconds)
        if self._strip_top < self.height:
            strip = np.where(cells(milliseconds), _CELL_WHITE, _CELL_BLACK).astype(np.uint8)
            luma[self._strip_top :] = strip[self._cell_of_column]
        return frame

    def _draw_overlay(self, name: str, overlay: int) -> None:
        """Write the camera's name at the right of the line of text, shortened to the room beside the clock."""
        luma, blue, red = self._background
        luma[:overlay] = _OVERLAY_BLACK
        blue[: overlay // 2], red[: overlay // 2] = _NEUTRAL, _NEUTRAL
        room = self.width - self._clock.width - overlay
        text, letters = written(name), font(_letter_size(overlay))
        while len(text) > 1 and letters.getlength(text) > room:
            text = text[:-2] + "…" if written("…") == "…" else text[:-1]
        line = Image.new("L", (self.width, overlay), _OVERLAY_BLACK)
        ImageDraw.Draw(line).text(
            (self.width - overlay * 0.4, overlay / 2), text, font=letters, fill=_OVERLAY_WHITE, anchor="rm"
        )
        name_from = self._clock.width
        luma[:overlay, name_from:] = np.asarray(line)[:, name_from:]

    def _draw_moving(self, planes: tuple[Plane, Plane, Plane], seconds: float) -> None:
        width, height = self.width, self.height
        ball, walker = self._ball.passing[0].shape, self._walker[0].passing[0].shape

        # The ball rolls behind the walker, in three bounces from side to side.
        part = abs((seconds / 9) % 2 - 1)
        bounce = abs(math.sin(part * 3 * math.pi)) * height * 0.16
        self._ball.lay(
            planes, width * (0.30 + 0.5 * part), height * (HORIZON + 0.05) - ball[0] - bounce + height * 0.04
        )

        lap = (seconds / 11) % 2
        part, steps = (lap, self._walker) if lap < 1 else (2 - lap, self._walker_left)
        phase = int(seconds * 1.1 * WALK_PHASES) % WALK_PHASES
        steps[phase].lay(planes, width * 0.04 + (width * 0.92 - walker[1]) * part, height * 0.90 - walker[0])


def _letter_size(overlay: int) -> int:
    return max(9, round(overlay * 0.58))


class _Clock:
    """Date and time in a line of text; its figures are drawn once and then only copied."""

    _FIGURES = "0123456789-:. UTC"

    def __init__(self, overlay: int) -> None:
        letters = font(_letter_size(overlay))
        self._left = round(overlay * 0.4)
        wide = math.ceil(max(letters.getlength(figure) for figure in "0123456789"))
        self._figures = {figure: self._draw_figure(figure, letters, wide, overlay) for figure in self._FIGURES}
        self.width = self._left + sum(self._figures[figure].shape[1] for figure in self._text(0)) + overlay

    @staticmethod
    def _draw_figure(
        figure: str, letters: ImageFont.FreeTypeFont | ImageFont.ImageFont, wide: int, overlay: int
    ) -> Plane:
        # Figures of one width, so that the clock does not tremble.
        width = wide if figure.isdigit() else math.ceil(letters.getlength(figure))
        picture = Image.new("L", (width, overlay), _OVERLAY_BLACK)
        ImageDraw.Draw(picture).text((width / 2, overlay / 2), figure, font=letters, fill=_OVERLAY_WHITE, anchor="mm")
        return np.asarray(picture)

    @staticmethod
    def _text(milliseconds: int) -> str:
        moment = datetime.fromtimestamp(milliseconds // 1000, UTC)
        return f"{moment:%Y-%m-%d  %H:%M:%S}.{milliseconds % 1000:03} UTC"

    def draw(self, luma: Plane, milliseconds: int) -> None:
        """Write the moment at the left of the line of text."""
        x = self._left
        for character in self._text(milliseconds):
            figure = self._figures[character]
            height, width = figure.shape
            luma[:height, x : x + width] = figure
            x += width
