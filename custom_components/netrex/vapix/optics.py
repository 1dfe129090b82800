"""Focuses the lens of a fixed camera: VX-OPTICS."""

from collections.abc import Mapping
from typing import Final

from ..transport.values import identifier, objects
from .errors import RequestError
from .http import CameraHttp
from .ptz_head import has_head, is_digital

_PATH: Final = "axis-cgi/opticscontrol.cgi"
_NO_SUCH_METHOD: Final = 2102
#: Lenses of one camera.
_MAX: Final = 16


class Optics:
    """The lenses of one camera."""

    def __init__(self, http: CameraHttp) -> None:
        self._http = http

    async def find(self, parameters: Mapping[str, str]) -> tuple[str, ...]:
        """Ask for the ids of the lenses that focus (CONFIRMED, VX-OPTICS-2); heads that turn are not asked.

        No parameter names the lenses: a camera without them has no such call, and raises GoneError.
        """
        if has_head(parameters) and not is_digital(parameters):
            return ()
        answer = await self._http.call(_PATH, "getCapabilities")
        found = []
        for each in objects(answer.get("optics"), _MAX):
            names = each.get("capabilities")
            if isinstance(names, list) and "focus" in names and (lens := identifier(each.get("opticsId"))):
                found.append(lens)
        return tuple(found)

    async def focus(self, lenses: tuple[str, ...]) -> None:
        """Let lenses focus automatically, once (CONFIRMED, VX-OPTICS-3); the page spells the method in two ways."""
        params = {"optics": [{"opticsId": lens} for lens in lenses]}
        try:
            await self._http.call(_PATH, "performAutofocus", params)
        except RequestError as err:
            if err.code != _NO_SUCH_METHOD:
                raise
            await self._http.call(_PATH, "performAutoFocus", params)
