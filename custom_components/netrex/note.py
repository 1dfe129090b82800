"""Notes on disk, for the next start: without one, everything goes on as if nothing had been noted."""

from collections.abc import Mapping, Sequence
from glob import escape
import logging
from pathlib import Path
from typing import Final, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers.storage import Store

from .const import DOMAIN

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1


class Note[Noted: Mapping[str, object] | Sequence[object]](Store[Noted]):
    """A file in Home Assistant's storage that nothing depends on.

    Whoever reads it has to expect anything in it: a disk that failed, another version, somebody's editor.
    """

    def __init__(self, hass: HomeAssistant, name: str, *, secret: bool = False) -> None:
        """Read and write nothing yet.

        Args:
            hass: Home Assistant.
            name: of the file, after the integration's.
            secret: nobody else on this machine may read it. It is on the disk, and not only about to be, once written.
        """
        super().__init__(hass, _VERSION, f"{DOMAIN}.{name}", secret, atomic_writes=secret)
        self._secret = secret

    @override
    async def async_load(self) -> Noted | None:
        """Return what was noted, if it can be read."""
        try:
            return await super().async_load()
        except Exception as err:  # noqa: BLE001 - whatever is in the file
            # Of a later version, without a version, not to be opened: it is written anew when there is something new.
            _LOGGER.warning("The note %s can't be read, and is left aside (%s)", self.key, type(err).__name__)
            return None

    @override
    async def async_save(self, data: Noted) -> None:
        """Note something else; that it could not be written is told in the log."""
        try:
            await super().async_save(data)
        except OSError as err:
            _LOGGER.warning("The note %s can't be written: %s", self.key, err.strerror)

    @override
    async def async_remove(self) -> None:
        """Remove the file; that it can't be is told in the log."""
        try:
            await super().async_remove()
            if self._secret:
                await self.hass.async_add_executor_job(_remove_corrupt, Path(self.path))
        except OSError as err:
            _LOGGER.warning("The note %s can't be removed: %s", self.key, err.strerror)


def _remove_corrupt(path: Path) -> None:
    """Remove what Home Assistant sets aside of a file that it can't read: a secret may still be legible in it."""
    for each in path.parent.glob(f"{escape(path.name)}.corrupt.*"):
        each.unlink(missing_ok=True)
