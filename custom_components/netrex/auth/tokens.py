"""The tokens that the cloud and the cameras are shown, and how a sign-in's token is refreshed."""

import asyncio
from collections.abc import Coroutine
import logging
import random
import time
from typing import Any, Final, override

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN, EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryNotReady,
    HomeAssistantError,
    OAuth2TokenRequestError,
)
from homeassistant.helpers.config_entry_oauth2_flow import CLOCK_OUT_OF_SYNC_MAX_SEC, AbstractOAuth2Implementation
from homeassistant.helpers.singleton import singleton
from homeassistant.util.hass_dict import HassKey

from ..cloud import Provider, Token
from ..cloud.errors import seconds_to_wait
from ..const import CONF_PROVIDER, DOMAIN, REFRESH_TOKEN
from ..errors import sign_in_ended, unreachable
from ..tasks.timing import timing_of

_LOGGER = logging.getLogger(__name__)

#: Seconds after a refresh that failed until the next one, at most; for all who need a token together.
_LONGEST_PAUSE: Final = 60.0


class SignInToken(Token):
    """The access token of a sign-in: refreshed shortly before it expires, or when it is refused.

    - All who need a token share one refresh, whose token goes to the config entry.
    - A provider may accept a refresh token only once, so a refresh is carried through: see `TokenRefreshes`.
    - If the provider refuses it, Home Assistant asks for a new sign-in, and that refresh token is not sent again.
    - If the provider can't be reached, there is a pause before the next refresh. Meanwhile, and while a refresh is
      slow, the token at hand is used for as long as it may be accepted.
    """

    def __init__(self, hass: HomeAssistant, entry: ConfigEntry, implementation: AbstractOAuth2Implementation) -> None:
        self._hass: Final = hass
        self._entry: Final = entry
        self._implementation: Final = implementation
        self._timing: Final = timing_of(hass)
        self._pending: Final = async_get_token_refreshes(hass)
        #: An access token that was refused before its time, and a refresh token that the provider refused.
        self._rejected: str | None = None
        self._refused: str | None = None
        #: Refreshes so far, and the class of the last one's failure, for diagnostics.
        self.refreshes = 0
        self.last_failure: str | None = None
        #: Failures since the last success, and until when there is no other try, on the monotonic clock.
        self._failures = 0
        self._paused_until = 0.0

    @override
    async def get(self) -> str:
        """Return a token valid for some seconds at least.

        Raises:
            ConfigEntryAuthFailed: the sign-in has ended; Home Assistant asks for a new one.
            ConfigEntryNotReady: the provider could not be asked.
        """
        return await self._get(self._timing.token_wait)

    async def _get(self, wait: float) -> str:
        """Return the token; wait: seconds for a refresh while the token at hand has not expired."""
        refresh = self._pending.get(self._entry.entry_id)
        if refresh is None and self._needs_refresh:
            if time.monotonic() < self._paused_until:
                if self._is_usable:
                    return self._text
                raise unreachable(self._provider)
            refresh = self._pending.start(self._entry.entry_id, self._refresh())
        if refresh is not None:
            await asyncio.wait({refresh}, timeout=wait if self._is_usable else None)
            if refresh.cancelled():
                raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="sign_in_renewing")
            err = refresh.exception() if refresh.done() else None
            if err and (isinstance(err, ConfigEntryAuthFailed) or not self._is_usable):
                raise err
        return self._text

    @override
    async def renew(self, rejected: str) -> bool:
        """Get another token though the clock says the rejected one is good.

        Raises:
            ConfigEntryAuthFailed: the sign-in has ended; Home Assistant asks for a new one.
            ConfigEntryNotReady: the provider gives no other one now.
        """
        refreshes = self.refreshes
        if self._text == rejected:
            self._rejected = rejected
        # Nobody is helped by the token at hand.
        if await self._get(self._timing.token_refresh_ends_within) == rejected and self.refreshes == refreshes:
            raise unreachable(self._provider)
        return True

    @override
    def hurry(self) -> None:
        """End the pause after refreshes that failed: a person waits."""
        self._paused_until = 0.0

    @property
    def _provider(self) -> Provider:
        return Provider(self._entry.data[CONF_PROVIDER])

    @property
    def _token(self) -> dict[str, Any]:
        token: dict[str, Any] = self._entry.data[CONF_TOKEN]
        return token

    @property
    def _text(self) -> str:
        return str(self._token[CONF_ACCESS_TOKEN])

    @property
    def _needs_refresh(self) -> bool:
        expires_soon = bool(time.time() > self._token["expires_at"] - CLOCK_OUT_OF_SYNC_MAX_SEC)
        return expires_soon or self._text == self._rejected or self._token[REFRESH_TOKEN] == self._refused

    @property
    def _is_usable(self) -> bool:
        """Whether the token at hand has not expired, or not yet by a clock that differs as much as one may."""
        return bool(time.time() < self._token["expires_at"] + CLOCK_OUT_OF_SYNC_MAX_SEC)

    async def _refresh(self) -> None:
        token = self._token
        if token[REFRESH_TOKEN] == self._refused:
            raise sign_in_ended()
        if self._hass.is_stopping:
            # A new token may not be written any more.
            raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="home_assistant_stopping")
        try:
            refreshed = await self._implementation.async_refresh_token(token)
        except HomeAssistantError as err:
            self.last_failure = type(err).__name__
            if not isinstance(err, ConfigEntryAuthFailed):
                self._pause(err)
                raise unreachable(self._provider) from None
            self._refused = token[REFRESH_TOKEN]
            self._entry.async_start_reauth(self._hass)
            raise sign_in_ended() from None
        self._hass.config_entries.async_update_entry(self._entry, data={**self._entry.data, CONF_TOKEN: refreshed})
        if self._failures:
            _LOGGER.info("The sign-in at %s has been renewed", self._provider.host)
        self._rejected = self.last_failure = None
        self._paused_until = self._failures = 0
        self.refreshes += 1

    def _pause(self, err: HomeAssistantError) -> None:
        """Let some time pass until the next try, for all who need a token; longer with each failure in a row."""
        if not self._failures:
            _LOGGER.warning(
                "The sign-in at %s can't be renewed now. Home Assistant tries again automatically", self._provider.host
            )
        pause = min(self._timing.token_retry_first * 2.0 ** min(self._failures, 10), _LONGEST_PAUSE)
        if isinstance(err, OAuth2TokenRequestError) and err.headers:
            pause = max(pause, seconds_to_wait(err.headers.get("Retry-After", "")) or 0.0)
        self._failures += 1
        self._paused_until = time.monotonic() + pause * random.uniform(0.8, 1.2)  # noqa: S311 - no secret


