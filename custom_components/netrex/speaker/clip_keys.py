"""Keys of entities that play a camera's own sounds."""

from typing import Final

from ..unique_ids import SEPARATOR

CLIP_KEYS: Final = f"play_clip{SEPARATOR}"


def clip_key(number: int) -> str:
    """Return the key of the entity that plays a clip."""
    return f"{CLIP_KEYS}{number}"
