"""How the simulated cloud gives its files: links, parts of them, headers, and what is in them."""

from collections.abc import AsyncIterator
import gzip

import pytest
from yarl import URL

from simulator import Simulator, Switches, World
from tests.simulator.decoding import play
from tests.simulator.portal import BEGIN, Portal, assert_shows, portal


@pytest.fixture
async def cloud() -> AsyncIterator[Portal]:
    switches = Switches(recording_preparation=0)
    async with Simulator(switches, World.with_cameras(1)) as simulator, portal(simulator) as opened:
        yield opened


# --- parts ----------------------------------------------------------------------------------------


async def test_parts_make_the_whole(cloud: Portal) -> None:
    cloud.simulator.switches.download_padding = 1000
    link = await cloud.link()
    whole = await cloud.file(link)
    end, middle = len(whole), len(whole) // 2
    assert (
        await cloud.file(link, Range=f"bytes=0-{middle - 1}") + await cloud.file(link, Range=f"bytes={middle}-")
        == whole
    )
    for asked, (begin, last) in {
        "bytes=0-0": (0, 0),
        "bytes=-500": (end - 500, end - 1),
        f"bytes=-{end + 5}": (0, end - 1),
        f"bytes=100-{end + 100}": (100, end - 1),
        f"bytes={end - 1005}-{end - 990}": (end - 1005, end - 990),
    }.items():
        async with cloud.session.get(link, headers={"Range": asked}) as answer:
            assert answer.status == 206
            assert answer.headers["Content-Range"] == f"bytes {begin}-{last}/{end}"
            assert answer.content_length == last - begin + 1
            assert await answer.read() == whole[begin : last + 1]
    assert_shows(play(whole), BEGIN, 4)


async def test_impossible_and_strange_ranges(cloud: Portal) -> None:
    link = await cloud.link()
    size = len(await cloud.file(link))
    for impossible in (f"bytes={size}-", "bytes=-0"):
        status, headers, _ = await cloud.head(link, "GET", Range=impossible)
        assert (status, headers["Content-Range"]) == (416, f"bytes */{size}")
    for strange in ("bytes=5-2", "bytes=-", "bytes=0-1,5-6", "lines=1-2", "bytes=a-b"):
        assert (await cloud.head(link, "GET", Range=strange))[::2] == (200, size)


async def test_parts_may_be_impossible_to_ask_for(cloud: Portal) -> None:
    link = await cloud.link()
    assert (await cloud.head(link))[1]["Accept-Ranges"] == "bytes"
    cloud.simulator.switches.download_ranges = False
    status, headers, length = await cloud.head(link, "GET", Range="bytes=5-9")
    assert (status, length) == (200, len(await cloud.file(link)))
    assert not any(name in headers for name in ("Accept-Ranges", "Content-Range"))


async def test_part_of_a_file_that_is_still_the_same(cloud: Portal) -> None:
    link = await cloud.link()
    _, headers, _ = await cloud.head(link)
    for validator in ("ETag", "Last-Modified"):
        wanted = {"Range": "bytes=5-9", "If-Range": headers[validator]}
        assert (await cloud.head(link, "GET", **wanted))[::2] == (206, 5)
        assert (await cloud.head(link, "GET", **wanted | {"If-Range": '"other"'}))[0] == 200
    cloud.simulator.switches.download_validators = False
    _, without, _ = await cloud.head(link)
    assert not any(name in without for name in ("ETag", "Last-Modified"))
    assert (await cloud.head(link, "GET", **{"Range": "bytes=5-9", "If-Range": headers["ETag"]}))[0] == 200


async def test_head_tells_what_get_gives(cloud: Portal) -> None:
    link = await cloud.link()
    status, headers, length = await cloud.head(link)
    _, of_get, size = await cloud.head(link, "GET")
    assert (status, length) == (200, 0)
    headers.pop("Date"), of_get.pop("Date")
    assert headers == of_get
    assert int(headers["Content-Length"]) == size
    await cloud.head(link, "GET", Range="bytes=0-5")
    counted = {kind: number for kind, number in cloud.simulator.counters.items() if kind.startswith("download")}
    assert counted == {"download": 3, "download:head": 1, "download:range": 1}


