"""Knows which files in the media folders are exports: only these are ever replaced."""

from collections.abc import Mapping
from pathlib import Path
import stat
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.singleton import singleton

from ..const import DOMAIN
from ..storage.tolerant_store import TolerantStore
from ..tasks.timing import timing_of

#: Seconds between two times that are the same: some file systems count by two.
_SAME_TIME: Final = 2

#: Size in bytes and time of the last change, in seconds since 1970, of a file as it was written.
type Mark = list[int]


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
