"""Remuxing on its own: what cameras may send, and what comes out."""

import asyncio
from collections.abc import Iterator
from contextlib import closing, contextmanager
from fractions import Fraction
import gc
import io
from itertools import pairwise

import av
import numpy as np
import pytest

from custom_components.netrex.camera import OPENING
from custom_components.netrex.live.remux import LayoutChangedError, Remuxer, RemuxError
from custom_components.netrex.live.remux_timeline import Timeline
from custom_components.netrex.live.transport_stream import (
    TABLE_PIDS,
    VIDEO_PID,
    TransportStream,
    TsChunk,
    pid_of,
    split_at_keyframes,
)

from .clips import frames


def _matroska(
    *,
    video: str | None = "libx264",
    audio: str | None = None,
    starts: tuple[float, ...] = (0.0,),
    size: int = 64,
    sound_before: float = 0.0,
) -> bytes:
    """Encode half a second of video from each of the given times on, with sound that comes so much earlier."""
    written = io.BytesIO()
    with av.open(written, "w", format="matroska") as container:
        if video:
            picture = container.add_stream(
                video, rate=10, options={"tune": "zerolatency"} if video == "libx264" else {}
            )
            picture.width, picture.height, picture.pix_fmt = size, size, "yuv420p"
        if audio:
            sound = container.add_stream(audio, rate=48000)
            sound.layout = "mono"
        for start in starts:
            for number in range(5):
                at = start + number / 10
                if video:
                    frame = av.VideoFrame.from_ndarray(np.zeros((size, size, 3), np.uint8), format="rgb24")
                    frame.pts, frame.time_base = round((at + sound_before) * 1000), Fraction(1, 1000)
                    container.mux(picture.encode(frame))
                if audio:
                    kind = "fltp" if audio in {"aac", "libmp3lame"} else "s16"
                    length = 1152 if audio == "libmp3lame" else 960
                    data = np.zeros((1, length), np.float32 if kind == "fltp" else np.int16)
                    samples = av.AudioFrame.from_ndarray(data, format=kind, layout="mono")
                    samples.sample_rate = 48000
                    samples.pts, samples.time_base = round(at * 48000), Fraction(1, 48000)
                    container.mux(sound.encode(samples))
        if video:
            container.mux(picture.encode(None))
    return written.getvalue()


async def _remuxed(source: bytes, timeline: Timeline | None = None) -> list[TsChunk]:
    remuxer = Remuxer(timeline or Timeline(), "test")
    try:
        await remuxer.feed(source)
        remuxer.end()
        return [chunk async for chunk in remuxer.output()]
    finally:
        await remuxer.close()


def _played(chunks: list[TsChunk]) -> tuple[list[str], list[float]]:
    """Return codecs, and the decoding times of the pictures."""
    with av.open(io.BytesIO(b"".join(chunk.payload for chunk in chunks)), format="mpegts") as container:
        codecs = [stream.codec_context.name for stream in container.streams]
        return codecs, [float(packet.dts * packet.time_base) for packet in container.demux(video=0) if packet.dts]


@pytest.mark.parametrize(
    ("audio", "expected"),
    [
        (None, ["h264"]),
        ("aac", ["h264", "aac"]),
        ("libopus", ["h264", "opus"]),
        ("libmp3lame", ["h264", "mp3float"]),
        ("pcm_s16le", ["h264"]),
    ],
)
async def test_sound_that_cannot_come_along_is_left_out(audio: str | None, expected: list[str]) -> None:
    chunks = await _remuxed(_matroska(audio=audio))
    codecs, times = _played(chunks)
    assert codecs == expected
    assert len(times) == 5
    assert all(len(chunk.payload) % 188 == 0 for chunk in chunks)
    assert [chunk.key for chunk in chunks].count(True) == 1


