"""The filter that keeps infrared light out by day: VX-OPTICS, VX-PTZ."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from http import HTTPStatus
from typing import Final

from ..transport.answers import Json
from ..transport.values import clean_text, identifier, objects, text_of
from .errors import GoneError, ProtocolError, RequestError
from .http import CameraHttp

_OPTICS: Final = "axis-cgi/opticscontrol.cgi"
_PTZ: Final = "axis-cgi/com/ptz.cgi"
_ANSWERS: Final = frozenset({HTTPStatus.OK, HTTPStatus.NO_CONTENT})
#: Lenses of one camera that are read.
_MAX: Final = 16


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


class DayNight:
    """The infrared filter of one camera."""

    def __init__(self, http: CameraHttp) -> None:
        self._http = http

    async def filter(self, parameters: Mapping[str, str]) -> IrCutFilter | None:
        """Return where the filter is set; None: there is none that can be. Needs the operator level.

        A PTZ camera has it in its parameters (CONFIRMED, VX-HEAD-3), and no `opticscontrol.cgi`. Others are asked, also
        those with digital PTZ: their lens reports how the filter is set (INFERRED, VX-OPTICS-7).
        """
        as_head = IrCutFilter() if parameters.get("PTZ.Support.S1.IrCutFilter") == "true" else None
        if as_head is not None and parameters.get("Properties.PTZ.DigitalPTZ") != "yes":
            return as_head
        try:
            optics = _optics(await self._http.call(_OPTICS, "getCapabilities"))
        except GoneError, RequestError:
            return as_head
        found = []
        for each in optics:
            capabilities = each.get("capabilities")
            if isinstance(capabilities, list) and "irCutFilter" in capabilities:
                found.append(_id(each))
        return IrCutFilter(tuple(found)) if found else as_head

    async def state(self, ir_cut: IrCutFilter) -> IrCut | None:
        """Ask how the filter is set; None: several lenses differ, or it is unknown."""
        if not ir_cut.is_readable:
            return None
        optics = _optics(await self._http.call(_OPTICS, "getOptics"))
        states = {text_of(each.get("irCutFilterState")) for each in optics if _id(each) in ir_cut.optics}
        (state, *others) = states or {""}
        return IrCut(state) if not others and state in set(IrCut) else None

    async def set(self, ir_cut: IrCutFilter, state: IrCut) -> None:
        """Set the filter, of several lenses all."""
        if ir_cut.is_readable:
            optics = [{"opticsId": each, "irCutFilterState": state.value} for each in ir_cut.optics]
            await self._http.call(_OPTICS, "setIrCutFilterState", {"optics": optics})
            return
        query = {"camera": "1", "ircutfilter": state.value}
        status, text = await self._http.exchange(_PTZ, query, accept=_ANSWERS)
        if status == HTTPStatus.OK:
            # 204 is "done", and 200 a refusal (CONFIRMED, VX-PTZ-2).
            if not text.lstrip().startswith("Error"):
                raise ProtocolError("The answer is neither empty nor an error")
            raise RequestError("The camera refused", words=clean_text(text.removeprefix("Error:")))


def _optics(answer: Mapping[str, Json]) -> Sequence[Mapping[str, Json]]:
    optics = answer.get("optics", [])  # left out where there are none (CONFIRMED, VX-OPTICS-1)
    if not isinstance(optics, list):
        raise ProtocolError("The answer has no list of lenses")
    return [each for each in objects(optics, _MAX) if _id(each)]


def _id(lens: Mapping[str, Json]) -> str:
    return identifier(text_of(lens.get("opticsId")))
