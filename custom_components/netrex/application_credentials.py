"""What Home Assistant's application credentials ask of the integration."""

from homeassistant.core import HomeAssistant

from .auth.implementation import async_get_auth_implementation
from .const import OAUTH_APPLICATION_HELP

__all__ = ["async_get_auth_implementation", "async_get_description_placeholders"]


async def async_get_description_placeholders(hass: HomeAssistant) -> dict[str, str]:
    """Return what the text of Home Assistant's credentials dialog needs."""
    return {"help_url": OAUTH_APPLICATION_HELP}
