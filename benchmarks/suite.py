"""All benchmarks in order. Each runs in its own process, one after the other."""

import ast
import asyncio
from dataclasses import dataclass
from importlib.util import find_spec
import json
from pathlib import Path
import sys
import tempfile
import time
from typing import Final, TypedDict

from benchmarks.figures import FigureFacts


@dataclass(frozen=True, slots=True)
class Point:
    """One thing that people ask about.

    Attributes:
        title: the question, in short.
        benchmarks: modules that answer it.
    """

    title: str
    benchmarks: tuple[str, ...]


POINTS: Final = (
    Point("From “show me” to the first image", ("first_picture",)),
    Point("A current image", ("snapshot",)),
    Point("Adding cameras", ("set_up",)),
    Point("From the camera's report to the state", ("events",)),
    Point("While nothing happens, and while much does", ("idle", "event_load")),
    Point("Live video through the relay", ("relay",)),
    Point("Recordings", ("recording",)),
    Point("A day in the media browser", ("media_day",)),
    Point("What happened", ("episodes",)),
    Point("Imports", ("imports",)),
)

#: What runs a whole Home Assistant, as the demo does, and needs its environment.
WHOLE_HOME_ASSISTANT: Final = frozenset({"recording"})

_AT_ONCE: Final = 2


class BenchmarkFacts(TypedDict):
    """The results of one benchmark."""

    name: str
    about: str
    seconds: float
    figures: list[FigureFacts]


class PointFacts(TypedDict):
    """What was found for a point."""

    number: int
    title: str
    benchmarks: list[BenchmarkFacts]


class BenchmarkError(Exception):
    """A benchmark did not finish, or reported nothing."""


async def run_all(demo_python: str, *, quick: bool) -> list[PointFacts]:
    """Run everything; say the figures of each benchmark as it ends.

    Args:
        demo_python: the Python of the demo's environment.
        quick: only whether it works: several at once.

    Raises:
        BenchmarkError: one did not come to its end.
    """
    places = asyncio.Semaphore(_AT_ONCE if quick else 1)

    async def run(name: str) -> BenchmarkFacts:
        async with places:
            return await _run(name, demo_python if name in WHOLE_HOME_ASSISTANT else sys.executable, quick=quick)

    async def look_at(number: int, point: Point) -> PointFacts:
        results = await asyncio.gather(*(run(name) for name in point.benchmarks))
        if not any(figure["peers"] for each in results for figure in each["figures"]):
            raise BenchmarkError(f"{point.title}: nothing to compare with")
        return {"number": number, "title": point.title, "benchmarks": results}

    return await asyncio.gather(*(look_at(number, point) for number, point in enumerate(POINTS, 1)))


async def _run(name: str, python: str, *, quick: bool) -> BenchmarkFacts:
    began = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="netrex-bench-") as folder:
        file = Path(folder) / "figures.json"
        arguments = ["--json", str(file), *(["--quick"] if quick else [])]
        process = await asyncio.create_subprocess_exec(
            *(python, "-m", f"benchmarks.{name}", *arguments), stdout=asyncio.subprocess.PIPE
        )
        try:
            printed, _ = await process.communicate()
        finally:
            # When another one fails, this one is given up.
            if process.returncode is None:
                process.kill()
        if not file.exists():
            raise BenchmarkError(f"{name} did not come to its end (exit code {process.returncode})")
        figures: list[FigureFacts] = json.loads(file.read_text())
    print(f"\n{name}\n{printed.decode().strip()}", flush=True)
    return {"name": name, "about": _about(name), "seconds": round(time.monotonic() - began, 1), "figures": figures}


def _about(name: str) -> str:
    """Return what a benchmark says of itself: its module's first words."""
    spec = find_spec(f"benchmarks.{name}")
    if spec is None or spec.origin is None:
        raise BenchmarkError(f"there is no benchmark {name}")
    return ast.get_docstring(ast.parse(Path(spec.origin).read_text())) or ""
