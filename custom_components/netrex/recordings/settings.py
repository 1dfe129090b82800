"""How an account's recordings are shown, as set in its options."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

from ..const import CONF_ONLY_RECORDED_DAYS, CONF_RECORDING_DAYS, CONF_RECORDING_HEIGHT

#: Qualities to choose from, in pixels. 720 is sharp on a phone, and ready soon.
HEIGHTS: Final = (480, 720, 1080, 2160)
DEFAULT_HEIGHT: Final = 720
DEFAULT_DAYS: Final = 30
MAX_DAYS: Final = 365


@dataclass(frozen=True, slots=True)
class RecordingSettings:
    """What a user chose.

    Attributes:
        height: the best quality that is asked for, in pixels.
        days: how far back the media browser goes.
        only_recorded_days: days without recordings are left out, at the price of one request a camera.
    """

    height: int = DEFAULT_HEIGHT
    days: int = DEFAULT_DAYS
    only_recorded_days: bool = False

    @classmethod
    def of(cls, options: Mapping[str, Any]) -> Self:
        """Read the options of an account."""
        return cls(
            height=int(options.get(CONF_RECORDING_HEIGHT, DEFAULT_HEIGHT)),
            days=int(options.get(CONF_RECORDING_DAYS, DEFAULT_DAYS)),
            only_recorded_days=bool(options.get(CONF_ONLY_RECORDED_DAYS, False)),
        )
