"""A camera's Matroska becomes an MP4, and what is no recording is said to be none."""

from collections.abc import Iterable
from pathlib import Path
import struct
import threading
from typing import Any, Literal
import zlib

import av
import numpy as np
import pytest

from custom_components.netrex.cloud.mp4 import H265
from custom_components.netrex.recordings import card_remux
from custom_components.netrex.recordings.card_clips import formats_of_file
from custom_components.netrex.recordings.errors import NotVideoError, PreparationFailedError
from custom_components.netrex.tasks.timing import Timing
from simulator.cameras.encoding import View
from simulator.clips import Clip, render


def remux(source: Path, target: Path, stop: threading.Event | None = None, **limits: Any) -> None:
    card_remux.remux(source, target, stop or threading.Event(), Timing(**limits))


def recorded(path: Path, *, audio: bool = True) -> Path:
    render(Clip(View("ACCC8E000001", 1, "Door", 320, 180), 1_700_000_000, 4, container="matroska", audio=audio), path)
    return path


@pytest.mark.parametrize("audio", [True, False])
def test_pictures_and_sound_stay_what_they_are(tmp_path: Path, *, audio: bool) -> None:
    source, target = recorded(tmp_path / "a.mkv", audio=audio), tmp_path / "a.mp4"
    remux(source, target)
    with av.open(source) as before, av.open(target) as after:
        assert [stream.codec_context.name for stream in after.streams] == ["h264", "aac"][: 1 + audio]
        pictures = [sum(1 for packet in file.demux(video=0) if packet.dts is not None) for file in (before, after)]
        assert pictures[0] == pictures[1] > 20


@pytest.mark.parametrize(("codec", "h265"), [("h264", False), ("hevc", True)])
def test_format_of_the_file_is_known(tmp_path: Path, codec: Literal["h264", "hevc"], h265: bool) -> None:
    clip = Clip(View("ACCC8E000001", 1, "Door", 320, 180), 1_700_000_000, 1, container="matroska", codec=codec)
    render(clip, tmp_path / "a.mkv")
    remux(tmp_path / "a.mkv", tmp_path / "a.mp4")
    assert bool(formats_of_file(tmp_path / "a.mp4") & H265) is h265


def test_file_that_is_gone_has_no_format(tmp_path: Path) -> None:
    assert formats_of_file(tmp_path / "a.mp4") == frozenset()


