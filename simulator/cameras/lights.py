"""A camera's illuminators: `lightcontrol.cgi`, and how bright they make it (VX-LIGHT)."""

from collections.abc import Callable, Iterator, Mapping
from typing import Final

from simulator.equipment import Light
from simulator.events import Report, Tell
from simulator.world import Camera

from .device_apis import Api, ApiError, ErrorCodes, Json, Parameters

_TOPIC: Final = "tns1:Device/tnsaxis:Light/Status"
_NOT_SUPPORTED, _NO_SUCH_LIGHT, _BAD_INTENSITY, _NO_HARDWARE = 1001, 1002, 1003, 1005
_FILTER_IN_THE_WAY, _DISABLED = 1008, 1009
_MESSAGES: Final[Mapping[int, str]] = {
    _NOT_SUPPORTED: "Method call not supported by the device.",
    _NO_SUCH_LIGHT: "Provided lightID parameter is not valid for the device.",
    _BAD_INTENSITY: "Provided intensity level is out of the supported range.",
    _NO_HARDWARE: "No light hardware found, could not complete request.",
    1006: "Wrong POE class, could not complete request.",
    _FILTER_IN_THE_WAY: "Could not update IR cut filter.",
    _DISABLED: "The light group is turned off and can't be activated.",
}


def shine(camera: Camera) -> None:
    """Let the lights that are on make the camera's surroundings bright, infrared ones where the filter lets it in."""
    shining = [
        light for light in camera.lights if light.on and not (light.kind == "IR" and camera.ir_cut_filter == "on")
    ]
    camera.illumination = max((_brightness(light, camera) for light in shining), default=0.0)


def let_night_fall(camera: Camera, *, night: bool) -> None:
    """Make it dark or light before a camera; lights that follow day and night do so, as long as they are enabled."""
    camera.night = night
    for light in camera.lights:
        if light.synchronized:
            light.on = night and light.enabled
    shine(camera)


def light_reports(camera: Camera) -> Iterator[Report]:
    """Give the event of each light's state: light `led0` is "0", states are ON and OFF (CONFIRMED, VX-LIGHT-6)."""
    for number, light in enumerate(camera.lights):
        yield _report(number, light)


def _report(number: int, light: Light) -> Report:
    return Report(_TOPIC, {"state": "ON" if light.on else "OFF"}, {"id": str(number)})


def _brightness(light: Light, camera: Camera) -> float:
    most = max((high for _, high in light.ranges), default=0)
    return min(1.0, _current(light, camera) / most) if most else 1.0


def _current(light: Light, camera: Camera) -> int:
    """Return the intensity now. What an automatic light chooses is made up: much at night, little by day."""
    if not light.automatic:
        return light.intensity
    most = max((high for _, high in light.ranges), default=0)
    return most * 4 // 5 if camera.night else most // 5


# --- lightcontrol.cgi ----------------------------------------------------------------------------


def _error(code: int) -> ApiError:
    return ApiError(code, _MESSAGES[code])


def _information(camera: Camera, params: Parameters) -> Json:
    del params
    if not camera.lights:
        raise _error(_NO_HARDWARE)
    return {
        "items": [
            {
                "lightID": f"led{number}",
                "lightType": light.kind,
                "enabled": light.enabled,
                "synchronizeDayNightMode": light.synchronized,
                "lightState": light.on,
                "automaticIntensityMode": light.automatic,
                "automaticAngleOfIlluminationMode": False,
                "nrOfLEDs": max(1, len(light.leds)),
                "error": light.fault is not None,
                "errorInfo": "" if light.fault is None else _MESSAGES[light.fault],
            }
            for number, light in enumerate(camera.lights)
        ]
    }


def _capabilities(camera: Camera, params: Parameters) -> Json:
    """Return what each light can do, and the deprecated values for all (INFERRED, VX-LIGHT-10)."""
    del params
    each = [{"lightID": f"led{number}", **_abilities(light)} for number, light in enumerate(camera.lights)]
    return {**_abilities(camera.lights[0] if camera.lights else Light(ranges=(), has_automatic=False)),
            "capabilities": [*each]}  # fmt: skip


