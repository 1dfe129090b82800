"""Makes a text from a camera fit to be stored, shown and logged."""

from typing import Final

_MAX_TEXT: Final = 100


def clean_text(text: str) -> str:
    """Return the text on one line, bounded, without what can't be stored or read."""
    if len(text) <= _MAX_TEXT and text.isascii() and text.isprintable():
        # As nearly all of it is; events come by the thousand.
        return " ".join(text.split())
    storable = text[: 4 * _MAX_TEXT].encode("utf-8", "replace").decode()
    return " ".join("".join(each if each.isprintable() else " " for each in storable).split())[:_MAX_TEXT]


def text_of(value: object) -> str:
    """Return a text, or a number as one. Anything else in JSON says nothing, however long it is."""
    return str(value) if isinstance(value, str | int | float) else ""


def is_lines(text: str) -> bool:
    """Tell whether a text can be what a CGI says in lines: no page, which a proxy would send, and no file."""
    return not text.lstrip().startswith("<") and "\0" not in text


def small_number(text: str) -> int | None:
    """Return a whole number of at most nine digits; None for anything else."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= 9 else None  # noqa: PLR2004 - said above
