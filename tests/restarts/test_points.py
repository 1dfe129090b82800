"""The tables, their tests and what writes stay together."""

import ast
from collections.abc import Mapping
from pathlib import Path
import re
from typing import Final

import pytest

from tests.faults.tables import NOTHING, Table, tables

from .points import REMOVED, SET, WRITTEN

ROOT: Final = Path(__file__).parents[2]
README: Final = Path(__file__).with_name("README.md")
PACKAGE: Final = ROOT / "custom_components/netrex"
#: What needs no test of ours.
_NOT_OURS: Final = {NOTHING, "HA"}
#: Modules that write something that outlives the process.
_WRITERS: Final = {
    "episodes/database_file.py",
    "episodes/picture_files.py",
    "events/pictures.py",
    "metrics/statistics.py",
    "observed/recorder.py",
    "storage/tolerant_store.py",
    "ptz/moving_store.py",
    "cameras/declared_sources.py",
    "recordings/card_clips.py",
    "recordings/export.py",
    "recordings/known_exports.py",
    "repairs.py",
    "auth/tokens.py",
    "issues.py",
}
_WRITES: Final = re.compile(
    r"\bStore\[|\bTolerantStore\[|write_bytes|write_text|\"[wax]b?\"|tempfile|mkdtemp|os\.(link|replace|rename|open)|(open|replace)_private[(,]"
    r"|async_add_external_statistics\(|async_update_entry\(|async_create_issue\("
)
#: Those that write into memory, or into a file that another looks after.
_NOTHING_LASTING: Final = {
    "storage/private_files.py",
    "live/remux.py",
    "live/transport_stream.py",
    "recordings/card_remux.py",
    "speaker/conversion.py",
}


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize(
    ("heading", "points"),
    [("What is written", WRITTEN), ("Clocks that are set", SET), ("What is removed with what", REMOVED)],
)
def test_every_cell_has_its_tests(heading: str, points: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
    table: Table = tables(README)[heading]
    wanted = {row: {way for way, word in cells.items() if word not in _NOT_OURS} for row, cells in table.items()}
    assert {row: set(ways) for row, ways in points.items()} == wanted


def test_every_word_is_explained() -> None:
    text = README.read_text()
    words = {word for cells in tables(README)["What is written"].values() for word in cells.values()}
    assert words <= tables(README)["When it ends in the middle"].keys()
    clock_words = {word for cells in tables(README)["Clocks that are set"].values() for word in cells.values()}
    explained = set(re.findall(r"`([a-z ]+)`: ", text.partition("## Clocks")[2])) | {"HA"}
    assert clock_words <= explained
    removal_words = {word for cells in tables(README)["What is removed with what"].values() for word in cells.values()}
    assert removal_words <= explained


@pytest.mark.parametrize("points", [WRITTEN, SET, REMOVED])
def test_its_tests_exist(points: Mapping[str, Mapping[str, tuple[str, ...]]]) -> None:
    named = {each for ways in points.values() for tests in ways.values() for each in tests}
    for file in {each.partition("::")[0] for each in named}:
        wanted = {each.partition("::")[2] for each in named if each.startswith(f"{file}::")}
        assert wanted <= functions(ROOT / file), file


def test_whatever_writes_is_in_the_table() -> None:
    """Whoever writes something new has to say here what becomes of it, and in the table."""
    writing = {
        path.relative_to(PACKAGE).as_posix() for path in PACKAGE.rglob("*.py") if _WRITES.search(path.read_text())
    }
    assert writing - _NOTHING_LASTING == _WRITERS
