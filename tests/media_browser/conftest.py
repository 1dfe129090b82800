"""Titles in both languages, at one moment."""

from datetime import datetime
import json
from pathlib import Path
from typing import Protocol
from zoneinfo import ZoneInfo

import pytest

from custom_components.netrex.media_browser.titles import Titles

_TRANSLATIONS = Path(__file__).parents[2] / "custom_components" / "netrex" / "translations"
PRAGUE = ZoneInfo("Europe/Prague")


class MakeTitles(Protocol):
    """Makes titles in a language."""

    def __call__(self, language: str = "en") -> Titles: ...


def words_of(language: str) -> dict[str, str]:
    """Return the words of a language by the keys that titles have for them."""
    texts = json.loads((_TRANSLATIONS / f"{language}.json").read_text())["selector"]
    prefixes = {"recordings": "", "event_kind": "kind_", "event_search": "find_"}
    return {
        prefix + key: text for selector, prefix in prefixes.items() for key, text in texts[selector]["options"].items()
    }


@pytest.fixture(scope="session")
def titles() -> MakeTitles:
    """Make titles in a language, on a Tuesday morning in Prague."""

    def make(language: str = "en") -> Titles:
        return Titles(words_of(language), PRAGUE, datetime(2026, 11, 24, 9, 30, tzinfo=PRAGUE))

    return make
