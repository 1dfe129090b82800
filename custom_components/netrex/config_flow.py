"""How an account is added, signed in again and changed."""

from collections.abc import Mapping
from dataclasses import replace
import logging
from typing import Any, override

from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_RECONFIGURE, ConfigEntry, ConfigFlowResult
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_HOST, CONF_TOKEN
from homeassistant.core import callback
from homeassistant.helpers.config_entry_oauth2_flow import (
    AbstractOAuth2FlowHandler,
    async_get_redirect_uri,
)

from .auth.implementation import NetrexOAuth2Implementation, async_get_implementations_at, async_store_credentials
from .auth.revocation import async_revoke_in_background
from .auth.scopes import Scope, in_documented_order
from .auth.tokens import FixedToken, async_get_token_refreshes
from .cloud import (
    AuthError,
    BusyError,
    CloudClient,
    CloudError,
    DevicePattern,
    ForbiddenError,
    Provider,
    ProviderError,
    TransientError,
    Tree,
)
from .cloud.provider import KNOWN_HOSTS
from .const import (
    API_TOKEN_HELP,
    CONF_ACCOUNT_KEY,
    CONF_API_TOKEN,
    CONF_DEVICE_PATTERN,
    CONF_PROVIDER,
    CONF_SCOPES,
    DOMAIN,
    OAUTH_APPLICATION_HELP,
)
from .flows.options_flow import NetrexOptionsFlow
from .flows.setup_choice import SetUpChoice
from .flows.setup_forms import (
    API_TOKEN_SCHEMA,
    CREDENTIALS_SCHEMA,
    HOST_SCHEMA,
    SECTION_REMOTE_ACCESS,
    chosen_provider,
    implementations_schema,
    provider_schema,
    scopes_schema,
)
from .identity.unique_ids import join_id, split_id
from .issues import as_markdown_text
from .session import async_get_session
from .transport.values import clean_text

_LOGGER = logging.getLogger(__name__)

#: Characters of what a provider says when it sends the browser back.
_MAX_ERROR = 100
#: Shared abort reasons of Home Assistant's helper, for which this integration has words that help more.
_OWN_ABORT_REASONS = {
    "oauth_unauthorized": "sign_in_refused",
    "oauth_failed": "sign_in_failed",
    "oauth_error": "sign_in_failed",
    "oauth_timeout": "sign_in_failed",
}


