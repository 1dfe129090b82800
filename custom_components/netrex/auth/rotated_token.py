"""The token that a renewal brought, on disk at once: Home Assistant writes its accounts only a second later."""

from collections.abc import Mapping
from hashlib import sha256
from typing import Final

from homeassistant.const import CONF_ACCESS_TOKEN
from homeassistant.core import HomeAssistant

from ..storage.tolerant_store import Note

REFRESH_TOKEN: Final = "refresh_token"  # noqa: S105 - a key
_SPENT: Final = "spent"
_TOKEN: Final = "token"  # noqa: S105
_MOST_SPENT: Final = 8


class RotatedToken:
    """Of one account: counts only for whoever still has the refresh token that was spent for it."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        """Read and write nothing yet."""
        self._note: Note[dict[str, object]] = Note.of(hass, f"token.{entry_id}", secret=True)

    async def keep(self, spent: str, token: Mapping[str, object]) -> None:
        """Keep what came for a refresh token that is spent by now, and by that for those that led to it.

        Home Assistant may not have written the account for more than one renewal.
        """
        before: list[object] = []
        match await self._note.async_load():
            case {"spent": [*earlier], "token": {"refresh_token": newest}} if newest == spent:
                before = earlier[1 - _MOST_SPENT :]
            case _:
                pass
        await self._note.async_save({_SPENT: [*before, _fingerprint(spent)], _TOKEN: dict(token)})

    async def after(self, token: Mapping[str, object]) -> dict[str, object] | None:
        """Return what came for the refresh token of this one, if anything; forget what came for any other."""
        if (noted := await self._note.async_load()) is None:
            return None
        match noted:
            case {"spent": [*spent], "token": dict(newer)} if _is_whole(newer):
                if _fingerprint(str(token[REFRESH_TOKEN])) in spent:
                    return newer
                if newer[REFRESH_TOKEN] == token[REFRESH_TOKEN]:
                    # The account has it; maybe not yet on disk.
                    return None
            case _:
                pass
        await self.remove()
        return None

    async def remove(self) -> None:
        """Forget what came: the account is gone, or signed in otherwise."""
        await self._note.async_remove()


def _fingerprint(token: str) -> str:
    return sha256(token.encode()).hexdigest()


def _is_whole(token: Mapping[str, object]) -> bool:
    return all(isinstance(token.get(key), str) for key in (CONF_ACCESS_TOKEN, REFRESH_TOKEN)) and all(
        isinstance(token.get(key), int | float) for key in ("expires_at", "expires_in")
    )
