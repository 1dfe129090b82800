"""Keys of entities that play a camera's own sounds."""

from typing import Final

CLIP_KEYS: Final = "play_clip/"


def clip_key(number: int) -> str:
    """Return the key of the entity that plays a clip."""
    return f"{CLIP_KEYS}{number}"
