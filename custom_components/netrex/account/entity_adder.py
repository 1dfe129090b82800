"""Adds an account's entities to Home Assistant, but none once the account is being unloaded.

Home Assistant unloads the platforms of an account one after another. An entity that is added to an unloaded platform
would never be removed, and its unique ID would be taken when the account is loaded again.
"""

import asyncio
from collections.abc import Callable, Sequence
from itertools import batched
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback, async_get_current_platform

from ..tasks.timing import timing_of

#: Items whose entities a platform adds before other tasks run.
_SLICE: Final = 10


class EntityAdder:
    """Adds entities on all platforms of one account until the account is unloaded."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._ended = False
        self._stops: list[CALLBACK_TYPE] = []
        self._tasks: set[asyncio.Task[None]] = set()

    @callback
    def on_platform(self, async_add_entities: AddConfigEntryEntitiesCallback) -> Callable[[Sequence[Entity]], None]:
        """Return a function that adds entities to the platform that is being set up, now and later.

        Home Assistant waits for those of the set-up; `end` waits for later ones.
        """
        platform = async_get_current_platform()
        setting_up = asyncio.current_task()

        @callback
        def add(entities: Sequence[Entity]) -> None:
            if self._ended or not entities:
                return
            if asyncio.current_task() is setting_up:
                async_add_entities(entities)
                return
            work = platform.async_add_entities(entities)
            self._track(self._entry.async_create_task(self._hass, work, f"netrex add {platform.domain}"))

        return add

    async def add_in_slices[Item](self, items: Sequence[Item], add: Callable[[Sequence[Item]], None]) -> None:
        """Call `add` with a few items at a time, as those of hundreds of cameras would block the event loop."""
        for number, each in enumerate(batched(items, _SLICE, strict=False)):
            if number:
                await asyncio.sleep(0)
            if self._ended:
                return
            add(each)

    @callback
    def start_adding_in_slices[Item](self, items: Sequence[Item], add: Callable[[Sequence[Item]], None]) -> None:
        """Do the same in a task; the first few items are added at once."""
        work = self.add_in_slices(items, add)
        self._track(self._entry.async_create_task(self._hass, work, "netrex add in slices"))

    def _track(self, task: asyncio.Task[None]) -> None:
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    @callback
    def on_end(self, stop: CALLBACK_TYPE) -> None:
        """Call a function before the platforms are unloaded, to remove a listener that adds entities."""
        self._stops.append(stop)

    async def end(self) -> None:
        """Stop adding entities, and wait for those that are being added."""
        self._ended = True
        while self._stops:
            self._stops.pop()()
        if self._tasks:
            _, left = await asyncio.wait(self._tasks, timeout=timing_of(self._hass).entities_added_within)
            for task in left:
                task.cancel()
            await asyncio.gather(*left, return_exceptions=True)
