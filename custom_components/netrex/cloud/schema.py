"""GraphQL introspection: the names and types of a provider's schema, limited to a size that fits in diagnostics.

The schema is not public (NX-GQL-3). `CloudClient` looks in it for a field with serial numbers, and a maintainer reads
it in diagnostics if the provider refuses a query. An unexpected answer gives an empty outline, not an error.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
import re
from typing import Final

from ..transport.answers import Json
from ..transport.values import objects

_TYPE: Final = "{ name kind ofType { name kind ofType { name kind ofType { name kind ofType { name kind } } } } }"
#: Standard GraphQL introspection, without descriptions, default values and directives.
SCHEMA_QUERY: Final = (
    "{ __schema { queryType { name } mutationType { name } types { name kind "
    f"fields {{ name type {_TYPE} args {{ name type {_TYPE} }} }} "
    f"inputFields {{ name type {_TYPE} }} enumValues {{ name }} }} }} }}"
)
#: Characters of all names and types. The schema of a large product has a few hundred thousand.
_MAX_TEXT: Final = 400_000
_MAX_ARGUMENTS: Final = 20
_MAX_WRAPPINGS: Final = 5
_NAME: Final = re.compile(r"[_A-Za-z][_0-9A-Za-z]{0,63}")
#: Replaces an invalid name, and a type with `_MAX_WRAPPINGS` or more lists and non-nulls.
_UNREADABLE: Final = "?"
#: Names of fields that are expected to hold a serial number, best first (UNKNOWN, NX-NODE-14).
_SERIAL_FIELDS: Final = ("serial_number", "serial", "mac", "mac_address")


@dataclass(slots=True)
class SchemaOutline:
    """The names and types of a schema, for diagnostics and `serial_field`.

    Attributes:
        queries, mutations: names of the object types whose fields are the queries and the mutations.
        types: by name: for an object or input, `field(argument: Type)` and its type; for an enum, its values.
        complete: False if types were left out because of the size limit.
    """

    queries: str | None = None
    mutations: str | None = None
    types: dict[str, dict[str, str] | list[str]] = field(default_factory=dict)
    complete: bool = True

    def serial_field(self) -> str | None:
        """Return the name of the string field of `cameraList` that probably holds a serial number."""
        camera = self._fields(self._fields(self.queries).get("cameraList"))
        if "node_id" not in camera:
            return None
        return next((name for name in _SERIAL_FIELDS if camera.get(name) == "String"), None)

    def _fields(self, name: str | None) -> dict[str, str]:
        """Return the fields of a type without their arguments, with their types without list and non-null."""
        members = self.types.get(name or "")
        members = members if isinstance(members, dict) else {}
        return {member.partition("(")[0]: type_text.strip("[]!") for member, type_text in members.items()}


def read_outline(data: dict[str, Json]) -> SchemaOutline:
    """Read the answer to `SCHEMA_QUERY`. Only valid names are kept, so that no free text gets into diagnostics."""
    outline = SchemaOutline()
    schema = data.get("__schema")
    if not isinstance(schema, dict):
        return outline
    outline.queries, outline.mutations = _name_of(schema.get("queryType")), _name_of(schema.get("mutationType"))
    left = _MAX_TEXT
    for graphql_type in objects(schema.get("types")):
        name = _name_of(graphql_type)
        # These are GraphQL's own types, the same in each schema.
        if name is None or name.startswith("__"):
            continue
        left -= len(name)
        values: list[str] = []
        fields: dict[str, str] = {}
        for member, member_type in _members(graphql_type):
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


def _members(graphql_type: dict[str, Json]) -> Iterator[tuple[str, str]]:
    """Yield the fields of a type and their types, and the values of an enum with an empty text."""
    for value in objects(graphql_type.get("enumValues")):
        if (name := _name_of(value)) is not None:
            yield name, ""
    for key in ("fields", "inputFields"):
        for member in objects(graphql_type.get(key)):
            if _name_of(member) is not None:
                yield _signature(member), _type_text(member.get("type"))


def _signature(member: dict[str, Json]) -> str:
    arguments = [each for each in objects(member.get("args")) if _name_of(each) is not None]
    listed = [f"{_name_of(each)}: {_type_text(each.get('type'))}" for each in arguments[:_MAX_ARGUMENTS]]
    listed += ["…"] if len(arguments) > _MAX_ARGUMENTS else []
    return f"{_name_of(member)}({', '.join(listed)})" if listed else f"{_name_of(member)}"


def _type_text(graphql_type: Json, depth: int = 0) -> str:
    """Return a type in GraphQL's notation: `[Camera!]!`."""
    if not isinstance(graphql_type, dict) or depth >= _MAX_WRAPPINGS:
        return _UNREADABLE
    match graphql_type.get("kind"):
        case "NON_NULL":
            return f"{_type_text(graphql_type.get('ofType'), depth + 1)}!"
        case "LIST":
            return f"[{_type_text(graphql_type.get('ofType'), depth + 1)}]"
        case _:
            return _name_of(graphql_type) or _UNREADABLE


def _name_of(value: Json) -> str | None:
    name = value.get("name") if isinstance(value, dict) else None
    return name if isinstance(name, str) and _NAME.fullmatch(name) else None
