"""The token that an account's cameras are shown, its troubles told as those of a camera."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Final

from homeassistant.config_entries import ConfigEntry
from homeassistant.exceptions import ConfigEntryAuthFailed, ConfigEntryNotReady

from .cloud import Token
from .const import CONF_REMOTE_API_TOKEN
from .tokens import FixedToken
from .vapix import AuthError, UnreachableError


class CameraToken:
    """The account's own token, or the one that the user made for remote camera access alone."""

    def __init__(self, entry: ConfigEntry, token: Token) -> None:
        """Prefer the user's own."""
        own = entry.options.get(CONF_REMOTE_API_TOKEN)
        self._token: Final = FixedToken(own) if own else token

    async def get(self) -> str:
        """Return the token.

        Raises:
            AuthError: the sign-in no longer holds.
            UnreachableError: the provider could not be asked for a new one.
        """
        with _as_of_a_camera():
            return await self._token.get()

    async def renew(self) -> None:
        """Get another one: a camera has refused one that should be good by its clock.

        Raises:
            AuthError: the sign-in no longer holds.
            UnreachableError: the provider could not be asked for a new one.
        """
        rejected = await self.get()
        with _as_of_a_camera():
            await self._token.renew(rejected)


@contextmanager
def _as_of_a_camera() -> Iterator[None]:
    try:
        yield
    except ConfigEntryAuthFailed:
        raise AuthError("the account's sign-in no longer holds") from None
    except ConfigEntryNotReady:
        raise UnreachableError("the account's token could not be refreshed") from None
