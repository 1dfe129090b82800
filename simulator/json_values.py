"""JSON values for the fields of dataclasses: taken only if they fit the field's type."""

from collections.abc import Collection, Mapping
from enum import StrEnum
from typing import Literal, get_args, get_origin, get_type_hints


def fitting(of: type, values: Mapping[str, object], *, but: Collection[str] = ()) -> dict[str, object]:
    """Give the values as the fields of the dataclass `of` want them; the fields `but` are not to be set.

    Raises:
        ValueError: there is no such field, or the value does not fit it; the message says which.
    """
    hints = {name: hint for name, hint in get_type_hints(of).items() if name not in but}
    if unknown := values.keys() - hints.keys():
        raise ValueError(f"there is no {', '.join(sorted(unknown))}; there is {', '.join(sorted(hints))}")
    return {name: _fitting(name, hints[name], value) for name, value in values.items()}


def _fitting(name: str, hint: object, value: object) -> object:
    if literals := _literals(hint):
        if isinstance(value, bool) or value not in literals:
            raise ValueError(f"{name} is one of {', '.join(map(repr, literals))}")
        return value
    kinds = get_args(hint) if type(None) in get_args(hint) else (hint,)
    if value is None and type(None) in kinds:
        return None
    kind = next(kind for kind in kinds if kind is not type(None))
    if get_origin(kind) in {frozenset, list, tuple}:
        return _listed(name, kind, value)
    if isinstance(kind, type) and issubclass(kind, StrEnum) and isinstance(value, str) and value in list(kind):
        return kind(value)
    if kind is float and isinstance(value, int) and not isinstance(value, bool):
        return float(value)
    if type(value) is not kind:
        raise ValueError(f"{name} is a {kind.__name__ if isinstance(kind, type) else kind}")
    return value


def _listed(name: str, kind: object, value: object) -> object:
    """Give a list as the collection that `kind` is; a single string stands for a list of it."""
    origin, hints = get_origin(kind), get_args(kind)
    listed = [value] if isinstance(value, str) else value
    if not isinstance(listed, list):
        raise ValueError(f"{name} is a list")  # noqa: TRY004 - told as all that does not fit
    if origin is not tuple or hints[1:] == (Ellipsis,):
        hints = hints[:1] * len(listed)
    if len(hints) != len(listed):
        raise ValueError(f"{name} is a list of {len(hints)}")
    items = [_fitting(name, hint, item) for hint, item in zip(hints, listed, strict=True)]
    return frozenset(items) if origin is frozenset else items if origin is list else tuple(items)


def _literals(hint: object) -> tuple[object, ...]:
    """Give the values that a hint of literals, maybe with None, allows; nothing for another hint."""
    if get_origin(hint) is Literal:
        return get_args(hint)
    found = [value for part in get_args(hint) for value in _literals(part)]
    return (*found, None) if found and type(None) in get_args(hint) else tuple(found)
