"""Which of a camera's sources report a motion, as several of them notice the same one."""

from collections.abc import Iterable
from typing import Final

from ..tasks.timing import Timing
from ..vapix import EventKind
from .detection import Detection, DetectionEvent
from .source_key import SourceKey

_ANALYTICS: Final = frozenset({EventKind.OBJECT, EventKind.FENCE, EventKind.LOITERING})
_VIDEO_MOTION: Final = frozenset(
    {
        EventKind.MOTION,
        EventKind.MOTION_GUARD,
        EventKind.MOTION_AREA,
        EventKind.MOTION_DETECTION,
        EventKind.MOTION_WINDOW,
    }
)
#: Kinds of events in which something moves before the camera.
MOVING_KINDS: Final = _ANALYTICS | _VIDEO_MOTION | {EventKind.MOTION_ALARM, EventKind.MOTION_REGION}
#: What the ONVIF topics repeat. INFERRED (VX-TOPIC-11).
_REPEATED_BY: Final = {
    EventKind.MOTION_ALARM: _ANALYTICS | _VIDEO_MOTION,
    EventKind.MOTION_REGION: _ANALYTICS | _VIDEO_MOTION | {EventKind.MOTION_ALARM},
}


class MotionNews:
    """Says which motion is a detection: the first report of it, and none of an ONVIF topic that repeats another."""

    def __init__(self, timing: Timing) -> None:
        self._timing = timing
        #: When each kind of source last reported something that moves, and in which picture of the camera.
        self._reported: dict[EventKind, tuple[float, int | None]] = {}

    def is_news(self, event: DetectionEvent, known: Iterable[SourceKey], now: float) -> bool:
        """Return whether something that began is more than the motion that another source has reported.

        `known` are the sources whose states the camera has reported.
        """
        kind = event.key.kind
        is_motion = event.detection is Detection.MOTION
        if not is_motion and kind not in _ANALYTICS:
            return True
        channel = event.key.channel
        if is_motion and (
            self._is_repeated(kind, known)
            or any(
                each is not kind
                and now - at < self._timing.event_one_motion
                and (channel is None or where in {None, channel})
                for each, (at, where) in self._reported.items()
            )
        ):
            return False
        self._reported[kind] = now, channel
        return True

    @staticmethod
    def _is_repeated(kind: EventKind, known: Iterable[SourceKey]) -> bool:
        """Return whether what a kind of source reports is reported by another one of the camera as well."""
        return kind in _REPEATED_BY and not _REPEATED_BY[kind].isdisjoint(key.kind for key in known)
