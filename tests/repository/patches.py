"""No test patches a private constant of the integration: what tests shorten is in `Timing`, or a parameter."""

import ast
from collections.abc import Iterator
import re

from .tree import Repository

#: A constant's name, alone, or at the end of where it is: in text, as `setattr` and `patch` take it.
_NAME = re.compile(r"(?P<where>(?:\w+\.)*|\.)_[A-Z][A-Z0-9_]+")
_OTHERS = ("simulator.", "tests.", "homeassistant.")


def patches(repository: Repository) -> Iterator[str]:
    """Look for their names in texts, of which f-strings have parts, and for assignments to another module's."""
    for path in repository.files:
        # The checks of the repository name constants because they read the code.
        if path.parts[0] == "tests" and path.parts[1] != "repository" and path.suffix == ".py":
            for node in ast.walk(ast.parse(repository.text(path))):
                if name := _patched(node):
                    yield f"{path}:{node.lineno}: patches {name}; use tasks/timing.py, or a parameter"


def _patched(node: ast.AST) -> str | None:
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        found = _NAME.fullmatch(node.value)
        return node.value if found and not found["where"].startswith(_OTHERS) else None
    if isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Store) and _NAME.fullmatch(node.attr):
        return node.attr
    return None
