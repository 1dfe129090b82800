"""Links of recordings: where they may lead, who gets the token, and what their servers may do."""

from collections.abc import AsyncIterator
import gzip

from aiohttp import web
import pytest

from custom_components.netrex.cloud import (
    AuthError,
    BusyError,
    LinkExpiredError,
    ProtocolError,
    Provider,
    Token,
    TransientError,
)
from custom_components.netrex.cloud.mp4 import formats, is_mp4
from tests.file_server import FILE, Given, Server, opened


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    running = Server()
    runner = await running.start()
    yield running
    await runner.cleanup()


async def read(provider: Provider, link: str, token: Token | None = None) -> bytes:
    async with opened(provider, link, token) as download:
        return b"".join([chunk async for chunk in download.chunks()])


@pytest.mark.parametrize("link", ["/file.mp4?key=%2F", "http://127.0.0.1:{port}/file.mp4?key=%2F", "file.mp4?key=%2F"])
async def test_the_provider_gets_the_token(server: Server, link: str) -> None:
    assert await read(server.provider, link.format(port=server.port)) == FILE
    assert server.authorizations == ["Bearer token0"]
    assert server.seen[0].raw_path == "/file.mp4?key=%2F"


async def test_no_other_address_gets_the_token(server: Server) -> None:
    assert await read(server.provider, f"{server.elsewhere}/file.mp4") == FILE
    assert server.authorizations == [None]


async def test_a_redirect_takes_the_token_nowhere_else(server: Server) -> None:
    def answer(request: web.Request) -> web.StreamResponse:
        if request.path == "/first":
            raise web.HTTPFound("/second")
        if request.path == "/second":
            raise web.HTTPTemporaryRedirect(f"{server.elsewhere}/third")
        if request.path == "/third":
            raise web.HTTPSeeOther(f"{server.provider.origin}/fourth")
        return web.Response(body=FILE, headers={"Set-Cookie": "a=1"})

    server.answer = answer
    assert await read(server.provider, "/first") == FILE
    assert server.authorizations == ["Bearer token0", "Bearer token0", None, "Bearer token0"]
    assert all("Cookie" not in request.headers for request in server.seen)


async def test_a_circle_of_redirects_ends(server: Server) -> None:
    server.answer = lambda _request: web.Response(status=302, headers={"Location": "/again"})
    with pytest.raises(ProtocolError, match="from address to address"):
        await read(server.provider, "/first")
    assert len(server.seen) == 6


@pytest.mark.parametrize(
    "link",
    [
        "",
        "ftp://files.example/x",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "http://files.example/x",
        "https://user:password@files.example/x",
        "https://127.0.0.1/x",
        "https://192.168.1.1/x",
        "https://10.0.0.1/x",
        "https://169.254.169.254/latest",
        "https://[::1]/x",
        "https://localhost/x",
        "https://router/x",
        "https://nas.local/x",
        "https://[",
    ],
)
async def test_links_that_lead_where_no_recordings_are(link: str) -> None:
    with pytest.raises(ProtocolError) as refused:
        await read(Provider("https://system2.netrex.cz"), link)
    assert not link or link not in str(refused.value)


async def test_a_redirect_into_the_house_is_refused(server: Server) -> None:
    with pytest.raises(ProtocolError):
        # What the redirect says is read as the first link is; nothing is asked at that address.
        await read(Provider("https://system2.netrex.cz"), f"https://127.0.0.1:{server.port}/x")
    assert not server.seen


@pytest.mark.parametrize(
    ("status", "kind"),
    [
        (403, LinkExpiredError), (404, LinkExpiredError), (410, LinkExpiredError), (429, BusyError),
        (500, TransientError), (503, TransientError), (400, ProtocolError), (204, ProtocolError), (304, ProtocolError),
    ],
)  # fmt: skip
async def test_statuses(server: Server, status: int, kind: type[Exception]) -> None:
    server.answer = lambda _request: web.Response(status=status)
    with pytest.raises(kind):
        await read(server.provider, "/file")


async def test_a_refused_token_is_renewed_once(server: Server) -> None:
    server.answer = lambda request: web.Response(
        status=200 if request.headers["Authorization"] == "Bearer token1" else 401, body=FILE
    )
    assert await read(server.provider, "/file", Given(renewals=1)) == FILE
    server.answer = lambda _request: web.Response(status=401)
    with pytest.raises(AuthError):
        await read(server.provider, "/file", Given(renewals=9))
    assert len(server.seen) == 4
    with pytest.raises(LinkExpiredError):
        await read(server.provider, f"{server.elsewhere}/file")


