"""A camera's heads: `com/ptz.cgi`, `com/ptzconfig.cgi` and what they report (VX-PTZ, VX-PRESET).

INFERRED: texts of refusals but `query: unknown value` (VX-PTZ-7), also that a picture without a head refuses commands
(VX-PTZ-14); that all arguments are read before one takes effect, that a value within the table's range but beyond the
head's is cut to what it can, and that every command ends a guard tour (VX-PTZ-10); what `ptzconfig.cgi` answers, namely
what `ptz.cgi` does (VX-PRESET-5).
"""

import asyncio
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
import json
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
type Heads = Mapping[int, Head]

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
_OF_ALL: Final = frozenset({"presetposcam", "presetposcamdata", "attributes"})
"""Queries that take `camera=all` (CONFIRMED, VX-PTZ-1)."""


class _Refused(Exception):  # noqa: N818 - it says what happened, not that the simulator erred
    """What is answered behind `Error:`."""


def _unknown(name: str, value: str) -> _Refused:
    return _Refused(f"{name}: unknown value: {value}")


class HeadControl:
    """Answers for the heads of all cameras, and lets them report that they move."""

    def __init__(self, report: Tell | None, timers: Timers) -> None:
        self._report = report
        self._timers = timers

    async def ptz(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        """Answer `com/ptz.cgi`: 204 for what is done, 200 with `Error:` for what is refused."""
        if not camera.heads:
            return html(404, "Not Found")
        return await self._answer(request, camera, partial(_ptz, camera))

    async def config(self, request: web.Request, camera: Camera) -> web.StreamResponse:
        """Answer `com/ptzconfig.cgi`, which is the administrator's."""
        if not camera.heads:
            return html(404, "Not Found")
        if not may(camera, "administrator"):
            return html(403, "Forbidden")
        return await self._answer(request, camera, _config)

    async def _answer(
        self, request: web.Request, camera: Camera, act: Callable[[Heads, Arguments], str | None]
    ) -> web.StreamResponse:
        form = dict(parse_qsl((await request.read()).decode("latin-1"), keep_blank_values=True))
        arguments = {**request.query, **form}
        heads: Heads = {}
        try:
            heads = _asked(camera, arguments)
            text = act(heads, arguments)
        except _Refused as refused:
            text = f"Error:\r\n{refused}\r\n"
        self.tell(camera)
        await asyncio.sleep(max((head.answers_after for head in heads.values()), default=0.0))
        return web.Response(status=204) if text is None else _text(text, is_json=arguments.get("format") == "json")

    def tell(self, camera: Camera) -> None:
        """Report what has changed about the heads, now and whenever one changes by itself."""
        if self._report is None:
            return
        for report in head_reports(camera):
            if camera.event_states.get(report.state_of) != report.data:
                self._report(camera, report)
        changes = [seconds for head in camera.heads.values() if (seconds := head.changes_in) is not None]
        if changes:
            self._timers.later(min(changes), self.tell, camera)


def head_reports(camera: Camera) -> Iterator[Report]:
    """Give the events of how the heads are now. That a preset's token is its number is INFERRED (VX-TOPIC-6)."""
    for channel, head in camera.heads.items():
        moving, stands_at, of_channel = head.moving, head.preset, f"Channel_{channel}"
        source = {"PTZConfigurationToken": str(channel)}
        yield Report(f"{_EVENTS}Move/{of_channel}", {"is_moving": "1" if moving else "0"}, source)
        for number in head.presets:
            data = {"on_preset": "1" if stands_at == number else "0"}
            yield Report(f"{_EVENTS}PTZPresets/{of_channel}", data, {"PresetToken": str(number)})


def _asked(camera: Camera, arguments: Arguments) -> Heads:
    """Return the heads that a request is about, by the number of their picture; one unless it asks about all."""
    heads, asked = camera.heads, arguments.get("camera", "1")
    if arguments.get("query") == "presetposall":
        return heads
    if asked == "all":
        if arguments.get("query") in _OF_ALL or arguments.get("removeallserverpresets"):
            return heads
        raise _unknown("camera", asked)
    if not asked.isdecimal() or not 1 <= int(asked) <= max(camera.channels, *heads):
        raise _unknown("camera", asked)
    if int(asked) not in heads:
        raise _Refused("PTZ disabled")
    return {int(asked): heads[int(asked)]}


def _text(text: str, *, is_json: bool = False) -> web.Response:
    """Answer in `PTZ.ResponseEncoding`: ISO-8859-1, and UTF-8 where that does not do (CONFIRMED, VX-PTZ-8)."""
    content_type = "application/json" if is_json and text.startswith("{") else "text/plain"
    try:
        return web.Response(body=text.encode("iso-8859-1"), content_type=content_type, charset="iso-8859-1")
    except UnicodeEncodeError:
        return web.Response(body=text.encode(), content_type=content_type, charset="utf-8")


# --- ptz.cgi -------------------------------------------------------------------------------------


def _ptz(camera: Camera, heads: Heads, arguments: Arguments) -> str | None:
    head = next(iter(heads.values()))
    if arguments.get("whoami") == "1":
        return "DigitalPTZ\r\n" if head.digital else "Sensor Unit Driver\r\n"
    if not head.enabled:
        raise _Refused("PTZ disabled")
    if arguments.get("info") == "1":
        return "\r\n".join(["Available commands", ":", *(f"{{{each}}}" for each in _commands(head)), ""])
    if "query" in arguments:
        return _queried(heads, arguments)
    if (state := arguments.get("ircutfilter")) is not None:
        if not set_ir_cut(camera, state):
            raise _unknown("ircutfilter", state)
        return None
    _move(head, arguments)
    return None


def _move(head: Head, arguments: Arguments) -> None:
    if head.locked:
        raise _Refused("PTZ locked")
    speed = _number("speed", arguments.get("speed", "100"), 1, 100)
    acts = [act for name, value in arguments.items() if (act := _act(head, name, value, speed))]
    if not acts and not {"pan", "tilt", "zoom", "rpan", "rtilt", "rzoom"} & set(arguments):
        raise _Refused("no command")
    target = _target(head, arguments)
    for act in acts:
        act()
    if target is not None:
        head.go_to(target, speed)


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


def _queried(heads: Heads, arguments: Arguments) -> str:
    head, query = next(iter(heads.values())), arguments["query"]
    pose = head.pose
    lines: list[str]
    match query:
        case "position":
            lines = [f"{axis}={pose.axis(axis):.4f}" for axis in head.limits if axis != "zoom"]
            lines += [f"zoom={round(pose.zoom)}"] if "zoom" in head.limits else []
            lines += ["autofocus=on"] if head.autofocus else []
        case "limits":
            lines = [
                f"{end}{axis.capitalize()}={written(limit)}"
                for axis, limits in head.limits.items()
                for end, limit in zip(("Min", "Max"), limits, strict=True)
            ]
        case "mode":
            lines = ["mode=normal"]
        case "speed":
            lines = ["speed=100"]
        case "presetposcam" | "presetposall":
            # Their order is not promised (CONFIRMED, VX-PRESET-1): the last saved is first.
            lines = [
                line
                for channel, each in heads.items()
                for line in (
                    f"Preset Positions for camera {channel}",
                    *(f"presetposno{number}={preset.name}" for number, preset in reversed(each.presets.items())),
                )
            ]
        case "presetposcamdata" if arguments.get("format") == "json":
            return json.dumps(
                {
                    f"Camera {channel}": {"presets": [_positioned(each, number) for number in each.presets]}
                    for channel, each in heads.items()
                },
                ensure_ascii=False,
            )
        case _:
            raise _unknown("query", query)
    return "".join(f"{line}\r\n" for line in lines)


def _positioned(head: Head, number: int) -> str:
    preset = head.presets[number]
    axes = (f"{axis}={written(preset.pose.axis(axis))}" for axis in head.limits)
    return ":".join((f"presetposno{number}={preset.name}", *axes))


def written(value: float) -> str:
    """Write a number as cameras do, without a point where it needs none."""
    return str(int(value)) if value == int(value) else f"{value:.4f}"


# --- ptzconfig.cgi -------------------------------------------------------------------------------


def _config(heads: Heads, arguments: Arguments) -> None:
    head = next(iter(heads.values()))
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
        for each in heads.values():
            each.presets.clear()
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
