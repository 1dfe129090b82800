"""What the action that lists events does."""

from collections.abc import Collection
from typing import Any, Final

from homeassistant.util import dt as dt_util

from ..account.account import NetrexAccount
from ..cloud import Node
from ..cloud.recordings import Interval
from ..episodes.episode import Episode, EpisodeKind
from ..episodes.items import episode_item, episode_picture_item
from ..episodes.paths import episode_picture_path
from ..episodes.span import episode_interval
from ..media_browser.access import has_permission
from ..recordings.media_items import RecordingItem

#: Of one camera.
MOST_EVENTS: Final = 1000


async def list_events(
    account: NetrexAccount, camera: Node, interval: Interval, kinds: Collection[EpisodeKind], limit: int
) -> dict[str, Any]:
    """Return what happened at a camera, newest first, and whether there was more."""
    found = await account.episodes.find([camera.node_id], interval, kinds, limit + 1)
    return {"events": [_described(account, each) for each in found[:limit]], "more": len(found) > limit}


def _described(account: NetrexAccount, episode: Episode) -> dict[str, Any]:
    entry_id = account.entry.entry_id
    recording = None
    if has_permission(account.entry):
        interval = episode_interval(episode, dt_util.utcnow())
        recording = RecordingItem(entry_id, episode.id.node_id, interval).media_content_id
    picture = episode_picture_item(entry_id, episode.id).media_content_id if episode.has_picture else None
    return {
        "start": dt_util.as_local(episode.begin).isoformat(timespec="seconds"),
        "end": dt_util.as_local(episode.end).isoformat(timespec="seconds"),
        "kinds": [str(kind) for kind in episode.kinds],
        "scenarios": list(episode.scenarios),
        "ongoing": not episode.is_over,
        "episode": episode_item(entry_id, episode.id).media_content_id,
        "picture": picture,
        "picture_url": episode_picture_path(entry_id, episode.id) if picture else None,
        "recording": recording,
    }
