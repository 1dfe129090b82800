"""What the user has chosen before signing in."""

from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigEntry

from ..auth.scopes import DEFAULT_SCOPES, Scope, in_documented_order
from ..cloud import DevicePattern, Provider
from ..cloud.provider import KNOWN_HOSTS
from ..const import CONF_DEVICE_PATTERN, CONF_PROVIDER, CONF_REMOTE_API_TOKEN, CONF_SCOPES


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
