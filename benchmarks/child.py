"""A part of a benchmark that runs in its own process and prints its results as JSON."""

import asyncio
from collections.abc import Sequence
import json
import sys


async def run_module[Result](
    benchmark: str, arguments: Sequence[object], _kind: type[Result], given: object = None
) -> Result:
    """Run a module of benchmarks/ with arguments, and something as JSON that it may read; return what it printed.

    Raises:
        RuntimeError: it did not finish.
    """
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"benchmarks.{benchmark}", *map(str, arguments)),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
    )
    printed, _ = await process.communicate(json.dumps(given).encode())
    if process.returncode:
        raise RuntimeError(f"{benchmark} did not come to its end with {arguments}")
    result: Result = json.loads(printed)
    return result
