"""Finds events by kind, cameras by name, and their days and hours by date and time. Asks nothing of the cloud."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime
from typing import Final

from homeassistant.auth.models import User
from homeassistant.components.media_player import BrowseMedia
from homeassistant.core import HomeAssistant

from ..account.account import NetrexAccount
from ..cloud import Node
from ..episodes.episode import EpisodeKind
from ..recordings.days import hours_at
from ..recordings.media_items import (
    AccountEventDayItem,
    AccountEventPartItem,
    AccountEventsItem,
    CameraEventDayItem,
    CameraEventPartItem,
    CameraEventsItem,
    CameraItem,
    CardDayItem,
    DayItem,
    HourItem,
    Item,
    NodeItem,
    PlaceItem,
)
from .access import accounts, cameras_of, has_permission
from .episode_browser import ALL
from .episode_search import search_episodes
from .media_folders import folder
from .search_query import SearchQuery, day_meant, parse_query, plain
from .titles import Titles

#: Results; more than that nobody reads.
_MAX_RESULTS: Final = 100
#: Languages that have words to search by.
_LANGUAGES: Final = ("en", "cs")


async def search(
    hass: HomeAssistant, titles: Titles, query: str, within: Item | None, user: User | None
) -> list[BrowseMedia]:
    """Return what matches within a folder or all accounts: events, newest first, then cameras, their days or hours.

    The query is read in the language of the titles and, if nothing is found, in the others: nobody tells the person's.
    """
    if found := await _search(hass, titles, parse_query(query, titles), within, user):
        return found
    for language in _LANGUAGES:
        wanted = parse_query(query, await Titles.load(hass, language))
        if found := await _search(hass, titles, wanted, within, user):
            return found
    return []


async def _search(
    hass: HomeAssistant, titles: Titles, wanted: SearchQuery, within: Item | None, user: User | None
) -> list[BrowseMedia]:
    if wanted == SearchQuery(None, None, ()):
        return []
    wanted = _within_folder(wanted, within, titles)
    folders: list[BrowseMedia] = []
    seen: list[tuple[NetrexAccount, list[Node]]] = []
    for entry in accounts(hass):
        account = entry.runtime_data
        nodes = [node for node in cameras_of(account, user) if _lies_in(account, node, within)]
        seen.append((account, [node for node in nodes if _matches(account, node, wanted.names)]))
        if has_permission(entry):
            for node in nodes:
                if _matches(account, node, wanted.words):
                    folders += _folders(account, node, wanted, titles)
    found = await search_episodes(seen, wanted, titles) if wanted.kinds is not None else []
    return [*found, *folders][:_MAX_RESULTS]


def _within_folder(wanted: SearchQuery, within: Item | None, titles: Titles) -> SearchQuery:
    """Complete a query by the folder in which it is made: its day, and its kind of events."""
    match within:
        case DayItem(day=day) | CardDayItem(day=day):
            return wanted if wanted.day else replace(wanted, day=day)
        case AccountEventsItem() | CameraEventsItem():
            return _for_events(wanted, None, ALL)
        case AccountEventDayItem(day=day, event_kind=kind) | CameraEventDayItem(day=day, event_kind=kind):
            return _for_events(wanted, day, kind)
        case (
            AccountEventPartItem(interval=interval, event_kind=kind)
            | CameraEventPartItem(interval=interval, event_kind=kind)
        ):
            return _for_events(wanted, datetime.fromtimestamp(interval.begins_at, titles.zone).date(), kind)
        case _:
            return wanted


def _for_events(wanted: SearchQuery, day: date | None, kind: str) -> SearchQuery:
    if wanted.kinds is None:
        kinds = frozenset(each for each in EpisodeKind if kind == each)
        wanted = replace(wanted, kinds=kinds, names=wanted.words)
    return wanted if wanted.day else replace(wanted, day=day)


def _lies_in(account: NetrexAccount, node: Node, within: Item | None) -> bool:
    if within is None:
        return True
    if within.entry_id != account.entry.entry_id:
        return False
    if isinstance(within, PlaceItem):
        return any(above.node_id == within.node_id for above in account.tree.data.ancestors(node))
    return not isinstance(within, NodeItem) or within.node_id == node.node_id


def _folders(account: NetrexAccount, node: Node, wanted: SearchQuery, titles: Titles) -> Iterator[BrowseMedia]:
    entry_id = account.entry.entry_id
    day = day_meant(wanted, titles)
    if day is None:
        yield folder(CameraItem(entry_id, node.node_id), node.name)
        return
    if wanted.hour is None:
        yield folder(DayItem(entry_id, node.node_id, day), f"{node.name}, {titles.day(day)}")
        return
    for hour in hours_at(day, wanted.hour, titles.zone):
        title = f"{node.name}, {titles.day(day)}, {titles.hours(hour)}"
        yield folder(HourItem(entry_id, node.node_id, hour), title)


def _matches(account: NetrexAccount, node: Node, words: tuple[str, ...]) -> bool:
    names = (node.name, *(above.name for above in account.tree.data.ancestors(node)), account.entry.title)
    found = plain(" ".join(names))
    return all(word in found for word in words)
