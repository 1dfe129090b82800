"""Writes recordings without filling a disk: a Home Assistant without space stops, and may not start again."""

from collections.abc import Callable
import errno
import os
from pathlib import Path
import shutil
from typing import Final

from homeassistant.core import HomeAssistant

from ..errors import action_error
from .errors import NoSpaceError

#: Bytes that always stay free.
KEPT_FREE: Final = 500_000_000
_FULL: Final = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


def is_full(err: OSError) -> bool:
    """Return whether an error is that of a disk without space."""
    return err.errno in _FULL


def require_space(folder: Path, size: int) -> None:
    """Return if a file of `size` bytes may be written. Does blocking I/O.

    Raises:
        NoSpaceError: it would leave less than `KEPT_FREE`.
    """
    if shutil.disk_usage(folder).free - size < KEPT_FREE:
        raise NoSpaceError("not enough space on the disk")


async def on_disk[*Arguments, Result](
    hass: HomeAssistant, work: Callable[[*Arguments], Result], *arguments: *Arguments
) -> Result:
    """Do blocking work with files; raise its failures in words for a person.

    Raises:
        NoSpaceError: the disk is full.
        HomeAssistantError: the file can't be written for another reason.
    """
    try:
        return await hass.async_add_executor_job(work, *arguments)
    except OSError as err:
        if is_full(err):
            raise NoSpaceError("not enough space on the disk") from err
        reason = os.strerror(err.errno) if err.errno else type(err).__name__
        raise action_error("export_not_writable", reason=reason) from err
