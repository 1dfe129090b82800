"""What event entities tell of the episode that an event is part of."""

from typing import Final

from ..account.account import NetrexAccount
from ..cloud import Node
from ..episodes.items import episode_item
from ..episodes.paths import episode_picture_path

ATTR_EPISODE: Final = "episode"
ATTR_PICTURE: Final = "picture"


def episode_attributes(account: NetrexAccount, node: Node) -> dict[str, str]:
    """Return the media source's id of the episode of what a camera has just detected, and the path of its picture."""
    episode = account.episodes.latest(node.node_id)
    if episode is None:
        return {}
    entry_id, found = account.entry.entry_id, episode.id
    attributes = {ATTR_EPISODE: episode_item(entry_id, found).media_content_id}
    if account.recorder.keeps_pictures:
        attributes[ATTR_PICTURE] = episode_picture_path(entry_id, found)
    return attributes
