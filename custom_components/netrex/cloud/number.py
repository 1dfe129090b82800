"""Reads a number that can be counted with."""

import math

from .http import Json


def finite_number(value: Json) -> float | None:
    """Return the number; None for anything else, and for those that are endless, or longer than any counter counts."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        number = float(value)
    except OverflowError:
        return None
    return number if math.isfinite(number) else None