async def test_length_may_be_untold(cloud: Portal) -> None:
    link = await cloud.link()
    whole = await cloud.file(link)
    cloud.simulator.switches.download_length = False
    for wanted, part in ({}, whole), ({"Range": "bytes=10-"}, whole[10:]):
        async with cloud.session.get(link, headers=wanted) as answer:
            assert answer.content_length is None
            assert answer.headers["Transfer-Encoding"] == "chunked"
            assert await answer.read() == part


# --- who may have it, and how long ----------------------------------------------------------------


async def test_part_may_be_told_wrongly(cloud: Portal) -> None:
    link = await cloud.link()
    size = len(await cloud.file(link))
    for position, told in {
        "right": f"bytes 5-9/{size}", "backwards": f"bytes 9-5/{size}", "beyond": "bytes 5-9/9", "missing": None
    }.items():  # fmt: skip
        cloud.simulator.switches.change({"download_content_range": position})
        status, headers, length = await cloud.head(link, "GET", Range="bytes=5-9")
        assert (status, headers.get("Content-Range"), length) == (206, told, 5)


async def test_file_may_come_packed(cloud: Portal) -> None:
    link = await cloud.link()
    whole = await cloud.file(link)
    cloud.simulator.switches.change({"download_encoding": "gzip", "download_padding": 1000})
    wanted = {"Accept-Encoding": "identity"}
    async with cloud.session.get(link, headers=wanted, auto_decompress=False) as answer:
        packed = await answer.read()
        assert (answer.headers["Content-Encoding"], answer.content_length) == ("gzip", len(packed))
    assert gzip.decompress(packed).startswith(whole)
    async with cloud.session.get(link, headers=wanted | {"Range": "bytes=3-9"}, auto_decompress=False) as answer:
        assert (answer.status, await answer.read()) == (206, packed[3:10])
        assert answer.headers["Content-Range"] == f"bytes 3-9/{len(packed)}"


async def test_link_holds_its_key_or_wants_the_token(cloud: Portal) -> None:
    link = await cloud.link()
    assert (await cloud.head(link))[0] == 200
    cloud.simulator.switches.download_access = "bearer"

    async def status(token: str | None) -> int:
        return (await cloud.head(link, "GET", **({} if token is None else {"Authorization": f"Bearer {token}"})))[0]

    assert await status(None) == await status("nonsense") == 401
    assert await status(cloud.simulator.api_token(scopes={"read"})) == 403
    assert await status(cloud.simulator.api_token("guest")) == 404
    assert await status(cloud.simulator.api_token(scopes={"recordings"})) == 200


async def test_guessed_links_lead_nowhere(cloud: Portal) -> None:
    link = await cloud.link()
    name, _, _ = link.rpartition("-")
    for guessed in (f"{name}-{32 * '0'}.mp4", f"{name}.mp4", link + "x"):
        assert (await cloud.head(guessed))[0] == 404
    cloud.simulator.world.remove(cloud.camera.node_id)
    assert (await cloud.head(link))[0] == 404


@pytest.mark.parametrize("status", [403, 404, 410])
async def test_links_end(status: int) -> None:
    now = BEGIN + 100.0
    switches = Switches(recording_preparation=0, download_lifetime=30, download_expired_status=status)
    async with (
        Simulator(switches, World.with_cameras(1), clock=lambda: now) as simulator,
        portal(simulator) as cloud,
    ):
        (recording,) = await cloud.recordings()
        await cloud.prepare(recording)
        link = await cloud.address(recording)
        assert link is not None
        now += 30
        assert (await cloud.head(link))[0] == 200
        now += 1
        assert (await cloud.head(link))[0] == status
        assert await cloud.address(recording) is None
        await cloud.prepare(recording)
        again = await cloud.address(recording)
        assert again not in {None, link}
        assert (await cloud.head(str(again)))[0] == 200
        assert (await cloud.head(link))[0] == status


