"""Reads a file's beginning: whether it is an MP4, and in which formats its pictures are."""

import re
from typing import Final

from ..transport.calls import Calls
from ..transport.facts import Fact

#: Bytes of a file's beginning that are worth looking at: the box with the formats of a day's video is smaller.
HEAD: Final = 128 * 1024
#: H.265 as MP4 files name it. Many browsers show nothing of it.
H265: Final = frozenset({"hvc1", "hev1", "dvh1", "dvhe"})
H264: Final = frozenset({"avc1", "avc3"})
#: Box `stsd`: its name, version and flags, number of entries, length of the first entry, that entry's format.
_FORMAT: Final = re.compile(rb"stsd\0\0\0\0\0\0\0[\x01-\x08].{4}([a-zA-Z0-9 .]{4})", re.DOTALL)


def is_mp4(head: bytes) -> bool:
    """Return whether a file begins as every MP4 does (ISO/IEC 14496-12: box `ftyp`)."""
    return head[4:8] == b"ftyp"


def is_index_first(head: bytes) -> bool | None:
    """Return whether a file's index comes before its pictures; None where its beginning shows neither."""
    position = 0
    while len(box := head[position : position + 8]) == 8:  # noqa: PLR2004 - length and name
        if box[4:] in {b"moov", b"mdat"}:
            return box[4:] == b"moov"
        position += max(int.from_bytes(box[:4]), 8)
    return None


def formats(head: bytes) -> frozenset[str]:
    """Return the formats of a file's tracks, such as `avc1`; none where they are at the end of the file."""
    return frozenset(match[1].decode("ascii") for match in _FORMAT.finditer(head))


def observe_file(calls: Calls, head: bytes) -> None:
    """Note what a file's beginning shows of the service."""
    if not is_mp4(head):
        calls.observed(Fact.FILE_FORMAT, "no_video")
        return
    if (first := is_index_first(head)) is not None:
        calls.observed(Fact.FILE_INDEX, "first" if first else "last")
    if found := formats(head):
        calls.observed(Fact.FILE_FORMAT, "h264" if found & H264 else "h265" if found & H265 else "other_video")
