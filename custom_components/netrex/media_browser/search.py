"""Finds cameras by name, and their days and hours by date and time, in words or digits. Asks nothing of the cloud."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
import re
from typing import Final
import unicodedata

from homeassistant.auth.models import User
from homeassistant.components.media_player import BrowseMedia
from homeassistant.core import HomeAssistant

from ..account.account import NetrexAccount
from ..cloud import Node
from ..recordings.days import hours_of
from ..recordings.media_items import AccountItem, CameraItem, CardDayItem, DayItem, HourItem, Item, NodeItem, PlaceItem
from .access import accounts, cameras_of
from .media_folders import folder
from .titles import Titles

#: Results; more than that nobody reads.
_MAX_RESULTS: Final = 100
_MAX_QUERY: Final = 200
#: Not within a longer number, a time, or an address.
_APART: Final = r"(?<![0-9.:/-])"
_D: Final = r"(?P<day>[0-9]{1,2})"
_M: Final = r"(?P<month>[0-9]{1,2})"
_Y: Final = r"(?P<year>[0-9]{4})"
_NAME: Final = r"(?P<month>[a-z]{3,})"
_OR_WITH_YEAR: Final = rf"(?:,?\s+{_Y})?"
#: 2026-07-04
_YEAR_FIRST: Final = re.compile(rf"{_APART}{_Y}-{_M}-{_D}(?![0-9])")
#: 4.7. or 4/7/2026
_DAY_FIRST: Final = re.compile(rf"{_APART}{_D}[./]\s?{_M}(?:[./]\s?{_Y}|\.)?(?![0-9:])")
#: 4th July 2026
_WITH_NAME: Final = re.compile(rf"(?<![0-9]){_D}(?:\.|st|nd|rd|th)?\s+{_NAME}{_OR_WITH_YEAR}")
#: July 4, 2026
_NAME_FIRST: Final = re.compile(rf"{_NAME}\s+{_D}(?:st|nd|rd|th)?(?![0-9:]){_OR_WITH_YEAR}")
#: Words about dates and times, in English and Czech, that no camera is called.
_FILLERS: Final = frozenset({"at", "in", "on", "the", "from", "of", "od", "v", "ve", "dne", "hod", "hodin", "oclock"})
_TIME: Final = re.compile(
    r"(?<![0-9.:])(?:(?P<hour>[0-9]{1,2})[:.](?P<minute>[0-9]{2})(?![0-9.])|(?P<alone>[0-9]{1,2})(?=\s*(?:h\b|am\b|pm\b)))"
    r"\s*(?P<half>am\b|pm\b|h\b)?"
)


@dataclass(frozen=True, slots=True)
class SearchQuery:
    """What somebody is looking for: any day and hour where None; words of cameras, locations and folders."""

    day: date | None
    hour: int | None
    words: tuple[str, ...]


def search(
    hass: HomeAssistant, titles: Titles, query: str, within: Item | None, user: User | None
) -> list[BrowseMedia]:
    """Return the folders that match: cameras, or their days, or their hours, within a folder or all accounts."""
    wanted = parse_query(query, titles)
    if wanted == SearchQuery(None, None, ()):
        return []
    if isinstance(within, DayItem | CardDayItem) and wanted.day is None:
        wanted = replace(wanted, day=within.day)
    results: list[BrowseMedia] = []
    for entry in accounts(hass):
        account = entry.runtime_data
        for node in cameras_of(account, user):
            if _lies_in(account, node, within) and _matches(account, node, wanted.words):
                results += _folders(account, node, wanted, titles)
    return results[:_MAX_RESULTS]


def _lies_in(account: NetrexAccount, node: Node, within: Item | None) -> bool:
    if within is None:
        return True
    if within.entry_id != account.entry.entry_id:
        return False
    if isinstance(within, AccountItem):
        return True
    if isinstance(within, PlaceItem):
        return any(above.node_id == within.node_id for above in account.tree.data.ancestors(node))
    return isinstance(within, NodeItem) and within.node_id == node.node_id


def _folders(account: NetrexAccount, node: Node, wanted: SearchQuery, titles: Titles) -> Iterator[BrowseMedia]:
    entry_id, today = account.entry.entry_id, titles.now.date()
    day = wanted.day
    if day is None and wanted.hour is None:
        yield folder(CameraItem(entry_id, node.node_id), node.name)
        return
    if day is None:
        # "14:00" in the morning means yesterday's.
        day = today if wanted.hour is not None and wanted.hour <= titles.now.hour else today - timedelta(days=1)
    if wanted.hour is None:
        yield folder(DayItem(entry_id, node.node_id, day), f"{node.name}, {titles.day(day)}")
        return
    for hour in hours_of(day, titles.zone):
        # Twice, where clocks go back.
        if datetime.fromtimestamp(hour.begins_at, titles.zone).hour == wanted.hour:
            title = f"{node.name}, {titles.day(day)}, {titles.hours(hour)}"
            yield folder(HourItem(entry_id, node.node_id, hour), title)


def _matches(account: NetrexAccount, node: Node, words: tuple[str, ...]) -> bool:
    names = (node.name, *(above.name for above in account.tree.data.ancestors(node)), account.entry.title)
    found = _plain(" ".join(names))
    return all(word in found for word in words)


def parse_query(query: str, titles: Titles) -> SearchQuery:
    """Read a query: a day and a time in it are taken out, and the rest are words of a name."""
    text = _plain(query[:_MAX_QUERY])
    day, text = _take_day(text, titles)
    hour, text = _take_hour(text)
    words = re.findall(r"\w+", text)
    return SearchQuery(day, hour, tuple(word for word in words if word not in _FILLERS) or tuple(words))


def _take_day(text: str, titles: Titles) -> tuple[date | None, str]:
    today = titles.now.date()
    for key, ago in (("today", 0), ("yesterday", 1), ("day_before_yesterday", 2)):
        word = re.search(rf"\b{re.escape(_plain(titles.words[key]))}\b", text)
        if word:
            return today - timedelta(days=ago), _without(text, word)
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _WITH_NAME, _NAME_FIRST):
        for match in pattern.finditer(text):
            if day := _date(match, titles):
                return day, _without(text, match)
    for ago in range(1, 8):
        day = today - timedelta(days=ago)
        word = re.search(rf"\b{re.escape(_plain(titles.weekday(day)))}\b", text)
        if word:
            return day, _without(text, word)
    return None, text


def _date(match: re.Match[str], titles: Titles) -> date | None:
    """Return the last such date that is not in the future; None where there is none in the calendar."""
    found, today = match.groupdict(), titles.now.date()
    month = int(found["month"]) if found["month"].isdecimal() else _month(found["month"], titles)
    if month is None:
        return None
    try:
        day = date(int(found.get("year") or today.year), month, int(found["day"]))
        return day.replace(year=day.year - 1) if day > today and not found.get("year") else day
    except ValueError:
        return None


def _month(name: str, titles: Titles) -> int | None:
    """Return the number of a month by its name or the name's beginning."""
    for number in range(1, 13):
        if _plain(titles.month(number)).startswith(name):
            return number
    return None


def _take_hour(text: str) -> tuple[int | None, str]:
    for match in _TIME.finditer(text):
        hour = int(match["hour"] or match["alone"])
        if match["half"] in {"am", "pm"}:
            hour = hour % 12 + (12 if match["half"] == "pm" else 0)
        if hour < 24 and int(match["minute"] or 0) < 60:  # noqa: PLR2004 - a clock's numbers
            return hour, _without(text, match)
    return None, text


def _without(text: str, match: re.Match[str]) -> str:
    return f"{text[: match.start()]} {text[match.end() :]}"


def _plain(text: str) -> str:
    """Return a text as people type it in a hurry: lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))
