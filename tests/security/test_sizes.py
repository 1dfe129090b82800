"""Whatever is sent, no more is read than an answer may have."""

from datetime import UTC, datetime
import time
import zlib

from aiohttp import web
import pytest

from custom_components.netrex.cloud.http import MAX_ANSWER
from custom_components.netrex.vapix import jpeg

from .doors import ANSWERS, OUR_ERRORS, Place
from .strangers import Stranger

#: What lies in buffers on both sides of a connection when the reader leaves.
SLACK = 8 << 20
_CAMERA = 2 << 20
LIMITS = {
    **dict.fromkeys(("tree", "code", "refresh", "revoke"), MAX_ANSWER),
    "picture": 20 << 20,
    **dict.fromkeys(("json", "text", "xml", "clip", "speech", "events with a session"), _CAMERA),
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


@pytest.mark.parametrize("door", ["tree", "text"])
async def test_an_answer_that_unpacks_to_a_thousand_times_its_size(place: Place, other: Stranger, door: str) -> None:
    packer = zlib.compressobj(9, zlib.DEFLATED, 31)
    packed = b"".join(packer.compress(b" " * (1 << 20)) for _ in range(64)) + packer.flush()

    async def bomb(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=packed, headers={"Content-Encoding": "gzip"})

    other.answer = bomb
    begun = time.process_time()
    with pytest.raises(OUR_ERRORS, match=r"too (?:large|long)"):
        await ANSWERS[door](place)
    # Unpacking all of it would take longer; the bound is far above what a slow machine needs for the part that is read.
    assert time.process_time() - begun < 5


async def test_a_message_of_an_event_stream_that_is_too_long(place: Place, other: Stranger) -> None:
    async def talk(request: web.BaseRequest) -> web.StreamResponse:
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        await socket.send_str(" " * (1 << 20))
        await socket.receive()
        return socket

    other.answer = talk
    with pytest.raises(OUR_ERRORS, match="has ended"):
        async with place.camera.open_events() as stream:
            await stream.next()


async def test_a_picture_that_would_be_huge_when_it_is_drawn(place: Place, other: Stranger) -> None:
    head = b"\xff\xd8\xff\xc0\x00\x11\x08" + (60_000).to_bytes(2) * 2 + b"\x03" + b"\0" * 9

    async def picture(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=head, content_type="image/jpeg")

    other.answer = picture
    assert jpeg.jpeg_size(head)
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
