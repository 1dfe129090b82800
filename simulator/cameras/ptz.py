"""A camera's head: `com/ptz.cgi`, `com/ptzconfig.cgi`, its parameters and what it reports (VX-PTZ, VX-PRESET).

INFERRED: texts of refusals but `query: unknown value` (VX-PTZ-7); that all arguments are read before one takes effect,
that a value within the table's range but beyond the head's is cut to what it can, and that every command ends a guard
tour (VX-PTZ-10); what `ptzconfig.cgi` answers, namely what `ptz.cgi` does (VX-PRESET-5); that viewers don't see
`PTZ.Support` and `GuardTour` (VX-PTZ-12).
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
import re
from typing import Final
from urllib.parse import parse_qsl

from aiohttp import web

from simulator.events import Report, Tell
from simulator.head import Head, Pose, Preset
from simulator.timers import Timers
from simulator.world import Camera

from .device_apis import may
from .ir_cut import set_ir_cut
from .streams import html

type Arguments = Mapping[str, str]
type Act = Callable[[], None]

_EVENTS: Final = "tns1:PTZController/tnsaxis:"
_LONGEST_NAME: Final = 31
_UNFIT: Final = re.compile(r'["<>~:]')
_STEP: Final = 10.0
"""Degrees that `move=left` and the like go."""
_DIRECTIONS: Final = {
    "up": (0, 1), "down": (0, -1), "left": (-1, 0), "right": (1, 0),
    "upleft": (-1, 1), "upright": (1, 1), "downleft": (-1, -1), "downright": (1, -1),
}  # fmt: skip
_RANGES: Final = {
    "pan": 180.0, "tilt": 180.0, "rpan": 360.0, "rtilt": 360.0, "rzoom": 9999.0,
    "continuouszoommove": 100.0, "continuousfocusmove": 100.0,
}  # fmt: skip
"""Largest values either way."""
_BESIDE: Final = frozenset(
    {"camera", "speed", "proportionalspeed", "imagewidth", "imageheight", "imagerotation", "timestamp", "format",
     "DEVICE_ACCESS_TOKEN"}
)  # fmt: skip
"""Arguments that move nothing themselves."""


class _Refused(Exception):  # noqa: N818 - it says what happened, not that the simulator erred
    """What is answered behind `Error:`."""


def _unknown(name: str, value: str) -> _Refused:
    return _Refused(f"{name}: unknown value: {value}")


class Heads:
    """Answers for the heads of all cameras, and lets them report that they move."""

    def __init__(self, report: Tell | None, timers: Timers) -> None:
        self._report = report
        self._timers = timers

    async def ptz(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        """Answer `com/ptz.cgi`: 204 for what is done, 200 with `Error:` for what is refused."""
        head = camera.head
        if head is None:
            return html(404, "Not Found")
        return await self._answer(request, camera, partial(_ptz, camera, head))

    async def config(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        """Answer `com/ptzconfig.cgi`, which is the administrator's."""
        head = camera.head
        if head is None:
            return html(404, "Not Found")
        if not may(camera, "administrator"):
            return html(403, "Forbidden")
        return await self._answer(request, camera, partial(_config, head))

    async def _answer(
        self, request: web.Request, camera: Camera, act: Callable[[Arguments], str | None]
    ) -> web.StreamResponse:
        form = dict(parse_qsl((await request.read()).decode("latin-1"), keep_blank_values=True))
        arguments = {**request.query, **form}
        try:
            if (asked := arguments.get("camera", "1")) not in {"1", "all"}:
                raise _unknown("camera", asked)
            text = act(arguments)
        except _Refused as refused:
            text = f"Error:\r\n{refused}\r\n"
        self.tell(camera)
        if camera.head is not None:
            await asyncio.sleep(camera.head.answers_after)
        return web.Response(status=204) if text is None else _text(text, json=arguments.get("format") == "json")

    def tell(self, camera: Camera) -> None:
        """Report what has changed about a head, now and whenever it changes by itself."""
        if camera.head is None or self._report is None:
            return
        for report in head_reports(camera):
            if camera.event_states.get(report.state_of) != report.data:
                self._report(camera, report)
        if (seconds := camera.head.changes_in) is not None:
            self._timers.later(seconds, self.tell, camera)


