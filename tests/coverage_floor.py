"""Holds the coverage where the quality scale wants it.

    python -m tests.coverage_floor build/coverage.json

reads what coverage wrote, prints the modules below the floor, and exits with 1 if there are any.
"""

from collections.abc import Iterator
import json
from pathlib import Path
import sys
from typing import cast

COMPONENT = "custom_components/netrex"
TOTAL = 97.0  # percent of lines and branches, which all of it together must exceed
FLOOR = 96.0  # and every module; a branch or two are only reached when something comes in an unusual order
# These must be covered wholly: the config flow, and what it is made of.
FULL = {
    f"{COMPONENT}/{name}.py" for name in ("config_flow", "flows/setup_forms", "flows/sign_in_flow", "flows/trial_flow")
}


def below(report: Path, root: Path) -> Iterator[str]:
    """Yield a sentence for each module that is covered too little, or not at all."""
    written = json.loads(report.read_text())
    files = cast(dict[str, dict[str, dict[str, float]]], written["files"])
    total = cast(float, written["totals"]["percent_covered"])
    measured = {Path(name).as_posix(): file["summary"]["percent_covered"] for name, file in files.items()}
    modules = {path.relative_to(root).as_posix() for path in (root / COMPONENT).rglob("*.py")}
    if total <= TOTAL:
        yield f"all of it: {total:.1f} %, must be over {TOTAL:.0f} %"
    if not modules:
        yield f"{COMPONENT}: no modules"
    for module in sorted(modules):
        # A module without statements doesn't appear in the report, and neither does one that nothing imports;
        # coverage's `source` setting makes it list the latter with 0 %.
        if module not in measured:
            if (root / module).read_text().strip():
                yield f"{module}: not measured"
        elif module in FULL and measured[module] < 100:
            yield f"{module}: {measured[module]:.1f} %, must be 100 %"
        elif measured[module] <= FLOOR:
            yield f"{module}: {measured[module]:.1f} %, must be over {FLOOR:.0f} %"


def main(arguments: list[str]) -> int:
    """Print what is below the floor; return the exit status."""
    if len(arguments) != 1:
        print("usage: python -m tests.coverage_floor COVERAGE_JSON", file=sys.stderr)  # noqa: T201 - a command's output
        return 2
    problems = list(below(Path(arguments[0]), Path(__file__).resolve().parent.parent))
    print("\n".join(problems) or "Coverage: every module is over its floor.")  # noqa: T201 - a command's output
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
