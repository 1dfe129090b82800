"""Files that only Home Assistant's own user may read, not other users of the machine. Does blocking I/O."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
import os
from pathlib import Path
from typing import BinaryIO, Final

#: How the name of a file ends until it is complete.
UNFINISHED: Final = ".new"


def make_private_folder(folder: Path) -> None:
    """Make a folder, with those above it, or close one that is there."""
    folder.mkdir(parents=True, exist_ok=True)
    # Cards and network shares may have no permissions of single files.
    with suppress(OSError):
        folder.chmod(0o700)


def open_private(path: Path) -> BinaryIO:
    """Open a file to write all of it; never through a link that somebody has put there."""
    file = os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW, 0o600), "wb")
    permit(file, 0o600)
    return file


@contextmanager
def replace_private(path: Path) -> Iterator[BinaryIO]:
    """Open a file to write all of it, which takes the place of the one before only when it is complete.

    Raises:
        OSError: the disk refused it; the one before is still there.
    """
    new = path.with_suffix(UNFINISHED)
    try:
        with open_private(new) as file:
            yield file
        new.replace(path)
    except OSError:
        with suppress(OSError):
            new.unlink(missing_ok=True)
        raise


def permit(file: BinaryIO, mode: int) -> None:
    """Set the permissions of an open file, where its disk has any."""
    with suppress(OSError):
        os.fchmod(file.fileno(), mode)
