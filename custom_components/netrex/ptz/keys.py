"""How the entities of a head's presets and guard tours are told apart, and what they are called."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from ..unique_ids import SEPARATOR
from ..vapix import Preset

PRESET_KEYS: Final = f"preset{SEPARATOR}"
TOUR_KEYS: Final = f"guard_tour{SEPARATOR}"


def preset_key(number: int) -> str:
    """Return the key of a preset's button."""
    return f"{PRESET_KEYS}{number}"


def tour_key(number: int) -> str:
    """Return the key of a guard tour's switch."""
    return f"{TOUR_KEYS}{number}"


def numbers_by_name(presets: Iterable[Preset]) -> Mapping[str, int]:
    """Return the presets' numbers by the names that they are shown with: their own, each once."""
    presets = tuple(presets)
    often = Counter(preset.name for preset in presets)
    taken, numbers = set(often), dict[str, int]()
    for preset in presets:
        name = preset.name
        while often[preset.name] > 1 and name in taken:
            # Somebody may have called another one just so.
            name = f"{name} ({preset.number})"
        taken.add(name)
        numbers[name] = preset.number
    return numbers
