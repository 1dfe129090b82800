"""Home Assistant killed at any moment: what was written is there, and no more than the last second is missing."""

import asyncio
from dataclasses import replace
from functools import partial
import os
from pathlib import Path
import shutil
import sqlite3
import sys
from typing import Any

from homeassistant.core import HomeAssistant
import pytest

from custom_components.netrex.episodes.database import EpisodeDatabase
from custom_components.netrex.episodes.episode import Episode
from tests.killing import killed_at

from .keeping import ALL, CAMERA, Keeping, at

_BEFORE = at(-100)
_NEW, _LATER = at(-50, is_over=False), at(-40, 8)
_STATEMENT = "netrex statement"
_STEPS = frozenset({"os.rename", "os.remove", "os.mkdir", "os.rmdir", "sqlite3.connect", _STATEMENT})
_MOST = 200


class Connection(sqlite3.Connection):
    """A connection that Python tells an audit hook of before each statement."""

    def execute(self, *arguments: Any) -> sqlite3.Cursor:
        sys.audit(_STATEMENT)
        return super().execute(*arguments)

    def executemany(self, *arguments: Any) -> sqlite3.Cursor:
        sys.audit(_STATEMENT)
        return super().executemany(*arguments)


async def keep(folder: Path, *episodes: Episode, ended: bool = True) -> None:
    keeping = Keeping(HomeAssistant(str(folder)))
    await keeping.load()
    for each in episodes:
        await keeping.keep(each, picture=True)
    if ended:
        await keeping.unload()
        await keeping.hass.async_stop(force=True)


async def keep_and_change(folder: Path) -> None:
    """Let happen what there is to happen: another one, its end, and a removal."""
    keeping = Keeping(HomeAssistant(str(folder)))
    await keeping.load()
    await keeping.keep(_NEW, picture=True)
    await keeping.keep(replace(_NEW, is_over=True), _LATER, picture=True)
    await keeping.reload(event_pictures=False)
    await keeping.unload()


async def found_after(folder: Path) -> list[Episode]:
    """Start again, and see what is there; all of it fits together."""
    keeping = Keeping(HomeAssistant(str(folder)))
    await keeping.load()
    found = await keeping.episodes.find({CAMERA, 8}, ALL)
    assert all(each.is_over for each in found)
    pictured = [each for each in found if each.has_picture]
    for each in pictured:
        assert await keeping.episodes.picture(each.id)
        assert await keeping.episodes.picture(each.id, thumbnail=True)
    assert len(await keeping.files()) == 2 * len(pictured)
    assert not await keeping.do(lambda: list(keeping.folder.rglob("*.new")))
    # And it goes on.
    await keeping.keep(more := at(-1), picture=True)
    assert (await keeping.episodes.find({CAMERA}, ALL))[0] == replace(more, has_picture=True)
    await keeping.unload()
    await keeping.hass.async_stop(force=True)
    return found


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_killed_before_any_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(
        "custom_components.netrex.episodes.database_file.sqlite3.connect", partial(sqlite3.connect, factory=Connection)
    )
    asyncio.run(keep(tmp_path / "before", _BEFORE))
    seen = set()
    for step in range(1, _MOST):
        home = tmp_path / str(step)
        shutil.copytree(tmp_path / "before", home)
        killed = killed_at(step, lambda home=home: asyncio.run(keep_and_change(home)), _STEPS)
        found = asyncio.run(found_after(home))
        assert found[-1].id == _BEFORE.id
        seen.add(tuple(each.id for each in found))
        shutil.rmtree(home)
        if not killed:
            break
    else:
        pytest.fail("it was never done")
    assert seen == {(_BEFORE.id,), (_NEW.id, _BEFORE.id), (_LATER.id, _NEW.id, _BEFORE.id)}
    assert not [each for each in caplog.records if each.levelname in {"WARNING", "ERROR"}]


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_only_what_was_put_in_the_last_second_is_missing(tmp_path: Path) -> None:
    async def until_the_end() -> None:
        keeping = Keeping(HomeAssistant(str(tmp_path)))
        await keeping.load()
        await keeping.keep(_NEW, picture=True)
        keeping.episodes.put(_LATER)
        os._exit(0)

    assert not killed_at(0, lambda: asyncio.run(until_the_end()))
    (found,) = asyncio.run(found_after(tmp_path))
    assert found == replace(_NEW, has_picture=True, is_over=True)


def test_killed_in_the_middle_of_a_write(tmp_path: Path) -> None:
    """Whatever part of its log SQLite had written: either all of the last change is there, or nothing of it."""
    path = tmp_path / "there" / "episodes.db"
    database = EpisodeDatabase(path)
    database.write("account", [(_BEFORE, 0)])
    begun = path.with_name("episodes.db-wal").stat().st_size
    many = [at(-200 - number) for number in range(200)]
    database.write("account", [(each, 100) for each in many])
    log = path.with_name("episodes.db-wal").read_bytes()
    counts = set()
    for length in [*range(begun, len(log), 1000), len(log)]:
        home = tmp_path / str(length)
        home.mkdir()
        shutil.copy(path, home)
        (home / "episodes.db-wal").write_bytes(log[:length])
        after = EpisodeDatabase(home / "episodes.db")
        episodes, pictures, _size = after.size("account")
        counts.add((episodes, pictures))
        after.write("account", [(at(1), 0)])
        after.close()
    assert counts == {(1, 0), (201, 200)}
    # Also in the middle of what goes from the log into the file.
    old, log_of_old = path.read_bytes(), log
    database.close()
    new = path.read_bytes()
    for length in range(0, len(new), 4096):
        home = tmp_path / f"checkpoint {length}"
        home.mkdir()
        (home / "episodes.db").write_bytes(new[:length] + old[length:])
        (home / "episodes.db-wal").write_bytes(log_of_old)
        after = EpisodeDatabase(home / "episodes.db")
        assert after.size("account")[1] == 200
        after.close()
