"""Takes in one camera's events, however they come: not too many at once, and only while it is the right camera."""

import asyncio
from collections import Counter
from typing import Final

from homeassistant.core import callback

from ..events.camera_events import CameraEvents
from ..events.rate_limiter import EventRateLimiter
from ..vapix import CameraEvent, UnknownEvent
from .axis_camera import AxisCamera, Condition

#: Seconds after which events held back by the rate limiter are released.
_RELEASE_AFTER: Final = 0.25
#: Topics kept for diagnostics.
_MAX_UNKNOWN: Final = 50


class EventIntake:
    """Passes events on.

    Attributes:
        unknown: number of events of unknown topics, by topic.
    """

    def __init__(self, camera: AxisCamera, events: CameraEvents) -> None:
        self._camera = camera
        self.rate_limiter = EventRateLimiter(events.take)
        self.unknown: Counter[str] = Counter()
        self._release_timer: asyncio.TimerHandle | None = None

    @callback
    def take(self, event: CameraEvent | UnknownEvent | None) -> None:
        """Take in what a message carried."""
        if event is None or self._camera.condition is Condition.OTHER_DEVICE:
            return
        self._camera.report_answer()
        if isinstance(event, CameraEvent):
            if self.rate_limiter.add(event) and self._release_timer is None:
                self._release_later()
        elif event.topic in self.unknown or len(self.unknown) < _MAX_UNKNOWN:
            self.unknown[event.topic] += 1

    @callback
    def close(self) -> None:
        """Stop the timer."""
        if self._release_timer is not None:
            self._release_timer.cancel()
            self._release_timer = None

    def _release_later(self) -> None:
        self._release_timer = asyncio.get_running_loop().call_later(_RELEASE_AFTER, self._release)

    @callback
    def _release(self) -> None:
        self._release_timer = None
        if self.rate_limiter.release():
            self._release_later()
