"""A camera's IR cut filter, as `ptz.cgi` and `opticscontrol.cgi` set it (VX-PTZ-1, VX-OPTICS-4)."""

from typing import cast

from simulator.world import Camera, IrCut

from .device_apis import ApiError, Json, Parameters
from .lights import shine

_STATES = ("auto", "on", "off")


def set_ir_cut(camera: Camera, state: str) -> bool:
    """Set the filter; False: there is none, or no such state."""
    if camera.ir_cut_filter is None or state not in _STATES:
        return False
    camera.ir_cut_filter = cast("IrCut", state)
    shine(camera)
    return True


def ir_cut_of_optics(camera: Camera) -> dict[str, Json]:
    """Return what `getOptics` tells about the filter."""
    return {} if camera.ir_cut_filter is None else {"irCutFilterState": camera.ir_cut_filter}


def set_ir_cut_of_optics(camera: Camera, params: Parameters) -> Json:
    """Answer `setIrCutFilterState`: the filter is one for all optics here."""
    optics = params.get("optics")
    if not isinstance(optics, list) or not optics:
        raise ApiError(2103, "Required parameter missing: optics")
    for each in optics:
        if not isinstance(each, dict) or "opticsId" not in each or "irCutFilterState" not in each:
            raise ApiError(2103, "Required parameter missing: irCutFilterState")
        if not set_ir_cut(camera, str(each["irCutFilterState"])):
            details: Json = {"opticsId": each["opticsId"], "propertyName": "irCutFilterState"}
            raise ApiError(2104, "Invalid parameter value specified", {"details": details})
    return {}
