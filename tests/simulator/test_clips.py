"""Clips, judged by PyAV, which reads them without knowing how they were made."""

import asyncio
import io
from itertools import pairwise
from pathlib import Path

import av
import pytest

from simulator.cameras.encoding import View
from simulator.clips import Clip, Clips, RenderingStopped, render
from tests.simulator.decoding import play
from tests.simulator.portal import BEGIN, assert_shows

VIEW = View("ACCC8E10A3F1", 1, "Chodba", 320, 180)
MOMENT = BEGIN + 0.25


def rendered(clip: Clip, folder: Path) -> bytes:
    path = folder / "clip"
    render(clip, path)
    return path.read_bytes()


@pytest.mark.parametrize("container", ["mp4", "matroska"])
@pytest.mark.parametrize("codec", ["h264", "hevc"])
@pytest.mark.parametrize("audio", [False, True])
def test_each_kind_shows_its_time(tmp_path: Path, container: str, codec: str, audio: bool) -> None:
    data = rendered(Clip(VIEW, MOMENT, 3.3, container, codec, audio), tmp_path)
    played = play(data)
    assert container in played.container or container[:3] in played.container
    assert played.codecs == {"video": codec} | ({"audio": "aac"} if audio else {})
    assert played.size == (320, 180)
    assert_shows(played, MOMENT, 3.3)
    assert played.key_frames[0]
    if audio:
        assert played.presented["audio"][-1] == pytest.approx(3.3, abs=0.1)
    with av.open(io.BytesIO(data)) as opened:
        assert opened.duration is not None
        assert opened.duration / av.time_base == pytest.approx(3.3, abs=0.1)


@pytest.mark.parametrize(
    ("duration", "pictures"), [(1.0, 10), (4.05, 41), (300.0, 1200), (1500.0, 1500), (7200.0, 3600)]
)
def test_longer_clips_have_fewer_pictures_a_second(tmp_path: Path, duration: float, pictures: int) -> None:
    small = View(VIEW.serial, 1, VIEW.name, 160, 90)
    with av.open(io.BytesIO(rendered(Clip(small, MOMENT, duration), tmp_path))) as opened:
        (stream,) = opened.streams.video
        assert stream.frames == pictures
        assert stream.duration is not None
        assert stream.time_base is not None
        assert float(stream.duration * stream.time_base) == pytest.approx(duration, abs=0.001)


def test_rate_of_pictures_can_be_asked_for(tmp_path: Path) -> None:
    played = play(rendered(Clip(VIEW, MOMENT, 2, fps=25), tmp_path))
    assert len(played.clock) == 50
    assert_shows(played, MOMENT, 2)


def test_a_player_finds_a_key_frame_every_two_seconds(tmp_path: Path) -> None:
    played = play(rendered(Clip(VIEW, MOMENT, 60), tmp_path))
    keys = [at for at, key in zip(played.presented["video"], played.key_frames, strict=True) if key]
    assert max(after - before for before, after in pairwise([*keys, 60.0])) <= 2.0


async def test_a_clip_is_made_once_for_all_who_want_it_and_for_those_who_stay() -> None:
    clips = Clips()
    try:
        clip = Clip(VIEW, MOMENT, 30)
        clips.begin(clip)
        leaver, *others = [asyncio.ensure_future(clips.open(clip)) for _ in range(3)]
        await asyncio.sleep(0)
        leaver.cancel()
        files = [*(await asyncio.gather(*others)), await clips.open(clip)]
        contents = {file.read() for file in files}
        assert len(contents) == 1
        assert clips.rendered == 1
        for file in files:
            file.close()
    finally:
        await clips.close()


async def test_only_the_last_clips_are_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("simulator.clips._KEPT_BYTES", 1)
    clips = Clips()
    try:
        first, second = Clip(VIEW, MOMENT, 1), Clip(VIEW, MOMENT + 1, 1)
        with await clips.open(first) as held:
            (await clips.open(second)).close()
            assert len(held.read()) > 1000
        (await clips.open(second)).close()
        assert clips.rendered == 2
        (await clips.open(first)).close()
        assert clips.rendered == 3
    finally:
        await clips.close()


async def test_stopping_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    clips = Clips()
    (await clips.open(Clip(VIEW, MOMENT, 1))).close()
    day = asyncio.ensure_future(clips.open(Clip(VIEW, MOMENT, 86_400)))
    await asyncio.sleep(0)
    assert list(tmp_path.iterdir())
    async with asyncio.timeout(30):
        await clips.close()
    with pytest.raises(RenderingStopped):
        await day
    with pytest.raises(RenderingStopped):
        await clips.open(Clip(VIEW, MOMENT, 1))
    assert list(tmp_path.iterdir()) == []
