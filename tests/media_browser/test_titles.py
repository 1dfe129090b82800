"""Titles as a person says them, in English and in Czech."""

from datetime import date, datetime

import pytest

from custom_components.netrex.cloud.recordings import Interval

from .conftest import PRAGUE, MakeTitles

_TWO_O_CLOCK = int(datetime(2026, 11, 24, 14, 0, tzinfo=PRAGUE).timestamp())


@pytest.mark.parametrize(
    ("language", "day", "title"),
    [
        ("en", date(2026, 11, 24), "Today"),
        ("en", date(2026, 11, 23), "Yesterday"),
        ("en", date(2026, 11, 22), "Sunday 22 November"),
        ("en", date(2025, 11, 24), "Monday 24 November 2025"),
        ("cs", date(2026, 11, 24), "Dnes"),
        ("cs", date(2026, 11, 22), "Neděle 22. listopadu"),
        ("cs", date(2025, 5, 1), "Čtvrtek 1. května 2025"),
    ],
)
def test_days(titles: MakeTitles, language: str, day: date, title: str) -> None:
    assert titles(language).day(day) == title


@pytest.mark.parametrize(
    ("language", "seconds", "title"),
    [
        ("en", 3120, "14:00 to 15:00, 52 min recorded"),
        ("en", 45, "14:00 to 15:00, 45 s recorded"),
        ("en", 0, "14:00 to 15:00, nothing recorded"),
        ("en", 3600, "14:00 to 15:00, 60 min recorded"),
        ("en", 3599, "14:00 to 15:00, 60 min recorded"),
        ("en", 3900, "14:00 to 15:00, 1 h 05 min recorded"),
        ("cs", 3120, "14:00 až 15:00, nahráno 52 min"),
        ("cs", 0, "14:00 až 15:00, bez záznamu"),
    ],
)
def test_hours(titles: MakeTitles, language: str, seconds: int, title: str) -> None:
    words = titles(language)
    assert words.recorded(words.hours(Interval(_TWO_O_CLOCK, _TWO_O_CLOCK + 3600)), seconds) == title


def test_pieces_and_exact_times(titles: MakeTitles) -> None:
    words = titles()
    slot = Interval(_TWO_O_CLOCK, _TWO_O_CLOCK + 600)
    assert words.piece(words.hours(slot), 2, 95) == "14:00 to 14:10, part 2, 2 min"
    assert words.exact(Interval(_TWO_O_CLOCK + 5, _TWO_O_CLOCK + 35)) == "14:00:05 to 14:00:35"
