"""The episodes of an account that is loaded, unloaded, and removed, without its cloud and cameras."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
import time
from typing import Any

from homeassistant.config_entries import ConfigEntries
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.netrex.cloud.recordings import Interval
from custom_components.netrex.episodes.account_episodes import AccountEpisodes
from custom_components.netrex.episodes.episode import Episode, EpisodeId, EpisodeKind
from custom_components.netrex.episodes.keeper import async_remove_episodes
from custom_components.netrex.episodes.shared_database import async_get_database
from tests.component.episodes_kept import PICTURE, THUMBNAIL, database_of, folder_of

CAMERA = 7
NOW = round(time.time())
ALL = Interval(0, 1 << 40)


def at(seconds: float = 0, node_id: int = CAMERA, *kinds: EpisodeKind, lasts: float = 5, **more: Any) -> Episode:
    """Return an episode that began so many seconds from now."""
    began_at = round((NOW + seconds) * 1000)
    return Episode(EpisodeId(node_id, began_at), began_at + round(lasts * 1000), kinds or (EpisodeKind.PERSON,), **more)


@dataclass
class Keeping:
    """An account, its cameras, and what it keeps."""

    hass: HomeAssistant
    entry_id: str = "01ACCOUNT"
    options: dict[str, Any] = field(default_factory=dict)
    cameras: set[int] = field(default_factory=lambda: {CAMERA, 8, 9})
    _episodes: AccountEpisodes | None = None

    @property
    def episodes(self) -> AccountEpisodes:
        assert self._episodes is not None
        return self._episodes

    @property
    def folder(self) -> Path:
        return folder_of(self.hass)

    @property
    def database(self) -> Path:
        return database_of(self.hass)

    async def load(self, **options: Any) -> AccountEpisodes:
        if self.hass.config_entries is None:
            self.hass.config_entries = ConfigEntries(self.hass, {})
        self.options |= options
        entry = MockConfigEntry(domain="netrex", entry_id=self.entry_id, options=self.options)
        if self.hass.config_entries.async_get_entry(self.entry_id) is None:
            entry.add_to_hass(self.hass)
        self._episodes = AccountEpisodes(self.hass, entry)
        self._episodes.async_start()
        self._episodes.follow_cameras(self.cameras)
        await self.settle()
        return self._episodes

    async def unload(self) -> None:
        if self._episodes is not None:
            await self._episodes.async_end()
            self._episodes = None

    async def remove(self) -> None:
        await self.unload()
        await async_remove_episodes(self.hass, self.entry_id)

    async def reload(self, **options: Any) -> AccountEpisodes:
        await self.unload()
        return await self.load(**options)

    async def settle(self, seconds: float = 2) -> None:
        """Let the pause before writing be over, and wait until it is done."""
        async_fire_time_changed(self.hass, dt_util.utcnow() + timedelta(seconds=seconds))
        await self.hass.async_block_till_done()

    async def hour(self) -> None:
        """Let the hour be over after which what is old is removed."""
        await self.settle(3700)

    async def keep(self, *episodes: Episode, picture: bool = False) -> None:
        for each in episodes:
            self.episodes.put(each)
            if picture:
                self.episodes.put_picture(each.id, PICTURE, THUMBNAIL)
        await self.settle()

    async def found(self) -> list[EpisodeId]:
        return [each.id for each in await self.episodes.find({CAMERA, 8, 9}, ALL)]

    async def do[Result](self, work: Callable[[], Result]) -> Result:
        return await self.hass.async_add_executor_job(work)

    async def files(self) -> list[str]:
        """Return the pictures on the disk."""
        return await self.do(lambda: sorted(str(each.relative_to(self.folder)) for each in self.folder.rglob("*.jpg")))

    async def is_open(self) -> bool:
        return async_get_database(self.hass)._database is not None
