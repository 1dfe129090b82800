"""What is installed is what was looked at: nothing for users, and fixed versions with their sums for everybody else."""

import json
from pathlib import Path
import re

import pytest

ROOT = Path(__file__).parents[2]
PINNED = re.compile(r"^[A-Za-z0-9._\[\]-]+==[^\s;]+(?: ;.*)?$")
SUM = re.compile(r"^--hash=sha256:[0-9a-f]{64}$")
REQUIREMENTS = sorted((ROOT / "requirements").glob("*.txt"))


def problems(text: str) -> list[str]:
    """Return the lines of a list of requirements that say less than exactly what is installed."""
    joined = text.replace("\\\n", " ")
    lines = [line.strip() for line in joined.splitlines() if line.strip() and not line.lstrip().startswith("#")]
    found = []
    for line in lines:
        name, *sums = re.split(r"\s+(?=--hash)", line)
        if not PINNED.fullmatch(name) or not sums or not all(SUM.fullmatch(each) for each in sums):
            found.append(line[:80])
    return found


def test_users_install_nothing_beside_it() -> None:
    manifest = json.loads((ROOT / "custom_components/netrex/manifest.json").read_text())
    assert manifest["requirements"] == []


@pytest.mark.parametrize("path", REQUIREMENTS, ids=lambda path: path.name)
def test_every_package_has_its_version_and_its_sums(path: Path) -> None:
    assert problems(path.read_text()) == []
    assert len(path.read_text().splitlines()) > 3


def test_there_are_lists() -> None:
    assert {path.stem for path in REQUIREMENTS} >= {"bench", "demo", "lint", "test"}


@pytest.mark.parametrize(
    "line",
    [
        "aiohttp", "aiohttp>=3", "aiohttp==3.14.5", "git+https://example.com/x.git", "./folder", "-e .",
        "aiohttp==3.14.5 --hash=md5:00", f"aiohttp>=3 --hash=sha256:{'0' * 64}", "--find-links https://example.com",
    ],
)  # fmt: skip
def test_a_looser_line_is_found(line: str) -> None:
    assert problems(line)


def test_installing_looks_at_the_sums() -> None:
    setup = (ROOT / "scripts/setup").read_text()
    (line,) = re.findall(r"^.*pip sync .*$", setup, re.MULTILINE)
    assert "--require-hashes" in line
