"""Knows which files are being written, so that a crash in the middle leaves none behind."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
import logging
from pathlib import Path
import re
import secrets
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.singleton import singleton

from ..const import DOMAIN
from ..storage.tolerant_store import TolerantStore

_LOGGER = logging.getLogger(__name__)

#: Paths of an earlier Home Assistant's files that stay noted.
_MAX_KEPT: Final = 100
_NAME: Final = re.compile(r"\.netrex-[0-9a-f]{16}\.part")


class UnfinishedExports:
    """The files that are being written now; a note of them outlives Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass
        self._note: TolerantStore[list[str]] = TolerantStore.of(hass, "unfinished_exports", secret=True)
        self._paths: list[str] = []

    @asynccontextmanager
    async def file_in(self, folder: Path) -> AsyncIterator[Path]:
        """Give the path of a file to write; what is there in the end is removed, now or at the next start."""
        path = folder / f".netrex-{secrets.token_hex(8)}.part"
        self._paths.append(str(path))
        try:
            await self._note.async_save(self._paths)
            yield path
        finally:
            if await self._hass.async_add_executor_job(_remove, path):
                self._paths.remove(str(path))
                await self._note.async_save(self._paths)

    async def remove_left_behind(self) -> None:
        """Remove what a Home Assistant before this one was writing.

        What can't be removed now, or lies on a disk that is not there yet, stays noted for the next start.
        """
        noted = await self._note.async_load()
        for path in (Path(each) for each in noted if isinstance(each, str)) if isinstance(noted, list) else ():
            if not _NAME.fullmatch(path.name) or await self._hass.async_add_executor_job(_remove, path):
                continue
            if len(self._paths) < _MAX_KEPT:
                self._paths.append(str(path))


def _remove(path: Path) -> bool:
    """Remove a file; return whether it is gone, rather than its disk."""
    try:
        path.unlink(missing_ok=True)
        return path.parent.is_dir()
    except ValueError:
        # No disk has such a path, so it is none of ours.
        return True
    except OSError as err:
        _LOGGER.warning("An unfinished export could not be removed: %s (%s)", path, err.strerror)
        return False


@singleton(f"{DOMAIN}_unfinished_exports")
@callback
def unfinished_exports(hass: HomeAssistant) -> UnfinishedExports:
    """Return the one list of this Home Assistant."""
    return UnfinishedExports(hass)


async def async_remove_unfinished(hass: HomeAssistant) -> None:
    """Remove what a Home Assistant before this one was writing."""
    await unfinished_exports(hass).remove_left_behind()
