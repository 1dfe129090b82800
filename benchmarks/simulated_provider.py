"""A simulator in its own process, for measurements that compare something with it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
import re
import sys


@dataclass(frozen=True, slots=True)
class SimulatedProvider:
    """Where it is, and an API token for it."""

    url: str
    token: str


@asynccontextmanager
async def simulated_provider(*arguments: str) -> AsyncIterator[SimulatedProvider]:
    """Start a simulator, with arguments of its command line."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", "--port", "0", *arguments, stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        async with asyncio.timeout(60):
            text = (await process.stdout.readuntil(b"Ctrl-C")).decode()
        url, token = re.search(r"http://\S+", text), re.search(r"API token\s+(\S+)", text)
        if url is None or token is None:
            raise RuntimeError("the simulator does not say where it is")
        yield SimulatedProvider(url[0], token[1])
    finally:
        process.terminate()
        await process.wait()
