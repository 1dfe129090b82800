"""Ranges as players send them, and as nobody should."""

from hypothesis import given, strategies as st
import pytest

from custom_components.netrex.recordings.byte_range import ByteRange, is_range, parse_range


@pytest.mark.parametrize(
    ("header", "part"),
    [
        ("bytes=0-", ByteRange(0, 1000)),
        ("bytes=0-1", ByteRange(0, 2)),
        ("bytes=500-999", ByteRange(500, 1000)),
        ("bytes=500-5000", ByteRange(500, 1000)),
        ("bytes=-200", ByteRange(800, 1000)),
        ("bytes=-5000", ByteRange(0, 1000)),
        ("bytes=0-1,5-6", None),
        ("bytes=9-3", None),
        ("bytes=-", None),
        ("items=0-1", None),
        ("bytes=0-" + "9" * 30, None),
        ("", None),
        (None, None),
    ],
)
def test_ranges(header: str | None, part: ByteRange | None) -> None:
    assert parse_range(header, 1000) == part


@pytest.mark.parametrize("header", ["bytes=1000-", "bytes=5000-6000", "bytes=-0"])
def test_ranges_outside(header: str) -> None:
    with pytest.raises(ValueError, match="outside"):
        parse_range(header, 1000)


@given(st.text("bytes=-0123456789 ,", max_size=40), st.integers(1, 10**6))
def test_a_part_lies_within_the_file(header: str, size: int) -> None:
    try:
        part = parse_range(header, size)
    except ValueError:
        assert is_range(header)
        return
    assert part is None or 0 <= part.begins_at < part.ends_at <= size
