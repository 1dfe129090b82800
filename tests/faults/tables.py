"""Reads the tables of a README.md, which are what the tests expect."""

from collections.abc import Mapping
from pathlib import Path
from typing import Final

README: Final = Path(__file__).with_name("README.md")
#: What a table says of a way that a call can't go wrong in.
NOTHING: Final = "–"

type Table = Mapping[str, Mapping[str, str]]
"""Cells by row and column, both by what stands in their heads."""


def tables(document: Path = README) -> Mapping[str, Table]:
    """Return all tables by the heading above them."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    heading, columns = "", []
    for line in document.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            heading, columns = line.lstrip("# "), []
        elif not line.startswith("|"):
            columns = []
        elif not columns:
            columns = _cells(line)
        elif set(line) - set("|-: "):
            head, *cells = _cells(line)
            assert len(cells) == len(columns) - 1, f"README.md: {head} has too many or too few cells"
            rows = found.setdefault(heading, {})
            assert head not in rows, f"README.md: {head} is there twice"
            rows[head] = dict(zip(columns[1:], cells, strict=True))
    return found


def _cells(line: str) -> list[str]:
    return [cell.strip().replace("`", "") for cell in line.strip().strip("|").split("|")]
