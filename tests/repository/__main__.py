"""Run all checks on this checkout: `python -m tests.repository`; with `--fix`, bring tables up to date before."""

from pathlib import Path
import sys

from . import CHECKS, Repository
from .compatibility import write_table


def main() -> int:
    """Print what is wrong; return the exit status."""
    repository = Repository(Path(__file__).resolve().parents[2])
    if "--fix" in sys.argv:
        write_table(repository)
    problems = [f"{problem}  [{name}]" for name, check in CHECKS.items() for problem in check(repository)]
    print("\n".join(problems) or f"Repository: {len(CHECKS)} checks passed.")  # noqa: T201 - its output is its purpose
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
