"""Saves recordings as files: whole or not at all, never over others' files, never into the last of a disk's space."""

import asyncio
from collections.abc import Callable, Mapping
from contextlib import AbstractAsyncContextManager, AsyncExitStack, suppress
from dataclasses import dataclass
from functools import partial
import os
from pathlib import Path
import stat
from typing import BinaryIO, Final

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError

from ..cloud import LinkExpiredError, TransientError
from ..cloud.download import Download
from ..cloud.recordings import Interval
from ..errors import validation_error
from ..storage.private_files import permit
from ..tasks.timing import timing_of
from .disk_space import on_disk, require_space
from .errors import NothingRecordedError
from .export_target import ExportTarget
from .jobs import JOB_TIMEOUT, PreparedRecording, WantedRecording
from .known_exports import Mark, is_export, mark_of, unfinished_exports, written_exports
from .recordings import Recordings
from .resumed_download import resume_read

#: Seconds. The longest interval of one export.
MAX_INTERVAL: Final = 4 * 3600
#: Pieces of one export: files, where the camera recorded only at times.
_MAX_PIECES: Final = 200
#: Times that a new link is asked for, where one ends in the middle.
_MAX_LINKS: Final = 3
#: Bytes written at once.
_BATCH: Final = 4 << 20

#: Exports as they were written; None: nothing may be replaced.
type Replaceable = Mapping[str, list[Mark]] | None


@dataclass(frozen=True, slots=True)
class ExportedFile:
    """A file that was saved: its duration in seconds, its size in bytes."""

    target: ExportTarget
    duration: int
    size: int
    height: int

    def as_dict(self) -> dict[str, str | int]:
        """Return what the action returns of it."""
        return {
            "path": str(self.target.path),
            "media_content_id": self.target.media_content_id,
            "duration": self.duration,
            "size": self.size,
            "height": self.height,
        }


@dataclass(frozen=True, slots=True)
class ExportOrder:
    """What is to be saved, of at most `MAX_INTERVAL` seconds; `overwrite` replaces exports, and no other files."""

    node_id: int
    interval: Interval
    height: int
    target: ExportTarget
    overwrite: bool


class RecordingExport:
    """One export under way; `progress` is called with what is being done, and how much of it is, in percent."""

    def __init__(
        self, hass: HomeAssistant, recordings: Recordings, order: ExportOrder, progress: Callable[[str, int], None]
    ) -> None:
        self._hass = hass
        self._timing = timing_of(hass)
        self._recordings = recordings
        self._unfinished = unfinished_exports(hass)
        self._written = written_exports(hass)
        self._order = order
        self._progress = progress

    async def run(self) -> list[ExportedFile]:
        """Save all pieces of the interval; where one can't be saved, none is.

        Raises:
            CloudError, RecordingError, HomeAssistantError: says why nothing was saved.
        """
        order = self._order
        self._progress("preparing", 0)
        (pieces,) = await self._recordings.lists.recorded(order.node_id, (order.interval,))
        if not pieces:
            raise NothingRecordedError("nothing was recorded then")
        if len(pieces) > _MAX_PIECES:
            raise validation_error("export_too_many_pieces")
        one = len(pieces) == 1
        targets = [order.target if one else order.target.numbered(number + 1) for number in range(len(pieces))]
        made = await on_disk(self._hass, _make_ready, targets, await self._replaceable())
        try:
            return await self._save_all(targets)
        except BaseException:
            await asyncio.shield(self._hass.async_add_executor_job(_remove_empty, made))
            raise

    async def _save_all(self, targets: list[ExportTarget]) -> list[ExportedFile]:
        """Fetch all pieces before the first one gets its name."""
        async with AsyncExitStack() as files:
            saved: list[tuple[Path, ExportedFile]] = []
            for index, target in enumerate(targets):
                path = await files.enter_async_context(self._unfinished.file_in(target.path.parent))
                saved.append((path, await self._fetch(index, target, path, len(targets))))
            marks = await on_disk(self._hass, _marks, saved)
            replaceable = await self._replaceable()
            await self._written.add(marks)
            await on_disk(self._hass, _put_in_place, saved, replaceable)
        return [exported for _, exported in saved]

    async def _replaceable(self) -> Replaceable:
        return await self._written.load() if self._order.overwrite else None

    async def _fetch(self, index: int, target: ExportTarget, path: Path, count: int) -> ExportedFile:
        order = self._order
        wanted = WantedRecording(order.node_id, order.interval, index, order.height)
        for _ in range(_MAX_LINKS):
            prepared = await self._recordings.jobs.get(wanted, JOB_TIMEOUT)
            try:
                async with asyncio.timeout(self._timing.export_download_timeout):
                    size = await self._download(prepared, path, partial(self._report, index, count))
            except LinkExpiredError:
                self._recordings.jobs.forget(wanted, prepared)
                continue
            except TimeoutError:
                raise TransientError("the download took too long") from None
            return ExportedFile(target, prepared.duration, size, prepared.height)
        raise LinkExpiredError("one link after the other ended")

    def _report(self, index: int, count: int, share: float) -> None:
        self._progress("downloading", int(100 * (index + share) / count))

    async def _download(self, prepared: PreparedRecording, path: Path, report: Callable[[float], None]) -> int:
        def open_at(position: int) -> AbstractAsyncContextManager[Download]:
            return self._recordings.open_link(prepared.link, {"Range": f"bytes={position}-"})

        async with self._recordings.open_link(prepared.link, {}) as download:
            file, mode = await on_disk(self._hass, _open, path)
            size = prepared.size if download.size is None else download.size
            try:
                pieces = resume_read(download, open_at, 0, size, self._timing)
                written, batch = 0, bytearray()
                await on_disk(self._hass, require_space, path.parent, size or 0)
                async for piece in pieces:
                    batch += piece
                    if len(batch) >= _BATCH:
                        written += await on_disk(self._hass, _write, file, bytes(batch))
                        batch.clear()
                        await on_disk(self._hass, require_space, path.parent, (size or 0) - written)
                        report(written / size if size else 0.0)
                written += await on_disk(self._hass, _write, file, bytes(batch))
                await on_disk(self._hass, _complete, file, mode)
            finally:
                # What is left to write is written now, if there is space.
                await asyncio.shield(on_disk(self._hass, file.close))
        return written


