"""The image of each camera's last event, on disk: it survives a restart and costs no memory."""

from datetime import UTC, datetime
import logging
import os
from pathlib import Path
import shutil
from typing import Final

from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..storage.private_files import UNFINISHED, make_private_folder, replace_private
from ..tasks.timing import timing_of
from ..vapix.jpeg import jpeg_size

_LOGGER = logging.getLogger(__name__)

#: Bytes; larger images are not kept. 1280x720 is about 150 KB.
MAX_BYTES: Final = 4 << 20


class EventPictures:
    """The images of one account, in Home Assistant's cache: kept across restarts, but not backed up."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._hass = hass
        self._folder = Path(hass.config.cache_path(DOMAIN, entry_id))
        #: Size in bytes of images that the disk refused, by node id.
        self._waiting: dict[int, int] = {}

    def _file(self, node_id: int) -> Path:
        return self._folder / f"{node_id}.jpg"

    async def taken_at(self, node_id: int) -> datetime | None:
        """Return when the image of a camera was taken, UTC; None: there is none."""
        return await self._hass.async_add_executor_job(_modified_at, self._file(node_id))

    async def load(self, node_id: int) -> bytes | None:
        """Return the image of a camera, if there is one."""
        return await self._hass.async_add_executor_job(_read, self._file(node_id))

    async def save(self, node_id: int, picture: bytes, taken_at: datetime) -> bool:
        """Replace the image of a camera.

        Returns:
            Whether it is done; else the disk refused it and the caller should try again.
        """
        try:
            await self._hass.async_add_executor_job(_write, self._file(node_id), picture, taken_at)
        except OSError as err:
            if not self._waiting:
                _LOGGER.warning("Images of events can't be saved, trying again: %s", err.strerror)
            most = timing_of(self._hass).most_unsaved_event_image_bytes
            waiting = sum(self._waiting.values()) - self._waiting.get(node_id, 0) + len(picture)
            self._waiting[node_id] = len(picture) if waiting <= most else 0
            return waiting > most
        self._done_with(node_id)
        return True

    async def remove(self, node_id: int) -> None:
        """Remove the image of a camera."""
        self._done_with(node_id)
        await self._hass.async_add_executor_job(_remove, self._file(node_id))

    def _done_with(self, node_id: int) -> None:
        if self._waiting.pop(node_id, None) is not None and not self._waiting:
            _LOGGER.info("Images of events are saved again")

    async def remove_all(self) -> None:
        """Remove all images, with the account."""
        await self._hass.async_add_executor_job(lambda: shutil.rmtree(self._folder, ignore_errors=True))


def _modified_at(path: Path) -> datetime | None:
    try:
        status = path.stat()
        return datetime.fromtimestamp(status.st_mtime, UTC) if status.st_size else None
    except OSError:
        return None


def _read(path: Path) -> bytes | None:
    try:
        with path.open("rb") as file:
            # A power cut may leave an empty file.
            picture = file.read(MAX_BYTES)
    except OSError:
        return None
    return picture if jpeg_size(picture) is not None else None


def _remove(path: Path) -> None:
    for each in (path, path.with_suffix(UNFINISHED)):
        each.unlink(missing_ok=True)


def _write(path: Path, picture: bytes, taken_at: datetime) -> None:
    make_private_folder(path.parent)
    with replace_private(path) as file:
        file.write(picture)
        file.flush()
        # Else a power cut may leave the new name without the new image.
        os.fsync(file.fileno())
        os.utime(file.fileno(), (taken_at.timestamp(), taken_at.timestamp()))
