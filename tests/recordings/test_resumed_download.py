"""A download that is cut off goes on where it was, and only with the very same file."""

from collections.abc import AsyncIterator
from functools import partial
import time

from aiohttp import web
import pytest

from custom_components.netrex.cloud import CloudError, LinkExpiredError, TransientError
from custom_components.netrex.recordings.resumed_download import resume_read
from custom_components.netrex.tasks.timing import Timing
from tests.file_server import FILE, Server, opened

IMPATIENT = Timing(download_retries=(0.01, 0.01))


class Flaky:
    """Sends so many bytes at a time, then breaks off."""

    def __init__(self, at_a_time: int, *, knows_parts: bool = True) -> None:
        self.at_a_time = at_a_time
        self.knows_parts = knows_parts
        self.validators = ['"1"']
        self.refusals: list[int] = []
        self.ranges: list[str | None] = []

    def __call__(self, request: web.Request) -> web.StreamResponse:
        header = request.headers.get("Range")
        self.ranges.append(header)
        if header and self.refusals:
            return web.Response(status=self.refusals.pop(0), headers={"Retry-After": "7"})
        part = range(len(FILE))[request.http_range] if header and self.knows_parts else None
        begins_at = part.start if part else 0
        etag = self.validators.pop(0) if len(self.validators) > 1 else self.validators[0]
        headers = {"ETag": etag, "Content-Length": str(len(FILE) - begins_at)}
        if part:
            headers["Content-Range"] = f"bytes {begins_at}-{len(FILE) - 1}/{len(FILE)}"
        return _Cut(FILE[begins_at : begins_at + self.at_a_time], status=206 if part else 200, headers=headers)


class _Cut(web.StreamResponse):
    """An answer that promises more than it holds."""

    def __init__(self, held: bytes, *, status: int, headers: dict[str, str]) -> None:
        super().__init__(status=status, headers=headers)
        self._held = held

    async def prepare(self, request: web.BaseRequest) -> None:
        writer = await super().prepare(request)
        await self.write(self._held)
        if len(self._held) < int(self.headers["Content-Length"]) and request.transport is not None:
            request.transport.close()
        return writer


@pytest.fixture
async def server() -> AsyncIterator[Server]:
    running = Server()
    runner = await running.start()
    yield running
    await runner.cleanup()


async def read(server: Server, ends_at: int | None = len(FILE), timing: Timing = IMPATIENT) -> bytes:
    """Read the whole file."""

    def open_at(position: int) -> object:
        return opened(server.provider, "/file", Range=f"bytes={position}-")

    async with opened(server.provider, "/file") as download:
        return b"".join([piece async for piece in resume_read(download, partial(open_at), 0, ends_at, timing)])


async def test_a_file_in_many_pieces(server: Server) -> None:
    server.answer = flaky = Flaky(3000)
    assert await read(server) == FILE
    assert flaky.ranges == [None, "bytes=3000-", "bytes=6000-", "bytes=9000-"]


async def test_a_server_that_knows_no_parts_is_read_again(server: Server) -> None:
    server.answer = flaky = Flaky(3000, knows_parts=False)

    def more(request: web.Request) -> web.StreamResponse:
        flaky.at_a_time += 2500
        return flaky(request)

    server.answer = more
    assert await read(server) == FILE
    assert flaky.ranges == [None, "bytes=5500-", "bytes=8000-"]
    # One that never comes further than before is given up.
    server.answer = flaky = Flaky(3000, knows_parts=False)
    with pytest.raises(TransientError):
        await read(server)
    assert len(flaky.ranges) <= 5


async def test_a_moments_trouble_is_got_over(server: Server) -> None:
    server.answer = flaky = Flaky(6000)
    flaky.refusals = [503, 502]
    assert await read(server) == FILE


async def test_a_server_that_asks_to_wait_is_waited_for(server: Server) -> None:
    timing = Timing(download_retries=(0.01, 0.01), download_retry_longest=0.2)
    server.answer = flaky = Flaky(6000)
    flaky.refusals = [429]
    began = time.monotonic()
    assert await read(server, timing=timing) == FILE
    assert 0.2 <= time.monotonic() - began < 5


async def test_trouble_that_stays_is_told(server: Server) -> None:
    server.answer = flaky = Flaky(6000)
    flaky.refusals = [503] * 20
    with pytest.raises(TransientError):
        await read(server)


async def test_a_server_that_gives_no_more_is_given_up(server: Server) -> None:
    server.answer = flaky = Flaky(0)
    with pytest.raises(TransientError):
        await read(server)
    assert len(flaky.ranges) <= 5


async def test_a_server_that_gives_hardly_anything_is_given_up(server: Server) -> None:
    """A few bytes with each request would be hundreds of thousands of requests for a recording."""
    server.answer = flaky = Flaky(5)
    with pytest.raises(TransientError, match="ended early"):
        await read(server)
    assert len(flaky.ranges) == 501


async def test_another_file_is_never_put_behind_the_first(server: Server) -> None:
    server.answer = flaky = Flaky(6000)
    flaky.validators = ['"1"', '"2"']
    with pytest.raises(CloudError, match="taken up again"):
        await read(server)


async def test_a_link_that_has_ended_is_told_as_such(server: Server) -> None:
    server.answer = flaky = Flaky(6000)
    flaky.refusals = [403]
    with pytest.raises(LinkExpiredError):
        await read(server)


async def test_what_has_no_length_can_not_be_taken_up_again(server: Server) -> None:
    server.answer = Flaky(6000)
    with pytest.raises(TransientError):
        await read(server, None)