def head_reports(camera: Camera) -> Iterator[Report]:
    """Give the events of how a head is now. That a preset's token is its number is INFERRED (VX-TOPIC-6)."""
    head = camera.head
    if head is None:
        return
    moving, stands_at = head.moving, head.preset
    yield Report(f"{_EVENTS}Move/Channel_1", {"is_moving": "1" if moving else "0"}, {"PTZConfigurationToken": "1"})
    for number in head.presets:
        data = {"on_preset": "1" if stands_at == number else "0"}
        yield Report(f"{_EVENTS}PTZPresets/Channel_1", data, {"PresetToken": str(number)})


def _text(text: str, *, json: bool = False) -> web.Response:
    """Answer in `PTZ.ResponseEncoding`: ISO-8859-1, and UTF-8 where that does not do (CONFIRMED, VX-PTZ-8)."""
    content_type = "application/json" if json and text.startswith("{") else "text/plain"
    try:
        return web.Response(body=text.encode("iso-8859-1"), content_type=content_type, charset="iso-8859-1")
    except UnicodeEncodeError:
        return web.Response(body=text.encode(), content_type=content_type, charset="utf-8")


# --- ptz.cgi -------------------------------------------------------------------------------------


def _ptz(camera: Camera, head: Head, arguments: Arguments) -> str | None:
    if arguments.get("whoami") == "1":
        return "DigitalPTZ\r\n" if head.digital else "Sensor Unit Driver\r\n"
    if not head.enabled:
        raise _Refused("PTZ disabled")
    if arguments.get("info") == "1":
        return "\r\n".join(["Available commands", ":", *(f"{{{each}}}" for each in _commands(head)), ""])
    if "query" in arguments:
        return _queried(head, arguments)
    if (state := arguments.get("ircutfilter")) is not None:
        if not set_ir_cut(camera, state):
            raise _unknown("ircutfilter", state)
        return None
    speed = _number("speed", arguments.get("speed", "100"), 1, 100)
    acts = [act for name, value in arguments.items() if (act := _act(head, name, value, speed))]
    if not acts and not {"pan", "tilt", "zoom", "rpan", "rtilt", "rzoom"} & set(arguments):
        raise _Refused("no command")
    target = _target(head, arguments)
    for act in acts:
        act()
    if target is not None:
        head.go_to(target, speed)
    return None


def _act(head: Head, name: str, value: str, speed: float) -> Act | None:
    """Read one argument, and return what it does; None: it says something about another one, or where to go."""
    match name:
        case "continuouspantiltmove":
            return partial(head.steer, _steered(head, name, value))
        case "continuouszoommove" if "zoom" in head.limits:
            return partial(head.steer, {"zoom": _number(name, value, -100, 100)})
        case "move":
            return head.stop if value == "stop" else partial(head.go_to, _place(head, value), speed)
        case "gotoserverpresetname" | "gotoserverpresetno":
            return partial(head.go_to, head.presets[_preset(head, name, value)].pose, speed)
        case "autofocus" if head.autofocus and value in {"on", "off"}:
            return partial(_focus, head) if value == "on" else _nothing
        case _ if name in _BESIDE or name in _wheres(head):
            return None
        case _:
            raise _unknown(name, value)


def _place(head: Head, direction: str) -> Pose:
    """Return where `move` goes."""
    if direction == "home":
        return head.presets.get(head.home, Preset("Home")).pose
    if direction not in _DIRECTIONS or not {"pan", "tilt"} <= set(head.limits):
        raise _unknown("move", direction)
    pose, (pan, tilt) = head.pose, _DIRECTIONS[direction]
    return Pose(pose.pan + _STEP * pan, pose.tilt + _STEP * tilt, pose.zoom)


def _wheres(head: Head) -> set[str]:
    return {*head.limits, *(f"r{axis}" for axis in head.limits)}


