"""A disk that fails to give what lies on it, for a while: nothing is lost by that."""

from collections.abc import Iterator
from contextlib import suppress
import os
from pathlib import Path

import pytest

from custom_components.netrex.episodes.database import EpisodeDatabase
from custom_components.netrex.episodes.shared_database import async_get_database

from .keeping import Keeping, at

_MANY = 1000


def _descriptors(path: Path) -> Iterator[int]:
    """Yield what this process has opened a file as."""
    for each in Path("/proc/self/fd").iterdir():
        with suppress(OSError):
            if each.readlink() == path:
                yield int(each.name)


class _UnreadableFile:
    """Refuses to be read by who has opened it, from some step on of what the database does next."""

    def __init__(self, path: Path, step: int) -> None:
        self._kept = {number: os.dup(number) for number in tuple(_descriptors(path))}
        self._step = step
        assert self._kept

    def count(self) -> int:
        self._step -= 1
        if self._step == 0:
            # What is opened so can be neither read nor written.
            nothing = os.open(os.devnull, os.O_PATH)
            for number in self._kept:
                os.dup2(nothing, number)
            os.close(nothing)
        return 0

    def end(self) -> None:
        for number, kept in self._kept.items():
            os.dup2(kept, number)
            os.close(kept)


# What the check reads first says what the other pages are for: a failure there does not say its reason.
@pytest.mark.parametrize("step", range(1, 21))
async def test_disk_that_can_not_be_read_is_not_a_damaged_database(
    keeping: Keeping, caplog: pytest.LogCaptureFixture, step: int
) -> None:
    await keeping.keep(*(at(-number) for number in range(_MANY)))
    database = async_get_database(keeping.hass)

    def break_file(opened: EpisodeDatabase) -> _UnreadableFile:
        # Else it is read from what is beside it.
        opened._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
        file = _UnreadableFile(keeping.database, step)
        opened._connection.set_progress_handler(file.count, 1)
        return file

    file = await database.change(break_file, None)
    assert file is not None
    await keeping.hour()
    await keeping.do(file.end)
    assert "Events can't be read, trying again: disk I/O error" in caplog.messages
    assert len(await keeping.found()) == _MANY
    await keeping.hour()
    await keeping.reload()
    assert len(await keeping.found()) == _MANY
    assert (await keeping.episodes.facts())["database_damaged"] == 0
    assert await keeping.do(lambda: not list(keeping.folder.glob("*.damaged")))
