"""Live video through the relay: 4 viewers on 4 cameras. The simulator and the players are other processes.

Prints JSON. Exits 1 when a budget of issue 2, point 5.7 is broken: the event loop never blocked over 50 ms, memory
flat, every upstream closed 2 s after its viewer has left.
"""

import argparse
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass
from functools import partial
import json
from pathlib import Path
import re
import resource
from statistics import median
import sys
import time

from aiohttp import ClientSession

from custom_components.netrex.relay import Relay
from custom_components.netrex.vapix import VapixClient

_CAMERAS = 4
_TICK = 0.005  # seconds
_SETTLE = 10.0  # seconds after which memory is looked at first: buffers and allocators have their size by then
_OPENINGS = 5

MAX_BLOCK = 0.050  # seconds
MAX_GROWTH = 8.0  # MiB
MAX_CLOSING = 2.0  # seconds


@dataclass(frozen=True)
class Result:
    """What was measured; times in seconds, memory in MiB."""

    seconds: float
    longest_block: float
    """The event loop kept waiting by this process: no more than the processor time that it used meanwhile."""
    longest_wait: float
    """The event loop kept waiting by whatever, also by other processes that have the cores."""
    memory_settled: float
    memory_end: float
    cpu_share: float
    """Of one core, all of the relay's process."""
    closed_after: float
    longest_gap_seen: float
    packets_seen: int
    first_packet_direct: float
    first_packet_relayed: float
    first_byte_relayed: float

    def failures(self) -> list[str]:
        """Say which budgets are broken."""
        checks = {
            f"event loop blocked for {self.longest_block * 1000:.0f} ms": self.longest_block > MAX_BLOCK,
            f"memory grew by {self.memory_end - self.memory_settled:.1f} MiB": self.memory_end - self.memory_settled
            > MAX_GROWTH,
            f"upstreams closed after {self.closed_after:.1f} s": self.closed_after > MAX_CLOSING,
            "no pictures": self.packets_seen == 0,
        }
        return [text for text, broken in checks.items() if broken]


@dataclass(frozen=True)
class Cameras:
    """The simulator's cameras, and the way to them."""

    url: str
    token: str
    session: ClientSession

    async def state(self) -> dict[str, int]:
        """Return open live streams by serial number."""
        async with self.session.get(f"{self.url}/_sim/state") as answer:
            return {camera["serial"]: camera["viewers"] for camera in (await answer.json())["cameras"]}

    def base_url(self, serial: str) -> str:
        """Return a camera's address."""
        return f"{self.url}/device-connect/{serial}"

    async def give_token(self) -> str:
        """Return the API token, as a token source does."""
        return self.token


@asynccontextmanager
async def simulated() -> AsyncIterator[Cameras]:
    """Start a simulator in a process of its own."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "simulator", "--port", "0", "--cameras", str(_CAMERAS), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        async with asyncio.timeout(30):
            text = (await process.stdout.readuntil(b"Ctrl-C")).decode()
        url, token = re.search(r"http://\S+", text), re.search(r"API token\s+(\S+)", text)
        if url is None or token is None:
            raise RuntimeError("the simulator does not say where it is")
        async with ClientSession() as session:
            yield Cameras(url[0], token[1], session)
    finally:
        process.terminate()
        await process.wait()


async def play(url: str, seconds: float, token: str = "") -> dict[str, float]:
    """Let a player watch; return what it saw."""
    arguments = [url, str(seconds), *([token] if token else [])]
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.player", *arguments, stdout=asyncio.subprocess.PIPE
    )
    output, _ = await process.communicate()
    seen: dict[str, float] = json.loads(output)
    return seen


class Ticker:
    """Measures by how much the event loop is late."""

    def __init__(self) -> None:
        self.longest_wait = 0.0
        self.longest_block = 0.0

    async def run(self) -> None:
        """Tick until cancelled."""
        while True:
            used = time.process_time()
            due = time.perf_counter() + _TICK
            await asyncio.sleep(_TICK)
            late = time.perf_counter() - due
            self.longest_wait = max(self.longest_wait, late)
            self.longest_block = max(self.longest_block, min(late, time.process_time() - used))


async def _closed(cameras: Cameras) -> float:
    """Wait until no stream is open at any camera; return seconds."""
    begun = time.monotonic()
    async with asyncio.timeout(30):
        while any((await cameras.state()).values()):  # noqa: ASYNC110 - it is another process
            await asyncio.sleep(0.02)
    return time.monotonic() - begun


def _memory() -> float:
    """Return this process's resident memory in MiB."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * resource.getpagesize() / 2**20


async def _first_byte(session: ClientSession, url: str) -> float:
    begun = time.monotonic()
    async with session.get(url) as answer:
        await answer.content.readany()
        answer.close()
    return time.monotonic() - begun


async def measure(seconds: float) -> Result:
    """Run it all."""
    async with simulated() as cameras:
        relay = Relay(
            on_streaming=lambda _: None,
            on_idle=lambda _: None,
            on_unreachable=lambda key, error: print(f"{key}: {error!r}", file=sys.stderr),
            on_media_refused=lambda key, refusal: print(f"{key}: {refusal}", file=sys.stderr),
        )
        await relay.start()
        serials = list(await cameras.state())
        for serial in serials:
            client = VapixClient(cameras.session, cameras.base_url(serial), cameras.give_token)
            relay.add(serial, partial(client.open_media))

        direct_url = f"{cameras.base_url(serials[0])}/axis-cgi/media.cgi?container=matroska&videocodec=h264&audio=1"
        direct, relayed, first_bytes = [], [], []
        for _ in range(_OPENINGS):
            direct.append((await play(direct_url, 0, cameras.token))["first_packet"])
            relayed.append((await play(relay.url(serials[0]), 0))["first_packet"])
            await _closed(cameras)
            first_bytes.append(await _first_byte(cameras.session, relay.url(serials[0])))
            await _closed(cameras)

        ticker = Ticker()
        ticking = asyncio.create_task(ticker.run())
        cpu = time.process_time()
        begun = time.monotonic()
        async with asyncio.TaskGroup() as viewers:
            watching = [viewers.create_task(play(relay.url(serial), seconds)) for serial in serials]
            await asyncio.sleep(min(_SETTLE, seconds / 2))
            settled = _memory()
        cpu_share = (time.process_time() - cpu) / (time.monotonic() - begun)
        closed_after = await _closed(cameras)
        ticking.cancel()
        end = _memory()
        await relay.stop()
        seen = [task.result() for task in watching]
        return Result(
            seconds=seconds,
            longest_block=round(ticker.longest_block, 4),
            longest_wait=round(ticker.longest_wait, 4),
            memory_settled=round(settled, 1),
            memory_end=round(end, 1),
            cpu_share=round(cpu_share, 3),
            closed_after=round(closed_after, 2),
            longest_gap_seen=max(each["longest_gap"] for each in seen),
            packets_seen=sum(int(each["packets"]) for each in seen),
            first_packet_direct=round(median(direct), 3),
            first_packet_relayed=round(median(relayed), 3),
            first_byte_relayed=round(median(first_bytes), 3),
        )


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60)
    result = asyncio.run(measure(parser.parse_args().seconds))
    failures = result.failures()
    print(json.dumps(asdict(result) | {"failures": failures}, indent=2))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
