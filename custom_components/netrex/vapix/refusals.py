"""Reads why a camera refused a request, from the body of an answer with an error status."""

from http import HTTPStatus

from ..transport.values import clean_text
from .answers import decoded, is_lines, refuse_errors
from .errors import ProtocolError, RequestError, VapixError, error_for_status
from .xml import parse_xml


def may_say_why(status: int) -> bool:
    """Return whether the body says more than the status: others have one meaning, or come from the proxy."""
    return type(error_for_status(status)) is RequestError or status == HTTPStatus.INTERNAL_SERVER_ERROR


def error_in(status: int, body: bytes) -> VapixError:
    """Return what an answer means: the error in its JSON or XML, its status with its text, or its status alone.

    INFERRED (VX-HTTP-13): any kind of API may send its error with an error status, not only with 200.
    """
    by_status, text = error_for_status(status), decoded(body).strip()
    try:
        if text.startswith("{"):
            refuse_errors(body)
        elif text.startswith("<"):
            parse_xml(body)
        elif isinstance(by_status, RequestError) and is_lines(text):
            return RequestError(str(by_status), words=clean_text(text))
    except ProtocolError:
        return by_status
    except VapixError as error:
        return error
    return by_status
