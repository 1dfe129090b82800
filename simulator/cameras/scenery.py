"""What stands still and what moves in a simulated camera's picture, drawn once with Pillow.

A shop's entrance hall in flat colours: wall, floor, door, window, plant. Each camera has its own hue, taken from its
serial number, so that pictures are told apart at a glance.
"""

import colorsys
from dataclasses import dataclass
import hashlib
import math
import unicodedata

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageDraw, ImageFont

type Colour = tuple[int, int, int]

_SMOOTHING = 2
"""Things are drawn this much larger and scaled down, which smooths their edges."""
HORIZON = 0.62
"""Where the wall meets the floor, as a part of the height."""
WALK_PHASES = 12
"""Pictures of one double step."""


@dataclass(frozen=True, slots=True)
class Palette:
    """The colours of one camera's place."""

    wall_top: Colour
    wall_bottom: Colour
    floor_far: Colour
    floor_near: Colour
    line: Colour
    door: Colour
    door_light: Colour
    coat: Colour
    ball: Colour

    @classmethod
    def of(cls, serial: str, channel: int) -> Palette:
        """Return the colours of a camera's channel, the same ones every time."""
        digest = hashlib.sha256(f"{serial}/{channel}".encode()).digest()
        accent = digest[0] / 256
        hue = 0.55 + 0.12 * digest[1] / 256
        return cls(
            wall_top=_colour(hue, 0.62, 0.20),
            wall_bottom=_colour(hue, 0.50, 0.42),
            floor_far=_colour(hue + 0.02, 0.34, 0.40),
            floor_near=_colour(hue + 0.02, 0.40, 0.24),
            line=_colour(hue, 0.36, 0.46),
            door=_colour(accent, 0.45, 0.55),
            door_light=_colour(0.12, 0.25, 0.95),
            coat=_colour(accent + 0.45, 0.55, 0.85),
            ball=_colour(accent + 0.12, 0.70, 0.95),
        )


def _colour(hue: float, saturation: float, value: float) -> Colour:
    red, green, blue = colorsys.hsv_to_rgb(hue % 1, saturation, value)
    return round(red * 255), round(green * 255), round(blue * 255)


def _mix(first: Colour, second: Colour, part: float) -> Colour:
    red, green, blue = (round(a + (b - a) * part) for a, b in zip(first, second, strict=True))
    return red, green, blue


def draw_place(palette: Palette, width: int, height: int) -> Image.Image:
    """Draw what stands still, without the clock and the strips."""
    w, h = width * _SMOOTHING, height * _SMOOTHING
    picture = Image.fromarray(_gradients(palette, width, height)).resize((w, h), Image.Resampling.BILINEAR)
    draw = ImageDraw.Draw(picture, "RGBA")
    horizon = h * HORIZON

    # Tiles: lines that run to one point behind the wall, and rows that come closer.
    for step in range(-14, 15):
        draw.line(
            [(w * (0.5 + step * 0.07), horizon), (w * (0.5 + step * 0.21), h)],
            fill=(*palette.line, 90),
            width=_SMOOTHING,
        )
    for row in range(1, 7):
        y = horizon + (h - horizon) * (row / 7) ** 1.7
        draw.line([(0, y), (w, y)], fill=(*palette.line, 90), width=_SMOOTHING)
    draw.rectangle([0, horizon - h * 0.018, w, horizon], fill=_mix(palette.wall_bottom, (255, 255, 255), 0.16))

    _draw_door(draw, palette, w, h)
    _draw_window(draw, palette, w, h)
    _draw_plant(draw, w, h)
    return picture.resize((width, height), Image.Resampling.LANCZOS)


def _gradients(palette: Palette, width: int, height: int) -> NDArray[np.uint8]:
    """Return the wall and the floor; dithered, as video makes steps of a smooth gradient."""
    horizon = int(height * HORIZON)
    part = np.concatenate([np.linspace(0, 1, horizon), np.linspace(0, 1, height - horizon)])[:, None]
    top = np.where(np.arange(height)[:, None] < horizon, palette.wall_top, palette.floor_far)
    bottom = np.where(np.arange(height)[:, None] < horizon, palette.wall_bottom, palette.floor_near)
    rows = (top + (bottom - top) * part).astype(np.float32)
    # A lamp above the middle of the wall, falling off to the sides.
    x = np.linspace(-1, 1, width, dtype=np.float32)[None, :, None]
    y = ((np.arange(height, dtype=np.float32) / np.float32(horizon) - np.float32(0.25)) * np.float32(0.9))[
        :, None, None
    ]
    light = 1 + np.float32(0.34) * np.exp(-1.4 * y**2) * np.exp(-1.6 * x**2)
    noise = np.random.default_rng(1).random((height, width, 1), np.float32) - 0.5
    shaded: NDArray[np.uint8] = np.clip(rows[:, None, :] * light + noise, 0, 255).astype(np.uint8)
    return shaded


