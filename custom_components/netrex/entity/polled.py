"""What entities have in common whose camera does not tell of every change: they ask it."""

from abc import abstractmethod
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import logging
import time
from typing import Final, override

from homeassistant.core import callback

from ..account.account import NetrexAccount
from ..account.commands import camera_command, command_error
from ..account.refusals import COMMAND, QUESTION
from ..auth.scopes import Scope
from ..cameras.channels import Channel
from ..vapix import AuthError, ForbiddenError, UnreachableError, VapixClient, VapixError
from .base import NetrexEntity

_LOGGER = logging.getLogger(__name__)

#: Questions one after another while signs of changes come in; what is in doubt then is left to the next interval.
_TRIES: Final = 3


class AskedEntity[State](NetrexEntity):
    """An entity that commands its camera, and asks how things stand.

    It asks when it is added, after each command, when the camera is back, when there is a sign that something has
    changed, and otherwise at the platform's interval, unless what was told is still good.
    """

    _attr_should_poll = True
    #: What the commands need.
    scope = Scope.LIVEVIEW_LIGHT

    def __init__(self, account: NetrexAccount, channel: Channel, key: str) -> None:
        """Know nothing yet."""
        super().__init__(account, channel, key)
        #: As it was told last; None: not yet.
        self.state_told: State | None = None
        self._told_at = 0.0
        self._in_doubt = True
        self._was_available = False
        #: Grows with each sign that something has changed, so that an answer which one has overtaken is known as such.
        self._signs = 0

    @abstractmethod
    async def _ask(self, client: VapixClient) -> State:
        """Ask the camera how things stand; a VapixError if it does not tell."""

    @property
    def _good_for(self) -> float:
        """Seconds for which nobody needs to ask again; infinite where every change would be told."""
        return 0.0

    @override
    async def async_added_to_hass(self) -> None:
        """Ask soon rather than at the end of the interval."""
        await super().async_added_to_hass()
        self._was_available = self.available
        self._ask_soon()

    @override
    async def async_update_ha_state(self, force_refresh: bool = False) -> None:
        """Write nothing at an interval at which nobody needs to be asked."""
        if not force_refresh or self._to_be_asked:
            await super().async_update_ha_state(force_refresh)

    @property
    def _to_be_asked(self) -> bool:
        return self.available and (self._in_doubt or time.monotonic() - self._told_at >= self._good_for)

    async def async_update(self) -> None:
        """Ask. Called by Home Assistant, through `async_update_ha_state`."""
        async with self.account.poll_semaphore:
            await self._look()

    @callback
    def _ask_soon(self) -> None:
        """There is a sign that something has changed."""
        self._doubt()
        self.async_schedule_update_ha_state(force_refresh=True)

    def _doubt(self) -> None:
        self._signs += 1
        self._in_doubt = True

    async def _look(self) -> None:
        """Ask, and again if meanwhile something has changed. That the camera does not tell is no failure."""
        for _ in range(_TRIES):
            if not self.available:
                return
            signs = self._signs
            try:
                state = await self._ask(self.camera.client)
            except (AuthError, ForbiddenError, UnreachableError) as err:
                # Noted there: a permission that is lost becomes an issue, and a camera that is gone is looked after.
                await command_error(self.account, self.camera, self.scope, err, QUESTION)
                return
            except VapixError as err:
                # It is there, and busy or strange: asking it more would not help.
                _LOGGER.debug("%s did not tell how it stands: %s", self.entity_id, type(err).__name__)
                return
            self.account.refusals.used(self.scope, self.camera, QUESTION)
            if signs == self._signs:
                self._in_doubt, self._told_at = False, time.monotonic()
                self._take(state)
                return

    @callback
    def _take(self, state: State) -> None:
        """Let things stand as told; entities with more to do extend this."""
        self.state_told = state

    @asynccontextmanager
    async def command(self) -> AsyncIterator[VapixClient]:
        """Give the camera's client for a command of one or more requests; then ask what has come of it.

        Raises:
            HomeAssistantError: it was not done, or not all of it; says why.
        """
        try:
            async with camera_command(self.account, self.camera, self.scope, self.translation_key or COMMAND) as client:
                self._doubt()
                try:
                    yield client
                finally:
                    self._doubt()
        except BaseException:
            # Part of it may have been done.
            self._ask_soon()
            raise
        await self._look()
        self.async_write_ha_state()

    @override
    @callback
    def _camera_changed(self) -> None:
        back = self.available and not self._was_available
        self._was_available = self.available
        super()._camera_changed()
        if back:
            self._ask_soon()
