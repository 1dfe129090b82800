"""What somebody means who types a camera's name, a date or a time."""

from datetime import date

from hypothesis import given, strategies as st
import pytest

from custom_components.netrex.episodes.episode import EpisodeKind
from custom_components.netrex.media_browser.search_query import SearchQuery, parse_query

from .conftest import MakeTitles

_TODAY = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("query", "day", "hour", "words"),
    [
        ("today", _TODAY, None, ()),
        ("front door yesterday 14:00", date(2026, 11, 23), 14, ("front", "door")),
        ("Yesterday at 2 pm front", date(2026, 11, 23), 14, ("front",)),
        ("22.11.", date(2026, 11, 22), None, ()),
        ("22. 11. 14:30", date(2026, 11, 22), 14, ()),
        ("2026-11-22 vchod", date(2026, 11, 22), None, ("vchod",)),
        ("22 November", date(2026, 11, 22), None, ()),
        ("22nd of november 2025", None, None, ("22nd", "november", "2025")),
        ("Nov 22, 2025", date(2025, 11, 22), None, ()),
        ("24.12.", date(2025, 12, 24), None, ()),
        ("24/12/2024", date(2024, 12, 24), None, ()),
        ("sunday", date(2026, 11, 22), None, ()),
        ("tuesday 7:05", date(2026, 11, 17), 7, ()),
        ("14h", None, 14, ()),
        ("12am garage", None, 0, ("garage",)),
        ("camera 12", None, None, ("camera", "12")),
        ("31.2.", None, None, ("31", "2")),
        ("99:99", None, None, ("99", "99")),
        ("31.12.9999", None, None, ("31", "12", "9999")),
        ("0001-01-01", None, None, ("0001", "01", "01")),
        ("", None, None, ()),
    ],
)
def test_english(titles: MakeTitles, query: str, day: date | None, hour: int | None, words: tuple[str, ...]) -> None:
    assert parse_query(query, titles()) == SearchQuery(day, hour, words)


@pytest.mark.parametrize(
    ("query", "day", "hour", "words"),
    [
        ("dnes", _TODAY, None, ()),
        ("včera ve 14:00 vchod", date(2026, 11, 23), 14, ("vchod",)),
        ("vcera 14.30", date(2026, 11, 23), 14, ()),
        ("předevčírem", date(2026, 11, 22), None, ()),
        ("neděle", date(2026, 11, 22), None, ()),
        ("22. listopadu", date(2026, 11, 22), None, ()),
        ("branka u potoka", None, None, ("branka", "u", "potoka")),
    ],
)
def test_czech(titles: MakeTitles, query: str, day: date | None, hour: int | None, words: tuple[str, ...]) -> None:
    assert parse_query(query, titles("cs")) == SearchQuery(day, hour, words)


@pytest.mark.parametrize(
    ("language", "query", "day", "kinds", "names"),
    [
        ("en", "person yesterday", date(2026, 11, 23), {EpisodeKind.PERSON}, ()),
        ("en", "Front door vehicle 22.11.", date(2026, 11, 22), {EpisodeKind.VEHICLE}, ("front", "door")),
        ("en", "people and cars", None, {EpisodeKind.PERSON, EpisodeKind.VEHICLE}, ("and",)),
        ("en", "license plate gate", None, {EpisodeKind.LICENSE_PLATE}, ("gate",)),
        ("en", "events garage", None, set(), ("garage",)),
        ("en", "carport", None, None, ()),
        ("cs", "člověk včera", date(2026, 11, 23), {EpisodeKind.PERSON}, ()),
        ("cs", "clovek vcera vchod", date(2026, 11, 23), {EpisodeKind.PERSON}, ("vchod",)),
        ("cs", "auto 22.11.", date(2026, 11, 22), {EpisodeKind.VEHICLE}, ()),
        ("cs", "překročení čáry dnes", _TODAY, {EpisodeKind.LINE_CROSSED}, ()),
        ("cs", "události", None, set(), ()),
    ],
)
def test_kinds_of_events(
    titles: MakeTitles,
    language: str,
    query: str,
    day: date | None,
    kinds: set[EpisodeKind] | None,
    names: tuple[str, ...],
) -> None:
    wanted = parse_query(query, titles(language))
    assert (wanted.day, wanted.kinds, wanted.names) == (day, kinds, names)


def test_a_camera_may_be_called_like_an_event(titles: MakeTitles) -> None:
    wanted = parse_query("vehicle gate", titles())
    assert wanted.words == ("vehicle", "gate")
    assert wanted.names == ("gate",)


@pytest.mark.parametrize("language", ["en", "cs"])
def test_each_kind_is_found_by_its_own_name(titles: MakeTitles, language: str) -> None:
    words = titles(language)
    for kind in EpisodeKind:
        assert parse_query(words.words[f"kind_{kind}"], words).kinds == {kind}


@given(query=st.text(max_size=300))
def test_anything_may_be_typed(titles: MakeTitles, query: str) -> None:
    meant = parse_query(query, titles())
    assert meant.hour is None or 0 <= meant.hour < 24
