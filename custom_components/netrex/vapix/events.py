"""A camera's event notifications as typed events; `event_topics.py` says what is known of each topic.

`EventStream` calls `read_event`; its events go to the camera's `CameraEvents`, and so to entities.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from functools import lru_cache
from itertools import islice
import math
import re
from types import MappingProxyType
from typing import Final

from ..transport.values import clean_text, small_number
from .event_kinds import EventKind
from .event_topics import Topic, UnknownEvent, look_up, row_of_items


@dataclass(frozen=True, slots=True)
class CameraEvent:
    """One thing that a camera reported.

    Attributes:
        source: the port, scenario, profile or disk within the camera, or several of these joined by `/`, such as a
            channel and an area; empty if the camera has only one.
        active: whether it is on now; None if the event doesn't say.
        value: the state as the camera wrote it.
        aggregate: whether it is about no single source: a summary of others ("any profile", "any port"), or a port
            without its number.
        momentary: whether the camera never reports that it is over.
        classes: the detected classes, in the camera's words: `human`, `vehicle`, ...
        scenario_type: `motion`, `fence`, `crosslinecounting`, `occupancyInArea`, or empty.
        camera_time: UTC by the camera's clock; None while that is not set.
        values: further numbers by the names of their items, such as the `wear` of a card.
        texts: further texts by the names of their items.
        name: the user's name of the source, if the camera reports it.
        unknown_values: further items with numbers.
        initial: whether it is the state at the beginning of a stream, and not news; None: the camera doesn't say.
    """

    kind: EventKind
    source: str
    active: bool | None
    value: str = ""
    aggregate: bool = False
    momentary: bool = False
    classes: tuple[str, ...] = ()
    scenario_type: str = ""
    camera_time: datetime | None = None
    values: Mapping[str, float] = field(default_factory=dict)
    texts: Mapping[str, str] = field(default_factory=dict)
    name: str = ""
    unknown_values: tuple[str, ...] = ()
    initial: bool | None = None

    @property
    def is_occurrence(self) -> bool:
        """Whether each report is news of its own, rather than a state: a plate that is read, something that crosses.

        After a reset, the count is zero (INFERRED, VX-COUNT-6).
        """
        if self.kind is EventKind.COUNT:
            return bool(self.classes) and self.values.get("total") != 0
        return self.kind is EventKind.LICENSE_PLATE


#: Kinds of which a source is one of several with numbers: without its number, a report says nothing of any.
_NUMBERED: Final = frozenset(
    {
        EventKind.INPUT,
        EventKind.OUTPUT,
        EventKind.VIRTUAL_INPUT,
        EventKind.MANUAL_TRIGGER,
        EventKind.SUPERVISED_INPUT,
        EventKind.TRIGGER_INPUT,
        EventKind.RELAY,
    }
)
#: Sources that summarize others: port -1 is "any port" (CONFIRMED, VX-TOPIC-2). Users name sources, too: COMPANY.
_ANY: Final = re.compile(r"(?:.*/)?(?:-1|ANY)|(?:Camera|Device)(?:[0-9]+(?:Profile|Scenario)?)?ANY")
_SEPARATORS: Final = re.compile(r"[,;|\s]+")
_MAX_TOPIC: Final = 200
_MAX_CLASSES: Final = 8
_MAX_ITEM: Final = 400
#: Characters of a number, and how large it may be.
_MAX_DIGITS: Final = 30
_MAX_NUMBER: Final = 1e9
#: Items of one event that are not known, and characters of their names, for diagnostics.
_MAX_UNKNOWN: Final = 8
_MAX_NAME: Final = 40
_NO_VALUES: Final[Mapping[str, float]] = MappingProxyType({})
_NO_TEXTS: Final[Mapping[str, str]] = MappingProxyType({})


def read_event(
    topic: str, source: Mapping[str, str], data: Mapping[str, str], timestamp: object = None
) -> CameraEvent | UnknownEvent | None:
    """Return the typed event of a notification; None if it is an internal one of the camera.

    `active` is None if its item is missing. Namespaces of topics and the case of items' names don't matter. No errors.
    """
    known = look_up(topic[:_MAX_TOPIC])
    return _event(*known, source, data, timestamp) if isinstance(known, tuple) else known


def _event(
    row: Topic, topic_source: str, source: Mapping[str, str], data: Mapping[str, str], timestamp: object
) -> CameraEvent:
    items = {name.lower(): text[:_MAX_ITEM] for name, text in data.items()}
    scenario_type = _clean_source(items["scenariotype"].lower())[0] if "scenariotype" in items else ""
    given = items.get(row.state)
    if given is None:
        row = row_of_items(row, items, scenario_type)
        given = next(iter(items.values())) if len(items) == 1 and not (row.values or row.texts) else ""
    source_items = {name.lower(): value for name, value in source.items()} if source else source
    source_name, aggregate = _clean_source(_source(row, topic_source, source_items, items)[:_MAX_ITEM])
    value, active = _state(given, row.on, row.off)
    words = items.get("classtypes") or items.get("reason")
    # By position: names would cost half as much again, for each report.
    return CameraEvent(
        row.kind,
        source_name,
        True if row.momentary and not row.state else active,
        value,
        aggregate or (not source_name and row.kind in _NUMBERED),
        row.momentary,
        _classes(words) if words else (),
        scenario_type,
        _time(timestamp),
        _values(row, items) if row.values else _NO_VALUES,
        _texts(row, items) if row.texts else _NO_TEXTS,
        _clean_source(source_items.get(row.name) or items.get(row.name, ""))[0] if row.name else "",
        _unknown_values(row, items) if row.values else (),
    )


# Cached, as a camera repeats a few texts all day. Long ones are cut before, so that the caches stay small.


@lru_cache(maxsize=1024)
def _clean_source(text: str) -> tuple[str, bool]:
    """Return a source cleaned for storage, and whether it is an aggregate."""
    return clean_text(text), _ANY.fullmatch(text) is not None


@lru_cache(maxsize=1024)
def _state(text: str, on: frozenset[str], off: frozenset[str]) -> tuple[str, bool | None]:
    """Return a state cleaned for storage, and whether it is active; None if neither, such as an input's cut wire."""
    word = text.strip().lower()
    return clean_text(text), True if word in on else False if word in off else None


