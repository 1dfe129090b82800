"""From the camera's report to the entity's state: this integration and Home Assistant's `axis` in one run.

Each integration listens to one of two identical cameras of one simulator. The cameras report in turn, so that both
integrations run under the same conditions. The delay is the time from the simulator's send to the change of the state.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from operator import itemgetter
from statistics import median, quantiles
import sys
import time

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er
from homeassistant.helpers.event import async_track_state_change_event

from benchmarks.command import run
from benchmarks.figures import Figure, at_most, at_most_times
from benchmarks.home import SimulatedCameras, add_axis, add_netrex, home, simulated, until
from custom_components.netrex.events.rate_limiter import EventRateLimiter

_ROUNDS = 5
_EVENTS = 200
_BURST = 200
#: Seconds between two reports: what each causes beside the state, a picture for example, is over by then.
_PAUSE = 0.01
#: Ours may be this much slower before it counts: two runs of the very same code differ as much.
_NOISE = 1.05


@dataclass(slots=True)
class Watched:
    """One binary sensor, and when it changed."""

    serial: str
    entity_id: str
    changes: list[float]

    def changed_since(self, known: int) -> bool:
        """Return whether there was one more."""
        return len(self.changes) > known

    @classmethod
    def of(cls, hass: HomeAssistant, serial: str, entity_id: str) -> Watched:
        """Watch from now on."""
        watched = cls(serial, entity_id, [])

        @callback
        def changed(_event: Event[EventStateChangedData]) -> None:
            watched.changes.append(time.time())

        async_track_state_change_event(hass, entity_id, changed)
        return watched


def _ours(hass: HomeAssistant, serial: str) -> str:
    ids = hass.states.async_entity_ids("binary_sensor")
    return next((each for each in ids if each.endswith(f"_{serial.lower()}_person_path")), "")


async def _enable_ours(hass: HomeAssistant, entry: ConfigEntry, serial: str) -> None:
    """Enable the sensor that is like theirs, as a user does."""
    entities = er.async_get(hass)

    def found() -> str:
        ours = er.async_entries_for_config_entry(entities, entry.entry_id)
        return next((each.entity_id for each in ours if each.entity_id.endswith(f"{serial.lower()}_person_path")), "")

    await until(found, within=20)
    entities.async_update_entity(found(), disabled_by=None)
    await hass.config_entries.async_reload(entry.entry_id)


async def _delays(cameras: SimulatedCameras, both: list[Watched], events: int) -> list[list[float]]:
    delays: list[list[float]] = [[] for _ in both]
    for number in range(events):
        # Each is first as often as the other, with either state.
        for index, watched in sorted(enumerate(both), reverse=number % 4 > 1, key=itemgetter(0)):
            known = len(watched.changes)
            sent_at = await cameras.happen(watched.serial, "person", active=number % 2 == 0)
            await until(partial(watched.changed_since, known), 10, pause=0)
            delays[index].append(watched.changes[-1] - sent_at)
            await asyncio.sleep(_PAUSE)
    return delays


def _takes_a_burst(limiter: EventRateLimiter) -> bool:
    """Return whether our limiter lets as many through at once as at the beginning."""
    limiter.release()
    return limiter._allowance >= EventRateLimiter(lambda _event: None)._allowance  # noqa: SLF001 - nothing else needs it


async def _lost(cameras: SimulatedCameras, watched: Watched, burst: int) -> int:
    """Return how many of a burst did not change the state."""
    known, began = len(watched.changes), time.monotonic()
    for number in range(burst):
        await cameras.happen(watched.serial, "person", active=number % 2 == 0)
    if time.monotonic() - began > 1:
        print("The simulator needed more than a second for the burst.", file=sys.stderr)
    with suppress(TimeoutError):
        await until(lambda: len(watched.changes) - known >= burst, within=5)
    return burst - (len(watched.changes) - known)


async def figures(*, quick: bool) -> list[Figure]:
    """Measure both."""
    rounds, events, burst = (2, 20, 40) if quick else (_ROUNDS, _EVENTS, _BURST)
    async with simulated("--cameras", "7", "--root-camera", "ACCC8E10A3F1", "--root-open") as cameras, home() as hass:
        # Of the demo's cameras, the first and the seventh are furnished alike.
        first, seventh = (await cameras.serials())[:7:6]
        entry = await add_netrex(hass, cameras)
        await _enable_ours(hass, entry, seventh)
        await add_axis(hass, first, int(cameras.url.rpartition(":")[2]))
        theirs = "binary_sensor.axis_object_analytics_path"
        await until(lambda: _ours(hass, seventh) and hass.states.get(theirs), within=20)
        # The camera that axis listens to is listened to by nobody else.
        connections = entry.runtime_data.connections
        account = entry.runtime_data
        for node_id, camera in list(account.cameras.items()):
            if camera.serial == first:
                account._drop(node_id)  # noqa: SLF001 - as if it were not in the tree
        await until(lambda: all(each.listening for each in connections.values()))
        (limiter,) = (
            connections[node_id].intake.rate_limiter
            for node_id, camera in account.cameras.items()
            if camera.serial == seventh
        )
        await asyncio.sleep(2.5)  # Reports at the beginning of a stream are not changes.
        both = [Watched.of(hass, seventh, _ours(hass, seventh)), Watched.of(hass, first, theirs)]
        await _delays(cameras, both, 20)
        delays = [await _delays(cameras, both, events) for _ in range(rounds)]
        lost: list[list[int]] = []
        for _ in range(rounds):
            # No burst is to suffer from what came before it.
            await until(lambda: _takes_a_burst(limiter))
            lost.append([await _lost(cameras, watched, burst) for watched in both])
    ours, axis = ([round_[index] for round_ in delays] for index in (0, 1))
    medians, medians_of_axis = ([median(each) * 1000 for each in side] for side in (ours, axis))
    lost_of_ours, lost_of_axis = ([float(round_[index]) for round_ in lost] for index in (0, 1))
    return [
        Figure(
            f"half of {events} events are shown within",
            "ms",
            medians,
            {"axis": medians_of_axis},
            [at_most_times(medians, "axis", medians_of_axis, _NOISE)],
        ),
        Figure(
            f"99 of 100 of all {rounds * events:,} events are shown within",
            "ms",
            [_p99(ours)],
            {"axis": [_p99(axis)]},
        ),
        Figure(
            f"lost of a burst of {burst} in a second",
            "",
            lost_of_ours,
            {"axis": lost_of_axis},
            [at_most("none in any burst", [max(lost_of_ours)], 0)],
        ),
    ]


def _p99(rounds: list[list[float]]) -> float:
    return quantiles([delay for each in rounds for delay in each], n=100)[98] * 1000


def main() -> int:
    """Run it."""
    return run("events", __doc__, figures)


if __name__ == "__main__":
    sys.exit(main())
