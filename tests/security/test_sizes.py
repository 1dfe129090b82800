"""Whatever is sent, no more is read than an answer may have."""

from compression import zstd
from contextlib import suppress
from datetime import UTC, datetime
import json
import time
import tracemalloc
from typing import Self
import zlib

from aiohttp import web
import pytest

from custom_components.netrex.cloud.http import MAX_ANSWER
from custom_components.netrex.vapix import jpeg

from .doors import ANSWERS, DOORS, OUR_ERRORS, STREAMS, Place
from .strangers import Answer, Stranger

#: What lies in buffers on both sides of a connection when the reader leaves.
SLACK = 8 << 20
_CAMERA = 2 << 20
LIMITS = {
    **dict.fromkeys(("tree", "code", "refresh", "revoke"), MAX_ANSWER),
    "picture": 20 << 20,
    **dict.fromkeys(("json", "text", "xml", "clip", "speech"), _CAMERA),
    **dict.fromkeys(("events with a session", "events over RTSP with a session"), _CAMERA),
}


class Endless:
    """Sends blanks until the reader leaves."""

    def __init__(self, piece: bytes = b" " * 65_536, most: int = 200 << 20, **headers: str) -> None:
        self.piece = piece
        self.most = most
        self.headers = headers
        self.sent = 0

    async def __call__(self, request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "text/plain", **self.headers})
        response.enable_chunked_encoding()
        await response.prepare(request)
        try:
            while self.sent < self.most:
                await response.write(self.piece)
                self.sent += len(self.piece)
        except ConnectionError:
            pass  # the reader has left
        return response


@pytest.mark.parametrize("door", ANSWERS)
async def test_an_answer_without_end(place: Place, other: Stranger, door: str) -> None:
    other.answer = endless = Endless()
    with pytest.raises(OUR_ERRORS):
        await ANSWERS[door](place)
    # Grants are tried in two spellings and two ways, unless the first answer is none.
    assert len(other.seen) == 1
    assert endless.sent <= LIMITS[door] + SLACK


def _filled(begin: bytes, unit: bytes, end: bytes, size: int = 16 << 20) -> bytes:
    return begin + unit * ((size - len(begin) - len(end)) // len(unit)) + end


def _answering(body: bytes, packing: str | None = None) -> Answer:
    async def answer(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Encoding": packing} if packing else {})

    return answer


class Cost:
    """What is taken at most while it lasts: bytes of memory, and seconds of the event loop's thread and of others."""

    def __enter__(self) -> Self:
        tracemalloc.start()
        self._began = time.thread_time(), time.process_time()
        return self

    def __exit__(self, *_: object) -> None:
        self.memory = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        self.here = time.thread_time() - self._began[0]
        self.aside = time.process_time() - self._began[1] - self.here


#: A thousand bytes of it become sixteen million; parsed, many times as much.
_BOMBS = {
    "blanks": b" " * (16 << 20),
    "errors": _filled(b'{"errors":[', b"[],", b"[]]}"),
    "words": _filled(b'{"errors":[{"message":"', b"tokn ", b'"}]}'),
    "nodes": _filled(b'{"data":{"nodeList":[', b"[],", b"[]]}}"),
    "properties": _filled(b'{"data":{"propertyList":[', b"{},", b"{}]}}"),
    "elements": _filled(b"<r>", b"<a/>", b"</r>"),
    "lines": _filled(b"root.a=b", b"\n=", b"\n"),
}


@pytest.mark.parametrize("bomb", _BOMBS)
@pytest.mark.parametrize("door", ["tree", "refresh", "json", "text", "xml", "picture"])
async def test_an_answer_that_unpacks_to_a_thousand_times_its_size(
    place: Place, other: Stranger, door: str, bomb: str
) -> None:
    body = _BOMBS[bomb]
    packed = (zlib.compress(body, wbits=31), "gzip") if bomb == "blanks" else (zstd.compress(body), "zstd")
    other.answer = _answering(*packed)
    with Cost() as cost, pytest.raises(OUR_ERRORS, match=r"too (?:large|long)"):
        await ANSWERS[door](place)
    assert cost.memory < 16 << 20


@pytest.mark.parametrize("bomb", _BOMBS)
@pytest.mark.parametrize("door", ["tree", "json", "text", "xml"])
async def test_as_much_as_may_be_read_takes_little_memory(place: Place, other: Stranger, door: str, bomb: str) -> None:
    body = _BOMBS[bomb]
    end = {b">": b"</r>", b"}": b"[]]}"}.get(body[-1:], b"")
    other.answer = _answering(body[: LIMITS[door] // 3 - len(end)] + end)
    with Cost() as cost, suppress(*OUR_ERRORS):
        await ANSWERS[door](place)
    assert cost.memory < 64 << 20


async def test_a_large_account_is_read_beside_the_event_loop(place: Place, other: Stranger) -> None:
    nodes = [
        {
            "parent_node_id": number and 0,
            "node_id": number,
            "type": "camera",
            "name": f"Kamera č. {number}",
            "external_id": "",
        }
        for number in range(20_000)
    ]
    nodes[0]["parent_node_id"] = None
    other.answer = _answering(json.dumps({"data": {"nodeList": nodes}}).encode())
    with Cost() as cost:
        assert len((await place.cloud.tree()).nodes) == len(nodes)
    assert cost.aside > cost.here


@pytest.mark.parametrize("door", ["video", "moving pictures"])
async def test_a_stream_that_is_packed_is_none(place: Place, other: Stranger, door: str) -> None:
    kind = {"video": "video/x-matroska", "moving pictures": "multipart/x-mixed-replace; boundary=b"}[door]
    body = zstd.compress(bytes(64 << 20))

    async def packed(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=body, headers={"Content-Encoding": "zstd", "Content-Type": kind})

    other.answer = packed
    with Cost() as cost, pytest.raises(OUR_ERRORS, match="packed"):
        await STREAMS[door](place)
    assert cost.memory < 8 << 20
    assert other.seen[0].headers["Accept-Encoding"] == "identity"


@pytest.mark.parametrize("door", ["events", "events over RTSP"])
async def test_a_message_of_an_event_stream_that_is_too_long(place: Place, other: Stranger, door: str) -> None:
    async def talk(request: web.BaseRequest) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(" " * (1 << 20))
        await socket.receive()
        return socket

    other.answer = talk
    with pytest.raises(OUR_ERRORS, match="has ended"):
        await DOORS[door](place)


async def test_a_picture_that_would_be_huge_when_it_is_drawn(place: Place, other: Stranger) -> None:
    empty = b"\xff\xd8\xff\xc0\x00\x11\x08" + (60_000).to_bytes(2) * 2 + b"\x03" + b"\0" * 9 + b"\xff\xd9"

    async def picture(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=empty, content_type="image/jpeg")

    other.answer = picture
    assert jpeg.jpeg_size(empty)
    with pytest.raises(OUR_ERRORS, match="too large"):
        await ANSWERS["picture"](place)


async def test_a_list_that_never_ends_is_left(place: Place, other: Stranger) -> None:
    """A card that always has more recordings is asked as often as its reader wants, not as often as it likes."""
    one = '<recording recordingid="r" starttime="2026-01-01T00:00:00Z" stoptime="2026-01-01T00:10:00Z"/>'

    async def page(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(text=f"<root><recordings>{one * 200}</recordings></root>", content_type="text/xml")

    other.answer = page
    first, last = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    listed = await place.camera.card.recordings(first, last, limit=500)
    assert listed.more
    assert len(other.seen) == 3
