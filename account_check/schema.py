"""The schema that a provider answers, beside what the documentation says of it (NX-GQL-3)."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
import re
from typing import Final

from custom_components.netrex.cloud.schema import SchemaOutline

_SIGNATURE: Final = re.compile(r"([^(]+)(?:\((.*)\))?")
#: Lines at most.
_MOST: Final = 1000


@dataclass(frozen=True, slots=True)
class _Field:
    """A documented field: its type, None where no page has it; its arguments; and the fields of what it gives."""

    type: str | None = None
    arguments: Mapping[str, str | None] | None = field(default_factory=dict)
    fields: Mapping[str, _Field] = field(default_factory=dict)


_INT, _STRING = _Field("Int"), _Field("String")
_INTERVAL: Final = {"from": "Int", "to": "Int"}
_RECORDING: Final = {
    "recording_id": _STRING,
    "duration": _INT,
    "download_url": _STRING,
    "outputs": _Field(fields={"height": _INT}),
}
_METRIC: Final = {**_INTERVAL, "type": None, "node_id": "Int"}
_NODE: Final = {
    "parent_node_id": _INT,
    "node_id": _INT,
    "type": _Field(),
    "name": _STRING,
    "external_id": _STRING,
}
#: What pages show, CONFIRMED and INFERRED (NX-NODE, NX-REC, NX-KPI).
_QUERIES: Final = {
    "nodeList": _Field(arguments={"type": None}, fields=_NODE),
    "cameraList": _Field(fields={"name": _STRING}),
    "camera": _Field(
        arguments={"node_id": "Int"}, fields={"recordings": _Field(arguments=_INTERVAL, fields=_RECORDING)}
    ),
    "recording": _Field(arguments={"recording_id": "String"}, fields=_RECORDING),
    "statisticData": _Field(arguments=_METRIC),
    "statisticDataMetric": _Field(arguments=_METRIC),
    "statisticDataMetricByGranularity": _Field(arguments=None),
}
_MUTATIONS: Final = {"recordingPrepare": _Field(arguments={"recording_id": "String", "height": "Int"})}


def differences(outline: SchemaOutline) -> list[str]:
    """Return how a schema differs from the documents: `-` is missing, `+` is more, `~` is of another type."""
    found: dict[str, None] = {}
    roots = ((outline.queries or "Query", _QUERIES), (outline.mutations or "Mutation", _MUTATIONS))
    for name, documented in roots:
        found.update(dict.fromkeys(_compared(outline, name, documented)))
    return list(found)[:_MOST]


def _compared(outline: SchemaOutline, name: str, documented: Mapping[str, _Field]) -> Iterator[str]:
    members = outline.types.get(name, {})
    there = {match[1]: (match[2], kind) for text, kind in _items(members) if (match := _SIGNATURE.fullmatch(text))}
    for each, wanted in documented.items():
        if each not in there:
            yield f"- {name}.{each}"
            continue
        arguments, kind = there[each]
        if wanted.type is not None and _bare(kind) != wanted.type:
            yield f"~ {name}.{each}: {kind}, documented: {wanted.type}"
        if wanted.arguments is not None:
            yield from _compared_arguments(f"{name}.{each}", arguments or "", wanted.arguments)
        if wanted.fields:
            yield from _compared(outline, _bare(kind), wanted.fields)
    for each, (arguments, kind) in there.items():
        if each not in documented:
            yield f"+ {name}.{each}{f'({arguments})' if arguments else ''}: {kind}"


def _compared_arguments(name: str, text: str, documented: Mapping[str, str | None]) -> Iterator[str]:
    there = dict(part.split(": ", 1) for part in text.split(", ") if ": " in part)
    for each, wanted in documented.items():
        if each not in there:
            yield f"- {name}({each})"
        elif wanted is not None and _bare(there[each]) != wanted:
            yield f"~ {name}({each}): {there[each]}, documented: {wanted}"
    for each, kind in there.items():
        if each not in documented:
            yield f"+ {name}({each}): {kind}"


def _items(members: Mapping[str, str] | list[str]) -> Iterator[tuple[str, str]]:
    return iter(members.items() if isinstance(members, Mapping) else ())


def _bare(kind: str) -> str:
    return kind.strip("[]!")
