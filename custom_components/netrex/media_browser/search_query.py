"""Reads what somebody looks for: a day, a time, kinds of events, and words of names, in words or digits."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
import re
from typing import Final
import unicodedata

from ..episodes.episode import EpisodeKind
from .titles import Titles

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
    """What somebody is looking for: any day and hour where None; words of cameras, locations and folders.

    Attributes:
        kinds: kinds of events, none: any; None where nothing says that events are looked for.
        names: the words that are left beside the kinds of events: a camera may be called by one.
    """

    day: date | None
    hour: int | None
    words: tuple[str, ...]
    kinds: frozenset[EpisodeKind] | None = None
    names: tuple[str, ...] = ()


def parse_query(query: str, titles: Titles) -> SearchQuery:
    """Read a query: a day and a time in it are taken out, and the rest are kinds of events and words of a name."""
    text = plain(query[:_MAX_QUERY])
    day, text = _take_day(text, titles)
    hour, text = _take_hour(text)
    kinds, names = _take_kinds(text, titles)
    return SearchQuery(day, hour, _words(text), kinds, () if kinds is None else _words(names))


def _words(text: str) -> tuple[str, ...]:
    words = re.findall(r"\w+", text)
    return tuple(word for word in words if word not in _FILLERS) or tuple(words)


def _take_kinds(text: str, titles: Titles) -> tuple[frozenset[EpisodeKind] | None, str]:
    kinds: set[EpisodeKind] = set()
    are_named = False
    # "License plate" before "plate".
    for phrase, kind in sorted(_phrases(titles), key=lambda each: -len(each[0])):
        if found := re.search(rf"\b{re.escape(phrase)}\b", text):
            text, are_named = _without(text, found), True
            if kind:
                kinds.add(kind)
    return (frozenset(kinds) if are_named else None), text


def _phrases(titles: Titles) -> Iterator[tuple[str, EpisodeKind | None]]:
    """Yield what people say, and which kind of events it means; None: any."""
    for kind in (*EpisodeKind, None):
        for phrase in titles.words[f"find_{kind or 'event'}"].split(","):
            yield plain(phrase.strip()), kind


def _take_day(text: str, titles: Titles) -> tuple[date | None, str]:
    today = titles.now.date()
    for key, ago in (("today", 0), ("yesterday", 1), ("day_before_yesterday", 2)):
        word = re.search(rf"\b{re.escape(plain(titles.words[key]))}\b", text)
        if word:
            return today - timedelta(days=ago), _without(text, word)
    for pattern in (_YEAR_FIRST, _DAY_FIRST, _WITH_NAME, _NAME_FIRST):
        for match in pattern.finditer(text):
            if day := _date(match, titles):
                return day, _without(text, match)
    for ago in range(1, 8):
        day = today - timedelta(days=ago)
        word = re.search(rf"\b{re.escape(plain(titles.weekday(day)))}\b", text)
        if word:
            return day, _without(text, word)
    return None, text


def _date(match: re.Match[str], titles: Titles) -> date | None:
    """Return the last such date that is not in the future; None where there is none in the calendar."""
    found, today = match.groupdict(), titles.now.date()
    month = int(found["month"]) if found["month"].isdecimal() else _month(found["month"], titles)
    if month is None:
        return None
    # Days at the ends of the calendar have no neighbor or no seconds since 1970.
    if not 1971 <= (year := int(found.get("year") or today.year)) <= 9998:  # noqa: PLR2004 - said above
        return None
    try:
        day = date(year, month, int(found["day"]))
        return day.replace(year=day.year - 1) if day > today and not found.get("year") else day
    except ValueError:
        return None


def _month(name: str, titles: Titles) -> int | None:
    """Return the number of a month by its name or the name's beginning."""
    for number in range(1, 13):
        if plain(titles.month(number)).startswith(name):
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


def plain(text: str) -> str:
    """Return a text as people type it in a hurry: lower case, without accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(each for each in decomposed if not unicodedata.combining(each))


def day_meant(wanted: SearchQuery, titles: Titles) -> date | None:
    """Return the day of a query; None where it names neither day nor hour."""
    if wanted.day is not None or wanted.hour is None:
        return wanted.day
    # "14:00" in the morning means yesterday's.
    today = titles.now.date()
    return today if wanted.hour <= titles.now.hour else today - timedelta(days=1)
