"""Facts of the two APIs in docs/api: each in its form, and everything that code and documents refer to is there."""

import ast
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from io import StringIO
from itertools import pairwise
from pathlib import Path
import re
import tokenize

from .tree import COMPONENT, Repository

FACTS = Path("docs/api")
# The page that lists a prefix's sources.
ENTRY_PAGES: Mapping[str, Path] = {"NX": FACTS / "netrex.md", "VX": FACTS / "vapix.md"}
SWITCHES = Path("simulator/switches.py")
# A fact of these can't be "found nowhere".
READ_SOMEWHERE = {"CONFIRMED", "INFERRED"}
NOWHERE = "NONE"

FACT = re.compile(r"^- \*\*(?P<id>(?P<prefix>[A-Z]+)-[A-Z]+-\d+)\*\* *(?P<rest>.*)$", re.MULTILINE)
STATUS = re.compile(r"(CONFIRMED|INFERRED|UNKNOWN)\b *")
IN_BRACKETS = re.compile(r"\(([^)]+)\): \S")
SOURCE_TABLE = re.compile(r"^\| Source \|.*\n\| -.*\n((?:\|.*\n)+)", re.MULTILINE)
CITED = re.compile(r"\b(?:NX|VX)-[A-Z]+(?:-\d+)?\b")
OPEN = re.compile(r"\b(?:INFERRED|UNKNOWN)\b")
CITED_FACT = re.compile(r"\b(?:NX|VX)-[A-Z]+-\d+\b")

FILE = re.compile(r"(?<![\w.:/<>{}*$-])[\w./-]*\w\.(?:md|py)\b(?!/)")
FOLDERS = "account_check|benchmarks|blueprints|custom_components|demo|docs|requirements|scripts|shared|simulator|tests"
IN_FOLDER = re.compile(rf"(?<![\w.:/<>{{}}*$-])(?:{FOLDERS})/[\w./-]*\w(?![*<{{])")
SECTION = re.compile(r"[\w-]+\.md,? (?:section )?\d[\d.]*")
READABLE = {".md", ".py", ".sh", ".yaml", ".yml", ".toml", ""}


@dataclass(frozen=True, slots=True)
class Fact:
    """One fact, or what looks like one."""

    fact_id: str
    prefix: str
    where: str
    rest: str  # of its first line, behind the id


def citations(repository: Repository) -> Iterator[str]:
    """Check the form of each fact, and that cited facts exist.

    Each switch of the simulator cites one, and so does what the integration calls INFERRED or UNKNOWN.
    """
    facts = list(_facts(repository))
    yield from _malformed(repository, facts)
    known = {fact.fact_id for fact in facts}
    known |= {fact_id.rpartition("-")[0] for fact_id in known}
    for path, line, text in _looked_at(repository):
        for match in CITED.finditer(text):
            if match[0] not in known:
                yield _at(path, line, text, match, "is no fact")
        if path.is_relative_to(COMPONENT) and (uncited := OPEN.search(text)) and not CITED.search(text):
            yield _at(path, line, text, uncited, "is said of nothing that has an id")
    for name, line, docstring in _switches(repository):
        if not CITED_FACT.search(docstring):
            yield f"{SWITCHES}:{line}: the switch {name} cites no fact"


def references(repository: Repository) -> Iterator[str]:
    """Check that every file that a document, a docstring or a comment names is in the repository."""
    files = {path.as_posix() for path in repository.files}
    there = files | {folder.as_posix() for path in repository.files for folder in path.parents}
    endings = {"/".join(path.parts[start:]) for path in repository.files for start in range(len(path.parts))}
    for path, line, text in _looked_at(repository):
        for match in FILE.finditer(text):
            if match[0] not in endings and _normal(path.parent / match[0]) not in files:
                yield _at(path, line, text, match, "is not in the repository")
        for match in IN_FOLDER.finditer(text):
            if match[0] not in there and match[0] not in endings and not FILE.fullmatch(match[0]):
                yield _at(path, line, text, match, "is not in the repository")
        for match in SECTION.finditer(text):
            yield _at(path, line, text, match, "is a section, cite the id of a fact")