@pytest.mark.parametrize("to", ["same_host", "other_host"])
@pytest.mark.parametrize("access", ["signed", "bearer"])
async def test_link_may_lead_to_another_one(cloud: Portal, to: str, access: str) -> None:
    cloud.simulator.switches.change({"download_redirect": to, "download_access": access})
    link = await cloud.link()
    given = {"Authorization": f"Bearer {cloud.token}"} if access == "bearer" else {}
    status, headers, _ = await cloud.head(link, "GET", **given)
    assert status == 302
    target = URL(headers["Location"])
    assert target.host == ("127.0.0.1" if to == "same_host" else "localhost")
    assert target.port == URL(link).port
    # A key of its own: the token is not wanted there, and none may come to another host.
    assert (await cloud.head(str(target), "GET"))[0] == 200
    assert cloud.simulator.counters["download:foreign_token"] == 0
    assert (await cloud.head(str(target), "GET", Authorization=f"Bearer {cloud.token}"))[0] == 200
    assert cloud.simulator.counters["download:foreign_token"] == (1 if to == "other_host" else 0)


async def test_keys_of_links_are_secrets(cloud: Portal) -> None:
    cloud.simulator.switches.download_redirect = "same_host"
    link = await cloud.link()
    _, headers, _ = await cloud.head(link, "GET")
    for secret_link in (link, headers["Location"]):
        key = secret_link.rpartition("-")[2].removesuffix(".mp4")
        assert len(key) == 32
        assert key in cloud.simulator.issued_secrets()
        assert key not in str(cloud.simulator.log)


# --- what is in it --------------------------------------------------------------------------------


async def test_hevc(cloud: Portal) -> None:
    cloud.simulator.switches.download_kind = "hevc"
    data = await cloud.file(await cloud.link())
    assert b"hvc1" in data
    played = play(data)
    assert played.codecs == {"video": "hevc"}
    assert_shows(played, BEGIN, 4)


async def test_page_or_nothing_in_place_of_a_video(cloud: Portal) -> None:
    link = await cloud.link()
    cloud.simulator.switches.download_kind = "page"
    async with cloud.session.get(link, headers={"Range": "bytes=0-10"}) as answer:
        assert (answer.status, answer.content_type) == (200, "text/html")
        assert "Sign in" in await answer.text()
    cloud.simulator.switches.download_kind = "empty"
    async with cloud.session.get(link) as answer:
        assert (answer.status, answer.content_type, answer.content_length) == (200, "video/mp4", 0)
        assert await answer.read() == b""


async def test_content_type(cloud: Portal) -> None:
    link = await cloud.link()
    assert (await cloud.head(link))[1]["Content-Type"] == "video/mp4"
    cloud.simulator.switches.download_content_type = "application/octet-stream"
    assert (await cloud.head(link))[1]["Content-Type"] == "application/octet-stream"


@pytest.mark.parametrize("faststart", [True, False])
async def test_table_of_contents_first_or_last(cloud: Portal, faststart: bool) -> None:
    cloud.simulator.switches.download_faststart = faststart
    data = await cloud.file(await cloud.link())
    assert (data.index(b"moov") < data.index(b"mdat")) is faststart
    assert_shows(play(data), BEGIN, 4)


async def test_padding_is_a_box_that_players_pass_over(cloud: Portal) -> None:
    link = await cloud.link()
    plain = await cloud.file(link)
    cloud.simulator.switches.download_padding = 1_000_000
    padded = await cloud.file(link)
    assert padded[: len(plain)] == plain
    header, zeros = padded[len(plain) :][:8], padded[len(plain) + 8 :]
    assert header == (1_000_008).to_bytes(4) + b"free"
    assert zeros == bytes(1_000_000)
    assert_shows(play(padded), BEGIN, 4)
