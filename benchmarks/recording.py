"""A recording of 1 GB through a real Home Assistant, compared with a direct download from the simulator.

Both in the same run, with a connection of 1 Gbit/s, and without a bandwidth limit. Without a limit, the three processes
share the machine's cores, so that result is no upper bound.
"""

import asyncio
from dataclasses import dataclass
from http import HTTPStatus
import json
from pathlib import Path
import sys
import tempfile
import time

from aiohttp import ClientSession

from benchmarks.command import run
from benchmarks.figures import Figure, at_most, at_most_times
from benchmarks.simulated_provider import simulated_provider
from demo.home_assistant import HomeAssistant
from demo.json_value import at, text
from demo.sign_in import Account, add_by_api_token
from demo.waiting import until

_GIGABIT = 125_000_000  # bytes a second
_GIGABYTE = 1_000_000_000
_ROUNDS = 3
MAX_RATIO = 1.15
MAX_GROWTH = 20.0  # MB


type Way = tuple[list[dict[str, float]], list[dict[str, float]]]
"""What each download was like: directly, and through ours."""


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


async def _pairs(direct: str, ours: str, rounds: int) -> Way:
    """Download in turns, so that a slow moment of the machine strikes both."""
    directly, through = [], []
    for _ in range(rounds):
        directly.append(await _download(direct))
        through.append(await _download(ours))
    return directly, through


async def figures(*, quick: bool) -> list[Figure]:
    """Run it all."""
    size, rounds = (20_000_000, 1) if quick else (_GIGABYTE, _ROUNDS)
    with tempfile.TemporaryDirectory(prefix="netrex-bench-") as folder:
        unlimited, limited, growth = await _measure(size, rounds, Path(folder) / "config")

    def figure(name: str, unit: str, way: Way, key: str, most: float | None = None) -> Figure:
        scale = 1000 if unit == "ms" else 1
        theirs, ours = ([each[key] * scale for each in side] for side in way)
        goals = [] if most is None else [at_most_times(ours, "download", theirs, most)]
        return Figure(name, unit, ours, {"download": theirs}, goals)

    megabytes = limited[1][0]["bytes"] / 1e6
    rates, rates_direct = ([megabytes / each["seconds"] for each in side] for side in reversed(unlimited))
    return [
        Figure("size", "MB", [megabytes]),
        figure("on a line of 1 Gbit/s", "s", limited, "seconds", MAX_RATIO),
        figure("first byte, on that line", "ms", limited, "first"),
        figure("without a limit of the line", "s", unlimited, "seconds"),
        Figure("megabytes a second, without a limit", "MB", rates, {"download": rates_direct}),
        Figure("memory more at most", "MB", [growth], {}, [at_most("at most 20 MB", [growth], MAX_GROWTH)]),
    ]


async def _measure(size: int, rounds: int, folder: Path) -> tuple[Way, Way, float]:
    """Download directly and through ours, without and with a limit; return also how much memory grew at most, MB."""
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
        return unlimited, limited, _memory(pid, "VmHWM") - before


def _account(url: str) -> Account:
    return Account(url, f"{url}/device-connect/{{serial}}", "", "", "", "")


def main() -> int:
    """Run it."""
    return run("recording", __doc__, figures)


if __name__ == "__main__":
    sys.exit(main())
