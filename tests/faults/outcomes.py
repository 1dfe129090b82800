"""What a call comes to, in the words of README.md."""

from collections.abc import Awaitable, Callable
from typing import Final

from custom_components.netrex import cloud, vapix
from custom_components.netrex.cloud import LinkExpiredError

#: The exact classes: a call that raises any other, or anything else at all, is a defect.
_WORDS: Final[dict[type[Exception], str]] = {
    cloud.AuthError: "auth",
    cloud.ForbiddenError: "denied",
    cloud.BusyError: "busy",
    cloud.TransientError: "later",
    cloud.ProtocolError: "odd",
    cloud.RefusedGrantError: "refused",
    LinkExpiredError: "gone",
    vapix.AuthError: "auth",
    vapix.ForbiddenError: "denied",
    vapix.BusyError: "busy",
    vapix.UnreachableError: "later",
    vapix.ProtocolError: "odd",
    vapix.RequestError: "refused",
    vapix.GoneError: "gone",
}


async def outcome(call: Callable[[], Awaitable[object]], right: object, secrets: frozenset[str]) -> str:
    """Make a call and return what it comes to.

    Args:
        call: to make.
        right: what it returns when nothing is wrong.
        secrets: what no error may tell.
    """
    try:
        result = await call()
    except tuple(_WORDS) as err:
        told = f"{err!r} {err.__cause__!r}"
        assert not [secret for secret in secrets if secret in told], told
        word = _WORDS[type(err)]
        wait = err.retry_after if isinstance(err, cloud.BusyError) else None
        return word if wait is None else f"{word} {wait:g}"
    return "ok" if result == right else "taken"
