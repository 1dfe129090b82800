"""Makes small pictures of large ones."""

from io import BytesIO
from typing import Final

from ..vapix.jpeg import jpeg_size

#: Pixels.
WIDTH: Final = 320
#: A picture that is higher than this many times its width shows no camera's view.
_HIGHEST: Final = 4
#: Of a picture that is read at all: twice what any camera gives. All of a progressive one is in memory at once.
_MOST_PIXELS: Final = 40_000_000
_MOST_PROGRESSIVE_PIXELS: Final = 4_000_000
_QUALITY: Final = 80
_FORMATS: Final = ("JPEG",)


def make_thumbnail(picture: bytes) -> bytes | None:
    """Return a small JPEG of a JPEG picture, or None where it isn't one; takes milliseconds: in the executor."""
    # A start need not wait for it: it takes a tenth of a second.
    from PIL import Image  # noqa: PLC0415

    size = jpeg_size(picture)
    if size is None or size.pixels > _MOST_PIXELS or size.height > size.width * _HIGHEST:
        return None
    try:
        with Image.open(BytesIO(picture), formats=_FORMATS) as image:
            if "progressive" in image.info and size.pixels > _MOST_PROGRESSIVE_PIXELS:
                return None
            height = max(1, round(WIDTH * image.height / image.width))
            # The decoder skips what a small picture doesn't show.
            image.draft("RGB", (WIDTH, height))
            small = image.convert("RGB").resize((WIDTH, height), Image.Resampling.BILINEAR)
            written = BytesIO()
            small.save(written, "JPEG", quality=_QUALITY)
    except OSError, ValueError, SyntaxError, Image.DecompressionBombError:
        return None
    return written.getvalue()
