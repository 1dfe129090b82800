"""The messages of RTSP with a camera's events: requests and answers, packets, ONVIF's XML (VX-RTSP)."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Final
from xml.sax.saxutils import escape, quoteattr

from simulator.events import Report

_PIECE: Final = 100
FIRST: Final = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<tt:MetadataStream xmlns:tt="http://www.onvif.org/ver10/schema">\n'
)
LAST: Final = "</tt:MetadataStream>\n"
_NAMES: Final = (
    'xmlns:tns1="http://www.onvif.org/ver10/topics" xmlns:tnsaxis="http://www.axis.com/2009/event/topics"'
    ' xmlns:wsnt="http://docs.oasis-open.org/wsn/b-2" xmlns:wsa5="http://www.w3.org/2005/08/addressing"'
)
PUBLIC: Final = "OPTIONS, DESCRIBE, GET_PARAMETER, PAUSE, PLAY, SETUP, SET_PARAMETER, TEARDOWN"
_REASONS: Final = {
    200: "OK",
    400: "Bad Request",
    401: "Unauthorized",
    404: "Not Found",
    454: "Session Not Found",
    461: "Unsupported Transport",
    501: "Not Implemented",
}


@dataclass(slots=True)
class Request:
    """A request of RTSP."""

    method: str
    address: str
    headers: dict[str, str]


def notification(topic: str, report: Report, moment: float, *, initial: bool) -> str:
    """Write one notification as recorded of devices (CONFIRMED, VX-RTSP-2)."""
    time = datetime.fromtimestamp(moment, UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    operation = f' PropertyOperation="{"Initialized" if initial else "Changed"}"' if report.stateful else ""
    groups = {"Source": report.source, "Key": {}, "Data": report.data}
    items = "".join(
        f"<tt:{group}>"
        + "".join(f"<tt:SimpleItem Name={quoteattr(name)} Value={quoteattr(value)}/>" for name, value in values.items())
        + f"</tt:{group}>"
        for group, values in groups.items()
    )
    return (
        f"<tt:Event><wsnt:NotificationMessage {_NAMES}>"
        '<wsnt:Topic Dialect="http://docs.oasis-open.org/wsn/t-1/TopicExpression/Simple">'
        f"{escape(topic)}</wsnt:Topic><wsnt:ProducerReference>"
        "<wsa5:Address>uri://00000000-0000-0000-0000-000000000000/ProducerReference</wsa5:Address>"
        f'</wsnt:ProducerReference><wsnt:Message><tt:Message UtcTime="{time}"{operation}>{items}'
        "</tt:Message></wsnt:Message></wsnt:NotificationMessage></tt:Event>"
    )


def _whole(raw: bytes) -> Iterator[bytes]:
    yield raw


def _pieces(raw: bytes) -> Iterator[bytes]:
    for at in range(0, len(raw), _PIECE):
        yield raw[at : at + _PIECE]


def _packets(raw: bytes) -> Iterator[bytes]:
    while raw[:1] == b"$" and len(raw) >= 4:  # noqa: PLR2004 - its prefix
        end = 4 + int.from_bytes(raw[2:4])
        yield raw[:end]
        raw = raw[end:]
    if raw:
        yield raw


#: What a message of the websocket holds, by the switch.
CUTS: Final[dict[str, Callable[[bytes], Iterator[bytes]]]] = {
    "packets": _packets,
    "documents": _whole,
    "pieces": _pieces,
}


def read_request(text: str) -> Request:
    """Read a request without its last empty line."""
    first, *lines = text.split("\r\n")
    method, _, rest = first.partition(" ")
    headers = dict(line.split(": ", 1) for line in lines if ": " in line)
    return Request(method, rest.removesuffix(" RTSP/1.0"), headers)


def answer(request: Request, status: int, headers: dict[str, str] | None = None, body: bytes = b"") -> bytes:
    """Write an answer to a request."""
    lines = {"CSeq": request.headers.get("CSeq", ""), **(headers or {}), "Server": "GStreamer RTSP server"}
    if body:
        lines["Content-Length"] = str(len(body))
    head = "".join(f"{name}: {value}\r\n" for name, value in lines.items())
    return f"RTSP/1.0 {status} {_REASONS[status]}\r\n{head}\r\n".encode() + body
