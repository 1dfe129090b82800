"""Actions: what services.yaml describes, what the code registers, and the texts and icons of it are the same."""

from collections.abc import Iterator

from .keys import ICONS
from .translations import ENGLISH
from .tree import COMPONENT, Repository, branch

FILE = COMPONENT / "services.yaml"


def actions(repository: Repository) -> Iterator[str]:
    """Compare the actions and their fields."""
    described, texts = repository.yaml(FILE), repository.json(ENGLISH)
    for name in sorted(set(described) | set(branch(texts, "services"))):
        if name not in described:
            yield f"{FILE}: {name} is not described"
        if not branch(texts, "services", name, "fields") or not branch(texts, "services", name).get("description"):
            yield f"{ENGLISH}: services.{name} has no name, description or fields"
        if name not in branch(repository.json(ICONS), "services"):
            yield f"{ICONS}: services.{name} has no icon"
        fields, written = branch(described, name, "fields"), branch(texts, "services", name, "fields")
        for field in sorted(set(fields) ^ set(written)):
            yield f"{FILE}: {name}.{field} must have both a description and a text"
        for field in sorted(set(fields) & set(written)):
            if set(branch(texts, "services", name, "fields", field)) != {"name", "description"}:
                yield f"{ENGLISH}: services.{name}.fields.{field} needs a name and a description"
            if not repository.says(field):
                yield f"{FILE}: {name}.{field} is nowhere in the code"
    if described and not any("async_register(" in repository.text(module.path) for module in repository.modules):
        yield f"{FILE}: nothing registers an action"
