"""Serial numbers of Axis devices, which are their MAC addresses."""

import re
from typing import Final

#: MAC prefixes of Axis. CONFIRMED (VX-INFO-6).
AXIS_PREFIXES: Final = ("00408C", "ACCC8E", "B8A44F", "E82725")
_SEPARATORS: Final = re.compile(r"[\s:.\-]")
_SERIAL: Final = re.compile(r"[0-9A-F]{12}")


def parse_serial(text: str) -> str | None:
    """Return the serial number as Axis writes it (12 hex digits, upper case), or None when the text is none.

    What people copy from a label or a network list is understood: lower case, colons, dashes, spaces.
    """
    serial = _SEPARATORS.sub("", text).upper()
    return serial if _SERIAL.fullmatch(serial) else None


def parse_axis_serial(text: str) -> str | None:
    """Return the serial number only when its prefix is one of Axis: for texts that may well be something else."""
    serial = parse_serial(text)
    return serial if serial is not None and serial.startswith(AXIS_PREFIXES) else None
