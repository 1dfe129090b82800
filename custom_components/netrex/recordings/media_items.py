"""What the media browser can point at: one class a kind, written as the identifier that Home Assistant stores."""

from collections.abc import Callable
from dataclasses import dataclass, fields
from datetime import date, datetime
import re
from typing import ClassVar, Final

from homeassistant.config_entries import ConfigEntry

from ..auth.scopes import Scope, allows
from ..cloud import Node
from ..cloud.recordings import Interval
from ..const import CONF_SCOPES, DOMAIN

#: Seconds. No interval of the media browser, and none round an event, is longer.
LONGEST: Final = 24 * 3600
_LAST_NODE: Final = 2**63 - 1
#: Seconds of the recording before and after an event.
BEFORE: Final = 10
AFTER: Final = 20


class NoMediaItemError(ValueError):
    """An identifier that this integration has not written."""


@dataclass(frozen=True, slots=True)
class Item:
    """A folder or recording of an account."""

    entry_id: str

    kind: ClassVar[str]

    @property
    def identifier(self) -> str:
        """How Home Assistant stores it."""
        return "/".join((self.kind, *(_PARTS[each.name].write(getattr(self, each.name)) for each in fields(self))))

    @property
    def media_content_id(self) -> str:
        """How actions and the media browser call it."""
        return f"media-source://{DOMAIN}/{self.identifier}"


@dataclass(frozen=True, slots=True)
class NodeItem(Item):
    """An item of a camera, a channel, a location or a folder."""

    node_id: int


@dataclass(frozen=True, slots=True)
class AccountItem(Item):
    """An account's places and cameras."""

    kind = "account"


@dataclass(frozen=True, slots=True)
class PlaceItem(NodeItem):
    """The cameras of a location or folder."""

    kind = "place"


@dataclass(frozen=True, slots=True)
class CameraItem(NodeItem):
    """The days of a camera, or of one channel of it."""

    kind = "camera"


@dataclass(frozen=True, slots=True)
class DayItem(NodeItem):
    """The hours of a day."""

    kind = "day"
    day: date


@dataclass(frozen=True, slots=True)
class HourItem(NodeItem):
    """The slots of an hour, or of any interval."""

    kind = "hour"
    interval: Interval


@dataclass(frozen=True, slots=True)
class RecordingItem(NodeItem):
    """The recording of an interval; `index` counts its pieces, where it has gaps."""

    kind = "recording"
    interval: Interval
    index: int = 0

    @classmethod
    def media_content_prefix(cls, entry_id: str, node_id: int) -> str:
        """Return what recordings of a camera or channel begin with: `/BEGIN/END/INDEX` (seconds since 1970) follows."""
        parts = _PARTS["entry_id"].write(entry_id), _PARTS["node_id"].write(node_id)
        return f"media-source://{DOMAIN}/{'/'.join((cls.kind, *parts))}"


@dataclass(frozen=True, slots=True)
class CardItem(NodeItem):
    """The days of a camera's card."""

    kind = "card"


@dataclass(frozen=True, slots=True)
class CardDayItem(NodeItem):
    """What the card holds of a day."""

    kind = "card-day"
    day: date


@dataclass(frozen=True, slots=True)
class CardRecordingItem(NodeItem):
    """An interval of a recording on the card; `card_id` is the camera's own id of the recording."""

    kind = "card-recording"
    card_id: str
    interval: Interval


@dataclass(frozen=True, slots=True)
class EpisodeItem(NodeItem):
    """The recording of an episode; `began_at`: see `EpisodeId`."""

    kind = "episode"
    began_at: int


@dataclass(frozen=True, slots=True)
class EpisodePictureItem(NodeItem):
    """The picture of an episode."""

    kind = "episode-picture"
    began_at: int


@dataclass(frozen=True, slots=True)
class AccountEventsItem(Item):
    """The days with events of an account's cameras."""

    kind = "account-events"


@dataclass(frozen=True, slots=True)
class CameraEventsItem(NodeItem):
    """The days with events of a camera."""

    kind = "camera-events"


@dataclass(frozen=True, slots=True)
class AccountEventDayItem(Item):
    """The events of a day at all cameras of an account; `event_kind`: of one kind, or `all`."""

    kind = "account-event-day"
    day: date
    event_kind: str


