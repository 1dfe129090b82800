"""An endless fragmented MP4 (ISO/IEC 14496-12): `moov` without samples, then a fragment for each sample.

What fragments a real camera makes is UNKNOWN (VX-MEDIA-10); one for each sample is the promptest.
"""

from collections.abc import Sequence
import struct

from .encoding import Sample, Track
from .h264 import decoder_configuration, with_lengths

_TIMESCALE = 90_000
_MATRIX = struct.pack(">9I", 0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000)
_LANGUAGE_UNDETERMINED = 0x55C4
_SELF_CONTAINED = 1
_DEFAULT_BASE_IS_MOOF = 0x020000
_DATA_OFFSET_DURATION_SIZE_FLAGS = 0x000701
_KEY_SAMPLE, _OTHER_SAMPLE = 0x02000000, 0x01010000
_VIDEO, _AUDIO = 1, 2


def _box(kind: str, *bodies: bytes) -> bytes:
    body = b"".join(bodies)
    return struct.pack(">I4s", len(body) + 8, kind.encode()) + body


def _full(kind: str, version: int, flags: int, *bodies: bytes) -> bytes:
    return _box(kind, struct.pack(">I", version << 24 | flags), *bodies)


class Mp4Writer:
    """Turns samples into the bytes of one viewer's stream, beginning at 0."""

    def __init__(self, tracks: Sequence[Track]) -> None:
        self._tracks = tuple(tracks)
        self._duration = {track.is_video: round(track.period * _TIMESCALE) for track in tracks}
        self._begin: int | None = None
        self._fragments = 0

    def header(self) -> bytes:
        """Return what stands before the first sample: `ftyp` and `moov`."""
        movie = _full(
            "mvhd", 0, 0, struct.pack(">5I", 0, 0, 1000, 0, 0x10000), struct.pack(">H10x", 0x100), _MATRIX, bytes(24),
            struct.pack(">I", _AUDIO + 1),
        )  # fmt: skip
        defaults = [
            _full("trex", 0, 0, struct.pack(">5I", _VIDEO if track.is_video else _AUDIO, 1, 0, 0, 0))
            for track in self._tracks
        ]
        return _box("ftyp", b"isom", struct.pack(">I", 0x200), b"isomiso6avc1mp41") + _box(
            "moov", movie, *(self._track_box(track) for track in self._tracks), _box("mvex", *defaults)
        )

    @staticmethod
    def _track_box(track: Track) -> bytes:
        identifier = _VIDEO if track.is_video else _AUDIO
        volume = 0 if track.is_video else 0x100
        header = _full(
            "tkhd", 0, 3, struct.pack(">5I8x4H", 0, 0, identifier, 0, 0, 0, 0, volume, 0), _MATRIX,
            struct.pack(">II", track.width << 16, track.height << 16),
        )  # fmt: skip
        media = _full("mdhd", 0, 0, struct.pack(">4IHH", 0, 0, _TIMESCALE, 0, _LANGUAGE_UNDETERMINED, 0))
        handler = _full("hdlr", 0, 0, bytes(4), b"vide" if track.is_video else b"soun", bytes(12), b"camera\x00")
        kind = _full("vmhd", 0, 1, bytes(8)) if track.is_video else _full("smhd", 0, 0, bytes(4))
        data = _box("dinf", _full("dref", 0, 0, struct.pack(">I", 1), _full("url ", 0, _SELF_CONTAINED)))
        entry = _video_entry(track) if track.is_video else _audio_entry(track)
        table = _box(
            "stbl",
            _full("stsd", 0, 0, struct.pack(">I", 1), entry),
            _full("stts", 0, 0, bytes(4)),
            _full("stsc", 0, 0, bytes(4)),
            _full("stsz", 0, 0, bytes(8)),
            _full("stco", 0, 0, bytes(4)),
        )
        return _box("trak", header, _box("mdia", media, handler, _box("minf", kind, data, table)))

    def sample(self, sample: Sample) -> bytes:
        """Return a sample's fragment. The first one is the beginning; a sample from before it gives nothing."""
        if self._begin is None:
            self._begin = sample.milliseconds
        at = sample.milliseconds - self._begin
        if at < 0:
            return b""
        self._fragments += 1
        data = with_lengths(sample.data) if sample.is_video else sample.data
        flags = _KEY_SAMPLE if sample.is_key else _OTHER_SAMPLE
        duration = self._duration[sample.is_video]
        header = _full("mfhd", 0, 0, struct.pack(">I", self._fragments))
        track = _full("tfhd", 0, _DEFAULT_BASE_IS_MOOF, struct.pack(">I", _VIDEO if sample.is_video else _AUDIO))
        time = _full("tfdt", 1, 0, struct.pack(">Q", at * _TIMESCALE // 1000))

        def moof(offset: int) -> bytes:
            run = _full(
                "trun",
                0,
                _DATA_OFFSET_DURATION_SIZE_FLAGS,
                struct.pack(">IiIII", 1, offset, duration, len(data), flags),
            )
            return _box("moof", header, _box("traf", track, time, run))

        return moof(len(moof(0)) + 8) + _box("mdat", data)


def _video_entry(track: Track) -> bytes:
    return _box(
        "avc1",
        struct.pack(">6xH16xHHII4xH32xHh", 1, track.width, track.height, 0x480000, 0x480000, 1, 24, -1),
        _box("avcC", decoder_configuration(track.private)),
    )


def _audio_entry(track: Track) -> bytes:
    def descriptor(tag: int, body: bytes) -> bytes:
        return bytes([tag, len(body)]) + body

    # ISO/IEC 14496-1: MPEG-4 audio, AudioStream; then the codec's own header.
    decoder = struct.pack(">BB3xII", 0x40, 0x15, 0, 32_000) + descriptor(0x05, track.private)
    stream = struct.pack(">HB", _AUDIO, 0) + descriptor(0x04, decoder) + descriptor(0x06, b"\x02")
    return _box(
        "mp4a",
        struct.pack(">6xH8xHH4xI", 1, track.channels, 16, track.sample_rate << 16),
        _full("esds", 0, 0, descriptor(0x03, stream)),
    )
