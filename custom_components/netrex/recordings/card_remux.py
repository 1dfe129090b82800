"""Puts a camera's Matroska into an MP4, without encoding anything again: phones play no Matroska."""

from pathlib import Path
import threading
import time
from typing import TYPE_CHECKING, BinaryIO, Final

import av
from av.error import FFmpegError

from ..tasks.timing import Timing
from .disk_space import is_full
from .errors import NoSpaceError, NotVideoError, PreparationFailedError

if TYPE_CHECKING:
    from av import Packet
    from av.stream import Stream

#: Bytes that packets may have beyond twice those of the file, in which they may be packed.
_SLACK: Final = 1 << 20
#: Bytes read at once.
_CHUNK: Final = 1 << 20
#: Streams are known by the head of the file, so that few packets are looked at, in memory, before the first is counted.
_INPUT_OPTIONS: Final = {"probesize": str(256 << 10)}
#: Microseconds that one stream waits for the other.
_OUTPUT_OPTIONS: Final = {"movflags": "faststart", "max_interleave_delta": "1000000"}


def remux(source: Path, target: Path, stop: threading.Event, timing: Timing) -> None:
    """Write a file's pictures and sound into an MP4 that can be played from its beginning.

    Does blocking I/O, until `stop` is set.

    Raises:
        NotVideoError: there is nothing to play in the file.
        NoSpaceError: the disk is full.
        PreparationFailedError: it is no file of a camera, was stopped or takes too long.
    """
    limits = _Limits(source, stop, timing)
    try:
        _remux(source, target, limits)
    except (FFmpegError, ValueError, IndexError) as err:
        if limits.exceeded is not None:
            raise limits.exceeded from None
        if isinstance(err, OSError) and is_full(err):
            raise NoSpaceError("not enough space on the disk") from None
        # Not `from`: its text holds the path of the file.
        raise NotVideoError(f"the recording can't be read ({type(err).__name__})") from None


def _remux(source: Path, target: Path, limits: _Limits) -> None:
    with (
        source.open("rb") as raw,
        av.open(_Source(raw, limits), "r", format="matroska", options=_INPUT_OPTIONS) as recording,
    ):
        if not recording.streams.video:
            raise NotVideoError("the recording has no pictures")
        wanted = (*recording.streams.video[:1], *recording.streams.audio[:1])
        with av.open(target, "w", format="mp4", options=_OUTPUT_OPTIONS) as file:
            streams = {stream.index: file.add_stream_from_template(stream) for stream in wanted}
            # Those of other streams as well: they count.
            for packet in recording.demux():
                limits.count(packet)
                stream = streams.get(packet.stream.index)
                if stream is not None and packet.dts is not None:  # else it is the one that says that the end has come
                    packet.stream = stream
                    file.mux(packet)


class _Source:
    """A file as libav reads it: forward only, piece by piece, and no further than its limits."""

    def __init__(self, file: BinaryIO, limits: _Limits) -> None:
        self._file = file
        self._limits = limits

    def read(self, size: int) -> bytes:
        """Read on; the file ends where a limit is, which ends all that libav does with it."""
        piece = self._file.read(min(size, _CHUNK))
        try:
            self._limits.read(len(piece))
        except PreparationFailedError:
            return b""
        return piece


class _Limits:
    """How much of a file is read: its sender may mean no good, and its reader holds one of Home Assistant's threads."""

    def __init__(self, source: Path, stop: threading.Event, timing: Timing) -> None:
        self._timing = timing
        self._stop = stop
        self._ends_at = time.monotonic() + timing.card_remux_timeout
        self._packets = timing.most_card_packets
        self._bytes = 2 * source.stat().st_size + _SLACK
        self._seconds: dict[int, tuple[int, int]] = {}
        self._unseen = 0
        self.exceeded: PreparationFailedError | None = None

    def read(self, size: int) -> None:
        """Count what is read of the file; raise where it is too much for what comes of it."""
        self._unseen += size
        self._require(self._unseen <= self._timing.most_card_bytes_without_packet)

    def count(self, packet: Packet[Stream]) -> None:
        """Count a packet that came of it; raise where it is one too many."""
        self._packets -= 1
        self._bytes -= packet.size
        second = int(packet.dts * packet.time_base) if packet.dts is not None else 0
        before, size = self._seconds.get(packet.stream.index, (second, 0))
        size = packet.size + (size if second == before else 0)
        self._seconds[packet.stream.index] = second, size
        self._unseen = 0
        usual_size = size <= self._timing.most_card_bytes_in_a_second
        self._require(self._packets >= 0 and self._bytes >= 0 and usual_size)

    def _require(self, usual: bool) -> None:
        if self.exceeded is None and not usual:
            self.exceeded = PreparationFailedError("the recording is none of a camera")
        if self.exceeded is None and (self._stop.is_set() or time.monotonic() > self._ends_at):
            self.exceeded = PreparationFailedError("the recording did not get ready in time")
        if self.exceeded is not None:
            raise self.exceeded
