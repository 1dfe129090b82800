"""Reads a file's beginning: whether it is an MP4, and in which formats its pictures are."""

import re
from typing import Final

#: Bytes of a file's beginning that are worth looking at: the box with the formats of a day's video is smaller.
HEAD: Final = 128 * 1024
#: H.265 as MP4 files name it. Many browsers show nothing of it.
H265: Final = frozenset({"hvc1", "hev1", "dvh1", "dvhe"})
#: Box `stsd`: its name, version and flags, number of entries, length of the first entry, that entry's format.
_FORMAT: Final = re.compile(rb"stsd\0\0\0\0\0\0\0[\x01-\x08].{4}([a-zA-Z0-9 .]{4})", re.DOTALL)


def is_mp4(head: bytes) -> bool:
    """Return whether a file begins as every MP4 does (ISO/IEC 14496-12: box `ftyp`)."""
    return head[4:8] == b"ftyp"


def formats(head: bytes) -> frozenset[str]:
    """Return the formats of a file's tracks, such as `avc1`; none where they are at the end of the file."""
    return frozenset(match[1].decode("ascii") for match in _FORMAT.finditer(head))
