"""What may leave a parser: values that can be stored, shown and counted with."""

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
import math

#: Characters of a text that is shown or stored: a token is the longest.
_LONGEST_TEXT = 8000
_MOST = 20_000


def assert_fit(value: object, limit: int = _LONGEST_TEXT) -> None:
    """Fail where a value, or anything in it, can't be stored: by Home Assistant, in JSON or a database."""
    match value:
        case str():
            value.encode()
            assert len(value) <= limit
        case bool() | bytes() | None:
            pass
        case int():
            assert -(2**63) <= value < 2**63
        case float():
            assert math.isfinite(value)
        case datetime():
            assert value.tzinfo is not None
            value.isoformat()
        case Mapping() | tuple() | list() | frozenset() | set():
            assert len(value) <= _MOST
    for inner in _parts(value):
        assert_fit(inner, limit)


def _parts(value: object) -> Iterable[object]:
    if isinstance(value, Mapping):
        return (*value.keys(), *value.values())
    if isinstance(value, tuple | list | frozenset | set):
        return value
    if is_dataclass(value):
        # All that a camera has told is kept as it came; what is taken out of it is looked at by itself.
        return [getattr(value, each.name) for each in fields(value) if each.name != "parameters"]
    return ()


def assert_readable(error: Exception, secrets: Iterable[str] = ()) -> None:
    """Fail where an error's text can't be logged and shown, is as long as an answer, or holds a secret."""
    assert_fit(str(error), 500)
    assert not any(secret in str(error) for secret in secrets)
    words = getattr(error, "words", "")
    assert words.isprintable()
    assert_fit(words, 200)
