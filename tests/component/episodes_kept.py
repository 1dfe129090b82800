"""Episodes that an account keeps, put there by a test."""

from datetime import datetime
import io
from pathlib import Path
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from PIL import Image

from custom_components.netrex.episodes.account_episodes import AccountEpisodes
from custom_components.netrex.episodes.episode import Episode, EpisodeId, EpisodeKind, by_importance


def _jpeg(width: int, height: int) -> bytes:
    file = io.BytesIO()
    Image.new("RGB", (width, height), "gray").save(file, "JPEG")
    return file.getvalue()


PICTURE: Final = _jpeg(640, 360)
THUMBNAIL: Final = _jpeg(320, 180)


def folder_of(hass: HomeAssistant) -> Path:
    """Return where the images and episodes of all accounts are kept."""
    return Path(hass.config.cache_path("netrex"))


def database_of(hass: HomeAssistant) -> Path:
    """Return the file of all episodes."""
    return folder_of(hass) / "episodes.db"


def keep_episode(
    entry: ConfigEntry,
    node_id: int,
    began: datetime,
    *kinds: EpisodeKind,
    seconds: float = 5,
    scenarios: tuple[str, ...] = (),
    picture: bool = True,
    is_over: bool = True,
) -> Episode:
    """Let an account keep an episode of a camera, a person's unless said otherwise, and return it."""
    episodes: AccountEpisodes = entry.runtime_data.episodes
    began_at = round(began.timestamp() * 1000)
    episode = Episode(
        EpisodeId(node_id, began_at),
        began_at + round(seconds * 1000),
        by_importance(kinds or (EpisodeKind.PERSON,)),
        scenarios,
        is_over=is_over,
    )
    episodes.put(episode)
    if picture:
        episodes.put_picture(episode.id, PICTURE, THUMBNAIL)
    return episode
