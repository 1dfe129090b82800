"""Somebody comes to the front door, seen in a real browser, as `scripts/demo --events` does it."""

from pathlib import Path

from PIL import Image
import pytest

from tests.e2e.conftest import Outcome

pytestmark = pytest.mark.timeout(900)


def test_all_of_it_holds(seen: Outcome) -> None:
    assert seen.code == 0, seen.printed
    assert seen.report["ok"]


def test_a_person_is_shown_within_a_second(seen: Outcome) -> None:
    assert seen.step("a person comes")["figures"]["worst_delay_s"] < 1


def test_the_automation_editor_has_something_to_offer(seen: Outcome) -> None:
    assert seen.step("the automation editor")["figures"]["triggers"] >= 8


def test_pictures_are_kept(seen: Outcome) -> None:
    pictures = [Path(path) for path in seen.report["screenshots"]]
    assert len(pictures) >= 7
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.width > 400
