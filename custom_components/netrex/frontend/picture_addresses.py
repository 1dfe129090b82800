"""Signed addresses of pictures: one that a browser got lately it gets again, so that it has the picture already."""

from collections import OrderedDict
from datetime import timedelta
import time
from typing import Final

from homeassistant.components.http.auth import async_sign_path
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.singleton import singleton
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

#: Seconds. The card shows an address for up to 12 hours after it got it.
_VALID: Final = timedelta(days=1)
_SAME_FOR: Final = 8 * 3600
#: About 1 KB each; most cameras have at most a few hundred events a day.
_MOST: Final = 2000


class PictureAddresses:
    """Signs paths for logins, and keeps the signatures: they cost more than all else of a day's answer."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        #: With the time of the signature, in seconds since 1970: Home Assistant checks it by this clock.
        self._signed: OrderedDict[tuple[str, str], tuple[str, float]] = OrderedDict()

    @callback
    def get(self, path: str, token: str, *, is_final: bool) -> str:
        """Return the address of a picture for a login.

        Args:
            path: of the picture.
            token: the id of the login's refresh token.
            is_final: whether the picture stays as it is; else, another address has the browser load it again.
        """
        key, now = (token, path), time.time()
        if is_final and (known := self._signed.get(key)) and 0 <= now - known[1] < _SAME_FOR:
            self._signed.move_to_end(key)
            return known[0]
        address = async_sign_path(self._hass, path, _VALID, refresh_token_id=token)
        if is_final:
            self._signed.pop(key, None)
            self._signed[key] = address, now
            while len(self._signed) > _MOST:
                self._signed.popitem(last=False)
        return address


@callback
@singleton(HassKey[PictureAddresses](f"{DOMAIN}_picture_addresses"))
def async_get_picture_addresses(hass: HomeAssistant) -> PictureAddresses:
    """Return the one object of this Home Assistant; a restart ends all signatures."""
    return PictureAddresses(hass)
