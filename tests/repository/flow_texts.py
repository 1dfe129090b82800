"""Every step, field, error and abort reason of the flows has a text, and every text is used."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import partial

from .syntax import Names, assigned, called, keyword
from .translations import ENGLISH
from .tree import JsonObject, Module, Repository, branch

# Steps and reasons whose code, and mostly whose texts, are Home Assistant's own.
INHERITED_STEPS = {"pick_implementation"}
CORE_REASONS = {
    "already_in_progress", "authorize_url_timeout", "missing_credentials", "no_url_available", "oauth_error",
    "oauth_failed", "oauth_implementation_unavailable", "oauth_timeout", "oauth_unauthorized", "reauth_successful",
    "reconfigure_successful", "user_rejected_authorize",
}  # fmt: skip
# Reasons that inherited code gives, for which we bring the text.
INHERITED_REASONS = {
    "already_configured", "missing_configuration", "reauth_successful", "reconfigure_successful",
} | CORE_REASONS  # fmt: skip
FIELDS = {"Required", "Optional", "Secret"}
SHOWS = {"async_show_form", "async_show_menu"}
ABORTS = {"async_abort", "AbortFlow", "_abort_if_unique_id_mismatch", "async_update_reload_and_abort"}


@dataclass(slots=True)
class Spoken:
    """What the flows' code says to a person: (kind, key) -> where."""

    steps: dict[str, str] = field(default_factory=dict)
    options: dict[str, str] = field(default_factory=dict)
    errors: dict[str, str] = field(default_factory=dict)
    reasons: dict[str, str] = field(default_factory=dict)
    fields: dict[str, str] = field(default_factory=dict)
    methods: set[str] = field(default_factory=set)


def flow_texts(repository: Repository) -> Iterator[str]:
    """Compare the code of the config, options and repair flows with the English texts."""
    spoken = Spoken()
    # What an assistant fills in is described where it stands.
    for module in (module for module in repository.modules if not str(module.path).endswith("netrex/llm/__init__.py")):
        _listen(module, Names(repository), spoken)
    texts = repository.json(ENGLISH)
    flows: list[tuple[str, JsonObject]] = [("config", branch(texts, "config")), ("options", branch(texts, "options"))]
    flows += [(f"issues.{key}.fix_flow", branch(texts, "issues", key, "fix_flow")) for key in branch(texts, "issues")]
    yield from _steps(spoken, flows)
    yield from _kinds(repository, spoken, flows)


def _steps(spoken: Spoken, flows: list[tuple[str, JsonObject]]) -> Iterator[str]:
    steps = {step for _, flow in flows for step in branch(flow, "step")}
    for step, where in sorted(spoken.steps.items()):
        if step not in steps:
            yield f"{where}: the step {step} has no text"
    for name, flow in flows:
        for step in branch(flow, "step"):
            if f"async_step_{step}" not in spoken.methods and step not in INHERITED_STEPS:
                yield f"{ENGLISH}: {name}.step.{step} is no step of the code"


def _kinds(repository: Repository, spoken: Spoken, flows: list[tuple[str, JsonObject]]) -> Iterator[str]:
    kinds = (
        ("menu option", spoken.options, partial(_from_steps, "menu_options"), set[str]()),
        ("field", spoken.fields, _fields, set[str]()),
        ("error", spoken.errors, partial(_of_flow, "error"), set[str]()),
        ("abort reason", spoken.reasons, partial(_of_flow, "abort"), INHERITED_REASONS),
    )
    for kind, said, of_flow, inherited in kinds:
        written = {key: f"{name}" for name, flow in flows for key in of_flow(flow)}
        for key, where in sorted(said.items()):
            if key not in written and key not in inherited:
                yield f"{where}: the {kind} {key} has no text"
        for key, name in sorted(written.items()):
            # A key may be said through a table or an enumeration: then it stands somewhere as a string.
            if key not in said and not repository.says(key) and key not in inherited:
                yield f"{ENGLISH}: {name}: the {kind} {key} is nowhere in the code"


def _of_flow(part: str, flow: JsonObject) -> set[str]:
    return set(branch(flow, part))


def _from_steps(part: str, flow: JsonObject) -> set[str]:
    return {key for step in branch(flow, "step") for key in branch(flow, "step", step, part)}


def _fields(flow: JsonObject) -> set[str]:
    inner = {
        key
        for step in branch(flow, "step")
        for section in branch(flow, "step", step, "sections")
        for key in branch(flow, "step", step, "sections", section, "data")
    }
    return _from_steps("data", flow) | _from_steps("sections", flow) | inner


def _listen(module: Module, names: Names, spoken: Spoken) -> None:
    for node in ast.walk(module.tree):
        if isinstance(node, ast.AsyncFunctionDef | ast.FunctionDef) and node.name.startswith("async_step_"):
            spoken.methods.add(node.name)
            _shown(module, node, names, spoken)
        elif isinstance(node, ast.Call):
            _call(module, node, names, spoken)
        for name, value in assigned(node):
            if name in {"errors", "_ERROR_KEYS"} and isinstance(value, ast.Dict):
                _said_errors(f"{module.path}:{value.lineno}", module, value, names, spoken)
            elif name == "errors[]":
                spoken.errors |= dict.fromkeys(names.values(module, value), f"{module.path}:{value.lineno}")


def _shown(module: Module, step: ast.AsyncFunctionDef | ast.FunctionDef, names: Names, spoken: Spoken) -> None:
    """Note the step that a form or menu without a step_id is: the one it is shown from."""
    for node in ast.walk(step):
        if isinstance(node, ast.Call) and called(node) in SHOWS:
            given = keyword(node, "step_id")
            for key in {step.name.removeprefix("async_step_")} if given is None else names.values(module, given):
                spoken.steps[key] = f"{module.path}:{node.lineno}"


def _call(module: Module, node: ast.Call, names: Names, spoken: Spoken) -> None:
    where = f"{module.path}:{node.lineno}"
    name = called(node)
    if name in ABORTS:
        first = node.args[0] if name == "AbortFlow" and node.args else keyword(node, "reason")
        spoken.reasons |= dict.fromkeys(names.values(module, first) if first is not None else (), where)
    if name == "async_show_menu":
        for option in _items(module, keyword(node, "menu_options")):
            spoken.options |= dict.fromkeys(names.values(module, option), where)
    if name in FIELDS and node.args and module.room not in {"actions", "frontend", "services"}:
        spoken.fields |= dict.fromkeys(names.values(module, node.args[0]), where)
    errors = keyword(node, "errors")
    if isinstance(errors, ast.Dict):
        _said_errors(where, module, errors, names, spoken)


def _items(module: Module, listed: ast.expr | None) -> list[ast.expr]:
    """Return the items of a list, also of one that the module's code gave a name and appended to."""
    match listed:
        case ast.List(elts=items) | ast.Tuple(elts=items):
            return items
        case ast.Name(id=name):
            nodes = list(ast.walk(module.tree))
            lists = [value for node in nodes for target, value in assigned(node) if target == name]
            items = [item for value in lists if not isinstance(value, ast.Name) for item in _items(module, value)]
            for node in nodes:
                match node:
                    case ast.Call(func=ast.Attribute(value=ast.Name(id=owner), attr="append")) if owner == name:
                        items += node.args
                    case _:
                        pass
            return items
        case _:
            return []


def _said_errors(where: str, module: Module, errors: ast.Dict, names: Names, spoken: Spoken) -> None:
    for value in errors.values:
        spoken.errors |= dict.fromkeys(names.values(module, value), where)