@contextmanager
def _warnings_of_ffmpeg() -> Iterator[list[str]]:
    """Collect what FFmpeg complains about, in whichever thread, also once for each time."""
    level, skips = av.logging.get_level(), av.logging.get_skip_repeated()
    av.logging.set_level(av.logging.WARNING)
    av.logging.set_skip_repeated(False)
    found: list[str] = []
    try:
        with av.logging.Capture(local=False) as logs:
            yield found
        found += [f"{name}: {text.strip()}" for severity, name, text in logs if severity <= av.logging.WARNING]
    finally:
        av.logging.set_level(level)
        av.logging.set_skip_repeated(skips)


@pytest.mark.parametrize("audio", [None, "aac", "libopus", "libmp3lame", "pcm_s16le"])
@pytest.mark.parametrize("sound_before", [0.0, 0.1])
async def test_ffmpeg_has_nothing_to_complain_about(audio: str | None, sound_before: float) -> None:
    """Its warnings come at each opening, and look like a fault."""
    source = _matroska(audio=audio, sound_before=sound_before)
    # Encoders that earlier tests have left complain when they are collected.
    gc.collect()
    with _warnings_of_ffmpeg() as warnings:
        chunks = await _remuxed(source)
        live = _Trickle(b"".join(chunk.payload for chunk in chunks))
        with av.open(live, format="mpegts", options=OPENING) as container:
            assert len([packet for packet in container.demux(video=0) if packet.dts]) == 5
    assert warnings == []


@pytest.mark.parametrize("video", [None, "mpeg4"])
async def test_only_video_that_can_be_passed_on(video: str | None) -> None:
    with pytest.raises(RemuxError) as caught:
        await _remuxed(_matroska(video=video, audio="aac"))
    assert not caught.value.too_short


@pytest.mark.parametrize("length", [0, 3, 300])
async def test_too_short(length: int) -> None:
    with pytest.raises(RemuxError) as caught:
        await _remuxed(_matroska()[:length])
    assert caught.value.too_short


async def test_camera_whose_clock_is_set_leaves_no_hole() -> None:
    _, times = _played(await _remuxed(_matroska(starts=(0.0, 3600.0))))
    assert len(times) == 10
    assert all(0 < later - earlier < 1 for earlier, later in pairwise(times))


async def test_gap_between_upstreams_is_as_long_as_it_was() -> None:
    now = 50.0
    timeline = Timeline(lambda: now)
    first = await _remuxed(_matroska(), timeline)
    now += 7
    second = await _remuxed(_matroska(), timeline)
    assert second[0].key
    _, times = _played(first + second)
    assert 6.9 < times[5] - times[4] < 7.2


async def test_another_size_does_not_continue() -> None:
    timeline = Timeline()
    await _remuxed(_matroska(), timeline)
    with pytest.raises(LayoutChangedError):
        await _remuxed(_matroska(size=128), timeline)


def test_watchers_may_begin_at_each_key_frame() -> None:
    """Whoever begins there can show that picture, and nothing is lost to those who watch already."""
    written = io.BytesIO()
    with (
        av.open(io.BytesIO(b"".join(frames(10, 5))), format="matroska") as source,
        av.open(written, "w", format="mpegts", options={"mpegts_flags": "pat_pmt_at_frames"}) as target,
    ):
        stream = target.add_stream_from_template(source.streams.video[0])
        for packet in source.demux(video=0):
            if packet.dts is not None:
                packet.stream = stream
                target.mux(packet)
    chunks = list(split_at_keyframes(written.getvalue()))
    assert b"".join(chunk.payload for chunk in chunks) == written.getvalue()
    for chunk in chunks:
        with av.open(io.BytesIO(chunk.payload), format="mpegts") as container:
            pictures = [packet for packet in container.demux(video=0) if packet.size]
        assert (chunk.key, pictures[0].is_keyframe, len(pictures)) == (True, True, 5)
    assert len(chunks) == 2


