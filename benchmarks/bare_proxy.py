"""A minimal proxy for comparison: it passes on the cameras' live video byte by byte, without a token."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

from aiohttp import web

from benchmarks.home import SimulatedCameras


@asynccontextmanager
async def bare_proxy(cameras: SimulatedCameras, serials: Sequence[str]) -> AsyncIterator[list[str]]:
    """Serve on loopback; give the addresses of the cameras' video."""
    headers = {"Authorization": f"Token {cameras.token}"}

    async def pass_on(request: web.Request) -> web.StreamResponse:
        async with cameras.session.get(cameras.media_url(request.match_info["serial"]), headers=headers) as answer:
            response = web.StreamResponse(headers={"Content-Type": answer.content_type})
            await response.prepare(request)
            with suppress(ConnectionError):  # the player left
                async for chunk in answer.content.iter_any():
                    await response.write(chunk)
            return response

    app = web.Application()
    app.router.add_get("/{serial}", pass_on)
    runner = web.AppRunner(app, handler_cancellation=True, access_log=None, shutdown_timeout=1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    yield [f"http://127.0.0.1:{runner.addresses[0][1]}/{serial}" for serial in serials]
    await runner.cleanup()
