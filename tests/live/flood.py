"""A camera without end or mercy: large key frames as fast as they are taken."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from fractions import Fraction
import io

import av
import numpy as np

_COUNT = 400
_PICTURE = (640, 360)


def _key_frame() -> tuple[bytes, bytes]:
    """Return one frame of noise, and the decoder's configuration."""
    with av.open(io.BytesIO(), "w", format="matroska") as container:
        stream = container.add_stream("libx264", rate=25, options={"preset": "ultrafast", "tune": "zerolatency"})
        stream.width, stream.height = _PICTURE
        noise = np.random.default_rng(1).integers(0, 255, (_PICTURE[1], _PICTURE[0], 3), dtype=np.uint8)
        packets = [*stream.encode(av.VideoFrame.from_ndarray(noise, format="rgb24")), *stream.encode()]
        return bytes(packets[0]), stream.codec_context.extradata


class Flood:
    def __init__(self) -> None:
        self.opened = 0
        self.sent = 0
        self.closed = asyncio.Event()

    @asynccontextmanager
    async def open(self) -> AsyncIterator[Flood]:
        self.opened += 1
        try:
            yield self
        finally:
            self.closed.set()

    async def chunks(self) -> AsyncIterator[bytes]:
        frame, _ = _key_frame()
        written = io.BytesIO()
        with av.open(written, "w", format="matroska", options={"live": "1", "cluster_time_limit": "1"}) as container:
            stream = container.add_stream("libx264", rate=25, options={"preset": "ultrafast", "tune": "zerolatency"})
            stream.width, stream.height = _PICTURE
            for number in range(_COUNT):
                packet = av.Packet(frame)
                packet.stream = stream
                packet.is_keyframe = True
                packet.time_base = Fraction(1, 25)
                packet.pts = packet.dts = number
                container.mux(packet)
                chunk = written.getvalue()
                written.seek(0)
                written.truncate()
                if chunk:
                    self.sent += len(chunk)
                    yield chunk
