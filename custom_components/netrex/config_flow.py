"""How an account is added, signed in again and changed."""

from collections.abc import Mapping
from typing import Any, Final, override

from homeassistant.config_entries import SOURCE_REAUTH, SOURCE_RECONFIGURE, ConfigEntry, ConfigFlowResult
from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.core import HomeAssistant, callback

from .auth.implementation import async_delete_credentials
from .auth.revocation import async_revoke, async_revoke_in_background
from .auth.tokens import async_get_token_refreshes
from .cloud import (
    AuthError,
    BusyError,
    CloudClient,
    CloudError,
    FixedToken,
    ForbiddenError,
    Provider,
    TransientError,
    Tree,
)
from .const import (
    API_TOKEN_HELP,
    CONF_ACCOUNT_KEY,
    CONF_API_TOKEN,
    CONF_PROVIDER,
    CONF_SCOPES,
    DOMAIN,
)
from .flows.options_flow import NetrexOptionsFlow
from .flows.provider_flow import ProviderFlow
from .flows.setup_forms import API_TOKEN_SCHEMA, SetUpChoice
from .flows.sign_in_flow import SignInFlow
from .flows.trial_flow import NewAccount, TrialFlow
from .identity.unique_ids import join_id, split_id
from .issues import as_markdown_text
from .session import async_get_session

#: What went wrong while looking at an account.
_ERROR_KEYS: Final[Mapping[type[CloudError], str]] = {
    AuthError: "token_refused",
    ForbiddenError: "no_permission_to_read",
    BusyError: "busy",
    TransientError: "cannot_connect",
}


