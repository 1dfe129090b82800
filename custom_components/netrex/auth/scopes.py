"""The rights that Netrex can give, as its documentation lists them."""

from collections.abc import Iterable
from enum import StrEnum


class Right(StrEnum):
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
DEFAULT_RIGHTS = (Right.READ, Right.LIVEVIEW, Right.RECORDINGS, Right.EVENTS)
#: What lets a user tell a camera to do something.
COMMANDING_RIGHTS = (
    Right.LIVEVIEW_PTZ,
    Right.LIVEVIEW_LIGHT,
    Right.LIVEVIEW_AUDIOCLIP,
    Right.AUDIOTRANSMIT,
    Right.WRITE,
)
#: What a camera itself may refuse, though the account should have it.
RIGHTS_AT_CAMERAS = (Right.LIVEVIEW, Right.EVENTS, *COMMANDING_RIGHTS)
_LIVE_RIGHTS = frozenset({Right.LIVEVIEW, Right.LIVEVIEW_PTZ, Right.LIVEVIEW_LIGHT, Right.LIVEVIEW_AUDIOCLIP})


def in_documented_order(rights: Iterable[str]) -> tuple[Right, ...]:
    """Return the known rights among these, each once, in the order of the list above."""
    wanted = set(rights)
    return tuple(right for right in Right if right in wanted)


def allows(rights: Iterable[str] | None, right: Right) -> bool:
    """Tell whether these rights have one among them; what an API token may do is known only to who is asked."""
    return rights is None or right in set(rights)


def allows_live_view(rights: Iterable[str]) -> bool:
    """Tell whether one of these rights lets a user watch live. INFERRED from their names (NX-SCOPE-2)."""
    return not _LIVE_RIGHTS.isdisjoint(rights)


def allows_recordings(rights: Iterable[str] | None) -> bool:
    """Tell whether these rights let a user see recordings; what an API token may do is known only to the cloud."""
    return allows(rights, Right.RECORDINGS)
