"""What a camera has as it last answered, and when to ask again: users add presets and clips in the camera."""

import asyncio
from collections.abc import Callable
import logging
import math
import random
import time
from typing import Final

from ..auth.scopes import COMMAND_SCOPES, Scope
from ..tasks.timing import Timing
from ..vapix import VapixClient
from .equipment import Equipment, Parameters
from .equipment_search import find_equipment

_LOGGER = logging.getLogger(__name__)


class KnownEquipment:
    """The equipment of one camera.

    Attributes:
        current: what it has.
        parameters: its parameters, from which some of that is read.
        due_at: when to ask, on the monotonic clock; infinite: only after `require`.
    """

    def __init__(
        self, client: VapixClient, timing: Timing, may: Callable[[Scope], bool], *, has_api_token: bool
    ) -> None:
        self.current = Equipment()
        self.parameters: Parameters = {}
        self.due_at = -math.inf
        self._client = client
        self._timing = timing
        self._may = may
        self._has_api_token: Final = has_api_token
        self._lock = asyncio.Lock()
        self._incomplete_pause = timing.equipment_retry

    @property
    def is_due(self) -> bool:
        """Whether to ask now."""
        return time.monotonic() >= self.due_at

    def require(self) -> None:
        """Ask as soon as the camera is reachable."""
        self.due_at = -math.inf

    async def read_parameters(self) -> None:
        """Ask for parameters again.

        Raises:
            VapixError: they stay as they were.
        """
        self.parameters = (await self._client.properties()).parameters

    async def find(self, name: str) -> bool:
        """Ask what the camera of this name has; return whether that has changed. Parts without an answer stay."""
        # One at a time: an answer from before a change must not come last.
        async with self._lock:
            try:
                found = await find_equipment(
                    self._client, self.parameters, self._may, self.current, has_api_token=self._has_api_token
                )
            except Exception:
                # A strange answer must not end the supervision.
                _LOGGER.exception("Unexpected error while asking what %s has", name)
                self.due_at = time.monotonic() + self._timing.equipment_recheck
                return False
            before, self.current = self.current, found
            may_use_any = any(map(self._may, COMMAND_SCOPES))
            self.due_at = time.monotonic() + self._pause() if may_use_any or found.incomplete else math.inf
            return found != before

    def _pause(self) -> float:
        """Return the seconds until equipment is asked for again."""
        if self.current.incomplete:
            pause = self._incomplete_pause
            self._incomplete_pause = min(pause * 2, self._timing.equipment_recheck)
        else:
            pause, self._incomplete_pause = self._timing.equipment_recheck, self._timing.equipment_retry
        return pause * random.uniform(0.8, 1.2)  # noqa: S311 - no secret
