"""The table of what is assumed: made of the facts in docs/api, for everything that the integration observes.

    python -m tests.repository --fix

writes it into docs/compatibility.md.
"""

import ast
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
import re

from .citations import FACT, FACTS, IN_BRACKETS, STATUS
from .tree import COMPONENT, Repository

PAGE = Path("docs/compatibility.md")
OBSERVED = COMPONENT / "transport/facts.py"
_ASSUMED = re.compile(r"^  Assumed: (.+)\. Otherwise: (.+)\.$")
_BEGIN = "<!-- Made of docs/api by `python -m tests.repository --fix`. -->\n"
_TABLE = re.compile(rf"(?<={re.escape(_BEGIN)}).*(?=<!-- end -->)", re.DOTALL)
_HEAD = "| In the report | Fact | Assumed | Otherwise | Status | Sources |\n| --- | --- | --- | --- | --- | --- |\n"


@dataclass(frozen=True, slots=True)
class Assumption:
    """What is assumed of a fact, and what happens if it is otherwise."""

    page: Path
    line: int
    assumed: str
    otherwise: str
    status: str
    sources: str


def compatibility(repository: Repository) -> Iterator[str]:
    """Check that each fact that is observed says what is assumed, no other does, and that the table is up to date."""
    observed, assumptions = observed_facts(repository), assumptions_of(repository)
    for key, fact_id in observed.items():
        if fact_id not in assumptions:
            yield f"{OBSERVED}: {key} is observed, but {fact_id} doesn't say what is assumed"
    for fact_id, assumption in assumptions.items():
        if fact_id not in observed.values():
            yield f"{assumption.page}:{assumption.line}: nothing observes {fact_id}"
    if not (found := _TABLE.search(repository.text(PAGE))) or found[0] != table(repository):
        yield f"{PAGE}: its table is not that of {FACTS}: python -m tests.repository --fix"


def observed_facts(repository: Repository) -> Mapping[str, str]:
    """Return the ids of the facts that the integration observes, by their names in the report."""
    return {
        target.id.lower(): ast.literal_eval(statement.value)[0]
        for node in ast.parse(repository.text(OBSERVED)).body
        if isinstance(node, ast.ClassDef) and node.name == "Fact"
        for statement in node.body
        if isinstance(statement, ast.Assign)
        for target in statement.targets
        if isinstance(target, ast.Name)
    }


def assumptions_of(repository: Repository) -> Mapping[str, Assumption]:
    """Return what is assumed, by the id of the fact."""
    return {
        fact_id: assumption
        for path in repository.files
        if path.suffix == ".md" and path.is_relative_to(FACTS)
        for fact_id, assumption in _on_page(path, repository.text(path))
    }


def _on_page(path: Path, text: str) -> Iterator[tuple[str, Assumption]]:
    fact: re.Match[str] | None = None
    for number, line in enumerate(text.splitlines(), 1):
        fact = FACT.match(line) or (fact if line.startswith("  ") else None)
        if fact and (assumed := _ASSUMED.match(line)) and (status := STATUS.match(fact["rest"])):
            brackets = IN_BRACKETS.match(fact["rest"], status.end())
            sources = brackets[1] if brackets else ""
            yield fact["id"], Assumption(path, number, assumed[1], assumed[2], status[1], sources)


def table(repository: Repository) -> str:
    """Return the table as it should be."""
    assumptions = assumptions_of(repository)
    rows = [
        f"| `{key}` | [{fact_id}]({it.page.relative_to(PAGE.parent)}) | {it.assumed} | {it.otherwise} "
        f"| {it.status} | {it.sources} |\n"
        for key, fact_id in observed_facts(repository).items()
        if (it := assumptions.get(fact_id)) is not None
    ]
    return _HEAD + "".join(rows)


def write_table(repository: Repository) -> None:
    """Bring the table up to date."""
    made = table(repository)
    page = repository.root / PAGE
    page.write_text(_TABLE.sub(lambda _: made, page.read_text(encoding="utf-8")), encoding="utf-8")
