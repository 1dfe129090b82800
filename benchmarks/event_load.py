"""Events of 500 cameras at once, and a day of events of one camera: set-up, memory, processor time, and growth.

Home Assistant runs in this process, the simulator in another one. A day is 86,400 events of one camera, with timestamps
from a simulated clock.
"""

import asyncio
import gc
import sys
import time

from homeassistant.core import HomeAssistant

from benchmarks.command import run
from benchmarks.event_loop import memory as memory_held
from benchmarks.figures import Figure, Goal
from benchmarks.home import add_netrex, home, simulated, until
from custom_components.netrex.account.account import NetrexAccount
from custom_components.netrex.cameras.axis_camera import AxisCamera
from custom_components.netrex.events.rate_limiter import EventRateLimiter
from custom_components.netrex.vapix import CameraEvent, EventKind

_CAMERAS = 500
_SECONDS = 30.0
_DAY = 86_400
#: MB that the day's second half may add, and objects. The allocator keeps some of what pictures needed.
MAX_GROWTH = 8.0
MAX_OBJECTS = 2000


async def _cpu_over(seconds: float) -> tuple[float, float]:
    """Return the share of a core that this process uses, and the longest that its event loop waits."""
    began, cpu, longest = time.monotonic(), time.process_time(), 0.0
    while (now := time.monotonic()) - began < seconds:
        await asyncio.sleep(0.01)
        longest = max(longest, time.monotonic() - now - 0.01)
    return (time.process_time() - cpu) / (time.monotonic() - began), longest


def _heard(account: NetrexAccount) -> int:
    return sum(camera.events.counts.total() for camera in account.cameras.values())


async def _day(hass: HomeAssistant, camera: AxisCamera, events: int) -> tuple[float, int]:
    """Let a camera have a day; return how much memory (MB) and how many objects it left behind after its noon."""
    seconds = 0.0
    intake = EventRateLimiter(camera.events.take, lambda: seconds)
    memory, objects = 0.0, 0
    kinds = ((EventKind.OBJECT, "Device1Scenario1"), (EventKind.INPUT, "0"), (EventKind.SOUND, "1"))
    for number in range(events):
        seconds += 1.0
        kind, source = kinds[number % 3]
        active = number // 3 % 2 == 0
        intake.add(CameraEvent(kind, source, active, str(number % 7), classes=("human",) if active else ()))
        if number % 200 == 0:
            await asyncio.sleep(0)
            await hass.async_block_till_done(wait_background_tasks=False)
        if number == events // 2:
            memory, objects = memory_held(), len(gc.get_objects())
    await hass.async_block_till_done(wait_background_tasks=False)
    return memory_held() - memory, len(gc.get_objects()) - objects


async def figures(*, quick: bool) -> list[Figure]:
    """Measure everything."""
    count, seconds, settle, day = (5, 2.0, 1.0, 2000) if quick else (_CAMERAS, _SECONDS, 10.0, _DAY)
    async with simulated("--cameras", str(count)) as cameras, home() as hass:
        before, began = memory_held(), time.monotonic()
        account: NetrexAccount = (await add_netrex(hass, cameras)).runtime_data
        set_up = time.monotonic() - began
        await until(lambda: all(each.listening for each in account.connections.values()), within=300)
        connected = time.monotonic() - began
        await until(lambda: not any(camera.events.names_wanted for camera in account.cameras.values()), within=300)
        await asyncio.sleep(settle)
        listened = len(account.connections)
        memory = memory_held() - before
        rest, _ = await _cpu_over(settle)
        await cameras.live(2 / listened)
        await asyncio.sleep(settle)
        heard = _heard(account)
        busy, longest = await _cpu_over(seconds)
        heard = _heard(account) - heard
        await cameras.live(None)
        await asyncio.sleep(1.5 * settle)
        merged = sum(each.intake.rate_limiter.merged for each in account.connections.values())
        growth, objects = await _day(hass, next(iter(account.cameras.values())), day)

    def once(name: str, unit: str, value: float, most: float | None = None) -> Figure:
        goals = [] if most is None else [Goal(f"at most {most:g}", value, most)]
        return Figure(f"{listened} cameras: {name}", unit, [value], {}, goals)

    return [
        once("entities", "", len(hass.states.async_entity_ids())),
        once("until Home Assistant has them", "s", set_up),
        once("until all are listened to", "s", connected),
        once("memory a camera", "kB", memory * 1000 / listened),
        once("share of a core at rest", "%", rest * 100),
        once("events a second", "", heard / seconds),
        once("share of a core with them", "%", busy * 100),
        once("processor time an event", "ms", max(busy - rest, 0) * seconds / max(heard, 1) * 1000),
        once("longest that anything waited", "ms", longest * 1000),
        once("events merged", "", merged, 0),
        Figure(
            "memory more after half a day of events",
            "MB",
            [growth],
            {},
            [Goal(f"at most {MAX_GROWTH:g} MB", growth, MAX_GROWTH)],
        ),
        Figure(
            "objects more after half a day of events",
            "",
            [objects],
            {},
            [Goal(f"at most {MAX_OBJECTS:g}", objects, MAX_OBJECTS)],
        ),
    ]


def main() -> int:
    """Run it."""
    return run("event_load", __doc__, figures)


if __name__ == "__main__":
    sys.exit(main())
