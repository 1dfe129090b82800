"""A Home Assistant with files of its own, and the episodes of one account in it."""

from collections.abc import AsyncIterator
from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest

from .keeping import Keeping


@pytest.fixture
async def hass(tmp_path: Path) -> AsyncIterator[HomeAssistant]:
    """A Home Assistant that keeps its files here."""
    hass = HomeAssistant(str(tmp_path))
    yield hass
    await hass.async_stop(force=True)


@pytest.fixture
async def keeping(hass: HomeAssistant) -> AsyncIterator[Keeping]:
    """An account that is loaded."""
    keeping = Keeping(hass)
    await keeping.load()
    yield keeping
    await keeping.unload()
