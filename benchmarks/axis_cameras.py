"""Simulated cameras, each at the root of its own port, as Home Assistant's `axis` integration requires.

`python -m benchmarks.axis_cameras COUNT` prints the provider's address, an API token, and each camera's port as a line
of JSON, and runs until it is stopped. The ports require no sign-in.
"""

import asyncio
from contextlib import AsyncExitStack
import json
import signal
import sys

from simulator import Simulator, Switches, World
from simulator.life import furnish


async def serve(count: int) -> None:
    """Serve until the process is asked to stop."""
    world = World.with_cameras(count)
    furnish(world)
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stop.set)
    async with AsyncExitStack() as running:
        cloud = await running.enter_async_context(Simulator(Switches(), world))
        ports: dict[str, int] = {}
        for serial in world.cameras:
            camera = await running.enter_async_context(Simulator(Switches(), world, root_camera=serial, root_open=True))
            ports[serial] = int(camera.url.rpartition(":")[2])
        print(json.dumps({"url": cloud.url, "token": cloud.api_token(), "ports": ports}), flush=True)
        await stop.wait()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1])))
