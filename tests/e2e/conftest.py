"""End to end, on the newest supported Home Assistant: what a person does, with a real browser and real processes."""

from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
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
_AT_ONCE = 2
_LONGEST_LOOK = 600.0
_LOOKS = {"checked": "check", "controlled": "control", "found": "recordings", "seen": "events"}
"""The demo's arguments, by the fixture that has the outcome."""


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


class Looks:
    """The demo's checks that this run will ask for, in the background from the beginning: they mostly wait."""

    def __init__(self, names: Iterable[str], folder: Callable[[str], Path]) -> None:
        self._folder = folder
        self._running: dict[str, Command] = {}
        self._pool = ThreadPoolExecutor(_AT_ONCE)
        self._outcomes = {name: self._pool.submit(self._look, name) for name in names}

    def _look(self, name: str) -> Outcome:
        folder = self._folder(name)
        command = Command(folder, f"--{name}", "--screenshots", str(folder / "screenshots"))
        self._running[name] = command
        try:
            return command.outcome(_LONGEST_LOOK)
        finally:
            command.stop()

    def outcome(self, name: str) -> Outcome:
        return self._outcomes[name].result()

    def end(self) -> None:
        self._pool.shutdown(wait=False, cancel_futures=True)
        for command in tuple(self._running.values()):
            command.stop()
        self._pool.shutdown()


@pytest.fixture(scope="session", autouse=True)
def _long_live(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Command | None]:
    """The long live view runs beside the other tests, from the beginning, when anybody will ask for it."""
    if not _is_asked_for(request, "long_live"):
        yield None
        return
    command = Command(tmp_path_factory.mktemp("long_live"), "--long-live", str(LONG_LIVE_SECONDS))
    yield command
    command.stop()


@pytest.fixture(scope="session")
def long_live(_long_live: Command) -> Outcome:
    return _long_live.outcome(LONG_LIVE_SECONDS + 150)


@pytest.fixture(scope="session", autouse=True)
def _looks(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Looks]:
    looks = Looks(
        [name for fixture, name in _LOOKS.items() if _is_asked_for(request, fixture)], tmp_path_factory.mktemp
    )
    yield looks
    looks.end()


@pytest.fixture(scope="session")
def checked(_looks: Looks) -> Outcome:
    return _looks.outcome("check")


@pytest.fixture(scope="session")
def controlled(_looks: Looks) -> Outcome:
    return _looks.outcome("control")


@pytest.fixture(scope="session")
def found(_looks: Looks) -> Outcome:
    return _looks.outcome("recordings")


@pytest.fixture(scope="session")
def seen(_looks: Looks) -> Outcome:
    return _looks.outcome("events")


def _is_asked_for(request: pytest.FixtureRequest, fixture: str) -> bool:
    return any(fixture in item.fixturenames for item in request.session.items if isinstance(item, pytest.Function))
