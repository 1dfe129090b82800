"""Yesterday 14:00, found and played in a real browser (acceptance 3.1)."""

from pathlib import Path

from PIL import Image
import pytest

from tests.e2e.report import Report

pytestmark = pytest.mark.timeout(900)


def test_all_of_it_holds(recordings: Report) -> None:
    assert recordings.ok, str(recordings)


@pytest.mark.parametrize("where", ["a person comes", "play it", "seek to the middle", "on a phone"])
def test_the_clock_in_the_picture_is_right(recordings: Report, where: str) -> None:
    assert abs(recordings.step_named(where).number("clock_off_s")) < 2.5


def test_a_seek_asks_for_the_part_that_is_wanted(recordings: Report) -> None:
    assert recordings.step_named("seek to the middle").number("range_requests") >= 1


def test_whoever_may_not_see_the_camera_is_refused(recordings: Report) -> None:
    assert recordings.step_named("somebody who may not see").ok


def test_each_step_has_its_picture(recordings: Report) -> None:
    pictures = [Path(name) for name in recordings.screenshots]
    assert len(pictures) >= 15
    for picture in pictures:
        with Image.open(picture) as opened:
            colours = opened.convert("RGB").getcolors(maxcolors=1 << 24)
            assert colours is not None
            assert len(colours) > 50, f"{picture.name} is blank"
