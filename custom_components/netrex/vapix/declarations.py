"""What a camera says that it could report (VX-DECL): the sources that `read_event` would find in its reports."""

from collections.abc import Container, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice, product
from typing import Final
from xml.etree.ElementTree import Element

from ..transport.answers import read_aside
from ..transport.facts import Fact
from ..transport.values import clean_text
from .errors import AuthError, ForbiddenError, GoneError, ProtocolError, RequestError
from .event_kinds import EventKind
from .event_topics import Topic, UnknownEvent, look_up, row_of_items
from .events import CameraEvent, read_event
from .http import CameraApi, read_answer
from .xml import find, local_name, parse_xml

_PATH: Final = "vapix/services"
_ACTION: Final = "http://www.axis.com/vapix/ws/event1/GetEventInstances"
_HEADERS: Final[Mapping[str, str]] = {"Content-Type": f"application/soap+xml; action={_ACTION}; Charset=UTF-8"}
_REQUEST: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>'
    b'<s:Envelope xmlns:s="http://www.w3.org/2003/05/soap-envelope"><s:Body>'
    b'<GetEventInstances xmlns="http://www.axis.com/vapix/ws/event1"/></s:Body></s:Envelope>'
)
#: Bytes. Real answers have up to 400 kB (INFERRED, VX-DECL-12).
_MAX_ANSWER: Final = 1 << 20
#: Elements of a topic's path; real ones have four.
_MAX_DEPTH: Final = 12
_MAX_TOPICS: Final = 2000
_MAX_SOURCES: Final = 2000
#: Unknown topics kept for diagnostics.
_MAX_UNKNOWN: Final = 50
#: Items of a message, and values of an item; a camera has 64 virtual inputs, and up to 256 presets.
_MAX_ITEMS: Final = 32
_MAX_VALUES: Final = 300
_MAX_TEXT: Final = 200
#: CONFIRMED (VX-DECL-4): what a client should not show.
_HIDDEN: Final = frozenset({"isApplicationData", "isDeprecated"})


@dataclass(frozen=True, slots=True)
class DeclaredSource:
    """A source that a camera could report; none that summarizes others.

    Attributes:
        stateful: whether it has a state, which the camera reports at the beginning of a stream.
        name: the camera's name for it; empty if it has none.
        values: names of the numbers in its reports that are wanted.
        momentary: whether it is over without a report, where the table of topics says otherwise.
    """

    kind: EventKind
    source: str
    stateful: bool
    name: str = ""
    values: tuple[str, ...] = ()
    momentary: bool | None = None


@dataclass(frozen=True, slots=True)
class Declarations:
    """What a camera could report.

    Attributes:
        topics: how many it lists, those included that are not to be shown.
        unknown: topics to be shown that are not in the table.
    """

    sources: tuple[DeclaredSource, ...] = ()
    topics: int = 0
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Item:
    """An item of a message: its possible values, each with its name."""

    name: str
    values: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _Message:
    """A topic's message."""

    path: str
    name: str
    hidden: bool
    element: Element

    def items(self, group: str) -> list[_Item]:
        """Return the items of a group, such as `SourceInstance`."""
        found = (each for part in self.element if local_name(part) == group for each in part)
        return [_item(each) for each in islice(found, _MAX_ITEMS) if _attribute(each, "Name")]


class EventDeclarations(CameraApi):
    """The event declarations of one camera."""

    async def list(self) -> Declarations:
        """Ask what the camera could report. Whether an account may is UNKNOWN (VX-DECL-8)."""
        calls = self._http.calls
        try:
            async with self._http.open(_PATH, body=_REQUEST, headers=_HEADERS) as response:
                declared = await read_aside(read_declarations, await read_answer(response, _MAX_ANSWER))
        except GoneError:
            calls.observed(Fact.EVENT_LIST, "missing")
            raise
        except AuthError, ForbiddenError, RequestError:
            calls.observed(Fact.EVENT_LIST, "refused")
            raise
        calls.observed(Fact.EVENT_LIST, "answered")
        return declared


