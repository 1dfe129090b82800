"""Servers of somebody else's: what they are asked is kept, what they answer is the test's."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import ssl

from aiohttp import web

type Answer = Callable[[web.BaseRequest], Awaitable[web.StreamResponse]]


@dataclass(slots=True)
class Stranger:
    """A web server on this machine.

    Attributes:
        origin: scheme, host and port.
        connections: of any kind so far, also those that ended before a request.
        seen: requests so far.
        answer: makes an answer.
    """

    origin: str = ""
    connections: int = 0
    seen: list[web.BaseRequest] = field(default_factory=list)
    answer: Answer | None = None

    @property
    def port(self) -> int:
        return int(self.origin.rpartition(":")[2])

    async def handle(self, request: web.BaseRequest) -> web.StreamResponse:
        self.seen.append(request)
        if self.answer is None:
            return web.Response(text="nothing here")
        return await self.answer(request)


@asynccontextmanager
async def stranger(certificate: ssl.SSLContext | None = None) -> AsyncIterator[Stranger]:
    """Listen on 127.0.0.1."""
    server = Stranger()

    class Counting(web.Server):
        def __call__(self) -> object:
            server.connections += 1
            return super().__call__()

    runner = web.ServerRunner(Counting(server.handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificate).start()
    scheme = "http" if certificate is None else "https"
    server.origin = f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield server
    finally:
        await runner.cleanup()
