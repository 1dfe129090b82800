"""Live video from the simulated camera through the relay to real players."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from itertools import pairwise
import socket
import threading
import time

import aiohttp
import pytest

from custom_components.netrex.live import broadcast, relay as relay_module
from custom_components.netrex.live.broadcast import MAX_WATCHERS, MediaRefusal
from custom_components.netrex.live.relay import Relay
from custom_components.netrex.vapix import AuthError, BusyError, ForbiddenError, ProtocolError, UnreachableError
from simulator.faults import Fault
from tests.camera_site import CameraSite

from .conftest import Told
from .flood import Flood
from .viewers import Seen, reading, watching


def _steady(seen: Seen) -> None:
    for times in seen.timestamps.values():
        assert all(earlier < later for earlier, later in pairwise(times))
    assert seen.corrupt == 0
    assert seen.first_is_key


async def test_player_sees_moving_pictures_with_sound(relay: Relay, site: CameraSite, told: Told) -> None:
    async with watching(relay.url("cam"), decode=True) as player:
        seen = await player.until(lambda seen: len(seen.clock_shown) > 30)
    assert seen.codecs == ["h264", "aac"]
    assert seen.timestamps["audio"]
    _steady(seen)
    assert all(earlier < later for earlier, later in pairwise(seen.clock_shown))
    assert time.time() - seen.clock_shown[-1] < 2
    assert told.streaming == ["cam"]
    await site.watched(0, within=1)


async def test_camera_without_sound(relay: Relay, site: CameraSite) -> None:
    site.camera.audio = False
    async with watching(relay.url("cam")) as player:
        seen = await player.until(lambda seen: seen.pictures > 20)
    assert seen.codecs == ["h264"]
    _steady(seen)


async def test_nothing_is_opened_unless_somebody_watches(relay: Relay, site: CameraSite) -> None:
    async with aiohttp.ClientSession() as session, session.head(relay.url("cam")) as answer:
        assert answer.status == 200
        assert answer.content_type == "video/mp2t"
    assert not site.asked


async def test_begins_with_the_very_first_picture(relay: Relay, site: CameraSite) -> None:
    """Not with the next key frame, which may be seconds away."""
    for _ in range(5):
        async with site.client().open_media() as camera:
            await anext(camera.chunks())  # so that the simulated encoder is warm
            begun = time.monotonic()
            async with reading(relay.url("cam")) as stream:
                await stream.content.readexactly(188)
            assert time.monotonic() - begun < 0.8
        await site.watched(0)


@pytest.mark.slow
async def test_watchers_share_one_upstream(relay: Relay, site: CameraSite) -> None:
    async with watching(relay.url("cam")) as first:
        await first.until(lambda seen: seen.pictures > 5)
        begun = time.monotonic()
        async with watching(relay.url("cam")) as second, reading(relay.url("cam")) as third:
            assert third.status == 200
            seen = await second.until(lambda seen: seen.pictures > 20)
            assert seen.arrived[0] - begun < 3
            assert relay.watchers("cam") == 3
            assert site.asked["vapix:media"] == 1
        _steady(seen)
        before = first.seen.pictures
        await first.until(lambda seen: seen.pictures > before + 5)
        await site.watched(1)
    await site.watched(0, within=1)


async def test_later_watcher_begins_at_once(relay: Relay, site: CameraSite) -> None:
    """Although the next key frame may be seconds away."""
    async with reading(relay.url("cam")) as first:
        await first.content.readexactly(188 * 200)
        async with asyncio.timeout(0.3), reading(relay.url("cam")) as second:
            assert (await second.content.readexactly(188))[:3] in {b"\x47\x40\x11", b"\x47\x40\x00"}
    assert site.asked["vapix:media"] == 1


async def test_every_watcher_may_come_and_go(relay: Relay, site: CameraSite) -> None:
    for _ in range(5):
        async with reading(relay.url("cam")) as stream:
            await stream.content.readexactly(188)
        await site.watched(0, within=1)
    assert not [thread for thread in threading.enumerate() if thread.name.startswith("netrex-remux")]


async def test_watcher_leaves_before_the_first_picture(relay: Relay, site: CameraSite, told: Told) -> None:
    site.faults.add(Fault(kind="vapix:media", cut_after=300, hang=True))
    with pytest.raises(TimeoutError):
        async with asyncio.timeout(0.7), reading(relay.url("cam")):
            pass
    await site.watched(0, within=1)
    assert told.unreachable == []
    assert relay.watchers("cam") == 0


async def test_too_many_watchers(relay: Relay) -> None:
    async with aiohttp.ClientSession() as session:
        streams = [await session.get(relay.url("cam")) for _ in range(MAX_WATCHERS + 1)]
        assert [stream.status for stream in streams] == [200] * MAX_WATCHERS + [503]
        for stream in streams:
            stream.close()


# --- who may watch ----------------------------------------------------------------------------------------------------


async def test_only_the_secret_opens_it(relay: Relay, site: CameraSite) -> None:
    url = relay.url("cam")
    relay.add("other", site.client().open_media)
    assert relay.url("other") != url
    assert relay.url("cam") == url
    async with aiohttp.ClientSession() as session:
        for wrong in (url.partition("?")[0], url[:-1], url + "x", url.replace("live", "dead"), url + "%C3%A9"):
            for method in ("GET", "HEAD"):
                async with session.request(method, wrong) as answer:
                    assert answer.status == 404
        async with session.post(url) as answer:
            assert answer.status == 405
    assert not site.asked


async def test_another_name_for_this_machine_is_refused(relay: Relay, site: CameraSite) -> None:
    """So that a page in somebody's browser cannot reach it by a name that resolves to loopback."""
    async with aiohttp.ClientSession() as session:
        for host in ("evil.example", "evil.example:80", "127.0.0.1", "localhost"):
            async with session.get(relay.url("cam"), headers={"Host": host}) as answer:
                assert answer.status == 403
    assert not site.asked


