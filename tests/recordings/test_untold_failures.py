"""Failures that nobody has been told: each is told once, not for long, and only so many are kept."""

from types import SimpleNamespace

from homeassistant.exceptions import HomeAssistantError
import pytest

from custom_components.netrex.recordings import untold_failures
from custom_components.netrex.recordings.untold_failures import UntoldFailures


def test_each_is_told_once() -> None:
    untold = UntoldFailures()
    untold.raise_once("a")
    untold.note("a", HomeAssistantError("why"))
    untold.raise_once("b")
    with pytest.raises(HomeAssistantError, match="why"):
        untold.raise_once("a")
    untold.raise_once("a")


def test_what_was_long_ago_is_not_told(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 0.0
    monkeypatch.setattr(untold_failures, "time", SimpleNamespace(monotonic=lambda: now))
    untold = UntoldFailures()
    untold.note("a", HomeAssistantError("why"))
    now = 601.0
    untold.raise_once("a")


def test_the_latest_are_kept() -> None:
    untold = UntoldFailures()
    for number in range(100):
        untold.note(str(number), HomeAssistantError(str(number)))
    untold.raise_once("0")
    with pytest.raises(HomeAssistantError, match="99"):
        untold.raise_once("99")