async def test_what_a_camera_repeats_is_shown_once() -> None:
    """A proxy that goes on with what it has sent already would make players jump back."""
    chunks = frames(10, 5)
    _, times = _played(await _remuxed(b"".join(chunks) + b"".join(chunks[1:])))
    assert len(times) == 10
    assert all(earlier < later for earlier, later in pairwise(times))


def _spoilt(count: int, *, whole: frozenset[int]) -> bytes:
    """Return video of so many pictures, of which only some are whole."""
    written = io.BytesIO()
    with (
        av.open(io.BytesIO(b"".join(frames(count, count))), format="matroska") as source,
        av.open(written, "w", format="matroska", options={"live": "1"}) as target,
    ):
        stream = target.add_stream_from_template(source.streams.video[0])
        for number, packet in enumerate(source.demux(video=0)):
            if packet.dts is None:
                continue
            kept = packet if number in whole else av.Packet(b"\x00\x00\xff\xffno picture at all")
            kept.pts, kept.dts, kept.time_base = packet.pts, packet.dts, packet.time_base
            kept.stream = stream
            target.mux(kept)
    return written.getvalue()


async def test_a_spoilt_picture_costs_only_itself() -> None:
    _, times = _played(await _remuxed(_spoilt(10, whole=frozenset(range(10)) - {4, 5})))
    assert len(times) == 8


async def test_video_of_spoilt_pictures_is_given_up() -> None:
    with pytest.raises(RemuxError) as caught:
        await _remuxed(_spoilt(80, whole=frozenset({0})))
    assert not caught.value.too_short


async def test_closing_in_the_middle_ends_the_thread() -> None:
    remuxer = Remuxer(Timeline(), "test")
    await remuxer.feed(_matroska()[:2000])
    await remuxer.close()


@pytest.mark.parametrize("audio", [None, "aac"])
async def test_first_picture_waits_for_nothing_that_comes_next(audio: str | None) -> None:
    """Neither for another one nor for sound, of which a camera may send none although it names it."""
    whole = _matroska(audio=audio)
    with av.open(io.BytesIO(whole)) as source:
        picture = bytes(next(source.demux(video=0)))
    head = whole[: whole.index(b"\x1f\x43\xb6\x75")]
    cluster = b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff" + b"\xe7\x81\x00"
    block = b"\xa3\x01" + (len(picture) + 4).to_bytes(7) + b"\x81\x00\x00\x80" + picture
    remuxer = Remuxer(Timeline(), "test")
    try:
        await remuxer.feed(head + cluster + block)
        async with asyncio.timeout(10):
            assert (await anext(remuxer.output())).key
    finally:
        await remuxer.close()


async def test_picture_of_any_size_is_not_held_in_memory() -> None:
    whole = _matroska()
    head = whole[: whole.index(b"\x1f\x43\xb6\x75")]
    cluster = b"\x1f\x43\xb6\x75\x01\xff\xff\xff\xff\xff\xff\xff" + b"\xe7\x81\x00"
    claimed = (200_000_000).to_bytes(7)
    remuxer = Remuxer(Timeline(), "test")
    fed = 0

    async def feed() -> None:
        nonlocal fed
        await remuxer.feed(head + cluster + b"\xa3\x01" + claimed + b"\x81\x00\x00\x80")
        while True:
            await remuxer.feed(bytes(65536))
            fed += 65536

    feeder = asyncio.create_task(feed())
    try:
        with pytest.raises(RemuxError):
            async for _ in remuxer.output():
                pass
    finally:
        feeder.cancel()
        await remuxer.close()
    assert fed < 32 << 20


class _Trickle:
    """A file that gives one packet at a time and cannot be sought in, as a live stream."""

    def __init__(self, whole: bytes) -> None:
        self._left = io.BytesIO(whole)
        self.ran_dry = False

    def read(self, _size: int) -> bytes:
        packet = self._left.read(188)
        self.ran_dry |= not packet
        return packet


