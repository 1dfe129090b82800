"""Reads a camera's answers: JSON, texts and parameters, within the bounds of what cameras send."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from ..transport.answers import Json, TooLargeError, read_json
from ..transport.values import clean_text, objects, text_of, whole_number
from .errors import ProtocolError, error_for_code

#: Values in a JSON answer; the longest, of analytics, has hundreds.
_MOST_VALUES: Final = 50_000
#: Many times what the largest camera has; each costs a hundred bytes of memory.
_MOST_PARAMETERS: Final = 32_768


def decoded(raw: bytes) -> str:
    """Return a text. Old devices send ISO-8859-1 (INFERRED, VX-HTTP-9), newer ones UTF-8."""
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return raw.decode("iso-8859-1")


def json_of(raw: bytes) -> Json:
    """Parse JSON of any content type: real devices send several."""
    try:
        return read_json(raw, _MOST_VALUES)
    except TooLargeError:
        raise ProtocolError("The answer is too long") from None
    except ValueError:  # not `from`: its text could hold the body
        raise ProtocolError("The answer is not JSON") from None


def object_of(raw: bytes) -> Mapping[str, Json]:
    """Parse a JSON object."""
    answer = json_of(raw)
    if not isinstance(answer, dict):
        raise ProtocolError("The answer is not a JSON object")
    return answer


def data_of(raw: bytes) -> Mapping[str, Json]:
    """Return the `data` of an answer of a JSON CGI, or raise what its error says."""
    data = _answer_of(raw).get("data")
    if not isinstance(data, dict):
        raise ProtocolError("The answer has no data")
    return data


def refuse_errors(raw: bytes) -> None:
    """Raise what the error of an answer of a JSON CGI says.

    A success needs no `data`, nor a body: what was done must not count as failed (INFERRED, VX-JSON-6).
    """
    if raw.strip():
        _answer_of(raw)


def _answer_of(raw: bytes) -> Mapping[str, Json]:
    answer = object_of(raw)
    error = answer.get("error")
    if isinstance(error, dict):
        # Real devices send numbers; some pages print them as text.
        raise error_for_code(whole_number(error.get("code")) or 0, clean_text(text_of(error.get("message"))))
    if error is not None:
        raise ProtocolError("The answer has an unknown kind of error")
    return answer


def list_in(answer: Mapping[str, Json], name: str, most: int) -> list[dict[str, Json]]:
    """Return the objects in a list of an answer, at most so many; it may be left out where it is empty."""
    items = answer.get(name, [])
    if not isinstance(items, list):
        raise ProtocolError(f"The answer has no list of {name}")
    return objects(items, most)


def is_lines(text: str) -> bool:
    """Return whether a text can be what a CGI says in lines: no page, which a proxy would send, and no file."""
    return not text.lstrip().startswith("<") and "\0" not in text


def parse_parameters(text: str) -> Mapping[str, str]:
    """Parse an answer of `param.cgi`: `Name=value` a line, with or without `root.`, errors as `# Error` lines.

    A missing group has its line as well, so nothing at all is no answer. CONFIRMED (VX-PARAM-2).
    """
    if not text.strip() or not is_lines(text) or text.count("\n") > _MOST_PARAMETERS:
        raise ProtocolError("The answer is no list of parameters")
    parameters = {}
    for line in text.replace("\r\n", "\n").split("\n"):  # splitlines() would also split at U+0085
        name, equals, value = line.partition("=")
        if equals and not name.startswith("#"):
            parameters[name.removeprefix("root.")] = value
    return MappingProxyType(parameters)
