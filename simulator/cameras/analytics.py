"""A camera's analytics: which apps are installed, and what they are set to look for (VX-APP)."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from xml.sax.saxutils import quoteattr

from aiohttp import web

from simulator.world import Camera

from .device_apis import Api, ApiError, ErrorCodes, Json, Parameters

_MISSING, _INVALID = 2003, 2004
_CODES = ErrorCodes(bad_json=1000, bad_parameter=_MISSING, only_post=2002, version=2000, method=2005)
"""CONFIRMED as numbers of Object Analytics; which is for no JSON, and which for a level, is UNKNOWN (VX-APP-6).

Motion Detection: that its numbers may be texts is CONFIRMED, which there are INFERRED (VX-APP-8).
"""


def camera_alarm(camera: Camera, scenario_id: int) -> None:
    """Somebody has asked a scenario for a test alarm. No event is reported for it."""
    del camera, scenario_id


def _object_configuration(camera: Camera, params: Parameters) -> Json:
    del params
    return {
        "devices": [
            {"id": number + 1, "type": "camera", "rotation": 0, "isActive": True} for number in range(camera.channels)
        ],
        "metadataOverlay": [],
        "perspectives": [],
        "scenarios": [
            {
                "id": scenario.scenario_id,
                "name": scenario.name,
                "type": scenario.type,
                "devices": [{"id": scenario.device}],
                "triggers": [],
                "filters": [],
                "objectClassifications": [{"type": word} for word in scenario.classes],
                "presets": [],
            }
            for scenario in camera.scenarios
        ],
        "status": {},
    }


def _counts(wanted: str) -> Callable[[Camera, Parameters], Json]:
    def counts(camera: Camera, params: Parameters) -> Json:
        """Answer what a scenario of a type has counted (VX-COUNT-8)."""
        if "scenario" not in params:
            raise ApiError(_MISSING, "Required parameter missing: scenario")
        for scenario in camera.scenarios:
            if scenario.scenario_id == params["scenario"] and scenario.type.lower() == wanted:
                if scenario.counted is None:
                    raise ApiError(_CODES.method, "Requested method is not supported")
                of_classes = {name: str(number) for name, number in scenario.counted.items()}
                total = str(sum(scenario.counted.values()))
                return {"timeStamp": "2026-11-29T12:00:00Z", "total": total, **of_classes}
        raise ApiError(_INVALID, "Invalid parameter value specified: scenario")

    return counts


def _send_alarm(camera: Camera, params: Parameters) -> Json:
    if "scenario" not in params:
        raise ApiError(_MISSING, "Required parameter missing: scenario")
    for scenario in camera.scenarios:
        if scenario.scenario_id == params["scenario"]:
            camera_alarm(camera, scenario.scenario_id)
            return {}
    raise ApiError(_INVALID, "Invalid parameter value specified: scenario")


def _motion_configuration(camera: Camera, params: Parameters) -> Json:
    del params
    profiles: Sequence[Json] = [
        {"uid": profile.uid, "name": profile.name, "camera": profile.camera, "triggers": [], "filters": []}
        for profile in camera.motion_profiles
    ]
    cameras: Sequence[Json] = [{"id": number + 1, "rotation": 0, "active": True} for number in range(camera.channels)]
    return {"cameras": [*cameras], "profiles": [*profiles], "configurationStatus": 26}


APPS = (
    Api(
        identifier="objectanalytics",
        name="AXIS Object Analytics",
        path="local/objectanalytics/control.cgi",
        version="1.2",
        methods={
            "getConfiguration": _object_configuration,
            "sendAlarmEvent": _send_alarm,
            "getAccumulatedCounts": _counts("crosslinecounting"),
            "getOccupancy": _counts("occupancyinarea"),
        },
        codes=_CODES,
        has=lambda camera: bool(camera.scenarios),
        level="operator",
    ),
    Api(
        identifier="vmd",
        name="AXIS Video Motion Detection",
        path="local/vmd/control.cgi",
        version="1.3",
        methods={"getConfiguration": _motion_configuration},
        codes=replace(_CODES, as_text=True),
        has=lambda camera: bool(camera.motion_profiles),
        oldest="1.2",
        level="administrator",
    ),
)
"""Apps that a camera may have, each installed if it has something to look for."""


async def applications(request: web.Request, camera: Camera) -> web.StreamResponse:
    """Answer `applications/list.cgi` (CONFIRMED, VX-APP-1)."""
    del request
    entries = "".join(
        f'<application Name="{app.identifier}" NiceName={quoteattr(app.name)} Vendor="Axis Communications" '
        f'Version="1.0-20" ApplicationID="{number}" License="None" Status="Running" '
        f'ConfigurationPage="local/{app.identifier}/index.html"/>'
        for number, app in enumerate(APPS, start=1)
        if app.has is not None and app.has(camera)
    )
    return web.Response(text=f'<?xml version="1.0"?><reply result="ok">{entries}</reply>', content_type="text/xml")
