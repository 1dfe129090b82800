"""The permissions that Netrex can give, as its documentation lists them."""

from collections.abc import Iterable
from enum import StrEnum


class Scope(StrEnum):
    """What a sign-in may ask for; the values are OAuth2 scopes. CONFIRMED, complete as printed (NX-SCOPE-1)."""

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


#: What is asked for unless the user says otherwise.
DEFAULT_SCOPES = (Scope.READ, Scope.LIVEVIEW, Scope.RECORDINGS, Scope.EVENTS)
#: What lets a user tell a camera to do something.
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
    """Return the known permissions among these, each once, in the order of the list above."""
    wanted = set(scopes)
    return tuple(scope for scope in Scope if scope in wanted)


def allows(scopes: Iterable[str] | None, scope: Scope) -> bool:
    """Tell whether these permissions have one among them; what an API token may do is known only to who is asked."""
    return scopes is None or scope in set(scopes)


def allows_live_view(scopes: Iterable[str]) -> bool:
    """Tell whether one of these permissions lets a user watch live. INFERRED from their names (NX-SCOPE-2)."""
    return not _LIVE_SCOPES.isdisjoint(scopes)


def allows_recordings(scopes: Iterable[str] | None) -> bool:
    """Tell whether these permissions let a user see recordings; what an API token may do is known only to the cloud."""
    return allows(scopes, Scope.RECORDINGS)
