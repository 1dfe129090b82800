"""Whether a provider can be reached at all, for the page of system health."""

import aiohttp
from homeassistant.core import HomeAssistant

from ..cloud import Provider
from ..session import async_get_session
from ..tasks.timing import timing_of


async def async_check_reachable(hass: HomeAssistant, provider: Provider) -> str | dict[str, str]:
    """Return "ok", or what the page shows when it went wrong. Any answer will do.

    Home Assistant's own check follows redirects: a provider could have it send requests into the house.
    """
    timeout = aiohttp.ClientTimeout(total=timing_of(hass).reachability_timeout)
    try:
        async with async_get_session(hass).get(provider.origin, allow_redirects=False, timeout=timeout):
            return "ok"
    except TimeoutError:
        return {"type": "failed", "error": "timeout"}
    except aiohttp.ClientError, OSError:
        return {"type": "failed", "error": "unreachable"}