def _draw_door(draw: ImageDraw.ImageDraw, palette: Palette, w: int, h: int) -> None:
    left, right, top, bottom = w * 0.10, w * 0.235, h * 0.20, h * HORIZON
    frame = h * 0.014
    draw.rectangle([left - frame, top - frame, right + frame, bottom], fill=_mix(palette.door, (0, 0, 0), 0.45))
    draw.rectangle([left, top, right, bottom], fill=palette.door)
    inset = (right - left) * 0.16
    draw.rounded_rectangle(
        [left + inset, top + h * 0.035, right - inset, top + h * 0.20], radius=h * 0.008, fill=palette.door_light
    )
    draw.rounded_rectangle(
        [left + inset, top + h * 0.245, right - inset, bottom - h * 0.035],
        radius=h * 0.008,
        fill=_mix(palette.door, (0, 0, 0), 0.14),
    )
    draw.ellipse([right - inset * 0.8, h * 0.425, right - inset * 0.2, h * 0.425 + inset * 0.6], fill=(235, 225, 190))
    # Light through the glass onto the floor.
    draw.polygon(
        [(left, bottom), (right, bottom), (right + w * 0.12, h * 0.86), (left + w * 0.02, h * 0.86)],
        fill=(*palette.door_light, 26),
    )


def _draw_window(draw: ImageDraw.ImageDraw, palette: Palette, w: int, h: int) -> None:
    left, right, top, bottom = w * 0.60, w * 0.86, h * 0.17, h * 0.43
    frame = h * 0.016
    draw.rectangle(
        [left - frame, top - frame, right + frame, bottom + frame],
        fill=_mix(palette.wall_bottom, (255, 255, 255), 0.55),
    )
    for row in range(int(bottom - top)):
        part = row / (bottom - top)
        draw.line([(left, top + row), (right, top + row)], fill=_mix((22, 30, 66), (118, 96, 132), part**1.5), width=1)
    moon = h * 0.032
    draw.ellipse(
        [right - w * 0.06, top + h * 0.04, right - w * 0.06 + 2 * moon, top + h * 0.04 + 2 * moon], fill=(244, 240, 214)
    )
    heights = (0.10, 0.15, 0.07, 0.12, 0.09, 0.17, 0.11, 0.06, 0.13)
    step = (right - left) / len(heights)
    for number, tall in enumerate(heights):
        x = left + number * step
        draw.rectangle([x, bottom - h * tall, x + step * 0.94, bottom], fill=(24, 30, 54))
        for light in range(3):
            if (number * 7 + light * 5) % 4 == 0:
                y = bottom - h * tall + h * 0.015 + light * h * 0.03
                if y > bottom - h * 0.02:
                    continue
                draw.rectangle([x + step * 0.25, y, x + step * 0.45, y + h * 0.012], fill=(250, 214, 130))
    draw.rectangle([(left + right) / 2 - frame / 3, top, (left + right) / 2 + frame / 3, bottom], fill=(196, 204, 216))
    draw.rectangle([left - frame * 2, bottom + frame, right + frame * 2, bottom + frame * 2], fill=(206, 214, 226))


def _draw_plant(draw: ImageDraw.ImageDraw, w: int, h: int) -> None:
    x, ground = w * 0.925, h * (HORIZON + 0.09)
    draw.ellipse([x - h * 0.075, ground - h * 0.016, x + h * 0.085, ground + h * 0.018], fill=(8, 12, 24, 90))
    for angle in range(-72, 73, 18):
        lean = math.radians(angle)
        length = h * (0.21 - abs(angle) * 0.0006)
        tip = (x + math.sin(lean) * length * 0.8, ground - h * 0.10 - math.cos(lean) * length)
        side = h * 0.02
        green = (46, 120 + abs(angle), 84) if angle % 36 else (38, 104, 78)
        draw.polygon([(x, ground - h * 0.09), (x + math.sin(lean - 0.35) * length * 0.45, ground - h * 0.10
                      - math.cos(lean - 0.35) * length * 0.5), tip,
                      (x + math.sin(lean + 0.35) * length * 0.45 + side * 0.2, ground - h * 0.10
                      - math.cos(lean + 0.35) * length * 0.5)], fill=green)  # fmt: skip
    draw.polygon(
        [
            (x - h * 0.055, ground - h * 0.10),
            (x + h * 0.055, ground - h * 0.10),
            (x + h * 0.04, ground),
            (x - h * 0.04, ground),
        ],
        fill=(196, 128, 92),
    )


