"""Pictures of what happened, for folders: that of the most important episode of a stretch of time."""

import asyncio
from collections.abc import Collection, Iterable, Sequence
from typing import Final

from ..account.account import NetrexAccount
from ..cloud.recordings import Interval
from ..episodes.episode import Episode
from ..episodes.paths import episode_thumbnail_path, episode_tile_path

#: Episodes looked at for all of a folder; where there are more, the newest of each stretch on its own.
_OF_FOLDER: Final = 2000
_OF_STRETCH: Final = 200


def tile_of(account: NetrexAccount, episode: Episode | None) -> str | None:
    """Return where the browser gets an episode's picture for a tile; None where it has none."""
    if episode is None or not episode.has_picture:
        return None
    return episode_tile_path(account.entry.entry_id, episode.id)


def thumbnail_of(account: NetrexAccount, episode: Episode | None) -> str | None:
    """Return where the browser gets an episode's picture; None where it has none."""
    if episode is None or not episode.has_picture:
        return None
    return episode_thumbnail_path(account.entry.entry_id, episode.id)


async def thumbnails(
    account: NetrexAccount, node_ids: Collection[int], stretches: Sequence[Interval]
) -> list[str | None]:
    """Return the picture of the most important episode that began in each stretch, of the newest of them."""
    return [thumbnail_of(account, each) for each in await important_episodes(account, node_ids, stretches)]


async def important_episodes(
    account: NetrexAccount, node_ids: Collection[int], stretches: Sequence[Interval]
) -> list[Episode | None]:
    """Return the most important episode with a picture that began in each stretch."""
    if not stretches:
        return []
    whole = Interval(min(each.begins_at for each in stretches), max(each.ends_at for each in stretches))
    found = await account.episodes.find(node_ids, whole, limit=_OF_FOLDER)
    if len(found) < _OF_FOLDER:
        by_stretch = [found] * len(stretches)
    else:
        by_stretch = await asyncio.gather(
            *(account.episodes.find(node_ids, stretch, limit=_OF_STRETCH) for stretch in stretches)
        )
    return [
        most_important(begun_in(episodes, stretch)) for episodes, stretch in zip(by_stretch, stretches, strict=True)
    ]


def begun_in(episodes: Iterable[Episode], interval: Interval) -> list[Episode]:
    """Return the episodes that began in an interval, rather than before it."""
    begin, end = interval.begins_at * 1000, interval.ends_at * 1000
    return [each for each in episodes if begin <= each.id.began_at < end]


def most_important(episodes: Iterable[Episode]) -> Episode | None:
    """Return the most important episode with a picture; of several, the newest."""
    return min(
        (each for each in episodes if each.has_picture),
        key=lambda each: (each.importance, -each.id.began_at),
        default=None,
    )
