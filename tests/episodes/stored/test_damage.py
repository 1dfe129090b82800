"""Files that are damaged, missing, or somebody else's: said once, and everything goes on."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
import os
from pathlib import Path
import shutil
import sqlite3

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import HomeAssistant
import pytest

from custom_components.netrex.episodes.database import EpisodeDatabase
from custom_components.netrex.episodes.database_file import DamagedError
from custom_components.netrex.episodes.episode import Episode
from custom_components.netrex.episodes.rows import episode_of
from custom_components.netrex.episodes.shared_database import async_get_database
from custom_components.netrex.tasks.timing import timing_of
from tests.component.episodes_kept import PICTURE, THUMBNAIL

from .keeping import ALL, CAMERA, Keeping, at

_ASIDE = "The database of events can't be read and was set aside"


def said(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log complains of; that a busy machine is slow is none of it."""
    records = [each for each in caplog.records if each.name != "asyncio"]
    return [each.getMessage() for each in records if each.levelname in {"WARNING", "ERROR"}]


def statement(text: str) -> Callable[[Path], object]:
    def run(path: Path) -> None:
        connection = sqlite3.connect(path)
        connection.execute(text)
        connection.commit()
        connection.close()

    return run


def cut(length: int) -> Callable[[Path], object]:
    return lambda path: path.write_bytes(path.read_bytes()[:length])


_DAMAGES: dict[str, Callable[[Path], object]] = {
    "garbage": lambda path: path.write_bytes(os.urandom(50_000)),
    "text": lambda path: path.write_text("nothing of the kind"),
    "its head is gone": lambda path: path.write_bytes(bytes(100) + path.read_bytes()[100:]),
    "cut off": cut(5000),
    "cut off in its head": cut(50),
    "another version": statement("PRAGMA user_version = 2"),
    "another table": statement("CREATE TABLE more (x)"),
    "no table": statement("DROP TABLE episodes"),
    "a trigger": statement("CREATE TRIGGER bad AFTER INSERT ON episodes BEGIN DELETE FROM episodes; END"),
}


@pytest.mark.parametrize("damage", _DAMAGES)
async def test_damaged_database_is_set_aside(keeping: Keeping, caplog: pytest.LogCaptureFixture, damage: str) -> None:
    await keeping.keep(*(at(-number) for number in range(300)), at(-5, 8), picture=True)
    copy = keeping.folder / "episodes.db.damaged"
    for _ in range(2):
        await keeping.unload()
        await keeping.do(lambda: _DAMAGES[damage](keeping.database))
        damaged = await keeping.do(lambda: keeping.database.read_bytes()[100:])
        caplog.clear()
        await keeping.load()
        assert await keeping.found() == []
        # Their pictures are nobody's anymore.
        assert await keeping.files() == []
        await keeping.keep(new := at(-1), picture=True)
        assert await keeping.episodes.find({CAMERA}, ALL) == [replace(new, has_picture=True)]
        assert [each.partition(" as ")[0] for each in said(caplog)] == [_ASIDE]
        assert (await keeping.episodes.facts())["database_damaged"]
        assert await keeping.do(lambda: list(keeping.folder.glob("*.damaged*"))) == [copy]
        # Its head says how often it was opened.
        assert await keeping.do(lambda: copy.read_bytes()[100:]) == damaged
        assert (await keeping.do(copy.stat)).st_mode & 0o777 == 0o600
    await keeping.remove()
    assert await keeping.do(lambda: list(keeping.folder.iterdir())) == []


