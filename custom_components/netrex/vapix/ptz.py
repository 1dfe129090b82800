"""Moves a camera's head: VX-PTZ, VX-PRESET."""

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
from .ptz_head import (
    Axis,
    Motion,
    Preset,
    PtzHead,
    abilities_of_commands,
    abilities_of_parameters,
    has_head,
    is_digital,
    limits,
    preset_positions,
    presets,
    running_tours,
    tours,
    values,
)
from .shared_answer import SharedAnswer

#: Longest name of a preset, and what it may not hold. CONFIRMED (VX-PRESET-4).
MAX_PRESET_NAME: Final = 31
UNFIT_FOR_PRESET: Final = re.compile(r'["<>~:]')
#: Cameras with several heads are not supported: only the first channel's.
_CHANNEL: Final = {"camera": "1"}
#: CONFIRMED (VX-PTZ-2): a command that is done has an empty answer, 204; one that is refused 200 and `Error:`.
_ANSWERS: Final = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT})
_FORM: Final[Mapping[str, str]] = {"Content-Type": "application/x-www-form-urlencoded"}
_MAX_ANSWER: Final = 1 << 16
_ERROR: Final = re.compile(r"\s*(?:#\s*)?Error:?(.*)", re.DOTALL)
#: Degrees, and steps of zoom, within which the head is at a preset.
_NEAR: Final[Mapping[Axis, float]] = {Axis.PAN: 0.5, Axis.TILT: 0.5, Axis.ZOOM: 25.0}
#: Seconds for which it is known which guard tours run: all are asked for at about the same time.
TOURS_MAX_AGE: Final = 10.0


class Ptz:
    """The head of one camera. What it refuses is a `RequestError` with its words, no answer another `VapixError`."""

    def __init__(self, http: CameraHttp, tours_max_age: float = TOURS_MAX_AGE) -> None:
        self._http = http
        self._running_tours = SharedAnswer(self._fetch_running_tours, tours_max_age)
        # They change with the presets, which are looked for now and then, and changed from here.
        self._preset_positions = SharedAnswer(self._fetch_preset_positions, math.inf)

    # --- what there is -----------------------------------------------------------------------------

    async def find(self, parameters: Mapping[str, str]) -> PtzHead | None:
        """Ask what the head can do; without a request where the parameters say that there is none.

        An account that may not see all of `Properties`, `PTZ` and `GuardTour` gets the list of commands instead.
        """
        self._preset_positions.forget()
        if not has_head(parameters):
            return None
        abilities = abilities_of_parameters(parameters) or abilities_of_commands(await self._query({"info": "1"}))
        if not any(motion is not Motion.RELATIVE and axis is not Axis.TILT for motion, axis in abilities.moves):
            # INFERRED recipe (VX-HEAD-6): there has to be something that pans or zooms.
            return None
        try:
            listed_limits = await self._query({"query": "limits"})
        except ProtocolError, RequestError:
            listed_limits = ""
        try:
            found = await self.presets()
        except ProtocolError:
            found = None
        return PtzHead(
            digital=is_digital(parameters),
            moves=abilities.moves,
            limits=limits(listed_limits, frozenset(axis for _, axis in abilities.moves)),
            presets=found or (),
            presets_known=found is not None,
            tours=tours(parameters),
            autofocus=abilities.autofocus,
        )

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

    async def _fetch_preset_positions(self) -> Mapping[int, Mapping[str, float]]:
        text = await self._query({"query": "presetposcamdata", "format": "json"})
        if not text.strip():
            return {}
        answer = await read_aside(json_of, text.encode())
        of_camera = next(iter(answer.values()), None) if isinstance(answer, dict) else None
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

    async def with_token_held(self) -> Ptz:
        """Return the same head, spoken to with the token that is good now, so that a renewal can't be in the way."""
        return Ptz(await self._http.with_token_held())

    # --- presets and guard tours -------------------------------------------------------------------

    async def save_preset(self, name: str) -> None:
        """Save where the head looks (administrator; CONFIRMED, VX-PRESET-3), also again (INFERRED, VX-PRESET-5)."""
        await self._configure({"setserverpresetname": name})

    async def rename_preset(self, number: int, name: str) -> None:
        """Give a preset another name (CONFIRMED, VX-PRESET-3; administrator)."""
        await self._configure({"renameserverpresetno": str(number), "newname": name})

    async def remove_preset(self, number: int) -> None:
        """Forget a preset (CONFIRMED, VX-PRESET-3; administrator)."""
        await self._configure({"removeserverpresetno": str(number)})

    async def tour_runs(self, number: int) -> bool:
        """Ask whether a guard tour runs (CONFIRMED, VX-PRESET-6); RequestError: it is not there any more."""
        running = await self._running_tours.get()
        if number not in running:
            raise RequestError("There is no such guard tour")
        return running[number]

    async def _fetch_running_tours(self) -> Mapping[int, bool]:
        return running_tours(await self._http.parameters("GuardTour.*.Running"))

    async def run_tour(self, number: int, *, on: bool) -> None:
        """Start or stop a guard tour (CONFIRMED, VX-PRESET-6)."""
        query = {"action": "update", f"GuardTour.G{number}.Running": "yes" if on else "no"}
        try:
            text = await self._http.text("axis-cgi/param.cgi", query)
        finally:
            self._running_tours.forget()
        if text.strip() != "OK":
            raise _refusal(text)

    # --- requests ----------------------------------------------------------------------------------

    async def _query(self, query: Mapping[str, str]) -> str:
        text = await self._http.text("axis-cgi/com/ptz.cgi", {**_CHANNEL, **query})
        if _ERROR.match(text):
            raise _refusal(text)
        if not is_lines(text):
            raise ProtocolError("The answer says nothing about a head")
        return text

    async def _command(self, query: Mapping[str, str]) -> None:
        """Send a command to the head, once.

        With POST, which is as good (CONFIRMED, VX-PTZ-13): the HTTP library sends a GET again whose answer is lost, and
        the camera would go twice as far.
        """
        body = urlencode({**_CHANNEL, **query}).encode()
        async with self._http.open("axis-cgi/com/ptz.cgi", body=body, headers=_FORM, accept=_ANSWERS) as answer:
            if answer.status != HTTPStatus.NO_CONTENT:
                raise _refusal(decoded(await read_answer(answer, _MAX_ANSWER)))

    async def _configure(self, query: Mapping[str, str]) -> None:
        """Change presets. INFERRED (VX-PRESET-5): it answers as commands do, or a good status with other lines."""
        path = "axis-cgi/com/ptzconfig.cgi"
        try:
            _, text = await self._http.exchange(path, {**_CHANNEL, **query}, accept=_ANSWERS)
        finally:
            self._preset_positions.forget()
        if _ERROR.match(text) or not is_lines(text):
            raise _refusal(text)


def _continuous(speeds: Mapping[Axis, int]) -> dict[str, str]:
    query = {}
    if Axis.PAN in speeds or Axis.TILT in speeds:
        query["continuouspantiltmove"] = f"{speeds.get(Axis.PAN, 0)},{speeds.get(Axis.TILT, 0)}"
    if Axis.ZOOM in speeds:
        query["continuouszoommove"] = str(speeds[Axis.ZOOM])
    return query


def _refusal(text: str) -> RequestError | ProtocolError:
    """Return what an answer means that should be empty: `Error:`, and on the next line why (CONFIRMED, VX-PTZ-2)."""
    if match := _ERROR.match(text):
        return RequestError("The camera refused", words=clean_text(match[1]))
    return ProtocolError("The answer is neither empty nor an error")
