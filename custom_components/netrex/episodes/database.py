"""The database of the episodes of all accounts. Does blocking I/O; one thread at a time."""

from collections.abc import Collection, Iterable, Sequence
import json
from pathlib import Path
from typing import Final

from .database_file import check_file, open_file, transaction
from .episode import Episode, EpisodeId, EpisodeKind
from .rows import COLUMNS, any_of, episode_of, row_of

_WRITE: Final = (
    "INSERT INTO episodes (account, node_id, began_at, ended_at, kinds, scenarios, picture_bytes, is_over)"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET ended_at = excluded.ended_at, kinds = excluded.kinds,"
    " scenarios = excluded.scenarios, is_over = excluded.is_over, picture_bytes ="
    " CASE excluded.picture_bytes WHEN 0 THEN episodes.picture_bytes ELSE excluded.picture_bytes END"
)
#: Milliseconds that an episode may have lasted, to be found by an interval in which it was only going on; most last
#: seconds, five minutes at most, and an hour more where the clock was set.
_LONGEST: Final = 3_900_000
#: Up to so many cameras are looked up one by one, by the primary key; of more, what happened in an interval is read by
#: its time, and some left out. A plus sign keeps SQLite from the other way.
_FEW: Final = 20
_FIRST: Final = "ORDER BY began_at DESC, node_id DESC"
_FIRST_OF_FEW: Final = "ORDER BY +began_at DESC, node_id DESC"
_OF_FEW: Final = "node_id IN (SELECT value FROM json_each(?))"
_OF_MANY: Final = "+node_id IN (SELECT value FROM json_each(?))"
#: The largest number that a question is taken for, in milliseconds.
_MOST: Final = 1 << 60
#: Bytes of an episode without its pictures.
ROW_BYTES: Final = 300


