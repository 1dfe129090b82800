"""The camera's JSON calls: what it can do, what it is, whether it is up (VX-JSON, VX-DISC, VX-INFO)."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from fnmatch import fnmatchcase
import json
import time
from typing import Literal

from aiohttp import web

from simulator.world import Camera

type Json = str | int | float | bool | list[Json] | Mapping[str, Json] | None
type Parameters = Mapping[str, Json]
type Method = Callable[[Camera, Parameters], Json]
"""From `params` to `data`."""
type Level = Literal["viewer", "operator", "administrator"]

_DOCUMENTATION = "https://developer.axis.com/vapix/network-video/"


class ApiError(Exception):
    """What is answered as `error`. more: what stands in it beside code and message."""

    def __init__(self, code: int, message: str, more: Parameters | None = None) -> None:
        super().__init__(message)
        self.code = code
        self.more = more or {}


_LEVELS: tuple[Level, ...] = ("viewer", "operator", "administrator")


def may(camera: Camera, level: Level) -> bool:
    """Tell whether the proxy's login to the camera has at least this level."""
    return _LEVELS.index(camera.login_level) >= _LEVELS.index(level)


@dataclass(frozen=True, slots=True)
class ErrorCodes:
    """One API's numbers for the errors all of them have."""

    bad_json: int = 4000
    bad_parameter: int = 4002
    only_post: int = 2002
    version: int = 2003
    method: int = 2004
    forbidden: int = 2001
    as_text: bool = False
    """Whether the numbers are sent as texts."""

    def error(self, refused: ApiError) -> Json:
        """Return what is sent as `error`."""
        code = str(refused.code) if self.as_text else refused.code
        return {"code": code, "message": str(refused), **refused.more}


@dataclass(frozen=True, slots=True)
class Api:
    """One JSON CGI."""

    identifier: str
    name: str
    path: str
    version: str
    methods: Mapping[str, Method]
    codes: ErrorCodes = ErrorCodes()
    errors_name_method: bool = True
    since: Mapping[str, str] = field(default_factory=dict)
    """Versions that brought methods, for those that were not in the first one."""
    has: Callable[[Camera], bool] | None = None
    """Whether a camera has this; None: each has."""
    oldest: str = "1.0"
    """The first version that is still taken."""
    level: Level = "viewer"
    method_levels: Mapping[str, Level] = field(default_factory=dict)
    """Methods that need another level than the rest."""

    def answer(self, camera: Camera, http_method: str, body: bytes) -> web.Response:
        """Answer a request: always HTTP 200, errors in the body (CONFIRMED, VX-JSON-2)."""
        context: Json = None
        method: Json = None
        try:
            request = self._parse(http_method, body)
            context, method = request.get("context"), request.get("method")
            data = self._call(camera, request)
        except ApiError as error:
            answer: dict[str, Json] = {"apiVersion": self.version, "error": self.codes.error(error)}
            if self.errors_name_method and isinstance(method, str):
                answer["method"] = method
        else:
            answer = {"apiVersion": self.version, "method": method, "data": data}
        if context is not None:
            answer["context"] = context
        return web.json_response(answer)

    def _parse(self, http_method: str, body: bytes) -> Mapping[str, Json]:
        if http_method != "POST":
            raise ApiError(self.codes.only_post, "Only POST is supported")
        try:
            request: Json = json.loads(body)
        except ValueError:
            request = None
        if not isinstance(request, dict):
            raise ApiError(self.codes.bad_json, "JSON syntax error")
        return request

    def _call(self, camera: Camera, request: Mapping[str, Json]) -> Json:
        method, params = request.get("method"), request.get("params", {})
        if not isinstance(method, str):
            raise ApiError(self.codes.bad_parameter, "Required parameter missing: method")
        if not may(camera, self.method_levels.get(method, self.level)):
            raise ApiError(self.codes.forbidden, "Access forbidden")
        if method == "getSupportedVersions":
            return {"apiVersions": [self.version]}
        version = request.get("apiVersion")
        if not isinstance(version, str):
            raise ApiError(self.codes.bad_parameter, "Required parameter missing: apiVersion")
        if not _is_offered(version, self.version) or not _is_offered(self.oldest, version):
            raise ApiError(self.codes.version, f"The requested API version is not supported: {version}")
        if method not in self.methods or not _is_offered(self.since.get(method, version), version):
            raise ApiError(self.codes.method, "Method not supported")
        if not isinstance(params, dict):
            raise ApiError(self.codes.bad_parameter, "Invalid parameter value specified")
        return self.methods[method](camera, params)


def _is_offered(asked: str, offered: str) -> bool:
    """Whether a version is of the same major number and not newer."""
    try:
        asked_major, asked_minor = (int(part) for part in asked.split("."))
        offered_major, offered_minor = (int(part) for part in offered.split("."))
    except ValueError:
        return False
    return asked_major == offered_major and asked_minor <= offered_minor


def _listed(camera: Camera) -> list[tuple[str, str, str]]:
    """Return id, version and name of what a camera says it has. One without a head may list PTZ (VX-DISC-5)."""
    edge = (("recording", "1.0", "Edge Recording"), ("recording-export", "1.1", "Export Edge Recording"))
    optional: tuple[tuple[object, tuple[str, str, str]], ...] = (
        (camera.ports and camera.port_management, ("io-port-management", "1.0", "IO Port Management")),
        (camera.firmware_management, ("fwmgr", "1.4", "Firmware Management")),
        (camera.lights or camera.light_control, ("light-control", "1.2", "Light Control")),
        (any(head.tours for head in camera.heads.values()), ("guard-tour", "1.0", "Guard Tour")),
        (camera.lens, ("optics-control", "1.2", "Optics Control")),
        (camera.temperatures, ("temperaturecontrol", "1.0", "Temperature Control")),
        (camera.alarm, ("siren-and-light", "1.0", "Siren and light")),
        (camera.media_cgi, ("media-cgi", "1.0", "Media stream over HTTP")),
        (camera.event_stream, ("event-streaming-over-websocket", "1.0", "Event streaming over WebSocket")),
        *((camera.card, each) for each in edge),
    )
    listed = [(api.identifier, api.version, api.name) for api in APIS if api.identifier not in camera.lacks]
    listed += [("param-cgi", "1.0", "Legacy Parameter Handling"), ("ptz-control", "1.0", "PTZ Control")]
    return listed + [one for there, one in optional if there]


