"""Run all benchmarks: `scripts/bench [--quick] [--json FILE] [--results]`."""

import argparse
import asyncio
import json
from pathlib import Path
import sys

from benchmarks.machine import describe
from benchmarks.results import RESULTS, Run, missed_goals, write
from benchmarks.suite import BenchmarkError, run_all


def main() -> int:
    """Run all; return 1 when a goal is missed, though not if it should be quick, and 2 when one did not work."""
    parser = argparse.ArgumentParser(prog="scripts/bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="only whether they work")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    parser.add_argument("--results", action="store_true", help=f"write them into benchmarks/{RESULTS.name} as well")
    parser.add_argument("--demo-python", default=sys.executable, help="of the environment with a whole Home Assistant")
    arguments = parser.parse_args()
    machine = describe(arguments.demo_python)
    try:
        points = asyncio.run(run_all(arguments.demo_python, quick=arguments.quick))
    except BenchmarkError as err:
        print(err, file=sys.stderr)
        return 2
    results: Run = {"machine": machine, "quick": arguments.quick, "points": points}
    if arguments.json:
        arguments.json.write_text(json.dumps(results, indent=2) + "\n")
    if arguments.results:
        RESULTS.write_text(write(results, RESULTS.read_text()))
    missed = missed_goals(results)
    print()
    for text in missed:
        print(f"Missed: {text}")
    print("All points measured." if missed else "All points measured, every goal met.")
    return 1 if missed and not arguments.quick else 0


if __name__ == "__main__":
    sys.exit(main())
