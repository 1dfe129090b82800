"""Titles of events as a person says them: no two in a folder are the same."""

from datetime import datetime, timedelta

import pytest

from custom_components.netrex.episodes.episode import Episode, EpisodeId, EpisodeKind
from custom_components.netrex.media_browser.episode_titles import episode_titles

from .conftest import PRAGUE, MakeTitles

_AT = datetime(2026, 11, 24, 9, 3, tzinfo=PRAGUE)


def episode(began: datetime = _AT, *kinds: EpisodeKind, seconds: float = 25, node: int = 1) -> Episode:
    began_at = round(began.timestamp() * 1000)
    return Episode(EpisodeId(node, began_at), began_at + round(seconds * 1000), kinds or (EpisodeKind.PERSON,))


@pytest.mark.parametrize(
    ("language", "seconds", "title"),
    [
        ("en", 25, "09:03 Person, line crossed · 25 s"),
        ("en", 0.4, "09:03 Person, line crossed"),
        ("en", 185, "09:03 Person, line crossed · 3 min"),
        ("cs", 25, "09:03 Osoba, překročení čáry · 25 s"),
    ],
)
def test_time_first_then_what_and_how_long(titles: MakeTitles, language: str, seconds: float, title: str) -> None:
    one = episode(_AT, EpisodeKind.PERSON, EpisodeKind.LINE_CROSSED, seconds=seconds)
    assert episode_titles([one], titles(language)) == [title]


def test_cameras_are_named_where_there_are_several(titles: MakeTitles) -> None:
    found = [episode(), episode(node=2)]
    assert episode_titles(found, titles(), {1: "Front door", 2: "Garage"}) == [
        "09:03 Person · Front door · 25 s",
        "09:03 Person · Garage · 25 s",
    ]
    # Nobody keeps people from calling both the same.
    assert episode_titles(found, titles(), {1: "Door", 2: "Door"}) == [
        "09:03 Person · Door · 25 s",
        "09:03 Person · Door · 25 s (2)",
    ]


def test_days_are_named_where_there_are_several(titles: MakeTitles) -> None:
    found = [episode(_AT - timedelta(days=days)) for days in (0, 1, 2, 30)]
    assert episode_titles(found, titles(), with_day=True) == [
        "Today 09:03 Person · 25 s",
        "Yesterday 09:03 Person · 25 s",
        "Sunday 09:03 Person · 25 s",
        "Sunday 25 Oct 09:03 Person · 25 s",
    ]


def test_an_hour_that_comes_twice(titles: MakeTitles) -> None:
    twice = datetime(2026, 10, 25, 2, 30, tzinfo=PRAGUE)
    found = episode_titles([episode(twice.replace(fold=1)), episode(twice)], titles())
    assert len(set(found)) == 2
