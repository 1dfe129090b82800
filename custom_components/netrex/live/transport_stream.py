"""MPEG-TS as FFmpeg writes it, but each packet at once.

FFmpeg's muxer puts the packets of several streams in order, and for that holds each picture until the next one comes:
a delay that no viewer should have. With a single stream it holds nothing. So picture and sound have a muxer each, and
the table that names the streams is taken from a third one that knows both.
"""

from collections.abc import Sequence
from contextlib import ExitStack
from typing import TYPE_CHECKING, Self

if TYPE_CHECKING:
    from types import TracebackType

    from av import Packet
    from av.stream import Stream

PACKET_SIZE = 188
VIDEO_PID = 0x100
"""FFmpeg's number for the first stream; it counts on from there."""
TABLE_PIDS = frozenset({0x0, 0x11, 0x1000})
"""PAT, SDT, PMT."""

_PMT_PID = 0x1000
_OPTIONS = {
    "flush_packets": "1",
    "pes_payload_size": "0",  # do not collect sound
    "omit_video_pes_length": "0",  # go2rtc then sees the end of a picture, and does not wait for the next one
}
# Sound of its own has a clock of its own, which nobody follows; FFmpeg can't see from AAC how often to write it.
_SOUND_OPTIONS = {"pcr_period": "100"}
_FLAGS = "pat_pmt_at_frames"
_ANY_PICTURE = b"\x00\x00\x00\x01"


def pid_of(packets: bytes, at: int = 0) -> int:
    """Return the number of the stream or table that the packet at a place belongs to."""
    return (packets[at + 1] & 0x1F) << 8 | packets[at + 2]


class TransportStream:
    """A picture, and perhaps sound.

    Args:
        carried: streams like those that are written, the picture first.
        continues: whether another one was before it.

    Raises:
        ValueError: FFmpeg names no streams.
        av.FFmpegError: it cannot write such streams.
    """

    def __init__(self, carried: Sequence[Stream], *, continues: bool) -> None:
        flags = _FLAGS + ("+initial_discontinuity" if continues else "")
        with ExitStack() as opened:
            self._muxers = {
                stream.index: opened.enter_context(_Muxer([stream], VIDEO_PID + number, flags))
                for number, stream in enumerate(carried)
            }
            self._picture = carried[0].index
            self._names = tuple(_table_of(carried, each) for each in (_FLAGS, flags)) if len(carried) > 1 else None
            self._opened = opened.pop_all()

    def __enter__(self) -> Self:
        """Nothing is left to do."""
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Close the muxers. All that may be left in them is a moment of silence, too small to be sent alone."""
        self._opened.close()

    def mux(self, packet: Packet[Stream]) -> bytes:
        """Return a packet of one of the streams as MPEG-TS, with tables before it where they are due.

        No time may be below 0: FFmpeg would shift each stream alone.

        Raises:
            av.FFmpegError: FFmpeg does not take it.
        """
        index = packet.stream.index
        written = self._muxers[index].mux(packet)
        if self._names is None:
            return written
        packets = (written[at : at + PACKET_SIZE] for at in range(0, len(written), PACKET_SIZE))
        if index != self._picture:
            return b"".join(one for one in packets if pid_of(one) not in TABLE_PIDS)
        return b"".join(
            _numbered_as(one, self._names[_is_flagged(one)]) if pid_of(one) == _PMT_PID else one for one in packets
        )


class _Muxer:
    """One of FFmpeg's muxers."""

    def __init__(self, carried: Sequence[Stream], pid: int, flags: str) -> None:
        import av  # noqa: PLC0415 - it takes long, and this is not the event loop

        self._written = _Written()
        options = _OPTIONS | {"mpegts_flags": flags, "mpegts_start_pid": str(pid)}
        if carried[0].type == "audio":
            options |= _SOUND_OPTIONS
        self._container = av.open(self._written, "w", format="mpegts", options=options)
        self._streams = {stream.index: self._container.add_stream_from_template(stream) for stream in carried}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._container.close()

    def mux(self, packet: Packet[Stream]) -> bytes:
        packet.stream = self._streams[packet.stream.index]
        self._container.mux(packet)
        return self.take()

    def take(self) -> bytes:
        return self._written.take()


class _Written:
    """The file that a muxer writes to."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []

    def write(self, part: bytes) -> int:
        self._parts.append(bytes(part))
        return len(part)

    def take(self) -> bytes:
        whole = b"".join(self._parts)
        self._parts.clear()
        return whole


def _table_of(carried: Sequence[Stream], flags: str) -> bytes:
    """Let FFmpeg write the table that names all the streams."""
    import av  # noqa: PLC0415 - as above

    packet = av.Packet(_ANY_PICTURE + b"\x09\xf0")
    packet.stream, packet.is_keyframe = carried[0], True
    packet.pts = packet.dts = 0
    packet.time_base = carried[0].time_base
    with _Muxer(carried, VIDEO_PID, flags) as both:
        both.mux(packet)
    written = both.take()
    for at in range(0, len(written), PACKET_SIZE):
        if pid_of(written, at) == _PMT_PID:
            return written[at : at + PACKET_SIZE]
    raise ValueError("No table of streams")


def _is_flagged(packet: bytes) -> bool:
    """Return whether a table also says that another stream was before it."""
    return bool(packet[3] & 0x20)


def _numbered_as(packet: bytes, table: bytes) -> bytes:
    """Give a table the continuity counter of the one that it replaces."""
    return table[:3] + bytes([table[3] & 0xF0 | packet[3] & 0x0F]) + table[4:]
