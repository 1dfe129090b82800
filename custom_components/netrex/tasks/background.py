"""Background tasks of an account."""

import asyncio
from collections.abc import Coroutine
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant

#: Seconds that unloading waits for canceled tasks.
_ENDS_WITHIN: Final = 10.0


class BackgroundTasks:
    """Tasks of one account that outlive their callers, until the account ends."""

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._tasks: set[asyncio.Task[object]] = set()

    def __call__[Result](
        self, work: Coroutine[None, None, Result], /, name: str = "netrex account"
    ) -> asyncio.Task[Result]:
        """Start a task."""
        task = self._entry.async_create_background_task(self._hass, work, name)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def end(self) -> None:
        """Cancel all tasks, and wait for them."""
        for task in self._tasks:
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=_ENDS_WITHIN)