async def test_camera_that_was_removed(relay: Relay, site: CameraSite) -> None:
    url = relay.url("cam")
    async with reading(url) as stream:
        await relay.remove("cam")
        await site.watched(0, within=1)
        await stream.content.read()
    async with aiohttp.ClientSession() as session, session.get(url) as answer:
        assert answer.status == 404
    await relay.remove("cam")
    relay.add("cam", site.client().open_media)
    assert relay.url("cam") == url
    with pytest.raises(ValueError, match="served already"):
        relay.add("cam", site.client().open_media)


async def test_addresses_of_cameras_that_are_gone_do_not_pile_up(relay: Relay, site: CameraSite) -> None:
    """The last hundred are kept for cameras that come back."""
    urls = {}
    for number in range(102):
        relay.add(f"{number}", site.client().open_media)
        urls[f"{number}"] = relay.url(f"{number}")
        await relay.remove(f"{number}")
    for key, same in {"0": False, "101": True}.items():
        relay.add(key, site.client().open_media)
        assert (relay.url(key) == urls[key]) is same


async def test_stopping_ends_all(relay: Relay, site: CameraSite, told: Told) -> None:
    async with reading(relay.url("cam")) as stream:
        begun = time.monotonic()
        await relay.stop()
        assert time.monotonic() - begun < 1
        await site.watched(0, within=1)
        await stream.content.read()
    assert told.idle == []
    with pytest.raises(aiohttp.ClientConnectorError):
        async with reading(relay.url("cam")):
            pass


# --- when it does not come --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fault", "status", "error"),
    [
        (Fault(kind="vapix:media", status=401), 502, AuthError),
        (Fault(kind="vapix:media", status=403), 502, ForbiddenError),
        (Fault(kind="vapix:media", status=302), 502, ProtocolError),
        (Fault(kind="vapix:media", status=503), 503, BusyError),
        (Fault(kind="vapix:media", status=504), 504, UnreachableError),
        (Fault(kind="vapix:media", cut=True), 504, UnreachableError),
    ],
    ids=str,
)
async def test_camera_that_cannot_be_had(
    relay: Relay, site: CameraSite, told: Told, fault: Fault, status: int, error: type[Exception]
) -> None:
    site.faults.add(fault)
    async with reading(relay.url("cam")) as answer:
        assert answer.status == status
        assert "secret" not in await answer.text()
    assert [type(told_error) for told_error in told.unreachable] == [error]
    assert told.refused == []
    site.faults.clear()
    async with reading(relay.url("cam")) as answer:
        assert answer.status == 200
    assert told.streaming == ["cam"]


