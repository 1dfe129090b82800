"""Where the tokens for both doors come from: always fresh, never copied."""

import asyncio
import time
from typing import override

from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady, HomeAssistantError
from homeassistant.helpers.config_entry_oauth2_flow import OAuth2Session

from .cloud import Token
from .const import DOMAIN
from .renewals import renewals_of
from .rotated_token import REFRESH_TOKEN, RotatedToken


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

    @override
    async def get(self) -> str:
        """Return a token valid for some seconds at least; callers at the same time share one refresh.

        A caller that gives up does not take the refresh along, and neither does the account that is loaded anew.

        Raises:
            ConfigEntryAuthFailed: the sign-in no longer holds; a new one is asked for already.
            ConfigEntryNotReady: the provider could not be asked.
        """
        entry_id = self._session.config_entry.entry_id
        # One that has come already may still have to get to the disk.
        renewal = self._renewals.going_on(entry_id)
        if renewal is None and (not self._session.valid_token or self._is_refused):
            renewal = self._renewals.begin(entry_id, self._refresh())
        if renewal is not None:
            await asyncio.wait({renewal})
            if renewal.cancelled():
                raise self._given_up()
            renewal.result()
        return str(self._session.token[CONF_ACCESS_TOKEN])

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
            if isinstance(err, ConfigEntryAuthFailed):
                self._refused = refresh_token
            self.last_failure = type(err).__name__
            raise
        if self._session.token[REFRESH_TOKEN] != refresh_token:
            await self._rotated.keep(refresh_token, self._session.token)
        self.refreshes += 1
        self.last_failure = None

    @override
    async def renew(self, rejected: str) -> bool:
        """Get another token though the clock says the rejected one is good; callers at the same time share it."""
        session = self._session
        if session.token[CONF_ACCESS_TOKEN] == rejected:
            entry = session.config_entry
            expired = {**session.token, "expires_at": time.time()}
            session.hass.config_entries.async_update_entry(entry, data={**entry.data, CONF_TOKEN: expired})
        return await self.get() != rejected