def read_declarations(raw: bytes) -> Declarations:
    """Return what an answer declares, or raise what it says instead."""
    root = parse_xml(raw)
    if find(root, "Fault") is not None:
        raise RequestError("The camera refused the call")
    topic_set = find(root, "TopicSet")
    if topic_set is None:
        raise ProtocolError("The answer has no event declarations")
    sources: list[DeclaredSource] = []
    unknown: dict[str, None] = {}
    topics = 0
    for message in islice(_messages(topic_set), _MAX_TOPICS):
        topics += 1
        known = None if message.hidden else look_up(message.path)
        if isinstance(known, UnknownEvent):
            unknown[known.topic] = None
        elif known is not None:
            sources += islice(_sources(message, *known), _MAX_SOURCES - len(sources))
    return Declarations(tuple(sources), topics, tuple(unknown)[:_MAX_UNKNOWN])


def _messages(parent: Element, path: str = "", depth: int = 0, *, hidden: bool = False) -> Iterator[_Message]:
    """Yield the messages below an element of the tree; what hides a topic hides those below (INFERRED, VX-DECL-5)."""
    hidden = hidden or any(_attribute(parent, each) == "true" for each in _HIDDEN)
    for child in parent:
        name = local_name(child)
        if name == "MessageInstance":
            yield _Message(path, clean_text(_attribute(parent, "NiceName")), hidden, child)
        elif depth < _MAX_DEPTH:
            below = (f"{path}/{name}" if path else name)[:_MAX_TEXT]
            yield from _messages(child, below, depth + 1, hidden=hidden)


def _sources(message: _Message, row: Topic, topic_source: str) -> Iterator[DeclaredSource]:
    """Yield the sources of a topic."""
    items = {item.name.lower(): "" for item in message.items("DataInstance")}
    row = row_of_items(row, items)
    values = tuple(dict.fromkeys(name for item, name in row.values.items() if item in items))
    if row.state and row.state not in items and (values or len(items) != 1):
        # A state that would stay unknown.
        return
    stateful = _attribute(message.element, "isProperty") == "true"
    # What has no state, and can be on, is never reported to be over (CONFIRMED, VX-DECL-3).
    momentary = not stateful if row.state and stateful is row.momentary else None
    for source, called in _items_of_sources(message, row, topic_source, items):
        event = read_event(message.path, source, items)
        if isinstance(event, CameraEvent) and not event.aggregate:
            name = event.name or ("" if called == event.source else called)
            yield DeclaredSource(event.kind, event.source, stateful, name, values, momentary)


def _items_of_sources(
    message: _Message, row: Topic, topic_source: str, data: Container[str]
) -> Iterator[tuple[Mapping[str, str], str]]:
    """Yield the items that name each source, and the camera's name for it: of the last item, or of the topic."""
    items = message.items("SourceInstance")
    listed = {item.name.lower(): item for item in items}
    if any(name in data and name not in listed for names in row.sources for name in names):
        # Reports name the source in their data.
        return
    wanted = [listed[found] for names in row.sources if (found := next(filter(listed.__contains__, names), ""))]
    if not wanted and not topic_source:
        wanted = items
    if sum(len(item.values) > 1 for item in wanted) > 1:
        # Which belong together is UNKNOWN (VX-DECL-7), so the reports decide.
        return
    # INFERRED (VX-DECL-11).
    of_topic = message.name.partition(": ")[2]
    for chosen in product(*(item.values.items() for item in wanted)):
        source = {item.name: value for item, (value, _) in zip(wanted, chosen, strict=True)}
        yield source, chosen[-1][1] if chosen else of_topic


def _item(element: Element) -> _Item:
    values = islice((each for each in element if local_name(each) == "Value" and each.text), _MAX_VALUES)
    return _Item(
        _attribute(element, "Name")[:_MAX_TEXT],
        {(each.text or "").strip()[:_MAX_TEXT]: clean_text(_attribute(each, "NiceName")) for each in values},
    )


def _attribute(element: Element, name: str) -> str:
    """Return an attribute, in any namespace; an empty text for none."""
    return next((value for key, value in element.items() if key.rpartition("}")[2] == name), "")