def _abilities(light: Light) -> dict[str, Json]:
    return {
        "automaticIntensitySupport": light.has_automatic,
        "manualIntensitySupport": bool(light.ranges),
        "individualIntensitySupport": bool(light.leds),
        "getCurrentIntensitySupport": light.reports_intensity,
        "manualAngleOfIlluminationSupport": False,
        "automaticAngleOfIlluminationSupport": False,
        "dayNightSynchronizeSupport": True,
        "multiIRWaveLengthSupport": False,
    }


type _LightMethod = Callable[[Camera, Light, Parameters], Json]


def _of_light(method: _LightMethod, tell: Tell | None) -> Callable[[Camera, Parameters], Json]:
    """Make a method that is for the light which `lightID` names; what changes by it is reported."""

    def answer(camera: Camera, params: Parameters) -> Json:
        if "lightID" not in params:
            raise ApiError(4002, "Required parameter missing: lightID")
        if not camera.lights:
            raise _error(_NO_HARDWARE)
        names = [f"led{number}" for number in range(len(camera.lights))]
        if params["lightID"] not in names:
            raise _error(_NO_SUCH_LIGHT)
        number = names.index(str(params["lightID"]))
        light = camera.lights[number]
        if light.fault is not None:
            raise _error(light.fault)
        before = light.on
        answered = method(camera, light, params)
        shine(camera)
        if light.on is not before and tell is not None:
            tell(camera, _report(number, light))
        return answered

    return answer


def _activate(camera: Camera, light: Light, params: Parameters) -> Json:
    """Turn a light on, unless it is disabled, or an infrared one whose light the filter would block (VX-LIGHT-4)."""
    del params
    if not light.enabled:
        raise _error(_DISABLED)
    if light.kind == "IR" and camera.ir_cut_filter == "on":
        raise _error(_FILTER_IN_THE_WAY)
    light.on = True
    return {}


def _deactivate(camera: Camera, light: Light, params: Parameters) -> Json:
    del camera, params
    light.on = False
    return {}


def _enable(camera: Camera, light: Light, params: Parameters) -> Json:
    del camera, params
    light.enabled = True
    return {}


def _disable(camera: Camera, light: Light, params: Parameters) -> Json:
    del camera, params
    light.enabled = light.on = False
    return {}


def _status(camera: Camera, light: Light, params: Parameters) -> Json:
    del camera, params
    return {"status": light.on}


def _set_automatic(camera: Camera, light: Light, params: Parameters) -> Json:
    del camera
    if not light.has_automatic:
        raise _error(_NOT_SUPPORTED)
    light.automatic = _flag(params)
    return {}


def _valid_intensity(camera: Camera, light: Light, params: Parameters) -> Json:
    del camera, params
    if not light.ranges:
        raise _error(_NOT_SUPPORTED)
    return {"ranges": [{"low": low, "high": high} for low, high in light.ranges]}


def _set_intensity(camera: Camera, light: Light, params: Parameters) -> Json:
    """Take an intensity. While a light chooses its own, that is kept for later (INFERRED, VX-LIGHT-8)."""
    del camera
    light.intensity = _intensity(light, params)
    return {}


def _get_intensity(camera: Camera, light: Light, params: Parameters) -> Json:
    del camera, params
    if not light.ranges:
        raise _error(_NOT_SUPPORTED)
    return {"intensity": light.intensity}


def _current_intensity(camera: Camera, light: Light, params: Parameters) -> Json:
    del params
    if not light.reports_intensity:
        raise _error(_NOT_SUPPORTED)
    return {"intensity": _current(light, camera) if light.on else 0}


def _set_individual(camera: Camera, light: Light, params: Parameters) -> Json:
    del camera
    light.leds[_led(light, params)] = _intensity(light, params)
    return {}


