"""The documents: their links lead somewhere, their pictures are small, and what they quote is there."""

from collections import Counter
from collections.abc import Iterator
from functools import cache
from pathlib import Path
import re

import yaml  # type: ignore[import-untyped]  # Home Assistant brings it, without its stubs

from .boundaries import PACKAGES
from .tree import COMPONENT, Repository, leaves

DOCS = Path("docs")
IMAGES = DOCS / "images"
LONGEST_PAGE = 150  # lines
LARGEST_IMAGE = 250_000  # bytes
#: Tables that a test reads, and facts that are looked up: neither is read from its beginning to its end.
_LONG = (DOCS / "threat-model.md", DOCS / "api")
_FOR_CONTRIBUTORS = {"add-a-feature.md", "architecture.md", "releasing.md", "testing.md", "threat-model.md"}
_OURS = re.compile(
    r"https://github\.com/netrex-home-assistant/netrex/(?:blob|tree|raw)/main/([^\s\"'()<>#]+)(#[\w-]+)?"
)

# [text](target) and ![text](target), also with an image for its text; code blocks are taken out before.
LINK = re.compile(r"\]\(([^)\s]+)\)|<img[^>]* src=\"([^\"]+)\"")
CODE = re.compile(r"^```.*?^```|`[^`\n]*`", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```yaml\n(.*?)^```", re.MULTILINE | re.DOTALL)
_BOLD = re.compile(r"\*\*([^*\n]+)\*\*")
#: What Home Assistant's own pages say, and Netrex's.
_SAID_BY_OTHERS = frozenset({
    "Actions", "Add action", "Add card", "Add dashboard", "Add integration", "API", "Application credentials",
    "Application interface", "Assist", "Automations & scenes", "Blueprints", "Browse media", "Button", "Camera view",
    "Community dashboards", "Configuration", "Create", "Create an API TOKEN", "Create automation",
    "Create new automation", "Delete", "Devices & services", "Disable debug logging", "Download",
    "Download diagnostics", "Edit dashboard", "Edit in YAML", "Enable debug logging", "Enabled", "Fan", "Finish",
    "full access", "HACS", "Import blueprint", "Install", "live", "auto", "Manual", "Marketplace",
    "Numeric state crossed threshold", "Media", "Netrex", "OAuth2 Application", "Picture entity",
    "Preload camera stream", "Reconfigure", "Reload", "Repairs", "Restart", "Search", "Settings",
    "Settings > Dashboards", "Show as", "Statistics", "Statistics graph", "Submit", "System", "System information",
    "Tools", "Value of an entity", "Visit",
})  # fmt: skip


def documents(repository: Repository) -> Iterator[str]:
    """Check that every link to a file of the repository, or to a heading in it, has its target."""
    for path in repository.files:
        text = repository.text(path)
        for name, anchor in _OURS.findall(text):
            yield from _target(repository, path, f"/{name}{anchor}")
        if path.suffix != ".md":
            continue
        for link in (markdown or html for markdown, html in LINK.findall(CODE.sub("", text))):
            if ":" not in link:
                yield from _target(repository, path, link)


def _target(repository: Repository, path: Path, link: str) -> Iterator[str]:
    name, _, anchor = link.partition("#")
    base = Path() if name.startswith("/") else path.parent
    target = Path(*_normal(base / name.lstrip("/"))) if name else path
    if not repository.has(target):
        yield f"{path}: {link} leads nowhere"
    elif anchor and anchor not in _anchors(repository.text(target)):
        yield f"{path}: {link} leads to no heading"


def pages(repository: Repository) -> Iterator[str]:
    """Check that pages are short and in the index, and that the drawing's page has all packages."""
    index, architecture = (repository.text(DOCS / name) for name in ("README.md", "architecture.md"))
    for path in _pages(repository):
        lines = repository.text(path).count("\n")
        if lines > LONGEST_PAGE and not any(path.is_relative_to(each) for each in _LONG):
            yield f"{path}: {lines} lines, at most {LONGEST_PAGE}"
        if path.parent == DOCS and path.name != "README.md" and f"({path.name})" not in index:
            yield f"{path}: {DOCS}/README.md does not lead to it"
    for package in sorted(PACKAGES):
        if f"`{package}/`" not in architecture:
            yield f"{DOCS}/architecture.md: does not say what {package}/ is"


def quotes(repository: Repository) -> Iterator[str]:
    """Check that what pages for users print in bold is what a page of Home Assistant says."""
    english = {text for _, text in leaves(dict(repository.json(COMPONENT / "translations/en.json")))}
    # An option's name ends where its explanation begins, and an entity's where what it is about is put in.
    short = {re.split(r": | \(|\{|: ", text)[0] for text in english}
    for path in _pages(repository):
        if path.parent != DOCS or path.name in _FOR_CONTRIBUTORS:
            continue
        for quoted in _BOLD.findall(CODE.sub("", repository.text(path))):
            known = {quoted, quoted.removesuffix(" …")} & (english | short | _SAID_BY_OTHERS)
            if "](" not in quoted and not known and not any(_fits(text, quoted) for text in english):
                yield f"{path}: nothing is called {quoted!r}"


def examples(repository: Repository) -> Iterator[str]:
    """Check that every block of YAML can be read, and is something that a user can paste somewhere."""
    for place, text in blocks(repository):
        try:
            value = yaml.safe_load(text)
        except yaml.YAMLError as err:
            yield f"{place}: {err}".replace("\n", " ")
            continue
        if not isinstance(value, dict) or not {"strategy", "type", "triggers"} & value.keys():
            yield f"{place}: neither a card, nor a dashboard, nor an automation"


def blocks(repository: Repository) -> Iterator[tuple[str, str]]:
    """Yield (place, text) of every block of YAML in the documents."""
    for path in _pages(repository):
        text = repository.text(path)
        for match in _BLOCK.finditer(text):
            yield f"{path}:{text.count('\n', 0, match.start()) + 1}", match[1]


def code_of(repository: Repository) -> Iterator[tuple[Path, str]]:
    """Yield every piece of code in pages for users, with its page."""
    for path in _pages(repository):
        if path.name not in _FOR_CONTRIBUTORS and not path.is_relative_to(DOCS / "api"):
            yield from ((path, match[0]) for match in CODE.finditer(repository.text(path)))


def images(repository: Repository) -> Iterator[str]:
    """Check that every picture of the documents is small, and in one of them."""
    text = "\n".join(repository.text(path) for path in _pages(repository))
    for path in repository.files:
        if not path.is_relative_to(IMAGES):
            continue
        if (repository.root / path).stat().st_size > LARGEST_IMAGE:
            yield f"{path}: larger than {LARGEST_IMAGE} bytes"
        if f"images/{path.name}" not in text:
            yield f"{path}: is in no document"


def changelog(repository: Repository) -> Iterator[str]:
    """Check that the changelog has each line once and its links last, also after changes were merged."""
    entries, _, links = repository.text("CHANGELOG.md").partition("\n[")
    for line in links.splitlines()[1:]:
        if not line.startswith("["):
            yield f"CHANGELOG.md: {line[:40]!r} is behind the links"
    for line, count in Counter(entries.splitlines()).items():
        if line.startswith("- ") and count > 1:
            yield f"CHANGELOG.md: {line[:40]!r} is there {count} times"


def _pages(repository: Repository) -> list[Path]:
    return [
        path
        for path in repository.files
        if path.suffix == ".md" and (path == Path("README.md") or path.is_relative_to(DOCS))
    ]


@cache
def _pattern(text: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"\\\{\w+\\\}", ".+", re.escape(text)))


def _fits(text: str, quoted: str) -> bool:
    return "{" in text and not text.startswith("{") and _pattern(text).fullmatch(quoted) is not None


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
    headings = re.findall(r"^#+ (.+)$", re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).strip().replace(" ", "-") for heading in headings}
