"""The films that say in words why a player would show nothing."""

import json
from pathlib import Path

import av
import pytest

from custom_components.netrex.recordings.h265_notices import H265Notices, notice_film

_TRANSLATIONS = Path("custom_components/netrex/translations")


@pytest.mark.parametrize("language", sorted(path.stem for path in _TRANSLATIONS.glob("*.json")))
def test_film_says_what_the_error_says(language: str) -> None:
    """Else it was drawn before the text was changed: scripts/draw_notices.py draws it again."""
    path = notice_film(language)
    assert path.suffixes == [f".{language}", ".mp4"]
    with av.open(str(path)) as film:
        title = film.metadata["title"]
        frame = next(film.decode(video=0))
    message = json.loads((_TRANSLATIONS / f"{language}.json").read_text())["exceptions"]["recording_in_h265"]["message"]
    assert title.endswith(message.partition("{camera}")[2])
    # Something is written on it.
    assert frame.to_ndarray(format="gray").max() > 200


def test_language_without_a_film_gets_the_english_one() -> None:
    assert notice_film("de") == notice_film("en")


def test_only_so_many_opened_recordings_are_kept() -> None:
    notices = H265Notices()
    for number in range(100):
        notices.opened_early("person", 1, f"recording/{number}")
    assert not notices.tells("person", 1, "recording/0")
    assert notices.tells("person", 1, "recording/99")
