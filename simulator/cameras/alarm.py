"""A device's siren and strobe: `siren_and_light.cgi` (VX-SIREN; details from the page).

The page spells its patterns in two ways (VX-SIREN-5); here they are those of the capabilities.
"""

from collections.abc import Mapping, Sequence
import time
from typing import Final

from simulator.equipment import Alarm, AlarmOperation, AlarmPattern
from simulator.world import Camera

from .device_apis import Api, ApiError, ErrorCodes, Json, Parameters

_REPETITION: Final = 3.0
"""Seconds that a pattern takes once. Made up."""
_MOST_SECONDS: Final = 259_200
_MOST_REPETITIONS: Final = 20
_PRIORITIES: Final = range(1, 11)
_PRIORITY: Final = 3
"""That a pattern has on its own. Others, 11 and on, are for the device's own purposes (CONFIRMED, VX-SIREN-2)."""

_MOST_PROFILES: Final = 16
_BAD_PROFILE, _NO_SUCH_PROCESS, _TOO_MANY_PROFILES = 1202, 1203, 1201
_BAD_KIND, _BAD_NUMBER_OF_COLORS, _BAD_COLOR, _BAD_SPEED = 2210, 2211, 2212, 2215
_MESSAGES: Final[Mapping[int, str]] = {
    _TOO_MANY_PROFILES: "Maximum number of profiles reached",
    _BAD_PROFILE: "Requested profile is invalid",
    _NO_SUCH_PROCESS: "Requested process id does not exist",
    2200: "Requested siren pattern is invalid",
    2201: "Requested light pattern is invalid",
    2202: "Requested siren intensity is invalid",
    2203: "Requested light intensity is invalid",
    2204: "Requested siren priority is invalid",
    2205: "Requested light priority is invalid",
    2206: "Requested siren duration unit is invalid",
    2207: "Requested light duration unit is invalid",
    2208: "Requested siren duration is invalid",
    2209: "Requested light duration is invalid",
    _BAD_KIND: "Requested function type is invalid",
    _BAD_NUMBER_OF_COLORS: "Requested number of colors is invalid",
    _BAD_COLOR: "Requested color is invalid",
    _BAD_SPEED: "Requested speed is invalid",
}
_KINDS: Final = ("siren", "light")


def _error(code: int) -> ApiError:
    return ApiError(code, _MESSAGES[code])


def _error_of(kind: str, code: int) -> ApiError:
    """Return the error that has one number for sirens and the next for lights."""
    return _error(code + _KINDS.index(kind))


def _patterns(alarm: Alarm, kind: str) -> Sequence[AlarmPattern]:
    return alarm.siren if kind == "siren" else alarm.strobe


def running(alarm: Alarm, kind: str) -> dict[int, AlarmOperation]:
    """Return what a siren or a light has to do, by priority, without what is over by now."""
    operations = alarm.sounding if kind == "siren" else alarm.flashing
    now = time.time()
    for priority in [each for each, operation in operations.items() if operation.ends_at is not None
                     and operation.ends_at <= now]:  # fmt: skip
        del operations[priority]
    return operations


def _alarm(camera: Camera) -> Alarm:
    # The call is only there where this is.
    assert camera.alarm is not None  # noqa: S101 - said above
    return camera.alarm


# --- what there is -------------------------------------------------------------------------------


def _capabilities(camera: Camera, params: Parameters) -> Json:
    del params
    alarm = _alarm(camera)
    found: dict[str, Json] = {
        kind: {"supportedPatterns": [_told(kind, pattern) for pattern in _patterns(alarm, kind)]}
        for kind in _KINDS
        if _patterns(alarm, kind)
    }
    supply = "3" if alarm.weak_supply else "4"
    return {"capabilities": {**found, "healthCheckSupport": False, "maintenanceModeSupport": False, "poeClass": supply}}


