"""The token that an account's cameras are shown; its errors are raised as those of a camera."""

import asyncio
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
import math
import time
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady

from ..cloud import FixedToken, Token
from ..const import CONF_REMOTE_API_TOKEN
from ..vapix import AuthError, UnreachableError

#: Renewals that cameras may cause within so many seconds: one that accepts a token, then refuses it, would go on.
_MOST_RENEWALS: Final = 6
_WITHIN: Final = 60.0


class CameraToken:
    """The account's own token, or the one that the user made for remote camera access alone."""

    def __init__(self, entry: ConfigEntry, token: Token) -> None:
        own = entry.options.get(CONF_REMOTE_API_TOKEN)
        self._token: Final = FixedToken(own) if own else token
        self._renewing: Final = asyncio.Lock()
        #: The token of the last renewal that a camera caused, and when the last ones were, on the monotonic clock.
        self._renewed: str | None = None
        self._renewed_at: Final[deque[float]] = deque((-math.inf,) * _MOST_RENEWALS, maxlen=_MOST_RENEWALS)

    async def get(self) -> str:
        """Return the token.

        Raises:
            AuthError: the sign-in has ended.
            UnreachableError: the provider could not be asked for a new one.
        """
        with _as_camera_errors():
            return await self._token.get()

    async def renew(self, rejected: str, *, worked: bool) -> bool:
        """Get another token than one that a camera refuses; cameras that ask at the same time share one renewal.

        A token that came of such a renewal is not renewed for a camera for which it never `worked`: more would not
        help.

        Returns:
            Whether there is another one now.

        Raises:
            AuthError: the sign-in has ended.
            UnreachableError: the provider could not be asked for a new one.
        """
        with _as_camera_errors():
            async with self._renewing:
                if await self._token.get() != rejected:
                    return True
                in_vain = rejected == self._renewed and not worked
                too_many = time.monotonic() - self._renewed_at[0] < _WITHIN
                if in_vain or too_many or not await self._token.renew(rejected):
                    return False
                self._renewed = await self._token.get()
                self._renewed_at.append(time.monotonic())
                return True


@contextmanager
def _as_camera_errors() -> Iterator[None]:
    try:
        yield
    except ConfigEntryAuthFailed:
        raise AuthError("the account's sign-in has ended") from None
    except ConfigEntryNotReady:
        raise UnreachableError("the account's token could not be refreshed") from None
