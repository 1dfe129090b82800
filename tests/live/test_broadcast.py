"""One upstream for all who watch: when it is opened, closed and opened again."""

import asyncio
from collections.abc import AsyncIterator
import io

import av
import pytest

from custom_components.netrex.live import broadcast
from custom_components.netrex.live.broadcast import Broadcast, BroadcastEvents
from custom_components.netrex.live.queues import Watcher

from .clips import Clip, frames
from .conftest import Told


@pytest.fixture
async def shown(told: Told) -> AsyncIterator[list[Broadcast]]:
    """Broadcasts that a test makes, closed in the end."""
    made: list[Broadcast] = []
    yield made
    for each in made:
        await each.close()


def _show(clip: Clip, told: Told, shown: list[Broadcast]) -> Broadcast:
    events = BroadcastEvents(
        on_streaming=told.streaming.append,
        on_open_failed=lambda _, error: told.unreachable.append(error),
        on_media_refused=lambda _, refusal: told.refused.append(refusal),
        on_idle=told.idle.append,
    )
    shown.append(Broadcast(clip.open, events, "cam"))
    return shown[-1]


async def _next(watcher: Watcher) -> bytes:
    async with asyncio.timeout(30):
        payload = await watcher.get()
    assert payload is not None
    return payload


async def test_camera_that_ends_again_and_again_is_opened_at_once_each_time(
    told: Told, shown: list[Broadcast], monkeypatch: pytest.MonkeyPatch
) -> None:
    """As long as it shows pictures in between: pauses that went on growing would end in giving up."""
    monkeypatch.setattr(broadcast, "STEADY_AFTER", 0.0)
    monkeypatch.setattr(broadcast, "RETRY_FIRST", 0.01)
    monkeypatch.setattr(broadcast, "RETRY_MOST", 100.0)
    clip = Clip(frames(5, 5))
    watcher = _show(clip, told, shown).join()
    while clip.opened < 15:
        await _next(watcher)
    assert clip.most_open == 1
    assert told.unreachable == []
    assert told.refused == []


async def test_camera_is_let_go_before_it_is_opened_again(told: Told, shown: list[Broadcast]) -> None:
    clip = Clip(frames(10, 5), wait_before=9)
    clip.let_go.clear()
    cam = _show(clip, told, shown)
    first = cam.join()
    await _next(first)
    cam.leave(first)
    second = cam.join()
    async with asyncio.timeout(30):
        await clip.leaving.wait()
    assert clip.opened == 1
    clip.let_go.set()
    await _next(second)
    assert clip.opened == 2
    assert clip.most_open == 1


async def test_later_watcher_begins_with_a_whole_picture_where_too_much_came_since_the_last(
    told: Told, shown: list[Broadcast], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "BACKLOG_LIMIT", 1000)
    clip = Clip(frames(20, 10), wait_before=6)
    cam = _show(clip, told, shown)
    first = cam.join()
    for _ in range(3):
        await _next(first)
    second = cam.join()
    clip.go_on.set()
    with av.open(io.BytesIO(await _next(second)), format="mpegts") as video:
        assert next(video.demux(video=0)).is_keyframe
    assert clip.opened == 1
