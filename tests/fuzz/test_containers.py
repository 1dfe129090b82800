"""Spoilt video and pictures: whatever FFmpeg says of them, nothing hangs, and nobody gets another error than ours."""

import asyncio
from functools import cache
import io
from pathlib import Path
import threading

from hypothesis import given, strategies as st

from custom_components.netrex.live.remux import LayoutChangedError, Remuxer, RemuxError
from custom_components.netrex.live.remux_timeline import Timeline
from custom_components.netrex.live.transport_stream import TsChunk, split_at_keyframes
from custom_components.netrex.recordings.card_remux import remux
from custom_components.netrex.recordings.errors import NotVideoError, PreparationFailedError
from custom_components.netrex.tasks.timing import Timing
from custom_components.netrex.vapix import Resolution
from custom_components.netrex.vapix.jpeg import jpeg_size
from simulator.cameras.encoding import View
from simulator.clips import Clip, render

from .examples import examples
from .fit import assert_readable
from .hostile import Draw, bytes_like

_TS_PACKET = 188


@cache
def _matroska() -> bytes:
    """Return two seconds of what a camera sends."""
    import tempfile  # noqa: PLC0415

    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.mkv"
        render(
            Clip(View("ACCC8E000001", 1, "Door", 320, 180), 1_700_000_000, 2, container="matroska", audio=True), path
        )
        return path.read_bytes()


@st.composite
def _spoilt(draw: Draw) -> bytes:
    """Give the file with its head spoilt, which says what follows, or with spoilt bytes anywhere."""
    whole = _matroska()
    head = draw(st.sampled_from((100, 600, len(whole))))
    return draw(bytes_like(whole[:head])) + whole[head:]


@examples(60)
@given(_spoilt(), st.integers(1, 5))
async def test_spoilt_live_video(video: bytes, parts: int) -> None:
    asyncio.get_running_loop().set_debug(False)
    threads = threading.active_count()
    remuxer = Remuxer(Timeline(), "test")
    chunks: list[TsChunk] = []

    async def read() -> None:
        chunks.extend([chunk async for chunk in remuxer.output()])

    async with asyncio.timeout(60):
        reading = asyncio.ensure_future(read())
        try:
            for at in range(0, len(video), max(1, len(video) // parts)):
                if reading.done():
                    break
                feeding = asyncio.ensure_future(remuxer.feed(video[at : at + max(1, len(video) // parts)]))
                await asyncio.wait((feeding, reading), return_when=asyncio.FIRST_COMPLETED)
                feeding.cancel()
            remuxer.end()
            await reading
        except RemuxError, LayoutChangedError:
            pass
        finally:
            await remuxer.close()
    assert threading.active_count() <= threads
    assert all(len(chunk.payload) % _TS_PACKET == 0 for chunk in chunks)
    assert sum(len(chunk.payload) for chunk in chunks) < 4 * len(_matroska()) + 100_000


@examples(60)
@given(_spoilt())
def test_a_spoilt_recording_of_a_card(tmp_path: Path, video: bytes) -> None:
    source, target = tmp_path / "a.mkv", tmp_path / "a.mp4"
    source.write_bytes(video)
    try:
        remux(source, target, threading.Event(), Timing())
    except (NotVideoError, PreparationFailedError) as error:
        assert_readable(error, (str(tmp_path),))
    else:
        assert target.stat().st_size < 4 * len(_matroska()) + 100_000


@examples(200)
@given(st.lists(st.binary(min_size=_TS_PACKET, max_size=_TS_PACKET), max_size=6))
def test_packets_are_cut_and_none_is_lost(packets: list[bytes]) -> None:
    whole = b"".join(packets)
    assert b"".join(chunk.payload for chunk in split_at_keyframes(whole)) == whole


@cache
def _jpeg() -> bytes:
    from PIL import Image  # noqa: PLC0415

    written = io.BytesIO()
    Image.new("RGB", (64, 48)).save(written, "jpeg")
    return written.getvalue()


@examples(400)
@given(st.data())
def test_a_spoilt_picture_has_a_size_or_none(data: st.DataObject) -> None:
    picture = data.draw(bytes_like(_jpeg()[: data.draw(st.sampled_from((30, 200, 10_000)))]))
    size = jpeg_size(picture)
    assert size is None or (isinstance(size, Resolution) and 0 < size.width < 1 << 16 and 0 < size.height < 1 << 16)
