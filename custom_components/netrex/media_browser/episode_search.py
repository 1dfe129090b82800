"""Finds events by kind, camera, day and hour, among those that are kept."""

from collections.abc import Iterable, Sequence
from typing import Final

from homeassistant.components.media_player import BrowseMedia

from ..account.account import NetrexAccount
from ..cloud import Node
from ..cloud.recordings import Interval
from ..recordings.days import day_interval, hours_at
from .episode_browser import episode_tiles, has_events_of_its_own
from .episode_titles import episode_titles
from .search_query import SearchQuery, day_meant
from .titles import Titles

#: Events among the results; who wants to see more opens a day.
_MOST_EPISODES: Final = 60


async def search_episodes(
    cameras: Iterable[tuple[NetrexAccount, Sequence[Node]]], wanted: SearchQuery, titles: Titles
) -> list[BrowseMedia]:
    """Return the events of cameras, by accounts, that match: newest first, of all accounts together."""
    interval = _interval(wanted, titles)
    if interval is None or wanted.kinds is None:
        return []
    found: list[tuple[int, BrowseMedia]] = []
    for account, nodes in cameras:
        names = {node.node_id: node.name for node in nodes if has_events_of_its_own(node)}
        episodes = await account.episodes.find(names, interval, wanted.kinds, _MOST_EPISODES)
        texts = episode_titles(episodes, titles, names, with_day=wanted.day is None)
        begins = [each.id.began_at for each in episodes]
        found += zip(begins, episode_tiles(account, episodes, texts), strict=True)
    found.sort(key=lambda each: each[0], reverse=True)
    return [tile for _began_at, tile in found[:_MOST_EPISODES]]


def _interval(wanted: SearchQuery, titles: Titles) -> Interval | None:
    """Return the day or hour that is meant; None: such an hour is not in that day."""
    day = day_meant(wanted, titles)
    if day is None:
        return Interval(0, int(titles.now.timestamp()) + 1)
    if wanted.hour is None:
        return day_interval(day, titles.zone)
    hours = hours_at(day, wanted.hour, titles.zone)
    return Interval(hours[0].begins_at, hours[-1].ends_at) if hours else None
