"""Events in ONVIF's XML, as cameras send them over RTSP."""

from datetime import UTC, datetime

import pytest

from custom_components.netrex.vapix import CameraEvent, EventKind, ProtocolError, UnknownEvent, VapixError
from custom_components.netrex.vapix.onvif_events import read_notifications

_NAMES = (
    'xmlns:tns1="http://www.onvif.org/ver10/topics" xmlns:tnsaxis="http://www.axis.com/2009/event/topics" '
    'xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:wsa5="http://www.w3.org/2005/08/addressing"'
)


def notification(
    topic: str, source: str = "", data: str = "", *, operation: str = "Changed", at: str = "2024-05-01T10:20:30.400500Z"
) -> str:
    def items(text: str) -> str:
        pairs = [pair.split("=") for pair in text.split()]
        return "".join(f'<tt:SimpleItem Name="{name}" Value="{value}"/>' for name, value in pairs)

    return (
        f"<tt:Event><wsnt:NotificationMessage {_NAMES}>"
        '<wsnt:Topic Dialect="http://docs.oasis-open.org/wsn/t-1/TopicExpression/Simple">'
        f"{topic}</wsnt:Topic><wsnt:ProducerReference><wsa5:Address>uri://1/ProducerReference</wsa5:Address>"
        f'</wsnt:ProducerReference><wsnt:Message><tt:Message UtcTime="{at}" PropertyOperation="{operation}">'
        f"<tt:Source>{items(source)}</tt:Source><tt:Key></tt:Key><tt:Data>{items(data)}</tt:Data>"
        "</tt:Message></wsnt:Message></wsnt:NotificationMessage></tt:Event>"
    )


def document(*notifications: str) -> bytes:
    head = '<?xml version="1.0" encoding="UTF-8"?>\n<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema">\n'
    return f"{head}{''.join(notifications)}</tt:MetadataStream>\n".encode()


def test_the_first_document_has_no_events() -> None:
    assert read_notifications(document()) == []


def test_a_port_that_changes() -> None:
    (event,) = read_notifications(document(notification("tns1:Device/tnsaxis:IO/Port", "port=2", "state=1")))
    assert event == CameraEvent(
        kind=EventKind.INPUT,
        source="2",
        active=True,
        value="1",
        camera_time=datetime(2024, 5, 1, 10, 20, 30, 400_000, UTC),
        initial=False,
    )


def test_topics_may_stand_between_line_ends_and_several_in_a_document() -> None:
    topic = "\n      tns1:VideoAnalytics/tnsaxis:MotionDetection\n    "
    first, second, third = read_notifications(
        document(
            notification(topic, "window=0", "motion=0", operation="Initialized"),
            notification("tnsaxis:CameraApplicationPlatform/VMD/Camera1Profile2", "", "active=1"),
            notification("tns1:Future/tnsaxis:Thing", "", "a=b"),
        )
    )
    assert isinstance(first, CameraEvent)
    assert (first.kind, first.source, first.active, first.initial) == (EventKind.MOTION_WINDOW, "0", False, True)
    assert isinstance(second, CameraEvent)
    assert (second.kind, second.source, second.active) == (EventKind.MOTION, "Camera1Profile2", True)
    assert third == UnknownEvent("Future/Thing")


@pytest.mark.parametrize(
    ("operation", "active", "initial"),
    [("Initialized", True, True), ("Changed", True, False), ("", True, None), ("Deleted", None, None)],
)
def test_what_has_happened_to_a_state(operation: str, active: bool | None, initial: bool | None) -> None:
    text = notification("tns1:AudioSource/tnsaxis:TriggerLevel", "channel=1", "triggered=1", operation=operation)
    (event,) = read_notifications(document(text))
    assert isinstance(event, CameraEvent)
    assert (event.active, event.initial) == (active, initial)


@pytest.mark.parametrize(
    ("at", "time"),
    [
        ("2024-05-01T10:20:30Z", datetime(2024, 5, 1, 10, 20, 30, tzinfo=UTC)),
        ("2024-05-01T12:20:30+02:00", datetime(2024, 5, 1, 10, 20, 30, tzinfo=UTC)),
        ("2024-05-01T10:20:30", datetime(2024, 5, 1, 10, 20, 30, tzinfo=UTC)),
        ("", None),
        ("1970-01-01T00:00:00Z", None),
        ("0001-01-01T00:00:00+14:00", None),
        ("9999-12-31T23:59:59-14:00", None),
        ("yesterday", None),
        ("2" * 100_000, None),
    ],
)
def test_times(at: str, time: datetime | None) -> None:
    (event,) = read_notifications(document(notification("tns1:Device/tnsaxis:IO/Port", "port=0", "state=0", at=at)))
    assert isinstance(event, CameraEvent)
    assert event.camera_time == time or at.startswith(("0001", "9999"))


@pytest.mark.parametrize(
    "strange",
    [
        "<tt:Event/>",
        "<tt:Event><wsnt:NotificationMessage/></tt:Event>".replace("wsnt:", ""),
        notification("", "port=0", "state=1"),
        notification("tns1:Device/tnsaxis:IO/Port").replace("tt:Message", "tt:Other"),
        "<tt:VideoAnalytics><tt:Frame UtcTime='2024-05-01T10:20:30Z'/></tt:VideoAnalytics>",
    ],
)
def test_what_says_nothing_leaves_the_others(strange: str) -> None:
    told = read_notifications(document(strange, notification("tns1:Device/tnsaxis:IO/Port", "port=0", "state=1")))
    assert [event for event in told if event is not None and event != UnknownEvent("")][-1] == told[-1]
    assert isinstance(told[-1], CameraEvent)


@pytest.mark.parametrize(
    "raw",
    [
        b"",
        b"<html/>",
        document()[:-5],
        b"\0" * 100,
        document().replace(b"<tt:M", b'<!DOCTYPE a [<!ENTITY b "c">]><tt:M', 1),
        b"<a>" * 300_000,
        document("<GeneralError><ErrorCode>110</ErrorCode></GeneralError>"),
    ],
)
def test_what_is_no_document_of_events(raw: bytes) -> None:
    with pytest.raises(VapixError) as raised:
        read_notifications(raw)
    assert raised.value.__cause__ is None
    if b"Error" not in raw:
        assert isinstance(raised.value, ProtocolError)
