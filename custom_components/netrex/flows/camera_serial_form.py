"""The form that asks for a camera's serial number, shown in the options and in a repair alike."""

from collections.abc import Iterable, Mapping
from typing import Final

from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
)
import probatio

from ..cloud import Node
from ..vapix.serial import parse_serial

FIELD_CAMERA: Final = "camera"
FIELD_SERIAL: Final = "serial"


def camera_serial_schema(cameras: Iterable[Node]) -> probatio.Schema:
    """Return the form for these cameras, by name; the first one is preselected."""
    options = [
        SelectOptionDict(value=str(node.node_id), label=node.name)
        for node in sorted(cameras, key=lambda node: node.name)
    ]
    return probatio.Schema(
        {
            probatio.Required(FIELD_CAMERA, default=options[0]["value"]): SelectSelector(
                SelectSelectorConfig(options=options, mode=SelectSelectorMode.DROPDOWN)
            ),
            probatio.Optional(FIELD_SERIAL, default=""): TextSelector(),
        }
    )


def read_camera_serial(user_input: Mapping[str, str]) -> tuple[int, str | None]:
    """Return node id and serial number; an empty text for none wanted, None for one that is no serial number."""
    text = user_input.get(FIELD_SERIAL, "").strip()
    return int(user_input[FIELD_CAMERA]), parse_serial(text) if text else ""
