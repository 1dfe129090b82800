"""Write the results of a run between two marks in `benchmarks/RESULTS.md`. The text around them is written by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Final, TypedDict

from benchmarks.figures import FigureFacts, Spread, formatted
from benchmarks.machine import Machine
from benchmarks.suite import BenchmarkFacts, PointFacts

RESULTS: Final = Path(__file__).parent / "RESULTS.md"
_BEGIN: Final = "<!-- Written by scripts/bench --results from here -->"
_END: Final = "<!-- to here -->"


class Run(TypedDict):
    """The results of a run of all benchmarks."""

    machine: Machine
    quick: bool
    points: list[PointFacts]


def missed_goals(run: Run) -> list[str]:
    """Say which goals were missed, and by how much."""
    return [
        f"{point['title']}: {figure['name']}: {goal['text']}, was {goal['value']:.3g}"
        for point in run["points"]
        for benchmark in point["benchmarks"]
        for figure in benchmark["figures"]
        for goal in figure["goals"]
        if not goal["met"]
    ]


def write(run: Run, before: str) -> str:
    """Return the file with this run's figures in place of another's."""
    above, _, rest = before.partition(_BEGIN)
    below = rest.partition(_END)[2]
    return f"{above}{_BEGIN}\n{'\n'.join(_lines(run))}\n{_END}{below}"


def _lines(run: Run) -> Iterator[str]:
    machine = run["machine"]
    yield (
        f"\n{machine['date']}, `scripts/bench{' --quick' if run['quick'] else ''} --results`, "
        f"{machine['processor']}, {machine['cores']} cores, {machine['memory_gb']:g} GB, {machine['system']}, "
        f"Python {machine['python']}, Home Assistant {machine['home_assistant']} "
        f"({machine['whole_home_assistant']} for recordings); load of the machine before it: {machine['load']:g}.\n"
    )
    missed = missed_goals(run)
    if missed:
        yield "Goals that were missed:\n"
        yield from (f"- {text}" for text in missed)
    else:
        yield "Every goal was met."
    for point in run["points"]:
        yield f"\n## {point['number']}. {point['title']}"
        for benchmark in point["benchmarks"]:
            yield from _of_benchmark(benchmark)


def _of_benchmark(benchmark: BenchmarkFacts) -> Iterator[str]:
    about, minutes = " ".join(benchmark["about"].split()), benchmark["seconds"] / 60
    yield f"\n`scripts/bench {benchmark['name']}` ({minutes:.1f} minutes): {about}\n"
    yield "| | ours | beside it | ratio | goal |"
    yield "| --- | --- | --- | --- | --- |"
    for figure in benchmark["figures"]:
        yield from _of_figure(figure)


def _of_figure(figure: FigureFacts) -> Iterator[str]:
    goals = "; ".join(
        f"{goal['text']}: {'met' if goal['met'] else '**missed**'} ({goal['value']:.3g})" for goal in figure["goals"]
    )
    ours = _said(figure["ours"], figure["unit"])
    peers = figure["peers"].items()
    if not peers:
        yield f"| {figure['name']} | {ours} | | | {goals} |"
    for number, (peer, values) in enumerate(peers):
        theirs, ratio = _said(values["theirs"], figure["unit"]), _said(values["ratio"], "")
        if number:
            yield f"| | | {peer}: {theirs} | {ratio} | |"
        else:
            yield f"| {figure['name']} | {ours} | {peer}: {theirs} | {ratio} | {goals} |"


def _said(spread: Spread | None, unit: str) -> str:
    if spread is None:
        return ""
    if len(spread["rounds"]) == 1:
        return formatted(spread["median"], unit)
    return f"{formatted(spread['median'], unit)} ({formatted(spread['low'], '')} to {formatted(spread['high'], '')})"
