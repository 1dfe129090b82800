"""A Home Assistant in this process and a simulator in another one, shared by most benchmarks."""

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
import json
from pathlib import Path
import sys
import tempfile
import time
from typing import Any, Literal
from unittest.mock import patch

from aiohttp import ClientSession
from homeassistant import loader
from homeassistant.core import HomeAssistant
from homeassistant.core_config import Config
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_test_home_assistant

from benchmarks.simulated_provider import simulated_provider
from custom_components.netrex.account.account import NetrexAccount
from custom_components.netrex.cloud import DevicePattern
from custom_components.netrex.const import CONF_ACCOUNT_KEY, CONF_API_TOKEN, CONF_DEVICE_PATTERN, CONF_PROVIDER, DOMAIN

MEDIA = "container=matroska&videocodec=h264&audio=1"
"""What everybody here asks of a camera's `media.cgi`."""

type Kind = Literal["netrex", "axis"]
"""Ours, or Home Assistant's own for the same cameras."""


@dataclass(frozen=True, slots=True)
class SimulatedCameras:
    """The simulator, spoken to over HTTP."""

    url: str
    token: str
    session: ClientSession
    ports: dict[str, int] = field(default_factory=dict)
    """Where each camera answers at the root and lets everybody in, by serial number; for `axis`."""

    async def _states(self) -> AsyncIterator[dict[str, Any]]:
        """Give what it tells of itself, at each of its ports."""
        for root in (self.url, *(f"http://127.0.0.1:{port}" for port in self.ports.values())):
            async with self.session.get(f"{root}/_sim/state") as answer:
                yield await answer.json()

    async def requests(self) -> Counter[str]:
        """Return how many requests of each kind there were, at all of its ports."""
        found: Counter[str] = Counter()
        async for state in self._states():
            found.update(state["counters"])
        return found

    async def viewers(self) -> int:
        """Return how many live streams are open, at all of its ports."""
        return sum([camera["viewers"] async for state in self._states() for camera in state["cameras"]])

    async def until_nobody_watches(self) -> float:
        """Wait until no live stream is open; return the seconds that it took."""
        began = time.monotonic()
        async with asyncio.timeout(30):
            while await self.viewers():  # noqa: ASYNC110 - it is another process
                await asyncio.sleep(0.02)
        return time.monotonic() - began

    def media_url(self, serial: str) -> str:
        """Return where a camera's live video is, which wants the token."""
        return f"{self.pattern.base_url(serial)}/axis-cgi/media.cgi?{MEDIA}"

    async def add_to(self, hass: HomeAssistant, kind: Kind) -> list[NetrexAccount]:
        """Add all cameras; return our accounts, none of `axis`."""
        if kind == "netrex":
            return [(await add_netrex(hass, self)).runtime_data]
        async with asyncio.TaskGroup() as adding:
            for number, (serial, port) in enumerate(self.ports.items()):
                adding.create_task(add_axis(hass, serial, port, f"axis {number}"))
        return []

    async def switch_node(self, node_id: int, **values: object) -> None:
        """Change a node of the tree."""
        async with self.session.post(f"{self.url}/_sim/node/{node_id}", json=values) as answer:
            answer.raise_for_status()

    @property
    def pattern(self) -> DevicePattern:
        """Where its cameras are."""
        return DevicePattern(f"{self.url}/device-connect/{{serial}}")

    async def serials(self) -> list[str]:
        """Return the cameras' serial numbers."""
        async with self.session.get(f"{self.url}/_sim/state") as answer:
            return [camera["serial"] for camera in (await answer.json())["cameras"]]

    async def happen(self, serial: str, name: str, *, active: bool) -> float:
        """Let something happen; return when it was sent, seconds since 1970."""
        body = {"happening": name, "active": active}
        async with self.session.post(f"{self.url}/_sim/event/{serial}", json=body) as answer:
            sent_at: float = (await answer.json())["done"]
            return sent_at

    async def live(self, every: float | None) -> None:
        """Let things happen by themselves about every so many seconds, or no more."""
        async with self.session.post(f"{self.url}/_sim/life", json={"every": every}) as answer:
            answer.raise_for_status()


@asynccontextmanager
async def simulated(*arguments: str) -> AsyncIterator[SimulatedCameras]:
    """Start a simulator in a process of its own."""
    async with simulated_provider(*arguments) as provider, ClientSession() as session:
        yield SimulatedCameras(provider.url, provider.token, session)


