"""The HTTP session of all accounts: without cookies and redirects, so nothing is sent where it does not belong."""

import aiohttp
from homeassistant.const import EVENT_HOMEASSISTANT_CLOSE
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.helpers.aiohttp_client import async_create_clientsession
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN

_SESSION: HassKey[aiohttp.ClientSession] = HassKey(f"{DOMAIN}_session")


@callback
def async_get_session(hass: HomeAssistant) -> aiohttp.ClientSession:
    """Return the session; it shares Home Assistant's connections and ends with it."""
    if (session := hass.data.get(_SESSION)) is None:
        session = hass.data[_SESSION] = async_create_clientsession(
            hass, auto_cleanup=False, cookie_jar=aiohttp.DummyCookieJar(), trace_configs=[_without_redirects()]
        )

        @callback
        def let_go(_event: Event) -> None:
            session.detach()

        hass.bus.async_listen_once(EVENT_HOMEASSISTANT_CLOSE, let_go)
    return session


def _without_redirects() -> aiohttp.TraceConfig:
    """Refuse every redirect. Requests say so themselves; a websocket's can't."""

    async def refuse(*_: object) -> None:
        raise aiohttp.ClientPayloadError("redirects are not followed")

    tracing = aiohttp.TraceConfig()
    tracing.on_request_redirect.append(refuse)
    return tracing
