"""An hour without events: processor time, requests, and state writes, compared with Home Assistant's `axis`.

Each has 50 cameras. Home Assistant's event loop runs on a clock that is 60 times as fast, so that everything periodic
runs as often as in an hour: pings of event streams, 12 polls of the account's tree, requests to cameras. What Home
Assistant itself uses in such an hour is measured first and subtracted. Each hour runs in its own process, ours and
theirs in turn. It begins when all that is done once has been done: a minute after the start, each camera is asked what
it could report, and gets the entities for it. By then, each camera was also asked once again what it has, which is done
about every hour.
"""

import argparse
import asyncio
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import asdict, dataclass
import json
import logging
import sys
import time
from typing import Any
from unittest.mock import patch

from homeassistant.core import StateMachine
from homeassistant.helpers.storage import Store

from benchmarks.child import run_module
from benchmarks.command import run
from benchmarks.fast_loop import FastLoop
from benchmarks.figures import Figure, at_most
from benchmarks.home import Kind, SimulatedCameras, home, simulated_for, until
from custom_components.netrex.account.account import NetrexAccount
from custom_components.netrex.cameras.event_connection import EventConnection

_FASTER = 60
_HOUR = 3700.0
"""Seconds: what is done once an hour is among it."""
_ASKED_AGAIN = 4400.0
"""Seconds until each camera was asked again what it has, at a time of its own: any hour is like another by then."""
_BEFORE = 1200.0
_SETTLE = 120.0
_CAMERAS = 50
_ROUNDS = 3
_MORE_ATTEMPTS = 4
_KEYS = ("access_token", "entity_picture")


@dataclass(frozen=True, slots=True)
class Hour:
    """What an hour took, all cameras together; CPU in seconds."""

    cpu: float
    cloud_calls: float
    camera_calls: float
    state_writes: float
    saves: float
    reconnections: float


@contextmanager
def _counted() -> Iterator[Counter[str]]:
    """Count writes of states, also of those that are as before, and what is saved.

    Home Assistant itself gives pictures another key every five minutes and writes that down: that is not counted.
    """
    counts: Counter[str] = Counter()
    write, save = StateMachine.async_set_internal, Store.async_delay_save

    def counting_write(machine: StateMachine, entity_id: str, *arguments: Any, **more: Any) -> None:
        before = machine.get(entity_id)
        write(machine, entity_id, *arguments, **more)
        after = machine.get(entity_id)
        if not before or not after or all(before.attributes.get(key) == after.attributes.get(key) for key in _KEYS):
            counts["writes"] += 1

    def counting_save(store: Store[Any], *arguments: Any, **more: Any) -> None:
        counts["saves"] += 1
        save(store, *arguments, **more)

    with (
        patch.object(StateMachine, "async_set_internal", counting_write),
        patch.object(Store, "async_delay_save", counting_save),
    ):
        yield counts


async def _cpu_over(loop: FastLoop, seconds: float) -> float:
    """Let so many of the fast clock's seconds pass; return the processor time of an hour like them."""
    loop.run_at(_FASTER)
    await asyncio.sleep(_SETTLE)
    cpu = time.process_time()
    await asyncio.sleep(seconds)
    used = time.process_time() - cpu
    loop.run_at(1)
    return used * 3600 / seconds


async def _until_quiet(loop: FastLoop, accounts: Sequence[NetrexAccount], phase: float) -> None:
    """Wait until each camera has answered what it could report, a phase of seconds, and until nothing is written."""
    loop.run_at(_FASTER)
    with _counted() as counts:
        if accounts:
            await until(lambda: all(map(_have_answered, accounts)), within=_HOUR)
            await asyncio.sleep(phase)
        async with asyncio.timeout(_HOUR):
            before = -1
            while counts.total() != before:
                before = counts.total()
                await asyncio.sleep(_SETTLE)
    loop.run_at(1)


def _have_answered(account: NetrexAccount) -> bool:
    """Return whether all cameras that are asked what they could report have answered: those with a stream."""
    asked = filter(account.streams_from, account.cameras.values())
    return account.declared_sources.results.keys() >= {camera.node.node_id for camera in asked}


