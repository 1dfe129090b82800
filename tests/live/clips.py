"""Cameras that send the same short video each time they are asked."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import cache
import io

import av
import numpy as np


@cache
def frames(count: int, between_keys: int) -> tuple[bytes, ...]:
    """Return Matroska, cut where frames are written."""
    written, chunks = io.BytesIO(), []
    with av.open(written, "w", format="matroska", options={"live": "1", "cluster_time_limit": "1"}) as container:
        stream = container.add_stream("libx264", rate=25, options={"tune": "zerolatency", "sc_threshold": "0"})
        stream.width = stream.height = 64
        stream.codec_context.gop_size = between_keys
        for number in range(count):
            picture = np.full((64, 64, 3), number * 5 % 256, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(picture, format="rgb24")))
            chunks.append(written.getvalue())
            written.seek(0)
            written.truncate()
    return (*chunks, written.getvalue())


class Clip:
    """A camera. It waits before the frame that it is told, and before it lets its connection go."""

    def __init__(self, chunks: tuple[bytes, ...], *, wait_before: int | None = None) -> None:
        self._chunks = chunks
        self._wait_before = wait_before
        self.go_on = asyncio.Event()
        self.leaving = asyncio.Event()
        self.let_go = asyncio.Event()
        self.let_go.set()
        self.opened = self.open_now = self.most_open = 0

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Clip]:
        self.opened += 1
        self.open_now += 1
        self.most_open = max(self.most_open, self.open_now)
        try:
            yield self
        finally:
            self.leaving.set()
            await self.let_go.wait()
            self.open_now -= 1

    async def chunks(self) -> AsyncIterator[bytes]:
        for number, chunk in enumerate(self._chunks):
            if number == self._wait_before:
                await self.go_on.wait()
            yield chunk
