"""Moved, lit, spoken through and switched in a real browser (acceptance 5.1)."""

from pathlib import Path

from PIL import Image
import pytest

from tests.e2e.report import Report

pytestmark = pytest.mark.timeout(900)


def test_all_of_it_holds(control: Report) -> None:
    assert control.ok, str(control)


def test_a_preset_changes_the_picture_more_than_what_walks_about_in_it(control: Report) -> None:
    number = control.step_named("a preset").number
    assert number("changed") > 2 * number("changed_without")


def test_an_arrow_moves_the_head_for_as_long_as_it_says(control: Report) -> None:
    number = control.step_named("an arrow").number
    assert 0.5 <= number("moved_s") <= 0.6 + 0.5
    assert number("pan_by") < 0


def test_infrared_light_brightens_the_picture(control: Report) -> None:
    number = control.step_named("infrared light on").number
    assert number("brightness_after") > 3 * number("brightness_before")
    assert number("screen_after") > 3 * number("screen_before")


def test_the_camera_says_what_it_was_told_to(control: Report) -> None:
    assert control.step_named("an announcement").number("correlation") > 0.95


def test_a_clip_is_played(control: Report) -> None:
    assert control.step_named("a clip").figures["plays"] == "Dog barking"


def test_the_event_of_an_output_comes_back(control: Report) -> None:
    step = control.step_named("an output on")
    assert step.figures["port"] == "closed"
    assert step.number("told_after_s") < 1


def test_a_month_of_visitors_is_what_the_provider_counted(control: Report) -> None:
    number = control.step_named("figures").number
    assert number("hours") >= 29 * 24
    assert number("visitors") == number("visitors_of_the_simulator") > 0
    assert number("most_values_a_request") <= 100


def test_a_guest_sees_live_view_alone(control: Report) -> None:
    step = control.step_named("a guest")
    assert step.ok, step.said
    assert step.number("cameras") == 2


def test_pictures_are_kept(control: Report) -> None:
    pictures = [Path(path) for path in control.screenshots]
    assert len(pictures) >= 13
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.width > 400