class NetrexConfigFlow(ProviderFlow, SignInFlow, TrialFlow, domain=DOMAIN):
    """Provider, authentication method, sign-in or API token, a look at the account and its cameras, entry."""

    VERSION = 1
    MINOR_VERSION = 1

    def __init__(self) -> None:
        super().__init__()
        #: Entry data of the authentication method that was chosen: `token` and `auth_implementation`, or `api_token`.
        self._auth_data: dict[str, Any] = {}
        #: The sign-in that came of this dialog, until an account has it.
        self._unused_sign_in: dict[str, Any] | None = None
        self._is_removed = False
        #: What stays when an account is changed: how it connects, unless it moves; its credentials.
        self._keeps_auth_method = False
        self._keeps_credentials = False

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> NetrexOptionsFlow:
        return NetrexOptionsFlow()

    # --- how it is signed in to --------------------------------------------------------------------

    @override
    async def async_step_auth_method(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer the sign-in or an API token, unless only the address is changed and the account stays where it is."""
        if self._keeps_auth_method:
            entry = self._get_reconfigure_entry()
            self._keeps_auth_method = False
            if entry.data[CONF_PROVIDER] == self._choice.provider.origin:
                return self.async_update_reload_and_abort(
                    entry,
                    data_updates=self._choice.as_entry_data(),
                    options=self._choice.options_of(entry),
                    reload_even_if_entry_is_unchanged=False,
                )
        return self.async_show_menu(
            step_id="auth_method",
            menu_options=["scopes", "api_token"],
            description_placeholders={"host": self._choice.provider.host},
        )

    # --- way in: OAuth2 ----------------------------------------------------------------------------

    @override
    async def async_oauth_create_entry(self, data: dict[str, Any]) -> ConfigFlowResult:
        """Go on with tokens in hand; without a refresh token they would be useless within the hour."""
        self._unused_sign_in = {CONF_PROVIDER: self._choice.provider.origin, **data}
        if self._is_removed:
            return self._closed_meanwhile()
        if "refresh_token" not in data["token"]:
            return self.async_abort(reason="no_lasting_access")
        self._auth_data = {**data, CONF_SCOPES: list(self._choice.scopes)}
        return await self.async_step_check_account()

    @callback
    @override
    def async_remove(self) -> None:
        """Clean up what no account has got: it was refused at the end, or the dialog was closed."""
        self._is_removed = True
        if self._unused_sign_in is not None or self._unused_credentials is not None:
            self.hass.async_create_background_task(
                _clean_up(self.hass, self._unused_sign_in, self._unused_credentials),
                "netrex revoke unused",
            )
            self._unused_sign_in = self._unused_credentials = None

    def _closed_meanwhile(self) -> ConfigFlowResult:
        """Change nothing: the dialog was closed while something was waited for."""
        self.async_remove()
        return self.async_abort(reason="sign_in_failed")

    async def async_step_check_account(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Query the account; after a passing error, try again without another sign-in."""
        try:
            tree = await self._read_tree(self._auth_data["token"]["access_token"])
        except ForbiddenError:
            return self.async_abort(reason="no_permission_to_read")
        except AuthError:
            return self.async_abort(reason="sign_in_not_accepted")
        except CloudError as err:
            return self.async_show_form(
                step_id="check_account",
                errors={"base": _error_key(err)},
                description_placeholders={"host": self._choice.provider.host},
            )
        return await self._finish(tree)

    # --- API token ---------------------------------------------------------------------------------

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
                self._auth_data = {CONF_API_TOKEN: token}
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
        data = {**self._choice.as_entry_data(), **self._auth_data}
        if self.source not in {SOURCE_REAUTH, SOURCE_RECONFIGURE}:
            self._abort_if_unique_id_configured()
            return await self._try_and_add(
                NewAccount(
                    tree=tree,
                    data={**data, CONF_ACCOUNT_KEY: unique_id},
                    pattern=self._choice.device_pattern,
                    token=data[CONF_API_TOKEN] if CONF_API_TOKEN in data else data[CONF_TOKEN][CONF_ACCESS_TOKEN],
                )
            )
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
        self._unused_sign_in = self._unused_credentials = None
        replaced = entry.data
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

    @override
    def _add(self, ending: str, **placeholders: str) -> ConfigFlowResult:
        if self._is_removed:
            return self._closed_meanwhile()
        self._unused_sign_in = self._unused_credentials = None
        return super()._add(ending, **placeholders)

    # --- again -------------------------------------------------------------------------------------

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """Start, as the account's sign-in has ended. Called by Home Assistant."""
        self._choice = SetUpChoice.of_entry(self._get_reauth_entry())
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Wait for the person, then use the same authentication method again."""
        entry = self._get_reauth_entry()
        if user_input is None:
            return self.async_show_form(
                step_id="reauth_confirm",
                description_placeholders={
                    "account": as_markdown_text(entry.title),
                    "host": self._choice.provider.host,
                },
                last_step=False,
            )
        if CONF_API_TOKEN in entry.data:
            return await self.async_step_api_token()
        return await self.async_step_pick_implementation()

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Offer what can be changed. Called by Home Assistant, and by repairs, which name the step."""
        entry = self._get_reconfigure_entry()
        self._choice = SetUpChoice.of_entry(entry)
        steps = {
            "permissions": self.async_step_permissions,
            "auth_method": self.async_step_auth_method,
            "api_token": self.async_step_api_token,
        }
        if user_input is not None and (step := steps.get(user_input.get("next_step_id", ""))):
            return await step()
        options = ["permissions", "auth_method", "address"]
        return self.async_show_menu(
            step_id="reconfigure",
            menu_options=options if CONF_TOKEN in entry.data else options[1:],
            description_placeholders={"account": as_markdown_text(entry.title)},
        )

    async def async_step_permissions(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Choose permissions, and sign in with the account's own credentials."""
        self._keeps_credentials = True
        return await self.async_step_scopes()

    async def async_step_address(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change where the account or its cameras are."""
        self._keeps_auth_method = True
        return await self.async_step_user()

    @override
    def _known_implementation(self) -> str | None:
        if self.source == SOURCE_REAUTH:
            return self._get_reauth_entry().data.get("auth_implementation")
        if self._keeps_credentials:
            return self._get_reconfigure_entry().data.get("auth_implementation")
        return None


async def _clean_up(hass: HomeAssistant, sign_in: Mapping[str, Any] | None, credentials: str | None) -> None:
    """Revoke a sign-in, which may need its credentials, and then delete these."""
    if sign_in is not None:
        await async_revoke(hass, sign_in)
    if credentials is not None and not hass.config_entries.flow.async_progress_by_handler(DOMAIN):
        # Another dialog may use them as well.
        await async_delete_credentials(hass, credentials)


def _error_key(err: CloudError) -> str:
    return next((key for kind, key in _ERROR_KEYS.items() if isinstance(err, kind)), "unexpected_answer")
