"""Keys of the entities of which a camera may have several, and unique names of presets."""

from collections import Counter
from collections.abc import Iterable, Mapping
from typing import Final

from ..vapix import Preset, RegulatorKind
from .unique_ids import SEPARATOR, join_id

PRESET_KEYS: Final = f"preset{SEPARATOR}"
TOUR_KEYS: Final = f"guard_tour{SEPARATOR}"
CLIP_KEYS: Final = f"play_clip{SEPARATOR}"
LIGHT_KEYS: Final = f"illuminator{SEPARATOR}"
OUTPUT_KEYS: Final = f"output{SEPARATOR}"
THERMOMETER_KEYS: Final = f"thermometer{SEPARATOR}"
REGULATOR_KEYS: Final[Mapping[RegulatorKind, str]] = {
    "heater": f"heater_status{SEPARATOR}",
    "fan": f"fan_status{SEPARATOR}",
}


def preset_key(number: int) -> str:
    """Return the key of a preset's button."""
    return f"{PRESET_KEYS}{number}"


def tour_key(number: int) -> str:
    """Return the key of a guard tour's switch."""
    return f"{TOUR_KEYS}{number}"


def clip_key(number: int) -> str:
    """Return the key of an audio clip's button."""
    return f"{CLIP_KEYS}{number}"


def light_key(light_id: str) -> str:
    """Return the key of an illuminator's light."""
    return LIGHT_KEYS + join_id(light_id)


def output_key(number: int) -> str:
    """Return the key of an output's entity."""
    return f"{OUTPUT_KEYS}{number}"


def thermometer_key(number: int) -> str:
    """Return the key of a temperature sensor."""
    return f"{THERMOMETER_KEYS}{number}"


def regulator_key(kind: RegulatorKind, number: int) -> str:
    """Return the key of the sensor of a heater or fan."""
    return f"{REGULATOR_KEYS[kind]}{number}"


def numbers_by_name(presets: Iterable[Preset]) -> Mapping[str, int]:
    """Return the numbers of presets by the names that are shown: their own, made unique by the number."""
    presets = tuple(presets)
    often = Counter(preset.name for preset in presets)
    taken, numbers = set(often), dict[str, int]()
    for preset in presets:
        name = preset.name
        while often[preset.name] > 1 and name in taken:
            # Another preset may already have this name.
            name = f"{name} ({preset.number})"
        taken.add(name)
        numbers[name] = preset.number
    return numbers
