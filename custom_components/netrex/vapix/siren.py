"""A device's siren and strobe: VX-SIREN (details CONFIRMED in the page's specification).

Everything here needs the operator level.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ..transport.values import identifier, objects, text_of, whole_number
from .errors import ProtocolError, RequestError
from .http import CameraApi

type Function = Literal["siren", "light"]

_PATH: Final = "axis-cgi/siren_and_light.cgi"
#: Patterns, profiles and running operations of one device that are read.
_MAX: Final = 64
#: There is nothing to stop.
_NO_SUCH_PROCESS: Final = 1203
#: Priorities from here on are the device's own purposes: maintenance, "find my device", health check.
_SERVICE_PRIORITY: Final = 11


@dataclass(frozen=True, slots=True)
class Pattern:
    """What a siren can sound, or a strobe can show, with the intensities that are possible, from low to high."""

    name: str
    intensities: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """What a person has put together in the camera, under a name."""

    name: str
    functions: frozenset[Function]


@dataclass(frozen=True, slots=True)
class Alarm:
    """What a device has: without patterns for it, a function is not there."""

    siren: tuple[Pattern, ...] = ()
    light: tuple[Pattern, ...] = ()
    profiles: tuple[Profile, ...] = ()

    def patterns(self, function: Function) -> tuple[Pattern, ...]:
        """Return the patterns of a function."""
        return self.siren if function == "siren" else self.light

    def named(self, function: Function, name: str) -> Pattern | None:
        """Return the pattern of this name."""
        return next((each for each in self.patterns(function) if each.name == name), None)


@dataclass(frozen=True, slots=True)
class Operation:
    """What is running, and for how many seconds; None: it does not end on its own."""

    pattern: str
    intensity: int | None = None
    profile: str = ""
    seconds_left: int | None = None


@dataclass(frozen=True, slots=True)
class AlarmState:
    """What is running now, the most important first, as only that is heard or seen."""

    siren: tuple[Operation, ...] = ()
    light: tuple[Operation, ...] = ()

    def operations(self, function: Function) -> tuple[Operation, ...]:
        """Return what runs of a function."""
        return self.siren if function == "siren" else self.light


class Siren(CameraApi):
    """The siren and strobe of one device."""

    async def capabilities(self) -> Alarm:
        """Return what there is."""
        capabilities = (await self._http.call(_PATH, "getCapabilities")).get("capabilities")
        if not isinstance(capabilities, Mapping):
            raise ProtocolError("The answer has no capabilities")
        power = text_of(capabilities.get("poeClass"))
        siren, light = _patterns(capabilities.get("siren"), power), _patterns(capabilities.get("light"), power)
        return Alarm(siren, light, await self._profiles())

    async def state(self) -> AlarmState:
        """Ask what is running."""
        answer = await self._http.call(_PATH, "getStatus")
        return AlarmState(_operations(answer.get("siren")), _operations(answer.get("light")))

    async def start(
        self, function: Function, pattern: str, *, intensity: int | None = None, seconds: int | None = None
    ) -> None:
        """Start a pattern; at the camera's choice of intensity, and without end, where these are None."""
        wanted: dict[str, object] = {"pattern": pattern}
        if intensity is not None:
            wanted["intensity"] = intensity
        if seconds is not None:
            wanted["duration"] = {"unit": "seconds", "value": seconds}
        await self._http.call(_PATH, "start", {function: wanted})

    async def start_profile(self, name: str) -> None:
        """Let work what a person has put together; how long, how loud and how bright is part of it."""
        await self._http.call(_PATH, "start", {"profile": name})

    async def stop(self, function: Function) -> None:
        """End all that a siren or a light does, no matter who started it."""
        await self._stop({"all": [function]})

    async def stop_with_light(self, profiles: Collection[str]) -> None:
        """End all that a siren does; then also the light, where it works because of one of these profiles."""
        await self.stop("siren")
        for profile in sorted({each.profile for each in (await self.state()).light} & set(profiles)):
            await self._stop({"profile": profile})

    async def _profiles(self) -> tuple[Profile, ...]:
        try:
            profiles = (await self._http.call(_PATH, "getProfiles")).get("profiles")
        except RequestError:
            return ()
        return tuple(profile for each in objects(profiles, _MAX) if (profile := _profile(each)))

    async def _stop(self, params: Mapping[str, object]) -> None:
        try:
            await self._http.call(_PATH, "stop", params)
        except RequestError as err:
            # It has ended meanwhile.
            if err.code != _NO_SUCH_PROCESS:
                raise


def _patterns(function: object, power: str) -> tuple[Pattern, ...]:
    supported = function.get("supportedPatterns") if isinstance(function, Mapping) else None
    return tuple(
        Pattern(name, _intensities(each.get("intensity"), power))
        for each in objects(supported, _MAX)
        if (name := identifier(each.get("name")))
    )


def _intensities(intensity: object, power: str) -> tuple[int, ...]:
    """Return the intensities that are possible with the power that the device gets."""
    by_power = intensity.get("poeClass") if isinstance(intensity, Mapping) else None
    of_power = by_power.get(power) if isinstance(by_power, Mapping) else None
    possible = of_power.get("possible") if isinstance(of_power, Mapping) else None
    numbers = {whole_number(each) for each in possible[:_MAX]} if isinstance(possible, list) else set()
    return tuple(sorted(number for number in numbers if number is not None))


def _profile(profile: Mapping[str, object]) -> Profile | None:
    functions: tuple[Function, ...] = ("siren", "light")
    there = frozenset(each for each in functions if isinstance(profile.get(each), Mapping))
    name = identifier(profile.get("name"))
    return Profile(name, there) if name and there else None


def _operations(running: object) -> tuple[Operation, ...]:
    """Read what is running. Numbers are printed as texts in the page's tables, and as numbers in its examples."""
    found = []
    for each in objects(running, _MAX):
        priority = whole_number(each.get("priority")) or 0
        if priority < _SERVICE_PRIORITY:
            # The page's example calls a profile "preset" once.
            profile = identifier(each.get("profile", each.get("preset")))
            left = whole_number(each.get("durationLeft"))
            operation = Operation(identifier(each.get("pattern")), whole_number(each.get("intensity")), profile, left)
            found.append((priority, operation))
    return tuple(operation for _, operation in sorted(found, key=lambda pair: pair[0], reverse=True))
