"""The configuration of a camera's analytics, and which of its apps are installed. vapix.md 10."""

from collections.abc import Mapping
import json
from xml.sax.saxutils import quoteattr

from aiohttp import web

from simulator.world import Camera

from .streams import html

type _Answer = Mapping[str, object]

_LEVELS = ("viewer", "operator", "administrator")


def may(camera: Camera, level: str) -> bool:
    """Tell whether the proxy's login to the camera has at least this level."""
    return _LEVELS.index(camera.login_level) >= _LEVELS.index(level)


async def object_analytics(request: web.Request, camera: Camera) -> web.StreamResponse:
    """Answer `objectanalytics/control.cgi`: the operator's (CONFIRMED)."""
    if not camera.scenarios:
        return html(404, "Not Found")
    if not may(camera, "operator"):
        return html(401, "Unauthorized")
    scenarios = [
        {
            "id": each.scenario_id,
            "name": each.name,
            "type": each.type,
            "devices": [{"id": each.device}],
            "triggers": [],
            "filters": [],
            "objectClassifications": [{"type": word} for word in each.classes],
            "presets": [],
        }
        for each in camera.scenarios
    ]
    configuration = {
        "devices": [{"id": 1, "type": "camera", "rotation": 0, "isActive": True}],
        "metadataOverlay": [],
        "perspectives": [],
        "scenarios": scenarios,
        "status": {},
    }
    return await _answer(request, configuration, versions=("1.0", "1.1", "1.2"), unknown=2005)


async def motion_detection(request: web.Request, camera: Camera) -> web.StreamResponse:
    """Answer `vmd/control.cgi`: the administrator's; its error codes are texts (CONFIRMED)."""
    if not camera.motion_profiles:
        return html(404, "Not Found")
    if not may(camera, "administrator"):
        return html(401, "Unauthorized")
    profiles = [
        {"uid": each.uid, "name": each.name, "camera": each.camera, "triggers": [], "filters": []}
        for each in camera.motion_profiles
    ]
    cameras = [{"id": number + 1, "rotation": 0, "active": True} for number in range(camera.channels)]
    configuration = {"cameras": cameras, "profiles": profiles, "configurationStatus": 26}
    return await _answer(request, configuration, versions=("1.2", "1.3"), unknown="2005")


async def applications(request: web.Request, camera: Camera) -> web.StreamResponse:
    """Answer `applications/list.cgi` (CONFIRMED)."""
    del request
    installed = {"objectanalytics": "AXIS Object Analytics"} if camera.scenarios else {}
    if camera.motion_profiles:
        installed["vmd"] = "AXIS Video Motion Detection"
    entries = "".join(
        f'<application Name="{name}" NiceName={quoteattr(nice)} Vendor="Axis Communications" Version="1.0-20" '
        f'ApplicationID="1" License="None" Status="Running" ConfigurationPage="local/{name}/index.html"/>'
        for name, nice in installed.items()
    )
    return web.Response(text=f'<?xml version="1.0"?><reply result="ok">{entries}</reply>', content_type="text/xml")


async def _answer(
    request: web.Request, configuration: _Answer, *, versions: tuple[str, ...], unknown: int | str
) -> web.Response:
    try:
        asked: object = json.loads(await request.read())
    except ValueError:
        asked = None
    given = asked if isinstance(asked, Mapping) else {}
    answer: dict[str, object] = {"apiVersion": given.get("apiVersion", versions[-1]), "method": given.get("method")}
    answer |= {"context": given["context"]} if "context" in given else {}
    if given.get("method") != "getConfiguration":
        answer["error"] = {"code": unknown, "message": "Method not supported"}
    elif given.get("apiVersion") not in versions:
        answer["error"] = {"code": type(unknown)(2000), "message": "Version not supported"}
    else:
        answer["data"] = configuration
    return web.json_response(answer)
