"""A camera's Matroska becomes an MP4, and what is no recording is said to be none."""

from pathlib import Path

import av
import numpy as np
import pytest

from custom_components.netrex.recordings.card_remux import remux
from custom_components.netrex.recordings.errors import NotVideoError
from simulator.cameras.encoding import View
from simulator.clips import Clip, render


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
