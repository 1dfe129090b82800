"""What a person sees of events whose picture, or what is kept of them, goes wrong; a test is a row of a table.

The table is in tests/faults/README.md.
"""

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import dataclass
import os
from pathlib import Path
import sqlite3
from typing import Final

from homeassistant.core import HomeAssistant
import pytest

from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Simulator
from tests.episodes.test_thumbnails import claims, jpeg
from tests.faults.tables import NOTHING, tables
from tests.small_disk import small_disk

from ..doorway import WITH_PICTURE, Doorway
from ..listening import add_listening, complaints, nothing_is_going_on
from ..person import Person
from ..test_repairs import issues
from ..waiting import until

_SEEN: Final = tables()["What a person sees of events"]


@pytest.fixture
async def doorway(hass: HomeAssistant, person: Person, simulator: Simulator) -> Doorway:
    """A camera that somebody has passed, which is on the disk."""
    # Each is an event of its own, with its own picture.
    timing_of(hass).episode_gap = timing_of(hass).event_image_pause = 0.0
    nothing_is_going_on(simulator, "person")
    await add_listening(hass, person)
    return Doorway(hass, person, simulator)


# --- pictures that are taken -------------------------------------------------------------------------


def _answer(**fault: object) -> Callable[[Doorway], AbstractAsyncContextManager[None]]:
    """Return what gives pictures a fault."""

    @asynccontextmanager
    async def strike(doorway: Doorway) -> AsyncIterator[None]:
        spoiled = doorway.simulator.faults.add(Fault(kind="vapix:image", **fault))  # type: ignore[arg-type]
        yield
        assert doorway.simulator.faults.struck(spoiled)
        doorway.simulator.faults.clear()

    return strike


@asynccontextmanager
async def _too_slow(doorway: Doorway) -> AsyncIterator[None]:
    timing = timing_of(doorway.hass)
    before, timing.event_image_loaded_within = timing.event_image_loaded_within, 0.2
    async with _answer(hang=True)(doorway):
        yield
    timing.event_image_loaded_within = before


@asynccontextmanager
async def _permission_taken_away(doorway: Doorway) -> AsyncIterator[None]:
    doorway.simulator.switches.live_view_needs_scope = True
    doorway.simulator.service.tokens.withdraw("liveview")
    yield
    assert set(issues(doorway.hass)) == {"permission_refused_liveview"}
    doorway.simulator.switches.live_view_needs_scope = False


async def _reload_while_it_is_taken(doorway: Doorway) -> None:
    faults = doorway.simulator.faults
    ((hang, _),) = faults.in_force()
    await until(doorway.hass, lambda: faults.struck(hang))
    await doorway.reload()


# --- what is kept ------------------------------------------------------------------------------------


def _file_is(change: Callable[[Path], object]) -> Callable[[Doorway], AbstractAsyncContextManager[None]]:
    """Return what changes the files of pictures that were written."""

    @asynccontextmanager
    async def strike(doorway: Doorway) -> AsyncIterator[None]:
        for each in await doorway.do(doorway.pictures):
            await doorway.do(lambda path=each: change(path))  # type: ignore[misc]
        yield

    return strike


@asynccontextmanager
async def _unreadable_files(doorway: Doorway) -> AsyncIterator[None]:
    """Root may read anything: there are folders where the files should be."""
    paths = await doorway.do(doorway.pictures)
    for each in paths:
        each.rename(each.with_suffix(".away"))
        each.mkdir()
    yield
    for each in paths:
        each.rmdir()
        each.with_suffix(".away").rename(each)


@asynccontextmanager
async def _damaged_database(doorway: Doorway) -> AsyncIterator[None]:
    """As after a power failure."""
    await doorway.hass.config_entries.async_unload(doorway.entry.entry_id)
    await doorway.do(lambda: doorway.database.write_bytes(os.urandom(50_000)))
    await doorway.reload()
    yield


@asynccontextmanager
async def _damaged_while_open(doorway: Doorway) -> AsyncIterator[None]:
    """It is looked at every hour."""

    def damage() -> None:
        # Else all that was written is beside it, and takes the place of what is damaged.
        connection = sqlite3.connect(doorway.database)
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.close()
        doorway.database.write_bytes(os.urandom(50_000))

    await doorway.do(damage)
    yield
    await doorway.settle(3700)


