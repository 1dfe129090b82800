"""Which part of a file a request asks for: RFC 9110, 14.2 (Range) and 13.1.5 (If-Range), single ranges only."""

from collections.abc import Mapping
from dataclasses import dataclass
import re

from aiohttp import hdrs

_RANGE = re.compile(r"bytes=\s*(\d*)-(\d*)\s*")


class ImpossibleRange(Exception):  # noqa: N818 - what was asked for, not what went wrong
    """Nothing of the file lies in the range."""


@dataclass(frozen=True, slots=True)
class Part:
    """Bytes of a file from `begin` up to `end`, which is not one of them."""

    begin: int
    end: int


def requested_part(headers: Mapping[str, str], size: int, validators: frozenset[str]) -> Part | None:
    """Give the part that a request asks for; None: all of it, as also for what can't be understood.

    validators: what `If-Range` may name for the part to hold.

    Raises:
        ImpossibleRange: nothing of a file of this size lies in it.
    """
    asked = _RANGE.fullmatch(headers.get(hdrs.RANGE, ""))
    if asked is None or headers.get(hdrs.IF_RANGE) not in {None, *validators}:
        return None
    first, last = asked.groups()
    if first:
        begin, end = int(first), min(int(last) + 1, size) if last else size
        if last and int(last) < begin:
            return None
    elif last:
        begin, end = max(0, size - int(last)), size
    else:
        return None
    if begin >= end:
        raise ImpossibleRange
    return Part(begin, end)
