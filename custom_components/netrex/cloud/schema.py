"""What a provider's schema says about itself: names and types, never more than fits into a report.

The schema is not public (NX-GQL-3): it shows which field holds a serial number, and a maintainer reads it where
the provider refuses a query.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
import re
from typing import Final

from ..transport.answers import Json
from ..transport.values import objects

_TYPE: Final = "{ name kind ofType { name kind ofType { name kind ofType { name kind ofType { name kind } } } } }"
#: Standard introspection, without descriptions, default values and directives.
SCHEMA_QUERY: Final = (
    "{ __schema { queryType { name } mutationType { name } types { name kind "
    f"fields {{ name type {_TYPE} args {{ name type {_TYPE} }} }} "
    f"inputFields {{ name type {_TYPE} }} enumValues {{ name }} }} }} }}"
)
#: Characters in all. The schema of a large product has some hundred thousand.
_MAX_TEXT: Final = 400_000
_MAX_ARGUMENTS: Final = 20
_MAX_WRAPPINGS: Final = 5
_NAME: Final = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,63}")
#: Stands for a name that is none, and for what is wrapped too deeply.
_UNREADABLE: Final = "?"
#: The only names under which a serial number is believed, best first (UNKNOWN, NX-NODE-14).
_SERIAL_FIELDS: Final = ("serial_number", "serial", "mac", "mac_address")


@dataclass(slots=True)
class SchemaOutline:
    """A schema in short.

    Attributes:
        queries, mutations: names of the types whose fields are the queries and the mutations.
        types: by name; of an object and an input, `field(argument: Type)` with its type, of an enum, its values.
        complete: whether nothing had to be left out.
    """

    queries: str | None = None
    mutations: str | None = None
    types: dict[str, dict[str, str] | list[str]] = field(default_factory=dict)
    complete: bool = True

    def serial_field(self) -> str | None:
        """Return the field of `cameraList` that holds a serial number: of a string type, beside `node_id`."""
        camera = self._fields(self._fields(self.queries).get("cameraList"))
        if "node_id" not in camera:
            return None
        return next((name for name in _SERIAL_FIELDS if camera.get(name) == "String"), None)

    def _fields(self, name: str | None) -> dict[str, str]:
        """Return the fields of a type, without arguments, and the types that they wrap."""
        members = self.types.get(name or "")
        members = members if isinstance(members, dict) else {}
        return {member.partition("(")[0]: kind.strip("[]!") for member, kind in members.items()}


def read_outline(data: dict[str, Json]) -> SchemaOutline:
    """Read the answer to `SCHEMA_QUERY`. What is no name is left out: no text of the answer gets any further."""
    outline = SchemaOutline()
    schema = data.get("__schema")
    if not isinstance(schema, dict):
        return outline
    outline.queries, outline.mutations = _name_of(schema.get("queryType")), _name_of(schema.get("mutationType"))
    left = _MAX_TEXT
    for kind in objects(schema.get("types")):
        name = _name_of(kind)
        # What begins so is GraphQL's own, the same everywhere.
        if name is None or name.startswith("__"):
            continue
        left -= len(name)
        values: list[str] = []
        fields: dict[str, str] = {}
        for member, member_type in _members(kind):
            left -= len(member) + len(member_type)
            if left < 0:
                break
            if member_type:
                fields[member] = member_type
            else:
                values.append(member)
        if left < 0:
            outline.complete = False
            return outline
        outline.types[name] = values or fields
    return outline


def _members(kind: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield what a type consists of, with the type of each; values of an enum have none."""
    for value in objects(kind.get("enumValues")):
        if (name := _name_of(value)) is not None:
            yield name, ""
    for key in ("fields", "inputFields"):
        for member in objects(kind.get(key)):
            if _name_of(member) is not None:
                yield _signature(member), _type_text(member.get("type"))


def _signature(member: dict[str, Json]) -> str:
    arguments = [each for each in objects(member.get("args")) if _name_of(each) is not None]
    listed = [f"{_name_of(each)}: {_type_text(each.get('type'))}" for each in arguments[:_MAX_ARGUMENTS]]
    listed += ["…"] if len(arguments) > _MAX_ARGUMENTS else []
    return f"{_name_of(member)}({', '.join(listed)})" if listed else f"{_name_of(member)}"


def _type_text(kind: Json, depth: int = 0) -> str:
    """Write a type as GraphQL does: `[Camera!]!`."""
    if not isinstance(kind, dict) or depth >= _MAX_WRAPPINGS:
        return _UNREADABLE
    match kind.get("kind"):
        case "NON_NULL":
            return f"{_type_text(kind.get('ofType'), depth + 1)}!"
        case "LIST":
            return f"[{_type_text(kind.get('ofType'), depth + 1)}]"
        case _:
            return _name_of(kind) or _UNREADABLE


def _name_of(value: Json) -> str | None:
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) and _NAME.fullmatch(name) else None
