"""Writes the episodes of one account, and keeps what is stored within its bounds."""

import asyncio
from collections.abc import Callable, Collection, Coroutine
from dataclasses import asdict, replace
from errno import EIO
from functools import partial
import logging
from pathlib import Path
import time
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback

from ..const import DOMAIN
from ..tasks.timing import timing_of
from .database import EpisodeDatabase
from .episode import Episode, EpisodeId
from .picture_files import PictureFiles
from .retention import bounds_of, remove_some
from .settings import EpisodeSettings
from .shared_database import STORE_ERRORS, SharedDatabase, async_get_database
from .unwritten import Unwritten

_LOGGER = logging.getLogger(__name__)

#: Part of the space after which it is looked at before its time.
_MUCH: Final = 50


class EpisodeKeeper:
    """The files of one account: its rows in the database, and its pictures.

    Nothing here raises because of the disk, and all of it goes on if its caller is canceled.
    """

    def __init__(
        self,
        hass: HomeAssistant,
        account: str,
        settings: EpisodeSettings,
        database: SharedDatabase,
        unwritten: Unwritten,
    ) -> None:
        self._hass = hass
        self._timing = timing_of(hass)
        self._account = account
        self._settings = settings
        self._database = database
        self._unwritten = unwritten
        self._files = _files_of(hass, account)
        self._lock = asyncio.Lock()
        self._preparing: asyncio.Task[None] | None = None
        self._prepared = False
        #: For which database, by the count of those that were begun, no picture is without its episode.
        self._tidied = -1
        self._node_ids: frozenset[int] = frozenset()
        #: Since when a camera with episodes is not in the tree, on the monotonic clock.
        self._gone: dict[int, float] = {}
        self._is_pruned = False
        self._written_bytes = 0

    @callback
    def follow_cameras(self, node_ids: Collection[int]) -> None:
        """Take note of the cameras in the tree."""
        before, self._node_ids = self._node_ids, frozenset(node_ids)
        self._gone |= dict.fromkeys(before - self._node_ids, time.monotonic())
        for node_id in self._node_ids & self._gone.keys():
            self._gone.pop(node_id)

    async def prepare(self) -> None:
        """Mark as over what was going on when Home Assistant was killed."""
        if self._prepared:
            return
        if self._preparing is None or self._preparing.done():
            self._preparing = self._hass.async_create_task(self._prepare(), "netrex episodes")
        await asyncio.shield(self._preparing)

    async def work(self, *, check: bool = False, prune: bool = False) -> None:
        """Write what is not written, and remove what is too old or too much if it is time.

        check: look whether the file is damaged.
        """
        await self._finish(self._work(check=check, prune=prune))

    async def read_picture(
        self, episode_id: EpisodeId, *, small: bool, missing: Callable[[Episode], None]
    ) -> bytes | None:
        """Return a picture; if its file is missing, the episode has none from then on, and `missing` is called."""
        picture = await self._read_picture(episode_id, small=small)
        if picture is None:
            await self._finish(self._miss(episode_id, missing, small=small))
        return picture or None

    async def find_picture(self, episode_id: EpisodeId) -> Path | None:
        """Return the file of a picture, which was written before; None: there is none."""
        return await self._hass.async_add_executor_job(self._files.find, episode_id)

    async def facts(self) -> dict[str, Any]:
        """Return what diagnostics say."""
        episodes, pictures, size = await self._database.read(lambda database: database.size(self._account), (0, 0, 0))
        oldest = await self._database.read(lambda database: database.oldest(self._account), None)
        return {
            "settings": asdict(self._settings),
            "stored": episodes,
            "with_picture": pictures,
            "bytes": size,
            "oldest_seconds_ago": None if oldest is None else round(time.time() - oldest / 1000),
            "not_written_yet": len(self._unwritten.episodes),
            "writing_fails": self._database.is_refused,
            "database_damaged": self._database.begun,
        }

    # --- work --------------------------------------------------------------------------------------

    async def _finish(self, work: Coroutine[None, None, None]) -> None:
        """Do something to its end, also if the caller is canceled meanwhile."""
        await asyncio.shield(self._hass.async_create_task(work, "netrex episodes"))

    async def _prepare(self) -> None:
        try:
            await self._database.change(lambda database: database.end_all(self._account), None)
        except STORE_ERRORS:
            # It is tried again with the next question.
            return
        self._prepared = True

    async def _work(self, *, check: bool, prune: bool) -> None:
        await self.prepare()
        checks = (partial(self._database.read, EpisodeDatabase.check, None),) if check else ()
        async with self._lock:
            again = partial(self._write_again, self._database.begun)
            # Also while the disk is full: what is removed makes space.
            for step in (self._write, *checks, again, self._tidy, partial(self._prune, now=prune)):
                try:
                    await step()
                except STORE_ERRORS as err:
                    _LOGGER.debug("Events are not saved: %s", err)

    async def _write_again(self, begun: int) -> None:
        """Write what was put again if the database has turned out to be damaged since it was begun so often."""
        if self._database.begun != begun:
            await self._write()

    async def _write(self) -> None:
        """Write what is not written: first the pictures, so that no row is without its own."""
        if not self._unwritten:
            return
        episodes, pictures = self._unwritten.take()
        rows: list[tuple[Episode, int]] = []

        def write_pictures() -> None:
            for episode_id, picture in pictures.items():
                self._files.write(episode_id, picture)
            for each in episodes.values():
                kept = self._files.size(each.id) if each.has_picture and each.id not in pictures else 0
                rows.append((each, pictures[each.id].size if each.id in pictures else kept))

        try:
            if not self._prepared:
                raise OSError(EIO, "It can't be opened")
            try:
                await self._hass.async_add_executor_job(write_pictures)
            except OSError as err:
                self._database.refuse(err)
                raise
            await self._database.write(lambda database: database.write(self._account, rows))
        except STORE_ERRORS:
            self._unwritten.refused()
            raise
        finally:
            self._unwritten.written()
        self._written_bytes += sum(each.size for each in pictures.values())

    async def _tidy(self) -> None:
        """Remove pictures without an episode, and what is left of accounts that are no more."""
        begun = self._database.begun
        if self._tidied == begun:
            return
        entries = {each.entry_id for each in self._hass.config_entries.async_entries(DOMAIN)}
        for account in await self._database.change(EpisodeDatabase.accounts, set[str]()) - entries:
            await async_remove_episodes(self._hass, account)
        kept = await self._database.change(lambda database: database.ids_with_picture(self._account), set[EpisodeId]())
        # A new database may not have taken them yet.
        kept |= {each.id for each in self._unwritten.episodes.values() if each.has_picture}
        await self._hass.async_add_executor_job(self._files.remove_others, kept)
        self._tidied = begun

    async def _prune(self, *, now: bool) -> None:
        """Remove what is too old or too much, if it is time: seldom, as it looks at everything."""
        if not now and self._is_pruned and self._written_bytes * _MUCH <= self._settings.space * 1_000_000:
            return
        moment = time.monotonic()
        present = await self._database.change(lambda database: database.node_ids(self._account), set[int]())
        for node_id in present - self._node_ids:
            self._gone.setdefault(node_id, moment)
        gone = {each for each, since in self._gone.items() if moment - since >= self._timing.episodes_outlive_camera}
        self._unwritten.drop_cameras(gone)
        wall, elapsed = round(time.time() * 1000), self._database.take_elapsed()
        bounds = await self._database.change(lambda database: bounds_of(database, self._settings, wall, elapsed), None)
        while bounds is not None:
            removed = await self._database.change(
                lambda database: remove_some(database, self._account, bounds, gone), list[EpisodeId]()
            )
            if not removed:
                break
            await self._hass.async_add_executor_job(self._files.remove, removed)
        for node_id in gone:
            self._gone.pop(node_id, None)
        # Without a database, the next one is to learn the time at once.
        self._is_pruned, self._written_bytes = bounds is not None, 0

    # --- pictures ----------------------------------------------------------------------------------

    async def _read_picture(self, episode_id: EpisodeId, *, small: bool) -> bytes | None:
        try:
            return await self._hass.async_add_executor_job(partial(self._files.read, episode_id, small=small))
        except OSError:
            # It may be there: only what certainly is not is noted as missing.
            return b""

    async def _miss(self, episode_id: EpisodeId, missing: Callable[[Episode], None], *, small: bool) -> None:
        """Note that an episode has no picture, unless there is one that was just written."""
        async with self._lock:
            if self._unwritten.picture(episode_id) or await self._read_picture(episode_id, small=small) is not None:
                return

            def clear(database: EpisodeDatabase) -> Episode | None:
                episode = database.get(self._account, episode_id)
                if episode is None or not episode.has_picture:
                    return None
                database.clear_pictures(self._account, [episode_id])
                return replace(episode, has_picture=False)

            try:
                episode = await self._database.change(clear, None)
            except STORE_ERRORS:
                return
        if episode is not None:
            missing(episode)


async def async_remove_episodes(hass: HomeAssistant, entry_id: str) -> None:
    """Remove what is kept of an account that is removed."""
    # First the pictures: what is left of a removal that is interrupted names what there was, and shows nothing.
    await hass.async_add_executor_job(_files_of(hass, entry_id).remove_all)
    await async_get_database(hass).remove_account(entry_id)


def _files_of(hass: HomeAssistant, entry_id: str) -> PictureFiles:
    # Also what a damaged database says: it must not lead elsewhere.
    return PictureFiles(Path(hass.config.cache_path(DOMAIN, entry_id if entry_id.isalnum() else "-")))
