"""Live video through the relay, 1, 4, and 16 cameras: processor time, added delay, event loop blocks, memory.

Compared with a bare aiohttp proxy that passes on the cameras' bytes unchanged, in turn, in this process. The simulator
and the players are other processes. To measure the delay, one player watches a camera directly at the same time and
gets the same encoded images both ways. Through the relay, an image has arrived when its last byte has. PyAV, which Home
Assistant's `stream` uses, delivers it a little later: in MPEG-TS, FFmpeg detects the end of an image when the next one
begins.

The simulated cameras send 15 small images a second, 0.7 Mbit/s: waking up takes a larger share than with a larger
stream.
"""

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
import json
from statistics import median
import sys
import time

from benchmarks.bare_proxy import bare_proxy
from benchmarks.command import run
from benchmarks.event_loop import memory, ticking
from benchmarks.figures import Figure, at_most
from benchmarks.home import SimulatedCameras, simulated
from benchmarks.player import Seen, Stream, added
from custom_components.netrex.live.broadcast import BroadcastEvents
from custom_components.netrex.live.relay import Relay
from custom_components.netrex.vapix import VapixClient

_COUNTS = (1, 4, 16)
_SECONDS = 2.5
_ROUNDS = 3
_LONG_COUNT = 4
_LONG = 15.0
_SETTLE = 7.0
"""Seconds after which memory is looked at first: buffers and allocators have their size by then."""

_MOST_BLOCK = 50.0  # ms
_MOST_GROWTH = 8.0  # MB
_MOST_CLOSING = 2.0  # seconds

type Way = Callable[[SimulatedCameras, Sequence[str]], AbstractAsyncContextManager[list[str]]]
"""Offers cameras' live video without a token; gives the addresses."""


@asynccontextmanager
async def _relay(cameras: SimulatedCameras, serials: Sequence[str]) -> AsyncIterator[list[str]]:
    async def give_token() -> str:
        return cameras.token

    relay = Relay(
        BroadcastEvents(
            on_streaming=lambda _: None,
            on_idle=lambda _: None,
            on_open_failed=lambda key, error: print(f"{key}: {error!r}", file=sys.stderr),
            on_media_refused=lambda key, refusal: print(f"{key}: {refusal}", file=sys.stderr),
        )
    )
    await relay.start()
    for serial in serials:
        client = VapixClient(cameras.session, cameras.pattern.base_url(serial), give_token)
        relay.add(serial, partial(client.open_media))
    yield [relay.url(serial) for serial in serials]
    await relay.stop()


class _Players:
    """Players in a process of their own; `watching` makes them, when each of them has a picture."""

    def __init__(self, process: asyncio.subprocess.Process) -> None:
        self._process = process

    async def end(self) -> list[Seen]:
        """Wait until they have played for as long as they should; return what each saw."""
        printed, _ = await self._process.communicate()
        if self._process.returncode:
            raise RuntimeError("a player failed")
        return [Seen(**each) for each in json.loads(printed)]


@asynccontextmanager
async def _watching(streams: Sequence[Stream], seconds: float) -> AsyncIterator[_Players]:
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "benchmarks.player", str(seconds), json.dumps([asdict(stream) for stream in streams])),
        stdout=asyncio.subprocess.PIPE,
        limit=1 << 24,
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        if (await process.stdout.readline()).strip() != b"ready":
            raise RuntimeError("a player saw nothing")
        yield _Players(process)
    finally:
        if process.returncode is None:
            process.terminate()
            await process.wait()


@dataclass(frozen=True, slots=True)
class Run:
    """Some seconds of one way; times in ms."""

    cpu_a_megabit: float
    share_of_a_core: float
    """Per cent."""
    delay: float
    """Added delay until an image is there, compared with direct access."""
    delay_of_player: float
    """Until PyAV gives it."""