def _spoil_pages(path: Path) -> None:
    """Leave only the head as it was."""
    content = bytearray(path.read_bytes())
    for page in range(1, len(content) // 4096):
        content[page * 4096 : page * 4096 + 2000] = os.urandom(2000)
    path.write_bytes(content)


def _foreign(path: Path) -> None:
    """Write over it what is a database, too."""
    other = path.with_name("other")
    statement("CREATE TABLE other (x)")(other)
    path.write_bytes(other.read_bytes())
    other.unlink()


_DAMAGES_WHILE_OPEN: dict[str, Callable[[Path], object]] = {
    "garbage": _DAMAGES["garbage"],
    "text": _DAMAGES["text"],
    "cut off": cut(5000),
    "cut off in its head": cut(50),
    "empty": cut(0),
    "pages": _spoil_pages,
    "another one": _foreign,
}


@pytest.mark.parametrize("noticed", ["while it runs", "when it is unloaded", "when Home Assistant stops"])
@pytest.mark.parametrize("damage", _DAMAGES_WHILE_OPEN)
async def test_database_that_is_damaged_while_it_is_open(
    hass: HomeAssistant, keeping: Keeping, caplog: pytest.LogCaptureFixture, damage: str, noticed: str
) -> None:
    """What has happened since the start is known, and is not lost with what was before."""
    await keeping.keep(*(at(-500 - number) for number in range(300)), picture=True)
    await keeping.reload()
    await keeping.keep(first := at(-9), picture=True)
    # All of it is in memory.
    assert len(await keeping.found()) == 301
    await keeping.do(lambda: _DAMAGES_WHILE_OPEN[damage](keeping.database))
    await keeping.keep(second := at(-8), picture=True)
    known = [replace(each, has_picture=True) for each in (second, first)]
    if noticed == "while it runs":
        await keeping.hour()
        assert await keeping.episodes.find({CAMERA}, ALL) == known
        assert len(await keeping.files()) == 4
        await keeping.keep(third := at(-7), picture=True)
        known.insert(0, replace(third, has_picture=True))
        await keeping.hour()
    if noticed == "when Home Assistant stops":
        hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
        await hass.async_block_till_done()
    await keeping.reload()
    assert await keeping.episodes.find({CAMERA}, ALL) == known
    assert [await keeping.episodes.picture(each.id) for each in known] == [PICTURE] * len(known)
    assert len(await keeping.files()) == 2 * len(known)
    assert [each.partition(" as ")[0] for each in said(caplog)] == [_ASIDE]
    assert (await keeping.episodes.facts())["database_damaged"] == 1
    assert len(await keeping.do(lambda: list(keeping.folder.glob("*.damaged*")))) == 1


async def test_damage_that_a_question_meets(keeping: Keeping, caplog: pytest.LogCaptureFixture) -> None:
    """The answer has what happened since the start, and so has the new database, at once."""
    await keeping.keep(*(at(-500 - number) for number in range(300)), picture=True)
    await keeping.reload()
    await keeping.keep(first := at(-9), picture=True)
    database = async_get_database(keeping.hass)
    await keeping.do(lambda: _spoil_pages(keeping.database))
    # As if other pages had taken their place in memory.
    await database.read(lambda opened: opened._connection.execute("PRAGMA shrink_memory").fetchall(), [])
    assert await keeping.episodes.find({CAMERA}, ALL) == [replace(first, has_picture=True)]
    await keeping.settle()
    assert not keeping.episodes._unwritten
    assert await database.read(lambda opened: opened.size("01ACCOUNT")[:2], None) == (1, 1)
    assert len(await keeping.files()) == 2
    assert [each.partition(" as ")[0] for each in said(caplog)] == [_ASIDE]


async def test_accounts_share_what_a_damaged_database_costs(
    hass: HomeAssistant, keeping: Keeping, caplog: pytest.LogCaptureFixture
) -> None:
    other = Keeping(hass, "01OTHER")
    await other.load()
    await keeping.keep(mine := at(-2), picture=True)
    await other.keep(theirs := at(-1), picture=True)
    await keeping.do(lambda: _DAMAGES["garbage"](keeping.database.with_name("episodes.db-wal")))
    await keeping.hour()
    for each, known in ((keeping, mine), (other, theirs)):
        await each.reload()
        assert await each.episodes.find({CAMERA}, ALL) == [replace(known, has_picture=True)]
        assert await each.episodes.picture(known.id) == PICTURE
    assert [each.partition(" as ")[0] for each in said(caplog)] == [_ASIDE]
    await other.unload()


async def test_disk_that_keeps_nothing_is_said_once(
    hass: HomeAssistant, keeping: Keeping, caplog: pytest.LogCaptureFixture
) -> None:
    """Each new database is damaged before anything is read from it: the copy stays that of the first."""
    await keeping.keep(at(-1), picture=True)
    await keeping.unload()
    await keeping.do(lambda: _DAMAGES["garbage"](keeping.database))
    garbage = await keeping.do(keeping.database.read_bytes)
    database = async_get_database(hass)

    def fail(opened: EpisodeDatabase) -> None:
        _spoil_pages(keeping.database)
        keeping.database.with_name("episodes.db-wal").unlink(missing_ok=True)
        raise DamagedError("as before")

    for _ in range(3):
        with pytest.raises(DamagedError):
            await database.write(fail)
    assert await keeping.do(keeping.database.with_name("episodes.db.damaged").read_bytes) == garbage
    assert [each.partition(" as ")[0].partition(",")[0] for each in said(caplog)] == [_ASIDE, "Events can't be saved"]
    await keeping.load()
    await keeping.keep(new := at(1))
    assert await keeping.found() == [new.id]


async def test_page_that_is_damaged_is_met_later(keeping: Keeping, caplog: pytest.LogCaptureFixture) -> None:
    await keeping.keep(*(at(-number) for number in range(2000)))
    await keeping.keep(at(5), picture=True)
    await keeping.unload()

    def damage() -> None:
        content = bytearray(keeping.database.read_bytes())
        for page in range(len(content) // 4096 // 2, len(content) // 4096):
            content[page * 4096 : page * 4096 + 2000] = os.urandom(2000)
        keeping.database.write_bytes(content)

    await keeping.do(damage)
    await keeping.load()
    assert len(await keeping.episodes.find({CAMERA, 8, 9}, ALL, limit=9999)) in {0, 2001}
    keeping.episodes.put(at(6))
    await keeping.hour()
    assert await keeping.episodes.find({CAMERA}, ALL, limit=9999) == [at(6)]
    assert await keeping.files() == []
    assert [each.partition(" as ")[0] for each in said(caplog)] == [_ASIDE]


async def test_damage_is_met_while_something_is_written(keeping: Keeping, caplog: pytest.LogCaptureFixture) -> None:
    """What is just written is not lost with the rest."""
    await keeping.keep(at(-1))
    await keeping.unload()
    await keeping.do(lambda: _DAMAGES["garbage"](keeping.database))
    keeping.options = {}
    await keeping.load()
    await keeping.keep(new := at(3), picture=True)
    await keeping.reload()
    assert await keeping.episodes.find({CAMERA}, ALL) == [replace(new, has_picture=True)]
    assert await keeping.episodes.picture(new.id) == PICTURE
    assert len(said(caplog)) == 1


async def test_large_damaged_database_is_not_kept(
    hass: HomeAssistant, keeping: Keeping, caplog: pytest.LogCaptureFixture
) -> None:
    timing_of(hass).most_damaged_database_bytes = 1000
    await keeping.keep(at())
    await keeping.unload()
    await keeping.do(lambda: _DAMAGES["garbage"](keeping.database))
    await keeping.load()
    assert await keeping.found() == []
    assert not await keeping.do(lambda: list(keeping.folder.glob("*.damaged*")))
    (message,) = said(caplog)
    assert "was removed" in message


@pytest.mark.parametrize(
    "change",
    [
        "kinds = '|ghost|'",
        "kinds = ''",
        "scenarios = 'nothing'",
        "scenarios = '{}'",
        "scenarios = '[1]'",
        "ended_at = 1 << 60",
        "kinds = CAST(x'ff00' AS TEXT)",
    ],
)
async def test_row_that_makes_no_sense_is_left_out(keeping: Keeping, change: str) -> None:
    await keeping.keep(at(-2), kept := at(-1))
    await keeping.unload()
    await keeping.do(
        lambda: statement(f"UPDATE episodes SET {change} WHERE began_at = {at(-2).id.began_at}")(  # noqa: S608
            keeping.database
        )
    )
    await keeping.load()
    assert await keeping.episodes.find({CAMERA}, ALL) == [kept]
    assert await keeping.episodes.get(at(-2).id) is None


async def test_kind_that_is_not_known_is_left_out(keeping: Keeping) -> None:
    await keeping.keep(kept := at(-1))
    await keeping.unload()
    await keeping.do(lambda: statement("UPDATE episodes SET kinds = '|ghost|person|'")(keeping.database))
    await keeping.load()
    assert await keeping.episodes.find({CAMERA}, ALL) == [kept]


# --- pictures ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("small", [True, False])
@pytest.mark.parametrize("content", [None, b"", bytes(9), b"something else"])
async def test_picture_that_is_missing(keeping: Keeping, content: bytes | None, *, small: bool) -> None:
    await keeping.keep(episode := at(-1), picture=True)
    told: list[Episode] = []
    keeping.episodes.changed.add(told.append)
    path = keeping.folder / "01ACCOUNT" / "7" / f"{episode.id.began_at}{'-small' if small else ''}.jpg"
    await keeping.do(path.unlink if content is None else lambda: path.write_bytes(content or b""))
    assert (await keeping.episodes.find({CAMERA}, ALL))[0].has_picture
    assert await keeping.episodes.picture(episode.id, thumbnail=small) is None
    assert told == await keeping.episodes.find({CAMERA}, ALL) == [episode]
    assert await keeping.episodes.picture(episode.id, thumbnail=small) is None
    assert told == [episode]
    # A new one is as good as any.
    keeping.episodes.put_picture(episode.id, PICTURE, THUMBNAIL)
    await keeping.reload()
    assert await keeping.episodes.picture(episode.id, thumbnail=small) == (THUMBNAIL if small else PICTURE)


async def test_picture_that_can_not_be_read_now_may_be_later(keeping: Keeping) -> None:
    await keeping.keep(episode := at(-1), picture=True)
    path = keeping.folder / "01ACCOUNT" / "7" / f"{episode.id.began_at}.jpg"
    await keeping.do(lambda: path.rename(path.with_suffix(".away")))
    await keeping.do(path.mkdir)
    assert await keeping.episodes.picture(episode.id) is None
    await keeping.do(path.rmdir)
    await keeping.do(lambda: path.with_suffix(".away").rename(path))
    assert await keeping.episodes.picture(episode.id) == PICTURE


async def test_pictures_without_episode_are_removed(keeping: Keeping) -> None:
    await keeping.keep(kept := at(-1), picture=True)
    await keeping.unload()
    folder = keeping.folder / "01ACCOUNT"

    def leave() -> None:
        for name in ("7/5.jpg", "7/5-small.jpg", "7/6.new", "8/6.jpg", "7.jpg", "x/5.jpg", "9/nothing of ours"):
            (folder / name).parent.mkdir(exist_ok=True)
            (folder / name).write_bytes(PICTURE)

    await keeping.do(leave)
    await keeping.load()
    # What is not ours stays: images of last events are beside them.
    names = {f"7/{kept.id.began_at}.jpg", f"7/{kept.id.began_at}-small.jpg", "7.jpg", "x/5.jpg"}
    assert set(await keeping.files()) == {f"01ACCOUNT/{name}" for name in names}


async def test_pictures_of_a_database_that_somebody_removed(keeping: Keeping) -> None:
    await keeping.keep(at(-1), picture=True)
    await keeping.unload()
    await keeping.do(keeping.database.unlink)
    await keeping.load()
    assert await keeping.files() == []
    assert await keeping.found() == []


async def test_cache_that_somebody_empties_meanwhile(keeping: Keeping) -> None:
    await keeping.keep(at(-2), picture=True)
    await keeping.do(lambda: shutil.rmtree(keeping.folder))
    assert await keeping.found() == []
    await keeping.keep(new := at(-1), picture=True)
    await keeping.reload()
    assert await keeping.episodes.find({CAMERA}, ALL) == [replace(new, has_picture=True)]
    assert len(await keeping.files()) == 2


async def test_what_is_left_of_an_account_that_is_no_more(hass: HomeAssistant, keeping: Keeping) -> None:
    await keeping.keep(at(-1))
    other = Keeping(hass, "01GONE")
    await other.load()
    await other.keep(at(-2), picture=True)
    await other.unload()
    hass.config_entries._entries.pop("01GONE")
    await keeping.reload()
    assert await keeping.files() == []
    await other.load()
    assert await other.found() == []
    await other.unload()


async def test_account_in_a_damaged_database_leads_nowhere(keeping: Keeping) -> None:
    await keeping.keep(at(-1))
    await keeping.unload()
    theirs = keeping.folder.parent / "somebody" / "7" / "5.jpg"

    def leave() -> None:
        theirs.parent.mkdir(parents=True)
        theirs.write_bytes(PICTURE)
        statement("UPDATE episodes SET account = '../somebody'")(keeping.database)

    await keeping.do(leave)
    await keeping.load()
    assert await keeping.do(theirs.exists)
    assert await keeping.found() == []


# --- in the middle -----------------------------------------------------------------------------------


async def test_whoever_stops_waiting_stops_nothing(keeping: Keeping) -> None:
    await keeping.keep(at(-1), picture=True)
    for number in range(20):
        asked = [
            asyncio.ensure_future(each)
            for each in (
                keeping.episodes.find({CAMERA}, ALL),
                keeping.episodes.picture(at(-1).id),
                keeping.episodes.picture(at(-9).id),
                keeping.episodes.counts({CAMERA}, [ALL]),
            )
        ]
        keeping.episodes.put(at(number, 8))
        for _ in range(number):
            await asyncio.sleep(0)
        for each in asked:
            each.cancel()
        await asyncio.gather(*asked, return_exceptions=True)
        assert await keeping.found()
    assert len(await keeping.found()) == 21


async def test_reload_in_the_middle(keeping: Keeping) -> None:
    """Whatever is going on: everything put before is there after it, and questions are answered."""
    for number in range(10):
        keeping.episodes.put(at(number))
        keeping.episodes.put_picture(at(number).id, PICTURE, THUMBNAIL)
        before = keeping.episodes
        ending = asyncio.ensure_future(before.async_end())
        asked = asyncio.ensure_future(before.find({CAMERA}, ALL))
        if number % 2:
            await asyncio.sleep(0)
            ending.cancel()
        await asyncio.gather(ending, return_exceptions=True)
        keeping._episodes = None
        await keeping.load()
        assert len(await asked) == number + 1
        assert [each.has_picture for each in await keeping.episodes.find({CAMERA}, ALL)] == [True] * (number + 1)
        # Too late.
        before.put(at(-5))
        before.put_picture(at(-5).id, PICTURE, THUMBNAIL)
    await keeping.settle()
    assert len(await keeping.found()) == 10
    assert len(await keeping.files()) == 20


async def test_somebody_else_looks_into_the_file(
    hass: HomeAssistant, keeping: Keeping, caplog: pytest.LogCaptureFixture
) -> None:
    timing_of(hass).database_busy = 0.01
    await keeping.keep(at(-1))
    await keeping.reload()

    def lock() -> sqlite3.Connection:
        connection = sqlite3.connect(keeping.database, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN IMMEDIATE")
        return connection

    other = await keeping.do(lock)
    await keeping.keep(at(), picture=True)
    assert await keeping.found() == [at().id, at(-1).id]
    assert said(caplog) == ["Events can't be saved, trying again: database is locked"]
    await keeping.do(other.close)
    await keeping.settle(70)
    assert "Events are saved again" in caplog.text
    assert not keeping.episodes._unwritten
    assert await keeping.found() == [at().id, at(-1).id]


async def test_somebody_else_looks_into_the_file_from_the_start(hass: HomeAssistant, keeping: Keeping) -> None:
    """What was going on at a kill is over nevertheless, and so is nothing that began since."""
    timing_of(hass).database_busy = 0.01
    await keeping.keep(before := at(-9, is_over=False))
    await keeping.unload()

    def lock() -> sqlite3.Connection:
        connection = sqlite3.connect(keeping.database, isolation_level=None, check_same_thread=False)
        connection.execute("BEGIN EXCLUSIVE")
        return connection

    other = await keeping.do(lock)
    await keeping.load()
    await keeping.keep(new := at(is_over=False), picture=True)
    # It is tried again, and there is no use in that.
    await keeping.settle(70)
    assert (await keeping.found())[0] == new.id
    await keeping.do(other.close)
    await keeping.settle(140)
    assert await keeping.episodes.find({CAMERA}, ALL) == [replace(new, has_picture=True), replace(before, is_over=True)]
    assert keeping.episodes.latest(CAMERA) == replace(new, has_picture=True)


@pytest.mark.parametrize("column", range(7))
def test_row_of_a_damaged_page_makes_no_sense(column: int) -> None:
    row: list[object] = [CAMERA, at().id.began_at, at().ended_at, "|person|", "[]", 0, 1]
    assert episode_of(tuple(row)) == at()
    row[column] = None
    # Whether it is over may be nothing.
    assert (episode_of(tuple(row)) is None) is (column != 6)
