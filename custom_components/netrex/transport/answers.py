"""Reads answers within bounds: of bytes, of what they unpack to, of values, of time on the event loop."""

import asyncio
from collections.abc import AsyncIterator, Callable
import json
from typing import Final

import aiohttp

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None

#: Bytes that may come out of a few, then so many for each: packed text has ten, lists of like names a hundred.
_UNPACKED_FREELY: Final = 1 << 18
_UNPACKED_PER_BYTE: Final = 250
_PIECE: Final = 1 << 16
#: Bytes that take more than a few milliseconds to parse.
_LARGE: Final = 1 << 16


class TooLargeError(Exception):
    """An answer has more in it than any answer should have."""


async def read_body(content: aiohttp.StreamReader, limit: int) -> bytes:
    """Return a whole body; raise TooLargeError where it has more than `limit` bytes, or is packed as no text can be."""
    body = bytearray()
    # A little at once: aiohttp unpacks as much as is asked for, and as much again.
    while piece := await content.read(_PIECE):
        body += piece
        if len(body) > min(limit, max(_UNPACKED_FREELY, _UNPACKED_PER_BYTE * content.total_raw_bytes)):
            raise TooLargeError
    return bytes(body)


async def read_chunks(
    content: aiohttp.StreamReader, idle_timeout: float, cut_off: Callable[[str], Exception]
) -> AsyncIterator[bytes]:
    """Yield bytes as they come; what is not read stays with the sender, but for at most two times 64 KiB.

    After `idle_timeout` seconds without a byte they count as cut off: `cut_off` makes the error from its kind.
    """
    while True:
        try:
            async with asyncio.timeout(idle_timeout):
                chunk = await content.readany()
        except (aiohttp.ClientError, OSError) as err:
            raise cut_off(type(err).__name__) from None
        if not chunk:
            return
        yield chunk


def read_json(raw: bytes, most_values: int) -> Json:
    """Parse JSON; raise ValueError, whose text may hold the answer, or TooLargeError.

    Each value takes up to a hundred bytes of memory.
    """
    if sum(map(raw.count, (b",", b"[", b"{"))) > most_values:
        raise TooLargeError
    try:
        value: Json = json.loads(raw)
    except RecursionError:
        raise ValueError from None
    return value


async def read_aside[Raw: (bytes, str), Read](read: Callable[[Raw], Read], raw: Raw) -> Read:
    """Parse an answer; a large one beside the event loop, where nothing waits for it."""
    return read(raw) if len(raw) < _LARGE else await asyncio.to_thread(read, raw)
