"""Moves one head of a camera, and manages its presets: VX-PTZ, VX-PRESET."""

from collections.abc import Mapping
from http import HTTPStatus
import math
import re
from typing import Final
from urllib.parse import urlencode

from ..transport.answers import read_aside
from ..transport.values import clean_text
from .answers import decoded, is_lines, json_of
from .errors import ProtocolError, RequestError
from .http import CameraHttp, read_answer
from .ptz_head import Axis, Motion, Preset, preset_positions, presets, values
from .shared_answer import SharedAnswer

#: Longest name of a preset, and what it may not hold. CONFIRMED (VX-PRESET-4).
MAX_PRESET_NAME: Final = 31
UNFIT_FOR_PRESET: Final = re.compile(r'["<>~:]')
_PTZ: Final = "axis-cgi/com/ptz.cgi"
#: CONFIRMED (VX-PTZ-2): a command that is done has an empty answer, 204; one that is refused 200 and `Error:`.
_ANSWERS: Final = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT})
_FORM: Final[Mapping[str, str]] = {"Content-Type": "application/x-www-form-urlencoded"}
_MAX_ANSWER: Final = 1 << 16
_ERROR: Final = re.compile(r"\s*(?:#\s*)?Error:?(.*)", re.DOTALL)
#: Degrees, and steps of zoom, within which the head is at a preset.
_NEAR: Final[Mapping[Axis, float]] = {Axis.PAN: 0.5, Axis.TILT: 0.5, Axis.ZOOM: 25.0}


