"""How unique ids of entities and identifiers of devices are written: with `[A-Za-z0-9._~-]` only.

Home Assistant names the go2rtc stream of a camera after its unique id, percent-encoded, and go2rtc looks for the
decoded name: with any other character WebRTC has no sound (home-assistant/core#170015).
"""

from typing import Final
from urllib.parse import quote, unquote

#: Between the parts of an id; no part has it.
SEPARATOR: Final = "~"


def join_id(*parts: str | int) -> str:
    """Return an id made of parts. No two lists of parts give the same one.

    Args:
        parts: any text; characters that an id can't have are written as `-` and two hexadecimal digits for each byte.
    """
    return SEPARATOR.join(_escape(str(part)) for part in parts)


def split_id(text: str) -> list[str]:
    """Return the parts that `join_id` has joined."""
    return [unquote(part.replace("-", "%")) for part in text.split(SEPARATOR)]


def _escape(part: str) -> str:
    return quote(part, safe="").replace("-", "%2D").replace(SEPARATOR, "%7E").replace("%", "-")