@pytest.mark.parametrize(("options", "waits"), [(OPENING, False), ({}, True)])
async def test_home_assistant_opens_it_before_twenty_pictures(options: dict[str, str], waits: bool) -> None:
    """FFmpeg by itself would wait for 20 pictures: the other case says whether that is still so."""
    chunks = await _remuxed(_matroska(audio="aac", starts=(0.0, 0.5, 1.0)))
    live = _Trickle(b"".join(chunk.payload for chunk in chunks))
    with av.open(live, format="mpegts", options=options) as container:
        assert live.ran_dry == waits
        picture, sound = container.streams
        assert (picture.codec_context.name, sound.codec_context.name) == ("h264", "aac")
        assert isinstance(sound, av.AudioStream)
        assert sound.profile == "LC", "Home Assistant would leave it out"
        assert len([packet for packet in container.demux(picture) if packet.dts]) == 15


@pytest.mark.parametrize("audio", [None, "aac", "libopus"])
def test_picture_waits_for_nothing_that_comes_next(audio: str | None) -> None:
    pictures = 0
    with (
        av.open(io.BytesIO(_matroska(audio=audio))) as source,
        closing(TransportStream(source.streams, continues=False)) as target,
    ):
        for packet in source.demux():
            if packet.dts is None or packet.pts is None:
                continue
            packet.dts, packet.pts = packet.dts + 10_000, packet.pts + 10_000
            size, is_picture = packet.size, packet.stream.type == "video"
            written = target.mux(packet)
            if is_picture:
                pictures += 1
                assert 184 * [pid_of(written, at) for at in range(0, len(written), 188)].count(VIDEO_PID) > size
    assert pictures == 5


async def test_tables_are_numbered_one_after_the_other() -> None:
    """Although the one that names the streams is put in afterwards."""
    whole = b"".join(chunk.payload for chunk in await _remuxed(_matroska(audio="aac", starts=(0.0, 0.5))))
    counted: dict[int, list[int]] = {}
    for at in range(0, len(whole), 188):
        if whole[at + 3] & 0x10:  # has a payload
            counted.setdefault(pid_of(whole, at), []).append(whole[at + 3] & 0x0F)
    assert set(counted) == TABLE_PIDS | {VIDEO_PID, VIDEO_PID + 1}
    for numbers in counted.values():
        assert all(later == (earlier + 1) % 16 for earlier, later in pairwise(numbers))


@pytest.mark.parametrize("continues", [True, False])
def test_another_stream_before_it_is_told_once(*, continues: bool) -> None:
    tables = []
    with (
        av.open(io.BytesIO(_matroska(audio="aac", starts=(0.0, 0.5, 1.0)))) as source,
        closing(TransportStream(source.streams, continues=continues)) as target,
    ):
        for packet in source.demux():
            if packet.dts is None or packet.pts is None:
                continue
            packet.dts, packet.pts, packet.is_keyframe = packet.dts + 10_000, packet.pts + 10_000, True
            written = target.mux(packet)
            tables += [written[at : at + 6] for at in range(0, len(written), 188) if pid_of(written, at) == 0x1000]
    told = [table[3] & 0x20 and table[5] & 0x80 for table in tables]
    assert len(told) >= 5
    assert [bool(each) for each in told] == [continues, *[False] * (len(told) - 1)]


async def test_end_of_a_picture_is_known_without_the_next_one() -> None:
    whole = b"".join(chunk.payload for chunk in await _remuxed(_matroska()))
    packets = [whole[at : at + 188] for at in range(0, len(whole), 188)]
    begun = [packet for packet in packets if packet[1] & 0x40 and packet[1:3] == b"\x41\x00"]
    assert len(begun) == 5
    for packet in begun:
        header = packet.index(b"\x00\x00\x01\xe0")
        assert int.from_bytes(packet[header + 4 : header + 6]) > 0
