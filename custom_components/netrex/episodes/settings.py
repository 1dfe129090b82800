"""How long episodes are kept, as set in an account's options."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from ..const import CONF_EVENT_DAYS, CONF_EVENT_PICTURES, CONF_EVENT_SPACE

MAX_DAYS: Final = 90
#: Megabytes.
MIN_SPACE: Final = 10
MAX_SPACE: Final = 100_000


@dataclass(frozen=True, slots=True)
class EpisodeSettings:
    """What an account keeps of its episodes.

    Attributes:
        days: older ones are removed.
        space: megabytes for pictures, thumbnails and the episodes themselves.
        pictures: whether pictures are kept at all.
    """

    days: int
    space: int
    pictures: bool

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Read the options of an account."""
        return cls(
            days=int(options.get(CONF_EVENT_DAYS, 14)),
            space=int(options.get(CONF_EVENT_SPACE, 500)),
            pictures=bool(options.get(CONF_EVENT_PICTURES, True)),
        )
