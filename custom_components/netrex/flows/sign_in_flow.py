"""The steps that sign in to Netrex: permissions, credentials, and what can go wrong at the provider."""

from abc import abstractmethod
from dataclasses import replace
import logging
from typing import Any, Final, override

from homeassistant.config_entries import SOURCE_USER, ConfigFlowResult
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import callback
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2FlowHandler, async_get_redirect_uri

from ..auth.implementation import (
    NetrexOAuth2Implementation,
    async_delete_credentials,
    async_get_implementations_at,
    async_store_credentials,
)
from ..auth.scopes import Scope, in_documented_order
from ..const import CONF_SCOPES, DOMAIN, OAUTH_APPLICATION_HELP
from ..issues import as_markdown_text
from ..transport.values import clean_text
from .setup_forms import CREDENTIALS_SCHEMA, OTHER, SetUpChoice, implementations_schema, scopes_schema

_LOGGER = logging.getLogger(__name__)

#: Characters of what a provider says when it sends the browser back.
_MAX_ERROR: Final = 100
#: Netrex refuses to give tokens for the sign-in.
REFUSED_EXCHANGE: Final = "sign_in_refused"
#: Shared abort reasons of Home Assistant's helper, for which this integration has words that help more.
_OWN_ABORT_REASONS = {
    "oauth_unauthorized": REFUSED_EXCHANGE,
    "oauth_failed": "sign_in_failed",
    "oauth_error": "sign_in_failed",
    "oauth_timeout": "sign_in_failed",
}


class SignInFlow(AbstractOAuth2FlowHandler):
    """The part of the config flow that signs in; `async_oauth_create_entry` gets the tokens."""

    DOMAIN = DOMAIN
    flow_impl: NetrexOAuth2Implementation

    def __init__(self) -> None:
        super().__init__()
        self._choice = SetUpChoice()
        #: The id of credentials that came of this dialog, until an account uses them.
        self._unused_credentials: str | None = None

    @property
    @override
    def logger(self) -> logging.Logger:
        return _LOGGER

    @property
    @override
    def extra_authorize_data(self) -> dict[str, str]:
        """Scopes go to Netrex in one parameter, separated by commas. CONFIRMED (NX-AUTH-4)."""
        return {"scope": ",".join(self._choice.scopes)}

    async def async_step_scopes(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask what Home Assistant may do."""
        errors: dict[str, str] = {}
        if user_input is not None:
            scopes = in_documented_order(user_input[CONF_SCOPES])
            if Scope.READ in scopes:
                self._choice = replace(self._choice, scopes=scopes)
                return await self.async_step_pick_implementation()
            errors[CONF_SCOPES] = "read_needed"
        return self._scopes_form(errors)

    def _scopes_form(self, errors: dict[str, str]) -> ConfigFlowResult:
        return self.async_show_form(
            step_id="scopes", data_schema=scopes_schema(self._choice.scopes), errors=errors, last_step=False
        )

    @abstractmethod
    def _known_implementation(self) -> str | None:
        """Return the id of the credentials of the account that is changed; None: that is to be asked."""

    @override
    async def async_step_pick_implementation(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Use the credentials for this provider; ask for new ones if there are none, and which if that is open."""
        provider = self._choice.provider
        stored = await async_get_implementations_at(self.hass, provider)
        stored = {key: each for key, each in stored.items() if each.is_for(provider)}
        chosen = user_input["implementation"] if user_input else self._known_implementation()
        if chosen is None and self.source == SOURCE_USER and len(stored) == 1:
            # Those that somebody stored without the provider's name may belong to another one.
            chosen = next((key for key, each in stored.items() if each.names(provider)), None)
        if not stored or chosen == OTHER:
            return await self.async_step_new_credentials()
        if chosen not in stored:
            return self.async_show_form(
                step_id="pick_implementation", data_schema=implementations_schema(stored), last_step=False
            )
        self.flow_impl = stored[chosen]
        return await self.async_step_auth()

    async def async_step_new_credentials(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the client id and secret of the user's own OAuth2 application at this provider."""
        errors: dict[str, str] = {}
        if user_input is not None:
            client_id, secret = (user_input[key].strip() for key in (CONF_CLIENT_ID, CONF_CLIENT_SECRET))
            if client_id and secret:
                await self._forget_credentials()
                stored = await async_store_credentials(self.hass, self._choice.provider, client_id, secret)
                self._unused_credentials = stored
                return await self.async_step_pick_implementation({"implementation": stored})
            errors["base"] = "credentials_empty"
        return self._credentials_form(errors, user_input[CONF_CLIENT_ID] if user_input else "")

    def _credentials_form(self, errors: dict[str, str], client_id: str) -> ConfigFlowResult:
        return self.async_show_form(
            step_id="new_credentials",
            data_schema=self.add_suggested_values_to_schema(CREDENTIALS_SCHEMA, {CONF_CLIENT_ID: client_id}),
            errors=errors,
            description_placeholders={
                "host": self._choice.provider.host,
                "redirect_url": self._redirect_url(),
                "help_url": OAUTH_APPLICATION_HELP,
            },
            last_step=False,
        )

    def _redirect_url(self) -> str:
        """Return where the provider sends the browser: as it did, or by the browser that asks now."""
        if self.external_data is not None:
            return str(self.external_data["state"]["redirect_uri"])
        return async_get_redirect_uri(self.hass)

    async def _forget_credentials(self) -> None:
        """Delete credentials that came of this dialog and were of no use."""
        if (credentials := self._unused_credentials) is not None:
            self._unused_credentials = None
            await async_delete_credentials(self.hass, credentials)

    @override
    async def async_step_creation(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Exchange the code for tokens; where Netrex refuses that, ask for the credentials again."""
        result = await super().async_step_creation(user_input)
        if result.get("reason") != REFUSED_EXCHANGE:
            return result
        return self._credentials_form({"base": REFUSED_EXCHANGE}, self.flow_impl.client_id)

    @override
    async def async_step_authorize_rejected(self, data: None = None) -> ConfigFlowResult:
        """Say what it means that the provider sent the browser back without a code.

        It came back, so the redirect URL is right: the text must not send anybody to look for a mistake there.
        """
        error = clean_text(str(self.external_data["error"]), _MAX_ERROR)
        if error == "access_denied":
            return self._scopes_form({"base": "consent_refused"})
        return self.async_abort(
            reason="sign_in_failed_at_provider",
            description_placeholders={"host": self._choice.provider.host, "error": as_markdown_text(error)},
        )

    @callback
    @override
    def async_abort(self, *, reason: str, **kwargs: Any) -> ConfigFlowResult:
        """End the flow, in this integration's words where Home Assistant's own would not help."""
        return super().async_abort(reason=_OWN_ABORT_REASONS.get(reason, reason), **kwargs)
