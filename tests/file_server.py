"""A web server that answers as a test says, and the way to it that recordings take."""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import override

from aiohttp import ClientSession, DummyCookieJar, web

from custom_components.netrex.cloud import Provider, Token
from custom_components.netrex.cloud.download import Download, open_download

FILE = bytes(range(256)) * 40


class Given(Token):
    """A token that can be renewed so many times."""

    def __init__(self, renewals: int = 0) -> None:
        self.renewals = renewals
        self.number = 0

    @override
    async def get(self) -> str:
        return f"token{self.number}"

    @override
    async def renew(self, rejected: str) -> bool:
        if self.renewals:
            self.renewals -= 1
            self.number += 1
            return True
        return False


@dataclass
class Server:
    """A web server that answers as the test says, under two names of one machine."""

    port: int = 0
    seen: list[web.Request] = field(default_factory=list)
    answer: Callable[[web.Request], web.StreamResponse] = lambda _request: web.Response(body=FILE)

    @property
    def provider(self) -> Provider:
        return Provider(f"http://127.0.0.1:{self.port}")

    @property
    def elsewhere(self) -> str:
        return f"http://localhost:{self.port}"

    @property
    def authorizations(self) -> list[str | None]:
        return [request.headers.get("Authorization") for request in self.seen]

    async def start(self) -> web.AppRunner:
        """Listen; the caller cleans up what is returned."""

        async def handle(request: web.Request) -> web.StreamResponse:
            self.seen.append(request)
            return self.answer(request)

        app = web.Application()
        app.router.add_route("*", "/{rest:.*}", handle)
        runner = web.AppRunner(app)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.port = runner.addresses[0][1]
        return runner


@asynccontextmanager
async def opened(provider: Provider, link: str, token: Token | None = None, **asked: str) -> AsyncIterator[Download]:
    async with (
        ClientSession(cookie_jar=DummyCookieJar()) as session,
        open_download(session, provider, token or Given(), link, asked=asked) as download,
    ):
        yield download
