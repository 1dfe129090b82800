"""Who may import whom: imports run one way, clients stand alone, the simulator knows nothing of the integration."""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from .tree import COMPONENT, Repository

#: The integration from top to bottom: what stands in a row imports only from rows below its own. A row is a package, a
#: module at the root, or several that import nothing of each other.
ROWS: tuple[tuple[str, ...], ...] = (
    ("__init__",),
    ("config_flow", "diagnostics", "llm", "media_source", "repairs", "services", "system_health"),
    ("application_credentials", "flows"),
    ("actions", "frontend"),
    ("binary_sensor", "button", "camera", "cover", "event", "image", "light"),
    ("lock", "media_player", "select", "sensor", "siren", "switch"),
    ("views",),
    ("media_browser",),
    ("entity",),
    ("account",),
    ("episodes", "ptz", "speaker"),
    ("cameras",),
    ("events", "live", "metrics", "recordings"),
    ("coordinator",),
    ("health", "issues"),
    ("auth",),
    ("errors", "observed", "session"),
    ("identity", "storage", "tasks"),
    ("cloud", "vapix"),
    ("transport",),
    ("const",),
)
#: Modules and packages of Python at the root of the integration: a person takes them in at one look.
MOST_AT_ROOT = 28
#: Packages without a platform's name, which the design has beside what Home Assistant looks for.
PACKAGES = frozenset({
    "account", "actions", "auth", "cameras", "cloud", "entity", "episodes", "events", "flows", "frontend", "health",
    "identity", "live", "media_browser", "metrics", "observed", "ptz", "recordings", "speaker", "storage", "tasks",
    "transport", "vapix",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Boundary:
    """Files, what they may not import, and why."""

    folder: Path
    forbidden: tuple[str, ...]
    reason: str
    allowed: tuple[str, ...] = ()


_TRANSPORT = ("custom_components.netrex.transport",)
_CLIENTS = ("homeassistant", "voluptuous", "probatio", "custom_components", "simulator")
BOUNDARIES = (
    Boundary(COMPONENT / "cloud", _CLIENTS, "the Netrex client works without Home Assistant", _TRANSPORT),
    Boundary(COMPONENT / "vapix", _CLIENTS, "the camera's client works without Home Assistant", _TRANSPORT),
    Boundary(COMPONENT / "transport", _CLIENTS, "what both clients stand on works without Home Assistant"),
    Boundary(COMPONENT, ("simulator", "demo", "tests"), "only custom_components/netrex is installed"),
    Boundary(
        Path("simulator"),
        ("custom_components", "homeassistant", "demo", "tests"),
        "a mistake in one shows in the other",
    ),
    Boundary(
        Path("account_check"),
        ("custom_components", "homeassistant", "simulator", "demo", "tests"),
        "it works without Home Assistant",
        ("custom_components.netrex.cloud", "custom_components.netrex.vapix", *_TRANSPORT),
    ),
    Boundary(Path("demo"), ("custom_components", "homeassistant", "tests"), "the demo does what a person could do"),
    Boundary(Path("tests/e2e"), ("custom_components", "homeassistant"), "these tests see what a person could see"),
)


def boundaries(repository: Repository) -> Iterator[str]:
    """Check every import, also those inside functions."""
    for path in repository.files:
        if path.suffix != ".py":
            continue
        rules = [rule for rule in BOUNDARIES if path.is_relative_to(rule.folder)]
        for line, imported in _imports(path, repository.text(path)) if rules else ():
            for rule in rules:
                # Within a package of its own, "custom_components.netrex.cloud.x" is what "from . import x" means.
                own = ".".join(rule.folder.parts)
                if rule.folder != COMPONENT and any(_within(imported, name) for name in (own, *rule.allowed)):
                    continue
                if any(_within(imported, name) for name in rule.forbidden):
                    yield f"{path}:{line}: imports {imported}, but {rule.reason}"


def layers(repository: Repository) -> Iterator[str]:
    """Check that the integration's imports run downward only, and never in a circle."""
    rows = {room: number for number, row in enumerate(ROWS) for room in row}
    modules = {_dotted(module.path): module.path for module in repository.modules}
    graph: dict[str, set[str]] = {}
    for name, path in modules.items():
        own = _room(path)
        if own not in rows:
            yield f"{path}: {own} has no row in tests/repository/boundaries.py"
            continue
        for line, imported in _imports(path, repository.text(path)):
            target = imported if imported in modules else imported.rpartition(".")[0]
            if target not in modules or target == name:
                continue
            graph.setdefault(name, set()).add(target)
            other = _room(modules[target])
            if other != own and rows.get(other, 0) <= rows[own]:
                yield f"{path}:{line}: imports {target}: {other} is not below {own}"
    for circle in _circles(graph):
        yield f"{modules[circle[0]]}: imports itself by way of {', '.join(circle[1:])}"


def root(repository: Repository) -> Iterator[str]:
    """Check that the root of the integration stays small."""
    rooms = {_room(module.path) for module in repository.modules}
    at_root = rooms - PACKAGES
    if len(at_root) > MOST_AT_ROOT:
        yield f"{COMPONENT}: {len(at_root)} modules at the root, at most {MOST_AT_ROOT}: {', '.join(sorted(at_root))}"
    for room in sorted(PACKAGES - rooms):
        yield f"tests/repository/boundaries.py: there is no package {room}"


def _room(path: Path) -> str:
    return Path(path.relative_to(COMPONENT).parts[0]).stem


def _dotted(path: Path) -> str:
    parts = path.with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def _circles(graph: Mapping[str, set[str]]) -> Iterator[list[str]]:
    """Yield each circle once, the shortest way round from its first module."""
    done: set[str] = set()
    for start in sorted(graph):
        ways, seen = [[start]], {start}
        while ways:
            way = ways.pop(0)
            for target in sorted(graph.get(way[-1], ())):
                if target == start and not done.intersection(way):
                    yield way
                    done.update(way)
                elif target not in seen:
                    seen.add(target)
                    ways.append([*way, target])


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