class TokenRefreshes:
    """The refreshes under way, at most one an account, in tasks that neither a caller nor a reload cancels."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._timing = timing_of(hass)
        self._tasks: dict[str, asyncio.Task[None]] = {}
        # Before the final writes, so that the new tokens are among them.
        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_STOP, self._async_stop)

    def get(self, entry_id: str) -> asyncio.Task[None] | None:
        """Return an account's refresh, also one that began before the account was reloaded."""
        return self._tasks.get(entry_id)

    def start(self, entry_id: str, refresh: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Start an account's refresh; a task of Home Assistant's would be canceled when it stops."""
        task = self._tasks[entry_id] = asyncio.get_running_loop().create_task(refresh, name="netrex token")

        def ended(_task: asyncio.Task[None]) -> None:
            del self._tasks[entry_id]
            if not task.cancelled():
                # Nobody may wait for it any more.
                task.exception()

        task.add_done_callback(ended)
        return task

    async def finish(self, entry_id: str) -> None:
        """Wait for an account's refresh, with a limit: it must not replace the token after what comes next."""
        if task := self._tasks.get(entry_id):
            await asyncio.wait({task}, timeout=self._timing.token_refresh_ends_within)

    async def end(self, entry_id: str) -> None:
        """Wait for an account's refresh, then cancel it: another sign-in replaces this one."""
        await self.finish(entry_id)
        if task := self._tasks.get(entry_id):
            task.cancel()
            await asyncio.wait({task})

    async def _async_stop(self, _event: Event) -> None:
        await asyncio.gather(*map(self.end, list(self._tasks)))


@callback
@singleton(HassKey[TokenRefreshes](f"{DOMAIN}_token_refreshes"))
def async_get_token_refreshes(hass: HomeAssistant) -> TokenRefreshes:
    """Return the refreshes of all accounts."""
    return TokenRefreshes(hass)
