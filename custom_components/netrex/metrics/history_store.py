"""A note of what was asked for of the past, on disk: the recorder knows nothing of hours without a metric."""

from collections.abc import Mapping
from typing import Final, NamedTuple

from homeassistant.core import HomeAssistant, callback

from ..storage.tolerant_store import Note
from .metric import MAX_METRICS

#: Seconds until it is written: the past comes a hundred hours every two seconds, and disks wear.
_LATER: Final = 300.0


class Asked(NamedTuple):
    """What was asked for of one statistic, seconds since 1970.

    Attributes:
        next_hour: begin of the first hour that was not.
        last_hour: begin of the last one that had a metric; None: none had.
    """

    next_hour: int
    last_hour: int | None


class HistoryNote:
    """What was asked for of one account's metrics, by statistic id; of those asked for last, if there are very many."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Read and write nothing yet."""
        self._note: Note[dict[str, list[int | None]]] = Note.of(hass, f"metrics.{entry_id}")
        self._asked: dict[str, Asked] | None = None
        self._unwritten = False

    async def of(self, statistic_id: str) -> Asked | None:
        """Return what was asked for of a statistic; None: not known."""
        if self._asked is None:
            self._asked = _read(await self._note.async_load())
        return self._asked.get(statistic_id)

    @callback
    def note(self, statistic_id: str, asked: Asked) -> None:
        """Note what was asked for of a statistic that was looked up before; it is written in a while."""
        if self._asked is None or self._asked.get(statistic_id) == asked:
            return
        self._asked[statistic_id] = asked
        if not self._unwritten:
            # Once: each further call would put it off.
            self._unwritten = True
            self._note.async_delay_save(self._to_write, _LATER)

    async def write(self) -> None:
        """Write now what is still to be written: the account ends."""
        if self._unwritten:
            await self._note.async_save(self._to_write())

    async def remove(self) -> None:
        """The account is gone."""
        await self._note.async_remove()

    def _to_write(self) -> dict[str, list[int | None]]:
        self._unwritten = False
        latest = sorted((self._asked or {}).items(), key=lambda noted: noted[1].next_hour, reverse=True)
        return {statistic_id: list(asked) for statistic_id, asked in latest[:MAX_METRICS]}


def _read(stored: object) -> dict[str, Asked]:
    """Return what is in the store, whatever became of it."""
    asked: dict[str, Asked] = {}
    for statistic_id, hours in stored.items() if isinstance(stored, Mapping) else ():
        match hours:
            case [int(next_hour), int() | None as last_hour]:
                asked[str(statistic_id)] = Asked(next_hour, last_hour)
            case _:
                pass
    return asked
