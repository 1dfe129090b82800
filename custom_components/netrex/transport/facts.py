"""What the documentation leaves open and a client can see in passing: each fact with the values that it can have.

The values are a closed list, so that nothing of a server's own words gets into what is kept of them.
"""

from collections.abc import Mapping, Sequence
from enum import Enum, StrEnum, unique
from typing import Final


class State(StrEnum):
    """What was seen of a fact, beside what is assumed."""

    CONFIRMED = "confirmed"
    REFUTED = "refuted"
    VARIES = "varies"
    NOT_MET = "not_met"


@unique
class Fact(Enum):
    """A fact of docs/api: its id, the values that it can have, and those that are assumed.

    highest: the values rise, and only the highest that was seen counts.
    """

    GRANT_TYPE = ("NX-GRANT-6", ("authorization_code", "auth_code"), ("authorization_code",))
    GRANT_PARAMETERS = ("NX-GRANT-2", ("query", "body"), ("query",))
    GRANT_ERROR_STATUS = ("NX-GRANT-10", ("200", "400", "401", "403", "other"), ("200", "400", "401", "403"))
    TOKEN_LIFETIME = ("NX-GRANT-9", ("under_5_minutes", "under_1_hour", "1_hour", "up_to_1_day", "longer"), ("1_hour",))
    REFRESH_TOKEN = ("NX-REFRESH-3", ("kept", "repeated", "rotated"), ("kept", "repeated"))
    JSON_TYPE = ("NX-GQL-9", ("application/json", "text/html", "other"), ("application/json",))
    REFUSAL = ("NX-GQL-8", ("status", "codes", "words"), ("status",))
    INTROSPECTION = ("NX-GQL-5", ("answered", "refused"), ("answered",))
    SERIAL_FIELD = ("NX-NODE-14", ("none", "serial_number", "serial", "mac", "mac_address"), ("none",))
    NODE_ID = ("NX-NODE-1", ("number", "text"), ("number",))
    TOP_PARENT = ("NX-NODE-17", ("hidden_node",), ())
    RECORDING_ID = ("NX-REC-15", ("text", "number"), ("text",))
    RECORDING_HEIGHT = (
        "NX-REC-16",
        ("none", "up_to_480", "up_to_720", "up_to_1080", "up_to_2160", "higher"),
        ("up_to_480", "up_to_720", "up_to_1080", "up_to_2160", "higher"),
        True,
    )
    RECORDING_DURATION = ("NX-REC-2", ("a_little_shorter", "as_asked"), ("a_little_shorter",))
    PREPARATION = (
        "NX-REC-7",
        ("under_10_seconds", "under_1_minute", "under_10_minutes"),
        ("under_10_seconds", "under_1_minute"),
    )
    FAILED_PREPARATION = ("NX-REC-8", ("refused", "error"), ("refused", "error"))
    LINK_ACCESS = ("NX-FILE-1", ("own_key", "token"), ("own_key", "token"))
    LINK_END = ("NX-FILE-2", ("401", "403", "404", "410"), ("403", "404", "410"))
    LINK_HOST = ("NX-FILE-12", ("provider", "other_host"), ("provider",))
    LINK_REDIRECT = ("NX-FILE-7", ("none", "same_host", "other_host"), ("none",))
    FILE_RANGE = ("NX-FILE-3", ("taken", "ignored", "unusable"), ("taken",))
    FILE_VALIDATORS = ("NX-FILE-4", ("sent", "missing"), ("sent",))
    FILE_LENGTH = ("NX-FILE-5", ("sent", "missing"), ("sent",))
    FILE_ENCODING = ("NX-FILE-6", ("plain", "packed"), ("plain",))
    FILE_FORMAT = ("NX-FILE-8", ("h264", "h265", "other_video", "no_video"), ("h264", "h265"))
    FILE_TYPE = ("NX-FILE-9", ("video/mp4", "application/octet-stream", "other"), ("video/mp4",))
    FILE_INDEX = ("NX-FILE-10", ("first", "last"), ("first",))
    CAMERA_COUNTS = ("NX-KPI-3", ("answered", "refused"), ("answered",))
    SIGN_IN_AT_CAMERAS = ("NX-REMOTE-6", ("refused", "accepted"), ("accepted",), True)
    CAMERA_REFUSAL = ("NX-REMOTE-10", ("401", "403"), ("401", "403"))
    CAMERA_OFF = ("NX-REMOTE-11", ("404", "502", "503", "504", "closed"), ("404", "502", "503", "504", "closed"))
    ENDLESS_ANSWER = (
        "NX-REMOTE-12",
        ("seconds", "1_minute", "10_minutes", "1_hour", "6_hours"),
        ("seconds", "1_minute", "10_minutes", "1_hour", "6_hours"),
        True,
    )
    LOGIN_LEVEL = ("NX-REMOTE-13", ("viewer", "operator", "administrator"), ("operator", "administrator"), True)
    EVENT_ACCESS = ("VX-EVENT-3", ("header", "session"), ("header",))
    EVENT_STATES = ("VX-EVENT-13", ("sent", "missing"), ("sent",))
    EVENT_ORDER = ("VX-EVENT-14", ("answer_first", "states_first"), ("answer_first", "states_first"))
    EVENT_LIST = ("VX-DECL-8", ("answered", "refused", "missing"), ("answered",))
    RTSP = ("VX-MEDIA-15", ("passes",), ("passes",))
    VIDEO_TYPE = ("VX-MEDIA-4", ("with_codecs", "bare"), ("with_codecs", "bare"))
    SOUND = ("NX-REMOTE-17", ("refused", "accepted"), ("accepted",), True)
    SOUND_PASSING = ("NX-REMOTE-18", ("while_sent", "when_whole"), ("while_sent",))

    def __init__(self, fact_id: str, values: tuple[str, ...], assumed: tuple[str, ...], highest: bool = False) -> None:
        self.fact_id = fact_id
        self.values = values
        self.assumed = assumed
        self.highest = highest

    @property
    def key(self) -> str:
        """The name in reports and in what is stored."""
        return self.name.lower()

    def replaces(self, value: str, seen: Sequence[str]) -> bool:
        """Return whether a value is news, beside those seen before."""
        if value not in self.values or value in seen:
            return False
        rank = self.values.index
        return not self.highest or all(rank(value) > rank(each) for each in seen)

    def state(self, seen: Sequence[str]) -> State:
        """Return how what was seen agrees with what is assumed."""
        if not seen:
            return State.NOT_MET
        right = [value in self.assumed for value in seen]
        return State.CONFIRMED if all(right) else State.VARIES if any(right) else State.REFUTED


