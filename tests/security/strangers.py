"""Servers of somebody else's: what they are asked is kept, what they answer is the test's."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import ssl
import threading
from typing import override

from aiohttp import web
from aiohttp.web_protocol import RequestHandler

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
async def stranger() -> AsyncIterator[Stranger]:
    """Listen on 127.0.0.1."""
    server = Stranger()
    runner = await _begin(server, None)
    try:
        yield server
    finally:
        await runner.cleanup()


@asynccontextmanager
async def stranger_with(certificate: ssl.SSLContext) -> AsyncIterator[Stranger]:
    """Listen on 127.0.0.1, with encryption, in a thread: that others hang up is none of the test's loop's business."""
    server, loop = Stranger(), asyncio.new_event_loop()
    loop.set_exception_handler(lambda _loop, _context: None)
    thread = threading.Thread(target=loop.run_forever, name="stranger")
    thread.start()

    async def there[Result](work: Coroutine[None, None, Result]) -> Result:
        return await asyncio.wrap_future(asyncio.run_coroutine_threadsafe(work, loop))

    try:
        runner = await there(_begin(server, certificate))
        try:
            yield server
        finally:
            await there(runner.cleanup())
    finally:
        loop.call_soon_threadsafe(loop.stop)
        await asyncio.to_thread(thread.join)
        loop.close()


async def _begin(server: Stranger, certificate: ssl.SSLContext | None) -> web.ServerRunner:
    class Counting(web.Server):
        @override
        def __call__(self) -> RequestHandler[web.BaseRequest]:
            server.connections += 1
            return super().__call__()

    runner = web.ServerRunner(Counting(server.handle), shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0, ssl_context=certificate).start()
    scheme = "http" if certificate is None else "https"
    server.origin = f"{scheme}://127.0.0.1:{runner.addresses[0][1]}"
    return runner
