"""Adding cameras to Home Assistant: time, processor time, longest block of the event loop, calls, and memory.

Ours with 1, 50, 500, and 2,000 cameras, and Home Assistant's `axis` with 1 and 50. Each set-up runs in its own process,
ours and theirs in turn. A set-up ends with the last change of a state: by then, the properties of every camera are
read, its events arrive, and its entities are up to date.

Home Assistant adds up to 10,000 entities per account, about 1,070 cameras with all the entities that they have here.
That limit and ours of 1,000 cameras are lifted, so that 2,000 can be compared with 500.
"""

import argparse
import asyncio
from dataclasses import asdict, dataclass
from functools import partial
import json
import logging
from statistics import median
import sys
import time
from typing import Any
from unittest.mock import patch

from homeassistant.const import EVENT_STATE_CHANGED
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_platform

from benchmarks.child import run_module
from benchmarks.command import run
from benchmarks.event_loop import memory, ticking
from benchmarks.figures import Figure, Goal
from benchmarks.home import Kind, SimulatedCameras, home, simulated_for, until
from custom_components.netrex import coordinator

_COUNTS = (1, 50, 500, 2000)
_AXIS_COUNTS = (1, 50)
_ROUNDS = 3
_QUIET = 3.0
"""Seconds without a change of any state after which a set-up is over."""
_MANY, _LONGEST_BLOCK = 500, 100.0
"""With so many cameras, nothing may hold the event loop for longer, ms."""
_LINEAR = 1.25
"""A camera may cost so many times as much among 2,000 as it does among 500."""


@dataclass(frozen=True, slots=True)
class SetUp:
    """One set-up; times in seconds."""

    cameras: int
    until_set_up: float
    """Until Home Assistant had the entries, and goes on starting."""
    until_complete: float
    cpu: float
    longest_block: float
    longest_block_of_code: float
    """Without the time of Python's garbage collector."""
    cloud_calls: int
    camera_calls: int
    entities: int
    memory: float
    """MB more than before."""


