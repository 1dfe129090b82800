"""500 cameras listened to at once, and one camera's day of events: set-up, memory and processor time, and what grows.

Home Assistant runs in this process, the simulator in another one; a day is 86,400 events of one camera, told by a
clock of their own. Prints JSON. Exits 1 when memory grows over the day, or states are lost.
"""

import argparse
import asyncio
from dataclasses import asdict, dataclass
import gc
import json
import logging
from pathlib import Path
import resource
import sys
import time

from homeassistant.core import HomeAssistant

from benchmarks.home import SimulatedCameras, add_netrex, home, simulated, until
from custom_components.netrex.account import NetrexAccount
from custom_components.netrex.axis_camera import AxisCamera
from custom_components.netrex.events.intake import Intake
from custom_components.netrex.vapix import CameraEvent, EventKind

_CAMERAS = 500
_SECONDS = 30.0
_DAY = 86_400
#: MiB that the day's second half may add, and objects. The allocator keeps some of what pictures needed.
MAX_GROWTH = 8.0
MAX_OBJECTS = 2000


@dataclass(frozen=True)
class Result:
    """What was measured; times in seconds, memory in MiB."""

    cameras: int
    entities: int
    set_up: float
    """Until Home Assistant had the account; cameras are connected to in the background."""
    all_listened_to: float
    memory_per_camera_kib: float
    cpu_share_at_rest: float
    """Of one core, everything in this process."""
    events_per_second: float
    cpu_share: float
    cpu_per_event_ms: float
    longest_block: float
    """The event loop kept waiting, by anything, also by the simulator that has the other core."""
    merged: int
    day_events: int
    day_memory_growth: float
    day_object_growth: int

    def failures(self) -> list[str]:
        """Say which budgets are broken."""
        checks = {
            f"memory grew by {self.day_memory_growth:.1f} MiB over a day": self.day_memory_growth > MAX_GROWTH,
            f"{self.day_object_growth} objects more after a day": self.day_object_growth > MAX_OBJECTS,
            f"{self.merged} events merged at one a second": self.merged > 0,
        }
        return [text for text, broken in checks.items() if broken]


def _memory() -> float:
    """Return what this process holds now, MiB."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    return pages * resource.getpagesize() / (1 << 20)


async def _cpu_over(seconds: float) -> tuple[float, float]:
    """Return the share of a core that this process uses, and the longest that its event loop waits."""
    began, cpu, longest = time.monotonic(), time.process_time(), 0.0
    while (now := time.monotonic()) - began < seconds:
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - now - 0.01)
    return (time.process_time() - cpu) / (time.monotonic() - began), longest


def _heard(account: NetrexAccount) -> int:
    return sum(camera.events.counts.total() for camera in account.cameras.values())


async def _day(hass: HomeAssistant, account: NetrexAccount, camera: AxisCamera) -> tuple[float, int]:
    """Let a camera have a day; return how much memory (MiB) and how many objects it left behind after its noon."""
    seconds = 0.0
    intake = Intake(camera.events.take, lambda: seconds)
    memory, objects = 0.0, 0
    kinds = ((EventKind.OBJECT, "Device1Scenario1"), (EventKind.INPUT, "0"), (EventKind.SOUND, "1"))
    for number in range(_DAY):
        seconds += 1.0
        kind, source = kinds[number % 3]
        active = number // 3 % 2 == 0
        intake.add(CameraEvent(kind, source, active, str(number % 7), classes=("human",) if active else ()))
        if number % 200 == 0:
            await asyncio.sleep(0)
            await hass.async_block_till_done(wait_background_tasks=False)
        if number == _DAY // 2:
            memory, objects = _memory(), len(gc.get_objects())
    await hass.async_block_till_done(wait_background_tasks=False)
    del account
    return _memory() - memory, len(gc.get_objects()) - objects


async def measure(count: int, seconds: float) -> Result:
    """Measure everything."""
    async with simulated("--cameras", str(count)) as cameras, home() as hass:
        return await _measure(hass, cameras, seconds)


async def _measure(hass: HomeAssistant, cameras: SimulatedCameras, seconds: float) -> Result:
    before, began = _memory(), time.monotonic()
    entry = await add_netrex(hass, cameras)
    set_up = time.monotonic() - began
    account: NetrexAccount = entry.runtime_data
    await until(lambda: all(each.listening for each in account.connections.values()), within=300)
    connected = time.monotonic() - began
    await until(lambda: not any(camera.events.names_wanted for camera in account.cameras.values()), within=300)
    await asyncio.sleep(10)
    listened = len(account.connections)
    memory = _memory() - before
    rest, _ = await _cpu_over(10)
    await cameras.live(2 / listened)
    await asyncio.sleep(10)
    heard = _heard(account)
    busy, longest = await _cpu_over(seconds)
    heard = _heard(account) - heard
    await cameras.live(None)
    await asyncio.sleep(15)
    merged = sum(each.intake.merged for each in account.connections.values())
    camera = next(iter(account.cameras.values()))
    growth, objects = await _day(hass, account, camera)
    return Result(
        cameras=listened,
        entities=len(hass.states.async_entity_ids()),
        set_up=set_up,
        all_listened_to=connected,
        memory_per_camera_kib=memory * 1024 / listened,
        cpu_share_at_rest=rest,
        events_per_second=heard / seconds,
        cpu_share=busy,
        cpu_per_event_ms=(busy - rest) * seconds / max(heard, 1) * 1000,
        longest_block=longest,
        merged=merged,
        day_events=_DAY,
        day_memory_growth=growth,
        day_object_growth=objects,
    )


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(prog="scripts/bench event_load", description=__doc__)
    parser.add_argument("--cameras", type=int, default=_CAMERAS)
    parser.add_argument("--seconds", type=float, default=_SECONDS, help="how long there is an event a second each")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)
    result = asyncio.run(measure(arguments.cameras, arguments.seconds))
    print(json.dumps(asdict(result), indent=2))
    for failure in result.failures():
        print(f"Over budget: {failure}", file=sys.stderr)
    return 1 if result.failures() else 0


if __name__ == "__main__":
    sys.exit(main())
