"""Names that other people gave, in texts that Home Assistant's frontend renders as markdown."""

import re
from typing import Final

_SPECIAL: Final = re.compile(r"([\\`*_\[\]<>!#|~&])")


def as_markdown_text(name: str) -> str:
    """Return the name so that it is shown as it is: no link, no picture, no markup."""
    return _SPECIAL.sub(r"\\\1", name)
