"""Names that other people gave, in texts that Home Assistant's frontend renders as markdown."""

import re
from typing import Final

#: All ASCII punctuation, which CommonMark lets a backslash escape: GitHub's markdown, which the frontend reads, makes
#: links also of bare addresses (`https://`, `www.`, `a@b.c`), and lists of what begins with `1.` or `-`.
_SPECIAL: Final = re.compile(r"([!-/:-@\[-`{-~])")


def as_markdown_text(name: str) -> str:
    """Return the name escaped, so that it is shown as it is: no link, no image, no list. For markdown only."""
    return _SPECIAL.sub(r"\\\1", name)