class NetrexConfigFlow(AbstractOAuth2FlowHandler, domain=DOMAIN):
    """Provider, way in, permissions and credentials, sign-in, a look at the account, entry."""

    DOMAIN = DOMAIN
    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        """Start with what most people will choose."""
        super().__init__()
        self._choice = SetUpChoice()
        #: Entry data of the way in that was taken: `token` and `auth_implementation`, or `api_token`.
        self._way_in: dict[str, Any] = {}
        #: The sign-in that came of this dialog, until an account has it.
        self._unused_sign_in: dict[str, Any] | None = None
        self._is_removed = False

    @property
    @override
    def logger(self) -> logging.Logger:
        return _LOGGER

    @property
    @override
    def extra_authorize_data(self) -> dict[str, str]:
        """Scopes go to Netrex in one parameter, separated by commas. CONFIRMED (NX-AUTH-4)."""
        return {"scope": ",".join(self._choice.scopes)}

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> NetrexOptionsFlow:
        return NetrexOptionsFlow()

    # --- where the account lives -------------------------------------------------------------------

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the provider and, out of sight, the address pattern of remote camera access."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                pattern = DevicePattern.parse(user_input[SECTION_REMOTE_ACCESS][CONF_DEVICE_PATTERN])
            except ProviderError as err:
                errors["base"] = "no_serial_slot" if err.reason == "no_serial_slot" else "bad_device_pattern"
            else:
                self._choice = replace(self._choice, device_pattern=pattern)
                if (provider := chosen_provider(user_input)) is None:
                    return await self.async_step_host()
                self._choice = replace(self._choice, provider=provider)
                return await self.async_step_way_in()
        schema = provider_schema(self._choice.provider, self._choice.device_pattern, collapsed=not errors)
        return self.async_show_form(
            step_id="user",
            data_schema=self.add_suggested_values_to_schema(schema, user_input),
            errors=errors,
            description_placeholders={"default_pattern": DevicePattern().text, "slot": "{serial}"},
        )

    async def async_step_host(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the address of another provider."""
        errors: dict[str, str] = {}
        if user_input is not None:
            try:
                provider = Provider.parse(user_input[CONF_HOST])
            except ProviderError as err:
                errors[CONF_HOST] = f"host_{err.reason}"
            else:
                self._choice = replace(self._choice, provider=provider)
                return await self.async_step_way_in()
        known = self._choice.provider.host in KNOWN_HOSTS
        return self.async_show_form(
            step_id="host",
            data_schema=self.add_suggested_values_to_schema(
                HOST_SCHEMA,
                user_input or ({} if known else {CONF_HOST: self._choice.provider.origin}),
            ),
            errors=errors,
            description_placeholders={"example": "cameras.example.com"},
        )

    async def async_step_way_in(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer the sign-in or an API token; when changing an account, also to keep what there is."""
        options = ["scopes", "api_token"]
        if self.source == SOURCE_RECONFIGURE:
            entry = self._get_reconfigure_entry()
            if entry.data[CONF_PROVIDER] == self._choice.provider.origin:
                options.append("keep_way_in")
        return self.async_show_menu(
            step_id="way_in",
            menu_options=options,
            description_placeholders={"host": self._choice.provider.host},
        )

    async def async_step_keep_way_in(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change only where cameras are reached."""
        entry = self._get_reconfigure_entry()
        return self.async_update_reload_and_abort(
            entry,
            data_updates=self._choice.as_entry_data(),
            options=self._choice.options_of(entry),
            reload_even_if_entry_is_unchanged=False,
        )

    # --- way in: OAuth2 ----------------------------------------------------------------------------

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
        if not await self._implementations():
            return await self.async_step_new_credentials()
        return self.async_show_menu(
            step_id="credentials_choice",
            menu_options=["pick_implementation", "new_credentials"],
            description_placeholders={"host": self._choice.provider.host},
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

    @override
    async def async_oauth_create_entry(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Go on with tokens in hand; without a refresh token they would be useless within the hour."""
        self._unused_sign_in = {CONF_PROVIDER: self._choice.provider.origin, **data}
        if self._is_removed:
            return self._closed_meanwhile()
        if "refresh_token" not in data["token"]:
            return self.async_abort(reason="no_lasting_access")
        self._way_in = {**data, CONF_SCOPES: list(self._choice.scopes)}
        return await self.async_step_check_account()

    @callback
    @override
    def async_remove(self) -> None:
        """Revoke a sign-in that no account has got: refused at the end, or the dialog was closed."""
        self._is_removed = True
        if self._unused_sign_in is not None:
            async_revoke_in_background(self.hass, self._unused_sign_in)
            self._unused_sign_in = None

    def _closed_meanwhile(self) -> ConfigFlowResult:
        """Change nothing: the dialog was closed while something was waited for."""
        self.async_remove()
        return self.async_abort(reason="sign_in_failed")

    async def async_step_check_account(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Look at the account; what passes by itself can be tried again without signing in once more."""
        try:
            tree = await self._read_tree(self._way_in["token"]["access_token"])
        except (AuthError, ForbiddenError) as err:
            return self.async_abort(
                reason="no_permission_to_read" if isinstance(err, ForbiddenError) else "sign_in_refused"
            )
        except CloudError as err:
            return self.async_show_form(
                step_id="check_account",
                errors={"base": _error_key(err)},
                description_placeholders={"host": self._choice.provider.host},
            )
        return await self._finish(tree)

    # --- way in: API token -------------------------------------------------------------------------

    async def async_step_api_token(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for a token that the user made at the provider."""
        errors: dict[str, str] = {}
        if user_input is not None:
            token = "".join(user_input[CONF_API_TOKEN].split())
            try:
                tree = await self._read_tree(token)
            except CloudError as err:
                errors["base" if isinstance(err, BusyError | TransientError) else CONF_API_TOKEN] = _error_key(err)
            else:
                self._way_in = {CONF_API_TOKEN: token}
                return await self._finish(tree)
        return self.async_show_form(
            step_id="api_token",
            data_schema=API_TOKEN_SCHEMA,
            errors=errors,
            description_placeholders={"host": self._choice.provider.host, "help_url": API_TOKEN_HELP},
        )

    # --- entry -------------------------------------------------------------------------------------

    async def _read_tree(self, token: str) -> Tree:
        client = CloudClient(async_get_session(self.hass), self._choice.provider, FixedToken(token))
        return await client.tree()

    async def _finish(self, tree: Tree) -> ConfigFlowResult:
        """Create the entry, or renew the one that this flow is about, if it is the same account."""
        unique_id = join_id(self._choice.provider.host, tree.top.node_id)
        await self.async_set_unique_id(unique_id)
        data = {**self._choice.as_entry_data(), **self._way_in}
        if self.source not in {SOURCE_REAUTH, SOURCE_RECONFIGURE}:
            self._abort_if_unique_id_configured()
            if self._is_removed:
                return self._closed_meanwhile()
            self._unused_sign_in = None
            return self.async_create_entry(title=tree.top.name, data={**data, CONF_ACCOUNT_KEY: unique_id})
        entry = self._get_reauth_entry() if self.source == SOURCE_REAUTH else self._get_reconfigure_entry()
        if unique_id != entry.unique_id:
            # An account that moved to another host keeps its nodes; any other difference is another account.
            same_top = split_id(entry.unique_id or "")[-1] == str(tree.top.node_id)
            if not same_top or Provider(entry.data[CONF_PROVIDER]) == self._choice.provider:
                return self.async_abort(
                    reason="wrong_account", description_placeholders={"account": as_markdown_text(entry.title)}
                )
            if self.hass.config_entries.async_entry_for_domain_unique_id(DOMAIN, unique_id):
                return self.async_abort(reason="already_configured")
        # Its answer would replace the token of this sign-in.
        await async_get_token_refreshes(self.hass).end(entry.entry_id)
        if self._is_removed:
            return self._closed_meanwhile()
        self._unused_sign_in, replaced = None, entry.data
        result = self.async_update_reload_and_abort(
            entry,
            unique_id=unique_id,
            data={**data, CONF_ACCOUNT_KEY: entry.data[CONF_ACCOUNT_KEY]},
            options=self._choice.options_of(entry),
        )
        if CONF_TOKEN in replaced:
            # Only now: its successor is stored.
            async_revoke_in_background(self.hass, replaced)
        return result

    # --- again -------------------------------------------------------------------------------------

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Begin because the account's sign-in no longer holds. Called by Home Assistant."""
        self._choice = SetUpChoice.of_entry(self._get_reauth_entry())
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Wait for the person, then take the same way in again."""
        entry = self._get_reauth_entry()
        if user_input is None:
            return self.async_show_form(
                step_id="reauth_confirm",
                description_placeholders={
                    "account": as_markdown_text(entry.title),
                    "host": self._choice.provider.host,
                },
            )
        if CONF_API_TOKEN in entry.data:
            return await self.async_step_api_token()
        return await self.async_step_pick_implementation({"implementation": entry.data["auth_implementation"]})

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change host, permissions or way in. Called by Home Assistant."""
        self._choice = SetUpChoice.of_entry(self._get_reconfigure_entry())
        return await self.async_step_user()

    @callback
    @override
    def async_abort(self, *, reason: str, **kwargs: Any) -> ConfigFlowResult:
        """End the flow, in this integration's words where Home Assistant's own would not help."""
        return super().async_abort(reason=_OWN_ABORT_REASONS.get(reason, reason), **kwargs)


def _error_key(err: CloudError) -> str:
    """Return the key of the text that tells a user what went wrong while looking at the account."""
    match err:
        case AuthError():
            return "token_refused"
        case ForbiddenError():
            return "no_permission_to_read"
        case BusyError():
            return "busy"
        case TransientError():
            return "cannot_connect"
        case _:
            return "unexpected_answer"
