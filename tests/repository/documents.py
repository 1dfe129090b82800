"""The documents: their links lead somewhere, and the changelog is in order."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
import re

from .tree import Repository

# [text](target) and ![text](target), also with an image for its text; code blocks are taken out before.
LINK = re.compile(r"\]\(([^)\s]+)\)")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)


def documents(repository: Repository) -> Iterator[str]:
    """Check that every link to a file of the repository, or to a heading in it, has its target."""
    for path in repository.files:
        if path.suffix != ".md":
            continue
        for link in LINK.findall(CODE.sub("", repository.text(path))):
            if ":" in link:
                continue
            name, _, anchor = link.partition("#")
            target = Path(*_normal(path.parent / name)) if name else path
            if not repository.has(target):
                yield f"{path}: {link} leads nowhere"
            elif anchor and anchor not in _anchors(repository.text(target)):
                yield f"{path}: {link} leads to no heading"


def changelog(repository: Repository) -> Iterator[str]:
    """Check that the changelog has each line once and its links last, also after changes were merged."""
    entries, _, links = repository.text("CHANGELOG.md").partition("\n[")
    for line in links.splitlines()[1:]:
        if not line.startswith("["):
            yield f"CHANGELOG.md: {line[:40]!r} is behind the links"
    for line, count in Counter(entries.splitlines()).items():
        if line.startswith("- ") and count > 1:
            yield f"CHANGELOG.md: {line[:40]!r} is there {count} times"


def _normal(path: Path) -> list[str]:
    """Return the path's parts without "..", which Path does not take out."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts:
            parts.pop()
        else:
            parts.append(part)
    return parts


def _anchors(text: str) -> set[str]:
    """Return what GitHub makes of the headings."""
    headings = re.findall(r"^#+ (.+)$", CODE.sub("", text), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
