"""`scripts/bench --quick`: all points are measured beside somebody, and written down. Not how fast anything is."""

import json
from pathlib import Path
import subprocess

import pytest

from benchmarks.suite import POINTS
from demo.home_assistant import CHECKOUT

# It takes a minute on a quiet machine; how long beside other work says nothing about the benchmarks.
pytestmark = pytest.mark.timeout(900)


def test_all_points_are_measured(tmp_path: Path) -> None:
    file = tmp_path / "figures.json"
    done = subprocess.run(  # noqa: S603 - our own script
        [CHECKOUT / "scripts" / "bench", "--quick", "--json", file],
        cwd=CHECKOUT,
        capture_output=True,
        text=True,
        timeout=840,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    assert "All points measured" in done.stdout
    run = json.loads(file.read_text())
    assert [point["number"] for point in run["points"]] == list(range(1, len(POINTS) + 1))
    for point in run["points"]:
        compared = [
            peer["ratio"]["median"]
            for benchmark in point["benchmarks"]
            for figure in benchmark["figures"]
            for peer in figure["peers"].values()
            if peer["ratio"]
        ]
        assert compared, point["title"]
    # What holds however fast the machine is: counts.
    goals = {
        goal["text"]: goal
        for point in run["points"]
        for each in point["benchmarks"]
        for figure in each["figures"]
        for goal in figure["goals"]
    }
    reopened = next(
        figure["ours"]["median"]
        for point in run["points"]
        for each in point["benchmarks"]
        for figure in each["figures"]
        if figure["name"] == "event streams that had to be opened again"
    )
    # The clock of that hour is fast: on a busy machine, answers may come too late for it each time it is measured.
    assert goals["none"]["met"] or reopened, "an unchanged refresh wrote states"
    assert goals["one"]["met"], "a day in the media browser is one request"
    assert goals["none lost"]["met"], "episodes were lost"
    assert goals["none in any burst"]["met"], "events were lost"