async def test_what_a_server_says_of_a_part(server: Server) -> None:
    headers = {"Content-Range": "bytes 10-19/100", "ETag": '"x"', "X-Other": "1", "Set-Cookie": "a=1"}
    server.answer = lambda _request: web.Response(status=206, body=b"0123456789", headers=headers)
    async with opened(server.provider, "/file", Range="bytes=10-19") as download:
        assert (download.status, download.begins_at, download.length, download.size) == (206, 10, 10, 100)
        assert download.headers == {"Content-Range": "bytes 10-19/100", "ETag": '"x"'}
    assert server.seen[0].headers["Range"] == "bytes=10-19"
    assert server.seen[0].headers["Accept-Encoding"] == "identity"
    headers["Content-Range"] = "bytes nonsense"
    async with opened(server.provider, "/file") as download:
        assert (download.begins_at, download.size) == (None, None)


@pytest.mark.parametrize(
    ("told", "body"),
    [
        ("bytes 19-10/100", b"0123456789"), ("bytes 10-19/15", b"0123456789"), ("bytes 10-19/100", b"01234"),
        ("nonsense", b"0123456789"), ("", b"0123456789"),
    ],
)  # fmt: skip
async def test_a_part_that_contradicts_itself_is_not_taken(server: Server, told: str, body: bytes) -> None:
    def answer(request: web.Request) -> web.StreamResponse:
        if "Range" in request.headers:
            return web.Response(status=206, body=body, headers={"Content-Range": told} if told else {})
        return web.Response(body=FILE)

    server.answer = answer
    async with opened(server.provider, "/file", **{"Range": "bytes=10-19", "If-Range": '"x"'}) as download:
        assert (download.status, download.begins_at, download.length, download.size) == (200, 0, len(FILE), len(FILE))
        assert b"".join([chunk async for chunk in download.chunks()]) == FILE
    assert "If-Range" not in server.seen[-1].headers
    server.answer = lambda _request: web.Response(status=206, body=body, headers={"Content-Range": told})
    async with opened(server.provider, "/file", Range="bytes=10-19") as download:
        assert (download.status, download.begins_at, download.length) == (206, None, None)
    assert len(server.seen) == 4


@pytest.mark.parametrize("chunked", [False, True])
async def test_the_length_of_a_part_follows_from_what_it_is(server: Server, chunked: bool) -> None:
    def answer(_request: web.Request) -> web.StreamResponse:
        part = web.Response(status=206, body=b"0123456789", headers={"Content-Range": "bytes 10-19/*"})
        if chunked:
            part.enable_chunked_encoding()
        return part

    server.answer = answer
    async with opened(server.provider, "/file", Range="bytes=10-19") as download:
        assert (download.begins_at, download.length, download.size) == (10, 10, None)


@pytest.mark.parametrize("asked", [{}, {"Range": "bytes=0-35"}])
async def test_a_file_that_comes_packed_all_the_same(server: Server, asked: dict[str, str]) -> None:
    def answer(request: web.Request) -> web.StreamResponse:
        headers = {"Content-Encoding": "gzip"}
        if "Range" not in request.headers:
            return web.Response(body=packed, headers=headers)
        headers["Content-Range"] = f"bytes 0-35/{len(packed)}"
        return web.Response(status=206, body=packed[:36], headers=headers)

    packed = gzip.compress(FILE)
    server.answer = answer
    async with opened(server.provider, "/file", **asked) as download:
        assert (download.status, download.begins_at, download.length, download.size) == (200, 0, None, None)
        assert b"".join([chunk async for chunk in download.chunks()]) == FILE


async def test_nobody_there() -> None:
    with pytest.raises(TransientError):
        await read(Provider("http://127.0.0.1:9"), "/file")


def test_formats_of_a_file() -> None:
    entry = b"\0\0\0\x90stsd\0\0\0\0\0\0\0\x01\0\0\0\x80%s"
    head = b"\0\0\0\x20ftypisom" + entry % b"hvc1" + b"\0" * 30 + entry % b"mp4a"
    assert is_mp4(head)
    assert formats(head) == {"hvc1", "mp4a"}
    assert not is_mp4(b"<html>")
    assert not formats(b"\0\0\0\x20ftypisom" + b"stsd")
