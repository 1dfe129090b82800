"""A disk that takes nothing: said once, nothing else suffers, and it goes on when there is space."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.netrex.episodes.account_episodes import AccountEpisodes
from custom_components.netrex.episodes.shared_database import async_get_database
from custom_components.netrex.tasks.timing import timing_of
from tests.component.episodes_kept import PICTURE, THUMBNAIL
from tests.small_disk import small_disk

from .keeping import ALL, CAMERA, Keeping, at
from .test_damage import said


@contextmanager
def full_disk(keeping: Keeping) -> Iterator[None]:
    with small_disk(100):
        yield


@contextmanager
def folder_in_the_way(keeping: Keeping) -> Iterator[None]:
    """Root may write anywhere: there is a file where the folder should be."""
    away = keeping.folder.with_name("away")
    was_there = keeping.folder.exists()
    if was_there:
        keeping.folder.rename(away)
    keeping.folder.parent.mkdir(exist_ok=True)
    keeping.folder.write_text("in the way")
    yield
    keeping.folder.unlink()
    if was_there:
        away.rename(keeping.folder)


@pytest.mark.parametrize("fault", [full_disk, folder_in_the_way])
@pytest.mark.parametrize("is_open", [True, False])
async def test_it_goes_on_when_there_is_space(
    keeping: Keeping, caplog: pytest.LogCaptureFixture, fault: type, *, is_open: bool
) -> None:
    before = [at(-9)] if is_open else []
    await keeping.keep(*before)
    with fault(keeping):
        for number in range(3):
            await keeping.keep(at(number), picture=True)
            await keeping.settle(70)
            # It is only in memory, and as good.
            assert (await keeping.found())[0] == at(number).id
            assert await keeping.episodes.picture(at(number).id) == PICTURE
            assert await keeping.episodes.counts({CAMERA}, [ALL]) == [number + 1 + (is_open and fault is full_disk)]
        assert (await keeping.episodes.facts())["writing_fails"]
        assert len([each for each in said(caplog) if "can't be saved" in each]) == 1
    await keeping.settle(70)
    await keeping.reload()
    kept = [replace(at(number), has_picture=True) for number in (2, 1, 0)]
    assert await keeping.episodes.find({CAMERA}, ALL) == [*kept, *before]
    assert len(await keeping.files()) == 6
    assert caplog.text.count("Events are saved again") == 1
    assert not (await keeping.episodes.facts())["writing_fails"]


async def test_reload_while_the_disk_is_full(keeping: Keeping) -> None:
    with small_disk(100):
        await keeping.keep(at(), picture=True)
        await keeping.reload()
        assert await keeping.found() == [at().id]
        assert await keeping.episodes.picture(at().id) == PICTURE
        await keeping.reload()
    await keeping.settle(70)
    await keeping.reload()
    assert await keeping.episodes.find({CAMERA}, ALL) == [replace(at(), has_picture=True)]


async def test_account_that_does_not_load_while_the_disk_is_full(keeping: Keeping) -> None:
    with small_disk(100):
        await keeping.keep(at(), picture=True)
        await keeping.unload()
        await AccountEpisodes(keeping.hass, MockConfigEntry(domain="netrex", entry_id=keeping.entry_id)).async_end()
    await keeping.load()
    assert await keeping.episodes.find({CAMERA}, ALL) == [replace(at(), has_picture=True)]


async def test_disk_that_hangs(hass: HomeAssistant, keeping: Keeping) -> None:
    """What happens meanwhile waits for one attempt, rather than each for its own."""
    await keeping.keep(at(-1))
    async with async_get_database(hass)._lock:
        for number in range(20):
            keeping.episodes.put(at(number))
            async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=2 * number))
            await asyncio.sleep(0)
        assert len([each for each in asyncio.all_tasks() if each.get_name() == "netrex episodes"]) < 5
    await hass.async_block_till_done()
    await keeping.settle()
    assert not (await keeping.episodes.facts())["not_written_yet"]
    await keeping.reload()
    assert len(await keeping.found()) == 21


async def test_account_that_is_removed_while_the_disk_is_full(keeping: Keeping) -> None:
    with small_disk(100):
        await keeping.keep(at(), picture=True)
        await keeping.remove()
    await keeping.load()
    assert await keeping.found() == []


async def test_disk_that_is_full_to_the_end(hass: HomeAssistant, keeping: Keeping) -> None:
    await keeping.keep(at(-1))
    with small_disk(100):
        await keeping.keep(at(), picture=True)
        await hass.async_stop(force=True)
    assert keeping.database.exists()


async def test_what_is_not_written_when_home_assistant_stops_is(hass: HomeAssistant, keeping: Keeping) -> None:
    keeping.episodes.put(at())
    keeping.episodes.put_picture(at().id, PICTURE, THUMBNAIL)
    await hass.async_stop(force=True)
    assert not await keeping.is_open()
    again = Keeping(HomeAssistant(hass.config.config_dir))
    await again.load()
    assert await again.episodes.find({CAMERA}, ALL) == [replace(at(), has_picture=True)]
    await again.unload()
    await again.hass.async_stop(force=True)


async def test_memory_is_bounded(hass: HomeAssistant, keeping: Keeping) -> None:
    timing_of(hass).most_unwritten_episodes = 10
    timing_of(hass).most_unwritten_picture_bytes = 3 * (len(PICTURE) + len(THUMBNAIL))
    with small_disk(100):
        await keeping.keep(*(at(number) for number in range(30)), picture=True)
        await keeping.keep(*(at(number) for number in range(30, 40)), picture=True)
        found = await keeping.episodes.find({CAMERA}, ALL)
        assert [each.id for each in found] == [at(number).id for number in range(39, 29, -1)]
        # The latest have theirs, and no other says that it has one.
        assert [each.has_picture for each in found] == [True] * 3 + [False] * 7
    await keeping.settle(70)
    await keeping.reload()
    assert await keeping.episodes.find({CAMERA}, ALL) == found
    assert len(await keeping.files()) == 6


async def test_removal_while_the_disk_is_full(keeping: Keeping, caplog: pytest.LogCaptureFixture) -> None:
    await keeping.keep(at(-20 * 24 * 3600), at(), picture=True)
    with small_disk(100):
        await keeping.hour()
        await keeping.hour()
        assert len(said(caplog)) <= 1
    await keeping.hour()
    assert await keeping.found() == [at().id]
    assert len(await keeping.files()) == 2


async def test_camera_that_is_gone_while_the_disk_is_full(hass: HomeAssistant, keeping: Keeping) -> None:
    """What was never written isn't, either."""
    with small_disk(100):
        await keeping.keep(at(), at(1, 8), picture=True)
        keeping.episodes.follow_cameras({CAMERA})
        timing_of(hass).episodes_outlive_camera = 0
        await keeping.hour()
        assert await keeping.found() == [at().id]
    await keeping.hour()
    assert await keeping.found() == [at().id]
    assert len(await keeping.files()) == 2
