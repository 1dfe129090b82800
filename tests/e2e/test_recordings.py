"""Yesterday 14:00, found and played in a real browser, as `scripts/demo --recordings` does it (acceptance 3.1)."""

from pathlib import Path

from PIL import Image
import pytest

from tests.e2e.conftest import Outcome

pytestmark = pytest.mark.timeout(900)


def test_all_of_it_holds(found: Outcome) -> None:
    assert found.code == 0, found.printed
    assert found.report["ok"]


@pytest.mark.parametrize("where", ["play it", "seek to the middle", "on a phone"])
def test_the_clock_in_the_picture_is_right(found: Outcome, where: str) -> None:
    assert abs(found.step(where)["figures"]["clock_off_s"]) < 2.5


def test_a_seek_asks_for_the_part_that_is_wanted(found: Outcome) -> None:
    assert found.step("seek to the middle")["figures"]["range_requests"] >= 1


def test_whoever_may_not_see_the_camera_is_refused(found: Outcome) -> None:
    assert found.step("somebody who may not see")["ok"]


def test_each_step_has_its_picture(found: Outcome) -> None:
    pictures = [Path(name) for name in found.report["screenshots"]]
    assert len(pictures) >= 15
    for picture in pictures:
        with Image.open(picture) as opened:
            colours = opened.convert("RGB").getcolors(maxcolors=1 << 24)
            assert colours is not None
            assert len(colours) > 50, f"{picture.name} is blank"
