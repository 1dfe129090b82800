"""Inputs of a camera that only commands switch: VX-VIN, AXIS OS 5.50+."""

from collections.abc import Mapping
from typing import Final

from .errors import ProtocolError
from .http import CameraApi
from .xml import find

#: By default. CONFIRMED (VX-VIN-1).
MOST: Final = 64
_SCHEMA: Final = "1"


def has_virtual_inputs(parameters: Mapping[str, str]) -> bool:
    """Return whether a camera's properties say that it has some (CONFIRMED, VX-VIN-1)."""
    return parameters.get("Properties.VirtualInput.VirtualInput") == "yes"


class VirtualInputs(CameraApi):
    """The virtual inputs of one camera, counted from 1."""

    async def switch(self, number: int, *, active: bool) -> None:
        """Switch one (operator); that it already was so is no error (CONFIRMED, VX-VIN-2), a refusal is (VX-VIN-3)."""
        call = "activate" if active else "deactivate"
        query = {"schemaversion": _SCHEMA, "port": str(number)}
        answer = await self._http.xml(f"axis-cgi/virtualinput/{call}.cgi", query)
        if find(answer, f"{call.capitalize()}Success") is None:
            raise ProtocolError("The answer says neither that it was done nor why not")
