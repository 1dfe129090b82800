"""The filter that keeps infrared light out by day: VX-OPTICS, VX-PTZ."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from ..transport.values import clean_text, text_of
from .answers import list_in
from .errors import GoneError, ProtocolError, RequestError
from .http import CameraApi
from .optics import MOST_LENSES, PATH as OPTICS, lens_id, lenses_with

_PTZ: Final = "axis-cgi/com/ptz.cgi"
_ANSWERS: Final = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT})


class IrCut(StrEnum):
    """How the filter is set; the values are the camera's words (CONFIRMED, VX-PTZ-1, VX-OPTICS-4)."""

    AUTO = "auto"
    ON = "on"
    OFF = "off"


@dataclass(frozen=True, slots=True)
class IrCutFilter:
    """Where the filter is set: in these lenses; without any, as a PTZ camera's, whose state can't be read."""

    optics: tuple[str, ...] = ()

    @property
    def is_readable(self) -> bool:
        """Whether the camera reports how the filter is set."""
        return bool(self.optics)


class DayNight(CameraApi):
    """The infrared filter of one camera."""

    async def filter(self, parameters: Mapping[str, str]) -> IrCutFilter | None:
        """Return where the filter is set; None: there is none that can be. Needs the operator level.

        A PTZ camera has it in its parameters (CONFIRMED, VX-HEAD-3), and no `opticscontrol.cgi`. Others are asked, also
        those with digital PTZ: their lens reports how the filter is set (INFERRED, VX-OPTICS-7).
        """
        as_head = IrCutFilter() if parameters.get("PTZ.Support.S1.IrCutFilter") == "true" else None
        if as_head is not None and parameters.get("Properties.PTZ.DigitalPTZ") != "yes":
            return as_head
        try:
            answer = await self._http.call(OPTICS, "getCapabilities")
        except GoneError, RequestError:
            return as_head
        lenses = lenses_with("irCutFilter", list_in(answer, "optics", MOST_LENSES))
        return IrCutFilter(lenses) if lenses else as_head

    async def state(self, ir_cut: IrCutFilter) -> IrCut | None:
        """Ask how the filter is set; None: several lenses differ, or it is unknown."""
        if not ir_cut.is_readable:
            return None
        lenses = list_in(await self._http.call(OPTICS, "getOptics"), "optics", MOST_LENSES)
        states = {text_of(each.get("irCutFilterState")) for each in lenses if lens_id(each) in ir_cut.optics}
        (state, *others) = states or {""}
        return IrCut(state) if not others and state in set(IrCut) else None

    async def set(self, ir_cut: IrCutFilter, state: IrCut) -> None:
        """Set the filter, of several lenses all."""
        if ir_cut.is_readable:
            optics = [{"opticsId": each, "irCutFilterState": state.value} for each in ir_cut.optics]
            await self._http.command(OPTICS, "setIrCutFilterState", {"optics": optics})
            return
        query = {"camera": "1", "ircutfilter": state.value}
        status, text = await self._http.exchange(_PTZ, query, accept=_ANSWERS)
        if status == HTTPStatus.OK:
            # 204 is "done", and 200 a refusal (CONFIRMED, VX-PTZ-2).
            if not text.lstrip().startswith("Error"):
                raise ProtocolError("The answer is neither empty nor an error")
            raise RequestError("The camera refused", words=clean_text(text.removeprefix("Error:")))
