"""A live view during which tokens end several times. It runs beside the other tests; the demo watches for longer."""

import pytest

from tests.e2e.conftest import LONG_LIVE_SECONDS, Outcome

pytestmark = pytest.mark.timeout(LONG_LIVE_SECONDS + 200)


def test_nobody_watching_notices_that_tokens_are_renewed(long_live: Outcome) -> None:
    assert long_live.code == 0, long_live.printed
    assert long_live.step("tokens were renewed")["figures"]["renewals"] >= 4


def test_the_picture_never_jumps_by_more_than_three_seconds(long_live: Outcome) -> None:
    figures = long_live.step("a live view of")["figures"]
    assert figures["largest_gap_s"] <= 3
    assert figures["clock_advanced_s"] > LONG_LIVE_SECONDS - 20


def test_the_account_is_neither_reloaded_nor_asked_to_sign_in_again(long_live: Outcome) -> None:
    assert long_live.step("no reload")["ok"]
