"""The HTTP sessions of all accounts: without cookies and redirects, so nothing is sent where it does not belong."""

from typing import Final

import aiohttp
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.helpers.singleton import singleton
from homeassistant.util.hass_dict import HassKey
from homeassistant.util.ssl import get_default_context

from .const import DOMAIN

#: Seconds that a camera's address is cached: after an outage, all of them are asked for at once.
_ADDRESS_HOLDS: Final = 60


@callback
@singleton(HassKey[aiohttp.ClientSession](f"{DOMAIN}_session"))
def async_get_session(hass: HomeAssistant) -> aiohttp.ClientSession:
    """Return the session for requests; it shares Home Assistant's connections and ends with it."""
    session = async_create_clientsession(hass, auto_cleanup=False, cookie_jar=aiohttp.DummyCookieJar())

    @callback
    def detach(_event: Event) -> None:
        session.detach()

    hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, detach)
    return session


@callback
@singleton(HassKey[aiohttp.ClientSession](f"{DOMAIN}_event_session"))
def async_get_event_session(hass: HomeAssistant) -> aiohttp.ClientSession:
    """Return the session for event websockets, with connections of its own.

    They stay open for days, one a camera: among Home Assistant's, whose number is limited, they would block
    every other request.
    """
    connector = aiohttp.TCPConnector(
        limit=0,
        ssl=get_default_context(),
        resolver=aiohttp.ThreadedResolver(),
        ttl_dns_cache=_ADDRESS_HOLDS,
        force_close=True,
    )
    session = aiohttp.ClientSession(
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