@dataclass(frozen=True, slots=True)
class CameraEventDayItem(NodeItem):
    """The events of a day at a camera; `event_kind`: of one kind, or `all`."""

    kind = "camera-event-day"
    day: date
    event_kind: str


@dataclass(frozen=True, slots=True)
class AccountEventPartItem(Item):
    """The events of a part of a day at all cameras of an account, where a day has very many."""

    kind = "account-event-part"
    interval: Interval
    event_kind: str


@dataclass(frozen=True, slots=True)
class CameraEventPartItem(NodeItem):
    """The events of a part of a day at a camera, where a day has very many."""

    kind = "camera-event-part"
    interval: Interval
    event_kind: str


def parse_item(identifier: str) -> Item:
    """Read an identifier; the item's `identifier` is the same one again.

    Raises:
        NoMediaItemError: it is not one of an item.
    """
    for pattern, build in _PATTERNS:
        if match := pattern.fullmatch(identifier):
            return build(**{name: _PARTS[name].read(text) for name, text in match.groupdict().items()})
    raise NoMediaItemError("not an identifier of a recording")


def recording_link(entry: ConfigEntry, node: Node, at: datetime) -> str | None:
    """Return the media source's id of 10 s before to 20 s after a moment; None without the permission to recordings.

    Nothing is asked for: the recording may not be there for some seconds yet, or not at all.
    """
    if not allows(entry.data.get(CONF_SCOPES), Scope.RECORDINGS):
        return None
    moment = int(at.timestamp())
    interval = Interval(moment - BEFORE, moment + AFTER)
    return RecordingItem(entry.entry_id, node.node_id, interval).media_content_id


@dataclass(frozen=True, slots=True)
class _Part:
    """How a field is written in an identifier."""

    pattern: str
    read: Callable[[str], object] = str
    write: Callable[..., str] = str


def _read_node(text: str) -> int:
    node_id = int(text)
    if node_id > _LAST_NODE:
        raise NoMediaItemError("not the number of a node")
    return node_id


def _read_day(text: str) -> date:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        raise NoMediaItemError("not a day") from None
    # Days at the ends of the calendar have no neighbor or no seconds since 1970.
    if not 1971 <= day.year <= 9998:  # noqa: PLR2004 - said above
        raise NoMediaItemError("not a day of recordings")
    return day


def _read_interval(text: str) -> Interval:
    interval = Interval(*map(int, text.split("/")))
    if not 0 < interval.seconds <= LONGEST:
        raise NoMediaItemError("not an interval of recordings")
    return interval


def _write_interval(interval: Interval) -> str:
    return f"{interval.begins_at}/{interval.ends_at}"


_PARTS: Final = {
    "entry_id": _Part("[0-9A-Za-z]{1,64}"),
    "node_id": _Part("0|[1-9][0-9]{0,18}", _read_node),
    "day": _Part("[0-9]{4}-[0-9]{2}-[0-9]{2}", _read_day, date.isoformat),
    "interval": _Part("[1-9][0-9]{0,10}/[1-9][0-9]{0,10}", _read_interval, _write_interval),
    "card_id": _Part("[0-9A-Za-z_.-]{1,100}"),
    "index": _Part("0|[1-9][0-9]{0,3}", int),
    "began_at": _Part("[1-9][0-9]{0,13}", int),
    "event_kind": _Part("[a-z_]{1,32}"),
}


def _pattern(kind: type[Item]) -> re.Pattern[str]:
    parts = (f"(?P<{each.name}>{_PARTS[each.name].pattern})" for each in fields(kind))
    return re.compile("/".join((kind.kind, *parts)))


_PATTERNS: Final[tuple[tuple[re.Pattern[str], Callable[..., Item]], ...]] = tuple(
    (_pattern(kind), kind)
    for kind in (
        *(AccountItem, PlaceItem, CameraItem, DayItem, HourItem, RecordingItem),
        *(CardItem, CardDayItem, CardRecordingItem),
        *(EpisodeItem, EpisodePictureItem),
        *(AccountEventsItem, CameraEventsItem, AccountEventDayItem, CameraEventDayItem),
        *(AccountEventPartItem, CameraEventPartItem),
    )
)
