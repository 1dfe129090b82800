"""Small pictures of large ones, whatever a camera sends."""

from io import BytesIO
import time

from hypothesis import given, settings, strategies as st
from PIL import Image
import pytest

from custom_components.netrex.episodes.thumbnails import WIDTH, make_thumbnail


def jpeg(width: int, height: int, *, mode: str = "RGB", kind: str = "JPEG", progressive: bool = False) -> bytes:
    """Return a picture whose left half is dark and whose right half is bright."""
    picture = Image.new("L", (width, height), 20)
    picture.paste(230, (width // 2, 0, width, height))
    file = BytesIO()
    picture.convert(mode).save(file, kind, progressive=progressive)
    return file.getvalue()


def looked_at(thumbnail: bytes | None) -> Image.Image:
    assert thumbnail
    picture = Image.open(BytesIO(thumbnail))
    assert picture.format == "JPEG"
    picture.load()
    return picture


@pytest.mark.parametrize(
    ("width", "height", "small"),
    [
        (1280, 720, (320, 180)),
        (3840, 2160, (320, 180)),
        (800, 600, (320, 240)),
        (720, 1280, (320, 569)),
        (4320, 1920, (320, 142)),
        (160, 90, (320, 180)),
        (4000, 1, (320, 1)),
    ],
)
def test_thumbnail_has_the_shape_of_its_picture(width: int, height: int, small: tuple[int, int]) -> None:
    assert looked_at(make_thumbnail(jpeg(width, height))).size == small


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("progressive", [False, True])
def test_thumbnail_shows_what_its_picture_shows(mode: str, progressive: bool) -> None:
    picture = looked_at(make_thumbnail(jpeg(1280, 720, mode=mode, progressive=progressive))).convert("L")
    left, right = picture.getpixel((40, 90)), picture.getpixel((280, 90))
    assert isinstance(left, int)
    assert isinstance(right, int)
    assert left < 60
    assert right > 190


def claims(width: int, height: int) -> bytes:
    """Return a small picture that claims to be of another size."""
    picture = bytearray(jpeg(64, 64))
    at = picture.index(b"\xff\xc0") + 5
    picture[at : at + 4] = height.to_bytes(2) + width.to_bytes(2)
    return bytes(picture)


@pytest.mark.parametrize(
    "picture",
    [
        b"",
        b"<html>",
        b"\xff\xd8\xff",
        jpeg(64, 64, kind="PNG"),
        jpeg(1280, 720)[:200],
        jpeg(1280, 720)[:5000],
        jpeg(100, 1000),
        claims(65535, 65535),
        claims(20000, 20000),
        claims(8000, 8000),
        # As much memory as it claims, before anything is skipped.
        jpeg(4000, 3000, progressive=True),
    ],
)
def test_what_is_no_picture_of_a_camera_has_none(picture: bytes) -> None:
    began = time.process_time()
    assert make_thumbnail(picture) is None
    # A picture that claims to be of 4,000 megapixels would take minutes.
    assert time.process_time() - began < 5


_SOUND = jpeg(320, 240)


@settings(deadline=None)
@given(st.dictionaries(st.integers(2, len(_SOUND) - 1), st.integers(0, 255), min_size=1, max_size=40))
def test_a_broken_picture_is_shown_in_part_or_not_at_all(changes: dict[int, int]) -> None:
    picture = bytearray(_SOUND)
    for at, byte in changes.items():
        picture[at] = byte
    thumbnail = make_thumbnail(bytes(picture))
    assert thumbnail is None or looked_at(thumbnail).width == WIDTH