def _steered(head: Head, name: str, value: str) -> dict[str, float]:
    speeds = value.split(",")
    if len(speeds) != len(("pan", "tilt")):
        raise _unknown(name, value)
    read = {axis: _number(name, each, -100, 100) for axis, each in zip(("pan", "tilt"), speeds, strict=True)}
    if any(speed and axis not in head.limits for axis, speed in read.items()):
        raise _unknown(name, value)
    return {axis: speed for axis, speed in read.items() if axis in head.limits}


def _target(head: Head, arguments: Arguments) -> Pose | None:
    """Return where to go, if the arguments tell; what they leave out stays."""
    pose = head.pose
    axes = {axis: pose.axis(axis) for axis in ("pan", "tilt", "zoom")}
    moved = False
    for axis in head.limits:
        if (value := arguments.get(axis)) is not None:
            least, most = (1, 19_999) if axis == "zoom" else (-_RANGES[axis], _RANGES[axis])
            axes[axis], moved = _number(axis, value, least, most), True
        if (value := arguments.get(f"r{axis}")) is not None:
            most = _RANGES[f"r{axis}"]
            axes[axis], moved = axes[axis] + _number(f"r{axis}", value, -most, most), True
    return Pose(**axes) if moved else None


def _number(name: str, value: str, least: float, most: float) -> float:
    if not re.fullmatch(r"[+-]?\d{1,6}(\.\d{1,6})?", value, re.ASCII) or not least <= float(value) <= most:
        raise _unknown(name, value)
    return float(value)


def _preset(head: Head, name: str, value: str) -> int:
    """Return the number of a preset that is named, or numbered."""
    for number, preset in head.presets.items():
        if value == (str(number) if name.endswith("no") else preset.name):
            return number
    raise _unknown(name, value)


def _focus(head: Head) -> None:
    head.focused += 1


def _nothing() -> None:
    """There is nothing to do."""


def _commands(head: Head) -> Sequence[str]:
    """Return the lines of `info=1`; what follows the equals signs is INFERRED (VX-PTZ-6)."""
    commands = ["camera=[n]", "whoami=yes", "info=yes", "move=home|stop", "gotoserverpresetname=name"]
    for axis in head.limits:
        commands += [f"{axis}=n", f"r{axis}=n"]
    commands += ["continuouspantiltmove=x-speed,y-speed"] if "pan" in head.limits else []
    commands += ["continuouszoommove=speed"] if "zoom" in head.limits else []
    return [*commands, *(["autofocus=on|off"] if head.autofocus else [])]


def _queried(head: Head, arguments: Arguments) -> str:
    pose, query = head.pose, arguments["query"]
    lines: list[str]
    match query:
        case "position":
            lines = [f"{axis}={pose.axis(axis):.4f}" for axis in head.limits if axis != "zoom"]
            lines += [f"zoom={round(pose.zoom)}"] if "zoom" in head.limits else []
            lines += ["autofocus=on"] if head.autofocus else []
        case "limits":
            lines = [
                f"{end}{axis.capitalize()}={_written(limit)}"
                for axis, limits in head.limits.items()
                for end, limit in zip(("Min", "Max"), limits, strict=True)
            ]
        case "mode":
            lines = ["mode=normal"]
        case "speed":
            lines = ["speed=100"]
        case "presetposcam" | "presetposall":
            lines = ["Preset Positions for camera 1"]
            # Their order is not promised (CONFIRMED, VX-PRESET-1): the last saved is first.
            lines += [f"presetposno{number}={preset.name}" for number, preset in reversed(head.presets.items())]
        case "presetposcamdata" if arguments.get("format") == "json":
            presets = ",".join(
                f'"presetposno{number}={preset.name}:'
                + ":".join(f"{axis}={_written(preset.pose.axis(axis))}" for axis in head.limits)
                + '"'
                for number, preset in head.presets.items()
            )
            return f'{{"Camera 1":{{"presets":[{presets}]}}}}'
        case _:
            raise _unknown("query", query)
    return "".join(f"{line}\r\n" for line in lines)


def _written(value: float) -> str:
    return str(int(value)) if value == int(value) else f"{value:.4f}"


# --- ptzconfig.cgi -------------------------------------------------------------------------------


