"""The modules for browsers: small, alone, and without words of their own."""

from collections.abc import Iterator
from pathlib import Path
import re

from .translations import ENGLISH
from .tree import COMPONENT, Repository, branch, leaves

FOLDER = COMPONENT / "frontend" / "www"
#: Says the words of the dashboard, in the same way as the modules say theirs.
DASHBOARD = COMPONENT / "frontend" / "dashboard.py"
#: Lines of code of all modules together, without blank ones and comments: every page loads and runs them.
MOST_LINES = 1200
SECTION = "config_panel"
_WORD = re.compile(r"""(["'`])((?:card|dashboard)(?:\.(?:\w+|\$?\{[^}]*\}))+)\1""")
_PLACEHOLDER = re.compile(r"(?:\\\$)?\\\{.*?\\\}")
_IMPORT = re.compile(r"""(?:\bfrom|\bimport)\s*\(?\s*(["'`])(.+?)\1""")
#: Whole lines, as the formatter writes them.
_COMMENT = re.compile(r"^\s*(?://[^\n]*|/\*(?:(?!\*/).)*\*/)$", re.MULTILINE | re.DOTALL)
_ADDRESS = re.compile(r"""\bhttps?://[^\s"'`]+""")
_ALLOWED_ADDRESS = "https://github.com/netrex-home-assistant/netrex/"


def browser_modules(repository: Repository) -> Iterator[str]:
    """Check the modules' size, what they import, and that each word has a text and each text is used."""
    texts = {path: repository.text(path) for path in repository.files if path.parent == FOLDER}
    lines = sum(_lines_of_code(text) for path, text in texts.items() if path.suffix == ".js")
    if lines >= MOST_LINES:
        yield f"{FOLDER}: {lines} lines of code, which must be fewer than {MOST_LINES}"
    written = {".".join(key) for key, _ in leaves(dict(branch(repository.json(ENGLISH), SECTION)))}
    used: set[str] = set()
    for path, text in texts.items():
        yield from _alone(path, text, {each.name for each in texts})
    for path, text in {**texts, DASHBOARD: repository.text(DASHBOARD)}.items():
        for _, key in _WORD.findall(text):
            pattern = re.compile(_PLACEHOLDER.sub(r"\\w+", re.escape(key)))
            found = {each for each in written if pattern.fullmatch(each)}
            if not found:
                yield f"{path}: {SECTION}.{key} has no text in {ENGLISH}"
            used |= found
    for key in sorted(written - used):
        yield f"{ENGLISH}: {SECTION}.{key} is in none of the modules, nor in the dashboard"


def _lines_of_code(text: str) -> int:
    return sum(bool(line.strip()) for line in _COMMENT.sub("", text).splitlines())


def _alone(path: Path, text: str, names: set[str]) -> Iterator[str]:
    """Check that a module takes nothing from elsewhere."""
    if path.suffix not in {".css", ".js"}:
        yield f"{path}: is neither a module nor a style sheet, and would be served to nobody"
    for _, imported in _IMPORT.findall(text):
        if imported.removeprefix("./") not in names:
            yield f"{path}: imports {imported}, which is not one of the modules"
    for address in _ADDRESS.findall(text):
        if not address.startswith(_ALLOWED_ADDRESS):
            yield f"{path}: names {address}: browsers ask nobody but Home Assistant"
