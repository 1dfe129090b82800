"""What may happen to the first person with an account: each failure is a step, and not a dead end."""

import pytest

from tests.e2e.report import Report

pytestmark = pytest.mark.timeout(900)


@pytest.mark.parametrize("language", ["en", "cs"])
@pytest.mark.parametrize(
    "part", ["addresses", "credentials", "cameras refuse", "left for later", "permissions changed"]
)
def test_every_way_leads_on(first_contact: Report, language: str, part: str) -> None:
    assert first_contact.step_named(f"{language}: {part}").ok, str(first_contact)


def test_nothing_secret_is_logged(first_contact: Report) -> None:
    assert first_contact.ok, str(first_contact)
