"""The hardware and software of a run, without anything that identifies the machine."""

from datetime import UTC, datetime
import os
from pathlib import Path
import platform
import re
import subprocess
from typing import TypedDict

from homeassistant import const


class Machine(TypedDict):
    """Where and when."""

    date: str
    processor: str
    cores: int
    memory_gb: float
    system: str
    python: str
    home_assistant: str
    whole_home_assistant: str
    load: float


def describe(demo_python: str) -> Machine:
    """Look at it.

    Args:
        demo_python: the Python of the environment with a whole Home Assistant.
    """
    version = subprocess.run(  # noqa: S603 - our own environment
        [demo_python, "-c", "from homeassistant.const import __version__; print(__version__)"],
        capture_output=True,
        text=True,
        check=True,
    ).stdout.strip()
    return {
        "date": f"{datetime.now(UTC):%Y-%m-%d}",
        "processor": _first(r"model name\s*:\s*(.+)", "/proc/cpuinfo") or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "memory_gb": round(int(_first(r"MemTotal:\s*(\d+)", "/proc/meminfo") or 0) / 1e6, 1),
        "system": f"{platform.system()} {platform.release().partition('-')[0]}",
        "python": platform.python_version(),
        "home_assistant": const.__version__,
        "whole_home_assistant": version,
        "load": round(os.getloadavg()[0], 2),
    }


def _first(pattern: str, file: str) -> str:
    found = re.search(pattern, Path(file).read_text())
    return found[1].strip() if found else ""
