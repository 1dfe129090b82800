"""Where the pictures of episodes are, in Home Assistant's web server. Each path is for those who may see the camera."""

from typing import Final

from ..const import DOMAIN
from .episode import EpisodeId

PICTURE: Final = f"/api/{DOMAIN}/episode-picture"
THUMBNAIL: Final = f"/api/{DOMAIN}/episode-thumbnail"
#: In a square.
TILE: Final = f"/api/{DOMAIN}/episode-tile"
#: What a view's path has after one of these.
EPISODE: Final = "{entry_id:[0-9A-Za-z]{1,64}}/{node_id:[0-9]{1,19}}/{began_at:[0-9]{1,14}}"


def episode_picture_path(entry_id: str, episode_id: EpisodeId) -> str:
    """Return the path of an episode's picture, without a signature."""
    return f"{PICTURE}/{entry_id}/{episode_id.node_id}/{episode_id.began_at}.jpg"


def episode_thumbnail_path(entry_id: str, episode_id: EpisodeId) -> str:
    """Return the path of a small picture of an episode, without a signature."""
    return f"{THUMBNAIL}/{entry_id}/{episode_id.node_id}/{episode_id.began_at}.jpg"


def episode_tile_path(entry_id: str, episode_id: EpisodeId) -> str:
    """Return the path of a small picture of an episode in a square, without a signature."""
    return f"{TILE}/{entry_id}/{episode_id.node_id}/{episode_id.began_at}.svg"
