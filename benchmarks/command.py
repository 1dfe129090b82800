"""The command line of one benchmark: `scripts/bench NAME [--quick] [--json FILE]`."""

import argparse
import asyncio
from collections.abc import Awaitable, Sequence
import json
import logging
from pathlib import Path
from typing import Protocol

from benchmarks.figures import Figure, formatted, spread


class Measuring(Protocol):
    """A benchmark."""

    def __call__(self, *, quick: bool) -> Awaitable[Sequence[Figure]]:
        """Measure everything; quickly: only whether it works."""
        ...


def run(name: str, description: str | None, measure: Measuring) -> int:
    """Run a benchmark as its command line says; return 1 when a goal is missed, though not if it should be quick."""
    parser = argparse.ArgumentParser(prog=f"scripts/bench {name}", description=description)
    parser.add_argument("--quick", action="store_true", help="only whether it works")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures there")
    arguments = parser.parse_args()
    logging.disable(logging.WARNING)

    async def measured() -> list[Figure]:
        return list(await measure(quick=arguments.quick))

    found = asyncio.run(measured())
    for figure in found:
        print(line(figure))
    if arguments.json:
        arguments.json.write_text(json.dumps([figure.as_json() for figure in found], indent=2))
    missed = [goal for figure in found for goal in figure.goals if not goal.met]
    return 1 if missed and not arguments.quick else 0


def line(figure: Figure) -> str:
    """Say a figure in a line."""
    parts = [f"{figure.name}: {_rounds(figure.ours, figure.unit)}"]
    for peer, theirs in figure.peers.items():
        ratio = spread(figure.ratios(peer))
        times = f", {ratio['median']:.2f} times ({ratio['low']:.2f} to {ratio['high']:.2f})" if ratio else ""
        parts.append(f"{peer} {_rounds(theirs, figure.unit)}{times}")
    parts += [f"{goal.text}: {'met' if goal.met else 'MISSED'} ({goal.value:.3g})" for goal in figure.goals]
    return "; ".join(parts)


def _rounds(rounds: Sequence[float], unit: str) -> str:
    short = spread(rounds)
    if short is None:
        return "-"
    if len(rounds) == 1:
        return formatted(short["median"], unit)
    return f"{formatted(short['median'], unit)} ({formatted(short['low'], '')} to {formatted(short['high'], '')})"
