"""Revokes sign-ins that no account uses any more, at their provider."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
import time
from typing import Any

from homeassistant.const import CONF_ACCESS_TOKEN, CONF_TOKEN
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from ..cloud import CloudError, ProtocolError, Provider
from ..cloud.oauth2 import revoke
from ..const import CONF_PROVIDER, DOMAIN, REFRESH_TOKEN
from ..session import async_get_session
from ..tasks.timing import timing_of
from .implementation import async_get_implementations_at


@callback
def async_revoke_in_background(hass: HomeAssistant, sign_in: Mapping[str, Any]) -> None:
    """Revoke a sign-in in the background."""
    hass.async_create_background_task(async_revoke(hass, sign_in), "netrex revoke")


async def async_revoke(hass: HomeAssistant, sign_in: Mapping[str, Any]) -> None:
    """Revoke a sign-in, unless an account uses its tokens; try once, not for long.

    What is revoked is the access token and its refresh token (CONFIRMED, NX-REVOKE-2). Whether that ends other
    sign-ins of the same person: UNKNOWN (NX-REVOKE-5). So a sign-in is revoked only when its successor is
    stored: were that ended as well, Home Assistant would ask for another sign-in, and revoking an ended one ends
    nothing more. The sign-in is the data of an account, or what a dialog would have made it from.
    """
    token, provider = sign_in[CONF_TOKEN], Provider(sign_in[CONF_PROVIDER])
    with suppress(CloudError, HomeAssistantError, TimeoutError):
        async with asyncio.timeout(timing_of(hass).revocation_timeout):
            if token["expires_at"] >= time.time() and not _is_in_use(hass, token):
                with suppress(ProtocolError):
                    await revoke(async_get_session(hass), provider, token[CONF_ACCESS_TOKEN])
                    return
            # Only an access token can be named to the provider, and an old one may no longer mean anything there: by
            # this clock it is old, or by the provider's.
            implementation = (await async_get_implementations_at(hass, provider)).get(sign_in["auth_implementation"])
            if implementation is None or REFRESH_TOKEN not in token or _is_in_use(hass, token):
                return
            renewed = await implementation.async_refresh_token(token)
            if not _is_in_use(hass, renewed):
                await revoke(async_get_session(hass), provider, renewed[CONF_ACCESS_TOKEN])


def _is_in_use(hass: HomeAssistant, token: Mapping[str, Any]) -> bool:
    """Return whether an account has one of these tokens: a provider may give the same ones for a second sign-in."""
    used = (entry.data.get(CONF_TOKEN, {}) for entry in hass.config_entries.async_entries(DOMAIN))
    return any(
        other.get(key) == token[key] for other in used for key in (CONF_ACCESS_TOKEN, REFRESH_TOKEN) if key in token
    )
