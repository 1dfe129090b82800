"""The file of the database of episodes: its tables, how it is opened, and whether it is damaged. Does blocking I/O."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import os
from pathlib import Path
import re
import sqlite3
from typing import Final

from ..storage.private_files import make_private_folder

_VERSION: Final = 1
_SCHEMA: Final = (
    (
        "CREATE TABLE episodes (account TEXT NOT NULL, node_id INTEGER NOT NULL, began_at INTEGER NOT NULL,"
        " ended_at INTEGER NOT NULL, kinds TEXT NOT NULL, scenarios TEXT NOT NULL, picture_bytes INTEGER NOT NULL,"
        " is_over INTEGER NOT NULL, PRIMARY KEY (account, node_id, began_at)) STRICT, WITHOUT ROWID"
    ),
    "CREATE INDEX by_time ON episodes (account, began_at, node_id)",
    "CREATE INDEX with_picture ON episodes (account, began_at, picture_bytes) WHERE picture_bytes > 0",
    "CREATE INDEX going_on ON episodes (account) WHERE NOT is_over",
    # The latest time that the clock was trusted to show: see `retention.py`.
    "CREATE TABLE clock (latest INTEGER NOT NULL) STRICT",
)


#: Problems of a check that are looked at: where the disk fails, not each of them says so.
_MOST_PROBLEMS: Final = 20
_NOT_READ: Final = re.compile(r"unable to get the page\. error code=(\d+)")


class DamagedError(sqlite3.DatabaseError):
    """The file is none of ours, of another version, or damaged."""


def open_file(path: Path, busy: float) -> sqlite3.Connection:
    """Open a file, and make it if there is none; see `EpisodeDatabase`."""
    make_private_folder(path.parent)
    # The files that SQLite makes beside it get its permissions.
    os.close(os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600))
    with suppress(OSError):
        path.chmod(0o600)
    connection = sqlite3.connect(path, timeout=busy, isolation_level=None, check_same_thread=False)
    try:
        _prepare(connection)
    except BaseException:
        connection.close()
        raise
    return connection


def check_file(connection: sqlite3.Connection) -> None:
    """Read all of a file; see `EpisodeDatabase.check`."""
    connection.execute("PRAGMA shrink_memory").fetchall()
    problems = "\n".join(text for (text,) in connection.execute(f"PRAGMA quick_check({_MOST_PROBLEMS})"))
    if not all(is_damage(int(code)) for code in _NOT_READ.findall(problems)):
        # The disk may give these pages another time.
        raise sqlite3.OperationalError("disk I/O error")
    if problems != "ok":
        raise DamagedError("damaged pages")
    _require_ours(*_content(connection))


def is_damage(code: int) -> bool:
    """Return whether SQLite's code of an error, extended or not, means that the file is damaged."""
    # The lowest byte of an extended code is the code itself.
    return code & 0xFF in {sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB}


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Change all or nothing."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # Of some errors, SQLite has undone it already.
        if connection.in_transaction:
            with suppress(sqlite3.Error):
                connection.execute("ROLLBACK")
        raise


def _prepare(connection: sqlite3.Connection) -> None:
    # What is no text in UTF-8 makes no sense either.
    connection.text_factory = lambda text: text.decode(errors="replace")
    for pragma in (
        "trusted_schema = OFF",
        "cell_size_check = ON",
        "auto_vacuum = INCREMENTAL",
        # A disk that has no shared memory keeps the mode it has.
        "journal_mode = WAL",
        # A kill loses nothing; a power cut the last seconds, but never the file.
        "synchronous = NORMAL",
        "journal_size_limit = 4194304",
    ):
        connection.execute(f"PRAGMA {pragma}").fetchall()
    version, found = _content(connection)
    if version == 0 and not found:
        with transaction(connection):
            for statement in (*_SCHEMA, f"PRAGMA user_version = {_VERSION}"):
                connection.execute(statement)
    else:
        _require_ours(version, found)


def _content(connection: sqlite3.Connection) -> tuple[int, set[str]]:
    """Return the version of a file, and the statements that made what is in it."""
    (version,) = connection.execute("PRAGMA user_version").fetchone()
    found = connection.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL")
    return int(version), {sql for (sql,) in found}


def _require_ours(version: int, found: set[str]) -> None:
    if version != _VERSION or found != set(_SCHEMA):
        raise DamagedError("unknown tables" if version == _VERSION else f"version {version}")
