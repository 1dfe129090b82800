"""How the user named what a camera's analytics look for. VX-APP."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from .events import EventKind
from .http import CameraHttp
from .text import clean_text, small_number, text_of

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
#: Kinds of events whose sources have names in a configuration.
NAMED_KINDS: Final = frozenset({EventKind.OBJECT, *_PROFILE_APPS})


@dataclass(frozen=True, slots=True)
class Scenario:
    """A scenario or profile.

    Attributes:
        source: what its events call it.
        name: as the user named it; never empty.
        type: `motion`, `fence`, `crosslinecounting`, `occupancyInArea`; empty for profiles.
        classes: what is looked for, in the camera's words; empty: anything, or not told.
    """

    source: str
    name: str
    type: str = ""
    classes: tuple[str, ...] = ()


class Analytics:
    """The analytics of one camera."""

    def __init__(self, http: CameraHttp) -> None:
        self._http = http

    async def scenarios(self, kind: EventKind) -> tuple[Scenario, ...]:
        """Return the scenarios or profiles whose events are of a kind in `NAMED_KINDS`.

        Raises:
            ForbiddenError: Object Analytics wants the operator level, the others the administrator's.
            GoneError: the camera has no such app.
            VapixError: the other kinds.
        """
        if kind is EventKind.OBJECT:
            answer = await self._http.call("local/objectanalytics/control.cgi", _GET, {})
            return tuple(
                scenario
                for entry in _entries(answer.get("scenarios"))
                for device in _entries(entry.get("devices")) or ({"id": 1},)
                if (scenario := _scenario(entry, device))
            )
        answer = await self._http.call(f"local/{_PROFILE_APPS[kind]}/control.cgi", _GET, version="1.2")
        return tuple(profile for entry in _entries(answer.get("profiles")) if (profile := _profile(entry)))


def _scenario(entry: Mapping[str, object], device: Mapping[str, object]) -> Scenario | None:
    number, of_device = _number(entry.get("id")), _number(device.get("id"))
    name = _name(entry)
    if number is None or of_device is None or not name:
        return None
    classes = [each.get("type") for each in _entries(entry.get("objectClassifications"))]
    return Scenario(
        source=f"Device{of_device}Scenario{number}",
        name=name,
        type=clean_text(text_of(entry.get("type"))),
        classes=tuple(dict.fromkeys(clean_text(each).lower() for each in classes if isinstance(each, str))),
    )


def _profile(entry: Mapping[str, object]) -> Scenario | None:
    number, camera = _number(entry.get("uid")), _number(entry.get("camera"))
    name = _name(entry)
    return None if number is None or camera is None or not name else Scenario(f"Camera{camera}Profile{number}", name)


def _name(entry: Mapping[str, object]) -> str:
    name = entry.get("name")
    return clean_text(name) if isinstance(name, str) else ""


def _number(value: object) -> int | None:
    return small_number(str(value)) if isinstance(value, int | str) else None


def _entries(value: object) -> Sequence[Mapping[str, object]]:
    return [each for each in value if isinstance(each, Mapping)][:_MAX] if isinstance(value, list) else []