def _open(path: Path) -> tuple[BinaryIO, int]:
    """Open a file to write all of it; never through a link that somebody has put there.

    Only this user may read it until it is complete. Return also the permissions that it has then, as other files have.
    """
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o644), "wb")
    mode = stat.S_IMODE(os.fstat(file.fileno()).st_mode)
    permit(file, 0o600)
    return file, mode


def _complete(file: BinaryIO, mode: int) -> None:
    permit(file, mode)
    os.fsync(file.fileno())


def _write(file: BinaryIO, piece: bytes) -> int:
    file.write(piece)
    file.flush()
    return len(piece)


def _marks(saved: list[tuple[Path, ExportedFile]]) -> dict[str, Mark]:
    return {str(exported.target.path): mark_of(path) for path, exported in saved}


def _make_ready(targets: list[ExportTarget], replaceable: Replaceable) -> list[Path]:
    """Make the folder and return what was made of it, innermost first."""
    for target in targets:
        _is_there(target, replaceable)
    folder, missing = targets[0].path.parent, []
    while not folder.exists():
        missing.append(folder)
        folder = folder.parent
    targets[0].path.parent.mkdir(parents=True, exist_ok=True)
    targets[0].require_inside()
    return missing


def _is_there(target: ExportTarget, replaceable: Replaceable) -> bool:
    """Return whether there is an export that may be replaced.

    Raises:
        ServiceValidationError: there is something else.
    """
    if not os.path.lexists(target.path):
        return False
    if replaceable is None:
        raise _exists(target)
    if not is_export(target.path, replaceable):
        raise _exists(target, "export_file_not_ours")
    return True


def _put_in_place(saved: list[tuple[Path, ExportedFile]], replaceable: Replaceable) -> None:
    """Give finished files their names; at no moment is there half a file of such a name, not even after a kill."""
    placed: list[Path] = []
    try:
        for path, exported in saved:
            exported.target.require_inside()
            if _is_there(exported.target, replaceable):
                path.replace(exported.target.path)
            else:
                _name(path, exported.target)
                placed.append(exported.target.path)
    except BaseException:
        for name in placed:
            name.unlink(missing_ok=True)
        raise


def _name(path: Path, target: ExportTarget) -> None:
    """Give a file its name as well, in the same moment in which that is seen to be free."""
    try:
        os.link(path, target.path, follow_symlinks=False)
    except FileExistsError:
        raise _exists(target) from None
    except OSError:
        # Cards and network shares may have no such links: the name is taken by an empty file first.
        _take_name(target)
        try:
            path.replace(target.path)
        except BaseException:
            target.path.unlink(missing_ok=True)
            raise


def _take_name(target: ExportTarget) -> None:
    """Make an empty file in the same moment in which its name is seen to be free."""
    try:
        os.close(os.open(target.path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o644))
    except FileExistsError:
        raise _exists(target) from None


def _remove_empty(folders: list[Path]) -> None:
    # Why nothing was saved counts more than a folder that stays.
    with suppress(OSError):
        for folder in folders:
            if folder.exists() and not any(folder.iterdir()):
                folder.rmdir()


def _exists(target: ExportTarget, key: str = "export_file_exists") -> ServiceValidationError:
    return validation_error(key, file=str(target.path))
