"""A live view during which tokens end several times. It runs beside the other tests; the demo watches for longer."""

import pytest

from tests.e2e.conftest import LONG_LIVE_SECONDS
from tests.e2e.report import Report

pytestmark = pytest.mark.timeout(LONG_LIVE_SECONDS + 200)


def test_nobody_watching_notices_that_tokens_are_renewed(long_live: Report) -> None:
    assert long_live.ok, str(long_live)
    assert long_live.step_named("tokens were renewed").number("renewals") >= 4


def test_the_picture_never_jumps_by_more_than_three_seconds(long_live: Report) -> None:
    number = long_live.step_named("a live view of").number
    assert number("largest_gap_s") <= 3
    assert number("clock_advanced_s") > LONG_LIVE_SECONDS - 20


def test_the_account_is_neither_reloaded_nor_asked_to_sign_in_again(long_live: Report) -> None:
    assert long_live.step_named("no reload").ok