class HeadControl:
    """The head of one channel. What it refuses is a `RequestError` with its words, no answer another `VapixError`.

    Attributes:
        channel: N of `camera=N` in every request.
    """

    def __init__(self, http: CameraHttp, channel: int) -> None:
        self._http = http
        self.channel: Final = channel
        # They change with the presets, which are looked for now and then, and changed from here.
        self._preset_positions = SharedAnswer(self._fetch_preset_positions, math.inf)

    # --- where it is -------------------------------------------------------------------------------

    async def presets(self) -> tuple[Preset, ...] | None:
        """Ask for the presets; None where the camera has no such thing, or does not list them now."""
        try:
            listed = await self._query({"query": "presetposcam"})
        except RequestError:
            return None
        return presets(listed)

    async def position(self) -> Mapping[Axis, float]:
        """Ask where the head looks (CONFIRMED, VX-PTZ-3): degrees, and steps of zoom."""
        found = values(await self._query({"query": "position"}))
        return {axis: found[axis] for axis in Axis if axis in found}

    async def preset_here(self) -> int | None:
        """Return the number of the preset at which the head is, by comparing positions; None: at none."""
        positions = await self._preset_positions.get()
        if not positions:
            return None
        here = await self.position()
        for number, there in positions.items():
            shared = [axis for axis in here if axis in there]
            if shared and all(abs(here[axis] - there[axis]) <= _NEAR[axis] for axis in shared):
                return number
        return None

    def forget_preset_positions(self) -> None:
        """Ask for them again when they are needed: somebody may have changed them."""
        self._preset_positions.forget()

    async def _fetch_preset_positions(self) -> Mapping[int, Mapping[str, float]]:
        text = await self._query({"query": "presetposcamdata", "format": "json"})
        if not text.strip():
            return {}
        answer = await read_aside(json_of, text.encode())
        listed = answer if isinstance(answer, dict) else {}
        of_camera = listed.get(f"Camera {self.channel}", next(iter(listed.values()), None))
        return preset_positions(of_camera.get("presets") if isinstance(of_camera, dict) else None)

    # --- moving ------------------------------------------------------------------------------------

    async def go(self, motion: Motion, where: Mapping[Axis, float], speed: int | None = None) -> None:
        """Go to degrees, and steps of zoom (CONFIRMED, VX-PTZ-1), absolute or relative; speed: 1 to 100."""
        prefix = "r" if motion is Motion.RELATIVE else ""
        query = {
            f"{prefix}{axis}": f"{round(value) if axis is Axis.ZOOM else round(value, 4):g}"
            for axis, value in where.items()
        }
        await self._command(query if speed is None else {**query, "speed": str(speed)})

    async def steer(self, speeds: Mapping[Axis, int]) -> None:
        """Move without end (CONFIRMED, VX-PTZ-1): -100 to 100 an axis. The caller has to stop it; see `stop`."""
        await self._command(_continuous(speeds))

    async def stop(self, axes: frozenset[Axis]) -> None:
        """Stop what `steer` has begun, on all of these axes."""
        await self._command(_continuous(dict.fromkeys(sorted(axes), 0)))

    async def stop_all(self) -> None:
        """Stop all that moves, by the other command that does (CONFIRMED, VX-PTZ-1)."""
        await self._command({"move": "stop"})

    async def go_home(self) -> None:
        """Go to where home is."""
        await self._command({"move": "home"})

    async def go_to_preset(self, number: int) -> None:
        """Go to a preset."""
        await self._command({"gotoserverpresetno": str(number)})

    async def focus(self) -> None:
        """Focus automatically from now on."""
        await self._command({"autofocus": "on"})

    async def with_token_held(self) -> HeadControl:
        """Return the same head, spoken to with the token that is good now, so that a renewal can't be in the way."""
        return HeadControl(await self._http.with_token_held(), self.channel)

    # --- presets -----------------------------------------------------------------------------------

    async def save_preset(self, name: str) -> None:
        """Save where the head looks (administrator; CONFIRMED, VX-PRESET-3), also again (INFERRED, VX-PRESET-5)."""
        await self._configure({"setserverpresetname": name})

    async def rename_preset(self, number: int, name: str) -> None:
        """Give a preset another name (CONFIRMED, VX-PRESET-3; administrator)."""
        await self._configure({"renameserverpresetno": str(number), "newname": name})

    async def remove_preset(self, number: int) -> None:
        """Forget a preset (CONFIRMED, VX-PRESET-3; administrator)."""
        await self._configure({"removeserverpresetno": str(number)})

    # --- requests ----------------------------------------------------------------------------------

    async def _query(self, query: Mapping[str, str]) -> str:
        return await query_ptz(self._http, query, self.channel)

    async def _command(self, query: Mapping[str, str]) -> None:
        """Send a command to the head, once.

        With POST, which is as good (CONFIRMED, VX-PTZ-13): the HTTP library sends a GET again whose answer is lost, and
        the camera would go twice as far.
        """
        body = urlencode({"camera": str(self.channel), **query}).encode()
        async with self._http.open(_PTZ, body=body, headers=_FORM, accept=_ANSWERS) as answer:
            if answer.status != HTTPStatus.NO_CONTENT:
                raise refusal(decoded(await read_answer(answer, _MAX_ANSWER)))

    async def _configure(self, query: Mapping[str, str]) -> None:
        """Change presets. INFERRED (VX-PRESET-5): it answers as commands do, or a good status with other lines."""
        path = "axis-cgi/com/ptzconfig.cgi"
        try:
            _, text = await self._http.exchange(path, {"camera": str(self.channel), **query}, accept=_ANSWERS)
        finally:
            self._preset_positions.forget()
        if _ERROR.match(text) or not is_lines(text):
            raise refusal(text)


async def query_ptz(http: CameraHttp, query: Mapping[str, str], channel: int | None = None) -> str:
    """Return what a query to `ptz.cgi` answers, about one channel or all, as text."""
    text = await http.text(_PTZ, query if channel is None else {"camera": str(channel), **query})
    if _ERROR.match(text):
        raise refusal(text)
    if not is_lines(text):
        raise ProtocolError("The answer says nothing about a head")
    return text


def _continuous(speeds: Mapping[Axis, int]) -> dict[str, str]:
    query = {}
    if Axis.PAN in speeds or Axis.TILT in speeds:
        query["continuouspantiltmove"] = f"{speeds.get(Axis.PAN, 0)},{speeds.get(Axis.TILT, 0)}"
    if Axis.ZOOM in speeds:
        query["continuouszoommove"] = str(speeds[Axis.ZOOM])
    return query


def refusal(text: str) -> RequestError | ProtocolError:
    """Return what an answer means that should be empty: `Error:`, and on the next line why (CONFIRMED, VX-PTZ-2)."""
    if match := _ERROR.match(text):
        return RequestError("The camera refused", words=clean_text(match[1]))
    return ProtocolError("The answer is neither empty nor an error")