async def _run(cameras: SimulatedCameras, way: Way, serials: Sequence[str], seconds: float) -> Run:
    """Watch all cameras, and the first one directly as well."""
    await cameras.until_nobody_watches()
    async with way(cameras, serials) as urls:
        direct = Stream(cameras.media_url(serials[0]), cameras.token, reports_images=True)
        streams = [Stream(url, reports_images=url == urls[0]) for url in urls]
        async with _watching([direct, *streams], seconds) as players:
            began, cpu = time.monotonic(), time.process_time()
            await asyncio.sleep(seconds)
            used, lasted = time.process_time() - cpu, time.monotonic() - began
            directly, first, *others = await players.end()
    megabits = sum(each.bytes for each in (first, *others)) * 8 / 1e6
    if not megabits or not (late := added(first.arrived, directly.arrived)):
        raise RuntimeError("no pictures")
    complete = added(first.complete, directly.arrived) if first.complete else late
    return Run(
        cpu_a_megabit=used * 1000 / megabits,
        share_of_a_core=used / lasted * 100,
        delay=median(complete) * 1000,
        delay_of_player=median(late) * 1000,
    )


@dataclass(frozen=True, slots=True)
class LongRun:
    """The relay alone, for longer."""

    longest_block: float  # ms
    growth: float  # MB
    longest_gap: float  # ms
    closed_after: float  # seconds


async def _run_long(cameras: SimulatedCameras, serials: Sequence[str], seconds: float) -> LongRun:
    await cameras.until_nobody_watches()
    async with _relay(cameras, serials) as urls:
        memory()
        async with ticking() as ticker, _watching([Stream(url) for url in urls], seconds) as players:
            playing = asyncio.create_task(players.end())
            await asyncio.sleep(min(_SETTLE, seconds / 2))
            settled = memory(collect=False)
            seen = await playing
        closed_after = await cameras.until_nobody_watches()
        held = memory(collect=False)
    return LongRun(
        longest_block=ticker.longest_block * 1000,
        growth=held - settled,
        longest_gap=max(each.longest_gap for each in seen) * 1000,
        closed_after=closed_after,
    )


async def figures(*, quick: bool) -> list[Figure]:
    """Measure, and compare."""
    counts, seconds, rounds = ((1,), 0.3, 1) if quick else (_COUNTS, _SECONDS, _ROUNDS)
    ways: dict[str, Way] = {"relay": _relay, "bare proxy": bare_proxy}
    found: list[Figure] = []
    async with simulated("--cameras", str(max(*counts, _LONG_COUNT))) as cameras:
        serials = await cameras.serials()
        for count in counts:
            runs: dict[str, list[Run]] = {name: [] for name in ways}
            for number in range(rounds):
                for name in sorted(ways, reverse=number % 2 == 0):
                    runs[name].append(await _run(cameras, ways[name], serials[:count], seconds))
            found += _of(count, runs)
        long = await _run_long(cameras, serials[:_LONG_COUNT], 0.3 if quick else _LONG)
    return [*found, *_of_long(long)]


def _of(count: int, runs: dict[str, list[Run]]) -> list[Figure]:
    streams = "1 stream" if count == 1 else f"{count} streams"

    def cost(name: str, unit: str, key: str) -> Figure:
        ours, theirs = ([getattr(each, key) for each in runs[way]] for way in ("relay", "bare proxy"))
        return Figure(f"{streams}: {name}", unit, ours, {"bare proxy": theirs})

    def delay(name: str, way: str, key: str) -> Figure:
        # A ratio to a delay near zero means nothing, so each is reported separately.
        return Figure(f"{streams}: added delay {name}", "ms", [getattr(each, key) for each in runs[way]])

    return [
        cost("processor time a Mbit of video", "ms", "cpu_a_megabit"),
        cost("processor time, of a core", "%", "share_of_a_core"),
        delay("until an image is there", "relay", "delay"),
        delay("until PyAV gives it", "relay", "delay_of_player"),
        delay("of the bare proxy", "bare proxy", "delay_of_player"),
    ]


def _of_long(run: LongRun) -> list[Figure]:
    block, growth, closed = [run.longest_block], [run.growth], [run.closed_after]
    name = f"{_LONG_COUNT} streams for longer"
    return [
        Figure(
            f"{name}: longest block of the event loop", "ms", block, {}, [at_most("at most 50 ms", block, _MOST_BLOCK)]
        ),
        Figure(f"{name}: memory more", "MB", growth, {}, [at_most("at most 8 MB", growth, _MOST_GROWTH)]),
        Figure(f"{name}: longest gap between images", "ms", [run.longest_gap]),
        Figure(f"{name}: upstreams closed after", "s", closed, {}, [at_most("at most 2 s", closed, _MOST_CLOSING)]),
    ]


def main() -> int:
    """Run it."""
    return run("relay", __doc__, figures)


if __name__ == "__main__":
    sys.exit(main())
