"""Base of the entities that send commands and poll their state, as the camera does not report every change of it."""

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
from ..account.refusals import COMMAND, STATE_POLL
from ..auth.scopes import Scope
from ..vapix import ProtocolError, RequestError, VapixClient, VapixError
from .base import NetrexEntity

_LOGGER = logging.getLogger(__name__)

_POLL_INTERVAL: Final = timedelta(seconds=60)
#: Most requests in a row while the state keeps changing; then the next interval fetches it.
_TRIES: Final = 3
#: Seconds between the end of a timed operation and the request for the state.
_AFTERWARDS: Final = 0.5


class PolledEntity[State](NetrexEntity):
    """An entity that sends commands to its camera and polls its state. A subclass implements `_fetch_state`.

    Subclasses are entities of the platforms, such as `Illuminator`, and bases in this package, such as `AlarmEntity`.
    Their methods such as `async_turn_on` send in `command`; `_refresh_soon` is for a change that the camera reports.
    A new one also sets `scope`, and `_state_max_age` unless it is to be fetched every minute.

    The state is fetched when the entity is added, after each command, when the camera is reachable again, when a
    subclass calls `_refresh_soon`, and every minute unless it is recent enough. Home Assistant's own polling would
    write each entity's state at each interval, also when nothing was fetched.
    """

    #: The permission that the commands need.
    scope = Scope.LIVEVIEW_LIGHT
    #: As last fetched, reported or commanded; None: not known yet.
    _state: State | None = None
    _fetched_at = -math.inf
    #: Counts commands and signs of a change: an answer to a request from before the last one is out of date.
    _generation = 0
    _was_available = False
    _timer: asyncio.TimerHandle | None = None
    _is_removed = False

    @abstractmethod
    async def _fetch_state(self, client: VapixClient) -> State | None:
        """Request the state from the camera; raise a VapixError if it does not answer."""

    @property
    def _command_kind(self) -> str:
        """What the commands are, among those that a camera may refuse each by itself."""
        return self.translation_key or COMMAND

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
        """Fetch the state now, as it may have changed."""
        self._invalidate()
        self._poll()

    @callback
    def _refresh_after(self, seconds: float) -> None:
        """Fetch the state after a timed operation of this length; replaces the previous call."""
        self._cancel_timer()
        if not self._is_removed:
            self._timer = self.hass.loop.call_later(seconds + _AFTERWARDS, self._refresh_soon)

    @callback
    def _cancel_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()

    async def _refresh(self) -> None:
        """Fetch the state, again if it changed meanwhile. A failure keeps the state and is reported to the camera."""
        for _ in range(_TRIES):
            if not self.available:
                return
            generation = self._generation
            try:
                state = await self._fetch_state(self.camera.client)
            except (ProtocolError, RequestError) as err:
                # The camera is there, but has no answer: the next interval asks again.
                _LOGGER.debug("No state of %s: %s", self.entity_id, err)
                return
            except VapixError as err:
                # Only for what it reports: a missing permission becomes an issue, and an unreachable camera is checked.
                await command_error(self.account, self.camera, self.scope, err, STATE_POLL)
                return
            self.account.refusals.accepted(self.scope, self.camera, STATE_POLL)
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
        """Yield the camera's client for a command of one or more requests, and fetch the state afterwards.

        Raises:
            HomeAssistantError: the command failed, maybe after some of its requests; the text says why.
        """
        try:
            async with camera_command(self.account, self.camera, self.scope, self._command_kind) as client:
                self._invalidate()
                try:
                    yield client
                finally:
                    self._invalidate()
        except BaseException:
            # Some of its requests may have succeeded.
            self._refresh_soon()
            raise
        await self._refresh()
        self.async_write_ha_state()