async def measure(loop: FastLoop, kind: Kind, count: int, seconds: float) -> Hour:
    """Let an hour pass, in this process."""
    async with simulated_for(kind, count) as cameras, home() as hass:
        nothing = await _cpu_over(loop, min(_BEFORE, seconds))
        accounts = await cameras.add_to(hass, kind)
        connections = [each for account in accounts for each in account.connections.values()]
        await until(lambda: all(each.listening for each in connections), within=300)
        await _until_quiet(loop, accounts, min(_ASKED_AGAIN, seconds))
        hour = await _pass(loop, cameras, connections, nothing, seconds)
        for _ in range(_MORE_ATTEMPTS):
            # The machine was too busy for the fast clock: an hour with lost streams is not one without events.
            if hour.reconnections:
                await _until_quiet(loop, accounts, 0.0)
                hour = await _pass(loop, cameras, connections, nothing, seconds)
        return hour


async def _pass(
    loop: FastLoop, cameras: SimulatedCameras, connections: Sequence[EventConnection], nothing: float, seconds: float
) -> Hour:
    """Let an hour pass, and return what it took; nothing is what Home Assistant itself takes."""
    streams = sum(each.streams for each in connections)
    before = await cameras.requests()
    with _counted() as counts:
        something = await _cpu_over(loop, seconds)
    calls = await cameras.requests()
    calls.subtract(before)
    an_hour = 3600 / (_SETTLE + seconds)
    return Hour(
        cpu=max(something - nothing, 0.0),
        cloud_calls=calls["graphql"] * an_hour,
        camera_calls=sum(number for call, number in calls.items() if call.startswith("vapix:")) * an_hour,
        state_writes=counts["writes"],
        saves=counts["saves"],
        reconnections=sum(each.streams for each in connections) - streams,
    )


async def _in_a_process(kind: Kind, count: int, seconds: float) -> Hour:
    return Hour(**await run_module("idle", ["--one", kind, count, seconds], dict[str, Any]))


async def figures(*, quick: bool) -> list[Figure]:
    """Measure, and compare."""
    count, seconds, rounds = (3, 120.0, 1) if quick else (_CAMERAS, _HOUR, _ROUNDS)
    ours, theirs = list[Hour](), list[Hour]()
    for _ in range(rounds):
        ours.append(await _in_a_process("netrex", count, seconds))
        theirs.append(await _in_a_process("axis", count, seconds))

    cpu, cpu_of_axis = ([each.cpu * 1000 / count for each in side] for side in (ours, theirs))
    calls, calls_of_axis = ([each.camera_calls / count for each in side] for side in (ours, theirs))
    writes, writes_of_axis = ([each.state_writes for each in side] for side in (ours, theirs))
    saves, saves_of_axis = ([each.saves for each in side] for side in (ours, theirs))
    return [
        Figure("processor time an hour and camera", "ms", cpu, {"axis": cpu_of_axis}),
        Figure("requests to a camera, an hour", "", calls, {"axis": calls_of_axis}),
        Figure(f"requests to the cloud, an hour, for all {count} cameras", "", [each.cloud_calls for each in ours]),
        Figure(
            "state writes, an hour, all cameras", "", writes, {"axis": writes_of_axis}, [at_most("none", writes, 0)]
        ),
        Figure("saves of storage, an hour, all cameras", "", saves, {"axis": saves_of_axis}),
        Figure("event streams that had to be opened again", "", [each.reconnections for each in ours]),
    ]


def main() -> int:
    """Run it."""
    if sys.argv[1:2] == ["--one"]:
        parser = argparse.ArgumentParser()
        parser.add_argument("--one", nargs=3)
        kind, count, seconds = parser.parse_args().one
        logging.disable(logging.WARNING)
        loop = FastLoop()
        with loop.as_monotonic_clock(), asyncio.Runner(loop_factory=lambda: loop) as runner:
            print(json.dumps(asdict(runner.run(measure(loop, kind, int(count), float(seconds))))))
        return 0
    return run("idle", __doc__, figures)


if __name__ == "__main__":
    sys.exit(main())
