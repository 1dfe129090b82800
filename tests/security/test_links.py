"""Where a link to a recording may lead: nowhere into the house, however that is spelt."""

from collections.abc import AsyncIterator
import socket
from typing import override

from aiohttp import ClientSession, DummyCookieJar, TCPConnector
from aiohttp.abc import AbstractResolver, ResolveResult
import pytest

from custom_components.netrex.cloud import ProtocolError, Provider, TransientError
from custom_components.netrex.cloud.download import open_download

from .doors import Held

PUBLIC = Provider("https://system2.netrex.cz")
HERE = Provider("http://127.0.0.1:8099")


class Names(AbstractResolver):
    """Knows no name, and keeps which were asked for."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    @override
    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_INET
    ) -> list[ResolveResult]:
        self.asked.append(host)
        raise OSError("nobody of this name")

    @override
    async def close(self) -> None:
        pass


@pytest.fixture
def names() -> Names:
    return Names()


@pytest.fixture
async def session(names: Names) -> AsyncIterator[ClientSession]:
    connector = TCPConnector(resolver=names)
    async with ClientSession(connector=connector, cookie_jar=DummyCookieJar()) as opened:
        yield opened


async def follow(session: ClientSession, provider: Provider, link: str) -> None:
    async with open_download(session, provider, Held(), link):
        pass


@pytest.mark.parametrize(
    "host",
    [
        "127.0.0.1", "127.0.0.1.", "127.1", "127.0.1", "2130706433", "0x7f000001", "0x7f.0.0.1", "0x7f.1", "0177.0.0.1",
        "017700000001", "0", "0.0.0.1", "127。0。0。1", "①②⑦.⓪.⓪.①", "%31%32%37.0.0.1", "127.0.0.1%2e",
        "localhost", "localhost.", "LOCALHOST", "a.localhost", "a.localhost.", "localhost.localdomain", "[::1]", "[::]",
        "[::ffff:127.0.0.1]", "[::ffff:c0a8:101]", "[64:ff9b::c0a8:101]", "[2002:c0a8:101::]", "[fe80::1]",
        "[fe80::1%25eth0]", "[fd00::1]", "[ff02::1]",
        "10.0.0.1", "172.16.0.1", "192.168.1.1", "192.168.257", "100.64.0.1", "169.254.169.254", "224.0.0.1",
        "255.255.255.255", "router", "nas.local", "nas.local.", "nas.lan", "nas.home.arpa", "a.internal",
        "metadata.google.internal", "intranet.corp", "a..b.com", "a b.com", "ａ.com",
        "[::127.0.0.1]", "[::c0a8:101]", "[::ffff:0:c0a8:101]", "[64:ff9b:1::c0a8:101]", "[fec0::1]", "[feff::1]",
        "[2001:0:4136:e378:8000:63bf:3f57:fefe]", "[2002:808:808::1]", "[2001:db8::1]", "[3fff::1]", "[5f00::1]",
        "[2a00:1450:4001::5efe:c0a8:101]", "[2a00:1450:4001::200:5efe:c0a8:101]", "192.88.99.1",
        "nas.test", "NAS.Test.", "nas.intern", "nas.home", "nas.private", "nas.intranet", "nas.localdomain",
        "a.invalid", "a.example", "a.onion", "a.alt", "1.1.168.192.in-addr.arpa", "fritz.box", "nas.fritz.box",
        "speedport.ip",
    ],
)  # fmt: skip
async def test_no_link_leads_into_the_house(session: ClientSession, names: Names, host: str) -> None:
    for scheme in ("https", "http"):
        for port in ("", ":8123"):
            with pytest.raises(ProtocolError):
                await follow(session, PUBLIC, f"{scheme}://{host}{port}/x")
    with pytest.raises(ProtocolError):
        await follow(session, PUBLIC, f"//{host}/x")
    assert names.asked == []


@pytest.mark.parametrize(
    "host",
    [
        "files.example.com",
        "a-b.c_d.example.com",
        "xn--e1afmkfd.xn--p1ai",
        "FILES.example.com.",
        "test.cz",
        "nofritz.box",
    ],
)
async def test_links_to_the_internet_are_followed(session: ClientSession, names: Names, host: str) -> None:
    with pytest.raises(TransientError):
        await follow(session, PUBLIC, f"https://{host}/x?key=1")
    assert [asked.rstrip(".").lower() for asked in names.asked] == [host.rstrip(".").lower()]


@pytest.mark.parametrize(
    "link",
    [
        "http://files.example.com/x",
        "http://192.168.1.1/x",
        "https://192.168.1.1/x",
        "http://me:secret@127.0.0.1:8099/x",
    ],
)
async def test_a_provider_on_this_machine_leads_no_further_than_others(
    session: ClientSession, names: Names, link: str
) -> None:
    """Without encryption there is only this machine."""
    with pytest.raises(ProtocolError):
        await follow(session, HERE, link)
    assert names.asked == []


async def test_a_provider_in_the_house_gives_its_own_files_only(session: ClientSession, names: Names) -> None:
    provider = Provider("https://netrex.shop.lan:8443")
    with pytest.raises(TransientError):
        await follow(session, provider, "/x")
    assert names.asked == ["netrex.shop.lan"]
    for link in (
        "https://netrex.shop.lan/x",
        "https://router.shop.lan/x",
        "https://127.0.0.1/x",
        "http://netrex.shop.lan:8443/x",
    ):
        with pytest.raises(ProtocolError):
            await follow(session, provider, link)
    assert len(names.asked) == 1
