"""What a broken or hostile server sends: real answers with something wrong in them, which come further than noise."""

from collections.abc import Callable, Iterator
import json
import re
from typing import Final
from xml.sax.saxutils import quoteattr

from hypothesis import strategies as st

type Json = bool | int | float | str | list[Json] | dict[str, Json] | None
type Draw = Callable[[st.SearchStrategy], object]

#: Texts that programs have stumbled over: what is no text, no end, no number, no name, a path, markup, a command.
_TEXTS: Final = (
    *("", " ", "\0", "\n", "\r\n", "\t", "\x7f", "\x85", "\u2028", "\u202e", "\ufeff", "\ud800", "\udfff\ud800"),
    *("0", "-1", "00", "1e999", "NaN", "9" * 10, "9" * 400, "\u0661\u0662", "\u00b2", "0x10", "1_000", "+1", " 1 "),
    *("null", "true", "None", "__proto__", "a" * 5000, "\u0130" * 300, "e\u0301" * 300, "\U0001f600" * 150),
    *(
        "../../etc/passwd",
        "<script>",
        "&amp;",
        "%00",
        "%s%n{0}",
        "${x}",
        "';--",
        "](http://x)",
        "://",
        "//[",
        "http://[",
    ),
)
_NUMBERS: Final = (0, -1, 1, 2**31, 2**53 + 1, 2**63 - 1, 2**63, 2**64, -(2**64), 10**400, 1e308, -0.0, 0.1)
_NO_NUMBERS: Final = (float("nan"), float("inf"), float("-inf"))

TEXTS: Final = st.one_of(st.sampled_from(_TEXTS), st.text(st.characters(), max_size=30))
NUMBERS: Final = st.one_of(st.sampled_from((*_NUMBERS, *_NO_NUMBERS)), st.integers(), st.floats())
_LEAVES: Final = st.one_of(st.none(), st.booleans(), NUMBERS, TEXTS)
#: Any JSON at all.
ANYTHING: Final = st.recursive(
    _LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(TEXTS, inner, max_size=3), max_leaves=6
)
#: Nested deeper than any program likes.
_DEEP: Final = st.sampled_from((b"[" * 400 + b"]" * 400, b"[" * 50_000 + b"]" * 50_000, b'{"data":' * 30_000))
_BYTES: Final = st.one_of(
    st.binary(max_size=20),
    st.sampled_from(
        (
            b"\0",
            b"\xff" * 8,
            b"\xef\xbb\xbf",
            b"\xff\xfe",
            b"\xed\xa0\x80",
            b"\xc0\xaf",
            b"<!DOCTYPE a [",
            b"]]>",
            b"&a;",
        )
    ),
)


@st.composite
def json_like(draw: Draw, sample: Json) -> bytes:
    """Give the answer with one to three things wrong in it; seldom, something that is not like it at all."""
    match draw(st.integers(0, 19)):
        case 0:
            return json.dumps(draw(ANYTHING)).encode()
        case 1:
            return draw(bytes_like(json.dumps(sample).encode()))
        case 2:
            return draw(_DEEP)
    answer = sample
    for _ in range(draw(st.integers(1, 3))):
        answer = _edited(draw, answer)
    return json.dumps(answer).encode()


def _edited(draw: Draw, value: Json) -> Json:
    if not isinstance(value, dict | list) or not value or draw(st.integers(0, 9)) == 0:
        return draw(ANYTHING)
    items: list[tuple[str, Json]] | list[tuple[int, Json]]
    items = list(value.items()) if isinstance(value, dict) else list(enumerate(value))
    at = draw(st.integers(0, len(items) - 1))
    key, inner = items[at]
    match draw(st.integers(0, 9)):
        case 0:
            del items[at]
        case 1:
            items.insert(at, (draw(TEXTS), inner))
        case 2:
            items = items * draw(st.sampled_from((2, 30)))
        case _:
            items[at] = (key, _edited(draw, inner))
    return dict(items) if isinstance(value, dict) else [each for _, each in items]


