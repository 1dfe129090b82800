"""A simulator in a process of its own."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import re
import sys
from typing import NamedTuple


class Running(NamedTuple):
    """Where it is, and a token that its cloud and its cameras take."""

    url: str
    token: str


@asynccontextmanager
async def running(*arguments: str) -> AsyncIterator[Running]:
    """Start it with these arguments; it ends with the body.

    Raises:
        TimeoutError: it did not come up.
    """
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
        yield Running(url[0], token[1])
    finally:
        process.terminate()
        await process.wait()
