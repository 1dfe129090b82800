"""OAuth2 sign-in for Home Assistant: one implementation for each stored application credential and provider.

Home Assistant calls an implementation to exchange and refresh tokens. The sign-in flow stores and lists credentials and
asks `is_for`, the set-up of an account gets its own, and revocation those of an ended sign-in. A new provider is a host
in `KNOWN_HOSTS` and an option of the set-up form; a new failure of the token endpoint is a case of `_token_error`.
"""

from contextlib import suppress
from http import HTTPStatus
import math
import re
from typing import Any, override

from aiohttp import RequestInfo
from homeassistant.components.application_credentials import (
    DATA_COMPONENT,
    AuthImplementation,
    AuthorizationServer,
    ClientCredential,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_DOMAIN, CONF_ID, CONF_NAME
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import (
    HomeAssistantError,
    OAuth2TokenRequestError,
    OAuth2TokenRequestReauthError,
    OAuth2TokenRequestTransientError,
)
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2Implementation,
    async_get_config_entry_implementation,
    async_get_implementations,
)
from multidict import CIMultiDict, CIMultiDictProxy
from yarl import URL

from ..cloud import BusyError, CloudError, Provider, RefusedGrantError, TokenEndpoint, TokenGrant
from ..cloud.provider import KNOWN_HOSTS
from ..const import CONF_PROVIDER, DOMAIN, OBSERVED
from ..session import async_get_session
from ..transport.calls import Calls
from ..transport.facts import Fact

_OWN_NAME = re.compile(r"Netrex (\S+)")


class NetrexOAuth2Implementation(AuthImplementation):
    """Client id and secret of one application. `TokenEndpoint` sends the requests, as Netrex's are not standard."""

    def __init__(
        self,
        hass: HomeAssistant,
        auth_domain: str,
        credential: ClientCredential,
        provider: Provider,
        calls: Calls | None = None,
    ) -> None:
        super().__init__(hass, auth_domain, credential, AuthorizationServer(provider.authorize_url, provider.token_url))
        self._seen: dict[str, str] = {}
        self._endpoint = TokenEndpoint(
            async_get_session(hass),
            provider,
            credential.client_id,
            credential.client_secret,
            calls=calls or _SeenAtSignIn(self._seen),
        )

    def at(self, provider: Provider, calls: Calls | None = None) -> NetrexOAuth2Implementation:
        """Return a copy that uses the same credentials at this provider."""
        credential = ClientCredential(self.client_id, self.client_secret, self.name)
        return NetrexOAuth2Implementation(self.hass, self.domain, credential, provider, calls)

    def is_for(self, provider: Provider) -> bool:
        """Return whether these credentials may belong to a provider; those stored by the config flow name theirs."""
        return _OWN_NAME.fullmatch(self.name) is None or self.names(provider)

    def names(self, provider: Provider) -> bool:
        """Return whether the config flow stored these credentials for this provider."""
        named = _OWN_NAME.fullmatch(self.name)
        return named is not None and named[1] == provider.host

    @property
    @override
    def extra_authorize_data(self) -> dict[str, str]:
        """Add the redirect URL as `redirect_url`, too.

        The documentation's sample has `redirect_uri`, its table `redirect_url` (NX-AUTH-5). An OAuth2 server ignores an
        unknown parameter (RFC 6749, 3.1).
        """
        return {**super().extra_authorize_data, "redirect_url": self.redirect_uri}

    @override
    async def async_resolve_external_data(self, external_data: Any) -> dict[str, Any]:
        """Exchange the authorization code for tokens, which come with what was seen: there is no account yet."""
        try:
            grant = await self._endpoint.exchange(external_data["code"], external_data["state"]["redirect_uri"])
        except CloudError as err:
            raise self._token_error(err) from None
        return {**_as_token(grant), OBSERVED: dict(self._seen)}

    @override
    async def _async_refresh_token(self, token: dict[str, Any]) -> dict[str, Any]:
        """Refresh a token; the refresh token is kept if the answer has no new one."""
        try:
            grant = await self._endpoint.refresh(token["refresh_token"])
        except CloudError as err:
            raise self._token_error(err) from None
        return {**token, **_as_token(grant)}

    def _token_error(self, err: CloudError) -> OAuth2TokenRequestError:
        """Return Home Assistant's error: only a rejected grant asks the user to sign in again, all else is retried."""
        url = URL(self.token_url)
        request = RequestInfo(url, "POST", CIMultiDictProxy(CIMultiDict()), url)
        if isinstance(err, RefusedGrantError):
            return OAuth2TokenRequestReauthError(
                request_info=request, status=HTTPStatus.BAD_REQUEST, message=err.reason, domain=DOMAIN
            )
        wait = err.retry_after if isinstance(err, BusyError) else None
        return OAuth2TokenRequestTransientError(
            request_info=request,
            status=HTTPStatus.SERVICE_UNAVAILABLE,
            message=str(err),
            headers=CIMultiDict({} if wait is None else {"Retry-After": str(math.ceil(wait))}),
            domain=DOMAIN,
        )


