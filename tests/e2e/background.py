"""Journeys in processes of their own, begun before anybody asks what came of them: they mostly wait."""

import asyncio
from collections.abc import Callable, Coroutine
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import SpawnProcess
import os
from pathlib import Path
import shutil
import tempfile
import threading
import time
import traceback

import psutil

from demo.home_assistant import STOP_TIMEOUT
from tests.e2e.report import Report

type Journeying = Callable[[Path], Coroutine[None, None, Report]]

_END_WITHIN = STOP_TIMEOUT + 15
"""Seconds: Home Assistant and the browser are stopped one after the other."""


class JourneyError(Exception):
    """A journey ended without a report."""


class Background:
    """Processes that make journeys, a few at a time.

    folder: returns a new folder for a journey.
    """

    def __init__(self, at_once: int, folder: Callable[[str], Path]) -> None:
        # Not by threads: a journey measures delays, which others' work would add to. Not by fork: pytest has threads.
        self._context = get_context("spawn")
        # Not by a pool of processes: one that is ended by a signal in order would begin the next journey.
        self._waiting = ThreadPoolExecutor(at_once)
        self._folder = folder
        self._reports: dict[str, Future[Report]] = {}
        self._processes: list[SpawnProcess] = []
        self._lock = threading.Lock()
        self._has_ended = False

    def begin(self, name: str, journey: Journeying) -> None:
        """Make a journey as soon as there is a place for it."""
        self._reports[name] = self._waiting.submit(self._travel, journey, self._folder(name))

    def report(self, name: str, within: float) -> Report:
        """Wait for what came of a journey; seconds."""
        return self._reports[name].result(within)

    def end(self, within: float = _END_WITHIN) -> None:
        """End what nobody waits for anymore.

        within: seconds after which what has not stopped by a signal to terminate is killed.
        """
        with self._lock:
            self._has_ended = True
        self._waiting.shutdown(wait=False, cancel_futures=True)
        for each in self._processes:
            each.terminate()
        deadline = time.monotonic() + within
        for each in self._processes:
            each.join(max(0.0, deadline - time.monotonic()))
            if each.is_alive():
                _kill_with_children(each)
                each.join()
        self._waiting.shutdown()

    def _travel(self, journey: Journeying, folder: Path) -> Report:
        receiving, sending = self._context.Pipe(duplex=False)
        with receiving:
            with sending, self._lock:
                if self._has_ended:
                    raise CancelledError
                process = self._context.Process(target=_make, args=(journey, folder, sending), daemon=True)
                process.start()
                self._processes.append(process)
            try:
                outcome = receiving.recv()
            except EOFError:
                raise JourneyError("its process has ended") from None
        if not isinstance(outcome, Report):
            raise JourneyError(outcome)
        return outcome


def _make(journey: Journeying, folder: Path, sending: Connection[Report | str, None]) -> None:
    # Of what a browser leaves behind, nothing outlives the tests' own folder.
    os.environ["TMPDIR"] = tempfile.tempdir = str(folder)
    try:
        report = asyncio.run(journey(folder / "config"))
    except BaseException:  # noqa: BLE001 - also a signal to terminate is told of
        sending.send(traceback.format_exc())
        return
    if report.ok:
        shutil.rmtree(folder / "config", ignore_errors=True)
    sending.send(report)


def _kill_with_children(process: SpawnProcess) -> None:
    """Kill a process, and Home Assistant and the browser that it has started."""
    try:
        family = [*(started := psutil.Process(process.pid)).children(recursive=True), started]
    except psutil.NoSuchProcess:
        return
    for each in family:
        try:
            each.kill()
        except psutil.NoSuchProcess:
            continue
