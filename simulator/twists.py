"""Right answers made wrong in what stands in them: values of other types, values left out, values nobody knows."""

from collections.abc import Callable
import json
from typing import Final, Literal
from xml.etree.ElementTree import Element, ParseError, SubElement, fromstring, tostring

type Twist = Literal["types", "missing", "extra"]
type Json = bool | float | str | list[Json] | dict[str, Json] | None

_EXTRA: Final = "nobody_knows_this"


def twisted(body: bytes, twist: Twist) -> bytes:
    """Give an answer in JSON, in XML or of lines like `Name=value` with its values twisted; any other as it is.

    Lists and objects stay, so that a client comes as far as the values. types: a text becomes a list, which Python
    can't look up in a set, anything else a text. missing: values are left out. extra: there are more.
    """
    try:
        return json.dumps(_json(json.loads(body), twist)).encode()
    except ValueError:
        pass
    try:
        root = fromstring(body)  # noqa: S314 - the simulator's own answer
    except ParseError:
        return _lines(body, twist)
    if root.tag == "html":
        return body
    _xml(root, twist)
    return tostring(root)


def _json(value: Json, twist: Twist) -> Json:
    match value:
        case dict():
            kept = {
                name: _json(each, twist)
                for name, each in value.items()
                if twist != "missing" or isinstance(each, dict | list)
            }
            return kept | ({_EXTRA: [{"id": None}, 1]} if twist == "extra" else {})
        case list():
            return [_json(each, twist) for each in value if twist != "missing" or isinstance(each, dict | list)]
        case _ if twist == "types":
            return [] if isinstance(value, str) else "text"
        case _:
            return value


def _xml(root: Element, twist: Twist) -> None:
    for element in list(root.iter()):
        for name in list(element.attrib):
            if twist == "types":
                element.set(name, "{}")
            elif twist == "missing":
                del element.attrib[name]
        if element.text and element.text.strip() and twist != "extra":
            element.text = "{}" if twist == "types" else ""
        if twist == "extra":
            element.set(_EXTRA, "1")
            SubElement(element, _EXTRA).text = "1"


def _lines(body: bytes, twist: Twist) -> bytes:
    lines = body.split(b"\n")
    if not any(b"=" in line for line in lines) or b"\0" in body:
        return body
    how: dict[Twist, Callable[[bytes], list[bytes]]] = {
        "types": lambda line: [line.partition(b"=")[0] + b"={}" if b"=" in line else line],
        "missing": lambda line: [] if b"=" in line else [line],
        "extra": lambda line: [line, f"{_EXTRA}=1".encode()] if b"=" in line else [line],
    }
    return b"\n".join(changed for line in lines for changed in how[twist](line))
