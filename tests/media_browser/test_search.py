"""What somebody means who types a camera's name, a date or a time."""

from datetime import date, datetime

from hypothesis import given, strategies as st
import pytest

from custom_components.netrex.media_browser.search import SearchQuery, parse_query
from custom_components.netrex.media_browser.titles import Titles

from .conftest import PRAGUE, MakeTitles

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


@pytest.fixture(scope="module")
def english() -> Titles:
    import json  # noqa: PLC0415
    from pathlib import Path  # noqa: PLC0415

    texts = json.loads(Path("custom_components/netrex/translations/en.json").read_text())
    return Titles(texts["selector"]["recordings"]["options"], PRAGUE, datetime(2026, 11, 24, 9, 30, tzinfo=PRAGUE))


@given(query=st.text(max_size=300))
def test_anything_may_be_typed(english: Titles, query: str) -> None:
    meant = parse_query(query, english)
    assert meant.hour is None or 0 <= meant.hour < 24
