"""Somebody comes to the front door, seen in a real browser."""

from pathlib import Path

from PIL import Image
import pytest

from tests.e2e.report import Report

pytestmark = pytest.mark.timeout(900)


def test_all_of_it_holds(events: Report) -> None:
    assert events.ok, str(events)


def test_a_person_is_shown_within_a_second(events: Report) -> None:
    assert events.step_named("a person comes").number("worst_delay_s") < 1


def test_the_automation_editor_has_something_to_offer(events: Report) -> None:
    assert events.step_named("the automation editor").number("triggers") >= 8


def test_pictures_are_kept(events: Report) -> None:
    pictures = [Path(path) for path in events.screenshots]
    assert len(pictures) >= 7
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.width > 400
