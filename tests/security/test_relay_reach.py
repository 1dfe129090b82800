"""Who can reach the relay: this machine only, and there only whoever holds the address of just this camera."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager
from pathlib import Path
import re

from aiohttp import ClientSession
import pytest
from yarl import URL

from custom_components.netrex.live.broadcast import BroadcastEvents, LiveStream
from custom_components.netrex.live.relay import Relay
from custom_components.netrex.vapix import UnreachableError

_LISTENS = "0A"  # of the kernel's states of a TCP socket


class Offered:
    """Two cameras in one relay; whoever opens one is noted, and sees nothing."""

    def __init__(self) -> None:
        self.opened: list[str] = []
        self.relay = Relay(
            BroadcastEvents(
                on_streaming=lambda _key: None,
                on_open_failed=lambda _key, _error: None,
                on_media_refused=lambda _key, _refusal: None,
                on_idle=lambda _key: None,
            )
        )

    async def start(self) -> None:
        await self.relay.start()
        for key in ("one", "two"):
            self.relay.add(key, lambda key=key: self._open(key))

    def _open(self, key: str) -> AbstractAsyncContextManager[LiveStream]:
        self.opened.append(key)
        raise UnreachableError("nothing to see")


@pytest.fixture
async def account() -> AsyncIterator[Offered]:
    offered = Offered()
    await offered.start()
    yield offered
    await offered.relay.stop()


@pytest.fixture
async def another_account() -> AsyncIterator[Offered]:
    offered = Offered()
    await offered.start()
    yield offered
    await offered.relay.stop()


async def status(url: URL, **headers: str) -> int:
    async with ClientSession() as session, session.get(url, headers=headers) as answer:
        return answer.status


def listening(port: int) -> set[str]:
    """Return the addresses, as the kernel writes them, at which somebody listens on a port."""
    lines = [
        line.split()
        for table in ("/proc/self/net/tcp", "/proc/self/net/tcp6")
        if Path(table).exists()
        for line in Path(table).read_text().splitlines()[1:]
    ]
    ends = f":{port:04X}"
    return {line[1].removesuffix(ends) for line in lines if line[1].endswith(ends) and line[3] == _LISTENS}


async def test_it_listens_on_loopback_only(account: Offered) -> None:
    url = URL(account.relay.url("one"))
    assert url.host == "127.0.0.1"
    assert url.port
    assert listening(url.port) == {"0100007F"}


async def test_an_address_opens_its_own_camera(account: Offered) -> None:
    assert await status(URL(account.relay.url("two"))) == 504
    assert account.opened == ["two"]


async def test_an_address_can_not_be_guessed(account: Offered) -> None:
    secrets = set()
    for number in range(200):
        account.relay.add(f"camera {number}", lambda: account._open("another"))
        secrets.add(URL(account.relay.url(f"camera {number}")).query["auth"])
    assert len(secrets) == 200
    # 192 bits each, and nothing of the camera in it.
    assert all(re.fullmatch(r"[\w-]{32}", secret) for secret in secrets)


async def test_an_address_of_one_account_opens_nothing_at_another(account: Offered, another_account: Offered) -> None:
    ours, theirs = URL(account.relay.url("one")), URL(another_account.relay.url("one"))
    assert ours.query["auth"] != theirs.query["auth"]
    assert await status(theirs.with_query(ours.query)) == 404
    assert await status(ours.with_query(theirs.query)) == 404
    assert account.opened == another_account.opened == []


@pytest.mark.parametrize(
    "query", [{}, {"auth": ""}, {"auth": "one"}, {"AUTH": "{secret}"}, {"auth": "{secret}\n"}, {"auth": "{secret}x"}]
)
async def test_nearly_the_address_is_none(account: Offered, query: dict[str, str]) -> None:
    url = URL(account.relay.url("one"))
    given = {name: value.replace("{secret}", url.query["auth"]) for name, value in query.items()}
    assert await status(url.with_query(given)) == 404
    assert await status(url.with_query(None), Authorization=f"Bearer {url.query['auth']}") == 404
    assert account.opened == []


@pytest.mark.parametrize(
    "host", ["evil.example:{port}", "localhost:{port}", "127.0.0.1", "127.0.0.1:1", "[::1]:{port}"]
)
async def test_a_page_that_calls_itself_otherwise_reaches_nothing(account: Offered, host: str) -> None:
    """A name of somebody's that resolves to loopback is how pages in a browser get there."""
    url = URL(account.relay.url("one"))
    assert await status(url, Host=host.format(port=url.port)) == 403
    assert account.opened == []


async def test_no_page_may_read_what_it_answers(account: Offered) -> None:
    async with ClientSession() as session:
        url = account.relay.url("one")
        async with session.options(url, headers={"Origin": "https://evil.example"}) as answer:
            assert answer.status == 405
            assert not [name for name in answer.headers if name.lower().startswith("access-control")]


async def test_a_camera_that_went_is_gone_and_what_comes_with_a_new_relay_has_a_new_address(account: Offered) -> None:
    before = URL(account.relay.url("one"))
    await account.relay.remove("one")
    assert await status(before) == 404
    again = Offered()
    await again.start()
    try:
        assert URL(again.relay.url("one")).query["auth"] != before.query["auth"]
        assert await status(URL(again.relay.url("one")).with_query(before.query)) == 404
    finally:
        await again.relay.stop()
