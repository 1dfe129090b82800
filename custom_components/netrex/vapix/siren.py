"""A device's siren and strobe: the VAPIX siren and light API (VX-SIREN, details CONFIRMED in its specification).

It is `VapixClient.siren`; siren and strobe entities (`entity/alarm.py`) and the search for equipment call it. Another
API is a `CameraApi` in a module of its own, made in `VapixClient`.

Every request needs the operator level; without it, it raises `ForbiddenError`. `RequestError` means that the device
rejected it, such as an unknown pattern; no answer is `UnreachableError`, as for all VAPIX requests (`vapix/errors.py`).
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Final, Literal

from ..transport.values import identifier, objects, text_of, whole_number
from .errors import ProtocolError, RequestError
from .http import CameraApi

type Function = Literal["siren", "light"]

_PATH: Final = "axis-cgi/siren_and_light.cgi"
#: Most patterns, profiles and running operations that are read of one device.
_MAX: Final = 64
#: Error code of a stop where nothing runs.
_NO_SUCH_PROCESS: Final = 1203
#: From this priority on, an operation is the device's own: maintenance, "find my device", health check.
_SERVICE_PRIORITY: Final = 11


@dataclass(frozen=True, slots=True)
class Pattern:
    """A sound of the siren or a light pattern of the strobe, with its possible intensities from low to high."""

    name: str
    intensities: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Profile:
    """A named combination of siren and light patterns, which a user has saved in the device."""

    name: str
    functions: frozenset[Function]


@dataclass(frozen=True, slots=True)
class SirenCapabilities:
    """What a siren device can do; a function without patterns does not exist in it."""

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
    """A pattern that is running. Without `seconds_left` it runs until it is stopped."""

    pattern: str
    intensity: int | None = None
    profile: str = ""
    seconds_left: int | None = None


@dataclass(frozen=True, slots=True)
class SirenState:
    """What is running now, highest priority first; only the first of each function is heard or seen."""

    siren: tuple[Operation, ...] = ()
    light: tuple[Operation, ...] = ()

    def operations(self, function: Function) -> tuple[Operation, ...]:
        """Return the running operations of a function."""
        return self.siren if function == "siren" else self.light


class Siren(CameraApi):
    """The siren and strobe of one device."""

    async def capabilities(self) -> SirenCapabilities:
        """Return the patterns and profiles of the device."""
        capabilities = (await self._http.call(_PATH, "getCapabilities")).get("capabilities")
        if not isinstance(capabilities, Mapping):
            raise ProtocolError("The answer has no capabilities")
        power = text_of(capabilities.get("poeClass"))
        siren, light = _patterns(capabilities.get("siren"), power), _patterns(capabilities.get("light"), power)
        return SirenCapabilities(siren, light, await self._profiles())

    async def state(self) -> SirenState:
        """Return what is running."""
        answer = await self._http.call(_PATH, "getStatus")
        return SirenState(_operations(answer.get("siren")), _operations(answer.get("light")))

    async def start(
        self, function: Function, pattern: str, *, intensity: int | None = None, seconds: int | None = None
    ) -> None:
        """Start a pattern; without an intensity the device chooses one, without seconds it runs until it is stopped."""
        wanted: dict[str, object] = {"pattern": pattern}
        if intensity is not None:
            wanted["intensity"] = intensity
        if seconds is not None:
            wanted["duration"] = {"unit": "seconds", "value": seconds}
        await self._http.command(_PATH, "start", {function: wanted})

    async def start_profile(self, name: str) -> None:
        """Start a profile; its duration and intensities are saved in it."""
        await self._http.command(_PATH, "start", {"profile": name})

    async def stop(self, function: Function) -> None:
        """Stop all operations of the siren or the light, no matter who started them."""
        await self._stop({"all": [function]})

    async def stop_siren_and_profiles(self, profiles: Collection[str]) -> None:
        """Stop the siren, and the light if one of these profiles has started it."""
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
            await self._http.command(_PATH, "stop", params)
        except RequestError as err:
            # It ended before the stop arrived.
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
    """Return the intensities that are possible with the device's power supply, a PoE class."""
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
    """Read running operations. Numbers are strings in the specification's tables, but numbers in its examples."""
    found = []
    for each in objects(running, _MAX):
        priority = whole_number(each.get("priority")) or 0
        if priority < _SERVICE_PRIORITY:
            # One example of the specification calls a profile "preset".
            profile = identifier(each.get("profile", each.get("preset")))
            left = whole_number(each.get("durationLeft"))
            operation = Operation(identifier(each.get("pattern")), whole_number(each.get("intensity")), profile, left)
            found.append((priority, operation))
    return tuple(operation for _, operation in sorted(found, key=lambda pair: pair[0], reverse=True))
