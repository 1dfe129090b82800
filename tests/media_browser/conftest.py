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


@pytest.fixture
def titles() -> MakeTitles:
    """Make titles in a language, on a Tuesday morning in Prague."""

    def make(language: str = "en") -> Titles:
        texts = json.loads((_TRANSLATIONS / f"{language}.json").read_text())
        words = texts["selector"]["recordings"]["options"]
        return Titles(words, PRAGUE, datetime(2026, 11, 24, 9, 30, tzinfo=PRAGUE))

    return make
