"""Between players and servers only what is on a short list is passed on, in both directions."""

from collections.abc import AsyncIterator
from datetime import timedelta

from aiohttp import web
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from simulator import Fault, Simulator, Switches
from tests.component.browsing import MediaBrowser
from tests.component.person import Person
from tests.component.waiting import until
from tests.security.strangers import Stranger, stranger

pytestmark = pytest.mark.usefixtures("quick_polls")
FILE = b"\0\0\0\x20ftypisom" + b"\0" * 5_000


@pytest.fixture
def switches() -> Switches:
    return Switches(recording_preparation=0.05)


@pytest.fixture
async def files() -> AsyncIterator[Stranger]:
    """Where the cloud's links lead."""
    async with stranger() as server:
        yield server


async def recording(hass: HomeAssistant, browser: MediaBrowser, person: Person, files: Stranger) -> str:
    """Return where a recording plays whose file is elsewhere."""
    account = await person.add_account()
    (node,) = person.simulator.world.camera_nodes()
    link = f'{{"data": {{"recording": {{"download_url": "{files.origin}/file.mp4"}}}}}}'
    person.simulator.faults.add(Fault(kind="graphql:recording", body=link))
    begins_at = int((dt_util.utcnow() - timedelta(hours=1)).timestamp())
    return await browser.resolve(f"recording/{account.entry_id}/{node.node_id}/{begins_at}/{begins_at + 20}/0")


@pytest.mark.usefixtures("own_resolver")
async def test_what_a_player_says_stays_here(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, files: Stranger
) -> None:
    async def send(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=FILE)

    files.answer = send
    url = await recording(hass, browser, person, files)
    files.seen.clear()
    said = {
        "Cookie": "session=secret",
        "Authorization": "Bearer secret",
        "Referer": "https://home.example/secret",
        "Origin": "https://home.example",
        "X-Forwarded-For": "192.0.2.1",
        "User-Agent": "secret player",
        "Accept-Language": "cs",
        "Range": "bytes=0-99",
        "If-Range": '"abc"',
    }
    del said["Authorization"], said["X-Forwarded-For"]  # Home Assistant itself looks at these first
    async with browser.player.get(url, headers=said) as answer:
        await answer.read()
    (request,) = files.seen
    assert set(request.headers) == {"Host", "Accept", "Accept-Encoding", "User-Agent", "Range", "If-Range"}
    assert "secret" not in str(request.headers)
    assert "authSig" not in request.path_qs

    # Nor whatever calls itself a range.
    files.seen.clear()
    async with browser.player.get(url, headers={"Range": "secret=1-2", "If-Range": '"abc"'}) as answer:
        await answer.read()
    (request,) = files.seen
    assert not {"Range", "If-Range"} & set(request.headers)


@pytest.mark.usefixtures("own_resolver")
async def test_what_a_server_says_stays_there(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, files: Stranger
) -> None:
    evil = {
        "Set-Cookie": "session=stolen",
        "Content-Type": "text/html",
        "Content-Disposition": "attachment; filename=evil.html",
        "Content-Language": "xx",
        "Access-Control-Allow-Origin": "*",
        "Clear-Site-Data": '"*"',
        "Refresh": "0; url=https://evil.example",
        "Link": "<https://evil.example>; rel=preload",
        "Service-Worker-Allowed": "/",
        "Content-Security-Policy": "default-src *",
        "Strict-Transport-Security": "max-age=0",
        "Location": "https://evil.example",
        "X-Evil": "1",
        "ETag": '"good"',
        "Last-Modified": "Wed, 25 Nov 2026 10:00:00 GMT",
    }

    async def send(_request: web.BaseRequest) -> web.StreamResponse:
        return web.Response(body=FILE, headers=evil)

    files.answer = send
    url = await recording(hass, browser, person, files)
    async with browser.player.get(url) as answer:
        assert answer.status == 200
        assert await answer.read() == FILE
        headers = answer.headers
    passed_on = {name for name, value in evil.items() if headers.get(name) == value}
    assert passed_on == {"ETag", "Last-Modified"}
    assert headers["Content-Type"] == "video/mp4"
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert "sandbox" in headers["Content-Security-Policy"]
    assert "no-store" in headers["Cache-Control"]
    assert not {"Set-Cookie", "Access-Control-Allow-Origin", "X-Evil", "Location"} & set(headers)


@pytest.mark.usefixtures("own_resolver")
async def test_validators_that_can_not_be_written_are_left_out(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, files: Stranger
) -> None:
    async def send(request: web.BaseRequest) -> web.StreamResponse:
        assert request.transport is not None
        head = b'HTTP/1.1 200 OK\r\nETag: "\xff\xfe"\r\nContent-Length: %d\r\n\r\n' % len(FILE)
        request.transport.write(head + FILE)
        return web.Response()

    files.answer = send
    url = await recording(hass, browser, person, files)
    async with browser.player.get(url) as answer:
        assert answer.status == 200
        assert "ETag" not in answer.headers
        assert await answer.read() == FILE


async def test_moving_pictures_bring_nothing_but_pictures(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    await person.add_account()
    await until(hass, lambda: [state for state in hass.states.async_all("camera") if state.state == "idle"])
    (state,) = hass.states.async_all("camera")
    url = f"/api/camera_proxy_stream/{state.entity_id}?token={state.attributes['access_token']}"
    async with person.browser.get(url) as answer:
        kind, boundary = answer.headers["Content-Type"].split("; boundary=")
        assert kind == "multipart/x-mixed-replace"
        # No camera knows what is between its pictures here.
        assert boundary != "myboundary"
        for _ in range(2):
            head = (await answer.content.readuntil(b"\r\n\r\n")).decode()
            length = int(head.rpartition(": ")[2])
            assert head == f"--{boundary}\r\nContent-Type: image/jpeg\r\nContent-Length: {length}\r\n\r\n"
            picture = await answer.content.readexactly(length)
            assert picture.startswith(b"\xff\xd8")
            assert picture.endswith(b"\xff\xd9")
            assert await answer.content.readexactly(2) == b"\r\n"
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert "sandbox" in answer.headers["Content-Security-Policy"]
        assert "Set-Cookie" not in answer.headers
    evil = simulator.faults.add(
        Fault(kind="vapix:video", content_type="multipart/x-mixed-replace; boundary=myboundary,text/html")
    )
    async with person.browser.get(url) as answer:
        assert answer.status == 502
        assert "boundary" not in answer.headers["Content-Type"]
    assert simulator.faults.struck(evil) == 1
    simulator.faults.clear()
    simulator.faults.add(Fault(kind="vapix:video", body="<script>alert(1)</script>", status=200))
    async with person.browser.get(url) as answer:
        assert answer.status >= 400
        assert "script" not in await answer.text()
