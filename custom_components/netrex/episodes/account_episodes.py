"""The episodes of one account: what is kept is found here, and what happens is told."""

from collections.abc import Collection, Sequence
from dataclasses import replace

from homeassistant.core import callback

from ..cloud.recordings import Interval
from ..tasks.listeners import Listeners
from .episode import Episode, EpisodeId, EpisodeKind
from .under_way import PicturesUnderWay


class AccountEpisodes:
    """Episodes of the cameras of one account, by the node ids of their cameras.

    Attributes:
        changed: called with an episode that began, goes on, has its picture, or is over.
        under_way: the episodes whose pictures are being taken.
    """

    def __init__(self) -> None:
        self.changed = Listeners[Episode]()
        self.under_way = PicturesUnderWay()
        self._episodes: dict[EpisodeId, Episode] = {}
        self._pictures: dict[EpisodeId, tuple[bytes, bytes]] = {}

    async def find(
        self, node_ids: Collection[int], interval: Interval, kinds: Collection[EpisodeKind] = (), limit: int = 1000
    ) -> list[Episode]:
        """Return episodes that began or were going on in an interval, newest first.

        kinds: only those with one of these; empty: any.
        """
        begin, end = interval.begins_at * 1000, interval.ends_at * 1000
        found = [
            each
            for each in self._episodes.values()
            if each.id.node_id in node_ids
            and each.id.began_at < end
            and each.ended_at >= begin
            and (not kinds or not set(kinds).isdisjoint(each.kinds))
        ]
        return sorted(found, key=lambda each: each.id.began_at, reverse=True)[:limit]

    async def counts(self, node_ids: Collection[int], intervals: Sequence[Interval]) -> list[int]:
        """Return how many episodes began in each interval."""
        return [
            sum(
                each.id.node_id in node_ids and interval.begins_at <= each.id.began_at / 1000 < interval.ends_at
                for each in self._episodes.values()
            )
            for interval in intervals
        ]

    async def get(self, episode_id: EpisodeId) -> Episode | None:
        """Return one episode, if it is kept."""
        return self._episodes.get(episode_id)

    @callback
    def latest(self, node_id: int) -> Episode | None:
        """Return the episode to which what a camera detects now belongs; None: it detects nothing."""
        going_on = [each for each in self._episodes.values() if each.id.node_id == node_id and not each.is_over]
        return max(going_on, key=lambda each: each.id.began_at, default=None)

    async def picture(self, episode_id: EpisodeId, *, thumbnail: bool = False) -> bytes | None:
        """Return the best picture of an episode, or a thumbnail of it, JPEG; waits shortly while one is being taken."""
        await self.under_way.wait(episode_id)
        pictures = self._pictures.get(episode_id)
        return pictures[thumbnail] if pictures else None

    @callback
    def put(self, episode: Episode) -> None:
        """Keep an episode, or what has changed of it."""
        self._episodes[episode.id] = episode
        self.changed.call(episode)

    @callback
    def put_picture(self, episode_id: EpisodeId, picture: bytes, thumbnail: bytes) -> None:
        """Keep a picture instead of the one before."""
        if episode := self._episodes.get(episode_id):
            self._pictures[episode_id] = picture, thumbnail
            self.put(replace(episode, has_picture=True))