@st.composite
def bytes_like(draw: Draw, sample: bytes) -> bytes:
    """Give the bytes with one to three stretches of them lost, doubled, cut off, or replaced."""
    for _ in range(draw(st.integers(1, 3))):
        begin = draw(st.integers(0, len(sample)))
        end = min(len(sample), begin + draw(st.sampled_from((0, 1, 2, 4, 8, 60))))
        before, within, after = sample[:begin], sample[begin:end], sample[end:]
        match draw(st.integers(0, 4)):
            case 0:
                sample = before + after
            case 1:
                sample = before + within * draw(st.sampled_from((2, 100))) + after
            case 2:
                sample = before
            case _:
                sample = before + draw(_BYTES) + after
    return sample


@st.composite
def text_like(draw: Draw, sample: str) -> bytes:
    """Give the lines with some of them lost, doubled, or with something else in place of a name or a value."""
    lines = sample.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        if not lines:
            break
        at = draw(st.integers(0, len(lines) - 1))
        name, equals, value = lines[at].partition("=")
        match draw(st.integers(0, 6)):
            case 0:
                del lines[at]
            case 1:
                lines.insert(at, draw(TEXTS))
            case 2:
                lines[at] = f"{draw(TEXTS)}{equals}{value}"
            case 3:
                # Numbers within names are what is counted by.
                lines[at] = f"{name.replace('0', draw(TEXTS)).replace('1', draw(TEXTS))}{equals}{value}"
            case _:
                lines[at] = f"{name}{equals}{draw(TEXTS)}"
    encoded = "\r\n".join(lines).encode("utf-8", "surrogatepass")
    return draw(bytes_like(encoded)) if draw(st.integers(0, 5)) == 0 else encoded


_WRONG: Final[tuple[Json, ...]] = (
    *(None, True, [], {}, [[]], [None], {"": None}, "", "\ud800", "\0", "00", "9" * 400, "x" * 10_000, "<a href=b>"),
    *(0, -1, 2**63, 10**400, 1.5, 1e308, float("nan"), float("inf")),
)


def wrong_fields(sample: Json) -> Iterator[bytes]:
    """Give the JSON answer once for each way in which a single thing in it can be wrong, missing or too many."""
    yield from (json.dumps(each).encode() for each in _wrong_parts(sample))


def _wrong_parts(value: Json) -> Iterator[Json]:
    yield from _WRONG
    if isinstance(value, dict):
        for key, inner in value.items():
            yield {each: value[each] for each in value if each != key}
            yield from ({**value, key: wrong} for wrong in _wrong_parts(inner))
        yield {**value, "\ud800": [], "more": "x" * 5000}
    elif isinstance(value, list):
        for at, inner in enumerate(value):
            yield [*value[:at], *value[at + 1 :]]
            yield [*value[:at], inner, *value[at:]]
            yield from ([*value[:at], wrong, *value[at + 1 :]] for wrong in _wrong_parts(inner))


def wrong_lines(sample: str) -> Iterator[bytes]:
    """Give the text once for each way in which one of its lines can be wrong, missing or too many."""
    lines = sample.splitlines()
    for at, line in enumerate(lines):
        name, equals, value = line.partition("=")
        for wrong in ("", line, line * 2, name, equals, *(f"{name}={each}" for each in _TEXTS)):
            yield "\n".join([*lines[:at], wrong, *lines[at + 1 :]]).encode("utf-8", "surrogatepass")
        for number in ("00", "01", "999999", "9" * 10, "9" * 30, "-1", "\u0661", "\u00b2", ""):
            renamed = f"{re.sub('[0-9]+', number, name)}{equals}{value}"
            yield "\n".join([*lines[:at], renamed, *lines[at + 1 :]]).encode()


def wrong_attributes(sample: str) -> Iterator[bytes]:
    """Give the XML once for each way in which a value or a text in it can be wrong, or a part of it missing."""
    for part in re.finditer(r'(?<==")[^"]*(?=")|(?<=>)[^<>\s][^<>]*(?=<)|<[^<>]*>', sample):
        texts = ("",) if part[0].startswith("<") else ("", *(quoteattr(each)[1:-1] for each in _TEXTS))
        for wrong in texts:
            yield f"{sample[: part.start()]}{wrong}{sample[part.end() :]}".encode("utf-8", "surrogatepass")
    yield from (f"<!DOCTYPE a []>{sample}".encode(), sample.encode("utf-16"), sample[: len(sample) // 2].encode())
