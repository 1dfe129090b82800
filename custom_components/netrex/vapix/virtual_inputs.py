"""Inputs of a camera that only commands switch: VX-VIN, AXIS OS 5.50+."""

from collections.abc import Mapping
from typing import Final

from .errors import ProtocolError
from .http import CameraHttp, read_aside
from .xml import local_name, parse_xml

#: By default. CONFIRMED (VX-VIN-1).
MOST: Final = 64
_SCHEMA: Final = "1"


def has_virtual_inputs(parameters: Mapping[str, str]) -> bool:
    """Tell whether a camera's properties say that it has some (CONFIRMED, VX-VIN-1)."""
    return parameters.get("Properties.VirtualInput.VirtualInput") == "yes"


class VirtualInputs:
    """The virtual inputs of one camera, counted from 1."""

    def __init__(self, http: CameraHttp) -> None:
        self._http = http

    async def switch(self, number: int, *, active: bool) -> None:
        """Turn one on or off; that it already was so is no error (CONFIRMED, VX-VIN-2). For operators.

        Raises:
            RequestError: the camera refuses: with HTTP 200 and an error in the answer (CONFIRMED, VX-VIN-3).
            VapixError: the other kinds.
        """
        call = "activate" if active else "deactivate"
        query = {"schemaversion": _SCHEMA, "port": str(number)}
        answer = await self._http.fetch("GET", f"axis-cgi/virtualinput/{call}.cgi", query)
        root = await read_aside(parse_xml, answer)
        if not any(local_name(element) == f"{call.capitalize()}Success" for element in root.iter()):
            raise ProtocolError("The answer says neither that it was done nor why not")
