"""How long Python needs to import the integration when all its requirements are already imported.

Home Assistant is one of them. Compared with Home Assistant's `axis` and the library it requires. Each import runs in
its own process, ours and theirs in turn. The bytecode is already compiled.
"""

from contextlib import suppress
from importlib import import_module
import json
import sys
import time

import homeassistant.core  # noqa: F401 - it wants to come first

from benchmarks.child import run_module
from benchmarks.command import run
from benchmarks.figures import Figure

_ROUNDS = 11
_OURS = "custom_components.netrex"
_AXIS = "homeassistant.components.axis"
#: Modules of a package that Home Assistant imports automatically if they exist.
_ASKED_FOR = (
    *("binary_sensor", "button", "camera", "cover", "event", "image", "light", "lock", "media_player", "select"),
    *("sensor", "siren", "switch"),
    *("application_credentials", "config_flow", "diagnostics", "media_source", "repairs", "system_health", "llm"),
)
#: What counts as a package's own: nobody else would need it.
_OWN = {_OURS: (_OURS,), _AXIS: (_AXIS, "axis")}


def _own(package: str, module: str) -> bool:
    return any(module == own or module.startswith(f"{own}.") for own in _OWN[package])


def _import(package: str) -> dict[str, float]:
    """Import a package and its modules; return the milliseconds of each."""
    took: dict[str, float] = {}
    for name in ("", *_ASKED_FOR):
        began = time.perf_counter()
        try:
            import_module(f"{package}.{name}".rstrip("."))
        except ModuleNotFoundError:
            continue
        took[name] = (time.perf_counter() - began) * 1000
    return took


def needed(package: str) -> list[str]:
    """Import everything; return what had to be imported that is not the package's own, in its order."""
    _import(package)
    return [module for module in sys.modules if not _own(package, module)]


def timed(package: str, before: list[str]) -> dict[str, float]:
    """Import what comes before, then the package; return the milliseconds of each of its modules."""
    for module in before:
        with suppress(ImportError):  # a name that another module made up
            import_module(module)
    return _import(package)


async def figures(*, quick: bool) -> list[Figure]:
    """Measure, and compare."""
    before = {package: await run_module("imports", ["needed", package], list[str]) for package in (_OURS, _AXIS)}
    rounds: dict[str, list[dict[str, float]]] = {_OURS: [], _AXIS: []}
    for _ in range(1 if quick else _ROUNDS):
        for package, found in rounds.items():
            found.append(await run_module("imports", ["timed", package], dict[str, float], before[package]))
    ours, axis = rounds[_OURS], rounds[_AXIS]
    compared = [
        Figure("the package", "ms", [each[""] for each in ours], {"axis": [each[""] for each in axis]}),
        Figure(
            "all of it", "ms", [sum(each.values()) for each in ours], {"axis": [sum(each.values()) for each in axis]}
        ),
    ]
    for name in _ASKED_FOR:
        if name in ours[0]:
            peers = {"axis": [each[name] for each in axis]} if name in axis[0] else {}
            compared.append(Figure(f"`{name}`, after the package", "ms", [each[name] for each in ours], peers))
    return compared


def main() -> int:
    """Run it."""
    if sys.argv[1:2] == ["needed"]:
        print(json.dumps(needed(sys.argv[2])))
        return 0
    if sys.argv[1:2] == ["timed"]:
        print(json.dumps(timed(sys.argv[2], json.load(sys.stdin))))
        return 0
    return run("imports", __doc__, figures)


if __name__ == "__main__":
    sys.exit(main())
