"""quality_scale.yaml: all rules answered, and what it claims checked against the files where a machine can."""

import ast
from collections.abc import Callable, Iterator, Mapping
import re

from .keys import PLATFORMS
from .syntax import assigned, called
from .tree import COMPONENT, Json, Repository

FILE = COMPONENT / "quality_scale.yaml"

BRONZE = (
    "action-setup", "appropriate-polling", "brands", "common-modules", "config-flow", "config-flow-test-coverage",
    "dependency-transparency", "docs-actions", "docs-conditions", "docs-high-level-description",
    "docs-installation-instructions", "docs-removal-instructions", "docs-triggers", "entity-event-setup",
    "entity-unique-id", "has-entity-name", "runtime-data", "test-before-configure", "test-before-setup",
    "unique-config-entry",
)  # fmt: skip
SILVER = (
    "action-exceptions", "config-entry-unloading", "docs-configuration-parameters", "docs-installation-parameters",
    "entity-unavailable", "integration-owner", "log-when-unavailable", "parallel-updates", "reauthentication-flow",
    "test-coverage",
)  # fmt: skip
GOLD = (
    "devices", "diagnostics", "discovery", "discovery-update-info", "docs-data-update", "docs-examples",
    "docs-known-limitations", "docs-supported-devices", "docs-supported-functions", "docs-troubleshooting",
    "docs-use-cases", "dynamic-devices", "entity-category", "entity-device-class", "entity-disabled-by-default",
    "entity-translations", "exception-translations", "icon-translations", "reconfiguration-flow", "repair-issues",
    "stale-devices",
)  # fmt: skip
PLATINUM = ("async-dependency", "inject-websession", "strict-typing")
RULES = (*BRONZE, *SILVER, *GOLD, *PLATINUM)

# The heading, in README.md or docs/, under which each documentation rule is kept.
HEADINGS = {
    "docs-actions": "Actions",
    "docs-high-level-description": "What it is",
    "docs-installation-instructions": "Installation",
    "docs-removal-instructions": "Remove the integration",
    "docs-installation-parameters": "Configuration",
    "docs-configuration-parameters": "Options",
    "docs-data-update": "How data is updated",
    "docs-examples": "Examples",
    "docs-known-limitations": "Known limitations",
    "docs-supported-devices": "Supported devices",
    "docs-supported-functions": "Supported functions",
    "docs-troubleshooting": "Troubleshooting",
    "docs-use-cases": "Use cases",
}


def quality_scale(repository: Repository) -> Iterator[str]:
    """Check the rules' names, their answers, and the claims."""
    rules = repository.yaml(FILE).get("rules")
    answers = rules if isinstance(rules, dict) else {}
    for name in sorted(set(RULES) - set(answers)):
        yield f"{FILE}: {name} is not answered"
    for name in sorted(set(answers) - set(RULES)):
        yield f"{FILE}: {name} is not a rule"
    if list(answers) != [name for name in RULES if name in answers]:
        yield f"{FILE}: rules must stand by tier, and in the alphabet's order within one"
    for name in RULES:
        if name in answers:
            yield from (f"{FILE}: {name} {problem}" for problem in _answer(repository, name, answers[name]))


def _answer(repository: Repository, name: str, answer: Json) -> Iterator[str]:
    status, comment = (answer.get("status"), answer.get("comment")) if isinstance(answer, dict) else (answer, None)
    if status not in {"done", "todo", "exempt"}:
        yield f"is {status!r}; it can be done, todo or exempt"
    if status in {"todo", "exempt"} and not comment:
        yield f"is {status} without a reason"
    claims = {"done": CLAIMS, "exempt": COUNTER_CLAIMS}.get(str(status), {})
    if claim := claims.get(name):
        yield from (f"is not {status}: {problem}" for problem in claim(repository))


type Claim = Callable[[Repository], Iterator[str]]


def _file(name: str) -> Claim:
    def claim(repository: Repository) -> Iterator[str]:
        if not repository.has(COMPONENT / name):
            yield f"there is no {name}"

    return claim


def _code(name: str, pattern: str, what: str) -> Claim:
    """Claim that a module (with * any module) holds what this pattern finds."""

    def claim(repository: Repository) -> Iterator[str]:
        own = COMPONENT / f"{name}.py"
        texts = [repository.text(module.path) for module in repository.modules if name == "*" or module.path == own]
        if not any(re.search(pattern, text, re.MULTILINE) for text in texts):
            yield f"{'no module' if name == '*' else f'{name}.py does not'} {what}"

    return claim


def _nowhere(pattern: str, what: str) -> Claim:
    def claim(repository: Repository) -> Iterator[str]:
        for module in repository.modules:
            if re.search(pattern, repository.text(module.path), re.MULTILINE):
                yield f"{module.path} {what}"

    return claim


def _tests(pattern: str) -> Claim:
    def claim(repository: Repository) -> Iterator[str]:
        if not any(path.match(pattern) for path in repository.files):
            yield f"no test is called {pattern}"

    return claim


def _all(*claims: Claim) -> Claim:
    def claim(repository: Repository) -> Iterator[str]:
        for each in claims:
            yield from each(repository)

    return claim


def _heading(rule: str) -> Claim:
    def claim(repository: Repository) -> Iterator[str]:
        pages = [path for path in repository.files if path.suffix == ".md" and path.parts[0] in {"README.md", "docs"}]
        heading = re.compile(rf"^#+ {re.escape(HEADINGS[rule])}\n+[^#\s]", re.MULTILINE)
        if not any(heading.search(repository.text(path)) for path in pages):
            yield f"no heading '{HEADINGS[rule]}' with text under it, in README.md or docs/"

    return claim


