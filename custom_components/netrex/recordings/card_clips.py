"""Recordings on a camera's card, fetched and made into files that any player takes."""

import asyncio
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
import secrets
import shutil
import threading
from typing import Final

from homeassistant.core import HomeAssistant

from ..cloud.mp4 import HEAD, formats
from ..cloud.recordings import Interval
from ..const import DOMAIN
from ..storage.private_files import make_private_folder, open_private
from ..tasks.background import BackgroundTasks
from ..tasks.timing import timing_of
from ..vapix import Card, CardRecording
from .card_remux import remux
from .days import moments
from .disk_space import on_disk, require_space
from .errors import NothingRecordedError, PreparationFailedError
from .media_items import CardRecordingItem
from .shared_jobs import SharedJobs

#: A camera's uplink is narrow: one recording at a time for each of two cameras.
_MAX_JOBS: Final = 2
#: Seconds until a job is given up.
_JOB_TIMEOUT: Final = 600.0
#: Files kept, and for how many seconds.
_KEPT: Final = 8
_FRESH: Final = 3600.0
#: Where the files of all accounts lie, in Home Assistant's cache: nothing of an earlier Home Assistant stays there.
_PLACE: Final = "card_recordings"
#: Recordings looked through for the one that is meant.
_MAX_LISTED: Final = 200


class CardClips(SharedJobs[CardRecordingItem, Path]):
    """The files of one account; they go with it. `card_of` raises why a camera has no card."""

    def __init__(self, hass: HomeAssistant, card_of: Callable[[int], Card], in_background: BackgroundTasks) -> None:
        super().__init__(
            self._fetch,
            in_background,
            at_once=_MAX_JOBS,
            timeout=_JOB_TIMEOUT,
            kept=_KEPT,
            fresh=_FRESH,
            on_dropped=self._remove,
        )
        self._hass = hass
        self._timing = timing_of(hass)
        self._card_of = card_of
        self._folder = _place(hass) / secrets.token_hex(8)
        self._number = 0

    async def close(self) -> None:
        """Remove all files."""
        await self._hass.async_add_executor_job(shutil.rmtree, self._folder, True)

    def _remove(self, path: Path) -> None:
        self._hass.async_add_executor_job(_unlink, path)

    async def _fetch(self, wanted: CardRecordingItem) -> Path:
        card = self._card_of(wanted.node_id)
        listed = await card.recordings(*moments(wanted.interval), limit=_MAX_LISTED)
        recording = next((each for each in listed.recordings if each.recording_id == wanted.card_id), None)
        if recording is None:
            raise NothingRecordedError("the card does not hold it any more")
        await on_disk(self._hass, _make_folder, self._folder)
        self._number += 1
        raw, path = self._folder / f"{self._number}.mkv", self._folder / f"{self._number}.mp4"
        try:
            await self._save(card, recording, wanted.interval, raw)
            await self._remux(raw, path)
        except BaseException:
            await asyncio.shield(self._hass.async_add_executor_job(_unlink, path))
            raise
        finally:
            await asyncio.shield(self._hass.async_add_executor_job(_unlink, raw))
        return path

    async def _save(self, card: Card, recording: CardRecording, interval: Interval, path: Path) -> None:
        idle_timeout = self._timing.download_idle_timeout
        async with card.export(recording, *moments(interval), idle_timeout=idle_timeout) as export:
            # Once as it comes, once as it is played.
            await on_disk(self._hass, require_space, path.parent, 2 * (export.size_estimate or 0))
            file = await on_disk(self._hass, open_private, path)
            try:
                size, batch = 0, bytearray()
                async for chunk in export.chunks():
                    size += len(chunk)
                    if size > self._timing.most_card_bytes:
                        raise PreparationFailedError("the recording is too large")
                    batch += chunk
                    if len(batch) >= self._timing.card_batch_bytes:
                        await on_disk(self._hass, file.write, bytes(batch))
                        batch.clear()
                        await on_disk(self._hass, require_space, path.parent, size)
                await on_disk(self._hass, file.write, bytes(batch))
            finally:
                # What is left to write is written now, if there is space.
                await asyncio.shield(on_disk(self._hass, file.close))

    async def _remux(self, raw: Path, path: Path) -> None:
        """Make the file that is played. Its thread ends with this, also where this is canceled or takes too long."""
        stop = threading.Event()
        work = self._hass.async_create_task(
            on_disk(self._hass, remux, raw, path, stop, self._timing), "netrex card recording's remux"
        )
        try:
            await asyncio.shield(work)
        except asyncio.CancelledError:
            stop.set()
            await asyncio.wait({work})
            # Read, as nobody else does: that it was stopped, or what came first.
            work.exception()
            raise


async def async_remove_left_clips(hass: HomeAssistant) -> None:
    """Remove the files of a Home Assistant before this one, which may be many gigabytes."""
    await hass.async_add_executor_job(shutil.rmtree, _place(hass), True)


def formats_of_file(path: Path) -> frozenset[str]:
    """Return the formats of a file's tracks; none if it has just been removed."""
    with suppress(OSError), path.open("rb") as file:
        return formats(file.read(HEAD))
    return frozenset()


def _unlink(path: Path) -> None:
    # The whole folder goes with the account, or at the next start.
    with suppress(OSError):
        path.unlink(missing_ok=True)


def _place(hass: HomeAssistant) -> Path:
    return Path(hass.config.cache_path(DOMAIN, _PLACE))


def _make_folder(folder: Path) -> None:
    make_private_folder(folder.parent)
    make_private_folder(folder)
