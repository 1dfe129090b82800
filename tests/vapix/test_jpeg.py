"""How large a picture claims to be is read from its head, and that it is whole from its end."""

import io

import av
import numpy as np
import pytest

from custom_components.netrex.vapix import Resolution
from custom_components.netrex.vapix.jpeg import jpeg_size


def picture(width: int, height: int) -> bytes:
    """Encode a picture as a camera does."""
    written = io.BytesIO()
    with av.open(written, "w", format="mjpeg") as container:
        stream = container.add_stream("mjpeg", rate=1)
        stream.width, stream.height, stream.pix_fmt = width, height, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(np.zeros((height, width, 3), np.uint8), format="rgb24")
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return written.getvalue()


@pytest.mark.parametrize(("width", "height"), [(64, 48), (1920, 1080)])
def test_size_is_that_of_the_picture(width: int, height: int) -> None:
    assert jpeg_size(picture(width, height)) == Resolution(width, height)


def test_fill_bytes_before_a_marker_are_allowed() -> None:
    whole = picture(64, 48)
    assert jpeg_size(whole[:2] + b"\xff\xff" + whole[2:]) == Resolution(64, 48)


@pytest.mark.parametrize("more", [b"\0" * 300, b"\xff\xd9\xff\xd9", b"\r\n", b"\xff"])
def test_what_follows_the_end_does_not_matter(more: bytes) -> None:
    assert jpeg_size(picture(64, 48) + more) == Resolution(64, 48)


@pytest.mark.parametrize("missing", [1, 2, 3, 100])
def test_picture_that_is_cut_short_has_no_size(missing: int) -> None:
    whole = picture(64, 48)
    assert jpeg_size(whole[:-missing]) is None
    assert jpeg_size(whole[:-missing] + bytes(missing)) is None


def test_end_of_a_small_picture_in_the_head_is_not_the_end() -> None:
    whole, small = picture(64, 48), picture(16, 16)
    with_small = whole[:2] + b"\xff\xe1" + (len(small) + 2).to_bytes(2) + small + whole[2:]
    assert jpeg_size(with_small) == Resolution(64, 48)
    assert jpeg_size(with_small[:-2]) is None


@pytest.mark.parametrize(
    "broken",
    [
        b"",
        b"<html>",
        b"\xff\xd8",
        b"\xff\xd8\xff\xd8",
        b"\xff\xd8" + b"x" * 20,
        b"\xff\xd8\xff\xda" + b"\0" * 20,
        b"\xff\xd8\xff\xc0\x00\x11\x08\x00\x00\x00\x00" + b"\0" * 20,
        b"\xff\xd8\xff\xe0\x00\x00\x00\x00\x00\x00\x00",
        b"\xff\xd8\xff\xe0\xff\xff" + b"\0" * 20,
    ],
)
def test_what_is_no_picture_has_no_size(broken: bytes) -> None:
    assert jpeg_size(broken) is None


def test_claimed_size_is_believed() -> None:
    whole = picture(64, 48)
    at = whole.index(b"\xff\xc0")
    huge = whole[: at + 5] + (65000).to_bytes(2) * 2 + whole[at + 9 :]
    assert jpeg_size(huge) == Resolution(65000, 65000)
