"""What a camera's parameters say of its heads and guard tours (VX-HEAD, VX-PRESET)."""

from collections.abc import Iterator, Mapping
import re

from simulator.head import AXES, Head
from simulator.world import Camera

from .device_apis import may
from .ptz import written

_MOTIONS = ("Absolute", "Relative", "Continuous")


def head_parameters(camera: Camera) -> dict[str, str]:
    """Return the parameters of all heads. That viewers see no `PTZ.Support` and `GuardTour` is INFERRED (VX-PTZ-12)."""
    heads = camera.heads
    if not heads:
        return {}
    digital = any(head.digital for head in heads.values())
    enabled = {channel: head.enabled for channel, head in heads.items()}
    if digital:
        # One switch for all (CONFIRMED, VX-HEAD-2).
        enabled = {1: any(enabled.values())}
    parameters = {
        "Properties.PTZ.PTZ": "yes",
        "Properties.PTZ.DigitalPTZ": "yes" if digital else "no",
        "Properties.PTZ.DriverManagement": "no",
        "PTZ.CameraDefault": "1",
        "PTZ.NbrOfCameras": str(camera.channels),
    } | {f"PTZ.ImageSource.I{channel - 1}.PTZEnabled": _true(each) for channel, each in enabled.items()}
    if not may(camera, "operator"):
        return parameters
    # A fixed camera lists its other pictures as well: that nothing moves them (CONFIRMED, VX-HEAD-7).
    for channel in range(1, camera.channels + 1) if digital else heads:
        head = heads.get(channel)
        parameters |= _supported(channel, head, has_filter=camera.ir_cut_filter is not None)
        if head is not None:
            parameters |= _of_channel(channel, head)
    if len({id(head) for head in heads.values()}) < len(heads):
        # Two pictures that turn together, and zoom together as set here (CONFIRMED, VX-HEAD-9).
        parameters["PTZ.Sync.S1.ZoomSync"] = "vapix"
    for number, (channel, head, place) in enumerate(_tours(camera)):
        parameters |= {
            f"GuardTour.G{number}.Name": head.tours[place].name,
            f"GuardTour.G{number}.CamNbr": str(channel),
            f"GuardTour.G{number}.Running": "yes" if head.running == place else "no",
        }
    return parameters


def update_tour(camera: Camera, name: str, value: str) -> bool:
    """Start or stop a guard tour; False: it is none, or can't be. CONFIRMED (VX-PRESET-6)."""
    match = re.fullmatch(r"(?:root\.)?GuardTour\.G(\d{1,3})\.Running", name, re.ASCII)
    tours = list(_tours(camera))
    if match is None or int(match[1]) >= len(tours) or value not in {"yes", "no"} or not may(camera, "operator"):
        return False
    _, head, place = tours[int(match[1])]
    if value == "yes":
        head.start_tour(place)
    elif head.running == place:
        head.stop()
    return True


def _tours(camera: Camera) -> Iterator[tuple[int, Head, int]]:
    """Give the guard tours of all heads as a camera numbers them: the channel, its head, and which of its tours."""
    seen: set[int] = set()
    for channel, head in camera.heads.items():
        if id(head) not in seen:
            yield from ((channel, head, place) for place in range(len(head.tours)))
        seen.add(id(head))


def _supported(channel: int, head: Head | None, *, has_filter: bool) -> Mapping[str, str]:
    axes = {} if head is None else head.limits
    moves = {f"{motion}{axis.capitalize()}": axis in axes for axis in AXES for motion in _MOTIONS}
    rest = {
        "AreaZoom": False,
        "AutoFocus": head is not None and head.autofocus,
        "Auxiliary": False,
        "IrCutFilter": head is not None and has_filter,
        "ServerPreset": head is not None,
    }
    return {f"PTZ.Support.S{channel}.{name}": _true(there) for name, there in {**moves, **rest}.items()}


def _of_channel(channel: int, head: Head) -> dict[str, str]:
    parameters = {f"PTZ.Various.V{channel}.{axis.capitalize()}Enabled": "true" for axis in head.limits}
    parameters |= {
        f"PTZ.Limit.L{channel}.{end}{axis.capitalize()}": written(limit)
        for axis, limits in head.limits.items()
        for end, limit in zip(("Min", "Max"), limits, strict=True)
    }
    return {**parameters, f"PTZ.Various.V{channel}.Locked": _true(head.locked)}


def _true(value: bool) -> str:
    return "true" if value else "false"
