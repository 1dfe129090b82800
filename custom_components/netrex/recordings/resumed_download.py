"""Reads a recording's file from any byte on; where it is cut off, the rest is asked for from there."""

import asyncio
from collections.abc import AsyncGenerator, Callable
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from http import HTTPStatus
import random
from typing import Final

from ..cloud import BusyError, CloudError, TransientError
from ..cloud.download import Download
from ..tasks.timing import Timing

#: Times that a download is taken up again without having come any further.
_MAX_RETRIES: Final = 3
#: Times in all: a server may give a few bytes each time.
_MAX_RESUMPTIONS: Final = 500

type OpenAt = Callable[[int], AbstractAsyncContextManager[Download]]


async def resume_read(
    download: Download, open_at: OpenAt, position: int, ends_at: int | None, timing: Timing
) -> AsyncGenerator[bytes]:
    """Yield the bytes of a download, open at `position`, up to `ends_at`; None: unknown, so a cut can't be repaired.

    A server that gives all of the file again, as it knows no parts, is read again from the beginning.

    Raises:
        CloudError: cut off, and the rest could not be had.
    """
    retries = resumptions = 0
    async with AsyncExitStack() as opened:
        current, skipped = download, 0
        while True:
            try:
                async for chunk in current.chunks():
                    new = chunk[skipped:]
                    skipped -= len(chunk) - len(new)
                    if new:
                        position += len(new)
                        retries = 0
                        yield new
                if ends_at is None or position >= ends_at:
                    return
            except TransientError:
                if ends_at is None:
                    raise
            if retries >= _MAX_RETRIES or resumptions >= _MAX_RESUMPTIONS:
                raise TransientError("the download ended early")
            retries += 1
            resumptions += 1
            await opened.aclose()
            current = await _open_again(opened, open_at, download, position, timing)
            skipped = position - (current.begins_at or 0)


async def _patiently(opened: AsyncExitStack, open_at: OpenAt, position: int, timing: Timing) -> Download:
    """Open the rest as soon as that goes: a router that restarts takes longer than a moment."""
    for pause in timing.download_retries:
        at_least = 0.0
        try:
            return await opened.enter_async_context(open_at(position))
        except TransientError:
            pass
        except BusyError as err:
            at_least = min(err.retry_after or 0.0, timing.download_retry_longest)
        await asyncio.sleep(max(at_least, pause * random.uniform(0.8, 1.2)))  # noqa: S311 - no secret
    return await opened.enter_async_context(open_at(position))


async def _open_again(
    opened: AsyncExitStack, open_at: OpenAt, first: Download, position: int, timing: Timing
) -> Download:
    """Open the rest of the very same file, or all of it."""
    again = await _patiently(opened, open_at, position, timing)
    same = first.size in {None, again.size} and again.headers.get("ETag") == first.headers.get("ETag")
    begins_at = {HTTPStatus.PARTIAL_CONTENT: position, HTTPStatus.OK: 0}.get(HTTPStatus(again.status))
    if begins_at is None or again.begins_at != begins_at or not same:
        raise CloudError("the download can't be taken up again")
    return again
