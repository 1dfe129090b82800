"""Read untrusted JSON values. An error says which value was expected."""

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None


def at(value: object, *path: str | int) -> object:
    """The value at a path of keys and positions, or None where the path ends early."""
    for step in path:
        match value, step:
            case dict(), str():
                value = value.get(step)
            case list(), int() if -len(value) <= step < len(value):
                value = value[step]
            case _:
                return None
    return value


def text(value: object, *path: str | int) -> str:
    """The string at a path.

    Raises:
        LookupError: there is none. The message names the path, never the value, which may be a secret.
    """
    found = at(value, *path)
    if isinstance(found, str):
        return found
    raise LookupError(f"no text at {'.'.join(map(str, path)) or 'the top'}")


def items(value: object, *path: str | int) -> list[object]:
    """The list at a path; empty when there is none."""
    found = at(value, *path)
    return list(found) if isinstance(found, list) else []
