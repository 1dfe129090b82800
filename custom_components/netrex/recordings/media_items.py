"""What the media browser can point at: one class a kind, written as the identifier that Home Assistant stores."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
import re
from typing import Final

from ..cloud.recordings import Interval

#: Seconds. No interval of the media browser, and none round an event, is longer.
LONGEST: Final = 24 * 3600
_ENTRY: Final = r"(?P<entry>[0-9A-Za-z]{1,64})"
_NODE: Final = r"(?P<node>0|[1-9][0-9]{0,18})"
_DAY: Final = r"(?P<day>[0-9]{4}-[0-9]{2}-[0-9]{2})"
_INTERVAL: Final = r"(?P<begins>[1-9][0-9]{0,10})/(?P<ends>[1-9][0-9]{0,10})"
_CARD_ID: Final = r"(?P<card_id>[0-9A-Za-z_.-]{1,100})"
_LAST_NODE: Final = 2**63 - 1


class NoMediaItemError(ValueError):
    """An identifier that this integration has not written."""


@dataclass(frozen=True, slots=True)
class AccountItem:
    """An account's places and cameras."""

    entry_id: str

    @property
    def identifier(self) -> str:
        """How Home Assistant stores it."""
        return f"account/{self.entry_id}"


@dataclass(frozen=True, slots=True)
class PlaceItem:
    """The cameras of a location or folder."""

    entry_id: str
    node_id: int

    @property
    def identifier(self) -> str:
        """How Home Assistant stores it."""
        return f"place/{self.entry_id}/{self.node_id}"


@dataclass(frozen=True, slots=True)
class CameraItem:
    """The days of a camera, or of one channel of it."""

    entry_id: str
    node_id: int

    @property
    def identifier(self) -> str:
        """How Home Assistant stores it."""
        return f"camera/{self.entry_id}/{self.node_id}"


@dataclass(frozen=True, slots=True)
class DayItem:
    """The hours of a day."""

    entry_id: str
    node_id: int
    day: date

    @property
    def identifier(self) -> str:
        """How Home Assistant stores it."""
        return f"day/{self.entry_id}/{self.node_id}/{self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class HourItem:
    """The slots of an hour, or of any interval."""

    entry_id: str
    node_id: int
    interval: Interval

    @property
    def identifier(self) -> str:
        """How Home Assistant stores it."""
        return f"hour/{self.entry_id}/{self.node_id}/{_of(self.interval)}"


@dataclass(frozen=True, slots=True)
class RecordingItem:
    """The recording of an interval.

    Attributes:
        index: which of the pieces, where the interval has gaps.
    """

    entry_id: str
    node_id: int
    interval: Interval
    index: int = 0

    @property
    def identifier(self) -> str:
        """How Home Assistant stores it."""
        return f"recording/{self.entry_id}/{self.node_id}/{_of(self.interval)}/{self.index}"


@dataclass(frozen=True, slots=True)
class CardItem:
    """The days of a camera's card."""

    entry_id: str
    node_id: int

    @property
    def identifier(self) -> str:
        """How Home Assistant stores it."""
        return f"card/{self.entry_id}/{self.node_id}"


@dataclass(frozen=True, slots=True)
class CardDayItem:
    """What the card holds of a day."""

    entry_id: str
    node_id: int
    day: date

    @property
    def identifier(self) -> str:
        """How Home Assistant stores it."""
        return f"card-day/{self.entry_id}/{self.node_id}/{self.day.isoformat()}"


@dataclass(frozen=True, slots=True)
class CardRecordingItem:
    """A part of a recording on the card.

    Attributes:
        card_id: the camera's own id of the recording.
        interval: the part of it.
    """

    entry_id: str
    node_id: int
    card_id: str
    interval: Interval

    @property
    def identifier(self) -> str:
        """How Home Assistant stores it."""
        return f"card-recording/{self.entry_id}/{self.node_id}/{self.card_id}/{_of(self.interval)}"


type Item = (
    AccountItem
    | PlaceItem
    | CameraItem
    | DayItem
    | HourItem
    | RecordingItem
    | CardItem
    | CardDayItem
    | CardRecordingItem
)

type _Found = dict[str, str]

_KINDS: Final[tuple[tuple[re.Pattern[str], Callable[[_Found], Item]], ...]] = (
    (re.compile(rf"account/{_ENTRY}"), lambda found: AccountItem(found["entry"])),
    (re.compile(rf"place/{_ENTRY}/{_NODE}"), lambda found: PlaceItem(found["entry"], _read_node(found))),
    (re.compile(rf"camera/{_ENTRY}/{_NODE}"), lambda found: CameraItem(found["entry"], _read_node(found))),
    (
        re.compile(rf"day/{_ENTRY}/{_NODE}/{_DAY}"),
        lambda found: DayItem(found["entry"], _read_node(found), _read_day(found)),
    ),
    (
        re.compile(rf"hour/{_ENTRY}/{_NODE}/{_INTERVAL}"),
        lambda found: HourItem(found["entry"], _read_node(found), _read_interval(found)),
    ),
    (
        re.compile(rf"recording/{_ENTRY}/{_NODE}/{_INTERVAL}/(?P<index>0|[1-9][0-9]{{0,3}})"),
        lambda found: RecordingItem(found["entry"], _read_node(found), _read_interval(found), int(found["index"])),
    ),
    (re.compile(rf"card/{_ENTRY}/{_NODE}"), lambda found: CardItem(found["entry"], _read_node(found))),
    (
        re.compile(rf"card-day/{_ENTRY}/{_NODE}/{_DAY}"),
        lambda found: CardDayItem(found["entry"], _read_node(found), _read_day(found)),
    ),
    (
        re.compile(rf"card-recording/{_ENTRY}/{_NODE}/{_CARD_ID}/{_INTERVAL}"),
        lambda found: CardRecordingItem(found["entry"], _read_node(found), found["card_id"], _read_interval(found)),
    ),
)


def parse_item(identifier: str) -> Item:
    """Read an identifier; the item's `identifier` is the same one again.

    Raises:
        NoMediaItemError: it is none, whatever it holds.
    """
    for pattern, read in _KINDS:
        if match := pattern.fullmatch(identifier):
            return read(match.groupdict())
    raise NoMediaItemError("not an identifier of a recording")


def _of(interval: Interval) -> str:
    return f"{interval.begins_at}/{interval.ends_at}"


def _read_node(found: _Found) -> int:
    node_id = int(found["node"])
    if node_id > _LAST_NODE:
        raise NoMediaItemError("not the number of a node")
    return node_id


def _read_day(found: _Found) -> date:
    try:
        day = date.fromisoformat(found["day"])
    except ValueError:
        raise NoMediaItemError("not a day") from None
    # Days at the ends of the calendar have no neighbour or no seconds since 1970.
    if not 1971 <= day.year <= 9998:  # noqa: PLR2004 - said above
        raise NoMediaItemError("not a day of recordings")
    return day


def _read_interval(found: _Found) -> Interval:
    interval = Interval(int(found["begins"]), int(found["ends"]))
    if not 0 < interval.seconds <= LONGEST:
        raise NoMediaItemError("not an interval of recordings")
    return interval
