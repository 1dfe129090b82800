"""A fixed camera's lens: `opticscontrol.cgi`, the part that focuses (VX-OPTICS)."""

from collections.abc import Mapping
from typing import Final

from simulator.head import Lens
from simulator.world import Camera

from .device_apis import Api, ApiError, ErrorCodes, Json, Parameters
from .ir_cut import ir_cut_of_optics, set_ir_cut_of_optics

_NO_FOCUS: Final = 1300
_INVALID: Final = 2104


def _lens(camera: Camera) -> Lens:
    lens = camera.lens
    if lens is None:  # the API is not there then
        raise ApiError(1100, "Internal error")
    return lens


def _capabilities(camera: Camera, params: Parameters) -> Json:
    del params
    lens = _lens(camera)
    names: list[Json] = [*(["focus"] if lens.focuses else []), *(["zoom"] if lens.zooms else [])]
    names += ["irCutFilter"] if camera.ir_cut_filter is not None else []
    return {"optics": [{"opticsId": "0", "capabilities": names, "maxMagnification": 2.4 if lens.zooms else 1.0}]}


def _optics(camera: Camera, params: Parameters) -> Json:
    del params
    lens = _lens(camera)
    told: dict[str, Json] = {"opticsId": "0", "magnification": 1.0, **ir_cut_of_optics(camera)}
    if lens.focuses:
        told |= {"focusPosition": lens.focus, "focusMoving": False}
    return {"numberOfOptics": 1, "optics": [told]}


def _asked(camera: Camera, params: Parameters) -> tuple[Lens, Mapping[str, Json]]:
    """Return the lens that is asked for, and what is asked of it."""
    lens, optics = _lens(camera), params.get("optics")
    if not isinstance(optics, list) or not optics:
        raise ApiError(2103, "Required parameter missing: optics")
    (first, *_) = optics
    if not isinstance(first, Mapping) or first.get("opticsId") != "0":
        raise ApiError(_INVALID, "Invalid parameter value specified", {"details": {"opticsId": "0"}})
    if not lens.focuses:
        raise ApiError(_NO_FOCUS, "Focus not found", {"details": {"opticsId": "0"}})
    return lens, first


def _autofocus(camera: Camera, params: Parameters) -> Json:
    lens, _ = _asked(camera, params)
    lens.focus, lens.focused = 0.5, lens.focused + 1
    return {}


def _set_focus(camera: Camera, params: Parameters) -> Json:
    lens, asked = _asked(camera, params)
    position = asked.get("position")
    if not isinstance(position, int | float) or not 0 <= position <= 1:
        raise ApiError(_INVALID, "Invalid parameter value specified")
    lens.focus = float(position)
    return {}


API = Api(
    identifier="optics-control",
    name="Optics Control",
    path="opticscontrol.cgi",
    version="1.2",
    methods={
        "getCapabilities": _capabilities,
        "getOptics": _optics,
        # As the examples spell it; the page's table of methods has a large F.
        "performAutofocus": _autofocus,
        "setFocus": _set_focus,
        "setIrCutFilterState": set_ir_cut_of_optics,
    },
    codes=ErrorCodes(bad_json=2101, bad_parameter=2103, only_post=2101, version=2100, method=2102, forbidden=2105),
    has=lambda camera: camera.lens is not None,
)
