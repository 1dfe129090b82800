"""Finds the heads of a camera, and runs its guard tours: VX-HEAD, VX-PTZ, VX-PRESET."""

from collections.abc import Iterable, Mapping
from typing import Final

from .errors import ProtocolError, RequestError
from .head_control import HeadControl, query_ptz, refusal
from .http import CameraHttp
from .ptz_head import (
    Abilities,
    Preset,
    PtzHead,
    abilities_of_commands,
    abilities_of_parameters,
    channels_with_head,
    is_digital,
    limits,
    limits_of_parameters,
    presets_by_channel,
    running_tours,
    tours,
    turn_together,
)
from .shared_answer import SharedAnswer

#: Seconds for which it is known which guard tours run: all are asked for at about the same time.
TOURS_MAX_AGE: Final = 10.0


class Ptz:
    """All heads of one camera: each moves the picture of one channel."""

    def __init__(self, http: CameraHttp, tours_max_age: float = TOURS_MAX_AGE) -> None:
        self._http = http
        self._heads: dict[int, HeadControl] = {}
        self._running_tours = SharedAnswer(self._fetch_running_tours, tours_max_age)

    def head(self, channel: int) -> HeadControl:
        """Return what moves the picture of a channel."""
        return self._heads.setdefault(channel, HeadControl(self._http, channel))

    # --- what there is -----------------------------------------------------------------------------

    async def find(self, parameters: Mapping[str, str]) -> Mapping[int, PtzHead]:
        """Ask what the heads can do, by channel; without a request where the parameters say that there is none.

        An account that may not see all of `Properties`, `PTZ` and `GuardTour` gets the list of commands instead.
        """
        for head in self._heads.values():
            head.forget_preset_positions()
        asked = {each: await self._abilities(parameters, each) for each in channels_with_head(parameters)}
        abilities = {channel: found for channel, found in asked.items() if found.make_a_head}
        ranges = {channel: await self._limits(parameters, channel) for channel in abilities}
        presets = await self._presets(abilities)
        listed = tours(parameters)
        return {
            channel: PtzHead(
                digital=is_digital(parameters),
                moves=found.moves,
                limits=limits(ranges[channel], frozenset(axis for _, axis in found.moves)),
                presets=presets.get(channel, ()),
                presets_known=channel in presets,
                # Where there is one head, all tours are its own.
                tours=tuple(each for each in listed if len(abilities) == 1 or each.channel == channel),
                autofocus=found.autofocus,
                unit=min(abilities) if turn_together(parameters) else channel,
            )
            for channel, found in abilities.items()
        }

    async def _abilities(self, parameters: Mapping[str, str], channel: int) -> Abilities:
        """Read what a head can do, or ask for its commands; a channel without a head refuses that (VX-PTZ-14)."""
        if (listed := abilities_of_parameters(parameters, channel)) is not None:
            return listed
        try:
            return abilities_of_commands(await query_ptz(self._http, {"info": "1"}, channel))
        except RequestError:
            return Abilities(frozenset(), autofocus=False)

    async def _limits(self, parameters: Mapping[str, str], channel: int) -> str:
        if listed := limits_of_parameters(parameters, channel):
            return listed
        try:
            return await query_ptz(self._http, {"query": "limits"}, channel)
        except ProtocolError, RequestError:
            return ""

    async def _presets(self, channels: Iterable[int]) -> Mapping[int, tuple[Preset, ...]]:
        """Ask for the presets of all heads, by channel, with one request; those that it does not list are unknown."""
        try:
            match list(channels):
                case []:
                    return {}
                case [channel]:
                    found = await self.head(channel).presets()
                    return {} if found is None else {channel: found}
                case _:
                    return presets_by_channel(await query_ptz(self._http, {"query": "presetposall"}))
        except ProtocolError, RequestError:
            return {}

    # --- guard tours -------------------------------------------------------------------------------

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
            raise refusal(text)
