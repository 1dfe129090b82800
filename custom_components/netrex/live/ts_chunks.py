"""Live video in chunks, cut where somebody may begin to watch."""

from collections.abc import Iterator
from dataclasses import dataclass

from .transport_stream import PACKET_SIZE, TABLE_PIDS, VIDEO_PID, pid_of


@dataclass(frozen=True, slots=True)
class TsChunk:
    """Whole MPEG-TS packets."""

    payload: bytes
    key: bool
    """A watcher may begin here: tables and a key frame come first."""


def split_at_keyframes(packets: bytes) -> Iterator[TsChunk]:
    """Cut MPEG-TS packets before the tables of each key frame."""
    begin = tables = 0  # where the current chunk begins, and where the run of tables before this packet does
    key = False
    for at in range(0, len(packets), PACKET_SIZE):
        pid = pid_of(packets, at)
        if pid in TABLE_PIDS:
            continue
        unit_start = packets[at + 1] & 0x40
        has_adaptation = packets[at + 3] & 0x20 and packets[at + 4]
        if pid == VIDEO_PID and unit_start and has_adaptation and packets[at + 5] & 0x40:  # random access
            if tables > begin:
                yield TsChunk(packets[begin:tables], key)
            begin, key = tables, True
        tables = at + PACKET_SIZE
    if packets:
        yield TsChunk(packets[begin:], key)
