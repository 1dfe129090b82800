"""Focuses the lens of a fixed camera: VX-OPTICS."""

from collections.abc import Mapping, Sequence
from typing import Final

from ..transport.answers import Json
from ..transport.values import identifier, objects, text_of
from .errors import RequestError
from .http import CameraApi
from .ptz_head import channels_with_head, is_digital

PATH: Final = "axis-cgi/opticscontrol.cgi"
_NO_SUCH_METHOD: Final = 2102
#: Lenses of one camera that are read.
MOST_LENSES: Final = 16


class Optics(CameraApi):
    """The lenses of one camera."""

    async def find(self, parameters: Mapping[str, str]) -> tuple[str, ...]:
        """Ask for the ids of the lenses that focus (CONFIRMED, VX-OPTICS-2); heads that turn are not asked.

        No parameter names the lenses: a camera without them has no such call, and raises GoneError.
        """
        if channels_with_head(parameters) and not is_digital(parameters):
            return ()
        answer = await self._http.call(PATH, "getCapabilities")
        return lenses_with("focus", objects(answer.get("optics"), MOST_LENSES))

    async def focus(self, lenses: tuple[str, ...]) -> None:
        """Let lenses focus automatically, once (CONFIRMED, VX-OPTICS-3); the page spells the method in two ways."""
        params = {"optics": [{"opticsId": lens} for lens in lenses]}
        try:
            await self._http.command(PATH, "performAutofocus", params)
        except RequestError as err:
            if err.code != _NO_SUCH_METHOD:
                raise
            await self._http.command(PATH, "performAutoFocus", params)


def lenses_with(capability: str, lenses: Sequence[Mapping[str, Json]]) -> tuple[str, ...]:
    """Return the ids of the lenses that have a capability."""
    listed = ((lens_id(each), each.get("capabilities")) for each in lenses)
    return tuple(lens for lens, names in listed if lens and isinstance(names, list) and capability in names)


def lens_id(lens: Mapping[str, Json]) -> str:
    """Return what the camera calls a lens; an empty text where it can't be sent back."""
    return identifier(text_of(lens.get("opticsId")))
