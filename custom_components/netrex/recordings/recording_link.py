"""Where the recording round an event will be found."""

from datetime import datetime
from typing import Final

from homeassistant.config_entries import ConfigEntry

from ..auth.scopes import Scope, allows
from ..cloud import Node
from ..cloud.recordings import Interval
from ..const import CONF_SCOPES
from .media_items import RecordingItem

#: Seconds of the recording before and after an event.
_BEFORE: Final = 10
_AFTER: Final = 20


def recording_link(entry: ConfigEntry, node: Node, at: datetime) -> str | None:
    """Return the media source's id of 10 s before to 20 s after a moment; None without the permission to recordings.

    Nothing is asked for: the recording may not be there for some seconds yet, or not at all.
    """
    if not allows(entry.data.get(CONF_SCOPES), Scope.RECORDINGS):
        return None
    moment = int(at.timestamp())
    interval = Interval(moment - _BEFORE, moment + _AFTER)
    return RecordingItem(entry.entry_id, node.node_id, interval).media_content_id
