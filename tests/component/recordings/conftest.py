"""What tests of recordings share."""

from pathlib import Path

from homeassistant.core import HomeAssistant
import pytest


@pytest.fixture
def media(hass: HomeAssistant, tmp_path: Path) -> Path:
    """The only media folder."""
    folder = tmp_path / "media"
    folder.mkdir()
    hass.config.media_dirs = {"local": str(folder)}
    return folder
