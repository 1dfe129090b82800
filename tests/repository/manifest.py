"""The manifest, hacs.json and the version: what hassfest, HACS and the Marketplace read first."""

from collections.abc import Callable, Iterator, Mapping
import re

from .tree import COMPONENT, Json, Repository

MANIFEST = COMPONENT / "manifest.json"

REQUIRED = {
    "domain", "name", "codeowners", "config_flow", "documentation", "integration_type", "iot_class", "issue_tracker",
    "requirements", "version",
}  # fmt: skip
ALLOWED = REQUIRED | {
    "after_dependencies", "bluetooth", "dependencies", "dhcp", "homekit", "import_executor", "loggers", "mqtt",
    "quality_scale", "single_config_entry", "ssdp", "usb", "zeroconf",
}  # fmt: skip
INTEGRATION_TYPES = {"device", "entity", "hardware", "helper", "hub", "service", "system", "virtual"}
IOT_CLASSES = {"assumed_state", "calculated", "cloud_polling", "cloud_push", "local_polling", "local_push"}
HACS_KEYS = {
    "name", "homeassistant", "hacs", "hide_default_branch", "country", "content_in_root", "zip_release", "filename",
    "persistent_directory", "render_readme",
}  # fmt: skip


def _texts(right: Callable[[str], object] = bool) -> Callable[[Json], bool]:
    """Return a test for a list of different texts, each of which passes this one."""

    def test(value: Json) -> bool:
        texts = value if isinstance(value, list) else [None]
        return all(isinstance(text, str) and right(text) for text in texts) and len({*map(str, texts)}) == len(texts)

    return test


def _own_address(value: Json) -> bool:
    return str(value).startswith("https://") and "home-assistant.io/integrations" not in str(value)


# key: (is this value right?, what it must be)
VALUES: Mapping[str, tuple[Callable[[Json], object], str]] = {
    "domain": (lambda value: value == COMPONENT.name, "is not the folder's name"),
    "config_flow": (lambda value: value is True, "must be true"),
    "integration_type": (lambda value: value in INTEGRATION_TYPES, "is not one of Home Assistant's"),
    "iot_class": (lambda value: value in IOT_CLASSES, "is not one of Home Assistant's"),
    "codeowners": (_texts(lambda owner: owner.startswith("@")), "must be names that begin with @"),
    "dependencies": (_texts(), "must be different domains"),
    "after_dependencies": (_texts(), "must be different domains"),
    "loggers": (_texts(), "must be different names"),
    "requirements": (_texts(lambda requirement: "==" in requirement), "must be pinned"),
    "documentation": (_own_address, "must be an https address of our own"),
    "issue_tracker": (_own_address, "must be an https address of our own"),
}


def manifest(repository: Repository) -> Iterator[str]:
    """Check the manifest's keys, their order and their values."""
    found = repository.json(MANIFEST)
    keys = list(found)
    expected = ["domain", "name", *sorted(set(keys) - {"domain", "name"})]
    if keys != expected:
        yield f"{MANIFEST}: keys must be in the order {', '.join(expected)}"
    for key in sorted(REQUIRED - set(keys)):
        yield f"{MANIFEST}: {key} is missing"
    for key in sorted(set(keys) - ALLOWED):
        yield f"{MANIFEST}: {key} is not known"
    for key, (right, what) in VALUES.items():
        if key in found and not right(found[key]):
            yield f"{MANIFEST}: {key} {found[key]!r} {what}"


def version(repository: Repository) -> Iterator[str]:
    """Check that one version stands in the manifest, in pyproject.toml and, once released, in the changelog."""
    shipped = str(repository.json(MANIFEST).get("version", ""))
    if not re.fullmatch(r"\d+\.\d+\.\d+((a|b|rc)\d+)?", shipped):
        yield f"{MANIFEST}: {shipped!r} is not a version"
    project = repository.toml("pyproject.toml").get("project")
    named = project.get("version") if isinstance(project, dict) else None
    if named != shipped:
        yield f"pyproject.toml: version {named!r} is not the manifest's {shipped!r}"
    changelog = repository.text("CHANGELOG.md")
    if f"## [{shipped}]" not in changelog and "## [Unreleased]" not in changelog:
        yield f"CHANGELOG.md: neither [{shipped}] nor [Unreleased]"


def hacs(repository: Repository) -> Iterator[str]:
    """Check hacs.json and what HACS and the Marketplace want beside it."""
    found = repository.json("hacs.json")
    for key in sorted(set(found) - HACS_KEYS):
        yield f"hacs.json: {key} is not known"
    if not found.get("name"):
        yield "hacs.json: name is missing"
    lowest = re.search(r"^homeassistant==(\S+)", repository.text("requirements/test.txt"), re.MULTILINE)
    if lowest and found.get("homeassistant") != lowest[1]:
        yield f"hacs.json: homeassistant is not {lowest[1]}, which the tests run on"
    for path in ("README.md", "LICENSE", "CHANGELOG.md"):
        if not repository.has(path):
            yield f"{path} is missing"
    if repository.has(COMPONENT / "strings.json"):
        yield f"{COMPONENT / 'strings.json'}: belongs to Home Assistant's own integrations; use translations/en.json"
    others = {path.parts[1] for path in repository.files if path.parts[0] == "custom_components"} - {COMPONENT.name}
    for other in sorted(others - {"__init__.py"}):
        yield f"custom_components/{other}: HACS installs one integration from a repository"
