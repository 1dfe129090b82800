"""Focuses the lens of a fixed camera: VX-OPTICS."""

from collections.abc import Mapping
from typing import Final

from .errors import RequestError
from .http import CameraHttp
from .ptz_head import has_head, is_digital
from .text import clean_text

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

        No parameter tells of lenses: whoever has no such call answers so.

        Raises:
            GoneError: there are none.
            VapixError: the other kinds.
        """
        if has_head(parameters) and not is_digital(parameters):
            return ()
        optics = (await self._http.call(_PATH, "getCapabilities")).get("optics")
        found = []
        for each in optics[:_MAX] if isinstance(optics, list) else ():
            names = each.get("capabilities") if isinstance(each, Mapping) else None
            if isinstance(names, list) and "focus" in names:
                lens = each.get("opticsId")
                if isinstance(lens, str) and lens == clean_text(lens):
                    found.append(lens)
        return tuple(found)

    async def focus(self, lenses: tuple[str, ...]) -> None:
        """Let lenses focus by themselves, once.

        CONFIRMED (VX-OPTICS-3), but the page spells the method in two ways; examples and other clients have a small f.
        """
        params = {"optics": [{"opticsId": lens} for lens in lenses]}
        try:
            await self._http.call(_PATH, "performAutofocus", params)
        except RequestError as err:
            if err.code != _NO_SUCH_METHOD:
                raise
            await self._http.call(_PATH, "performAutoFocus", params)
