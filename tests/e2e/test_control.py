"""Moved, lit, spoken through and switched in a real browser, as `scripts/demo --control` does it (acceptance 5.1)."""

from pathlib import Path

from PIL import Image
import pytest

from tests.e2e.conftest import Outcome

pytestmark = pytest.mark.timeout(900)


def test_all_of_it_holds(controlled: Outcome) -> None:
    assert controlled.code == 0, controlled.printed
    assert controlled.report["ok"]


def test_a_preset_changes_the_picture_more_than_what_walks_about_in_it(controlled: Outcome) -> None:
    figures = controlled.step("a preset")["figures"]
    assert figures["changed"] > 2 * figures["changed_without"]


def test_an_arrow_moves_the_head_for_as_long_as_it_says(controlled: Outcome) -> None:
    figures = controlled.step("an arrow")["figures"]
    assert 0.5 <= figures["moved_s"] <= 0.6 + 0.5
    assert figures["pan_by"] < 0


def test_infrared_light_brightens_the_picture(controlled: Outcome) -> None:
    figures = controlled.step("infrared light on")["figures"]
    assert figures["brightness_after"] > 3 * figures["brightness_before"]
    assert figures["screen_after"] > 3 * figures["screen_before"]


def test_the_camera_says_what_it_was_told_to(controlled: Outcome) -> None:
    assert controlled.step("an announcement")["figures"]["correlation"] > 0.95


def test_a_clip_is_played(controlled: Outcome) -> None:
    assert controlled.step("a clip")["figures"]["plays"] == "Dog barking"


def test_the_event_of_an_output_comes_back(controlled: Outcome) -> None:
    figures = controlled.step("an output on")["figures"]
    assert figures["port"] == "closed"
    assert figures["told_after_s"] < 1


def test_a_month_of_visitors_is_what_the_provider_counted(controlled: Outcome) -> None:
    figures = controlled.step("figures")["figures"]
    assert figures["hours"] >= 29 * 24
    assert figures["visitors"] == figures["visitors_of_the_simulator"] > 0
    assert figures["most_values_a_request"] <= 100


def test_a_guest_sees_live_view_alone(controlled: Outcome) -> None:
    step = controlled.step("a guest")
    assert step["ok"], step["said"]
    assert step["figures"]["cameras"] == 2


def test_pictures_are_kept(controlled: Outcome) -> None:
    pictures = [Path(path) for path in controlled.report["screenshots"]]
    assert len(pictures) >= 13
    for path in pictures:
        with Image.open(path) as picture:
            assert picture.width > 400
