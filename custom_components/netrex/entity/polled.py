"""What entities have in common whose camera does not report every change: they poll it."""

from abc import abstractmethod
import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
import logging
import math
import time
from typing import Final, override

from homeassistant.core import callback
from homeassistant.helpers.event import async_track_time_interval

from ..account.commands import camera_command, command_error
from ..account.refusals import COMMAND, QUESTION
from ..auth.scopes import Scope
from ..vapix import RequestError, VapixClient, VapixError
from .base import NetrexEntity

_LOGGER = logging.getLogger(__name__)

_POLL_INTERVAL: Final = timedelta(seconds=60)
#: Requests one after another while the state keeps changing; after that it waits for the next interval.
_TRIES: Final = 3
#: Seconds after the end of something timed at which the state is fetched.
_AFTERWARDS: Final = 0.5


class PolledEntity[State](NetrexEntity):
    """An entity that commands its camera, and polls the state that the camera does not report.

    The state is fetched when the entity is added, after each command, when the camera is back, when there is a sign of
    a change, and otherwise every minute, unless it is recent enough. Home Assistant's own polling writes each entity's
    state at each interval, also where nothing had to be fetched.
    """

    #: What the commands need.
    scope = Scope.LIVEVIEW_LIGHT
    #: As last fetched, reported or commanded; None: not known yet.
    _state: State | None = None
    _fetched_at = -math.inf
    #: Grows with each command and each sign of a change: what was requested before that is out of date.
    _generation = 0
    _was_available = False
    _timer: asyncio.TimerHandle | None = None
    _is_removed = False

    @abstractmethod
    async def _fetch_state(self, client: VapixClient) -> State | None:
        """Request the state from the camera; raise a VapixError if it does not answer."""

    @property
    def _state_max_age(self) -> float:
        """Seconds for which a fetched state is recent enough; infinite where every change would be reported."""
        return 0.0

    @property
    def _is_due(self) -> bool:
        return self.available and time.monotonic() - self._fetched_at >= self._state_max_age

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self._was_available = self.available
        if not self.account.entry.pref_disable_polling:
            self.async_on_remove(async_track_time_interval(self.hass, self._poll, _POLL_INTERVAL))
        if self._state is None:
            self._refresh_soon()

    @override
    async def async_will_remove_from_hass(self) -> None:
        await super().async_will_remove_from_hass()
        self._is_removed = True
        self._cancel_timer()

    @override
    @callback
    def _camera_changed(self) -> None:
        is_back = self.available and not self._was_available
        self._was_available = self.available
        super()._camera_changed()
        if is_back:
            self._refresh_soon()

    # --- state ---------------------------------------------------------------------------------------

    @callback
    def _poll(self, _now: datetime | None = None) -> None:
        if self._is_due:
            self.async_schedule_update_ha_state(force_refresh=True)

    async def async_update(self) -> None:
        """Fetch the state if it is not recent enough."""
        async with self.account.poll_semaphore:
            if self._is_due:
                await self._refresh()

    def _invalidate(self) -> None:
        self._generation += 1
        self._fetched_at = -math.inf

    @callback
    def _refresh_soon(self) -> None:
        """Fetch the state: there is a sign of a change."""
        self._invalidate()
        self._poll()

    @callback
    def _refresh_after(self, seconds: float) -> None:
        """Fetch the state once something has ended that takes so many seconds; only the last call counts."""
        self._cancel_timer()
        if not self._is_removed:
            self._timer = self.hass.loop.call_later(seconds + _AFTERWARDS, self._refresh_soon)

    @callback
    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    async def _refresh(self) -> None:
        """Fetch the state, and again if something has changed meanwhile. A camera that doesn't answer is no failure."""
        for _ in range(_TRIES):
            if not self.available:
                return
            generation = self._generation
            try:
                state = await self._fetch_state(self.camera.client)
            except RequestError as err:
                # It is there, and does not know: more requests would not help.
                _LOGGER.debug("No state of %s: %s", self.entity_id, err)
                return
            except VapixError as err:
                # Noted there: a lost permission becomes an issue, and a camera that may be gone is checked.
                await command_error(self.account, self.camera, self.scope, err, QUESTION)
                return
            self.account.refusals.used(self.scope, self.camera, QUESTION)
            if generation == self._generation:
                self._fetched_at = time.monotonic()
                self._set_state(state)
                return

    @callback
    def _set_state(self, state: State | None) -> None:
        self._state = state

    # --- commands ------------------------------------------------------------------------------------

    @asynccontextmanager
    async def command(self) -> AsyncIterator[VapixClient]:
        """Give the camera's client for a command of one or more requests; then fetch the state.

        Raises:
            HomeAssistantError: not all of it was done; says why.
        """
        try:
            async with camera_command(self.account, self.camera, self.scope, self.translation_key or COMMAND) as client:
                self._invalidate()
                try:
                    yield client
                finally:
                    self._invalidate()
        except BaseException:
            # Part of it may have been done.
            self._refresh_soon()
            raise
        await self._refresh()
        self.async_write_ha_state()
