"""The OAuth2 scopes of Netrex, as its documentation lists them; people call them permissions."""

from collections.abc import Iterable
from enum import StrEnum


class Scope(StrEnum):
    """What a sign-in may ask for. CONFIRMED, complete as printed (NX-SCOPE-1)."""

    READ = "read"
    LIVEVIEW = "liveview"
    RECORDINGS = "recordings"
    EVENTS = "events"
    LIVEVIEW_PTZ = "liveview_ptz"
    LIVEVIEW_LIGHT = "liveview_light"
    LIVEVIEW_AUDIOCLIP = "liveview_audioclip"
    AUDIOTRANSMIT = "audiotransmit"
    RECORDINGS_DELETE = "recordings_delete"
    WRITE = "write"


#: Preselected for a new account.
DEFAULT_SCOPES = (Scope.READ, Scope.LIVEVIEW, Scope.RECORDINGS, Scope.EVENTS)
#: What commands to a camera need.
COMMAND_SCOPES = (
    Scope.LIVEVIEW_PTZ,
    Scope.LIVEVIEW_LIGHT,
    Scope.LIVEVIEW_AUDIOCLIP,
    Scope.AUDIOTRANSMIT,
    Scope.WRITE,
)
#: What a camera itself may refuse, though the account should have it.
CAMERA_SCOPES = (Scope.LIVEVIEW, Scope.EVENTS, *COMMAND_SCOPES)
_LIVE_SCOPES = frozenset({Scope.LIVEVIEW, Scope.LIVEVIEW_PTZ, Scope.LIVEVIEW_LIGHT, Scope.LIVEVIEW_AUDIOCLIP})


def in_documented_order(scopes: Iterable[str]) -> tuple[Scope, ...]:
    """Return the known scopes among these, each once, in the order of the list above."""
    wanted = set(scopes)
    return tuple(scope for scope in Scope if scope in wanted)


def allows(scopes: Iterable[str] | None, scope: Scope) -> bool:
    """Return whether one is among these; None, those of an API token, may be any."""
    return scopes is None or scope in set(scopes)


def allows_live_view(scopes: Iterable[str]) -> bool:
    """Return whether one of these lets a user watch live. INFERRED from their names (NX-SCOPE-2)."""
    return not _LIVE_SCOPES.isdisjoint(scopes)