def _get_individual(camera: Camera, light: Light, params: Parameters) -> Json:
    del camera
    return {"intensity": light.leds[_led(light, params)]}


def _set_synchronized(camera: Camera, light: Light, params: Parameters) -> Json:
    light.synchronized = _flag(params)
    if light.synchronized:
        light.on = camera.night and light.enabled
    return {}


def _get_synchronized(camera: Camera, light: Light, params: Parameters) -> Json:
    del camera, params
    return {"synchronize": light.synchronized}


def _unsupported(camera: Camera, light: Light, params: Parameters) -> Json:
    del camera, light, params
    raise _error(_NOT_SUPPORTED)


def _flag(params: Parameters) -> bool:
    enabled = params.get("enabled")
    if not isinstance(enabled, bool):
        raise ApiError(4002, "Invalid parameter value specified: enabled")
    return enabled


def _intensity(light: Light, params: Parameters) -> int:
    if not light.ranges:
        raise _error(_NOT_SUPPORTED)
    intensity = params.get("intensity")
    if not isinstance(intensity, int) or isinstance(intensity, bool):
        raise ApiError(4002, "Invalid parameter value specified: intensity")
    if not any(low <= intensity <= high for low, high in light.ranges):
        raise _error(_BAD_INTENSITY)
    return intensity


def _led(light: Light, params: Parameters) -> int:
    number = params.get("LEDID")
    if not light.leds:
        raise _error(_NOT_SUPPORTED)
    if not isinstance(number, int) or number not in light.leds:
        raise ApiError(4002, "Invalid parameter value specified: LEDID")
    return number


_LIGHT_METHODS: Final[Mapping[str, _LightMethod]] = {
    "activateLight": _activate,
    "deactivateLight": _deactivate,
    "enableLight": _enable,
    "disableLight": _disable,
    "getLightStatus": _status,
    "setAutomaticIntensityMode": _set_automatic,
    "getValidIntensity": _valid_intensity,
    "setManualIntensity": _set_intensity,
    "getManualIntensity": _get_intensity,
    "getCurrentIntensity": _current_intensity,
    "setIndividualIntensity": _set_individual,
    "getIndividualIntensity": _get_individual,
    # The page's table says one, its example and PyPI `axis` the other.
    **dict.fromkeys(("setLightSynchronizeDayNightMode", "setLightSynchronizationDayNightMode"), _set_synchronized),
    **dict.fromkeys(("getLightSynchronizeDayNightMode", "getLightSynchronizationDayNightMode"), _get_synchronized),
    # No light here turns its beam or changes its colour.
    **dict.fromkeys(
        (
            "setAutomaticAngleOfIlluminationMode",
            "getValidAngleOfIllumination",
            "setManualAngleOfIllumination",
            "getManualAngleOfIllumination",
            "getCurrentAngleOfIllumination",
            "getValidIRWavelengths",
            "setIRWavelength",
            "getIRWavelength",
        ),
        _unsupported,
    ),
}


def api(tell: Tell | None) -> Api:
    """Return the JSON call; it may be there without any lights (VX-LIGHT-5). None: no changes are reported."""
    return Api(
        identifier="light-control",
        name="Light Control",
        path="lightcontrol.cgi",
        version="1.2",
        methods={
            "getServiceCapabilities": _capabilities,
            "getLightInformation": _information,
            **{name: _of_light(method, tell) for name, method in _LIGHT_METHODS.items()},
        },
        codes=ErrorCodes(version=7000),
        since=dict.fromkeys(("getValidIRWavelengths", "setIRWavelength", "getIRWavelength"), "1.2"),
        has=lambda camera: bool(camera.lights) or camera.light_control,
        level="operator",
    )


def light_parameters(camera: Camera) -> dict[str, str]:
    """Return the parameter that tells whether there is this API."""
    return {"Properties.LightControl.LightControl2": "yes" if camera.lights or camera.light_control else "no"}
