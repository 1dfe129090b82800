"""Makes a text from the cloud fit to be stored, shown and logged."""

from typing import Final

#: Characters. Longer names than any person gives; Home Assistant keeps them in its registries.
MAX_TEXT: Final = 200


def clean_text(text: str, limit: int = MAX_TEXT) -> str:
    """Return the text on one line, bounded, without what can't be stored or read."""
    storable = text[: 4 * limit].encode("utf-8", "replace").decode()
    return " ".join("".join(each if each.isprintable() else " " for each in storable).split())[:limit]
