"""The MPEG-TS muxer of `Remuxer`: FFmpeg's, but it writes each packet without delay.

FFmpeg's muxer interleaves several streams, and for that holds each picture until the next one comes. With a single
stream it holds nothing. So video and audio have a muxer each, and the PMT, the table of the streams, is taken from a
third one that has both.
"""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, closing
from dataclasses import dataclass
from io import BytesIO
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from av import Packet
    from av.stream import Stream

PACKET_SIZE = 188
VIDEO_PID = 0x100
"""FFmpeg's PID of the first stream. Those of further streams follow it."""
TABLE_PIDS = frozenset({0x0, 0x11, 0x1000})
"""PAT, SDT, PMT."""

_PMT_PID = 0x1000
_OPTIONS = {
    "flush_packets": "1",
    "pes_payload_size": "0",  # write each audio packet at once
    "omit_video_pes_length": "0",  # go2rtc then knows where a picture ends without the next one
}
# The audio muxer writes a PCR, which no player uses; FFmpeg can't derive its interval from AAC.
_AUDIO_OPTIONS = {"pcr_period": "100"}
_FLAGS = "pat_pmt_at_frames"
_START_CODE = b"\x00\x00\x00\x01"


def pid_of(packets: bytes, at: int = 0) -> int:
    """Return the PID of the packet at an offset: that of a stream or table."""
    return (packets[at + 1] & 0x1F) << 8 | packets[at + 2]


class TransportStream:
    """Writes video, and audio if there is any. The input streams are templates, video first.

    If it `continues` another transport stream that players have received, it starts with a discontinuity.

    Raises:
        ValueError: FFmpeg wrote no PMT.
        av.FFmpegError: FFmpeg can't write such streams.
    """

    def __init__(self, streams: Sequence[Stream], *, continues: bool) -> None:
        flags = _FLAGS + ("+initial_discontinuity" if continues else "")
        with ExitStack() as opened:
            self._muxers = {
                stream.index: opened.enter_context(closing(_Muxer([stream], VIDEO_PID + number, flags)))
                for number, stream in enumerate(streams)
            }
            self._video_index = streams[0].index
            self._pmts = tuple(_pmt_of(streams, each) for each in (_FLAGS, flags)) if len(streams) > 1 else None
            self._opened = opened.pop_all()

    def close(self) -> None:
        """Close the muxers, which hold at most a little audio; it is dropped."""
        self._opened.close()

    def mux(self, packet: Packet[Stream]) -> bytes:
        """Return the MPEG-TS packets of one packet, after the tables if they are due.

        Timestamps must not be negative, as FFmpeg would shift each stream on its own.

        Raises:
            av.FFmpegError: FFmpeg refuses the packet.
        """
        index = packet.stream.index
        written = self._muxers[index].mux(packet)
        if self._pmts is None:
            return written
        packets = (written[at : at + PACKET_SIZE] for at in range(0, len(written), PACKET_SIZE))
        if index != self._video_index:
            return b"".join(one for one in packets if pid_of(one) not in TABLE_PIDS)
        return b"".join(
            _with_counter_of(one, self._pmts[_has_adaptation_field(one)]) if pid_of(one) == _PMT_PID else one
            for one in packets
        )


class _Muxer:
    """FFmpeg's MPEG-TS muxer for some of the streams, starting at a PID."""

    def __init__(self, streams: Sequence[Stream], pid: int, flags: str) -> None:
        import av  # noqa: PLC0415 - it takes long, and this is not the event loop

        self._file = BytesIO()
        options = _OPTIONS | {"mpegts_flags": flags, "mpegts_start_pid": str(pid)}
        if streams[0].type == "audio":
            options |= _AUDIO_OPTIONS
        self._container = av.open(self._file, "w", format="mpegts", options=options)
        self._streams = {stream.index: self._container.add_stream_from_template(stream) for stream in streams}

    def close(self) -> None:
        self._container.close()

    def mux(self, packet: Packet[Stream]) -> bytes:
        packet.stream = self._streams[packet.stream.index]
        self._container.mux(packet)
        return self.take()

    def take(self) -> bytes:
        written = self._file.getvalue()
        self._file.seek(0)
        self._file.truncate()
        return written


def _pmt_of(streams: Sequence[Stream], flags: str) -> bytes:
    """Return the PMT packet that FFmpeg writes for these streams."""
    import av  # noqa: PLC0415 - as above

    packet = av.Packet(_START_CODE + b"\x09\xf0")
    packet.stream, packet.is_keyframe = streams[0], True
    packet.pts = packet.dts = 0
    packet.time_base = streams[0].time_base
    with closing(_Muxer(streams, VIDEO_PID, flags)) as muxer:
        muxer.mux(packet)
    written = muxer.take()
    for at in range(0, len(written), PACKET_SIZE):
        if pid_of(written, at) == _PMT_PID:
            return written[at : at + PACKET_SIZE]
    raise ValueError("FFmpeg wrote no PMT")


def _has_adaptation_field(packet: bytes) -> bool:
    """Return whether a PMT packet has an adaptation field: FFmpeg writes one only to flag a discontinuity."""
    return bool(packet[3] & 0x20)


def _with_counter_of(packet: bytes, pmt: bytes) -> bytes:
    """Return the PMT with the continuity counter of the packet that it replaces."""
    return pmt[:3] + bytes([pmt[3] & 0xF0 | packet[3] & 0x0F]) + pmt[4:]


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
