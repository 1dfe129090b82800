"""The translations themselves: one tree in every language, and text that Home Assistant accepts."""

from collections.abc import Callable, Iterator, Mapping
import re

from .tree import COMPONENT, Json, JsonObject, Repository, branch, leaves

FOLDER = COMPONENT / "translations"
ENGLISH = FOLDER / "en.json"
LANGUAGES = ("en", "cs")

PLACEHOLDER = re.compile(r"\{([a-z0-9_]+)\}")
SECTIONS = {
    "title", "application_credentials", "config", "config_panel", "device", "entity", "exceptions", "issues", "options",
    "selector", "services", "system_health",
}  # fmt: skip
FLOW = {"abort", "create_entry", "error", "flow_title", "initiate_flow", "progress", "step"}
STEP = {
    "data", "data_description", "description", "menu_option_descriptions", "menu_options", "sections", "submit",
    "title",
}  # fmt: skip
SECTION = {"data", "data_description", "description", "name"}
ISSUE = {"description", "fix_flow", "short_title", "title"}

# A scheme alone ("http:// or https://") names no address.
URL = re.compile(r"https?://[^\s,.)]|\bwww\.", re.IGNORECASE)
HTML = re.compile(r"<[a-z/][^>]*>", re.IGNORECASE)
QUOTED_PLACEHOLDER = re.compile(r"'\{[a-z0-9_]+\}'")
REFUSED: Mapping[str, Callable[[str], object]] = {
    "is empty": lambda text: not text.strip(),
    "begins or ends with a space": lambda text: text != text.strip(),
    "holds an address; it belongs into a placeholder": URL.search,
    "holds HTML": HTML.search,
    "has a placeholder in single quotes, which would not be replaced": QUOTED_PLACEHOLDER.search,
    "refers to another text, which nothing resolves in a custom integration": lambda text: "[%key:" in text,
    "has a brace that belongs to no placeholder": lambda text: re.search(r"[{}]", PLACEHOLDER.sub("", text)),
}


def same_tree(repository: Repository) -> Iterator[str]:
    """Check that all languages say the same things with the same placeholders."""
    english = dict(leaves(dict(repository.json(ENGLISH))))
    shipped = {path.stem for path in repository.files if path.parent == FOLDER}
    for language in sorted(set(LANGUAGES) | shipped):
        path = FOLDER / f"{language}.json"
        if not repository.has(path):
            yield f"{path}: missing"
            continue
        texts = dict(leaves(dict(repository.json(path))))
        for key in sorted(english.keys() - texts.keys()):
            yield f"{path}: {'.'.join(key)} is missing"
        for key in sorted(texts.keys() - english.keys()):
            yield f"{path}: {'.'.join(key)} is not in English"
        for key in sorted(english.keys() & texts.keys()):
            want, got = (sorted(set(PLACEHOLDER.findall(tree[key]))) for tree in (english, texts))
            if want != got:
                yield f"{path}: {'.'.join(key)} has the placeholders {got}, not {want}"


def wording(repository: Repository) -> Iterator[str]:
    """Check each text for what hassfest refuses."""
    for path in repository.files:
        if path.parent != FOLDER:
            continue
        for key, text in leaves(dict(repository.json(path))):
            for what, found in REFUSED.items():
                if found(text):
                    yield f"{path}: {'.'.join(key)} {what}"


def shape(repository: Repository) -> Iterator[str]:
    """Check that every text stands where Home Assistant looks for it."""
    texts = repository.json(ENGLISH)
    yield from _unknown("", texts, SECTIONS)
    for flow in ("config", "options"):
        yield from _flow(flow, branch(texts, flow))
    for key, issue in branch(texts, "issues").items():
        where = f"issues.{key}"
        if not isinstance(issue, dict) or "title" not in issue:
            yield f"{ENGLISH}: {where} has no title"
            continue
        yield from _unknown(where, issue, ISSUE)
        if ("description" in issue) == ("fix_flow" in issue):
            yield f"{ENGLISH}: {where} needs a description or, when it can be fixed, a fix_flow; not both"
        yield from _flow(f"{where}.fix_flow", branch(texts, "issues", key, "fix_flow"))
    for key, message in branch(texts, "exceptions").items():
        if not isinstance(message, dict) or list(message) != ["message"]:
            yield f"{ENGLISH}: exceptions.{key} must be a message and nothing else"


def _flow(where: str, flow: JsonObject) -> Iterator[str]:
    yield from _unknown(where, flow, FLOW)
    for name, step in branch(flow, "step").items():
        here = f"{where}.step.{name}"
        if not isinstance(step, dict):
            yield f"{ENGLISH}: {here} is not a step"
            continue
        yield from _unknown(here, step, STEP)
        yield from _described(here, step)
        yield from _same_keys(here, step, "menu_option_descriptions", "menu_options")
        for section, content in branch(step, "sections").items():
            if not isinstance(content, dict) or "name" not in content:
                yield f"{ENGLISH}: {here}.sections.{section} has no name"
            else:
                yield from _unknown(f"{here}.sections.{section}", content, SECTION)
                yield from _described(f"{here}.sections.{section}", content)


def _described(where: str, form: dict[str, Json]) -> Iterator[str]:
    """A field without a description leaves a newcomer alone (quality scale: config-flow)."""
    described = branch(form, "data_description")
    for field in sorted(branch(form, "data").keys() - described.keys()):
        yield f"{ENGLISH}: {where}.data.{field} has no data_description"
    yield from _same_keys(where, form, "data_description", "data")


def _same_keys(where: str, form: dict[str, Json], part: str, whole: str) -> Iterator[str]:
    for key in sorted(branch(form, part).keys() - branch(form, whole).keys()):
        yield f"{ENGLISH}: {where}.{part}.{key} has nothing in {whole} to describe"


def _unknown(where: str, tree: JsonObject, known: set[str]) -> Iterator[str]:
    for key in sorted(set(tree) - known):
        yield f"{ENGLISH}: {where}{'.' if where else ''}{key} is not read by Home Assistant"