class EpisodeDatabase:
    """An open database.

    Its methods raise sqlite3.Error.
    """

    def __init__(self, path: Path, *, busy: float = 5.0) -> None:
        """Open a file, and make it if there is none.

        Args:
            path: of the file.
            busy: seconds to wait for somebody else's look into it.

        Raises:
            DamagedError: begin another one.
            sqlite3.Error: as all methods.
            OSError: it can't be made.
        """
        self._connection = open_file(path, busy)

    def check(self) -> None:
        """Read all of the file: what is in memory hides damage, and what is written then is lost at the next start.

        Raises:
            DamagedError: begin another one.
            sqlite3.OperationalError: the disk doesn't give all of it now, which is no reason to.
        """
        check_file(self._connection)

    def close(self) -> None:
        """Close the file; what is in the log beside it goes into it."""
        self._connection.close()

    # --- questions ---------------------------------------------------------------------------------

    def find(
        self,
        account: str,
        node_ids: Collection[int],
        begin: int,
        end: int,
        kinds: Collection[EpisodeKind],
        limit: int,
    ) -> list[Episode]:
        """Return episodes that began or were going on between two moments in milliseconds, newest first."""
        of_kinds, names = any_of(kinds) if kinds else ("TRUE", ())
        rows = self._connection.execute(
            f"SELECT {COLUMNS} FROM episodes WHERE account = ? AND {_of(node_ids)}"  # noqa: S608 - our own text
            f" AND began_at BETWEEN ? AND ? AND ended_at >= ? AND {of_kinds}"
            f" {_FIRST_OF_FEW if len(node_ids) <= _FEW else _FIRST} LIMIT ?",
            (
                account,
                _numbers(node_ids),
                _number(begin - _LONGEST),
                _number(end - 1),
                _number(begin),
                *names,
                _number(limit),
            ),
        )
        return [each for each in map(episode_of, rows) if each is not None]

    def get(self, account: str, episode_id: EpisodeId) -> Episode | None:
        """Return one episode."""
        row = self._connection.execute(
            f"SELECT {COLUMNS} FROM episodes WHERE account = ? AND node_id = ? AND began_at = ?",  # noqa: S608 - ours
            (account, _number(episode_id.node_id), _number(episode_id.began_at)),
        ).fetchone()
        return episode_of(row) if row else None

    def counts(
        self, account: str, node_ids: Collection[int], intervals: Sequence[tuple[int, int]], more: Iterable[EpisodeId]
    ) -> list[int]:
        """Return how many episodes began in each interval of milliseconds, with those that are not here yet."""
        numbers = _numbers(node_ids)
        question = (
            f"SELECT COUNT(*) FROM episodes WHERE account = ? AND {_of(node_ids)}"  # noqa: S608 - our own text
            " AND began_at BETWEEN ? AND ?"
        )
        counts = [
            int(self._one(question, account, numbers, _number(begin), _number(end - 1))[0]) for begin, end in intervals
        ]
        for each in more:
            if each.node_id in node_ids and self.get(account, each) is None:
                for number, (begin, end) in enumerate(intervals):
                    counts[number] += begin <= each.began_at < end
        return counts

    def ids_with_picture(self, account: str) -> set[EpisodeId]:
        """Return which episodes have pictures."""
        rows = self._connection.execute(
            "SELECT node_id, began_at FROM episodes WHERE account = ? AND picture_bytes > 0", (account,)
        )
        return {EpisodeId(node_id, began_at) for node_id, began_at in rows}

    def size(self, account: str) -> tuple[int, int, int]:
        """Return how many episodes there are, how many have pictures, and bytes of all."""
        (episodes,) = self._one("SELECT COUNT(*) FROM episodes WHERE account = ?", account)
        pictures, picture_bytes = self._one(
            "SELECT COUNT(*), TOTAL(picture_bytes) FROM episodes WHERE account = ? AND picture_bytes > 0", account
        )
        return int(episodes), int(pictures), int(picture_bytes) + int(episodes) * ROW_BYTES

    def oldest(self, account: str) -> int | None:
        """Return when the first episode began."""
        (began_at,) = self._one("SELECT MIN(began_at) FROM episodes WHERE account = ?", account)
        return began_at if isinstance(began_at, int) else None

    def accounts(self) -> set[str]:
        """Return whose episodes there are."""
        found: set[str] = set()
        last = ""
        while row := self._connection.execute(
            "SELECT account FROM episodes WHERE account > ? ORDER BY account LIMIT 1", (last,)
        ).fetchone():
            last = row[0]
            found.add(last)
        return found

    def node_ids(self, account: str) -> set[int]:
        """Return at which cameras there were episodes; it reads one row a camera."""
        found: set[int] = set()
        last = -_MOST
        while row := self._connection.execute(
            "SELECT node_id FROM episodes WHERE account = ? AND node_id > ? ORDER BY node_id LIMIT 1", (account, last)
        ).fetchone():
            last = row[0]
            found.add(last)
        return found

    @property
    def latest_time(self) -> int | None:
        """The latest time that the clock was trusted to show, in milliseconds."""
        row = self._connection.execute("SELECT MAX(latest) FROM clock").fetchone()
        return row[0] if isinstance(row[0], int) else None

    # --- changes -----------------------------------------------------------------------------------

    def write(self, account: str, episodes: Iterable[tuple[Episode, int]]) -> None:
        """Write episodes with the bytes of pictures that are new, all or none."""
        with transaction(self._connection):
            self._connection.executemany(_WRITE, (row_of(account, each, size) for each, size in episodes))

    def end_all(self, account: str) -> None:
        """Mark as over what was going on when Home Assistant was killed."""
        with transaction(self._connection):
            self._connection.execute("UPDATE episodes SET is_over = 1 WHERE account = ? AND NOT is_over", (account,))

    def clear_pictures(self, account: str, ids: Iterable[EpisodeId]) -> None:
        """Note that these episodes have no picture anymore."""
        with transaction(self._connection):
            self._connection.executemany(
                "UPDATE episodes SET picture_bytes = 0 WHERE account = ? AND node_id = ? AND began_at = ?",
                ((account, each.node_id, each.began_at) for each in ids),
            )

    def clear_oldest_pictures(self, account: str, excess: int, most: int) -> list[EpisodeId]:
        """Note that the oldest episodes have no picture anymore; return which ones, at most so many."""
        rows = self._connection.execute(
            "SELECT node_id, began_at, picture_bytes FROM episodes WHERE account = ? AND picture_bytes > 0"
            " ORDER BY began_at LIMIT ?",
            (account, most),
        )
        chosen = []
        for node_id, began_at, picture_bytes in rows.fetchall():
            if excess <= 0:
                break
            excess -= picture_bytes
            chosen.append(EpisodeId(node_id, began_at))
        self.clear_pictures(account, chosen)
        return chosen

    def remove_before(self, account: str, moment: int, most: int) -> list[EpisodeId]:
        """Remove episodes that began before a moment; return which, at most so many."""
        return self._remove(account, "began_at < ?", (_number(moment),), most)

    def remove_after(self, account: str, moment: int, most: int) -> list[EpisodeId]:
        """Remove episodes that began after a moment; return which, at most so many."""
        return self._remove(account, "began_at > ?", (_number(moment),), most)

    def remove_oldest(self, account: str, most: int) -> list[EpisodeId]:
        """Remove so many episodes; return which."""
        return self._remove(account, "TRUE", (), most)

    def remove_camera(self, account: str, node_id: int, most: int) -> list[EpisodeId]:
        """Remove episodes of a camera; return which, at most so many."""
        return self._remove(account, "node_id = ?", (node_id,), most)

    def remove_account(self, account: str) -> None:
        """Remove all episodes of an account."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM episodes WHERE account = ?", (account,))
        self.shrink()

    def trust_time(self, latest: int) -> None:
        """Note the latest time that the clock was trusted to show."""
        with transaction(self._connection):
            self._connection.execute("DELETE FROM clock")
            self._connection.execute("INSERT INTO clock VALUES (?)", (latest,))

    def shrink(self) -> None:
        """Give some of the space back that removed episodes took."""
        self._connection.execute("PRAGMA incremental_vacuum(1000)").fetchall()

    def _remove(self, account: str, condition: str, values: tuple[int, ...], most: int) -> list[EpisodeId]:
        with transaction(self._connection):
            rows = self._connection.execute(
                "DELETE FROM episodes WHERE (account, node_id, began_at) IN (SELECT account, node_id, began_at"  # noqa: S608 - our own text
                f" FROM episodes WHERE account = ? AND {condition} ORDER BY began_at LIMIT ?)"
                " RETURNING node_id, began_at",
                (account, *values, most),
            ).fetchall()
        return [EpisodeId(node_id, began_at) for node_id, began_at in rows]

    def _one(self, question: str, *values: str | int) -> tuple[float, ...]:
        row: tuple[float, ...] = self._connection.execute(question, values).fetchone()
        return row


def _of(node_ids: Collection[int]) -> str:
    """Return the condition that a row is of one of these cameras; the index by time is better for many."""
    return _OF_FEW if len(node_ids) <= _FEW else _OF_MANY


def _numbers(node_ids: Collection[int]) -> str:
    return json.dumps(list(node_ids))


def _number(value: int) -> int:
    """Return a number that SQLite takes."""
    return max(-_MOST, min(value, _MOST))
