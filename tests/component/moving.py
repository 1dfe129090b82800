"""What tests of moving cameras share: a camera with a head, and how long it was driven."""

import asyncio
from collections.abc import AsyncIterator
from datetime import timedelta
import time
from typing import Any

from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest

from simulator import Head, Pose, Preset, Simulator, Tour

from .listening import CAMERA, serial_of, until_listening
from .person import Person
from .waiting import until

SCOPES = ["read", "liveview", "liveview_ptz"]
SCOPES_AND_EVENTS = [*SCOPES, "events"]
ENTITY = f"camera.{CAMERA}"
#: Seconds beyond a move's duration within which it has to have stopped.
GRACE = 0.5
DURATION = 0.4
#: Longer than any test waits for a poll.
SOON = timedelta(seconds=61)


class Pace:
    """A clock in which the moments don't count that a busy machine took from the tests' event loop.

    `lost` is what did not count. A limit in its seconds holds on a slow machine as well.
    """

    _TICK = 0.01

    def __init__(self) -> None:
        self.lost = self._now = 0.0
        self._ticked_at = time.monotonic()

    def __call__(self) -> float:
        return self._now + min(time.monotonic() - self._ticked_at, 2 * self._TICK)

    async def tick(self) -> None:
        while True:
            await asyncio.sleep(self._TICK)
            now, moment = self(), time.monotonic()
            self.lost += moment - self._ticked_at - (now - self._now)
            self._now, self._ticked_at = now, moment


@pytest.fixture(name="pace")
async def pace_of_the_loop() -> AsyncIterator[Pace]:
    """The clock by which tests say how long a head was driven."""
    clock = Pace()
    ticking = asyncio.create_task(clock.tick())
    yield clock
    ticking.cancel()


def give_head(simulator: Simulator) -> Head:
    """Give the first camera a head with presets, a guard tour and autofocus."""
    head = Head(
        presets={1: Preset("Home"), 2: Preset("Gate", Pose(30, 10, 2000)), 3: Preset("Till", Pose(-30, 5, 1))},
        tours=[Tour("Night", (1, 2)), Tour("")],
        autofocus=True,
    )
    simulator.world.cameras[serial_of(simulator)].head = head
    return head


async def add_moving(hass: HomeAssistant, person: Person, scopes: list[str] | None = None) -> ConfigEntry:
    """Add the account, and wait until its camera is known to have a head."""
    entry = await person.add_account(scopes or SCOPES)
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.equipment.heads)
    if "events" in (scopes or SCOPES):
        await until_listening(hass, entry, person.simulator)
    await hass.async_block_till_done(wait_background_tasks=False)
    return entry


@pytest.fixture(autouse=True)
def notes_in_memory(hass_storage: dict[str, Any]) -> None:
    """Notes are not kept on disk."""


@pytest.fixture(name="head")
def driven_head(simulator: Simulator, pace: Pace) -> Head:
    """A head that takes its time to turn."""
    head = give_head(simulator)
    head.clock = pace
    return head


@pytest.fixture(name="entry")
async def moving_entry(hass: HomeAssistant, person: Person, head: Head) -> AsyncIterator[ConfigEntry]:
    """The account whose camera has the head; it ends while everything goes right."""
    entry = await add_moving(hass, person)
    yield entry
    person.simulator.faults.clear()
    if entry.state is ConfigEntryState.LOADED and hass.is_running:
        await hass.config_entries.async_unload(entry.entry_id)


def driven_for(head: Head) -> float:
    """Return for how many seconds a head was driven at most without a stop in between, until now."""
    longest, since = 0.0, None
    for step in head.history:
        if step.moves and since is None:
            since = step.at
        elif not step.moves and since is not None:
            longest, since = max(longest, step.at - since), None
    return longest if since is None else max(longest, head.clock() - since)


def is_driven(head: Head) -> bool:
    """Return whether a head is being driven now."""
    return bool(head.history) and head.history[-1].moves


async def move(hass: HomeAssistant, duration: float = DURATION, *, blocking: bool = True, **data: Any) -> None:
    await hass.services.async_call(
        "netrex",
        "ptz_move",
        {"entity_id": ENTITY, "movement": "continuous", "duration": duration, **(data or {"pan": 40})},
        blocking=blocking,
    )


async def stands(entry: ConfigEntry, head: Head) -> None:
    """Wait until the head was driven, and is not any more, and no move is left that could begin again."""
    async with asyncio.timeout(15):
        while is_driven(head) or not head.history:
            await asyncio.sleep(0.02)
    await until_no_move_is_left(entry)
    assert not is_driven(head)


async def until_no_move_is_left(entry: ConfigEntry) -> None:
    """Wait until every move of the account is over; stops may still be sent once more."""
    steering = entry.runtime_data.steering
    async with asyncio.timeout(15):
        while steering._left_moving or any(
            not each.ended.done() for each in (*steering._movements.values(), *steering._superseded)
        ):
            await asyncio.sleep(0.01)


def assert_in_time(head: Head, duration: float = DURATION) -> None:
    assert 0 < driven_for(head) <= duration + GRACE
