"""The form for the serial number of one camera, when an account is added and in its options."""

from collections.abc import Iterable
from typing import Final

import probatio

from ..cloud import Node
from .fields import TEXT, select_name

FIELD_CAMERA: Final = "camera"
FIELD_SERIAL: Final = "serial"


def camera_serial_schema(cameras: Iterable[Node]) -> probatio.Schema:
    """Return the form for these cameras, by name; the first one is preselected."""
    names = {str(node.node_id): node.name for node in sorted(cameras, key=lambda node: node.name)}
    return probatio.Schema(
        {
            probatio.Required(FIELD_CAMERA, default=next(iter(names))): select_name(names),
            probatio.Optional(FIELD_SERIAL, default=""): TEXT,
        }
    )
