"""What each door says about us: these headers and no others, and nothing that was set by whoever was asked before."""

from contextlib import suppress

from aiohttp import web
import pytest

from custom_components.netrex.vapix import ProtocolError

from .doors import DOORS, OUR_ERRORS, TOKEN, Place
from .strangers import Stranger

ALWAYS = {"Host", "Accept", "Accept-Encoding", "User-Agent"}
BODY = {"Content-Length", "Content-Type"}
SOCKET = {"Upgrade", "Connection", "Sec-WebSocket-Version", "Sec-WebSocket-Key"}
SENT = {
    "tree": ALWAYS | BODY | {"Authorization"},
    "code": ALWAYS | BODY,
    "refresh": ALWAYS | BODY,
    "revoke": ALWAYS | BODY,
    "download": ALWAYS | {"Authorization"},
    "json": ALWAYS | BODY | {"Authorization"},
    "speech": ALWAYS | BODY | {"Authorization"},
    "events": ALWAYS | SOCKET | {"Authorization"},
    "events over RTSP": ALWAYS | SOCKET | {"Authorization", "Sec-WebSocket-Protocol"},
    **dict.fromkeys(
        (
            *("text", "picture", "xml", "video", "moving pictures", "clip"),
            *("events with a session", "events over RTSP with a session"),
        ),
        ALWAYS | {"Authorization"},
    ),
}
SCHEMES = {"tree": "Bearer", "download": "Bearer"}


@pytest.mark.parametrize("door", DOORS)
async def test_only_these_headers_are_sent(place: Place, other: Stranger, door: str) -> None:
    async def tracking(_request: web.BaseRequest) -> web.StreamResponse:
        response = web.Response(status=400)
        response.set_cookie("followed", "everywhere")
        return response

    other.answer = tracking
    for _ in range(2):
        with pytest.raises(OUR_ERRORS):
            await DOORS[door](place)
    assert len(other.seen) >= 2
    for request in other.seen:
        allowed = SENT[door] | (BODY if request.method == "POST" else set())
        assert set(request.headers) <= allowed, set(request.headers) - allowed
        if "Authorization" in SENT[door]:
            assert request.headers["Authorization"] == f"{SCHEMES.get(door, 'Token')} {TOKEN}"


def test_every_door_is_looked_at() -> None:
    assert set(SENT) == set(DOORS)


@pytest.mark.parametrize(
    "door", ["tree", "json", "text", "picture", "xml", "video", "moving pictures", "events", "events over RTSP"]
)
async def test_no_token_is_in_an_address(place: Place, other: Stranger, door: str) -> None:
    with suppress(OUR_ERRORS):
        await DOORS[door](place)
    assert other.seen
    assert all(TOKEN not in str(request.url) for request in other.seen)


@pytest.mark.parametrize(
    "kind",
    [
        b"multipart/x-mixed-replace; boundary=\xff",
        b"multipart/x-mixed-replace; boundary=b,text/html",
        b"multipart/x-mixed-replace; boundary=b; a=1,text/html",
        b'multipart/x-mixed-replace; boundary="b,text/html"',
        b'multipart/x-mixed-replace; boundary="b',
        b"multipart/x-mixed-replace; boundary=b text/html",
        b"multipart/x-mixed-replace; boundary=" + b"b" * 71,
        b"multipart/x-mixed-replace; boundary=",
        b"multipart/x-mixed-replace,text/html",
        b"multipart/x-mixed-replace",
        b"text/html",
    ],
)
async def test_moving_pictures_of_an_odd_kind_are_not_passed_on(place: Place, other: Stranger, kind: bytes) -> None:
    """A browser could take them for something else than pictures: what is behind a comma, it takes for a later kind."""

    async def odd(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.write(b"HTTP/1.1 200 OK\r\nContent-Type: " + kind + b"\r\nContent-Length: 1\r\n\r\nx")
        return web.Response()

    other.answer = odd
    with pytest.raises(OUR_ERRORS, match="not moving JPEG"):
        await DOORS["moving pictures"](place)


@pytest.mark.parametrize(
    "kind",
    [
        "multipart/x-mixed-replace; boundary=--b",
        'multipart/x-mixed-replace;boundary="--b"',
        "Multipart/X-Mixed-Replace ; Boundary=--b; charset=utf-8",
    ],
)
async def test_moving_pictures_are_passed_on_by_their_boundary(place: Place, other: Stranger, kind: str) -> None:
    async def usual(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(headers={"Content-Type": kind})

    other.answer = usual
    async with place.camera.open_mjpeg() as stream:
        assert stream.boundary == "--b"


#: One pixel high and wide, as far as a head says that.
_PICTURE = b"\xff\xd8\xff\xc0\x00\x0b\x08\x00\x01\x00\x01 picture \xff\xd9"
_CUT = _PICTURE[:-3]


def _part(body: bytes, *lines: bytes) -> bytes:
    return b"\r\n".join([b"--b", *lines, b"Content-Length: %d" % len(body), b"", body, b""])


@pytest.mark.parametrize("size", [1, 7, 1_000_000])
async def test_moving_pictures_come_one_by_one(place: Place, other: Stranger, size: int) -> None:
    """However they are cut on the way, and whatever stands between them; those cut short by the camera are left out."""
    first = _part(_PICTURE, b"Content-Type: image/jpeg") + b"\r\n" + _part(_CUT)
    sent = first + _part(_CUT) * 9 + _part(_PICTURE * 2) + _part(_CUT) * 10 + _part(_PICTURE + b"more") + b"--b--\r\n"

    async def usual(request: web.BaseRequest) -> web.StreamResponse:
        response = web.StreamResponse(headers={"Content-Type": "multipart/x-mixed-replace; boundary=b"})
        await response.prepare(request)
        for at in range(0, len(sent), size):
            await response.write(sent[at : at + size])
        return response

    other.answer = usual
    async with place.camera.open_mjpeg() as stream:
        assert [picture async for picture in stream.pictures()] == [_PICTURE, _PICTURE * 2, _PICTURE + b"more"]


@pytest.mark.parametrize(
    "sent",
    [
        _part(b"<script>alert(1)</script>", b"Content-Type: text/html"),
        _part(b"<script>alert(1)</script>", b"Content-Type: image/jpeg"),
        b"--b\r\nContent-Type: image/jpeg\r\n\r\n" + _PICTURE,
        b"--b\r\nContent-Length: 0\r\n\r\n",
        b"--b\r\nContent-Length: -1\r\n\r\n",
        b"--b\r\nContent-Length: 999999999\r\n\r\n",
        b"--b\r\nContent-Length: 9999999999999\r\n\r\n",
        b"\0" * 5_000,
        _part(_CUT) * 11,
    ],
)
async def test_moving_pictures_of_something_else_end(place: Place, other: Stranger, sent: bytes) -> None:
    async def odd(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=sent, headers={"Content-Type": "multipart/x-mixed-replace; boundary=b"})

    other.answer = odd
    async with place.camera.open_mjpeg() as stream:
        with pytest.raises(ProtocolError):
            async for _ in stream.pictures():
                pass
