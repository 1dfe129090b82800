"""An endless Matroska stream, frame by frame.

Written by hand, as FFmpeg's muxer holds each frame back until the next one: a live camera does not. Segment and
clusters have an unknown size (RFC 8794, 6.2), so a block can leave the moment it exists.
"""

from collections.abc import Sequence
import struct

from .encoding import Sample, Track
from .h264 import decoder_configuration, with_lengths

_UNKNOWN_SIZE = b"\x01" + b"\xff" * 7
_CLUSTER_MILLISECONDS = 1000
"""For sound alone; with video each key frame begins a cluster."""
_VIDEO, _AUDIO = 1, 2

_EBML, _SEGMENT, _CLUSTER = "1A45DFA3", "18538067", "1F43B675"


def _element(identifier: str, body: bytes) -> bytes:
    size = len(body)
    # Sizes in 4 bytes; the highest bits say so.
    return bytes.fromhex(identifier) + struct.pack(">I", 0x10000000 | size) + body


def _number(identifier: str, value: int) -> bytes:
    return _element(identifier, value.to_bytes(max(1, (value.bit_length() + 7) // 8)))


def _text(identifier: str, value: str) -> bytes:
    return _element(identifier, value.encode())


def _real(identifier: str, value: float) -> bytes:
    return _element(identifier, struct.pack(">d", value))


class MatroskaWriter:
    """Turns samples into the bytes of one viewer's stream, beginning at 0."""

    def __init__(self, tracks: Sequence[Track]) -> None:
        self._tracks = tuple(tracks)
        self._has_video = any(track.is_video for track in tracks)
        self._begin: int | None = None
        self._cluster: int | None = None

    def header(self) -> bytes:
        """Return what stands before the first sample."""
        ebml = b"".join(
            (
                _number("4286", 1),  # EBMLVersion
                _number("42F7", 1),  # EBMLReadVersion
                _number("42F2", 4),  # EBMLMaxIDLength
                _number("42F3", 8),  # EBMLMaxSizeLength
                _text("4282", "matroska"),  # DocType
                _number("4287", 4),  # DocTypeVersion
                _number("4285", 2),  # DocTypeReadVersion
            )
        )
        information = b"".join(
            (
                _number("2AD7B1", 1_000_000),  # TimestampScale: milliseconds
                _text("4D80", "netrex simulator"),  # MuxingApp
                _text("5741", "netrex simulator"),  # WritingApp
            )
        )
        tracks = b"".join(_element("AE", self._track_entry(track)) for track in self._tracks)
        return b"".join(
            (
                _element(_EBML, ebml),
                bytes.fromhex(_SEGMENT) + _UNKNOWN_SIZE,
                _element("1549A966", information),
                _element("1654AE6B", tracks),
            )
        )

    @staticmethod
    def _track_entry(track: Track) -> bytes:
        number = _VIDEO if track.is_video else _AUDIO
        common = b"".join(
            (
                _number("D7", number),  # TrackNumber
                _number("73C5", number),  # TrackUID
                _number("83", number),  # TrackType: 1 video, 2 audio
                _number("9C", 0),  # FlagLacing
                _number("23E383", round(track.period * 1e9)),  # DefaultDuration
            )
        )
        if track.is_video:
            picture = _number("B0", track.width) + _number("BA", track.height)
            return b"".join(
                (
                    common,
                    _text("86", "V_MPEG4/ISO/AVC"),
                    _element("63A2", decoder_configuration(track.private)),
                    _element("E0", picture),
                )
            )
        sound = _real("B5", track.sample_rate) + _number("9F", track.channels)
        return b"".join((common, _text("86", "A_AAC"), _element("63A2", track.private), _element("E1", sound)))

    def sample(self, sample: Sample) -> bytes:
        """Return a sample's bytes. The first one is the stream's beginning; a sample from before it gives nothing."""
        if self._begin is None:
            self._begin = sample.milliseconds
        at = sample.milliseconds - self._begin
        if at < 0:
            return b""
        parts: list[bytes] = []
        if self._cluster is None or self._is_cluster_due(sample, at):
            self._cluster = at
            parts.append(bytes.fromhex(_CLUSTER) + _UNKNOWN_SIZE + _number("E7", at))
        data = with_lengths(sample.data) if sample.is_video else sample.data
        track = 0x80 | (_VIDEO if sample.is_video else _AUDIO)
        flags = 0x80 if sample.is_key else 0
        parts.append(_element("A3", struct.pack(">BhB", track, at - self._cluster, flags) + data))
        return b"".join(parts)

    def _is_cluster_due(self, sample: Sample, at: int) -> bool:
        if self._has_video:
            return sample.is_video and sample.is_key
        return self._cluster is None or at - self._cluster >= _CLUSTER_MILLISECONDS