@asynccontextmanager
async def simulated_at_ports(count: int) -> AsyncIterator[SimulatedCameras]:
    """Start a simulator whose cameras answer at ports of their own as well, without a token."""
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "benchmarks.axis_cameras", str(count), stdout=asyncio.subprocess.PIPE
    )
    try:
        assert process.stdout is not None  # noqa: S101 - it was asked for
        async with asyncio.timeout(120):
            printed = json.loads(await process.stdout.readline())
        async with ClientSession() as session:
            yield SimulatedCameras(printed["url"], printed["token"], session, printed["ports"])
    finally:
        process.terminate()
        await process.wait()


@asynccontextmanager
async def simulated_for(kind: Kind, count: int) -> AsyncIterator[SimulatedCameras]:
    """Start a simulator with so many cameras, as they want them."""
    if kind == "netrex":
        async with simulated("--cameras", str(count)) as cameras:
            yield cameras
    else:
        async with simulated_at_ports(count) as cameras:
            yield cameras


@asynccontextmanager
async def home() -> AsyncIterator[HomeAssistant]:
    """Run a Home Assistant that finds this checkout's integration."""
    with tempfile.TemporaryDirectory() as folder:

        def cache_path(_config: Config, *path: str) -> str:
            return str(Path(folder, *path))

        with patch.object(Config, "cache_path", cache_path):
            async with async_test_home_assistant() as hass:
                hass.data.pop(loader.DATA_CUSTOM_COMPONENTS, None)
                for component in ("homeassistant", "network"):
                    await async_setup_component(hass, component, {})
                yield hass
                await hass.async_stop(force=True)


async def add_netrex(hass: HomeAssistant, cameras: SimulatedCameras) -> MockConfigEntry:
    """Add the account with the simulator's API token."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        title="Benchmark",
        data={
            CONF_PROVIDER: cameras.url,
            CONF_DEVICE_PATTERN: cameras.pattern.text,
            CONF_API_TOKEN: cameras.token,
            CONF_ACCOUNT_KEY: "benchmark",
        },
    )
    entry.add_to_hass(hass)
    if not await hass.config_entries.async_setup(entry.entry_id):
        raise RuntimeError(f"the account was not set up: {entry.reason}")
    return entry


async def add_axis(hass: HomeAssistant, serial: str, port: int, title: str = "axis") -> MockConfigEntry:
    """Add a camera to Home Assistant's `axis`, as its own flow would (VX-HA)."""
    entry = MockConfigEntry(
        domain="axis",
        version=3,
        title=title,
        unique_id=":".join(serial[at : at + 2] for at in range(0, 12, 2)).lower(),
        data={
            "host": "127.0.0.1",
            "port": port,
            "protocol": "http",
            "username": "root",
            "password": "pass",
            "model": "P3265-LVE",
            "name": title,
        },
    )
    entry.add_to_hass(hass)
    if not await hass.config_entries.async_setup(entry.entry_id):
        raise RuntimeError(f"axis was not set up: {entry.reason}")
    return entry


async def add_generic(hass: HomeAssistant, root: str, title: str = "generic") -> MockConfigEntry:
    """Add the camera that answers at a root to Home Assistant's `generic`: its pictures, and its video as Matroska.

    That is the very stream which ours opens; `generic` needs no token there.
    """
    entry = MockConfigEntry(
        domain="generic",
        version=2,
        title=title,
        options={
            "still_image_url": f"{root}/axis-cgi/jpg/image.cgi",
            "stream_source": f"{root}/axis-cgi/media.cgi?{MEDIA}",
            "content_type": "image/jpeg",
            "advanced": {"framerate": 1000.0, "verify_ssl": False, "limit_refetch_to_url_change": False},
        },
    )
    entry.add_to_hass(hass)
    if not await hass.config_entries.async_setup(entry.entry_id):
        raise RuntimeError(f"generic was not set up: {entry.reason}")
    return entry


async def until(seen: Callable[[], object], within: float = 120.0, *, pause: float = 0.02) -> None:
    """Wait until something is true, looked at after every pause of so many seconds.

    Raises:
        TimeoutError: it did not become so in time.
    """
    async with asyncio.timeout(within):
        while not seen():  # noqa: ASYNC110 - states have no event to wait for
            await asyncio.sleep(pause)
