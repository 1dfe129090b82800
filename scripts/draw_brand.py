"""Draws the pictures in custom_components/netrex/brand: a cloud with a camera's eye, our own mark.

    .venv/bin/python scripts/draw_brand.py

Not the vendor's logo: this project is independent of it, and a picture of our own says so at a glance.
"""

from pathlib import Path

from PIL import Image, ImageDraw, ImageFont

BRAND = Path(__file__).resolve().parent.parent / "custom_components" / "netrex" / "brand"

# The mark is described on a canvas of 512 units and drawn this many times larger, then scaled down: smooth edges.
UNITS = 512
OVERSAMPLING = 4

type Colour = tuple[int, int, int]
type Circle = tuple[float, float, float]

SKY: tuple[Colour, Colour] = ((92, 200, 250), (28, 110, 214))
SKY_ON_DARK: tuple[Colour, Colour] = ((128, 216, 255), (56, 142, 240))
WHITE: Colour = (255, 255, 255)
NIGHT: Colour = (16, 36, 66)
IRIS: Colour = (38, 132, 232)
INK: Colour = (24, 42, 70)
RECORDING: Colour = (255, 92, 92)

# (x, y, radius): left puff, top, right puff. The base joins them.
PUFFS: tuple[Circle, ...] = ((138, 292, 116), (262, 206, 152), (388, 300, 108))
BASE = (138, 268, 388, 408)
EYE: Circle = (262, 286, 104)


def _disc(draw: ImageDraw.ImageDraw, circle: Circle, fill: Colour | int) -> None:
    x, y, radius = (value * OVERSAMPLING for value in circle)
    draw.ellipse((x - radius, y - radius, x + radius, y + radius), fill=fill)


def _gradient(size: int, top: Colour, bottom: Colour) -> Image.Image:
    """Return a square that fades from top to bottom."""
    ramp = Image.linear_gradient("L").resize((size, size))
    return Image.composite(Image.new("RGB", (size, size), bottom), Image.new("RGB", (size, size), top), ramp)


def mark(sky: tuple[Colour, Colour]) -> Image.Image:
    """Return the mark at its drawing size, trimmed to a square that it fills from side to side."""
    size = UNITS * OVERSAMPLING
    cloud = Image.new("L", (size, size), 0)
    pen = ImageDraw.Draw(cloud)
    for puff in PUFFS:
        _disc(pen, puff, 255)
    pen.rectangle([value * OVERSAMPLING for value in BASE], fill=255)

    picture = _gradient(size, *sky)
    pen = ImageDraw.Draw(picture)
    x, y, radius = EYE
    _disc(pen, (x, y, radius), WHITE)
    _disc(pen, (x, y, radius * 0.82), NIGHT)
    _disc(pen, (x, y, radius * 0.52), IRIS)
    _disc(pen, (x, y, radius * 0.28), NIGHT)
    _disc(pen, (x + radius * 0.30, y - radius * 0.32, radius * 0.17), WHITE)
    _disc(pen, (410, 322, 20), RECORDING)

    picture.putalpha(cloud)
    left, top, scope, bottom = cloud.getbbox() or (0, 0, size, size)
    side = max(scope - left, bottom - top)
    square = Image.new("RGBA", (side, side), (0, 0, 0, 0))
    square.paste(picture.crop((left, top, scope, bottom)), ((side - scope + left) // 2, (side - bottom + top) // 2))
    return square


def icon(sky: tuple[Colour, Colour], side: int) -> Image.Image:
    """Return the square icon of so many pixels."""
    return mark(sky).resize((side, side), Image.Resampling.LANCZOS)


def logo(sky: tuple[Colour, Colour], ink: Colour, height: int) -> Image.Image:
    """Return the mark with the name beside it, trimmed, of so many pixels in height."""
    drawn = mark(sky)
    tight = drawn.crop(drawn.getbbox())
    tall = height * OVERSAMPLING
    tight = tight.resize((round(tight.width * tall / tight.height), tall), Image.Resampling.LANCZOS)
    font = ImageFont.load_default(size=tall * 0.72)
    left, top, scope, bottom = font.getbbox("Netrex", stroke_width=tall // 110)
    gap = tall // 6
    canvas = Image.new("RGBA", (tight.width + gap + round(scope - left), tall), (*ink, 0))
    canvas.paste(tight, (0, 0))
    ImageDraw.Draw(canvas).text(
        (tight.width + gap - left, (tall - bottom - top) / 2 + tall * 0.04),
        "Netrex",
        font=font,
        fill=(*ink, 255),
        stroke_width=tall // 110,
    )
    return canvas.resize((round(canvas.width * height / tall), height), Image.Resampling.LANCZOS)


def main() -> None:
    """Write the eight pictures."""
    BRAND.mkdir(exist_ok=True)
    for prefix, sky, ink in (("", SKY, INK), ("dark_", SKY_ON_DARK, WHITE)):
        for suffix, times in (("", 1), ("@2x", 2)):
            icon(sky, 256 * times).save(BRAND / f"{prefix}icon{suffix}.png", optimize=True)
            logo(sky, ink, 128 * times).save(BRAND / f"{prefix}logo{suffix}.png", optimize=True)


if __name__ == "__main__":
    main()
