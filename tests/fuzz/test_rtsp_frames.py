"""Whatever comes over RTSP: cut into frames, joined to documents, read as events; never more than that."""

from typing import Final
from xml.sax.saxutils import quoteattr

from hypothesis import given, strategies as st

from custom_components.netrex.vapix import CameraEvent, UnknownEvent, VapixError
from custom_components.netrex.vapix.onvif_events import read_notifications
from custom_components.netrex.vapix.rtsp import Documents, Packet, RtspAnswer, RtspFrames

from .examples import examples
from .fit import assert_fit, assert_readable
from .hostile import TEXTS, Draw, bytes_like

_ANSWER: Final = b"RTSP/1.0 200 OK\r\nCSeq: 3\r\nSession: ab12;timeout=60\r\nContent-Length: 5\r\n\r\nv=0\r\n"
_NOTIFICATION: Final = (
    b'<?xml version="1.0" encoding="UTF-8"?>\n<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema">\n'
    b'<tt:Event><wsnt:NotificationMessage xmlns:tns1="http://www.onvif.org/ver10/topics" '
    b'xmlns:tnsaxis="http://www.axis.com/2009/event/topics" xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2">'
    b"<wsnt:Topic>tns1:Device/tnsaxis:IO/Port</wsnt:Topic><wsnt:Message>"
    b'<tt:Message UtcTime="2024-05-01T10:20:30.400500Z" PropertyOperation="Changed"><tt:Source>'
    b'<tt:SimpleItem Name="port" Value="1"/></tt:Source><tt:Key></tt:Key><tt:Data>'
    b'<tt:SimpleItem Name="state" Value="1"/></tt:Data></tt:Message></wsnt:Message></wsnt:NotificationMessage>'
    b"</tt:Event></tt:MetadataStream>\n"
)


@st.composite
def _packets(draw: Draw) -> bytes:
    """Give a packet, whose prefix and header may lie."""
    payload = draw(st.sampled_from((_NOTIFICATION, b"", b"<a/>")) | st.binary(max_size=30))
    assert isinstance(payload, bytes)
    first, second = draw(st.sampled_from((0x80, 0x80, 0x80, 0x8F, 0x90, 0xA0, 0xBF, 0))), draw(st.integers(0, 255))
    assert isinstance(first, int)
    assert isinstance(second, int)
    number = draw(st.integers(0, 3))
    assert isinstance(number, int)
    packet = bytes((first, second)) + number.to_bytes(2) + bytes(8) + payload
    length = len(packet) + (draw(st.sampled_from((0, 0, 0, 1, -1, 500))) or 0)  # type: ignore[operator]
    return b"$" + bytes((draw(st.sampled_from((0, 1, 2))),)) + max(length, 0).to_bytes(2) + packet  # type: ignore[arg-type]


_FLOWS: Final = st.lists(
    st.one_of(st.just(_ANSWER), bytes_like(_ANSWER), _packets(), st.binary(max_size=20)), max_size=6
)


@examples(300)
@given(_FLOWS, st.integers(1, 200))
def test_a_flow_is_cut_into_frames_in_the_same_way_however_it_comes(parts: list[bytes], size: int) -> None:
    flow = b"".join(parts)

    def read(step: int) -> list[RtspAnswer | Packet]:
        frames, found = RtspFrames(), []
        try:
            for at in range(0, len(flow), step):
                found += frames.feed(flow[at : at + step])
        except VapixError as error:
            assert_readable(error)
        return found

    # What is wrong may come to light later; what was read before is the same.
    in_pieces, at_once = read(size), read(len(flow) or 1)
    assert in_pieces[: len(at_once)] == at_once[: len(in_pieces)]


@examples(300)
@given(st.lists(_packets(), max_size=8))
def test_packets_become_documents_or_an_error(packets: list[bytes]) -> None:
    documents = Documents()
    for packet in packets:
        try:
            document = documents.add(packet[4:])
        except VapixError as error:
            assert_readable(error)
        else:
            assert document is None or len(document) <= 256 << 10


@examples(300)
@given(bytes_like(_NOTIFICATION))
def test_a_document_becomes_events_or_an_error(document: bytes) -> None:
    try:
        told = read_notifications(document)
    except VapixError as error:
        assert_readable(error)
    else:
        for event in told:
            assert event is None or isinstance(event, CameraEvent | UnknownEvent)
            assert_fit(event, 400)


@examples(100)
@given(TEXTS, TEXTS)
def test_texts_of_a_camera(name: str, value: str) -> None:
    spoiled = _NOTIFICATION
    for before, after in (('"state"', name), ('"1"/></tt:Data', value)):
        written = before.replace(before[: before.rindex('"') + 1], quoteattr(after))
        spoiled = spoiled.replace(before.encode(), written.encode(errors="replace"))
    try:
        for event in read_notifications(spoiled):
            assert_fit(event, 400)
    except VapixError as error:
        assert_readable(error)
