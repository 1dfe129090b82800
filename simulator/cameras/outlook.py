"""What a camera's picture shows of its place: where the head looks, and how light it is there."""

from dataclasses import dataclass
from typing import Final

import av
import numpy as np
from numpy.typing import NDArray

from simulator.head import Head
from simulator.world import Camera

type Plane = NDArray[np.uint8]

_WIDEST: Final = 0.6
"""Part of the place that a head sees at its widest: there has to be something to turn to."""
_MOST_MAGNIFICATION: Final = 8.0
_DARK: Final = 0.12
"""How much light is left at night."""
_BLACK: Final = 16
_NEUTRAL: Final = 128
_STRIPES: Final = 2
"""Planes of colour have a value for so many pixels either way."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """What is shown. left, top, part: of the place, all of it is 0, 0, 1. light: 1 by day.

    left and top are parts of the place's width and height, part is one of both.
    """

    left: float = 0.0
    top: float = 0.0
    part: float = 1.0
    light: float = 1.0

    def show(self, frame: av.VideoFrame, top: int, bottom: int) -> None:
        """Show of a frame only what is looked at, in the rows from `top` to `bottom`, which are even numbers."""
        if self.part < 1:
            self._cut(frame, top, bottom)
        if self.light < 1:
            for number, plane in enumerate(planes_of(frame)):
                scale = _STRIPES if number else 1
                rows = plane[top // scale : bottom // scale]
                zero = _NEUTRAL if number else _BLACK
                rows[...] = (zero + (rows.astype(np.float32) - zero) * self.light).astype(np.uint8)

    def _cut(self, frame: av.VideoFrame, top: int, bottom: int) -> None:
        height = bottom - top
        wide, high = (max(_STRIPES, int(side * self.part) // _STRIPES * _STRIPES) for side in (frame.width, height))
        left = int(frame.width * self.left) // _STRIPES * _STRIPES
        above = top + int(height * self.top) // _STRIPES * _STRIPES
        seen = av.VideoFrame(wide, high, "yuv420p")
        for number, (to, plane) in enumerate(zip(planes_of(seen), planes_of(frame), strict=True)):
            scale = _STRIPES if number else 1
            to[...] = plane[above // scale : (above + high) // scale, left // scale : (left + wide) // scale]
        enlarged = seen.reformat(width=frame.width, height=height)
        for number, (to, plane) in enumerate(zip(planes_of(frame), planes_of(enlarged), strict=True)):
            scale = _STRIPES if number else 1
            to[top // scale : bottom // scale] = plane


def planes_of(frame: av.VideoFrame) -> tuple[Plane, Plane, Plane]:
    """Give a frame's planes to read and write: brightness, and the two colours."""
    luma, blue, red = (
        np.frombuffer(plane, np.uint8).reshape(plane.height, plane.line_size)[:, : plane.width]
        for plane in frame.planes
    )
    return luma, blue, red


def outlook_of(camera: Camera, channel: int) -> Outlook | None:
    """Tell what a camera's channel shows now; None: all of its place, by day."""
    light = _DARK + (1 - _DARK) * min(1.0, max(0.0, camera.illumination)) if camera.night else 1.0
    if (head := camera.heads.get(channel)) is not None:
        return _looked_at(head, light)
    return Outlook(light=light) if light < 1 else None


def _looked_at(head: Head, light: float) -> Outlook:
    pose = head.pose

    def share(axis: str) -> float:
        """How far along its way an axis is; in the middle where it has none."""
        if axis not in head.limits:
            return 0.5
        least, most = head.limits[axis]
        return (pose.axis(axis) - least) / (most - least) if most > least else 0.5

    magnification = _MOST_MAGNIFICATION ** (share("zoom") if "zoom" in head.limits else 0.0)
    part = _WIDEST / magnification
    return Outlook(left=share("pan") * (1 - part), top=(1 - share("tilt")) * (1 - part), part=part, light=light)
