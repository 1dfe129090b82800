"""Renewals of sign-ins: gone through with, whatever is reloaded or stopped meanwhile.

A provider may spend the refresh token with the question; its answer then holds the only one that is good.
"""

import asyncio
from collections.abc import Coroutine
from typing import Final

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

#: Seconds that Home Assistant's end, or whatever else ends a sign-in, waits for an answer. Home Assistant gives an
#: account ten to end.
_ENDS_WITHIN: Final = 8.0


class Renewals:
    """Those of all accounts, at most one each."""

    def __init__(self, hass: HomeAssistant) -> None:
        """Renew nothing yet."""
        self._tasks: dict[str, asyncio.Task[None]] = {}
        # Before the final writes, in which the account gets what came.
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, self._stopping)

    def going_on(self, entry_id: str) -> asyncio.Task[None] | None:
        """Return the one that an account waits for, also one from before it was loaded anew."""
        return self._tasks.get(entry_id)

    def begin(self, entry_id: str, work: Coroutine[None, None, None]) -> asyncio.Task[None]:
        """Run one. Neither its callers nor the account nor Home Assistant end it."""
        task = self._tasks[entry_id] = asyncio.get_running_loop().create_task(work, name="netrex token")

        def ended(_task: asyncio.Task[None]) -> None:
            if self._tasks.get(entry_id) is task:
                del self._tasks[entry_id]
            if not task.cancelled():
                # Those who waited for it may be gone.
                task.exception()

        task.add_done_callback(ended)
        return task

    async def until_ended(self, entry_id: str) -> None:
        """Wait, not for ever, until what comes next is not changed by an answer that is still on its way."""
        if (task := self._tasks.get(entry_id)) is not None:
            await asyncio.wait({task}, timeout=_ENDS_WITHIN)

    async def end(self, entry_id: str) -> None:
        """Wait, not for ever; then give it up: its answer must not replace what comes next."""
        await self.until_ended(entry_id)
        if (task := self._tasks.get(entry_id)) is not None:
            task.cancel()
            await asyncio.wait({task})

    async def _stopping(self, _event: Event) -> None:
        if tasks := set(self._tasks.values()):
            _, left = await asyncio.wait(tasks, timeout=_ENDS_WITHIN)
            for task in left:
                task.cancel()


_RENEWALS: HassKey[Renewals] = HassKey(f"{DOMAIN}_renewals")


def renewals_of(hass: HomeAssistant) -> Renewals:
    """Return those of this Home Assistant."""
    if (found := hass.data.get(_RENEWALS)) is None:
        found = hass.data[_RENEWALS] = Renewals(hass)
    return found
