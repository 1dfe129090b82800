"""The list of points, the document and the tests stay together."""

import ast
from pathlib import Path
import re

import pytest

from .points import POINTS

ROOT = Path(__file__).parents[2]
DOCUMENT = (ROOT / "docs/threat-model.md").read_text()


def functions(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)}


@pytest.mark.parametrize("point", POINTS)
def test_its_tests_exist(point: str) -> None:
    for named in POINTS[point]:
        file, _, name = named.partition("::")
        assert (ROOT / file).is_file(), named
        assert not name or name in functions(ROOT / file), named


def test_the_document_has_the_same_points() -> None:
    table = DOCUMENT.partition("## What holds")[2].partition("\n## ")[0]
    rows = re.findall(r"^\| ([^|]+) \|", table, re.MULTILINE)
    assert [row for row in rows if row not in {"Point", "---"}] == list(POINTS)


def test_every_file_of_tests_is_named() -> None:
    named = {each.partition("::")[0] for tests in POINTS.values() for each in tests}
    here = {path.relative_to(ROOT).as_posix() for path in Path(__file__).parent.rglob("test_*.py")}
    assert here - named == {Path(__file__).relative_to(ROOT).as_posix()}


def test_whoever_finds_a_weakness_knows_where_to_go() -> None:
    text = (ROOT / "SECURITY.md").read_text()
    assert "security/advisories/new" in text
    assert "docs/threat-model.md" in text