class _LastChange:
    """When a state changed last, and the processor time that was used until then."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.at, self.cpu = time.monotonic(), time.process_time()
        hass.bus.async_listen(EVENT_STATE_CHANGED, self._changed)

    @callback
    def _changed(self, _event: Event[EventStateChangedData]) -> None:
        self.at, self.cpu = time.monotonic(), time.process_time()

    def is_over(self, quiet: float) -> bool:
        """Return whether nothing has changed for so many seconds."""
        return time.monotonic() - self.at > quiet


async def measure(kind: Kind, count: int, quiet: float) -> SetUp:
    """Set cameras up once, in this process; it is over when no state has changed for so many seconds."""
    with (
        patch.object(entity_platform, "MAX_ENABLED_ENTITIES_PER_CONFIG_ENTRY", 1_000_000),
        patch.object(coordinator, "MAX_CAMERAS", 1_000_000),
    ):
        async with simulated_for(kind, count) as cameras, home() as hass:
            return await _measure(hass, kind, cameras, count, quiet)


async def _measure(hass: HomeAssistant, kind: Kind, cameras: SimulatedCameras, count: int, quiet: float) -> SetUp:
    await asyncio.sleep(0.5)
    before = memory()
    async with ticking() as ticker:
        began, cpu = time.monotonic(), time.process_time()
        last = _LastChange(hass)
        connections = [each for account in await cameras.add_to(hass, kind) for each in account.connections.values()]
        until_set_up = time.monotonic() - began
        await until(lambda: all(each.listening for each in connections), within=600, pause=0.1)
        await until(partial(last.is_over, quiet), within=600, pause=0.1)
    held = memory() - before
    calls = await cameras.requests()
    return SetUp(
        cameras=count,
        until_set_up=until_set_up,
        until_complete=last.at - began,
        cpu=last.cpu - cpu,
        longest_block=ticker.longest_block,
        longest_block_of_code=ticker.longest_block_of_code,
        cloud_calls=calls["graphql"],
        camera_calls=sum(number for call, number in calls.items() if call.startswith("vapix:")),
        entities=len(hass.states.async_all()),
        memory=held,
    )


async def _in_a_process(kind: Kind, count: int, quiet: float) -> SetUp:
    return SetUp(**await run_module("set_up", ["--one", kind, count, quiet], dict[str, Any]))


async def figures(*, quick: bool) -> list[Figure]:
    """Measure, and compare."""
    counts, axis_counts = ((1, 4), (1, 4)) if quick else (_COUNTS, _AXIS_COUNTS)
    rounds, quiet = (1, 0.5) if quick else (_ROUNDS, _QUIET)
    ours: dict[int, list[SetUp]] = {count: [] for count in counts}
    theirs: dict[int, list[SetUp]] = {count: [] for count in axis_counts}
    for _ in range(rounds):
        for count in counts:
            ours[count].append(await _in_a_process("netrex", count, quiet))
            if count in theirs:
                theirs[count].append(await _in_a_process("axis", count, quiet))
    found: list[Figure] = []
    for count in counts:
        found += _of(count, ours[count], theirs.get(count, []))
    found += [_memory(ours, theirs, axis_counts), _growth(ours, counts)]
    return found


def _of(count: int, ours: list[SetUp], theirs: list[SetUp]) -> list[Figure]:
    cameras = "1 camera" if count == 1 else f"{count:,} cameras"
    cpu, cpu_of_axis = ([each.cpu * 1000 / count for each in side] for side in (ours, theirs))

    def figure(name: str, unit: str, key: str, scale: float = 1) -> Figure:
        mine, other = ([getattr(each, key) * scale for each in side] for side in (ours, theirs))
        return Figure(f"{cameras}: {name}", unit, mine, {"axis": other} if other else {})

    return [
        figure("until Home Assistant has them", "s", "until_set_up"),
        figure("until all is there", "s", "until_complete"),
        Figure(f"{cameras}: processor time a camera", "ms", cpu, {"axis": cpu_of_axis} if theirs else {}),
        figure("longest block of the event loop", "ms", "longest_block", 1000),
        _block_of_code(cameras, count, ours, theirs),
        figure("calls to the cloud", "", "cloud_calls"),
        figure("calls to cameras, a camera", "", "camera_calls", 1 / count),
        figure("entities", "", "entities"),
        figure("memory", "MB", "memory"),
    ]


def _block_of_code(cameras: str, count: int, ours: list[SetUp], theirs: list[SetUp]) -> Figure:
    """Compare blocks without garbage collection, which takes 130 ms of a Home Assistant without any camera."""
    mine, other = ([each.longest_block_of_code * 1000 for each in side] for side in (ours, theirs))
    goals = [Goal("at most 100 ms", median(mine), _LONGEST_BLOCK)] if count == _MANY else []
    name = f"{cameras}: longest block without garbage collection"
    return Figure(name, "ms", mine, {"axis": other} if other else {}, goals)


def _memory(ours: dict[int, list[SetUp]], theirs: dict[int, list[SetUp]], counts: tuple[int, ...]) -> Figure:
    """Take off what the code itself needs: look at what more cameras need more."""
    few, many = counts

    def a_camera(side: dict[int, list[SetUp]]) -> list[float]:
        both = zip(side[few], side[many], strict=True)
        return [(more.memory - less.memory) * 1000 / (many - few) for less, more in both]

    return Figure(f"memory a camera, by {many} and {few}", "kB", a_camera(ours), {"axis": a_camera(theirs)})


def _growth(ours: dict[int, list[SetUp]], counts: tuple[int, ...]) -> Figure:
    """Compare what a camera costs among the most with what it costs among fewer."""
    fewer, most = counts[-2:]
    ratios = [many.cpu / most / (few.cpu / fewer) for few, many in zip(ours[fewer], ours[most], strict=True)]
    name = f"processor time a camera among {most:,} / among {fewer:,}"
    return Figure(name, "", ratios, {}, [Goal("grows in a line", median(ratios), _LINEAR)])


def main() -> int:
    """Run it."""
    if sys.argv[1:2] == ["--one"]:
        parser = argparse.ArgumentParser()
        parser.add_argument("--one", nargs=3)
        kind, count, quiet = parser.parse_args().one
        logging.disable(logging.WARNING)
        print(json.dumps(asdict(asyncio.run(measure(kind, int(count), float(quiet))))))
        return 0
    return run("set_up", __doc__, figures)


if __name__ == "__main__":
    sys.exit(main())