async def test_camera_that_falls_silent_before_its_first_picture(
    relay: Relay, site: CameraSite, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "START_TIMEOUT", 0.5)
    site.faults.add(Fault(kind="vapix:media", cut_after=100, hang=True))
    async with reading(relay.url("cam")) as answer:
        assert answer.status == 504
    assert [type(error) for error in told.unreachable] == [UnreachableError]
    assert told.refused == []


@pytest.mark.parametrize("fault", [Fault(kind="vapix:media", status=404)], ids=str)
async def test_media_missing(relay: Relay, site: CameraSite, told: Told, fault: Fault) -> None:
    site.faults.add(fault)
    async with reading(relay.url("cam")) as answer:
        assert answer.status == 502
    assert told.refused == [MediaRefusal.MISSING]
    assert site.asked["vapix:media"] == 1


@pytest.mark.parametrize(
    ("fault", "refusal"),
    [
        (Fault(kind="vapix:media", cut_after=100), MediaRefusal.CUT_OFF),
        (Fault(kind="vapix:media", cut_after=3000), MediaRefusal.CUT_OFF),
        (Fault(kind="vapix:media", garbage=True), MediaRefusal.UNREADABLE),
    ],
    ids=str,
)
async def test_media_that_does_not_pass(
    relay: Relay, site: CameraSite, told: Told, fault: Fault, refusal: MediaRefusal
) -> None:
    site.faults.add(fault)
    async with reading(relay.url("cam")) as answer:
        assert answer.status >= 500
    assert told.refused == [refusal]
    assert told.unreachable == []
    assert site.asked["vapix:media"] == 2


async def test_cut_off_once_is_an_accident(relay: Relay, site: CameraSite, told: Told) -> None:
    site.faults.add(Fault(kind="vapix:media", cut_after=100, times=1))
    async with watching(relay.url("cam")) as player:
        _steady(await player.until(lambda seen: seen.pictures > 10))
    assert told.refused == []


async def test_whatever_the_token_source_raises_has_an_answer(relay: Relay, site: CameraSite, told: Told) -> None:
    def broken() -> None:
        raise RuntimeError("the account's own trouble")

    relay.add("other", broken)
    async with reading(relay.url("other")) as answer:
        assert answer.status == 502
        assert "own trouble" not in await answer.text()
    assert [type(error) for error in told.unreachable] == [RuntimeError]


# --- when it breaks off -----------------------------------------------------------------------------------------------


@pytest.mark.slow
async def test_player_does_not_notice_that_the_camera_was_opened_again(
    relay: Relay, site: CameraSite, told: Told
) -> None:
    fault = site.faults.add(Fault(kind="vapix:media", cut_after=200_000, times=2))
    async with watching(relay.url("cam"), decode=True) as player:
        await player.until(lambda _: site.asked["vapix:media"] == 3, within=40)
        before = player.seen.pictures
        seen = await player.until(lambda seen: seen.pictures > before + 30)
        assert not seen.ended
    assert site.faults.struck(fault) == 2
    _steady(seen)
    video = seen.timestamps["video"]
    assert max(later - earlier for earlier, later in pairwise(video)) < 3
    # What the player shows keeps pace with the world.
    assert abs((video[-1] - video[0]) - (seen.clock_shown[-1] - seen.clock_shown[0])) < 1
    assert told.streaming == ["cam"] * 3
    assert told.unreachable == []


@pytest.mark.slow
async def test_camera_that_falls_silent_is_opened_again(
    relay: Relay, site: CameraSite, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "IDLE_TIMEOUT", 0.5)
    site.faults.add(Fault(kind="vapix:media", cut_after=200_000, hang=True, times=1))
    async with watching(relay.url("cam")) as player:
        await player.until(lambda _: site.asked["vapix:media"] == 2)
        before = player.seen.pictures
        _steady(await player.until(lambda seen: seen.pictures > before + 20))


