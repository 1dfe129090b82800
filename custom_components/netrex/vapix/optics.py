"""Focuses the lens of a fixed camera: VX-OPTICS."""

from collections.abc import Mapping
from typing import Final

from ..transport.answers import Json
from ..transport.values import identifier, text_of
from .answers import list_in
from .errors import RequestError
from .http import CameraApi, CameraHttp
from .ptz_head import has_head, is_digital

PATH: Final = "axis-cgi/opticscontrol.cgi"
_NO_SUCH_METHOD: Final = 2102
#: Lenses of one camera.
_MAX: Final = 16


class Optics(CameraApi):
    """The lenses of one camera."""

    async def find(self, parameters: Mapping[str, str]) -> tuple[str, ...]:
        """Ask for the ids of the lenses that focus (CONFIRMED, VX-OPTICS-2); heads that turn are not asked.

        No parameter names the lenses: a camera without them has no such call, and raises GoneError.
        """
        if has_head(parameters) and not is_digital(parameters):
            return ()
        return await lenses_with("focus", self._http)

    async def focus(self, lenses: tuple[str, ...]) -> None:
        """Let lenses focus automatically, once (CONFIRMED, VX-OPTICS-3); the page spells the method in two ways."""
        params = {"optics": [{"opticsId": lens} for lens in lenses]}
        try:
            await self._http.call(PATH, "performAutofocus", params)
        except RequestError as err:
            if err.code != _NO_SUCH_METHOD:
                raise
            await self._http.call(PATH, "performAutoFocus", params)


async def lenses_with(capability: str, http: CameraHttp) -> tuple[str, ...]:
    """Ask for the ids of the lenses that have a capability."""
    lenses = lenses_in(await http.call(PATH, "getCapabilities"))
    listed = ((lens, each.get("capabilities")) for lens, each in lenses.items())
    return tuple(lens for lens, names in listed if isinstance(names, list) and capability in names)


def lenses_in(answer: Mapping[str, Json]) -> dict[str, dict[str, Json]]:
    """Return the lenses in an answer by their ids; without any, the list is left out (CONFIRMED, VX-OPTICS-1)."""
    lenses = list_in(answer, "optics", _MAX)
    return {lens: each for each in lenses if (lens := identifier(text_of(each.get("opticsId"))))}