FACTS: Final[Mapping[str, Fact]] = {fact.key: fact for fact in Fact}
#: Seconds, up to which a class goes; some servers round an hour, or count from their own answer.
_LIFETIMES: Final = ((299, "under_5_minutes"), (3539, "under_1_hour"), (3660, "1_hour"), (86_400, "up_to_1_day"))
_LASTED: Final = ((6 * 3600, "6_hours"), (3600, "1_hour"), (600, "10_minutes"), (60, "1_minute"))
_PREPARED: Final = ((10, "under_10_seconds"), (60, "under_1_minute"))
_HEIGHTS: Final = (480, 720, 1080, 2160)


def lasted(seconds: float) -> str:
    """Return the class of how long an endless answer came."""
    return next((name for least, name in _LASTED if seconds >= least), "seconds")


def lifetime(seconds: int) -> str:
    """Return the class of how long a token is valid."""
    return next((name for most, name in _LIFETIMES if seconds <= most), "longer")


def best_height(heights: Sequence[int]) -> str:
    """Return the class of the best quality on offer."""
    if not heights:
        return "none"
    return next((f"up_to_{most}" for most in _HEIGHTS if max(heights) <= most), "higher")


def prepared_in(seconds: float) -> str:
    """Return the class of how long a preparation took."""
    return next((name for most, name in _PREPARED if seconds < most), "under_10_minutes")


def one_of(fact: Fact, value: str) -> str:
    """Return a value that may be any, as one of the list."""
    return value if value in fact.values else "other"
