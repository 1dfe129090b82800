"""The forms of the dialog that adds an account and changes it."""

from collections.abc import Iterable, Mapping
from typing import Final

from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_HOST
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
    TextSelector,
    TextSelectorConfig,
    TextSelectorType,
)
import probatio

from ..auth.implementation import NetrexOAuth2Implementation
from ..auth.scopes import Scope
from ..cloud import DevicePattern, Provider
from ..cloud.provider import KNOWN_HOSTS
from ..const import CONF_API_TOKEN, CONF_DEVICE_PATTERN, CONF_PROVIDER, CONF_SCOPES

#: The section that hides what hardly anybody has to change.
SECTION_REMOTE_ACCESS: Final = "remote_access"

_OTHER: Final = "other"
_HOST_OF_OPTION: Final = dict(zip(("netrex", "camstreamer"), KNOWN_HOSTS, strict=True))
TEXT: Final = TextSelector()
PASSWORD: Final = TextSelector(TextSelectorConfig(type=TextSelectorType.PASSWORD))

HOST_SCHEMA: Final = probatio.Schema({probatio.Required(CONF_HOST): TEXT})
CREDENTIALS_SCHEMA: Final = probatio.Schema(
    {probatio.Required(CONF_CLIENT_ID): TEXT, probatio.Required(CONF_CLIENT_SECRET): PASSWORD}
)
API_TOKEN_SCHEMA: Final = probatio.Schema({probatio.Required(CONF_API_TOKEN): PASSWORD})


def provider_schema(provider: Provider, pattern: DevicePattern, *, collapsed: bool) -> probatio.Schema:
    """Return the form that asks for the provider and the address pattern of remote camera access."""
    option_of_host = {host: option for option, host in _HOST_OF_OPTION.items()}
    return probatio.Schema(
        {
            probatio.Required(CONF_PROVIDER, default=option_of_host.get(provider.host, _OTHER)): SelectSelector(
                SelectSelectorConfig(
                    options=[*_HOST_OF_OPTION, _OTHER], mode=SelectSelectorMode.LIST, translation_key=CONF_PROVIDER
                )
            ),
            probatio.Required(SECTION_REMOTE_ACCESS): section(
                probatio.Schema({probatio.Required(CONF_DEVICE_PATTERN, default=pattern.text): TEXT}),
                {"collapsed": collapsed},
            ),
        }
    )


def chosen_provider(user_input: Mapping[str, str]) -> Provider | None:
    """Return the provider that was chosen in `provider_schema`; None for another one, whose address is to be asked."""
    host = _HOST_OF_OPTION.get(user_input[CONF_PROVIDER])
    return Provider.parse(host) if host else None


def scopes_schema(scopes: Iterable[Scope]) -> probatio.Schema:
    """Return the form that asks for permissions, these preselected."""
    return probatio.Schema(
        {
            probatio.Required(CONF_SCOPES, default=list(scopes)): SelectSelector(
                SelectSelectorConfig(
                    options=list(Scope), multiple=True, mode=SelectSelectorMode.LIST, translation_key=CONF_SCOPES
                )
            )
        }
    )


def implementations_schema(implementations: Mapping[str, NetrexOAuth2Implementation]) -> probatio.Schema:
    """Return the form that asks which of the stored credentials to use."""
    names = [
        SelectOptionDict(value=key, label=f"{each.name} ({each.client_id})") for key, each in implementations.items()
    ]
    return probatio.Schema(
        {
            probatio.Required("implementation", default=next(iter(implementations))): SelectSelector(
                SelectSelectorConfig(options=names, mode=SelectSelectorMode.LIST)
            )
        }
    )
