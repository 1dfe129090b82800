"""Events in ONVIF's XML, as they come over RTSP (VX-RTSP-2): the same typed events as over the event websocket."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final
from xml.etree.ElementTree import Element

from .errors import ProtocolError
from .event_topics import UnknownEvent
from .events import CameraEvent, read_event
from .xml import local_name, parse_xml

#: Characters of a time: 2013-12-12T13:25:15.900235Z.
_MAX_TIME: Final = 40


def read_notifications(document: bytes) -> list[CameraEvent | UnknownEvent | None]:
    """Return the events of a document; None for one that says nothing. The first document of a stream has none.

    Raises:
        VapixError: it is no document of events.
    """
    root = parse_xml(document)
    if local_name(root) != "MetadataStream":
        raise ProtocolError("The document is no metadata")
    return [_event(notification) for event in _children(root, "Event") for notification in event]


def _event(notification: Element) -> CameraEvent | UnknownEvent | None:
    topic = next((child.text or "" for child in _children(notification, "Topic")), "").strip()
    outer = next(iter(_children(notification, "Message")), None)
    message = None if outer is None else next(iter(_children(outer, "Message")), None)
    if not topic or message is None:
        return None
    event = read_event(topic, _items(message, "Source"), _items(message, "Data"), _milliseconds(message))
    if not isinstance(event, CameraEvent):
        return event
    operation = message.get("PropertyOperation", "")
    if operation == "Deleted":
        # What it was the state of is gone (INFERRED, VX-RTSP-7).
        return replace(event, active=None, value="")
    return replace(event, initial={"Initialized": True, "Changed": False}.get(operation))


def _items(message: Element, group: str) -> dict[str, str]:
    return {
        item.get("Name", ""): item.get("Value", "")
        for part in _children(message, group)
        for item in _children(part, "SimpleItem")
    }


def _milliseconds(message: Element) -> int | None:
    """Return the time since 1970."""
    try:
        moment = datetime.fromisoformat(message.get("UtcTime", "")[:_MAX_TIME])
        return int((moment if moment.tzinfo else moment.replace(tzinfo=UTC)).timestamp() * 1000)
    except ValueError, OverflowError:
        return None


def _children(element: Element, name: str) -> list[Element]:
    return [child for child in element if local_name(child) == name]