def _config(head: Head, arguments: Arguments) -> None:
    if (name := arguments.get("setserverpresetname")) is not None:
        taken = [number for number, preset in head.presets.items() if preset.name == name]
        _save(head, taken[0] if taken else max(head.presets, default=0) + 1, _fit("setserverpresetname", name))
    elif (number := arguments.get("setserverpresetno")) is not None:
        place = _preset(head, "setserverpresetno", number)
        _save(head, place, head.presets[place].name)
    elif (number := arguments.get("renameserverpresetno")) is not None:
        place, name = _preset(head, "renameserverpresetno", number), _fit("newname", arguments.get("newname", ""))
        if any(preset.name == name for preset in head.presets.values()):
            raise _Refused(f"newname: {name} is in use")
        head.presets[place] = Preset(name, head.presets[place].pose)
    elif (name := arguments.get("removeserverpresetname")) is not None:
        del head.presets[_preset(head, "removeserverpresetname", name)]
    elif (number := arguments.get("removeserverpresetno")) is not None:
        del head.presets[_preset(head, "removeserverpresetno", number)]
    elif arguments.get("removeallserverpresets") == "yes":
        head.presets.clear()
    else:
        raise _Refused("no command")
    if arguments.get("home") == "yes":
        head.home = max(head.presets, default=0)


def _save(head: Head, number: int, name: str) -> None:
    head.presets[number] = Preset(name, head.pose)


def _fit(argument: str, name: str) -> str:
    if not 0 < len(name) <= _LONGEST_NAME or _UNFIT.search(name):
        raise _unknown(argument, name)
    return name


# --- parameters ----------------------------------------------------------------------------------


def head_parameters(camera: Camera) -> dict[str, str]:
    """Return the parameters of a head; names of guard tours' parameters but `Running` are INFERRED (VX-PRESET-6)."""
    head = camera.head
    if head is None:
        return {}
    parameters = {
        "Properties.PTZ.PTZ": "yes",
        "Properties.PTZ.DigitalPTZ": "yes" if head.digital else "no",
        "Properties.PTZ.DriverManagement": "no",
        "PTZ.CameraDefault": "1",
        "PTZ.ImageSource.I0.PTZEnabled": "true" if head.enabled else "false",
    }
    if not may(camera, "operator"):
        return parameters
    for axis, limits in head.limits.items():
        name = axis.capitalize()
        parameters |= {f"PTZ.Support.S1.{kind}{name}": "true" for kind in ("Absolute", "Relative", "Continuous")}
        parameters |= {f"PTZ.Various.V1.{name}Enabled": "true"}
        parameters |= {
            f"PTZ.Limit.L1.{end}{name}": _written(limit) for end, limit in zip(("Min", "Max"), limits, strict=True)
        }
    parameters |= {
        "PTZ.Support.S1.AreaZoom": "false",
        "PTZ.Support.S1.AutoFocus": "true" if head.autofocus else "false",
        "PTZ.Support.S1.Auxiliary": "false",
        "PTZ.Support.S1.IrCutFilter": "true" if camera.ir_cut_filter is not None else "false",
        "PTZ.Support.S1.ServerPreset": "true",
        "PTZ.Various.V1.Locked": "false",
    }
    for place, tour in enumerate(head.tours):
        parameters |= {
            f"GuardTour.G{place}.Name": tour.name,
            f"GuardTour.G{place}.CamNbr": "1",
            f"GuardTour.G{place}.Running": "yes" if place == head.running else "no",
        }
    return parameters


def update_tour(camera: Camera, name: str, value: str) -> bool:
    """Start or stop a guard tour; False: it is none, or can't be. CONFIRMED (VX-PRESET-6)."""
    match = re.fullmatch(r"(?:root\.)?GuardTour\.G(\d{1,3})\.Running", name, re.ASCII)
    head = camera.head
    if head is None or match is None or int(match[1]) >= len(head.tours) or value not in {"yes", "no"}:
        return False
    if not may(camera, "operator"):
        return False
    place = int(match[1])
    if value == "yes":
        head.start_tour(place)
    elif head.running == place:
        head.stop()
    return True
