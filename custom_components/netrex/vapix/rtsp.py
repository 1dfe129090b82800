"""RTSP and RTP as they come out of a websocket: a flow of bytes, cut anywhere. No network here, and no waiting."""

from collections.abc import Mapping
from dataclasses import dataclass
import re
from typing import Final

from ..transport.values import small_number
from .errors import ProtocolError, UnreachableError

#: Bytes of a head and of a body. A description of one track is about 500.
_MAX_HEAD: Final = 16 << 10
_MAX_BODY: Final = 64 << 10
#: Bytes of one document. A notification is about 1,000, and comes in a document of its own.
_MAX_DOCUMENT: Final = 256 << 10
_DOLLAR: Final = ord("$")
_PREFIX: Final = 4
_HEAD_ENDS: Final = b"\r\n\r\n"
_ANSWER: Final = re.compile(r"RTSP/1\.[0-9] ([0-9]{3})(?: .*)?")
_REQUEST: Final = re.compile(r"[A-Z_]{1,40} .* RTSP/1\.[0-9]")
_RTP_HEADER: Final = 12
_RTP_VERSION: Final = 2


@dataclass(frozen=True, slots=True)
class RtspAnswer:
    """An answer; the names of its headers are in lower case."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def number(self) -> int | None:
        """Which request this answers."""
        return small_number(self.headers.get("cseq", ""))


@dataclass(frozen=True, slots=True)
class Packet:
    """A packet between the answers (RFC 2326, 10.12)."""

    channel: int
    data: bytes


class RtspFrames:
    """Cuts a flow of bytes into answers and packets. What the camera requests itself is left out."""

    def __init__(self) -> None:
        self._buffer = bytearray()

    def feed(self, data: bytes) -> list[RtspAnswer | Packet]:
        """Return what is complete now; ProtocolError if that is no RTSP."""
        self._buffer += data
        frames: list[RtspAnswer | Packet] = []
        begin = 0
        while (found := self._next(begin)) is not None:
            frame, begin = found
            if frame is not None:
                frames.append(frame)
        del self._buffer[:begin]
        return frames

    def _next(self, begin: int) -> tuple[RtspAnswer | Packet | None, int] | None:
        """Return the frame that begins here, and where it ends; None if it is not complete."""
        buffer = self._buffer
        while begin < len(buffer) and buffer[begin] in b"\r\n":
            begin += 1
        if len(buffer) < begin + _PREFIX:
            return None
        if buffer[begin] == _DOLLAR:
            end = begin + _PREFIX + int.from_bytes(buffer[begin + 2 : begin + _PREFIX])
            data = bytes(buffer[begin + _PREFIX : end])
            return (Packet(buffer[begin + 1], data), end) if len(buffer) >= end else None
        head_end = buffer.find(_HEAD_ENDS, begin, begin + _MAX_HEAD)
        if head_end < 0:
            if len(buffer) - begin >= _MAX_HEAD:
                raise ProtocolError("The answer is too long")
            return None
        first, *lines = buffer[begin:head_end].decode("latin-1").split("\r\n")
        headers = {name.strip().lower(): value.strip() for name, _, value in (line.partition(":") for line in lines)}
        body = head_end + len(_HEAD_ENDS)
        end = body + _length(headers)
        if len(buffer) < end:
            return None
        if answer := _ANSWER.fullmatch(first):
            return RtspAnswer(int(answer[1]), headers, bytes(buffer[body:end])), end
        if _REQUEST.fullmatch(first):
            return None, end
        raise ProtocolError("The answer is not RTSP")


def _length(headers: Mapping[str, str]) -> int:
    length = small_number(headers.get("content-length", "0"))
    if length is None or not 0 <= length <= _MAX_BODY:
        raise ProtocolError("The answer is too long")
    return length


class Documents:
    """Joins RTP packets into documents: a set marker ends one (CONFIRMED, VX-RTSP-5)."""

    def __init__(self) -> None:
        self._parts: list[bytes] = []
        self._length = 0
        self._expected: int | None = None

    def add(self, packet: bytes) -> bytes | None:
        """Return the document that a packet ends; empty if it was too long, None if it goes on.

        Raises:
            ProtocolError: it is no packet of RTP.
            UnreachableError: packets were lost, and states with them; a new stream begins with all of them.
        """
        if len(packet) < _RTP_HEADER or packet[0] >> 6 != _RTP_VERSION:
            raise ProtocolError("The packet is not RTP")
        number = int.from_bytes(packet[2:4])
        if self._expected not in {None, number}:
            raise UnreachableError("Packets of the event stream were lost")
        self._expected = (number + 1) & 0xFFFF
        part = _payload(packet)
        self._length += len(part)
        if self._length <= _MAX_DOCUMENT:
            self._parts.append(part)
        else:
            self._parts.clear()
        if not packet[1] & 0x80:
            return None
        document = b"".join(self._parts)
        self._parts.clear()
        self._length = 0
        return document


def _payload(packet: bytes) -> bytes:
    """Return what is behind the header of RTP, its sources and its extension, without the padding (RFC 3550, 5.1)."""
    begin = _RTP_HEADER + 4 * (packet[0] & 0x0F)
    if packet[0] & 0x10:
        begin += 4 + 4 * int.from_bytes(packet[begin + 2 : begin + 4])
    padding = packet[-1] if packet[0] & 0x20 else 0
    return packet[begin : max(begin, len(packet) - padding)]
