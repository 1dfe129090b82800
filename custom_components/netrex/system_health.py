"""What Home Assistant's system health page says about Netrex: all accounts together, in figures a person can read."""

from collections.abc import Iterable
from datetime import timedelta
from typing import Any, Final

import aiohttp
from homeassistant.components import system_health
from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from .account.account import NetrexAccount, NetrexConfigEntry
from .cameras.axis_camera import Condition
from .cloud import Provider
from .cloud.provider import KNOWN_HOSTS
from .const import CONF_PROVIDER, DOMAIN
from .health.call_log import merge
from .issues import async_open_issues
from .session import async_get_session
from .tasks.timing import timing_of

#: What the checks of providers are called whose hosts are nobody's business: the page is copied into public reports.
_OTHERS: Final = ("reach_other_provider", "reach_other_provider_2", "reach_other_provider_3")


@callback
def async_register(hass: HomeAssistant, register: system_health.SystemHealthRegistration) -> None:
    """Register the page's part. Called by Home Assistant."""
    register.async_register_info(async_system_health)


async def async_system_health(hass: HomeAssistant) -> dict[str, Any]:
    """Return how the accounts are, and whether each of their providers can be reached.

    An account that does not load counts as well: its provider is the one to ask about.
    """
    entries: list[NetrexConfigEntry] = hass.config_entries.async_entries(
        DOMAIN, include_ignore=False, include_disabled=False
    )
    loaded: list[NetrexConfigEntry] = hass.config_entries.async_loaded_entries(DOMAIN)
    facts: dict[str, Any] = {"accounts": len(entries)}
    if entries:
        facts |= {
            "accounts_loaded": len(loaded),
            "problems": sum(len(async_open_issues(hass, each)) for each in entries),
        }
    if loaded:
        facts |= _facts([entry.runtime_data for entry in loaded])
    origins = dict.fromkeys(entry.data[CONF_PROVIDER] for entry in entries)
    return facts | {
        key: async_check_reachable(hass, provider) for key, provider in _named(map(Provider, origins)).items()
    }


def _facts(accounts: list[NetrexAccount]) -> dict[str, Any]:
    cameras = [camera for account in accounts for camera in account.cameras.values()]
    cloud = merge(account.calls.last_hour() for account in accounts)
    devices = merge(camera.calls.last_hour() for camera in cameras)
    silences = [since for account in accounts if (since := account.calls.seconds_since_answer) is not None]
    return {
        "cameras": len(cameras),
        "cameras_reachable": sum(camera.condition is Condition.REACHABLE for camera in cameras),
        "cameras_sending_events": sum(
            connection.coming_for is not None for account in accounts for connection in account.connections.values()
        ),
        # Of several accounts, that of the one that has heard nothing for the longest time.
        "last_response": dt_util.utcnow() - timedelta(seconds=round(max(silences))) if silences else None,
        "cloud_calls": cloud.calls,
        "cloud_failures": cloud.troubles,
        "camera_calls": devices.calls,
        "camera_failures": devices.troubles,
        "limits_hit": cloud.limits_hit + devices.limits_hit,
    }


def _named(providers: Iterable[Provider]) -> dict[str, Provider]:
    """Return what to check by how it is called: the only one has no need of a name, well-known hosts have theirs."""
    different = list(providers) or [Provider.parse(KNOWN_HOSTS[0])]
    if len(different) == 1:
        return {"reach_provider": different[0]}
    known = {provider.host: provider for provider in different if provider.host in KNOWN_HOSTS}
    others = [provider for provider in different if provider.host not in KNOWN_HOSTS]
    return known | dict(zip(_OTHERS, others, strict=False))


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
