"""How the user named what a camera's analytics look for. VX-APP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..transport.values import clean_text, finite_number, objects, text_of, whole_number
from .event_kinds import EventKind
from .event_topics import COUNTED
from .http import CameraApi

#: Scenarios of one camera that are read; the apps allow some ten.
_MAX: Final = 64
_GET: Final = "getConfiguration"
_OBJECT_ANALYTICS: Final = "local/objectanalytics/control.cgi"
#: How to ask what a scenario has counted. CONFIRMED (VX-COUNT-8).
_GET_COUNTS: Final[Mapping[EventKind, str]] = {
    EventKind.COUNT: "getAccumulatedCounts",
    EventKind.OCCUPANCY: "getOccupancy",
}
#: The apps that speak like Video Motion Detection 4 (CONFIRMED, VX-APP-9).
_PROFILE_APPS: Final[Mapping[EventKind, str]] = {
    EventKind.MOTION: "vmd",
    EventKind.MOTION_GUARD: "motionguard",
    EventKind.FENCE: "fenceguard",
    EventKind.LOITERING: "loiteringguard",
}
#: Kinds of events of scenarios of Object Analytics that count; they are configured with the others.
COUNTING_KINDS: Final = frozenset({EventKind.COUNT, EventKind.OCCUPANCY, EventKind.COUNT_LIMIT})
#: Kinds of events whose sources have names in a configuration.
NAMED_KINDS: Final = frozenset({EventKind.OBJECT, *_PROFILE_APPS})


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario or profile, which has no type; empty classes mean anything, or unknown."""

    source: str
    name: str
    type: str = ""
    classes: tuple[str, ...] = ()


class Analytics(CameraApi):
    """The analytics of one camera."""

    async def scenarios(self, kind: EventKind) -> tuple[Scenario, ...]:
        """Return what makes events of a kind in `NAMED_KINDS`: of objects for operators, others for administrators."""
        if kind is EventKind.OBJECT:
            answer = await self._http.call(_OBJECT_ANALYTICS, _GET, {})
            return tuple(
                scenario
                for entry in objects(answer.get("scenarios"), _MAX)
                for device in objects(entry.get("devices"), _MAX) or [{"id": 1}]
                if (scenario := _scenario(entry, device))
            )
        answer = await self._http.call(f"local/{_PROFILE_APPS[kind]}/control.cgi", _GET, version="1.2")
        return tuple(profile for entry in objects(answer.get("profiles"), _MAX) if (profile := _profile(entry)))

    async def counts(self, kind: EventKind, source: str) -> Mapping[str, float]:
        """Return what a scenario has counted, by the names of values in its events: `total`, `human`, ..."""
        number = whole_number(source.rpartition("Scenario")[2])
        answer = await self._http.call(_OBJECT_ANALYTICS, _GET_COUNTS[kind], {"scenario": number}, version="1.2")
        counts = {COUNTED.get(item.lower()): _count(value) for item, value in answer.items()}
        return {name: count for name, count in counts.items() if name is not None and count is not None}


def _count(value: object) -> float | None:
    # Such as "7": the vendor's page has texts.
    return finite_number(value) if (number := whole_number(value)) is None else number


def _scenario(entry: Mapping[str, object], device: Mapping[str, object]) -> Scenario | None:
    number, of_device = whole_number(entry.get("id")), whole_number(device.get("id"))
    name = clean_text(text_of(entry.get("name")))
    if number is None or of_device is None or not name:
        return None
    classes = [each.get("type") for each in objects(entry.get("objectClassifications"), _MAX)]
    return Scenario(
        source=f"Device{of_device}Scenario{number}",
        name=name,
        type=clean_text(text_of(entry.get("type"))).lower(),
        classes=tuple(dict.fromkeys(clean_text(each).lower() for each in classes if isinstance(each, str))),
    )


def _profile(entry: Mapping[str, object]) -> Scenario | None:
    number, camera = whole_number(entry.get("uid")), whole_number(entry.get("camera"))
    name = clean_text(text_of(entry.get("name")))
    return None if number is None or camera is None or not name else Scenario(f"Camera{camera}Profile{number}", name)
