"""What is new in a camera's reports of license plates: it reports each vehicle several times."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
import time
from typing import Any, Final, Self

from ..const import CONF_LICENSE_PLATES

#: Vehicles that are remembered, and seconds after their last report: one in front of the camera is reported until then.
_MAX_VEHICLES: Final = 64
_VISIT: Final = 300.0
_LOST: Final = "lost"


class PlateHandling(StrEnum):
    """What becomes of license plates, which are personal data."""

    HIDDEN = "hidden"
    SHOWN = "shown"
    RECORDED = "recorded"

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Read the options of an account."""
        return cls(options.get(CONF_LICENSE_PLATES, cls.SHOWN))


class PlateEvent(StrEnum):
    """Types of events: on which list a plate is, then where the vehicle goes."""

    ALLOWED = "allowed"
    BLOCKED = "blocked"
    LISTED = "listed"
    NOT_LISTED = "not_listed"
    ENTERING = "entering"
    LEAVING = "leaving"


#: CONFIRMED: modes of lists, and that a list is named after its mode where none is reported (VX-PLATE-2).
_MODES: Final = {"allow": PlateEvent.ALLOWED, "block": PlateEvent.BLOCKED}
#: INFERRED (VX-PLATE-5).
_DIRECTIONS: Final = {"in": PlateEvent.ENTERING, "out": PlateEvent.LEAVING}


@dataclass(frozen=True, slots=True)
class _Vehicle:
    """What is known of a vehicle."""

    plate: str
    plate_list: str
    direction: PlateEvent | None
    seen_at: float


class Vehicles:
    """The vehicles in front of one camera."""

    def __init__(self) -> None:
        self._vehicles: dict[str, _Vehicle] = {}

    def news(self, texts: Mapping[str, str]) -> Iterator[PlateEvent]:
        """Yield what a report has that earlier ones of the vehicle had not: a plate and its list, a direction.

        The last report, when the vehicle has been gone for seconds, is only news if it is the first.
        """
        plate, plate_list = texts.get("text", ""), texts.get("listname", "")
        if not plate:
            return
        now, vehicle_id = time.monotonic(), texts.get("carid") or plate
        self._forget_gone(now)
        before = self._vehicles.pop(vehicle_id, None)
        direction = _DIRECTIONS.get(texts.get("carmovedirection", "").lower(), before.direction if before else None)
        self._vehicles[vehicle_id] = _Vehicle(plate, plate_list, direction, now)
        if before is not None and texts.get("carstate", "").lower() == _LOST:
            return
        if before is None or (before.plate, before.plate_list) != (plate, plate_list):
            yield _of_list(texts.get("listmode", "").lower(), plate_list)
        if direction is not None and (before is None or before.direction is not direction):
            yield direction

    def _forget_gone(self, now: float) -> None:
        """Forget vehicles that have not been reported for a while, and the longest unreported one if there are many."""
        for vehicle_id, vehicle in list(self._vehicles.items()):
            if now - vehicle.seen_at <= _VISIT and len(self._vehicles) < _MAX_VEHICLES:
                return
            del self._vehicles[vehicle_id]


def _of_list(mode: str, name: str) -> PlateEvent:
    if mode in _MODES:
        return _MODES[mode]
    if not name:
        return PlateEvent.NOT_LISTED
    named = (event for word, event in _MODES.items() if name.lower().startswith(word))
    return next(named, PlateEvent.LISTED)
