"""Reads what `param.cgi` tells."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from .errors import ProtocolError
from .text import is_lines

#: Many times what the largest camera has; each costs a hundred bytes of memory.
_MOST: Final = 32_768


def parse_parameters(text: str) -> Mapping[str, str]:
    """Parse an answer of `param.cgi`: `Name=value` a line, with or without `root.`, errors as `# Error` lines.

    Raises:
        ProtocolError: this is something else, and says nothing about what the camera has. CONFIRMED (VX-PARAM-2):
            a group that is missing has its line as well, so nothing at all is no answer.
    """
    if not text.strip() or not is_lines(text) or text.count("\n") > _MOST:
        raise ProtocolError("The answer is no list of parameters")
    parameters = {}
    for line in text.replace("\r\n", "\n").split("\n"):  # splitlines() would also split at U+0085
        name, equals, value = line.partition("=")
        if equals and not name.startswith("#"):
            parameters[name.removeprefix("root.")] = value
    return MappingProxyType(parameters)
