"""A recording of 1 GB through a real Home Assistant, beside a download straight from the simulator in the same run.

Prints JSON. Exits 1 when a budget of issue 3, point 2 is broken: at most 1.15 times as long as the direct download on a
line of 1 Gbit/s, under 20 MB of memory more. Without a limit of the line the three processes share the machine's cores:
that figure is told as well, and bounds nothing.
"""

import argparse
import asyncio
from dataclasses import asdict, dataclass
from http import HTTPStatus
import json
from pathlib import Path
from statistics import median
import sys
import tempfile
import time

from aiohttp import ClientSession

from benchmarks.simulated_provider import simulated_provider
from demo.home_assistant import HomeAssistant
from demo.json_value import at, text
from demo.sign_in import Account, add_by_api_token
from demo.waiting import until

_GIGABIT = 125_000_000  # bytes a second
_GIGABYTE = 1_000_000_000
MAX_RATIO = 1.15
MAX_GROWTH = 20.0  # MB


@dataclass(frozen=True)
class Result:
    """What was measured; times in seconds, memory in MB."""

    megabytes: float
    direct: list[float]
    ours: list[float]
    ratio: float
    """Of the medians, on a line of 1 Gbit/s."""
    first_byte_direct: float
    first_byte_ours: float
    ratio_without_limit: float
    megabytes_a_second_without_limit: float
    memory_before: float
    memory_peak: float

    def failures(self) -> list[str]:
        """Say which budgets are broken."""
        growth = self.memory_peak - self.memory_before
        checks = {
            f"it takes {self.ratio:.2f} times as long": self.ratio > MAX_RATIO,
            f"memory grew by {growth:.0f} MB": growth > MAX_GROWTH,
        }
        return [name for name, broken in checks.items() if broken]


@dataclass(frozen=True)
class Provider:
    """The simulated provider, in a process of its own."""

    url: str
    token: str
    session: ClientSession

    async def switch(self, **positions: object) -> None:
        """Set switches."""
        async with self.session.post(f"{self.url}/_sim/switches", json=positions) as answer:
            answer.raise_for_status()

    async def query(self, document: str) -> object:
        """Ask the cloud."""
        headers = {"Authorization": f"Bearer {self.token}"}
        async with self.session.post(
            f"{self.url}/api/graphql.php", json={"query": document}, headers=headers
        ) as answer:
            return at(await answer.json(), "data")

    async def first_camera(self) -> int:
        """Return the id of a camera's node."""
        return int(str(at(await self.query("{ nodeList(type: camera) { node_id } }"), "nodeList", 0, "node_id")))

    async def prepared(self, node_id: int, begins_at: int, ends_at: int) -> str:
        """Prepare a recording as a client of its own would; give its link."""
        asked = (
            f"{{ camera(node_id: {node_id}) {{ recordings(from: {begins_at}, to: {ends_at}) {{ recording_id }} }} }}"
        )
        recording_id = text(await self.query(asked), "camera", "recordings", 0, "recording_id")
        await self.query(f'mutation {{ recordingPrepare(recording_id: "{recording_id}", height: 720) }}')

        async def link() -> str | None:
            answer = await self.query(f'{{ recording(recording_id: "{recording_id}") {{ download_url }} }}')
            found = at(answer, "recording", "download_url")
            return found if isinstance(found, str) else None

        return await until(link, "the link")


async def _download(url: str) -> dict[str, float]:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.downloader", url, stdout=asyncio.subprocess.PIPE
    )
    printed, _ = await process.communicate()
    found: dict[str, float] = json.loads(printed)
    if found["status"] != HTTPStatus.OK:
        raise RuntimeError(f"a download was answered with {found['status']}")
    return found


def _memory(pid: int, name: str) -> float:
    """Return VmRSS or VmHWM of a process, in MB."""
    lines = Path(f"/proc/{pid}/status").read_text().splitlines()
    kilobytes = next(line for line in lines if line.startswith(name)).split()[1]
    return int(kilobytes) * 1024 / 1e6


def _forget_peak(pid: int) -> float:
    """Return the memory of a process, in MB, and let its peak be counted from here on."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")
    return _memory(pid, "VmRSS")


async def _pairs(direct: str, ours: str, rounds: int) -> tuple[list[dict[str, float]], list[dict[str, float]]]:
    """Download in turns, so that a slow moment of the machine strikes both."""
    directly, through = [], []
    for _ in range(rounds):
        directly.append(await _download(direct))
        through.append(await _download(ours))
    return directly, through


async def measure(size: int, rounds: int, folder: Path) -> Result:
    """Run it all."""
    async with simulated_provider() as simulator, HomeAssistant(folder) as home_assistant, ClientSession() as session:
        provider = Provider(simulator.url, simulator.token, session)
        await provider.switch(download_padding=size, recording_preparation=0.1, download_rate=None)
        client = home_assistant.client
        entry_id = await add_by_api_token(client, _account(simulator.url), simulator.token)
        node_id = await provider.first_camera()
        begins_at = int(time.time()) - 3600
        direct = await provider.prepared(node_id, begins_at, begins_at + 20)
        recording = f"media-source://netrex/recording/{entry_id}/{node_id}/{begins_at}/{begins_at + 20}/0"
        chosen = await client.command("media_source/resolve_media", media_content_id=recording)
        ours = f"{home_assistant.url}{text(chosen, 'url')}"
        pid = home_assistant.pid
        before = _forget_peak(pid)
        unlimited = await _pairs(direct, ours, rounds)
        await provider.switch(download_rate=_GIGABIT)
        limited = await _pairs(direct, ours, rounds)
        peak = _memory(pid, "VmHWM")
    directly, through = ([each["seconds"] for each in found] for found in limited)
    direct_unlimited, ours_unlimited = (median(each["seconds"] for each in found) for found in unlimited)
    total = limited[1][0]["bytes"]
    return Result(
        megabytes=round(total / 1e6, 1),
        direct=directly,
        ours=through,
        ratio=round(median(through) / median(directly), 3),
        first_byte_direct=round(median(each["first"] for each in limited[0]), 4),
        first_byte_ours=round(median(each["first"] for each in limited[1]), 4),
        ratio_without_limit=round(ours_unlimited / direct_unlimited, 2),
        megabytes_a_second_without_limit=round(total / 1e6 / ours_unlimited, 0),
        memory_before=round(before, 1),
        memory_peak=round(peak, 1),
    )


def _account(url: str) -> Account:
    return Account(url, f"{url}/device-connect/{{serial}}", "", "", "", "")


def main() -> int:
    """Run the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--bytes", type=int, default=_GIGABYTE)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="netrex-bench-") as folder:
        result = asyncio.run(measure(arguments.bytes, arguments.rounds, Path(folder) / "config"))
    failures = result.failures()
    print(json.dumps(asdict(result) | {"failures": failures}, indent=2))
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
