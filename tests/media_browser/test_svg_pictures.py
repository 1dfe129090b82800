"""A picture with words below it or in a square, as a browser reads it."""

import base64
import io
import re

from hypothesis import given, strategies as st
from PIL import Image
import pytest

from custom_components.netrex.media_browser.svg_pictures import in_square, with_notice


def jpeg(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height)).save(file, "JPEG")
    return file.getvalue()


@pytest.mark.parametrize(("width", "height"), [(1280, 720), (640, 640), (90, 160)])
def test_the_picture_is_whole_and_the_words_are_below(width: int, height: int) -> None:
    svg = with_notice(jpeg(width, height), "Front door didn't record this event.").decode()
    assert f'<image width="{width}" height="{height}" href="data:image/jpeg;base64,' in svg
    whole = re.search(rf'viewBox="0 0 {width} (\d+)"', svg)
    assert whole
    assert int(whole[1]) > height
    first = re.search(r'<text y="(\d+)"', svg)
    assert first
    assert int(first[1]) >= height


def test_a_long_text_has_lines() -> None:
    svg = with_notice(jpeg(640, 360), "word " * 40).decode()
    assert svg.count("<tspan") == 4


@given(st.text(max_size=300))
def test_no_text_is_markup(text: str) -> None:
    """A camera may be called anything."""
    svg = with_notice(jpeg(64, 36), text).decode()
    tags = set(re.findall(r"<(/?[a-z]+)", svg))
    assert tags <= {"svg", "/svg", "rect", "image", "text", "/text", "tspan", "/tspan"}
    assert svg.count("<") == svg.count(">")


def test_a_square_has_the_whole_picture() -> None:
    picture = jpeg(320, 180)
    svg = in_square(picture).decode()
    assert 'viewBox="0 0 320 320"' in svg
    # Then it fits, and nothing is cut.
    assert "preserveAspectRatio" not in svg
    assert base64.b64encode(picture).decode() in svg
