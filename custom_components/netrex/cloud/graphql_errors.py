"""What the errors in a GraphQL answer mean: by their codes first, by words only where these can mean nothing else.

The documentation knows neither codes nor words (NX-GQL-8), so all of this is INFERRED: from the codes that
GraphQL servers usually give, and from what they say about tokens and permissions.
"""

import re
from typing import Final

from ..transport.answers import Json
from ..transport.values import clean_text
from .errors import AuthError, BusyError, CloudError, ForbiddenError, ProtocolError, TransientError

_MAX_ERRORS: Final = 100
#: Where servers put a code, in an error or in its `extensions`.
_CODE_FIELDS: Final = ("code", "category", "status", "statusCode")
_KIND_OF_CODE: Final[dict[str, type[CloudError]]] = {
    **dict.fromkeys(("unauthenticated", "unauthorized", "authentication", "401"), AuthError),
    **dict.fromkeys(("forbidden", "authorization", "403"), ForbiddenError),
    **dict.fromkeys(("too_many_requests", "rate_limited", "429"), BusyError),
}
_FAULT_OF_SERVER: Final = frozenset({"internal_server_error", "internal", "500"})
#: Codes with which a server says nothing about an error: its words may still say it.
_UNSPECIFIC: Final = _FAULT_OF_SERVER | {"0", "200", "400"}
_TEXTS: Final[dict[type[CloudError], str]] = {
    AuthError: "the cloud does not accept the token",
    ForbiddenError: "the token lacks a permission",
    BusyError: "the cloud asks to wait",
    TransientError: "the cloud has a fault of its own",
    ProtocolError: "the cloud refused the query",
}
_TOKEN: Final = r"(?:access |api |bearer |authentication )?token"  # noqa: S105 - no password
_BAD: Final = r"(?:invalid|expired|unknown|revoked|missing)"
#: Whole messages. A part of one is also in "Recording has expired", "Unexpected token" and "Copyright notice".
_AUTH_TEXT: Final = re.compile(
    rf"(?:you are |user is |user )?(?:unauthori[sz]ed|unauthenticated|not (?:authenticated|logged in|signed in))"
    rf"|(?:authentication|login) (?:is )?required"
    rf"|{_BAD}(?: or {_BAD})* {_TOKEN}"
    rf"|(?:the |your )?{_TOKEN} (?:(?:is|has|was) )?(?:been )?(?:{_BAD}|not valid|not accepted)"
)
_FORBIDDEN_TEXT: Final = re.compile(
    r"(?:access )?forbidden|(?:permission|access) denied"
    rf"|(?:the |your )?{_TOKEN} lacks (?:the |a )?(?:right|scope|permission)(?: \w+)?"
    r"|(?:insufficient|missing) (?:right|scope|permission|privilege)s?(?:: \w+)?"
    r"|you (?:are not allowed|do not have (?:the )?(?:right|permission)s?)(?: to \w.*)?"
)


def error_of(errors: Json) -> CloudError:
    """Return what an answer's errors mean: the first that says something about the token or the rate decides."""
    kinds = [_kind_of(error) for error in (errors if isinstance(errors, list) else [errors])[:_MAX_ERRORS]]
    clear = (kind for kind in kinds if kind not in {TransientError, ProtocolError})
    kind = next(clear, TransientError if TransientError in kinds else ProtocolError)
    return kind(_TEXTS[kind])


def have_codes(errors: Json) -> bool:
    """Return whether errors say by a code what is wrong with the token or the rate."""
    listed = (errors if isinstance(errors, list) else [errors])[:_MAX_ERRORS]
    return any(not _codes(error).isdisjoint(_KIND_OF_CODE) for error in listed)


def _kind_of(error: Json) -> type[CloudError]:
    codes = _codes(error)
    if kind := next((_KIND_OF_CODE[code] for code in codes if code in _KIND_OF_CODE), None):
        return kind
    if codes - _UNSPECIFIC:
        # Something else is wrong, and the server says what.
        return ProtocolError
    words = error.get("message") if isinstance(error, dict) else error
    text = clean_text(words).rstrip(".!").casefold() if isinstance(words, str) else ""
    if _AUTH_TEXT.fullmatch(text):
        return AuthError
    if _FORBIDDEN_TEXT.fullmatch(text):
        return ForbiddenError
    return TransientError if codes & _FAULT_OF_SERVER else ProtocolError


def _codes(error: Json) -> frozenset[str]:
    if not isinstance(error, dict):
        return frozenset()
    extensions = error.get("extensions")
    places = [error, extensions] if isinstance(extensions, dict) else [error]
    found = (place.get(name) for place in places for name in _CODE_FIELDS)
    return frozenset(str(code)[:50].casefold() for code in found if isinstance(code, str | int))
