"""Where the tokens for both doors come from: always fresh, never copied."""

import asyncio
import logging
import random
import time
from typing import Final, override

from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.exceptions import (
    ConfigEntryAuthFailed,
    ConfigEntryNotReady,
    HomeAssistantError,
    OAuth2TokenRequestError,
)
from homeassistant.helpers.config_entry_oauth2_flow import CLOCK_OUT_OF_SYNC_MAX_SEC, OAuth2Session

from ..cloud import Provider, Token
from ..cloud.http import seconds_to_wait
from ..const import CONF_PROVIDER, DOMAIN
from ..errors import unreachable
from .rotated_token import REFRESH_TOKEN, RotatedToken
from .token_refreshes import renewals_of

_LOGGER = logging.getLogger(__name__)

#: Seconds after a refresh that failed until the next one, at first and at most; for all who need a token together.
_FIRST_PAUSE: Final = 5.0
_LONGEST_PAUSE: Final = 60.0
#: Seconds that a refresh is waited for while the token at hand is still good.
_PATIENCE: Final = 3.0


class FixedToken(Token):
    """A token that the user made in Netrex's own pages; it can't be renewed from here."""

    def __init__(self, text: str) -> None:
        """Hold it for as long as the entry is loaded."""
        self._text = text

    @override
    async def get(self) -> str:
        return self._text

    @override
    async def renew(self, rejected: str) -> bool:
        return False


class SignInToken(Token):
    """The access token of a sign-in, which Home Assistant refreshes and stores."""

    def __init__(self, session: OAuth2Session) -> None:
        """Use the session of one entry."""
        self._session = session
        self._renewals = renewals_of(session.hass)
        self._rotated = RotatedToken(session.hass, session.config_entry.entry_id)
        #: A refresh token that the provider has refused: asking again would be refused again.
        self._refused: str | None = None
        #: Refreshes so far, and the class of the last one's failure, for diagnostics.
        self.refreshes = 0
        self.last_failure: str | None = None
        #: Failures since the last refresh that went well, and until when there is no other try, on the monotonic clock.
        self._failures = 0
        self._paused_until = 0.0
        #: A token that somebody has refused, and when it ends by the clock: others may still accept it.
        self._doubted: tuple[str, float] = ("", 0.0)

    @override
    async def get(self) -> str:
        """Return a token valid for some seconds at least; callers at the same time share one refresh.

        A caller that gives up does not take the refresh along, and neither does the account that is reloaded. While
        the provider gives no other token, the one at hand is used for as long as it may be accepted.

        Raises:
            ConfigEntryAuthFailed: the sign-in no longer holds; a new one is asked for already.
            ConfigEntryNotReady: the provider could not be asked.
        """
        entry_id = self._session.config_entry.entry_id
        # One that has come already may still have to get to the disk.
        renewal = self._renewals.going_on(entry_id)
        if renewal is None and (not self._session.valid_token or self._is_refused):
            if time.monotonic() < self._paused_until:
                if self._may_be_accepted:
                    return self._text
                raise unreachable(self._provider)
            renewal = self._renewals.begin(entry_id, self._refresh())
        if renewal is not None:
            await asyncio.wait({renewal}, timeout=_PATIENCE if self._may_be_accepted else None)
            if renewal.done():
                self._take_result(renewal)
        return self._text

    def _take_result(self, renewal: asyncio.Task[None]) -> None:
        if renewal.cancelled():
            raise self._given_up()
        try:
            renewal.result()
        except ConfigEntryAuthFailed:
            raise
        except HomeAssistantError:
            if not self._may_be_accepted:
                raise

    @override
    def hurry(self) -> None:
        """End the pause after refreshes that failed: a person waits."""
        self._paused_until = 0.0

    @property
    def _provider(self) -> Provider:
        return Provider(self._session.config_entry.data[CONF_PROVIDER])

    @property
    def _text(self) -> str:
        return str(self._session.token[CONF_ACCESS_TOKEN])

    @property
    def _may_be_accepted(self) -> bool:
        """Whether the token at hand is not over yet, or not yet by a clock that differs as much as one may."""
        token = self._session.token
        doubted, ends_at = self._doubted
        if token[CONF_ACCESS_TOKEN] != doubted:
            ends_at = token["expires_at"]
        return time.time() < ends_at + CLOCK_OUT_OF_SYNC_MAX_SEC

    def _given_up(self) -> ConfigEntryNotReady:
        stopping = self._session.hass.is_stopping
        return ConfigEntryNotReady(
            translation_domain=DOMAIN, translation_key="home_assistant_stopping" if stopping else "sign_in_changing"
        )

    @property
    def _is_refused(self) -> bool:
        return self._refused is not None and self._session.token[REFRESH_TOKEN] == self._refused

    async def _refresh(self) -> None:
        if self._is_refused:
            raise ConfigEntryAuthFailed(translation_domain=DOMAIN, translation_key="sign_in_ended")
        if self._session.hass.is_stopping:
            # What comes may not be written any more.
            raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="home_assistant_stopping")
        refresh_token = self._session.token[REFRESH_TOKEN]
        try:
            await self._session.async_ensure_token_valid()
        except HomeAssistantError as err:
            self.last_failure = type(err).__name__
            if isinstance(err, ConfigEntryAuthFailed):
                self._refused = refresh_token
            else:
                self._pause(err)
            raise
        self._paused_until = 0.0
        if self._failures:
            self._failures = 0
            _LOGGER.info("The sign-in at %s has been renewed", self._provider.host)
        if self._session.token[REFRESH_TOKEN] != refresh_token:
            await self._rotated.keep(refresh_token, self._session.token)
        self.refreshes += 1
        self.last_failure = None

    def _pause(self, err: HomeAssistantError) -> None:
        """Let some time pass until the next try, for all who need a token; longer with each failure in a row."""
        if not self._failures:
            _LOGGER.warning(
                "The sign-in at %s can't be renewed now. Home Assistant tries again automatically", self._provider.host
            )
        pause = min(_FIRST_PAUSE * 2.0 ** min(self._failures, 10), _LONGEST_PAUSE)
        if isinstance(err, OAuth2TokenRequestError) and err.headers:
            pause = max(pause, seconds_to_wait(err.headers.get("Retry-After", "")) or 0.0)
        self._failures += 1
        self._paused_until = time.monotonic() + pause * random.uniform(0.8, 1.2)  # noqa: S311 - no secret

    @override
    async def renew(self, rejected: str) -> bool:
        """Get another token though the clock says the rejected one is good; callers at the same time share it.

        Raises:
            ConfigEntryAuthFailed: the sign-in no longer holds; a new one is asked for already.
            ConfigEntryNotReady: the provider gives no other one now.
        """
        session, refreshes = self._session, self.refreshes
        if session.token[CONF_ACCESS_TOKEN] == rejected:
            entry = session.config_entry
            if self._doubted[0] != rejected:
                self._doubted = (rejected, session.token["expires_at"])
            expired = {**session.token, "expires_at": time.time()}
            session.hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_TOKEN: expired})
        if await self.get() == rejected and self.refreshes == refreshes:
            raise unreachable(self._provider)
        return True
