"""Titles of episodes: the time first, then what happened, as tiles show some twenty characters."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Final

from ..episodes.episode import Episode
from .titles import Titles

_APART: Final = " · "
#: Days back in which a weekday says which day is meant.
_WEEK: Final = 6


def episode_titles(
    episodes: Sequence[Episode], titles: Titles, cameras: Mapping[int, str] | None = None, *, with_day: bool = False
) -> list[str]:
    """Return the titles of episodes in one folder, such as "14:03 Person, line crossed · 25 s"; no two are the same.

    cameras: names by node ids, where the folder has the episodes of several.
    """
    minutes = Counter((each.id.node_id, f"{_begins(each, titles):%Y-%m-%d %H:%M}") for each in episodes)
    found: list[str] = []
    for each in episodes:
        begins = _begins(each, titles)
        is_alone = minutes[each.id.node_id, f"{begins:%Y-%m-%d %H:%M}"] == 1
        when = f"{begins:%H:%M}" if is_alone else f"{begins:%H:%M:%S}"
        if with_day:
            when = f"{_day(begins, titles)} {when}"
        parts = [f"{when} {kinds(each, titles)}"]
        if cameras is not None:
            parts.append(cameras[each.id.node_id])
        if not each.is_over:
            parts.append(titles.words["event_ongoing"])
        elif seconds := round(each.seconds):
            parts.append(titles.length(seconds))
        found.append(_APART.join(parts))
    return _numbered(found)


def kinds(episode: Episode, titles: Titles) -> str:
    """Return "Person, line crossed"."""
    first, *others = (titles.words[f"kind_{kind}"] for kind in episode.kinds)
    return ", ".join((first, *(each[:1].lower() + each[1:] for each in others)))


def _begins(episode: Episode, titles: Titles) -> datetime:
    return episode.begin.astimezone(titles.zone)


def _day(begins: datetime, titles: Titles) -> str:
    today, day = titles.now.date(), begins.date()
    if timedelta(days=1) < today - day <= timedelta(days=_WEEK):
        return titles.weekday(day)
    return titles.day_short(day)


def _numbered(found: list[str]) -> list[str]:
    """Tell apart what is still the same, such as within the hour that comes twice, or at cameras of the same name."""
    times: Counter[str] = Counter()
    unique: list[str] = []
    for title in found:
        times[title] += 1
        unique.append(title if times[title] == 1 else f"{title} ({times[title]})")
    return unique
