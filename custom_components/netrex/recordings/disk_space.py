"""Keeps recordings from filling a disk: a Home Assistant without space stops recording and may not start again."""

from pathlib import Path
import shutil
from typing import Final

from .errors import NoSpaceError

#: Bytes that stay free, whatever is saved.
KEPT_FREE: Final = 500_000_000


def require_space(folder: Path, size: int) -> None:
    """Return if a file of `size` bytes may be written. Does blocking I/O.

    Raises:
        NoSpaceError: it would leave less than `KEPT_FREE`.
    """
    if shutil.disk_usage(folder).free - size < KEPT_FREE:
        raise NoSpaceError("not enough space on the disk")
