"""Reads values of answers: clean, bounded, of the expected type."""

import math
from typing import Final

from .answers import Json

#: Characters. Longer than nearly any name; Home Assistant keeps names in its registries.
_MAX_TEXT: Final = 100
_MAX_DIGITS: Final = 9


def clean_text(text: str, limit: int = _MAX_TEXT) -> str:
    """Return the text on one line, bounded, without what can't be stored or shown."""
    if len(text) <= limit and text.isascii() and text.isprintable():
        # As nearly all texts are; events come by the thousand.
        return " ".join(text.split())
    storable = text[: 4 * limit].encode("utf-8", "replace").decode()
    return " ".join("".join(each if each.isprintable() else " " for each in storable).split())[:limit]


def text_of(value: object) -> str:
    """Return a text, or a number as one; an empty text for anything else, however long it is."""
    return str(value) if isinstance(value, str | int | float) else ""


def identifier(value: object) -> str:
    """Return what names a thing; an empty text where it could not be shown or sent back as it is."""
    return value if isinstance(value, str) and value == clean_text(value) else ""


def small_number(text: str) -> int | None:
    """Return a whole number of at most nine digits; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MAX_DIGITS else None


def whole_number(value: object) -> int | None:
    """Return a whole number of at most nine digits, which some answers write as a text."""
    return small_number(text_of(value))


def finite_number(value: object) -> float | None:
    """Return a number that can be counted with; None for anything else."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None


def objects(value: object, most: int | None = None) -> list[dict[str, Json]]:
    """Return the objects in a list, at most so many; none where it is no list."""
    return [each for each in value if isinstance(each, dict)][:most] if isinstance(value, list) else []
