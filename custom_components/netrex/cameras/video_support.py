"""Whether a camera's live view comes as video, or as still images because its video was refused."""

from enum import StrEnum
import random
import time
from typing import Final, NamedTuple

from ..live.broadcast import MediaRefusal
from ..tasks.timing import Timing
from ..vapix import has_media

#: Longest pause in seconds before refused video is tried again.
_LONGEST_RECHECK: Final = 86400.0


class LivePicture(StrEnum):
    """How the live view comes: as H.264 through the relay, or as still images."""

    VIDEO = "video"
    SINGLE_PICTURES = "still_images"


class KnownVideo(NamedTuple):
    """What Home Assistant kept of a camera's video across a restart.

    Attributes:
        firmware: that the camera had then; None: nothing is known.
        refused: whether its live view came as still images.
    """

    firmware: str | None
    refused: bool


class VideoSupport:
    """Decides by a camera's firmware and by its refusals; refused video is tried again with growing pauses.

    Attributes:
        live_picture: how the live view comes now.
        refusal: why it does not come as video.
        recheck_at: when to try video again, on the monotonic clock; None: never.
    """

    def __init__(self, timing: Timing, known: KnownVideo) -> None:
        self._timing = timing
        self._firmware = known.firmware
        self._pause = timing.video_recheck
        self.live_picture = LivePicture.VIDEO
        self.refusal: MediaRefusal | None = None
        self.recheck_at: float | None = None
        if known.firmware is not None:
            self._decide(known.firmware, refused=known.refused)

    def use_firmware(self, firmware: str) -> None:
        """Decide again if the camera has other firmware than before."""
        if firmware != self._firmware:
            self._decide(firmware)

    def _decide(self, firmware: str, *, refused: bool = False) -> None:
        self._firmware = firmware
        self._pause = self._timing.video_recheck
        if not has_media(firmware):
            self.refuse(MediaRefusal.MISSING)
        elif refused:
            self.refuse(MediaRefusal.EARLIER)
        else:
            self.allow()

    def refuse(self, reason: MediaRefusal) -> None:
        """Let the live view come as still images."""
        self.refusal = reason
        self.live_picture = LivePicture.SINGLE_PICTURES
        self.postpone()

    def postpone(self) -> None:
        """Try video again later; only other firmware can bring it where this one has none."""
        if self._firmware is not None and not has_media(self._firmware):
            self.recheck_at = None
        else:
            self.recheck_at = time.monotonic() + self._pause * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
            self._pause = min(self._pause * 2, _LONGEST_RECHECK)

    def allow(self) -> None:
        """Let the live view come as video."""
        self.live_picture = LivePicture.VIDEO
        self.refusal = None
        self.recheck_at = None
