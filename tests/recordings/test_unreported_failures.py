"""Failures that nobody has been told: each is told once, not for long, and only so many are kept."""

from types import SimpleNamespace

from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.netrex.recordings import unreported_failures
from custom_components.netrex.recordings.unreported_failures import UnreportedFailures


def test_each_is_told_once() -> None:
    unreported = UnreportedFailures()
    unreported.raise_once("a")
    unreported.note("a", HomeAssistantError("why"))
    unreported.raise_once("b")
    with pytest.raises(HomeAssistantError, match="why"):
        unreported.raise_once("a")
    unreported.raise_once("a")


def test_what_was_long_ago_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(unreported_failures, "time", SimpleNamespace(monotonic=lambda: now))
    unreported = UnreportedFailures()
    unreported.note("a", HomeAssistantError("why"))
    now = 601.0
    unreported.raise_once("a")


def test_the_latest_are_kept() -> None:
    unreported = UnreportedFailures()
    for number in range(100):
        unreported.note(str(number), HomeAssistantError(str(number)))
    unreported.raise_once("0")
    with pytest.raises(HomeAssistantError, match="99"):
        unreported.raise_once("99")
