"""Knows the files of exports: those being written, so that a crash leaves none, and those that may be replaced."""

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
import logging
from pathlib import Path
import re
import secrets
import stat
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.singleton import singleton

from ..const import DOMAIN
from ..storage.tolerant_store import TolerantStore
from ..tasks.timing import timing_of

_LOGGER = logging.getLogger(__name__)

#: Paths of an earlier Home Assistant's files that stay noted.
_MAX_KEPT: Final = 100
_NAME: Final = re.compile(r"\.netrex-[0-9a-f]{16}\.part")
#: Seconds between two times that are the same: some file systems count by two.
_SAME_TIME: Final = 2

#: Size in bytes and time of the last change, in seconds since 1970, of a file as it was written.
type Mark = list[int]


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


class WrittenExports:
    """The exports that were written; a note of them outlives Home Assistant."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._note: TolerantStore[dict[str, list[Mark]]] = TolerantStore.of(hass, "written_exports", secret=True)
        self._files: dict[str, list[Mark]] | None = None
        self._timing = timing_of(hass)

    async def load(self) -> Mapping[str, list[Mark]]:
        """Return what each path's last two files looked like when they were written."""
        if self._files is None:
            files = _read(await self._note.async_load())
            # Another export may have added to it meanwhile.
            self._files = files if self._files is None else self._files
        return self._files

    async def add(self, written: Mapping[str, Mark]) -> None:
        """Note files, before they get their names: the one that is replaced is known until it is."""
        files = dict(await self.load())
        for path, mark in written.items():
            files[path] = [*files.pop(path, [])[-1:], mark]
        self._files = dict(list(files.items())[-self._timing.most_known_exports :])
        await self._note.async_save(self._files)


def mark_of(path: Path) -> Mark:
    """Return the mark by which an export is recognized. Does blocking I/O."""
    status = path.stat()
    return [status.st_size, int(status.st_mtime)]


def is_export(path: Path, written: Mapping[str, list[Mark]]) -> bool:
    """Return whether a file is an export as it was written. Does blocking I/O."""
    status = path.lstat()
    return stat.S_ISREG(status.st_mode) and any(
        size == status.st_size and abs(changed_at - status.st_mtime) <= _SAME_TIME
        for size, changed_at in written.get(str(path), ())
    )


def _read(noted: object) -> dict[str, list[Mark]]:
    """Return what makes sense of a note."""
    files = noted if isinstance(noted, dict) else {}
    return {
        path: [mark for mark in marks if isinstance(mark, list) and [type(each) for each in mark] == [int, int]]
        for path, marks in files.items()
        if isinstance(path, str) and isinstance(marks, list)
    }


@singleton(f"{DOMAIN}_written_exports")
@callback
def written_exports(hass: HomeAssistant) -> WrittenExports:
    """Return the one list of this Home Assistant."""
    return WrittenExports(hass)
