"""The integration's own dashboard: added with two clicks, with what each person may see."""

import pytest

from tests.e2e.report import Report

pytestmark = pytest.mark.timeout(900)


def test_all_of_it_holds(dashboard: Report) -> None:
    assert dashboard.ok, str(dashboard)


@pytest.mark.parametrize(
    "step",
    [
        "add the account, and its dashboard",
        "each camera has a card",
        "each other view",
        "it follows the account",
        "a link to an event",
        "the frontend replaces the registry",
        "who may see lights only",
    ],
)
def test_a_step_holds(dashboard: Report, step: str) -> None:
    assert dashboard.step_named(step).ok, str(dashboard)