def _parallel_updates(repository: Repository) -> Iterator[str]:
    for platform in sorted(PLATFORMS):
        path = COMPONENT / f"{platform}.py"
        if repository.has(path) and not re.search(
            r"^PARALLEL_UPDATES(: \w+)? = \d", repository.text(path), re.MULTILINE
        ):
            yield f"{path} has no PARALLEL_UPDATES"


def _entity_names(repository: Repository) -> Iterator[str]:
    for module in repository.modules:
        for node in ast.walk(module.tree):
            for name, value in assigned(node):
                if name == "_attr_name" and isinstance(value, ast.Constant) and value.value is not None:
                    yield f"{module.path}:{value.lineno} names an entity in English only"


def _sessions(repository: Repository) -> Iterator[str]:
    # One file makes the sessions that the clients are given.
    for module in (module for module in repository.modules if not str(module.path).endswith("netrex/session.py")):
        for node in ast.walk(module.tree):
            if isinstance(node, ast.Call) and called(node) == "ClientSession":
                yield f"{module.path}:{node.lineno} opens a session of its own"


def _manifest_without(*keys: str) -> Claim:
    def claim(repository: Repository) -> Iterator[str]:
        for key in keys:
            if repository.json(COMPONENT / "manifest.json").get(key):
                yield f"the manifest has {key}"

    return claim


def _owner(repository: Repository) -> Iterator[str]:
    if not repository.json(COMPONENT / "manifest.json").get("codeowners"):
        yield "the manifest names no code owner"


def _strict(repository: Repository) -> Iterator[str]:
    tool = repository.toml("pyproject.toml").get("tool")
    mypy = tool.get("mypy") if isinstance(tool, dict) else None
    settings = mypy if isinstance(mypy, dict) else {}
    files = settings.get("files")
    if settings.get("strict") is not True or COMPONENT.as_posix() not in (files if isinstance(files, list) else []):
        yield "pyproject.toml doesn't check the integration strictly"


def _floor(repository: Repository) -> Iterator[str]:
    if "tests.coverage_floor" not in repository.text("scripts/test"):
        yield "scripts/test demands no coverage"


_no_actions = _nowhere(r"services\.async_register\(|async_register_(platform_)?entity_service\(", "registers an action")

CLAIMS: Mapping[str, Claim] = {
    "action-setup": _all(
        _file("services.yaml"),
        _code("__init__", r"async def async_setup\([^)]*\).*[^@]*async_setup_services\(", "set up actions"),
    ),
    "action-exceptions": _code("services", r"raise validation_error\(", "refuse what can't be done"),
    "appropriate-polling": _code("coordinator", r"update_interval\s*=", "set an interval"),
    "brands": _file("brand/icon.png"),
    "common-modules": _all(_file("coordinator.py"), _file("entity/base.py")),
    "config-flow": _file("config_flow.py"),
    "config-flow-test-coverage": _tests("tests/component/flows/test_config_flow*.py"),
    "dependency-transparency": _manifest_without("requirements"),
    "entity-unique-id": _code("*", r"_attr_unique_id\s*=", "gives an entity a unique id"),
    "has-entity-name": _code("entity/base", r"_attr_has_entity_name\s*=\s*True", "set has_entity_name"),
    "runtime-data": _code("__init__", r"\.runtime_data\s*=", "set runtime_data"),
    "test-before-configure": _code("config_flow", r"await .*_read_tree\(", "look at the account"),
    "test-before-setup": _code("*", r"async_config_entry_first_refresh\(", "waits for the first refresh"),
    "unique-config-entry": _code("config_flow", r"_abort_if_unique_id_configured\(", "refuse a second entry"),
    "config-entry-unloading": _code("__init__", r"async def async_unload_entry\(", "unload an entry"),
    "entity-unavailable": _code("entity/base", r"\bavailable\b", "say when an entity is unavailable"),
    "integration-owner": _owner,
    "log-when-unavailable": _code("coordinator", r"DataUpdateCoordinator", "use Home Assistant's coordinator"),
    "parallel-updates": _parallel_updates,
    "reauthentication-flow": _code("config_flow", r"async def async_step_reauth_confirm\(", "have a reauth step"),
    "test-coverage": _floor,
    "devices": _code("*", r"\bDeviceInfo\(|async_get_or_create\(", "describes a device"),
    "diagnostics": _code("diagnostics", r"async def async_get_config_entry_diagnostics\(", "give diagnostics"),
    "dynamic-devices": _code("*", r"async_add_listener\(|async_dispatcher_connect\(", "follows new cameras"),
    "entity-translations": _entity_names,
    "exception-translations": _code("*", r"translation_key=", "translates an error"),
    "icon-translations": _file("icons.json"),
    "reconfiguration-flow": _code("config_flow", r"async def async_step_reconfigure\(", "have a reconfigure step"),
    "repair-issues": _all(_file("repairs.py"), _code("*", r"async_create_issue\(", "reports an issue")),
    "stale-devices": _code("*", r"async_remove_device\(|remove_config_entry_id=", "removes a device"),
    "inject-websession": _sessions,
    "strict-typing": _strict,
} | {rule: _heading(rule) for rule in HEADINGS}

COUNTER_CLAIMS: Mapping[str, Claim] = {
    "action-setup": _no_actions,
    "action-exceptions": _no_actions,
    "docs-actions": _no_actions,
    "discovery": _manifest_without("dhcp", "ssdp", "zeroconf"),
    "discovery-update-info": _manifest_without("dhcp", "ssdp", "zeroconf"),
}
