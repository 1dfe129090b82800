"""Keys of entities of which a camera may have several: presets, guard tours, audio clips; and names for them."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from ..vapix import Preset
from .unique_ids import SEPARATOR

PRESET_KEYS: Final = f"preset{SEPARATOR}"
TOUR_KEYS: Final = f"guard_tour{SEPARATOR}"
CLIP_KEYS: Final = f"play_clip{SEPARATOR}"


def preset_key(number: int) -> str:
    """Return the key of a preset's button."""
    return f"{PRESET_KEYS}{number}"


def tour_key(number: int) -> str:
    """Return the key of a guard tour's switch."""
    return f"{TOUR_KEYS}{number}"


def clip_key(number: int) -> str:
    """Return the key of an audio clip's button."""
    return f"{CLIP_KEYS}{number}"


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