def _disk_takes(most: int) -> Callable[[Doorway], AbstractAsyncContextManager[None]]:
    """Return what lets no file grow over so many bytes."""

    @asynccontextmanager
    async def strike(doorway: Doorway) -> AsyncIterator[None]:
        with small_disk(most):
            yield
            await until(doorway.hass, lambda: doorway.entry.runtime_data.episodes._database.is_refused)

    return strike


@asynccontextmanager
async def _database_that_can_not_be_opened(doorway: Doorway) -> AsyncIterator[None]:
    """A link is not followed: somebody else could have put it there."""
    await doorway.hass.config_entries.async_unload(doorway.entry.entry_id)
    away = doorway.folder / "away"
    doorway.database.rename(away)
    doorway.database.symlink_to(away)
    await doorway.reload()
    yield
    doorway.database.unlink()
    away.rename(doorway.database)


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that goes wrong.

    Attributes:
        strike: makes it go wrong, and right again at the end.
        meanwhile: what happens besides, while a picture is taken.
    """

    strike: Callable[[Doorway], AbstractAsyncContextManager[None]]
    meanwhile: Callable[[Doorway], Awaitable[None]] | None = None


_PICTURE: Final = jpeg(1280, 720)
_SCENES: Final[Mapping[str, Scene]] = {
    "picture that is slow, but in time": Scene(_answer(late=0.3)),
    "picture that is too slow": Scene(_too_slow),
    "picture that is cut short": Scene(_answer(body=_PICTURE[: len(_PICTURE) // 2])),
    "picture that breaks off": Scene(_answer(cut_after=-100)),
    "picture that calls itself something else": Scene(_answer(content_type="text/plain")),
    "picture of five megabytes": Scene(_answer(filled_to=5_000_000)),
    "picture that claims to have 4,000 megapixels": Scene(_answer(body=claims(65535, 65535))),
    "permission taken away": Scene(_permission_taken_away),
    "reload while a picture is taken": Scene(_answer(hang=True), _reload_while_it_is_taken),
    "file of a picture removed": Scene(_file_is(Path.unlink)),
    "file of a picture damaged": Scene(_file_is(lambda path: path.write_bytes(os.urandom(5000)))),
    "file of a picture that can't be read": Scene(_unreadable_files),
    "database damaged at the start": Scene(_damaged_database),
    "database damaged while it is open": Scene(_damaged_while_open),
    "disk full": Scene(_disk_takes(100)),
    "disk that nothing can be written to": Scene(_disk_takes(0)),
    "database that can't be opened at the start": Scene(_database_that_can_not_be_opened),
}


@pytest.mark.parametrize("name", sorted(_SEEN.keys() | _SCENES.keys()))
async def test_event_scene(doorway: Doorway, caplog: pytest.LogCaptureFixture, name: str) -> None:
    scene, events = _SCENES[name], [await doorway.pass_by()]
    await doorway.settle()
    async with scene.strike(doorway):
        meanwhile = scene.meanwhile
        events.insert(0, await doorway.pass_by(meanwhile and (lambda: meanwhile(doorway))))
        # Each try to write it fails.
        for _ in range(3):
            await doorway.settle()
        seen = [await doorway.look_for(each) for each in events]
    # It goes on without anybody's doing.
    after = await doorway.pass_by()
    await doorway.settle()
    assert await doorway.look_for(after) == WITH_PICTURE
    assert not issues(doorway.hass)
    found = [await doorway.look_for(each) for each in events]
    new, before = (word if word == then else "later" for word, then in zip(seen, found, strict=True))
    await doorway.reload()
    assert await doorway.look_for(after) == WITH_PICTURE
    assert "Traceback" not in caplog.text
    row = _SEEN[name]
    assert (new, before) == (row["new event"], row["event before"])
    expected = [] if row["log"] == NOTHING else row["log"].split("; ")
    said = [next((each for each in expected if text.startswith(each)), text) for text in complaints(caplog)]
    assert sorted(said) == sorted(expected)
