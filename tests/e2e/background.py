"""Journeys in processes of their own, begun before anybody asks what came of them: they mostly wait."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import Future, ProcessPoolExecutor
from multiprocessing import get_context
import os
from pathlib import Path
import shutil
import tempfile

from tests.e2e.report import Report

type Journeying = Callable[[Path], Coroutine[None, None, Report]]


class Background:
    """Processes that make journeys, a few at a time.

    folder: returns a new folder for a journey.
    """

    def __init__(self, at_once: int, folder: Callable[[str], Path]) -> None:
        # Not by threads: a journey measures delays, which others' work would add to. Not by fork: pytest has threads.
        self._pool = ProcessPoolExecutor(at_once, mp_context=get_context("spawn"))
        self._folder = folder
        self._reports: dict[str, Future[Report]] = {}

    def begin(self, name: str, journey: Journeying) -> None:
        """Make a journey as soon as there is a process for it."""
        self._reports[name] = self._pool.submit(_make, journey, self._folder(name))

    def report(self, name: str, within: float) -> Report:
        """Wait for what came of a journey; seconds."""
        return self._reports[name].result(within)

    def end(self) -> None:
        """Let what nobody waits for any more come to its end."""
        if all(report.done() for report in self._reports.values()):
            self._pool.shutdown()
        else:
            self._pool.terminate_workers()


def _make(journey: Journeying, folder: Path) -> Report:
    # Of what a browser leaves behind, nothing outlives the tests' own folder.
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    report = asyncio.run(journey(folder / "config"))
    if report.ok:
        shutil.rmtree(folder / "config", ignore_errors=True)
    return report