def _told(kind: str, pattern: AlarmPattern) -> Json:
    levels: dict[str, Json] = {
        "3": {"possible": [*_intensities(kind, pattern, weak=True)], "default": _default(kind, pattern, weak=True)},
        "4": {"possible": [*pattern.intensities], "default": _default(kind, pattern, weak=False)},
    }
    told: dict[str, Json] = {
        "name": pattern.name,
        "intensity": {"poeClass": levels},
        "priority": {"possible": [*_PRIORITIES], "default": _PRIORITY},
    }
    if pattern.speeds:
        told["speed"] = {"possible": [*pattern.speeds], "default": pattern.speeds[0]}
    if pattern.colors:
        told["colors"] = {
            "minNbrColors": pattern.least_colors,
            "maxNbrColors": pattern.most_colors,
            "possible": [*pattern.colors],
            "default": [*pattern.colors[: pattern.least_colors]],
        }
    return told


def _intensities(kind: str, pattern: AlarmPattern, *, weak: bool) -> Sequence[int]:
    return pattern.intensities[:2] if weak and kind == "light" else pattern.intensities


def _default(kind: str, pattern: AlarmPattern, *, weak: bool) -> int:
    return _intensities(kind, pattern, weak=weak)[:2][-1]


def _profiles(camera: Camera, params: Parameters) -> Json:
    del params
    return {"profiles": [_json(profile) for profile in _alarm(camera).profiles]}


def _json(profile: Mapping[str, object]) -> Json:
    told: dict[str, Json] = {}
    for name, value in profile.items():
        told[name] = _json(value) if isinstance(value, Mapping) else value  # type: ignore[assignment]  # made of JSON
    return told


def _add_profile(camera: Camera, params: Parameters) -> Json:
    alarm, name = _alarm(camera), params.get("name")
    if not isinstance(name, str) or not name or any(each["name"] == name for each in alarm.profiles):
        raise _error(_BAD_PROFILE)
    if len(alarm.profiles) >= _MOST_PROFILES:
        raise _error(_TOO_MANY_PROFILES)
    for kind in _KINDS:
        if kind in params:
            _operation(alarm, kind, params[kind], None)
    alarm.profiles.append(dict(params))
    return {}


def _remove_profile(camera: Camera, params: Parameters) -> Json:
    alarm = _alarm(camera)
    kept = [profile for profile in alarm.profiles if profile["name"] != params.get("name")]
    if len(kept) == len(alarm.profiles):
        raise _error(_BAD_PROFILE)
    alarm.profiles[:] = kept
    return {}


# --- what it does --------------------------------------------------------------------------------


def _status(camera: Camera, params: Parameters) -> Json:
    """Return what is running; `data` is empty where nothing is (CONFIRMED, VX-SIREN-1)."""
    del params
    alarm = _alarm(camera)
    return {
        kind: [_told_operation(kind, each) for _, each in sorted(running(alarm, kind).items(), reverse=True)]
        for kind in _KINDS
        if running(alarm, kind)
    }


def _told_operation(kind: str, operation: AlarmOperation) -> Json:
    told: dict[str, Json] = {
        f"{kind}Id": operation.number,
        "pattern": operation.pattern,
        "intensity": operation.intensity,
        "priority": operation.priority,
    }
    if operation.speed is not None:
        told["speed"] = operation.speed
    if kind == "light":
        told["colors"] = [*operation.colors]
    if operation.ends_at is not None:
        told["durationLeft"] = max(0, round(operation.ends_at - time.time()))
    if operation.profile is not None:
        told["profile"] = operation.profile
    return told


def _start(camera: Camera, params: Parameters) -> Json:
    """Start a siren, a light, or what a profile says; one that runs with the same priority ends (VX-SIREN-2)."""
    alarm, wanted = _alarm(camera), params
    name = params.get("profile")
    if name is not None:
        if any(kind in params for kind in _KINDS):
            raise ApiError(2104, "Invalid parameter value specified")
        found = next((profile for profile in alarm.profiles if profile["name"] == name), None)
        if found is None:
            raise _error(_BAD_PROFILE)
        wanted = _json(found)  # type: ignore[assignment]  # a profile is an object
    started = {kind: _operation(alarm, kind, wanted[kind], name) for kind in _KINDS if kind in wanted}
    if not started:
        raise ApiError(2103, "Required parameter missing")
    for kind, operation in started.items():
        running(alarm, kind)[operation.priority] = operation
    return {f"{kind}Id": operation.number for kind, operation in started.items()}