class _SeenAtSignIn(Calls):
    """Keeps what an exchange shows of the provider."""

    def __init__(self, seen: dict[str, str]) -> None:
        self._seen = seen

    @override
    def observed(self, fact: Fact, value: str) -> None:
        self._seen[fact.key] = value


def _as_token(grant: TokenGrant) -> dict[str, str | int]:
    token: dict[str, str | int] = {"access_token": grant.access_token, "expires_in": grant.expires_in}
    if grant.refresh_token is not None:
        token["refresh_token"] = grant.refresh_token
    return token


async def async_get_auth_implementation(
    hass: HomeAssistant, auth_domain: str, credential: ClientCredential
) -> NetrexOAuth2Implementation:
    """Return the implementation of stored credentials, called by Home Assistant; `at` sets the account's provider."""
    return NetrexOAuth2Implementation(hass, auth_domain, credential, Provider.parse(KNOWN_HOSTS[0]))


async def async_get_implementations_at(
    hass: HomeAssistant, provider: Provider
) -> dict[str, NetrexOAuth2Implementation]:
    """Return all stored credentials for use at a provider, by id."""
    stored = await async_get_implementations(hass, DOMAIN)
    return {key: each.at(provider) for key, each in stored.items() if isinstance(each, NetrexOAuth2Implementation)}


async def async_get_entry_implementation(
    hass: HomeAssistant, entry: ConfigEntry, calls: Calls | None = None
) -> AbstractOAuth2Implementation:
    """Return the implementation of an account, for use at its provider.

    Raises:
        ImplementationUnavailableError: its credentials can't be loaded now.
        UnknownImplementationError: its credentials were removed.
    """
    stored = await async_get_config_entry_implementation(hass, entry)
    if not isinstance(stored, NetrexOAuth2Implementation):
        return stored
    return stored.at(Provider(entry.data[CONF_PROVIDER]), calls)


async def async_store_credentials(hass: HomeAssistant, provider: Provider, client_id: str, client_secret: str) -> str:
    """Store the credentials that the user entered for a provider, and return their implementation's id.

    They replace stored ones with the same client id, unless an account uses those. Then both are kept, so that a
    changed secret can be entered.
    """
    stored = hass.data[DATA_COMPONENT]
    for item in list(stored.async_items()):
        if item[CONF_DOMAIN] == DOMAIN and item[CONF_CLIENT_ID] == client_id:
            with suppress(HomeAssistantError):
                await stored.async_delete_item(item[CONF_ID])
    created = await stored.async_create_item(
        {
            CONF_DOMAIN: DOMAIN,
            CONF_CLIENT_ID: client_id,
            CONF_CLIENT_SECRET: client_secret,
            CONF_NAME: f"Netrex {provider.host}",
        }
    )
    return str(created[CONF_ID])


async def async_delete_credentials(hass: HomeAssistant, credentials_id: str) -> None:
    """Delete credentials that a sign-in flow stored, unless an account uses them."""
    with suppress(HomeAssistantError):
        await hass.data[DATA_COMPONENT].async_delete_item(credentials_id)
