"""The one database of this Home Assistant, shared by its accounts: opened when it is needed, replaced if damaged."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
import logging
from pathlib import Path
import sqlite3
import threading
import time
from typing import Final

from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.singleton import singleton
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..tasks.listeners import Listeners
from ..tasks.timing import timing_of
from .database import EpisodeDatabase
from .database_file import DamagedError, is_damage
from .unwritten import Unwritten

_LOGGER = logging.getLogger(__name__)

#: What the disk, or SQLite on it, refuses with.
STORE_ERRORS: Final = (sqlite3.Error, OSError)
_BESIDE: Final = ("-wal", "-shm", "-journal")
_DAMAGED: Final = ".damaged"


class SharedDatabase:
    """Work on the database, one after another, in the executor.

    Attributes:
        begun: how often the database was replaced by an empty one: then, no picture has an episode anymore.
        set_aside: called when it was because of damage: what is known should be put again.
        unwritten: what the disk refused of accounts that are not loaded now, by the ids of their entries.
    """

    def __init__(self, hass: HomeAssistant) -> None:
        """Open nothing yet."""
        self._hass = hass
        self._timing = timing_of(hass)
        self.path: Final = Path(hass.config.cache_path(DOMAIN, "episodes.db"))
        self.begun = 0
        self.set_aside: Final = Listeners[()]()
        self.unwritten: Final[dict[str, Unwritten]] = {}
        self._database: EpisodeDatabase | None = None
        self._lock = asyncio.Lock()
        self._thread_lock = threading.Lock()
        self._users = 0
        #: Whether nothing has worked yet with a database that replaces a damaged one.
        self._is_untried = False
        self._damages = self._damages_reported = 0
        self._asked_at: float | None = None
        self._refused = {"read": False, "saved": False}
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, self._closing)

    @callback
    def use(self) -> None:
        """Have it stay open once it is."""
        self._users += 1

    async def leave(self) -> None:
        """Close it, unless another account uses it."""
        self._users -= 1
        if not self._users:
            await self._end()

    @property
    def is_refused(self) -> bool:
        """Whether the disk refused what was to be written last."""
        return self._refused["saved"]

    async def read[Result](self, question: Callable[[EpisodeDatabase], Result], nothing: Result) -> Result:
        """Return the answer to a question; without a database, or one that can be read, that there is nothing."""
        try:
            answer = await self._run(lambda: self._work(question) if self._is_there() else nothing)
        except STORE_ERRORS as err:
            self._note("read", err)
            return nothing
        self._note("read", None)
        return answer

    async def change[Result](self, change: Callable[[EpisodeDatabase], Result], nothing: Result) -> Result:
        """Look at the database to change it; without one, return that there is nothing.

        Raises:
            sqlite3.Error, OSError: it could not be changed; said once in the log.
        """
        return await self._change(lambda: self._work(change) if self._is_there() else nothing)

    async def write[Result](self, change: Callable[[EpisodeDatabase], Result]) -> Result:
        """Change the database, and create it if there is none.

        Raises:
            sqlite3.Error, OSError: it could not be changed; said once in the log.
        """
        result = await self._change(lambda: self._work(change))
        # Only what needs space says that there is some.
        self._note("saved", None)
        return result

    async def _change[Result](self, work: Callable[[], Result]) -> Result:
        try:
            return await self._run(work)
        except STORE_ERRORS as err:
            self._note("saved", err)
            raise

    @callback
    def take_elapsed(self) -> int:
        """Return the milliseconds since this was called before, on a clock that can't be set; 0 the first time."""
        before, self._asked_at = self._asked_at, time.monotonic()
        return 0 if before is None else max(0, round((self._asked_at - before) * 1000))

    @callback
    def refuse(self, err: OSError) -> None:
        """Note that the disk refused what belongs to the database."""
        self._note("saved", err)

    async def remove_account(self, account: str) -> None:
        """Remove the episodes of an account that is removed; the last one's take the files with them."""

        def remove() -> None:
            if not self._is_there():
                return
            self._work(lambda database: database.remove_account(account))
            if not self._work(lambda database: database.accounts()) and not self._users:
                self._close()
                _remove_log(self.path)
                for each in (self.path, self.path.with_name(self.path.name + _DAMAGED)):
                    each.unlink(missing_ok=True)

        self.unwritten.pop(account, None)
        try:
            await self._run(remove)
        except STORE_ERRORS as err:
            _LOGGER.warning("Events of an account can't be removed: %s", _reason(err))
        if not self._users:
            await self._end()

    async def _run[Result](self, work: Callable[[], Result]) -> Result:
        """Work in the executor; who waits for it may be canceled, the work goes on."""
        outcome = await asyncio.shield(self._hass.async_create_task(self._in_turn(work), "netrex episodes"))
        return outcome()

    async def _in_turn[Result](self, work: Callable[[], Result]) -> Callable[[], Result]:
        """Return what returns the result of some work, or raises its error: nobody may be waiting for it anymore."""

        def guarded() -> Callable[[], Result]:
            # A task that Home Assistant cancels while it stops lets the next one in too early.
            with self._thread_lock:
                result = work()
            return lambda: result

        async with self._lock:
            try:
                return await self._hass.async_add_executor_job(guarded)
            except Exception as err:  # noqa: BLE001 - raised where somebody waits for it
                error = err
            finally:
                if self._damages != self._damages_reported:
                    self._damages_reported = self._damages
                    self.set_aside.call()

        def fail() -> Result:
            raise error

        return fail

    # --- in the executor ---------------------------------------------------------------------------

    def _is_there(self) -> bool:
        return self._database is not None or self.path.exists()

    def _work[Result](self, work: Callable[[EpisodeDatabase], Result]) -> Result:
        try:
            result = work(self._open())
        except sqlite3.Error as err:
            if not _is_damage(err):
                raise
            self._set_aside(err)
            result = work(self._open())
        self._is_untried = False
        return result

    def _open(self) -> EpisodeDatabase:
        if self._database is not None and not self.path.exists():
            # Somebody has emptied the cache: what is written there now would be lost with the open file.
            self._close()
            self.begun += 1
        if self._database is None:
            self._database = EpisodeDatabase(self.path, busy=self._timing.database_busy)
        return self._database

    def _close(self) -> None:
        if self._database is not None:
            database, self._database = self._database, None
            database.close()

    def _set_aside(self, err: Exception) -> None:
        with suppress(sqlite3.Error):
            self._close()
        copy = self.path.with_name(self.path.name + _DAMAGED)
        _remove_log(self.path)
        is_kept = not self._is_untried and self.path.stat().st_size <= self._timing.most_damaged_database_bytes
        if is_kept:
            self.path.replace(copy)
        self.path.unlink(missing_ok=True)
        self.begun += 1
        self._damages += 1
        if self._is_untried:
            # The disk keeps nothing, which is said elsewhere; the copy is of what was there before.
            return
        self._is_untried = True
        _LOGGER.warning(
            "The database of events can't be read and was %s; a new one was created: %s",
            f"set aside as {copy}" if is_kept else "removed, as it is too large to be kept",
            _reason(err),
        )

    # --- log, end ----------------------------------------------------------------------------------

    @callback
    def _note(self, what: str, err: Exception | None) -> None:
        if (err is not None) == self._refused[what]:
            return
        self._refused[what] = err is not None
        if err is not None:
            _LOGGER.warning("Events can't be %s, trying again: %s", what, _reason(err))
        else:
            _LOGGER.info("Events are %s again", what)

    async def _closing(self, _event: Event) -> None:
        await self._end()

    async def _end(self) -> None:
        try:
            await self._run(self._close)
        except STORE_ERRORS as err:
            _LOGGER.warning("The database of events can't be closed: %s", _reason(err))


@callback
@singleton(HassKey[SharedDatabase](f"{DOMAIN}_episodes"))
def async_get_database(hass: HomeAssistant) -> SharedDatabase:
    """Return the one object of this Home Assistant."""
    return SharedDatabase(hass)


def _is_damage(err: Exception) -> bool:
    return isinstance(err, DamagedError) or is_damage(getattr(err, "sqlite_errorcode", 0))


def _reason(err: Exception) -> str:
    return (err.strerror if isinstance(err, OSError) else None) or str(err) or type(err).__name__


def _remove_log(path: Path) -> None:
    """Remove what SQLite writes beside a database: it must not be taken for that of the next one."""
    for end in _BESIDE:
        path.with_name(path.name + end).unlink(missing_ok=True)
