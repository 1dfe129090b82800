"""What Home Assistant's system health page says about Netrex."""

from typing import Any

from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback

from .account import NetrexConfigEntry
from .cloud import Provider
from .cloud.provider import KNOWN_HOSTS
from .const import DOMAIN


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register the page's part. Called by Home Assistant."""
    register.async_register_info(async_system_health)


async def async_system_health(hass: HomeAssistant) -> dict[str, Any]:
    """Return how many accounts and cameras there are, and whether their provider can be reached."""
    entries: list[NetrexConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    provider = entries[0].runtime_data.provider if entries else Provider.parse(KNOWN_HOSTS[0])
    return {
        "accounts": len(entries),
        "cameras": sum(len(entry.runtime_data.cameras) for entry in entries),
        "reach_provider": system_health.async_check_can_reach_url(hass, provider.origin),
    }
