"""Reads what `param.cgi` tells."""

from collections.abc import Mapping
from types import MappingProxyType


def parse_parameters(text: str) -> Mapping[str, str]:
    """Parse an answer of `param.cgi`: `Name=value` a line, with or without `root.`, errors as `# Error` lines."""
    parameters = {}
    for line in text.replace("\r\n", "\n").split("\n"):  # splitlines() would also split at U+0085
        name, equals, value = line.partition("=")
        if equals and not name.startswith("#"):
            parameters[name.removeprefix("root.")] = value
    return MappingProxyType(parameters)
