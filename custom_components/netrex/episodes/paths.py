"""Where the pictures of episodes are, in Home Assistant's web server. Each path is for those who may see the camera."""

from typing import Final

from ..const import DOMAIN
from .episode import EpisodeId
from .thumbnails import WIDTH

PICTURE: Final = f"/api/{DOMAIN}/episode-picture"
#: What a view's path has after it.
EPISODE: Final = "{entry_id:[0-9A-Za-z]{1,64}}/{node_id:[0-9]{1,19}}/{began_at:[0-9]{1,14}}"
#: In the query: how many pixels are enough. Home Assistant's signatures leave it out: that of a picture opens both.
ATTR_WIDTH: Final = "width"


def episode_picture_path(entry_id: str, episode_id: EpisodeId, suffix: str = ".jpg") -> str:
    """Return the path of an episode's picture, without a signature."""
    return f"{PICTURE}/{entry_id}/{episode_id.node_id}/{episode_id.began_at}{suffix}"


def episode_thumbnail_path(entry_id: str, episode_id: EpisodeId) -> str:
    """Return the path of a small picture of an episode, for requests with a login: a signature leaves its query out."""
    return f"{episode_picture_path(entry_id, episode_id)}?{ATTR_WIDTH}={WIDTH}"


def episode_tile_path(entry_id: str, episode_id: EpisodeId) -> str:
    """Return the path of a small picture of an episode in a square, without a signature."""
    return episode_picture_path(entry_id, episode_id, ".svg")
