"""Journeys in the background end with the tests, whatever they are doing, and leave nothing behind."""

import asyncio
from collections.abc import Iterator
from pathlib import Path
import signal
import time

import psutil
import pytest

from tests.e2e.background import Background, JourneyError, Journeying
from tests.e2e.journeys.journey import stop_on_terminate
from tests.e2e.report import Report

_PATIENCE = 60.0


async def _arrive(_folder: Path) -> Report:
    report = Report()
    async with report.step("arrive"):
        pass
    return report


async def _fail(_folder: Path) -> Report:
    raise RuntimeError("somebody dug up the road")


async def _wait(folder: Path) -> Report:
    stop_on_terminate()
    return await _stay(folder)


async def _wait_stubbornly(folder: Path) -> Report:
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    return await _stay(folder)


async def _stay(folder: Path) -> Report:
    """Start something, as a journey starts Home Assistant, and stop it in the end."""
    process = await asyncio.create_subprocess_exec("sleep", "600", start_new_session=True)
    folder.with_name("begun").write_text(str(process.pid))
    try:
        await asyncio.sleep(600)
    finally:
        process.terminate()
        await process.wait()
    return Report()


class _Folders:
    def __init__(self, path: Path) -> None:
        self._path = path

    def make(self, name: str) -> Path:
        folder = self._path / name
        folder.mkdir()
        return folder

    def begun(self) -> dict[str, int]:
        """Return what each journey has started."""
        texts = {each.parent.name: each.read_text() for each in self._path.glob("*/begun")}
        return {name: int(text) for name, text in texts.items() if text}


@pytest.fixture
def folders(tmp_path: Path) -> _Folders:
    return _Folders(tmp_path)


@pytest.fixture
def background(folders: _Folders) -> Iterator[Background]:
    background = Background(2, folders.make)
    yield background
    background.end(0)


def _until_begun(folders: _Folders, *names: str) -> None:
    deadline = time.monotonic() + _PATIENCE
    while folders.begun().keys() != set(names):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_reports(background: Background) -> None:
    background.begin("arrive", _arrive)
    background.begin("fail", _fail)
    background.begin("arrive later", _arrive)
    assert background.report("arrive", _PATIENCE).ok
    assert background.report("arrive later", _PATIENCE).ok
    with pytest.raises(JourneyError, match="dug up the road"):
        background.report("fail", _PATIENCE)


@pytest.mark.parametrize(("journey", "within"), [(_wait, _PATIENCE), (_wait_stubbornly, 0.5)])
def test_no_journey_outlives_the_end(
    background: Background, folders: _Folders, journey: Journeying, within: float
) -> None:
    for name in ("first", "second", "third", "fourth"):
        background.begin(name, journey)
    _until_begun(folders, "first", "second")
    began = time.monotonic()
    background.end(within)
    assert time.monotonic() - began < within + _PATIENCE
    for name in ("first", "second"):
        with pytest.raises(JourneyError):
            background.report(name, 0)
    assert folders.begun().keys() == {"first", "second"}
    # What is killed takes a moment to end.
    deadline = time.monotonic() + _PATIENCE
    while any(_runs(pid) for pid in folders.begun().values()):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def _runs(pid: int) -> bool:
    """Return whether there is a process; the first one of a container may let dead ones lie."""
    try:
        return bool(psutil.Process(pid).status() != psutil.STATUS_ZOMBIE)
    except psutil.NoSuchProcess:
        return False
