"""Notes for each account what it shows of the service, over restarts: values of closed lists, each with its date."""

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN
from ..storage.tolerant_store import TolerantStore
from ..transport.facts import FACTS, Fact

#: Seconds until the file is written: much is learned together, and disks wear.
_SAVED_AFTER: Final = 60.0
_RECORDERS: HassKey[dict[str, ObservedFacts]] = HassKey(f"{DOMAIN}_observed")


class ObservedFacts:
    """What one account showed; it stays while the account is reloaded."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store: TolerantStore[dict[str, dict[str, str]]] = TolerantStore.of(hass, f"observed.{entry_id}")
        #: The day on which each value was seen first.
        self._seen: dict[Fact, dict[str, date]] = {}
        self._removed = False

    async def load(self) -> None:
        """Read what was noted before; what makes no sense is left out."""
        stored = await self._store.async_load()
        for key, values in stored.items() if isinstance(stored, dict) else ():
            fact = FACTS.get(key)
            for value, day in values.items() if fact is not None and isinstance(values, dict) else ():
                seen_on = dt_util.parse_date(day) if isinstance(day, str) else None
                if fact is not None and seen_on is not None:
                    self._note(fact, value, seen_on)

    @callback
    def note(self, fact: Fact, value: str) -> None:
        """Note a value; nothing happens if it is known, or if the account is removed."""
        if (
            value not in self._seen.get(fact, ())
            and not self._removed
            and self._note(fact, value, dt_util.utcnow().date())
        ):
            self._store.async_delay_save(self._as_stored, _SAVED_AFTER)

    @callback
    def note_all(self, values: object) -> None:
        """Note values that were seen before there was an account."""
        for key, value in values.items() if isinstance(values, Mapping) else ():
            if (fact := FACTS.get(key)) is not None:
                self.note(fact, value)

    def _note(self, fact: Fact, value: str, day: date) -> bool:
        """Add a value, unless it is no news."""
        seen = self._seen.get(fact, {})
        if not fact.replaces(value, tuple(seen)):
            return False
        self._seen[fact] = {value: day} if fact.highest else {**seen, value: day}
        return True

    def as_diagnostics(self) -> dict[str, Any]:
        """Return all facts for diagnostics, those that were not met included."""
        return {
            fact.key: {"id": fact.fact_id, "state": fact.state(tuple(seen)).value, "seen": _as_texts(seen)}
            for fact in Fact
            for seen in [self._seen.get(fact, {})]
        }

    async def remove(self) -> None:
        """Remove the file; an answer that is still on its way must not bring it back."""
        self._removed = True
        await self._store.async_remove()

    def _as_stored(self) -> dict[str, dict[str, str]]:
        return {fact.key: _as_texts(seen) for fact, seen in self._seen.items()}


def _as_texts(seen: Mapping[str, date]) -> dict[str, str]:
    return {value: day.isoformat() for value, day in seen.items()}


async def async_get_observed(hass: HomeAssistant, entry_id: str) -> ObservedFacts:
    """Return the recorder of an account."""
    recorders = hass.data.setdefault(_RECORDERS, {})
    if entry_id not in recorders:
        recorder = ObservedFacts(hass, entry_id)
        await recorder.load()
        recorders[entry_id] = recorder
    return recorders[entry_id]


async def async_remove_observed(hass: HomeAssistant, entry_id: str) -> None:
    """Remove what is known of an account that is removed."""
    recorder = hass.data.setdefault(_RECORDERS, {}).pop(entry_id, None) or ObservedFacts(hass, entry_id)
    await recorder.remove()
