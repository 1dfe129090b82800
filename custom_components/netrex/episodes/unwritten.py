"""Episodes and pictures that are not written yet: for a second, or for as long as the disk refuses them."""

from collections.abc import Collection, Mapping
from dataclasses import replace

from ..tasks.timing import Timing
from .episode import Episode, EpisodeId
from .picture_files import Picture


class Unwritten:
    """What is in memory only, bounded: the oldest is dropped. What is just being written is still found."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        self._episodes: dict[EpisodeId, Episode] = {}
        self._pictures: dict[EpisodeId, Picture] = {}
        self._written_now: tuple[dict[EpisodeId, Episode], dict[EpisodeId, Picture]] = {}, {}

    def __bool__(self) -> bool:
        return bool(self._episodes or self._pictures)

    @property
    def episodes(self) -> dict[EpisodeId, Episode]:
        """A copy of all, as they are now."""
        return self._written_now[0] | self._episodes

    def get(self, episode_id: EpisodeId) -> Episode | None:
        """Return an episode as it is now."""
        return self._episodes.get(episode_id) or self._written_now[0].get(episode_id)

    def picture(self, episode_id: EpisodeId) -> Picture | None:
        """Return a picture that is not written yet."""
        return self._pictures.get(episode_id) or self._written_now[1].get(episode_id)

    def put(self, episode: Episode, picture: Picture | None = None) -> None:
        """Have an episode written as it is now, with a picture that is new."""
        self._episodes[episode.id] = episode
        if picture is not None:
            self._pictures[episode.id] = picture
            self._limit_pictures()
        self._limit_episodes()

    def take(self) -> tuple[Mapping[EpisodeId, Episode], Mapping[EpisodeId, Picture]]:
        """Return what is to be written now."""
        self._written_now = self._episodes, self._pictures
        self._episodes, self._pictures = {}, {}
        return self._written_now

    def written(self) -> None:
        """Forget what was taken."""
        self._written_now = {}, {}

    def refused(self) -> None:
        """Take back what could not be written; what is newer stays."""
        episodes, pictures = self._written_now
        self._written_now = {}, {}
        self._episodes = episodes | self._episodes
        self._pictures = pictures | self._pictures
        self._limit_pictures()
        self._limit_episodes()

    def drop_cameras(self, node_ids: Collection[int]) -> None:
        """Forget what is of cameras that are gone."""
        for each in [each for each in self._episodes if each.node_id in node_ids]:
            self._episodes.pop(each)
            self._pictures.pop(each, None)

    def _limit_pictures(self) -> None:
        size = sum(each.size for each in self._pictures.values())
        while size > self._timing.most_unwritten_picture_bytes:
            episode_id = next(iter(self._pictures))
            size -= self._pictures.pop(episode_id).size
            if episode := self._episodes.get(episode_id):
                self._episodes[episode_id] = replace(episode, has_picture=False)

    def _limit_episodes(self) -> None:
        while len(self._episodes) > self._timing.most_unwritten_episodes:
            episode_id = next(iter(self._episodes))
            self._episodes.pop(episode_id)
            self._pictures.pop(episode_id, None)
