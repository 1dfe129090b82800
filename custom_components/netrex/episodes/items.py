"""Episodes as what people choose: between the items of the media source and the ids of episodes."""

from ..recordings.media_items import EpisodeItem, EpisodePictureItem
from .episode import EpisodeId


def episode_item(entry_id: str, episode_id: EpisodeId) -> EpisodeItem:
    """Return what plays an episode of an account."""
    return EpisodeItem(entry_id, episode_id.node_id, episode_id.began_at)


def episode_picture_item(entry_id: str, episode_id: EpisodeId) -> EpisodePictureItem:
    """Return what shows the picture of an episode of an account."""
    return EpisodePictureItem(entry_id, episode_id.node_id, episode_id.began_at)


def episode_id_of(item: EpisodeItem | EpisodePictureItem) -> EpisodeId:
    """Return which episode of its account an item is about."""
    return EpisodeId(item.node_id, item.began_at)
