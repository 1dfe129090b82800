"""Who watches the relay: PyAV, as Home Assistant's `stream` does, and a plain HTTP reader."""

import asyncio
from collections.abc import AsyncIterator, Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import threading
import time

import aiohttp
import av

from simulator.cameras import read_time


@dataclass
class Seen:
    """What a player got."""

    codecs: list[str] = field(default_factory=list)
    timestamps: dict[str, list[float]] = field(default_factory=dict)
    """Decoding times in seconds, by `video` and `audio`."""
    arrived: list[float] = field(default_factory=list)
    """When each video packet came, monotonic seconds."""
    corrupt: int = 0
    first_is_key: bool | None = None
    ended: bool = False
    error: str | None = None
    clock_shown: list[float] = field(default_factory=list)
    """UTC as read from decoded pictures."""

    @property
    def pictures(self) -> int:
        return len(self.arrived)


class Player:
    """PyAV in a thread, with the options of Home Assistant's stream worker, which are none."""

    def __init__(self, url: str, decode: bool = False) -> None:
        self.seen = Seen()
        self._url = url
        self._decode = decode
        self._leave = threading.Event()
        self._executor = ThreadPoolExecutor(1)
        self._task: asyncio.Future[None] | None = None

    def start(self) -> None:
        self._task = asyncio.get_running_loop().run_in_executor(self._executor, self._watch)

    async def until(self, condition: Callable[[Seen], bool], within: float = 15) -> Seen:
        """Wait until what was seen fulfils a condition."""
        async with asyncio.timeout(within):
            while not condition(self.seen):
                assert self.seen.error is None or condition(self.seen), self.seen.error
                await asyncio.sleep(0.02)
        return self.seen

    async def leave(self) -> None:
        self._leave.set()
        assert self._task is not None
        await self._task
        self._executor.shutdown()

    def _watch(self) -> None:
        seen = self.seen
        try:
            with av.open(self._url, timeout=30) as container:
                seen.codecs = [stream.codec_context.name for stream in container.streams]
                for packet in container.demux():
                    if self._leave.is_set():
                        return
                    if packet.dts is None:
                        continue
                    seen.corrupt += packet.is_corrupt
                    kind = packet.stream.type
                    seen.timestamps.setdefault(kind, []).append(float(packet.dts * packet.time_base))
                    if kind == "video":
                        if seen.first_is_key is None:
                            seen.first_is_key = packet.is_keyframe
                        seen.arrived.append(time.monotonic())
                        if self._decode:
                            for frame in packet.decode():
                                if (shown := read_time(frame.to_ndarray(format="gray"))) is not None:
                                    seen.clock_shown.append(shown)
        except av.FFmpegError as error:
            seen.error = type(error).__name__
        finally:
            seen.ended = True


@asynccontextmanager
async def watching(url: str, *, decode: bool = False) -> AsyncIterator[Player]:
    player = Player(url, decode)
    player.start()
    try:
        yield player
    finally:
        await player.leave()


@asynccontextmanager
async def reading(url: str) -> AsyncIterator[aiohttp.ClientResponse]:
    """Open a stream over plain HTTP; leaving closes the connection."""
    async with aiohttp.ClientSession() as session, session.get(url) as response:
        yield response
        response.close()