def _api_list(camera: Camera, params: Parameters) -> Json:
    identifier, wanted_version = params.get("id", "*"), params.get("version", "*")
    if not isinstance(identifier, str) or not isinstance(wanted_version, str):
        raise ApiError(4002, "Invalid parameter value specified")
    listed = _listed(camera)
    return {
        "apiList": [
            {
                "id": one,
                "version": its_version,
                "name": name,
                "docLink": f"{_DOCUMENTATION}{one}/",
                "status": "official",
            }
            for one, its_version, name in sorted(listed)
            if fnmatchcase(one, identifier) and fnmatchcase(its_version, wanted_version)
        ]
    }


_RESTRICTED = {"Architecture", "Soc", "SocSerialNumber"}


def _properties(camera: Camera) -> dict[str, Json]:
    return {
        "Architecture": "aarch64",
        "Brand": "AXIS",
        "BuildDate": "Apr 25 2024 10:11",
        "HardwareID": "94F.2",
        "ProdFullName": camera.product_name,
        "ProdNbr": camera.model.removeprefix("AXIS "),
        "ProdShortName": camera.model,
        "ProdType": camera.product_name.removeprefix(camera.model).strip() or "Network Camera",
        "ProdVariant": "",
        "SerialNumber": camera.serial,
        "Soc": "Axis Artpec-8",
        "SocSerialNumber": f"{int(camera.serial, 16):032X}",
        "Version": camera.firmware,
        "WebURL": "http://www.axis.com",
    }


def _all_properties(camera: Camera, params: Parameters) -> Json:
    del params
    return {"propertyList": _properties(camera)}


def _unrestricted_properties(camera: Camera, params: Parameters) -> Json:
    del params
    return {"propertyList": {name: value for name, value in _properties(camera).items() if name not in _RESTRICTED}}


def _chosen_properties(camera: Camera, params: Parameters) -> Json:
    names = params.get("propertyList")
    if not isinstance(names, list):
        raise ApiError(4002, "Required parameter missing: propertyList")
    properties = _properties(camera)
    for name in names:
        if name not in properties:
            raise ApiError(1000, f"Property not supported: {name}")
    return {"propertyList": {str(name): properties[str(name)] for name in names}}


def _system_ready(camera: Camera, params: Parameters) -> Json:
    timeout = params.get("timeout", 0)
    if not isinstance(timeout, int) or timeout < 0:
        raise ApiError(1000, "Invalid parameter value specified")
    return {
        "systemready": "yes",
        "needsetup": "no",
        "uptime": str(max(0, int(time.time() - camera.started_at))),
        "bootid": camera.boot_id,
    }


def _stream_profiles(camera: Camera, params: Parameters) -> Json:
    del camera
    wanted = params.get("streamProfileName", [])
    if not isinstance(wanted, list):
        raise ApiError(2005, "Invalid parameter value specified")
    names = [one.get("name") for one in wanted if isinstance(one, Mapping)]
    profiles: list[Json] = [
        {"name": name, "description": description, "parameters": parameters}
        for name, description, parameters in STREAM_PROFILES
        if not names or name in names
    ]
    return {"streamProfile": profiles, "maxProfiles": 26}


def _view_areas(camera: Camera, params: Parameters) -> Json:
    del params
    return {
        "viewAreas": [
            {"id": 1_000_001 + 1001 * number, "source": 0, "camera": number + 1, "configurable": False}
            for number in range(camera.channels)
        ]
    }


STREAM_PROFILES = (
    ("Quality", "Best picture", "videocodec=h264&resolution=1920x1080&fps=15"),
    ("Mobile", "Small picture for phones", "videocodec=h264&resolution=640x360&fps=15"),
)

APIS = (
    Api(
        identifier="api-discovery",
        name="API Discovery Service",
        path="apidiscovery.cgi",
        version="1.0",
        methods={"getApiList": _api_list},
        errors_name_method=False,
    ),
    Api(
        identifier="basic-device-info",
        name="Basic Device Information",
        path="basicdeviceinfo.cgi",
        version="1.3",
        methods={
            "getAllProperties": _all_properties,
            "getProperties": _chosen_properties,
            "getAllUnrestrictedProperties": _unrestricted_properties,
        },
        since={"getAllUnrestrictedProperties": "1.2"},
        method_levels={"getAllProperties": "operator"},
    ),
    Api(
        identifier="systemready",
        name="Systemready",
        path="systemready.cgi",
        version="1.4",
        methods={"systemready": _system_ready},
    ),
    Api(
        identifier="stream-profiles",
        name="Stream Profiles",
        path="streamprofile.cgi",
        version="1.0",
        methods={"list": _stream_profiles},
    ),
    Api(
        identifier="view-area",
        name="View Area",
        path="viewarea/info.cgi",
        version="1.0",
        methods={"list": _view_areas},
        codes=ErrorCodes(bad_json=200, bad_parameter=200, only_post=200, version=101, method=102),
    ),
)
