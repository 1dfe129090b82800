"""What lies on the memory card of a simulated camera (VX-CARD)."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Literal


@dataclass(slots=True)
class CardRecording:
    """One recording on the card."""

    recording_id: str
    starts: float
    """Seconds since 1970."""
    ends: float | None
    """None while it goes on."""
    kind: Literal["continuous", "triggered", "scheduled"] = "continuous"
    locked: bool = False

    @classmethod
    def at(
        cls,
        starts: float,
        seconds: float | None,
        kind: Literal["continuous", "triggered", "scheduled"] = "triggered",
        *,
        serial: str = "ACCC8E000000",
        locked: bool = False,
    ) -> CardRecording:
        """Make a recording whose id is made of its start, as on real cameras: `YYYYMMDD_HHMMSS_XXXX_SERIAL`."""
        moment = datetime.fromtimestamp(starts, UTC)
        recording_id = f"{moment:%Y%m%d_%H%M%S}_{int(starts) & 0xFFFF:04X}_{serial}"
        return cls(recording_id, starts, None if seconds is None else starts + seconds, kind, locked)
