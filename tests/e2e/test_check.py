"""The path of a new user, as `scripts/demo --check` goes it (acceptance 5.2)."""

from pathlib import Path

from PIL import Image
import pytest

from tests.e2e.conftest import Outcome

pytestmark = pytest.mark.timeout(900)


def test_all_of_it_holds(checked: Outcome) -> None:
    assert checked.code == 0, checked.printed
    assert checked.report["ok"]


@pytest.mark.parametrize("way_in", ["OAuth2", "API token"])
def test_the_live_picture_is_live(checked: Outcome, way_in: str) -> None:
    figures = checked.step(f"{way_in}: the live picture")["figures"]
    assert figures["worst_lag_s"] <= 8
    assert figures["clock_advanced_s"] > figures["watched_s"] / 2


def test_an_older_cameras_live_picture_comes_as_mjpeg(checked: Outcome) -> None:
    assert checked.step("an older camera")["figures"]["mjpeg_connections"] >= 1


def test_denying_consent_ends_in_a_clear_text(checked: Outcome) -> None:
    assert checked.step("OAuth2, consent denied")["ok"]


def test_removing_the_account_revokes_its_token(checked: Outcome) -> None:
    assert checked.step("removing the account")["figures"]["revocations"] >= 1


def test_screenshots_show_something(checked: Outcome) -> None:
    pictures = [Path(name) for name in checked.report["screenshots"]]
    assert len(pictures) >= 20
    for picture in pictures:
        with Image.open(picture) as opened:
            colours = opened.convert("RGB").getcolors(maxcolors=1 << 24)
            assert colours is not None
            assert len(colours) > 50, f"{picture.name} is blank"