@lru_cache(maxsize=1024)
def _classes(text: str) -> tuple[str, ...]:
    """Return the single classes of a list in a text."""
    words = _SEPARATORS.split(clean_text(text).lower())
    return tuple(dict.fromkeys(word for word in words if word))[:_MAX_CLASSES]


@lru_cache(maxsize=1024)
def _number(text: str) -> float | None:
    """Return the number in a text; None for none, or for one that is not finite or too large to be one of a camera."""
    if (whole := small_number(text)) is not None:
        # Shown without decimals.
        return whole
    try:
        number = float(text)
    except ValueError:
        return None
    return number if math.isfinite(number) and abs(number) <= _MAX_NUMBER else None


def _values(row: Topic, items: Mapping[str, str]) -> Mapping[str, float]:
    numbers = {name: _number(items[item][:_MAX_DIGITS]) for item, name in row.values.items() if item in items}
    return {name: each for name, each in numbers.items() if each is not None and (row.signed or each >= 0)}


def _unknown_values(row: Topic, items: Mapping[str, str]) -> tuple[str, ...]:
    unknown = (name for name in items if name not in row.known and _number(items[name][:_MAX_DIGITS]) is not None)
    return tuple(clean_text(name, _MAX_NAME) for name in islice(unknown, _MAX_UNKNOWN))


def _texts(row: Topic, items: Mapping[str, str]) -> Mapping[str, str]:
    return {name: clean_text(items[name]) for name in row.texts if name in items}


def _source(row: Topic, of_topic: str, source: Mapping[str, str], data: Mapping[str, str]) -> str:
    """Return the parts that name the source, which may be in the data; if there are none, all items in their order."""
    of = {**data, **source} if row.name else source
    if not of or not row.sources:
        return of_topic or "/".join(source.values())
    parts = [of_topic] if of_topic else []
    for names in row.sources:
        for name in names:
            if part := of.get(name):
                parts.append(part)
                break
    return "/".join(parts or source.values())


def _time(timestamp: object) -> datetime | None:
    """Return the time of milliseconds since 1970; None if that is no time, such as from a clock that is not set."""
    if isinstance(timestamp, bool) or not isinstance(timestamp, int) or timestamp <= 0:
        return None
    try:
        return datetime.fromtimestamp(timestamp / 1000, UTC)
    except OSError, OverflowError, ValueError:
        return None
