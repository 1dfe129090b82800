"""The episodes of one account: what is kept is found here, and what happens is told."""

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE
from homeassistant.core import CALLBACK_TYPE, Event, HassJob, HomeAssistant, callback
from homeassistant.helpers.event import async_call_later, async_track_time_interval

from ..cloud.recordings import Interval
from ..events.pictures import MAX_BYTES
from ..tasks.listeners import Listeners
from ..tasks.timing import timing_of
from .episode import Episode, EpisodeId, EpisodeKind
from .keeper import EpisodeKeeper
from .picture_files import Picture
from .rows import is_storable
from .settings import EpisodeSettings
from .shared_database import async_get_database
from .under_way import PicturesUnderWay
from .unwritten import Unwritten


class AccountEpisodes:
    """Episodes of the cameras of one account, by the node ids of their cameras.

    What is put is found at once, and written within a second. Nothing here raises because of the disk.

    Attributes:
        changed: called with an episode that began, goes on, has its picture, or is over.
        under_way: the episodes whose pictures are being taken.
        settings: what is kept, and for how long; `settings.pictures`: whether pictures are wanted at all.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self.changed = Listeners[Episode]()
        self._timing = timing_of(hass)
        self.under_way = PicturesUnderWay(self._timing)
        self.settings: Final = EpisodeSettings.of(entry.options)
        self._hass = hass
        self._account = entry.entry_id
        self._database = async_get_database(hass)
        left = self._database.unwritten.pop(entry.entry_id, None)
        self._unwritten: Final = Unwritten(self._timing) if left is None else left
        self._keeper = EpisodeKeeper(hass, entry.entry_id, self.settings, self._database, self._unwritten)
        self._recent: dict[EpisodeId, Episode] = {}
        self._going_on: dict[EpisodeId, Episode] = {}
        self._is_started = False
        self._is_working = False
        self._cancels: list[CALLBACK_TYPE] = []
        self._stop_putting_again: CALLBACK_TYPE | None = None
        self._cancel_work: CALLBACK_TYPE | None = None
        self._work_at = 0.0

    # --- life --------------------------------------------------------------------------------------

    @callback
    def async_start(self) -> None:
        """Begin to write; the database is opened later, and only if there is one."""
        self._database.use()
        self._is_started = True
        self._stop_putting_again = self._database.set_aside.add(self._put_again)
        self._cancels = [
            self._hass.bus.async_listen(EVENT_HOMEASSISTANT_FINAL_WRITE, self._stopping),
            async_track_time_interval(
                self._hass, self._prune, timedelta(seconds=self._timing.episodes_pruned_every), cancel_on_shutdown=True
            ),
        ]
        self._work_after(0)

    async def async_end(self) -> None:
        """Write everything, and close the database with the last account. What is put later is not written."""
        if not self._is_started:
            self._leave_unwritten()
            return
        self._is_started = False
        while self._cancels:
            self._cancels.pop()()
        self._no_more_work()
        try:
            await self._keeper.work(check=True)
        finally:
            if self._stop_putting_again is not None:
                self._stop_putting_again()
            self._leave_unwritten()
            await self._database.leave()

    @callback
    def _leave_unwritten(self) -> None:
        if self._unwritten:
            # The disk refused it: the account may be loaded again.
            self._database.unwritten[self._account] = self._unwritten

    async def _stopping(self, _event: Event) -> None:
        self._no_more_work()
        await self._keeper.work(check=True)

    @callback
    def follow_cameras(self, node_ids: Collection[int]) -> None:
        """Take note of the cameras in the tree: an hour after one has left it, its episodes are removed."""
        self._keeper.follow_cameras(node_ids)

    # --- questions ---------------------------------------------------------------------------------

    @property
    def kept_since(self) -> datetime:
        """From when on episodes are kept, if there were any, UTC."""
        return datetime.now(UTC) - timedelta(days=self.settings.days)

    async def find(
        self, node_ids: Collection[int], interval: Interval, kinds: Collection[EpisodeKind] = (), limit: int = 1000
    ) -> list[Episode]:
        """Return episodes that began or were going on in an interval, newest first.

        kinds: only those with one of these; empty: any.
        """
        begin, end = interval.begins_at * 1000, interval.ends_at * 1000
        nodes, wanted = set(node_ids), set(kinds)
        await self._keeper.prepare()
        # What is written meanwhile is in one of them.
        before = self._unwritten.episodes
        found = await self._database.read(
            lambda database: database.find(self._account, nodes, begin, end, wanted, max(limit, 0) + len(before)),
            list[Episode](),
        )
        unwritten = before | self._unwritten.episodes
        episodes = {each.id: each for each in found if each.id not in unwritten}
        for each in unwritten.values():
            if (
                each.id.node_id in nodes
                and each.id.began_at < end
                and each.ended_at >= begin
                and (not wanted or not wanted.isdisjoint(each.kinds))
            ):
                episodes[each.id] = each
        newest_first = sorted(episodes.values(), key=lambda each: (each.id.began_at, each.id.node_id), reverse=True)
        return newest_first[: max(limit, 0)]

    async def counts(self, node_ids: Collection[int], intervals: Sequence[Interval]) -> list[int]:
        """Return how many episodes began in each interval."""
        nodes = set(node_ids)
        moments = [(each.begins_at * 1000, each.ends_at * 1000) for each in intervals]
        unwritten = [each for each in self._unwritten.episodes if each.node_id in nodes]
        counts = [sum(begin <= each.began_at < end for each in unwritten) for begin, end in moments]
        return await self._database.read(
            lambda database: database.counts(self._account, nodes, moments, unwritten), counts
        )

    async def get(self, episode_id: EpisodeId) -> Episode | None:
        """Return one episode, if it is kept."""
        await self._keeper.prepare()
        if episode := self._unwritten.get(episode_id):
            return episode
        found = await self._database.read(lambda database: database.get(self._account, episode_id), None)
        return self._unwritten.get(episode_id) or found

    @callback
    def latest(self, node_id: int) -> Episode | None:
        """Return the episode to which what a camera detects now belongs; None: it detects nothing."""
        going_on = [each for each in self._going_on.values() if each.id.node_id == node_id]
        return max(going_on, key=lambda each: each.id.began_at, default=None)

    async def picture(self, episode_id: EpisodeId, *, thumbnail: bool = False) -> bytes | None:
        """Return the best picture of an episode, or a thumbnail of it, JPEG.

        It waits shortly while one is being taken. An episode whose file is missing has no picture from then on.
        """
        await self.under_way.wait(episode_id)
        if not (picture := self._unwritten.picture(episode_id)):
            return await self._keeper.read_picture(episode_id, small=thumbnail, missing=self._on_missing)
        return picture.small if thumbnail else picture.large

    async def picture_file(self, episode_id: EpisodeId) -> Path | None:
        """Return the file of an episode's best picture, for those who read files; None: it has none.

        It waits shortly while one is being taken.
        """
        await self.under_way.wait(episode_id)
        if self._unwritten.picture(episode_id):
            await self._keeper.work()
        return await self._keeper.find_picture(episode_id)

    async def facts(self) -> dict[str, Any]:
        """Return what diagnostics say."""
        return await self._keeper.facts()

    # --- what happens ------------------------------------------------------------------------------

    @callback
    def put(self, episode: Episode) -> None:
        """Keep an episode, or what has changed of it.

        Its `has_picture` doesn't matter here: an episode has the picture that `put_picture` gave it. One that is not
        over is, at the latest, when the account is loaded again.
        """
        known = self._recent.get(episode.id)
        self._put(replace(episode, has_picture=known is not None and known.has_picture))

    @callback
    def put_picture(self, episode_id: EpisodeId, picture: bytes, thumbnail: bytes) -> None:
        """Keep a picture instead of the one before, of an episode that was put lately.

        Nothing is kept of an episode that is unknown, of pictures over 4 MB, or if the user wants none.
        """
        episode = self._recent.get(episode_id)
        if episode is not None and self.settings.pictures and max(len(picture), len(thumbnail)) <= MAX_BYTES:
            self._put(replace(episode, has_picture=True), Picture(picture, thumbnail))

    @callback
    def _put(self, episode: Episode, picture: Picture | None = None) -> None:
        if not is_storable(episode):
            return
        self._recent.pop(episode.id, None)
        self._recent[episode.id] = episode
        while len(self._recent) > self._timing.most_recent_episodes:
            self._recent.pop(next(iter(self._recent)))
        self._going_on.pop(episode.id, None)
        if not episode.is_over:
            self._going_on[episode.id] = episode
        self._unwritten.put(episode, picture)
        self._work_after(self._timing.episodes_written_after)
        self.changed.call(episode)

    @callback
    def _put_again(self) -> None:
        """Have everything written that is known: the database was damaged."""
        for each in self._recent.values():
            self._unwritten.put(each)
        self._work_after(self._timing.episodes_written_after)

    @callback
    def _on_missing(self, episode: Episode) -> None:
        if episode.id in self._recent:
            self._recent[episode.id] = replace(self._recent[episode.id], has_picture=False)
        self.changed.call(episode)

    # --- writing -----------------------------------------------------------------------------------

    @callback
    def _work_after(self, seconds: float) -> None:
        """Write within so many seconds, unless it is done earlier anyway."""
        if self._database.is_refused and seconds:
            seconds = max(seconds, self._timing.episodes_retry)
        at = self._hass.loop.time() + seconds
        if not self._is_started or self._is_working or (self._cancel_work is not None and self._work_at <= at):
            return
        self._no_more_work()
        self._work_at = at
        self._cancel_work = async_call_later(self._hass, seconds, HassJob(self._work, cancel_on_shutdown=True))

    @callback
    def _no_more_work(self) -> None:
        if self._cancel_work is not None:
            self._cancel_work()
            self._cancel_work = None

    async def _work(self, _now: datetime) -> None:
        self._cancel_work = None
        # A disk that hangs must not make them more and more.
        self._is_working = True
        try:
            await self._keeper.work()
        finally:
            self._is_working = False
        if self._unwritten:
            self._work_after(self._timing.episodes_written_after)

    async def _prune(self, _now: datetime) -> None:
        await self._keeper.work(check=True, prune=True)
