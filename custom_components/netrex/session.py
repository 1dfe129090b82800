"""The HTTP sessions of all accounts: without cookies and redirects, so nothing is sent where it does not belong."""

from typing import Final

import aiohttp
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.ssl import get_default_context

from .const import DOMAIN

_SESSION: HassKey[aiohttp.ClientSession] = HassKey(f"{DOMAIN}_session")
_EVENT_SESSION: HassKey[aiohttp.ClientSession] = HassKey(f"{DOMAIN}_event_session")
#: Seconds that a camera's address is believed: after an outage, all of them are asked for at once.
_ADDRESS_HOLDS: Final = 60


@callback
def async_get_session(hass: HomeAssistant) -> aiohttp.ClientSession:
    """Return the session for requests; it shares Home Assistant's connections and ends with it."""
    if (session := hass.data.get(_SESSION)) is None:
        session = hass.data[_SESSION] = async_create_clientsession(
            hass, auto_cleanup=False, cookie_jar=aiohttp.DummyCookieJar()
        )

        @callback
        def let_go(_event: Event) -> None:
            session.detach()

        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, let_go)
    return session


@callback
def async_get_event_session(hass: HomeAssistant) -> aiohttp.ClientSession:
    """Return the session for event websockets, with connections of its own.

    They stay open for days, one a camera: among Home Assistant's, whose number is limited, they would keep everything
    else from being asked.
    """
    if (session := hass.data.get(_EVENT_SESSION)) is None:
        connector = aiohttp.TCPConnector(
            limit=0,
            ssl=get_default_context(),
            resolver=aiohttp.ThreadedResolver(),
            ttl_dns_cache=_ADDRESS_HOLDS,
            force_close=True,
        )
        session = hass.data[_EVENT_SESSION] = aiohttp.ClientSession(
            connector=connector, cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[_without_redirects()]
        )

        async def close(_event: Event) -> None:
            await session.close()

        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, close)
    return session


def _without_redirects() -> aiohttp.TraceConfig:
    """Refuse every redirect. Requests say so themselves; a websocket's can't."""

    async def refuse(*_: object) -> None:
        raise aiohttp.ClientPayloadError("redirects are not followed")

    tracing = aiohttp.TraceConfig()
    tracing.on_request_redirect.append(refuse)
    return tracing