def _operation(alarm: Alarm, kind: str, wanted: Json, profile: Json) -> AlarmOperation:
    if not isinstance(wanted, Mapping):
        raise ApiError(2104, "Invalid parameter value specified")
    pattern = next((each for each in _patterns(alarm, kind) if each.name == wanted.get("pattern")), None)
    if pattern is None:
        raise _error_of(kind, 2200)
    intensity = wanted.get("intensity", _default(kind, pattern, weak=alarm.weak_supply))
    if isinstance(intensity, bool) or intensity not in _intensities(kind, pattern, weak=alarm.weak_supply):
        raise _error_of(kind, 2202)
    priority = wanted.get("priority", _PRIORITY)
    if not isinstance(priority, int) or priority not in _PRIORITIES:
        raise _error_of(kind, 2204)
    numbers = [each.number for each in running(alarm, kind).values()]
    return AlarmOperation(
        number=max(numbers, default=0) + 1,
        pattern=pattern.name,
        intensity=int(str(intensity)),
        priority=priority,
        ends_at=_end(kind, wanted.get("duration")),
        speed=_speed(pattern, wanted.get("speed")),
        colors=_colors(pattern, wanted.get("colors")),
        profile=profile if isinstance(profile, str) else None,
    )


def _end(kind: str, duration: Json) -> float | None:
    if duration is None:
        return None
    if not isinstance(duration, Mapping):
        raise _error_of(kind, 2208)
    unit, value = duration.get("unit"), duration.get("value")
    if unit not in {"seconds", "repetitions"}:
        raise _error_of(kind, 2206)
    most = _MOST_SECONDS if unit == "seconds" else _MOST_REPETITIONS
    if not isinstance(value, int) or isinstance(value, bool) or not 0 <= value <= most:
        raise _error_of(kind, 2208)
    return time.time() + value * (1 if unit == "seconds" else _REPETITION)


def _speed(pattern: AlarmPattern, speed: Json) -> int | None:
    if speed is None:
        return pattern.speeds[0] if pattern.speeds else None
    if not isinstance(speed, int) or speed not in pattern.speeds:
        raise _error(_BAD_SPEED)
    return speed


def _colors(pattern: AlarmPattern, colors: Json) -> tuple[str, ...]:
    if colors is None:
        return pattern.colors[: pattern.least_colors]
    if not isinstance(colors, list) or not pattern.least_colors <= len(colors) <= pattern.most_colors:
        raise _error(_BAD_NUMBER_OF_COLORS)
    if any(color not in pattern.colors for color in colors):
        raise _error(_BAD_COLOR)
    return tuple(str(color) for color in colors)


def _stop(camera: Camera, params: Parameters) -> Json:
    """Stop all of some kinds, some numbers, or those of a profile; nothing to stop is an error (VX-SIREN-3)."""
    alarm, everything, profile = _alarm(camera), params.get("all"), params.get("profile")
    if everything is not None and (not isinstance(everything, list) or any(each not in _KINDS for each in everything)):
        raise _error(_BAD_KIND)
    if profile is not None and all(each["name"] != profile for each in alarm.profiles):
        raise _error(_BAD_PROFILE)
    stopped = 0
    for kind in _KINDS:
        operations = running(alarm, kind)
        for priority, each in list(operations.items()):
            of_kind = isinstance(everything, list) and kind in everything
            if of_kind or params.get(f"{kind}Id") == each.number or (profile is not None and each.profile == profile):
                del operations[priority]
                stopped += 1
    if not stopped:
        # That this is so for `all` as well is INFERRED (VX-SIREN-3): the page gives this error as an example of it.
        raise _error(_NO_SUCH_PROCESS)
    return {}


API: Final = Api(
    identifier="siren-and-light",
    name="Siren and light",
    path="siren_and_light.cgi",
    version="1.0",
    methods={
        "getCapabilities": _capabilities,
        "getStatus": _status,
        "getProfiles": _profiles,
        "start": _start,
        "stop": _stop,
        "addProfile": _add_profile,
        "removeProfile": _remove_profile,
    },
    codes=ErrorCodes(bad_json=2101, bad_parameter=2103, only_post=2101, version=2100, method=2102, forbidden=2105),
    has=lambda camera: camera.alarm is not None,
    level="operator",
)
"""Health checks, maintenance and the upload of profiles are left out."""