def draw_walker(palette: Palette, height: int) -> list[Image.Image]:
    """Draw a person walking to the right: the pictures of one double step, RGBA, on a shadow."""
    h = height * _SMOOTHING
    w = round(h * 0.62)
    return [
        _draw_step(palette, w, h, 2 * math.pi * phase / WALK_PHASES).resize(
            (w // _SMOOTHING // 2 * 2, height // 2 * 2), Image.Resampling.LANCZOS
        )
        for phase in range(WALK_PHASES)
    ]


def _draw_step(palette: Palette, w: int, h: int, phase: float) -> Image.Image:
    picture = Image.new("RGBA", (w, h), (*palette.coat, 0))
    draw = ImageDraw.Draw(picture)
    middle, hip, shoulder, ground = w * 0.5, h * 0.56, h * 0.24, h * 0.965
    swing = math.sin(phase)
    draw.ellipse([w * 0.12, ground - h * 0.022, w * 0.88, ground + h * 0.03], fill=(6, 10, 22, 110))
    thick = h * 0.075
    trousers, dark = (38, 44, 66), (28, 32, 50)

    def limb(
        start: tuple[float, float], angle: float, length: float, bend: float, colour: Colour, width: float
    ) -> None:
        joint = (start[0] + math.sin(angle) * length / 2, start[1] + math.cos(angle) * length / 2)
        end = (joint[0] + math.sin(angle - bend) * length / 2, joint[1] + math.cos(angle - bend) * length / 2)
        draw.line([start, joint, end], fill=(*colour, 255), width=round(width), joint="curve")
        for x, y in (start, joint, end):
            draw.ellipse([x - width / 2, y - width / 2, x + width / 2, y + width / 2], fill=(*colour, 255))

    lift = max(0.0, math.cos(phase))
    limb((middle, shoulder + h * 0.03), swing * 0.6, h * 0.30, -0.35, _mix(palette.coat, (0, 0, 0), 0.35), thick * 0.7)
    limb((middle, hip), -swing * 0.5, h * 0.37, 0.15 + 0.5 * max(0.0, -math.cos(phase)), dark, thick)
    limb((middle, hip), swing * 0.5, h * 0.37, 0.15 + 0.5 * lift, trousers, thick)
    draw.rounded_rectangle(
        [middle - h * 0.085, shoulder - h * 0.02, middle + h * 0.085, hip + h * 0.05],
        radius=h * 0.06,
        fill=(*palette.coat, 255),
    )
    limb((middle, shoulder + h * 0.03), -swing * 0.6, h * 0.30, -0.35, _mix(palette.coat, (0, 0, 0), 0.18), thick * 0.7)
    draw.ellipse([middle - h * 0.062, h * 0.055, middle + h * 0.075, h * 0.205], fill=(226, 184, 152, 255))
    draw.pieslice([middle - h * 0.07, h * 0.045, middle + h * 0.075, h * 0.205], 150, 340, fill=(60, 44, 40, 255))
    return picture


def draw_ball(palette: Palette, size: int) -> Image.Image:
    """Draw a ball with a highlight, RGBA."""
    s = size * _SMOOTHING
    y, x = np.mgrid[0:s, 0:s] / s * 2 - 1
    inside = x**2 + y**2 <= 1
    light = np.clip(1.15 - 0.55 * np.hypot(x + 0.35, y + 0.4), 0.35, 1.1)[..., None]
    pixels = np.concatenate([np.clip(np.array(palette.ball) * light, 0, 255), inside[..., None] * 255], axis=2)
    return Image.fromarray(pixels.astype(np.uint8), "RGBA").resize((size, size), Image.Resampling.LANCZOS)


def font(size: int) -> ImageFont.FreeTypeFont | ImageFont.ImageFont:
    """Return DejaVu Sans where the machine has it (it knows diacritics), else Pillow's own font."""
    try:
        return ImageFont.truetype("DejaVuSans.ttf", size)
    except OSError:
        return ImageFont.load_default(size)


def written(text: str) -> str:
    """Return a text as this machine's font can draw it: Pillow's own one knows only ASCII."""
    drawing = font(10)
    if isinstance(drawing, ImageFont.FreeTypeFont) and drawing.getname()[0] == "DejaVu Sans":
        return text
    plain = unicodedata.normalize("NFKD", text.replace("–", "-")).encode("ascii", "ignore").decode()  # noqa: RUF001 (a dash)
    return plain or "camera"
