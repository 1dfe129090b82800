"""How the user named what a camera's analytics look for. VX-APP."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from ..transport.values import clean_text, objects, text_of, whole_number
from .event_kinds import EventKind
from .http import CameraApi

#: Scenarios of one camera that are read; the apps allow some ten.
_MAX: Final = 64
_GET: Final = "getConfiguration"
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
            answer = await self._http.call("local/objectanalytics/control.cgi", _GET, {})
            return tuple(
                scenario
                for entry in objects(answer.get("scenarios"), _MAX)
                for device in objects(entry.get("devices"), _MAX) or [{"id": 1}]
                if (scenario := _scenario(entry, device))
            )
        answer = await self._http.call(f"local/{_PROFILE_APPS[kind]}/control.cgi", _GET, version="1.2")
        return tuple(profile for entry in objects(answer.get("profiles"), _MAX) if (profile := _profile(entry)))


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
