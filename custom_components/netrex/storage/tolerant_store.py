"""Files for the next start: without one, everything goes on as if nothing had been stored."""

from collections.abc import Mapping, Sequence
from glob import escape
import logging
from pathlib import Path
from typing import Final, Self, cast, override

from homeassistant.core import CoreState, HomeAssistant
from homeassistant.helpers.storage import Store
from homeassistant.util.file import WriteError
from homeassistant.util.hass_dict import HassKey

from ..const import DOMAIN

_LOGGER = logging.getLogger(__name__)

_VERSION: Final = 1
#: Seconds until what could not be written is tried again, and the longest it comes to: each time twice as long.
_FIRST_PAUSE: Final = 60.0
_LONGEST_PAUSE: Final = 3600.0

#: Stores that could not be written, by file name: `TolerantStore.of` returns them.
_UNWRITTEN: HassKey[dict[str, object]] = HassKey(f"{DOMAIN}_unwritten_files")


class TolerantStore[Stored: Mapping[str, object] | Sequence[object]](Store[Stored]):
    """A file in Home Assistant's storage that nothing depends on.

    Expect anything in it: a disk that failed, another version, somebody's editor. What can't be
    written is tried again until it can, at the latest when Home Assistant stops.
    """

    def __init__(self, hass: HomeAssistant, name: str, *, secret: bool = False, quick: bool = False) -> None:
        """Read and write nothing yet; a `quick` file, which somebody waits for, may be lost by a power cut."""
        super().__init__(hass, _VERSION, f"{DOMAIN}.{name}", secret, atomic_writes=not quick)
        self._secret = secret
        self._pause = _FIRST_PAUSE
        self._unwritten = hass.data.setdefault(_UNWRITTEN, {})

    @classmethod
    def of(cls, hass: HomeAssistant, name: str, *, secret: bool = False, quick: bool = False) -> Self:
        """Return a store, with what an account before this one could not write yet."""
        unwritten = hass.data.get(_UNWRITTEN, {}).get(f"{DOMAIN}.{name}")
        return unwritten if isinstance(unwritten, cls) else cls(hass, name, secret=secret, quick=quick)

    @property
    def is_written(self) -> bool:
        """Whether the disk has taken what was saved last."""
        return self.key not in self._unwritten

    @override
    async def async_load(self) -> Stored | None:
        """Return what was stored, if it can be read."""
        try:
            return await super().async_load()
        except Exception as err:  # noqa: BLE001 - anything may be in the file
            # Of a later version, without a version, not to be opened: it is replaced when there is something new.
            _LOGGER.warning("The file %s can't be read, and is left aside (%s)", self.key, type(err).__name__)
            return None

    @override
    async def _async_write_data(self, data: dict[str, object]) -> None:
        """Write, or try again later. Home Assistant itself forgets what it could not write."""
        try:
            await super()._async_write_data(data)
        except (OSError, WriteError) as err:
            self._not_written(cast("Stored", data["data"]), err)
            return
        self._pause = _FIRST_PAUSE
        if self._unwritten.pop(self.key, None) is not None:
            _LOGGER.info("The file %s is written", self.key)

    def _not_written(self, stored: Stored, err: Exception) -> None:
        fault = err if isinstance(err, OSError) else err.__cause__
        reason = fault.strerror if isinstance(fault, OSError) else type(err).__name__
        if self.hass.state in (CoreState.final_write, CoreState.stopped):
            _LOGGER.error("The file %s is lost: %s", self.key, reason)
            return
        if self.is_written:
            _LOGGER.warning("The file %s can't be written, and is tried again: %s", self.key, reason)
        self._unwritten[self.key] = self
        if self._data is None:
            # Nothing newer is about to be written.
            self.async_delay_save(lambda: stored, self._pause)
            self._pause = min(2 * self._pause, _LONGEST_PAUSE)

    @override
    async def async_remove(self) -> None:
        """Remove the file; a failure is logged."""
        self._unwritten.pop(self.key, None)
        self._data = None
        try:
            await super().async_remove()
            if self._secret:
                await self.hass.async_add_executor_job(_remove_corrupt, Path(self.path))
        except OSError as err:
            _LOGGER.warning("The file %s can't be removed: %s", self.key, err.strerror)


def _remove_corrupt(path: Path) -> None:
    """Remove what Home Assistant sets aside of a file that it can't read: a secret may still be legible in it."""
    for each in path.parent.glob(f"{escape(path.name)}.corrupt.*"):
        each.unlink(missing_ok=True)
