"""RTSP and RTP out of a flow of bytes: cut anywhere, joined, broken, too much."""

import pytest

from custom_components.netrex.vapix import ProtocolError, UnreachableError, VapixError
from custom_components.netrex.vapix.rtsp import Documents, Packet, RtspAnswer, RtspFrames

_OPTIONS = b"RTSP/1.0 200 OK\r\nCSeq: 1\r\nPublic: OPTIONS, PLAY\r\n\r\n"
_DESCRIBED = b"RTSP/1.0 200 OK\r\nCSeq: 2\r\nContent-Type: application/sdp\r\nContent-Length: 5\r\n\r\nv=0\r\n"
#: What a camera may ask for itself.
_ASKED = b"OPTIONS rtsp://127.0.0.1/axis-media/media.amp RTSP/1.0\r\nCSeq: 9\r\n\r\n"
_ENDED = b"RTSP/1.0 454 Session Not Found\r\nCSeq: 3\r\n\r\n"


def interleaved(channel: int, data: bytes) -> bytes:
    return b"$" + bytes([channel]) + len(data).to_bytes(2) + data


def rtp(number: int, payload: bytes, *, last: bool = True, first: int = 0x80, more: bytes = b"") -> bytes:
    head = bytes([first, 98 | (0x80 if last else 0)]) + number.to_bytes(2) + bytes(8)
    return head + more + payload


_FLOW = b"".join(
    (
        *(_OPTIONS, interleaved(1, b"clock"), _ASKED, b"\r\n", _DESCRIBED, interleaved(0, b"")),
        *(interleaved(0, b"RTSP/1.0 200 OK\r\n\r\n$$"), _ENDED, interleaved(2, b"\r\n" * 700)),
    )
)


def frames_of(*parts: bytes) -> list[RtspAnswer | Packet]:
    frames = RtspFrames()
    return [frame for part in parts for frame in frames.feed(part)]


_FRAMES = frames_of(_FLOW)


def test_answers_and_packets_are_told_apart() -> None:
    assert [(frame.status, frame.number, frame.body) for frame in _FRAMES if isinstance(frame, RtspAnswer)] == [
        (200, 1, b""),
        (200, 2, b"v=0\r\n"),
        (454, 3, b""),
    ]
    assert [(frame.channel, frame.data) for frame in _FRAMES if isinstance(frame, Packet)] == [
        (1, b"clock"),
        (0, b""),
        (0, b"RTSP/1.0 200 OK\r\n\r\n$$"),
        (2, b"\r\n" * 700),
    ]


def test_a_flow_may_be_cut_anywhere() -> None:
    for at in range(len(_FLOW) + 1):
        assert frames_of(_FLOW[:at], _FLOW[at:]) == _FRAMES, at


@pytest.mark.parametrize("size", [1, 2, 3, 5, 7, 64])
def test_a_flow_may_come_in_small_pieces(size: int) -> None:
    assert frames_of(*(_FLOW[at : at + size] for at in range(0, len(_FLOW), size))) == _FRAMES


@pytest.mark.parametrize(
    "flow",
    [
        b"HTTP/1.1 200 OK\r\n\r\n",
        b"<html>" * 3_000,
        b"RTSP/1.0 2000 OK\r\n\r\n",
        b"\r\n\r\nRTSP/2 200 OK\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: -1\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 65537\r\n\r\n",
        b"RTSP/1.0 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n",
        b"RTSP/1.0 200 OK\r\n" + b"Name: value\r\n" * 2_000,
    ],
)
def test_what_is_no_rtsp_or_too_long_ends_it(flow: bytes) -> None:
    with pytest.raises(ProtocolError):
        frames_of(flow)


def test_what_never_ends_is_not_kept() -> None:
    frames = RtspFrames()
    with pytest.raises(ProtocolError):
        for _ in range(1_000):
            frames.feed(b"x" * 100)
    assert len(frames._buffer) < 17 << 10


# --- RTP ---------------------------------------------------------------------------------------------


def documents_of(*packets: bytes) -> list[bytes]:
    documents = Documents()
    return [document for packet in packets if (document := documents.add(packet)) is not None]


def test_a_marker_ends_a_document() -> None:
    packets = (rtp(65_534, b"<a"), rtp(65_535, b"<b", last=False), rtp(0, b">", last=False), rtp(1, b"</b>"))
    assert documents_of(*packets) == [b"<a", b"<b></b>"]


def test_sources_extension_and_padding_are_left_out() -> None:
    sources = rtp(1, b"<a/>", first=0x82, more=bytes(8))
    extension = rtp(2, b"<b/>", first=0x90, more=b"\xab\xac\0\x03" + bytes(12))
    padding = rtp(3, b"<c/>\0\0\x03", first=0xA0)
    assert documents_of(sources, extension, padding) == [b"<a/>", b"<b/>", b"<c/>"]


@pytest.mark.parametrize("after", [1, 3, 65_535])
def test_lost_packets_end_the_stream(after: int) -> None:
    """A state may have been in them; a new stream begins with all states."""
    documents = Documents()
    documents.add(rtp(1, b"<a", last=False))
    with pytest.raises(UnreachableError, match="lost"):
        documents.add(rtp(after, b">"))


@pytest.mark.parametrize(
    "packet", [b"", b"\x80", rtp(1, b"")[:11], b"\0" * 20, b"\x40" + bytes(20)]
)  # fmt: skip
def test_what_is_no_packet_is_told(packet: bytes) -> None:
    with pytest.raises(ProtocolError):
        Documents().add(packet)


@pytest.mark.parametrize(
    "packet", [rtp(1, b"", first=0x8F), rtp(1, b"", first=0x90), rtp(1, b"\xff", first=0xA0), rtp(1, b"", first=0xBF)]
)
def test_a_header_that_lies_gives_nothing(packet: bytes) -> None:
    assert documents_of(packet) == [b""]


def test_a_document_that_is_too_long_is_dropped_and_the_next_is_read() -> None:
    documents = Documents()
    for number in range(10):
        assert documents.add(rtp(number, b"x" * 60_000, last=False)) is None
        assert sum(map(len, documents._parts)) <= 256 << 10
    assert documents.add(rtp(10, b"x")) == b""
    assert documents.add(rtp(11, b"<a/>")) == b"<a/>"


def test_an_answer_without_a_number_answers_nothing() -> None:
    (answer,) = frames_of(b"RTSP/1.0 200 OK\r\nCSeq: x\r\n\r\n")
    assert isinstance(answer, RtspAnswer)
    assert answer.number is None
    assert issubclass(ProtocolError, VapixError)
