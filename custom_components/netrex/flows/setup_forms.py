"""What the user chooses in the config flow before signing in, and the forms of these steps."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.const import CONF_CLIENT_ID, CONF_CLIENT_SECRET, CONF_HOST
from homeassistant.data_entry_flow import section
from homeassistant.helpers.selector import (
    SelectOptionDict,
    SelectSelector,
    SelectSelectorConfig,
    SelectSelectorMode,
)
import probatio

from ..auth.implementation import NetrexOAuth2Implementation
from ..auth.scopes import DEFAULT_SCOPES, Scope, in_documented_order
from ..cloud import DevicePattern, Provider
from ..cloud.provider import KNOWN_HOSTS
from ..const import CONF_API_TOKEN, CONF_DEVICE_PATTERN, CONF_PROVIDER, CONF_REMOTE_API_TOKEN, CONF_SCOPES
from .fields import PASSWORD, TEXT, select_text

#: The collapsed section for the address of cameras, which few users have to change.
SECTION_REMOTE_ACCESS: Final = "remote_access"

OTHER: Final = "other"
#: Characters of a client id that are shown.
_MAX_CLIENT_ID: Final = 16
#: A new provider is a further option here and in the translations, and a host in `KNOWN_HOSTS`.
_HOST_OF_OPTION: Final = dict(zip(("netrex", "camstreamer"), KNOWN_HOSTS, strict=True))

HOST_SCHEMA: Final = probatio.Schema({probatio.Required(CONF_HOST): TEXT})
CREDENTIALS_SCHEMA: Final = probatio.Schema(
    {probatio.Required(CONF_CLIENT_ID): TEXT, probatio.Required(CONF_CLIENT_SECRET): PASSWORD}
)
API_TOKEN_SCHEMA: Final = probatio.Schema({probatio.Required(CONF_API_TOKEN): PASSWORD})


@dataclass(frozen=True, slots=True)
class SetUpChoice:
    """What the user has chosen so far, before signing in."""

    provider: Provider = Provider.parse(KNOWN_HOSTS[0])  # noqa: RUF009 - frozen, so one is enough for all
    device_pattern: DevicePattern = DevicePattern()  # noqa: RUF009 - frozen, so one is enough for all
    scopes: tuple[Scope, ...] = DEFAULT_SCOPES

    @classmethod
    def of_entry(cls, entry: ConfigEntry) -> SetUpChoice:
        """Return what was chosen when this account was added."""
        return cls(
            Provider(entry.data[CONF_PROVIDER]),
            DevicePattern(entry.data[CONF_DEVICE_PATTERN]),
            in_documented_order(entry.data.get(CONF_SCOPES, DEFAULT_SCOPES)),
        )

    def as_entry_data(self) -> dict[str, Any]:
        """Return the part of the entry's data that does not depend on the way in."""
        return {CONF_PROVIDER: self.provider.origin, CONF_DEVICE_PATTERN: self.device_pattern.text}

    def options_of(self, entry: ConfigEntry) -> dict[str, Any]:
        """Return the entry's options, without the token for cameras when these are somewhere else now."""
        return {
            key: value
            for key, value in entry.options.items()
            if key != CONF_REMOTE_API_TOKEN or entry.data[CONF_DEVICE_PATTERN] == self.device_pattern.text
        }


def provider_schema(provider: Provider, pattern: DevicePattern, *, collapsed: bool) -> probatio.Schema:
    """Return the form that asks for the provider and the address pattern of remote camera access."""
    option_of_host = {host: option for option, host in _HOST_OF_OPTION.items()}
    return probatio.Schema(
        {
            probatio.Required(CONF_PROVIDER, default=option_of_host.get(provider.host, OTHER)): select_text(
                [*_HOST_OF_OPTION, OTHER], CONF_PROVIDER
            ),
            probatio.Required(SECTION_REMOTE_ACCESS): section(
                probatio.Schema({probatio.Required(CONF_DEVICE_PATTERN, default=pattern.text): TEXT}),
                {"collapsed": collapsed},
            ),
        }
    )


def chosen_provider(user_input: Mapping[str, str]) -> Provider | None:
    """Return the provider that was chosen in `provider_schema`; None for "other", whose host the next step asks for."""
    host = _HOST_OF_OPTION.get(user_input[CONF_PROVIDER])
    return Provider.parse(host) if host else None


def scopes_schema(scopes: Iterable[Scope]) -> probatio.Schema:
    """Return the form that asks for permissions, with these preselected."""
    field = select_text(Scope, CONF_SCOPES, multiple=True)
    return probatio.Schema({probatio.Required(CONF_SCOPES, default=list(scopes)): field})


def implementations_schema(implementations: Mapping[str, NetrexOAuth2Implementation]) -> probatio.Schema:
    """Return the form that asks which of the stored credentials to use, or for others."""
    names = {key: f"{each.name} ({_shortened(each.client_id)})" for key, each in implementations.items()}
    field = SelectSelector(
        SelectSelectorConfig(
            # The translation of the last one replaces its label.
            options=[SelectOptionDict(value=value, label=name) for value, name in {**names, OTHER: OTHER}.items()],
            mode=SelectSelectorMode.LIST,
            translation_key="implementation",
        )
    )
    return probatio.Schema({probatio.Required("implementation", default=next(iter(implementations))): field})


def _shortened(client_id: str) -> str:
    return client_id if len(client_id) <= _MAX_CLIENT_ID else f"{client_id[:8]}…{client_id[-4:]}"
