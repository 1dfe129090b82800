"""Run all checks on this checkout: `python -m tests.repository`."""

from pathlib import Path
import sys

from . import CHECKS, Repository


def main() -> int:
    """Print what is wrong; return the exit status."""
    repository = Repository(Path(__file__).resolve().parents[2])
    problems = [f"{problem}  [{name}]" for name, check in CHECKS.items() for problem in check(repository)]
    print("\n".join(problems) or f"Repository: {len(CHECKS)} checks passed.")  # noqa: T201 - its output is its purpose
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
