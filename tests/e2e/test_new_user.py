"""The path of a new user (acceptance 5.2)."""

from pathlib import Path

from PIL import Image
import pytest

from tests.e2e.report import Report

pytestmark = pytest.mark.timeout(900)


def test_all_of_it_holds(new_user: Report) -> None:
    assert new_user.ok, str(new_user)


@pytest.mark.parametrize("auth_method", ["OAuth2", "API token"])
def test_the_live_picture_is_live(new_user: Report, auth_method: str) -> None:
    number = new_user.step_named(f"{auth_method}: the live picture").number
    assert number("worst_lag_s") <= 8
    assert number("clock_advanced_s") > number("watched_s") / 2


def test_an_older_cameras_live_picture_comes_as_mjpeg(new_user: Report) -> None:
    assert new_user.step_named("an older camera").number("mjpeg_connections") >= 1


def test_denying_consent_ends_in_a_clear_text(new_user: Report) -> None:
    assert new_user.step_named("OAuth2, consent denied").ok


def test_removing_the_account_revokes_its_token(new_user: Report) -> None:
    assert new_user.step_named("removing the account").number("revocations") >= 1


def test_screenshots_show_something(new_user: Report) -> None:
    pictures = [Path(name) for name in new_user.screenshots]
    assert len(pictures) >= 20
    for picture in pictures:
        with Image.open(picture) as opened:
            colours = opened.convert("RGB").getcolors(maxcolors=1 << 24)
            assert colours is not None
            assert len(colours) > 50, f"{picture.name} is blank"


@pytest.mark.parametrize(("auth_method", "clicks", "fields"), [("OAuth2", 11, 5), ("API token", 8, 2)])
def test_the_way_to_the_first_live_picture_is_short(
    new_user: Report, capsys: pytest.CaptureFixture[str], auth_method: str, clicks: int, fields: int
) -> None:
    step = new_user.step_named(f"{auth_method}: from the dialog")
    with capsys.disabled():
        print(f"\n{auth_method}, at a known provider: {step}")  # noqa: T201 - said to who runs it
    assert step.number("clicks") <= clicks
    assert step.number("fields") <= fields
