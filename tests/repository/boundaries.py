"""Who may import whom: the two clients stand alone, and the simulator knows nothing of the integration."""

import ast
from collections.abc import Iterator
from pathlib import Path

from .tree import COMPONENT, Repository

# (files, what they may not import, why)
BOUNDARIES: tuple[tuple[Path, tuple[str, ...], str], ...] = (
    (
        COMPONENT / "cloud",
        ("homeassistant", "voluptuous", "probatio", "custom_components", "simulator"),
        "the Netrex client works without Home Assistant",
    ),
    (
        COMPONENT / "vapix",
        ("homeassistant", "voluptuous", "probatio", "custom_components", "simulator"),
        "the camera's client works without Home Assistant",
    ),
    (COMPONENT, ("simulator", "demo", "tests"), "only custom_components/netrex is installed"),
    (Path("simulator"), ("custom_components", "homeassistant", "demo", "tests"), "a mistake in one shows in the other"),
    (Path("demo"), ("custom_components", "homeassistant"), "the demo does what a person could do"),
)


def boundaries(repository: Repository) -> Iterator[str]:
    """Check every import, also those inside functions."""
    for path in repository.files:
        if path.suffix != ".py":
            continue
        rules = [rule for rule in BOUNDARIES if path.is_relative_to(rule[0])]
        for line, imported in _imports(path, repository.text(path)) if rules else ():
            for folder, forbidden, reason in rules:
                # Within a package of its own, "custom_components.netrex.cloud.x" is what "from . import x" means.
                own = ".".join(folder.parts)
                if _within(imported, own) and folder != COMPONENT:
                    continue
                if any(_within(imported, name) for name in forbidden):
                    yield f"{path}:{line}: imports {imported}, but {reason}"


def _within(module: str, package: str) -> bool:
    return module == package or module.startswith(f"{package}.")


def _imports(path: Path, text: str) -> Iterator[tuple[int, str]]:
    """Yield (line, absolute module name) of every import."""
    package = path.parts[:-1]
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            origin = ".".join((*base, *([node.module] if node.module else [])))
            # "from .. import vapix" names a module, not a thing in one.
            for alias in node.names:
                yield node.lineno, f"{origin}.{alias.name}"
