"""The one kind of Range that players ask for: a single stretch of bytes (RFC 9110, 14.1)."""

from dataclasses import dataclass
import re
from typing import Final

_RANGE: Final = re.compile(r"bytes=([0-9]{0,18})-([0-9]{0,18})")


@dataclass(frozen=True, slots=True)
class ByteRange:
    """A stretch of a file.

    Attributes:
        begins_at: the first byte.
        ends_at: the byte after the last one.
    """

    begins_at: int
    ends_at: int


def is_range(header: str) -> bool:
    """Tell whether a header asks for a single stretch."""
    match = _RANGE.fullmatch(header)
    return match is not None and bool(match[1] or match[2])


def parse_range(header: str | None, size: int) -> ByteRange | None:
    """Return the stretch that a header asks for within a file of `size` bytes.

    None: there is none such, or the header is no single stretch, which a server may leave unheeded.

    Raises:
        ValueError: the stretch lies outside the file.
    """
    match = _RANGE.fullmatch(header) if header and is_range(header) else None
    if match is None:
        return None
    if not match[1]:
        begins_at, ends_at = max(0, size - int(match[2])), size
    else:
        begins_at = int(match[1])
        ends_at = min(int(match[2]) + 1, size) if match[2] else size
        if match[2] and int(match[2]) < begins_at:
            return None
    if begins_at >= ends_at:
        raise ValueError("the stretch lies outside the file")
    return ByteRange(begins_at, ends_at)