def _at(path: Path, line: int, text: str, match: re.Match[str], problem: str) -> str:
    return f"{path}:{line + text.count('\n', 0, match.start())}: {match[0]} {problem}"


def _facts(repository: Repository) -> Iterator[Fact]:
    for path in repository.files:
        if path.suffix == ".md" and path.is_relative_to(FACTS):
            text = repository.text(path)
            for match in FACT.finditer(text):
                where = f"{path}:{text.count('\n', 0, match.start()) + 1}"
                yield Fact(match["id"], match["prefix"], where, match["rest"])


def _malformed(repository: Repository, facts: list[Fact]) -> Iterator[str]:
    """Yield what is wrong with the facts themselves."""
    sources = {prefix: _sources(repository.text(page)) for prefix, page in ENTRY_PAGES.items()}
    counts = Counter(fact.fact_id for fact in facts)
    for fact in facts:
        if counts[fact.fact_id] > 1:
            yield f"{fact.where}: {fact.fact_id} is there {counts[fact.fact_id]} times"
        status = STATUS.match(fact.rest)
        if not status:
            yield f"{fact.where}: {fact.fact_id} has no status"
            continue
        brackets = IN_BRACKETS.match(fact.rest, status.end())
        if not brackets:
            yield f"{fact.where}: {fact.fact_id} has no source"
            continue
        for source in (each.split()[0] for each in brackets[1].split(", ")):
            if source not in sources.get(fact.prefix, set()):
                yield f"{fact.where}: {fact.fact_id} has the source {source}, which {FACTS} doesn't list"
            elif source == NOWHERE and status[1] in READ_SOMEWHERE:
                yield f"{fact.where}: {fact.fact_id} has no source, but is {status[1]}"


def _sources(page: str) -> set[str]:
    """Return the first column of a page's table of sources."""
    table = SOURCE_TABLE.search(page)
    return {row.split("|")[1].strip() for row in table[1].splitlines()} if table else set()


def _switches(repository: Repository) -> Iterator[tuple[str, int, str]]:
    """Yield (name, line, docstring) of each switch of the simulator."""
    for node in ast.walk(ast.parse(repository.text(SWITCHES))):
        if isinstance(node, ast.ClassDef) and node.name == "Switches":
            for field, following in pairwise([*node.body, ast.Pass()]):
                if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name):
                    yield field.target.id, field.lineno, _docstring(following)


def _docstring(node: ast.stmt) -> str:
    match node:
        case ast.Expr(value=ast.Constant(value=str(text))):
            return text
        case _:
            return ""


def _looked_at(repository: Repository) -> Iterator[tuple[Path, int, str]]:
    """Yield (file, line, text) of all that people read: documents and scripts, and docstrings and comments of code."""
    for path in repository.files:
        if path.suffix not in READABLE:
            continue
        text = repository.text(path)
        if not any(pattern.search(text) for pattern in (CITED, OPEN, FILE, IN_FOLDER)):
            continue
        for line, part in _prose(text) if path.suffix == ".py" else [(1, text)]:
            yield path, line, part


def _prose(code: str) -> Iterator[tuple[int, str]]:
    """Yield (line, text) of docstrings and comments; comments on lines that follow each other are one."""
    comment: list[tokenize.TokenInfo] = []
    at_start = True
    for token in tokenize.generate_tokens(StringIO(code).readline):
        if token.type == tokenize.COMMENT and not (comment and token.start[0] == comment[-1].start[0] + 1):
            yield from _joined(comment)
            comment = [token]
        elif token.type == tokenize.COMMENT:
            comment.append(token)
        elif token.type in {tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT}:
            at_start = True
        elif token.type != tokenize.NL:
            if token.type == tokenize.STRING and at_start:
                yield token.start[0], token.string
            at_start = False
    yield from _joined(comment)


def _joined(comment: list[tokenize.TokenInfo]) -> Iterator[tuple[int, str]]:
    if comment:
        yield comment[0].start[0], "\n".join(line.string for line in comment)


def _normal(path: Path) -> str:
    """Return the path without "..", which Path does not take out."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return "/".join(parts)
