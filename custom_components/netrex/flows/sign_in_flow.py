"""The steps that sign in to Netrex: permissions, credentials, and what can go wrong at the provider."""

from dataclasses import replace
import logging
from typing import Any, Final, override

from homeassistant.config_entries import ConfigFlowResult
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET
from homeassistant.core import callback
from homeassistant.helpers.config_entry_oauth2_flow import AbstractOAuth2FlowHandler, async_get_redirect_uri

from ..auth.implementation import NetrexOAuth2Implementation, async_get_implementations_at, async_store_credentials
from ..auth.scopes import Scope, in_documented_order
from ..const import CONF_SCOPES, DOMAIN, OAUTH_APPLICATION_HELP
from ..issues import as_markdown_text
from ..transport.values import clean_text
from .setup_forms import CREDENTIALS_SCHEMA, SetUpChoice, implementations_schema, scopes_schema

_LOGGER = logging.getLogger(__name__)

#: Characters of what a provider says when it sends the browser back.
_MAX_ERROR: Final = 100
#: Shared abort reasons of Home Assistant's helper, for which this integration has words that help more.
_OWN_ABORT_REASONS = {
    "oauth_unauthorized": "sign_in_refused",
    "oauth_failed": "sign_in_failed",
    "oauth_error": "sign_in_failed",
    "oauth_timeout": "sign_in_failed",
}


class SignInFlow(AbstractOAuth2FlowHandler):
    """The part of the config flow that signs in; `async_oauth_create_entry` gets the tokens."""

    DOMAIN = DOMAIN

    def __init__(self) -> None:
        super().__init__()
        self._choice = SetUpChoice()

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
                return await self.async_step_credentials_choice()
            errors[CONF_SCOPES] = "read_needed"
        return self.async_show_form(step_id="scopes", data_schema=scopes_schema(self._choice.scopes), errors=errors)

    async def _implementations(self) -> dict[str, NetrexOAuth2Implementation]:
        """Return stored credentials that can belong to the chosen provider, built for it."""
        provider = self._choice.provider
        found = await async_get_implementations_at(self.hass, provider)
        return {key: each for key, each in found.items() if each.is_for(provider)}

    async def async_step_credentials_choice(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer stored credentials, which may belong to another provider, or new ones."""
        implementations = await self._implementations()
        if not implementations:
            return await self.async_step_new_credentials()
        client_ids = ", ".join(each.client_id for each in implementations.values())
        return self.async_show_menu(
            step_id="credentials_choice",
            menu_options=["pick_implementation", "new_credentials"],
            description_placeholders={"host": self._choice.provider.host, "client_ids": as_markdown_text(client_ids)},
        )

    @override
    async def async_step_pick_implementation(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask which of the stored credentials to use, when there are several."""
        implementations = await self._implementations()
        if not implementations:
            return await self.async_step_new_credentials()
        if user_input is None and len(implementations) > 1:
            return self.async_show_form(
                step_id="pick_implementation", data_schema=implementations_schema(implementations)
            )
        chosen = user_input["implementation"] if user_input else next(iter(implementations))
        if chosen not in implementations:
            return await self.async_step_credentials_choice()
        self.flow_impl = implementations[chosen]
        return await self.async_step_auth()

    async def async_step_new_credentials(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the client id and secret of the user's own OAuth2 application at this provider."""
        errors: dict[str, str] = {}
        if user_input is not None:
            client_id, secret = (user_input[key].strip() for key in (CONF_CLIENT_ID, CONF_CLIENT_SECRET))
            if not client_id or not secret:
                errors["base"] = "credentials_empty"
            else:
                stored = await async_store_credentials(self.hass, self._choice.provider, client_id, secret)
                return await self.async_step_pick_implementation({"implementation": stored})
        return self.async_show_form(
            step_id="new_credentials",
            data_schema=self.add_suggested_values_to_schema(
                CREDENTIALS_SCHEMA,
                {CONF_CLIENT_ID: user_input[CONF_CLIENT_ID]} if user_input else None,
            ),
            errors=errors,
            description_placeholders={
                "host": self._choice.provider.host,
                "redirect_url": async_get_redirect_uri(self.hass),
                "help_url": OAUTH_APPLICATION_HELP,
            },
        )

    @override
    async def async_step_authorize_rejected(self, data: None = None) -> ConfigFlowResult:
        """Say what it means that the provider sent the browser back without a code.

        It came back, so the redirect URL is right: the text must not send anybody to look for a mistake there.
        """
        error = clean_text(str(self.external_data["error"]), _MAX_ERROR)
        if error == "access_denied":
            return self.async_abort(reason="consent_refused")
        return self.async_abort(
            reason="sign_in_failed_at_provider",
            description_placeholders={"host": self._choice.provider.host, "error": as_markdown_text(error)},
        )

    @callback
    @override
    def async_abort(self, *, reason: str, **kwargs: Any) -> ConfigFlowResult:
        """End the flow, in this integration's words where Home Assistant's own would not help."""
        return super().async_abort(reason=_OWN_ABORT_REASONS.get(reason, reason), **kwargs)
