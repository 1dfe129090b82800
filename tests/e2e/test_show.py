"""The demo as a person starts it, and Ctrl-C."""

from pathlib import Path
import re
import signal
import subprocess
import sys
import time
from urllib.request import urlopen

import pytest

from demo.home_assistant import CHECKOUT

pytestmark = pytest.mark.timeout(400)


class Command:
    """The demo's command line in a process of its own."""

    def __init__(self, folder: Path, *arguments: str) -> None:
        self._printed = folder / "printed.txt"
        with self._printed.open("w") as printed:
            self.process = subprocess.Popen(  # noqa: S603 - our own command line
                [sys.executable, "-u", "-m", "demo", *arguments],
                cwd=CHECKOUT,
                stdout=printed,
                stderr=subprocess.STDOUT,
            )

    @property
    def printed(self) -> str:
        return self._printed.read_text()


def _wait_for(command: Command, pattern: str, seconds: float = 180.0) -> str:
    end = time.monotonic() + seconds
    while time.monotonic() < end and command.process.poll() is None:
        if found := re.search(pattern, command.printed):
            return found[1]
        time.sleep(0.2)
    pytest.fail(f"{pattern} was not printed, but: {command.printed}")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [((), r"(Settings > Repairs)"), (("--fresh",), r"Client ID +(\S+)")],
    ids=["signed in", "fresh"],
)
def test_it_starts_says_where_it_is_and_stops(tmp_path: Path, arguments: tuple[str, ...], expected: str) -> None:
    command = Command(tmp_path, "--port", "0", "--folder", str(tmp_path / "demo"), *arguments)
    try:
        url = _wait_for(command, r"Home Assistant +(http://\S+)")
        _wait_for(command, expected)
        with urlopen(url, timeout=10) as answer:  # noqa: S310 - the demo's own http
            assert answer.status == 200
        _wait_for(command, r"(Ctrl-C)")
    finally:
        command.process.send_signal(signal.SIGINT)
    assert command.process.wait(60) == 0, command.printed

    with pytest.raises(OSError, match="refused"):
        urlopen(url, timeout=10)  # noqa: S310 - the same


@pytest.mark.parametrize("arguments", [(), ("--fresh",)], ids=["signed in", "fresh"])
def test_check_ends_once_everything_is_ready(tmp_path: Path, arguments: tuple[str, ...]) -> None:
    command = Command(tmp_path, "--check", "--port", "0", "--folder", str(tmp_path / "demo"), *arguments)
    assert command.process.wait(180) == 0, command.printed
    assert "Everything is ready" in command.printed


def test_check_says_what_is_not_ready(tmp_path: Path) -> None:
    in_the_way = tmp_path / "demo"
    in_the_way.touch()
    command = Command(tmp_path, "--check", "--port", "0", "--folder", str(in_the_way))
    assert command.process.wait(180) == 1
    assert "The demo is not ready: " in command.printed
    assert "Traceback" not in command.printed
    assert "Everything is ready" not in command.printed
