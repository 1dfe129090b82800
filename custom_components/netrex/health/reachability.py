"""Whether a provider can be reached at all, for the page of system health."""

from typing import Final

import aiohttp
from homeassistant.core import HomeAssistant

from ..cloud import Provider
from ..session import async_get_session

_TIMEOUT: Final = aiohttp.ClientTimeout(total=5)


async def async_can_reach(hass: HomeAssistant, provider: Provider) -> str | dict[str, str]:
    """Return it as the page shows it: "ok", or what went wrong. Any answer will do.

    Home Assistant's own check follows redirects: a provider could have it send requests into the house.
    """
    try:
        async with async_get_session(hass).get(provider.origin, allow_redirects=False, timeout=_TIMEOUT):
            return "ok"
    except TimeoutError:
        return {"type": "failed", "error": "timeout"}
    except aiohttp.ClientError, OSError:
        return {"type": "failed", "error": "unreachable"}
