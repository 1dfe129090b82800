"""Live video as MPEG-TS packets, cut where somebody may begin to watch."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TS_PACKET: Final = 188
_VIDEO_PID: Final = 0x100  # FFmpeg's number for the first stream
_TABLE_PIDS: Final = frozenset({0x0, 0x11, 0x1000})  # PAT, SDT, PMT


@dataclass(frozen=True, slots=True)
class Piece:
    """Whole MPEG-TS packets."""

    payload: bytes
    key: bool
    """A watcher may begin here: tables and a key frame come first."""


def cut(packets: bytes) -> Iterator[Piece]:
    """Cut MPEG-TS packets before the tables of each key frame."""
    begin = tables = 0  # where the current piece begins, and where the run of tables before this packet does
    key = False
    for at in range(0, len(packets), _TS_PACKET):
        pid = (packets[at + 1] & 0x1F) << 8 | packets[at + 2]
        if pid in _TABLE_PIDS:
            continue
        unit_start = packets[at + 1] & 0x40
        has_adaptation = packets[at + 3] & 0x20 and packets[at + 4]
        if pid == _VIDEO_PID and unit_start and has_adaptation and packets[at + 5] & 0x40:  # random access
            if tables > begin:
                yield Piece(packets[begin:tables], key)
            begin, key = tables, True
        tables = at + _TS_PACKET
    if packets:
        yield Piece(packets[begin:], key)