@pytest.mark.parametrize("content", [b"", b"nonsense" * 1000, b"\x1aE\xdf\xa3" + b"\0" * 500])
def test_what_is_no_recording(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mkv").write_bytes(content)
    with pytest.raises(NotVideoError) as refused:
        remux(tmp_path / "a.mkv", tmp_path / "a.mp4")
    assert str(tmp_path) not in str(refused.value)


def test_a_recording_that_breaks_off_is_kept_as_far_as_it_goes(tmp_path: Path) -> None:
    source = recorded(tmp_path / "a.mkv")
    source.write_bytes(source.read_bytes()[: source.stat().st_size // 2])
    remux(source, tmp_path / "a.mp4")
    with av.open(tmp_path / "a.mp4") as after:
        assert next(after.decode(video=0))


def test_sound_alone_is_no_recording(tmp_path: Path) -> None:
    with av.open(tmp_path / "a.mkv", "w", format="matroska") as file:
        stream = file.add_stream("aac", rate=16_000, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate, frame.pts = 16_000, 0
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    with pytest.raises(NotVideoError, match="no pictures"):
        remux(tmp_path / "a.mkv", tmp_path / "a.mp4")


# --- files that mean no good -----------------------------------------------------------------------------


def ebml(element: str, *content: bytes) -> bytes:
    """Write an element of Matroska."""
    body = b"".join(content)
    return bytes.fromhex(element) + struct.pack(">Q", len(body) | 1 << 56) + body


def matroska(path: Path, blocks: Iterable[bytes], encoding: bytes = b"", beside: bytes = b"") -> Path:
    """Write a file with one track of pictures and these blocks, a millisecond apart, and something beside them."""
    size = ebml("E0", ebml("B0", b"\x40"), ebml("BA", b"\x30"))
    track = ebml(
        "AE", ebml("D7", b"\1"), ebml("73C5", b"\1"), ebml("83", b"\1"), ebml("86", b"V_MJPEG"), size, encoding
    )
    placed = (ebml("A3", b"\x81", struct.pack(">h", at), block) for at, block in enumerate(blocks))
    segment = ebml("18538067", beside, ebml("1654AE6B", track), ebml("1F43B675", ebml("E7", b"\0"), *placed))
    path.write_bytes(ebml("1A45DFA3", ebml("4282", b"matroska")) + segment)
    return path


_WHOLE, _LACED = b"\x80", b"\x84\xff"
_ZLIB = ebml("6D80", ebml("6240", ebml("5034", ebml("4254", b"\0"))))


@pytest.mark.parametrize(
    ("blocks", "encoding", "limits"),
    [
        pytest.param([_LACED + bytes(256)] * 800, b"", {}, id="a byte each"),
        pytest.param([_WHOLE + b"x"] * 1001, b"", {"most_card_packets": 1000}, id="too many"),
        pytest.param(
            [_WHOLE + zlib.compress(bytes(3 << 20))] * 3, _ZLIB, {}, id="unpacks to a thousand times its size"
        ),
        pytest.param([_WHOLE + bytes(700)] * 3, b"", {"most_card_bytes_in_a_second": 2000}, id="all in one second"),
        pytest.param([_WHOLE + b"x"] * 3, b"", {"card_remux_timeout": -1.0}, id="takes too long"),
    ],
)
def test_what_no_camera_records_is_left(
    tmp_path: Path, blocks: list[bytes], encoding: bytes, limits: dict[str, float]
) -> None:
    source = matroska(tmp_path / "a.mkv", blocks, encoding)
    with pytest.raises(PreparationFailedError) as refused:
        remux(source, tmp_path / "a.mp4", **limits)
    assert str(tmp_path) not in str(refused.value)


@pytest.mark.parametrize("encoding", [b"", _ZLIB], ids=["plain", "packed"])
def test_what_a_camera_might_record_is_none_of_it(tmp_path: Path, encoding: bytes) -> None:
    """So that the refusals above are about what the files do."""
    blocks = [_WHOLE + (zlib.compress(bytes(700)) if encoding else bytes(700))] * 1000
    remux(matroska(tmp_path / "a.mkv", blocks, encoding), tmp_path / "a.mp4")
    with av.open(tmp_path / "a.mp4") as file:
        assert sum(packet.size == 700 for packet in file.demux()) == 1000


def test_what_is_nothing_to_see_is_left(tmp_path: Path) -> None:
    """Files may have others in them, which would all be in memory."""
    font = ebml(
        "61A7", ebml("466E", b"x"), ebml("4660", b"font/ttf"), ebml("46AE", b"\1"), ebml("465C", bytes(2 << 20))
    )
    blocks = [_WHOLE + bytes(700)] * 10
    source = matroska(tmp_path / "a.mkv", blocks, beside=ebml("1941A469", font))
    remux(source, tmp_path / "a.mp4")
    limits = {"most_card_bytes_without_packet": 1 << 20}
    with pytest.raises(PreparationFailedError):
        remux(source, tmp_path / "a.mp4", **limits)
    # Nor is a single piece of it.
    with pytest.raises(PreparationFailedError):
        remux(matroska(tmp_path / "a.mkv", [*blocks, _WHOLE + bytes(2 << 20)]), tmp_path / "a.mp4", **limits)


def test_it_can_be_stopped(tmp_path: Path) -> None:
    stop = threading.Event()
    stop.set()
    with pytest.raises(PreparationFailedError):
        remux(recorded(tmp_path / "a.mkv"), tmp_path / "a.mp4", stop)
