"""End to end, on the newest supported Home Assistant: what a person does, with a real browser and real processes."""

from collections.abc import Iterator
from dataclasses import dataclass
import json
import os
from pathlib import Path
import signal
import subprocess
import sys

import pytest

from demo.browser import find_chromium
from demo.home_assistant import CHECKOUT

LONG_LIVE_SECONDS = 120


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a run of the demo's command line left behind."""

    code: int
    printed: str
    report: dict

    def step(self, beginning: str) -> dict:
        return next(step for step in self.report["steps"] if step["name"].startswith(beginning))


class Command:
    """The demo's command line in a process of its own, running in the background."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._json = folder / "report.json"
        self._printed = folder / "printed.txt"
        with self._printed.open("w") as printed:
            self.process = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, "-u", "-m", "demo", *arguments, "--json", str(self._json)],
                cwd=CHECKOUT,
                stdout=printed,
                stderr=subprocess.STDOUT,
                env={**os.environ, "TMPDIR": str(folder)},
            )

    @property
    def printed(self) -> str:
        return self._printed.read_text()

    def outcome(self, timeout: float) -> Outcome:
        code = self.process.wait(timeout)
        report = json.loads(self._json.read_text()) if self._json.exists() else {"steps": []}
        return Outcome(code, self.printed, report)

    def stop(self) -> None:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGINT)
            try:
                self.process.wait(60)
            except subprocess.TimeoutExpired:
                self.process.kill()


@pytest.fixture(scope="session", autouse=True)
def _browser() -> None:
    """Without a browser these tests can't say anything: better a clear failure than a silent skip."""
    find_chromium()


@pytest.fixture(scope="session", autouse=True)
def _long_live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command | None]:
    """The long live view runs beside the other tests, from the beginning, when anybody will ask for them."""
    if not any("long_live" in item.fixturenames for item in request.session.items):
        yield None
        return
    command = Command(tmp_path_factory.mktemp("long_live"), "--long-live", str(LONG_LIVE_SECONDS))
    yield command
    command.stop()


@pytest.fixture(scope="session")
def long_live(_long_live: Command) -> Outcome:
    return _long_live.outcome(LONG_LIVE_SECONDS + 150)


@pytest.fixture(scope="session")
def checked(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Outcome]:
    folder = tmp_path_factory.mktemp("check")
    command = Command(folder, "--check", "--screenshots", str(folder / "screenshots"))
    try:
        yield command.outcome(300)
    finally:
        command.stop()
