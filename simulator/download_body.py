"""The body of a download: a clip, and zeros behind it where it is to be large; sent in pieces, never held whole."""

import asyncio
from collections.abc import Iterator
import gzip
import io
import os
import struct
import time
from typing import BinaryIO

from aiohttp import web

from .byte_ranges import Part
from .faults import Fault
from .service import drop, silence

_CHUNK = 256 * 1024
_ZEROS = bytes(_CHUNK)
_CHUNKS_A_SECOND = 20
"""At least so many where the rate is limited, so that bytes come evenly."""
_LEAST_PAUSE = 0.002
"""Seconds; shorter ones are left out, and made up for later."""


class PaddedClip:
    """An open clip and a `free` box (ISO/IEC 14496-12) of so many zeros behind it, which players pass over."""

    def __init__(self, clip: BinaryIO, zeros: int) -> None:
        self._clip = clip
        self._clip_size = clip.seek(0, os.SEEK_END)
        header = struct.Struct(">I4s")
        self._header = header.pack(header.size + zeros, b"free") if zeros else b""
        self.size = self._clip_size + len(self._header) + zeros
        """Bytes."""

    def packed(self) -> PaddedClip:
        """Give what it becomes by gzip."""
        return PaddedClip(io.BytesIO(gzip.compress(b"".join(self.pieces(Part(0, self.size), _CHUNK)))), 0)

    def pieces(self, part: Part, most: int) -> Iterator[bytes]:
        """Give a part in pieces of at most so many bytes."""
        at = part.begin
        while at < part.end:
            piece = self._piece(at, min(most, part.end - at))
            at += len(piece)
            yield piece

    def _piece(self, at: int, length: int) -> bytes:
        if at < self._clip_size:
            self._clip.seek(at)
            return self._clip.read(min(length, self._clip_size - at))
        at -= self._clip_size
        return self._header[at : at + length] or _ZEROS[:length]


async def send(
    request: web.Request, response: web.StreamResponse, body: PaddedClip, part: Part, rate: int | None
) -> web.StreamResponse:
    """Send a part of a clip, with the fault that the request may have been chosen for.

    rate: bytes a second; None: as fast as the client takes them.
    """
    fault: Fault | None = request.get("fault")
    cut_after = None if fault is None else fault.cut_after
    hangs = fault is not None and fault.hang
    if cut_after == 0 and not hangs:
        return drop(request)
    await response.prepare(request)
    begun, sent = time.monotonic(), 0
    most = _CHUNK if rate is None else max(1, min(_CHUNK, rate // _CHUNKS_A_SECOND))
    for whole in body.pieces(part, most):
        piece = whole if cut_after is None else whole[: cut_after - sent]
        if piece:
            await response.write(piece)
        sent += len(piece)
        if sent == cut_after:
            if hangs:
                await silence()
            if request.transport is not None:
                request.transport.close()
            return response
        if rate is not None and (pause := begun + sent / rate - time.monotonic()) > _LEAST_PAUSE:
            await asyncio.sleep(pause)
    await response.write_eof()
    return response
