"""Which cameras are moving, on disk: after a crash, Home Assistant stops them when it starts."""

from datetime import datetime
from typing import Final

from homeassistant.core import CALLBACK_TYPE, HomeAssistant
from homeassistant.helpers.event import async_call_later

from ..storage.tolerant_store import TolerantStore

#: Seconds after a stop until the file is written: moves follow one another, and disks wear.
_STAYS: Final = 30.0


class MovingStore:
    """The cameras of one account that may be moving, by node id."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._hass = hass
        self._note: TolerantStore[list[int]] = TolerantStore.of(hass, f"moving.{entry_id}", quick=True)
        self._moving: set[int] = set()
        self._written: set[int] = set()
        self._stop_waiting: CALLBACK_TYPE | None = None

    async def left_moving(self) -> set[int]:
        """Return what was moving when Home Assistant ended; it counts as moving until `stopped` is called."""
        noted = await self._note.async_load()
        found = {each for each in noted if isinstance(each, int)} if isinstance(noted, list) else set()
        self._moving |= found
        self._written |= found
        return found

    async def moves(self, node_id: int) -> None:
        """Save that a camera moves, before it does."""
        self._moving.add(node_id)
        if node_id not in self._written or not self._note.is_written:
            await self.write()

    def stopped(self, node_id: int) -> None:
        """Note that a camera has stopped; this is saved later."""
        self._moving.discard(node_id)
        if self._stop_waiting is None:
            self._stop_waiting = async_call_later(self._hass, _STAYS, self.write)

    async def write(self, _now: datetime | None = None) -> None:
        """Save what moves now."""
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None
        if self._written != self._moving or not self._note.is_written:
            self._written = set(self._moving)
            await self._note.async_save(sorted(self._written))

    async def remove(self) -> None:
        """Remove the file of an account that is removed."""
        await self._note.async_remove()
