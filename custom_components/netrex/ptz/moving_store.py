"""Which heads are moving, on disk: after a crash, Home Assistant stops them when it starts."""

from datetime import datetime
from typing import Final, NamedTuple

from homeassistant.core import CALLBACK_TYPE, HomeAssistant
from homeassistant.helpers.event import async_call_later

from ..storage.tolerant_store import TolerantStore

#: Seconds after a stop until the file is written: moves follow one another, and disks wear.
_STAYS: Final = 30.0


class HeadId(NamedTuple):
    """Which head of which camera: N of VAPIX's parameter `camera=N`."""

    node_id: int
    channel: int


class MovingStore:
    """The heads of one account's cameras that may be moving."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._hass = hass
        self._note: TolerantStore[list[list[int]]] = TolerantStore.of(hass, f"moving.{entry_id}", quick=True)
        self._moving: set[HeadId] = set()
        self._written: set[HeadId] = set()
        self._stop_waiting: CALLBACK_TYPE | None = None

    async def left_moving(self) -> set[HeadId]:
        """Return what was moving when Home Assistant ended; it counts as moving until `stopped` is called."""
        noted = await self._note.async_load()
        read = map(_head_id, noted) if isinstance(noted, list) else ()
        found = {each for each in read if each is not None}
        self._moving |= found
        self._written |= found
        return found

    async def moves(self, head: HeadId) -> None:
        """Save that a head moves, before it does."""
        self._moving.add(head)
        if head not in self._written or not self._note.is_written:
            await self.write()

    def stopped(self, head: HeadId) -> None:
        """Note that a head has stopped; this is saved later."""
        self._moving.discard(head)
        if self._stop_waiting is None:
            self._stop_waiting = async_call_later(self._hass, _STAYS, self.write)

    async def write(self, _now: datetime | None = None) -> None:
        """Save what moves now."""
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None
        if self._written != self._moving or not self._note.is_written:
            self._written = set(self._moving)
            await self._note.async_save([list(each) for each in sorted(self._written)])

    async def remove(self) -> None:
        """Remove the file of an account that is removed."""
        await self._note.async_remove()


def _head_id(noted: object) -> HeadId | None:
    match noted:
        case [int(node_id), int(channel)] if channel > 0:
            return HeadId(node_id, channel)
        case _:
            return None