@pytest.mark.slow
async def test_refreshed_token_is_used_when_opened_again(relay: Relay, site: CameraSite) -> None:
    site.faults.add(Fault(kind="vapix:media", cut_after=200_000, times=1))
    async with watching(relay.url("cam")) as player:
        await player.until(lambda seen: seen.pictures > 1)
        site.tokens[:] = ["token-2"]
        await player.until(lambda _: site.asked["vapix:media"] == 2)
        before = player.seen.pictures
        _steady(await player.until(lambda seen: seen.pictures > before + 20))


@pytest.mark.slow
async def test_camera_that_goes_and_comes_back(relay: Relay, site: CameraSite, told: Told) -> None:
    async with watching(relay.url("cam")) as player:
        await player.until(lambda seen: seen.pictures > 10)
        site.camera.online = False
        site.offline_status = 404
        await player.until(lambda _: site.asked["vapix:media"] >= 3)
        site.camera.online = True
        before = player.seen.pictures
        _steady(await player.until(lambda seen: seen.pictures > before + 20))
    assert told.refused == []


@pytest.mark.slow
async def test_camera_that_stays_away(
    relay: Relay, site: CameraSite, told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(broadcast, "GIVE_UP_AFTER", 2.0)
    async with watching(relay.url("cam")) as player:
        await player.until(lambda seen: seen.pictures > 10)
        site.camera.online = False
        await player.until(lambda seen: seen.ended)
    assert [type(error) for error in told.unreachable] == [BusyError]
    assert site.asked["vapix:media"] < 8
    assert relay.watchers("cam") == 0


@pytest.mark.slow
async def test_camera_that_comes_back_with_another_picture(relay: Relay, site: CameraSite) -> None:
    """Players that were told of one size begin anew, instead of showing rubbish."""
    async with watching(relay.url("cam")) as player:
        await player.until(lambda seen: seen.pictures > 10)
        site.camera.online = False
        await site.watched(0)
        site.camera.audio = False
        site.camera.online = True
        await player.until(lambda seen: seen.ended)
    async with watching(relay.url("cam")) as player:
        seen = await player.until(lambda seen: seen.pictures > 10)
    assert seen.codecs == ["h264"]


# --- slow ones --------------------------------------------------------------------------------------------------------


@pytest.fixture
def flood(relay: Relay) -> Flood:
    """A camera that sends far more than a watcher who does not read can take, offered as `flood`."""
    source = Flood()
    relay.add("flood", source.open)
    return source


async def test_slow_watcher_is_let_go_and_the_others_see_on(relay: Relay, flood: Flood) -> None:
    async with _reading_nothing(relay), reading(relay.url("flood")) as other:
        assert relay.watchers("flood") == 2
        async with asyncio.timeout(30):
            while relay.watchers("flood") == 2:
                await other.content.readany()
            await other.content.readexactly(10_000_000)
    assert flood.opened == 1


async def test_slow_watcher_alone_slows_the_camera_and_is_dropped(
    relay: Relay, flood: Flood, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(relay_module, "WRITE_TIMEOUT", 1.0)
    async with _reading_nothing(relay), asyncio.timeout(30):
        await flood.closed.wait()
    assert relay.watchers("flood") == 0
    assert flood.sent < 40_000_000


@asynccontextmanager
async def _reading_nothing(relay: Relay) -> AsyncIterator[None]:
    host, _, target = relay.url("flood").removeprefix("http://").partition("/")
    with socket.socket() as idle:
        idle.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        idle.setblocking(False)
        loop = asyncio.get_running_loop()
        await loop.sock_connect(idle, ("127.0.0.1", int(host.partition(":")[2])))
        await loop.sock_sendall(idle, f"GET /{target} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        await loop.sock_recv(idle, 15)
        yield


async def test_partial_is_what_open_stream_may_be(relay: Relay, site: CameraSite) -> None:
    relay.add("small", partial(site.client().open_media, audio=False))
    async with watching(relay.url("small")) as player:
        assert (await player.until(lambda seen: seen.pictures > 2)).codecs == ["h264"]
