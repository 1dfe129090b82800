"""Every translation key of entities, issues, exceptions and selectors has its text, and the other way round."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass

from .syntax import Names, assigned, called, keyword
from .translations import ENGLISH, PLACEHOLDER
from .tree import COMPONENT, Json, Module, Repository, branch, leaves

PLATFORMS = {
    "binary_sensor", "button", "camera", "cover", "event", "image", "light", "lock", "media_player", "select",
    "sensor", "siren", "switch",
}  # fmt: skip
_KEY_OF_DESCRIPTION = "_attr_translation_key = description.key"
ICONS = COMPONENT / "icons.json"
CLIENTS = {"cloud", "transport", "vapix"}
_ERROR_NAMES = ("Error", "Failed", "NotReady")
#: Functions of errors.py: the first argument is the key, the others are the placeholders.
ERROR_BUILDERS = {"action_error", "validation_error"}
#: Function of flows/fields.py: the second argument is the key.
SELECT_FIELD = "select_text"
HOME_ASSISTANT_ERRORS = {
    "HomeAssistantError", "ServiceValidationError", "ConfigEntryError", "ConfigEntryNotReady", "ConfigEntryAuthFailed",
    "UpdateFailed", "BrowseError", "Unresolvable",
}  # fmt: skip

#: What a table of classes of errors and the keys of their texts is called.
ERROR_TABLE = "_KEYS"


@dataclass(frozen=True, slots=True)
class Use:
    """A key in the code: where it is used, and which branch of the texts must have it."""

    where: str
    path: tuple[str, ...]
    node: ast.Call | None = None


def keys(repository: Repository) -> Iterator[str]:
    """Compare the keys in the code with the English texts."""
    texts = repository.json(ENGLISH)
    for use in _uses(repository):
        written = branch(texts, *use.path)
        if not written:
            yield f"{use.where}: {'.'.join(use.path)} has no text in {ENGLISH}"
        elif use.node is not None:
            yield from _placeholders(use, use.node, dict(written))
    sections: list[tuple[str, ...]] = [(name,) for name in ("exceptions", "issues", "device", "selector", "services")]
    sections += [("system_health", "info"), *(("entity", platform) for platform in branch(texts, "entity"))]
    for section in sections:
        for key in branch(texts, *section):
            if not repository.says(key):
                yield f"{ENGLISH}: {'.'.join((*section, key))} is nowhere in the code"
    for selector in branch(texts, "selector"):
        for option in branch(texts, "selector", selector, "options"):
            if not repository.says(option):
                yield f"{ENGLISH}: selector.{selector}.options.{option} is nowhere in the code"


def icons(repository: Repository) -> Iterator[str]:
    """Check that icons.json gives an icon only to what has a text, and in the way the frontend reads."""
    found, texts = repository.json(ICONS), repository.json(ENGLISH)
    for section in sorted(set(found) - {"entity", "services"}):
        yield f"{ICONS}: {section} is not read by Home Assistant"
    for platform in branch(found, "entity"):
        for key in branch(found, "entity", platform):
            if key not in branch(texts, "entity", platform):
                yield f"{ICONS}: entity.{platform}.{key} has no text in {ENGLISH}"
    for key in branch(found, "services"):
        if key not in branch(texts, "services"):
            yield f"{ICONS}: services.{key} has no text in {ENGLISH}"
    for path, icon in leaves(dict(found)):
        if not icon.startswith("mdi:"):
            yield f"{ICONS}: {'.'.join(path)} is {icon!r}, not an icon of Material Design"


def untranslated(repository: Repository) -> Iterator[str]:
    """Find errors that a person would read in English only."""
    for module in repository.modules:
        # The clients' errors reach nobody as they are.
        if module.room in CLIENTS:
            continue
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
                call = node.exc
                if called(call) in HOME_ASSISTANT_ERRORS and keyword(call, "translation_key") is None:
                    yield f"{module.path}:{node.lineno}: {called(call)} without a translation_key"


def _uses(repository: Repository) -> Iterator[Use]:
    names = Names(repository)
    for module in repository.modules:
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and (key := _key(node)):
                for text in sorted(names.values(module, key)):
                    yield from _use(module, node, text)
            for name, value in assigned(node):
                for path, expression in _assigned_keys(module, name, value):
                    for text in names.values(module, expression):
                        yield Use(f"{module.path}:{expression.lineno}", (*path, text))
        for value in _described(repository, module) if module.room in PLATFORMS else ():
            for text in names.values(module, value):
                yield Use(f"{module.path}:{value.lineno}", ("entity", module.room, text))


def _assigned_keys(module: Module, name: str, value: ast.expr) -> Iterator[tuple[tuple[str, ...], ast.expr]]:
    """Yield keys that are assigned: as an attribute of an entity, or in a table of errors."""
    if name == "_attr_translation_key" and module.room in PLATFORMS:
        yield ("entity", module.room), value
    elif name == ERROR_TABLE and isinstance(value, ast.Dict):
        for key in value.values:
            yield ("exceptions",), key


def _described(repository: Repository, module: Module) -> Iterator[ast.expr]:
    """Yield the keys of descriptions, where the entities of a platform take them for translation keys."""
    if any(
        each.room == module.room and _KEY_OF_DESCRIPTION in repository.text(each.path) for each in repository.modules
    ):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and (key := keyword(node, "key")) is not None:
                yield key


def _key(node: ast.Call) -> ast.expr | None:
    if called(node) in ERROR_BUILDERS and node.args:
        return node.args[0]
    if called(node) == SELECT_FIELD and len(node.args) > 1:
        return node.args[1]
    return keyword(node, "translation_key")


def _use(module: Module, node: ast.Call, key: str) -> Iterator[Use]:
    where, name = f"{module.path}:{node.lineno}", called(node)
    if name in ERROR_BUILDERS or keyword(node, "translation_domain") is not None or name.endswith(_ERROR_NAMES):
        yield Use(where, ("exceptions", key), node)
    elif name in {"async_create_issue", "create_issue"}:
        yield Use(where, ("issues", key), node)
    elif name.startswith("SelectSelector") or name == SELECT_FIELD:
        yield Use(where, ("selector", key))
    elif name in {"DeviceInfo", "ChildDeviceInfo", "async_get_or_create"}:
        yield Use(where, ("device", key))
    elif module.room in PLATFORMS:
        yield Use(where, ("entity", module.room, key))


def _placeholders(use: Use, node: ast.Call, written: dict[str, Json]) -> Iterator[str]:
    given = keyword(node, "translation_placeholders")
    if called(node) in ERROR_BUILDERS:
        given = ast.Dict([ast.Constant(each.arg) for each in node.keywords], [each.value for each in node.keywords])
    if given is not None and not isinstance(given, ast.Dict):
        return
    passed = {
        key.value
        for key in (given.keys if given is not None else ())
        if isinstance(key, ast.Constant) and isinstance(key.value, str)
    }
    if given is not None and len(passed) != len(given.keys):
        return
    wanted = {name for path, text in leaves(written) for name in PLACEHOLDER.findall(text) if "fix_flow" not in path}
    for name in sorted(wanted - passed):
        yield f"{use.where}: {'.'.join(use.path)} wants the placeholder {name}"
    for name in sorted(passed - wanted) if use.path[0] == "exceptions" else ():
        yield f"{use.where}: {'.'.join(use.path)} doesn't use the placeholder {name}"
