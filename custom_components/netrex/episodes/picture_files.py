"""The pictures of episodes, on disk beside the database. Does blocking I/O."""

from collections.abc import Collection, Iterable
from contextlib import suppress
from pathlib import Path
import re
import shutil
from typing import Final, NamedTuple

from ..events.pictures import MAX_BYTES
from ..storage.private_files import make_private_folder, replace_private
from ..vapix.jpeg import jpeg_size
from .episode import EpisodeId

_NAME: Final = re.compile(r"(\d{1,15})(-small)?\.jpg")


class Picture(NamedTuple):
    """A picture and a small one of it, JPEG."""

    large: bytes
    small: bytes

    @property
    def size(self) -> int:
        """Bytes of both."""
        return len(self.large) + len(self.small)


class PictureFiles:
    """The pictures of one account: a folder of each camera, two files of each episode."""

    def __init__(self, folder: Path) -> None:
        """Make nothing yet."""
        self._folder = folder

    def read(self, episode_id: EpisodeId, *, small: bool) -> bytes | None:
        """Return a picture; None: there is none, or what is there is no picture.

        Raises:
            OSError: it may be there, and can't be read.
        """
        with suppress(FileNotFoundError, NotADirectoryError), self._path(episode_id, small=small).open("rb") as file:
            picture = file.read(MAX_BYTES)
            # A power cut may leave an empty file, one of nothing but zeros, or what was in another.
            return picture if jpeg_size(picture) is not None else None
        return None

    def find(self, episode_id: EpisodeId) -> Path | None:
        """Return the file of a picture; None: there is none."""
        path = self._path(episode_id, small=False)
        return path if path.is_file() else None

    def size(self, episode_id: EpisodeId) -> int:
        """Return the bytes of a picture in both sizes; 0: one of them is missing."""
        with suppress(FileNotFoundError, NotADirectoryError):
            return sum(self._path(episode_id, small=small).stat().st_size for small in (True, False))
        return 0

    def write(self, episode_id: EpisodeId, picture: Picture) -> None:
        """Write a picture instead of the one before.

        Raises:
            OSError: the disk refused it; the one before may be lost.
        """
        make_private_folder(self._folder)
        make_private_folder(self._path(episode_id, small=False).parent)
        for small, content in ((True, picture.small), (False, picture.large)):
            with replace_private(self._path(episode_id, small=small)) as file:
                file.write(content)

    def remove(self, episode_ids: Iterable[EpisodeId]) -> None:
        """Remove pictures; what can't be removed is tried again at the next start."""
        folders = set()
        for each in episode_ids:
            for small in (True, False):
                path = self._path(each, small=small)
                folders.add(path.parent)
                with suppress(OSError):
                    path.unlink(missing_ok=True)
        for folder in folders:
            # Fails while others are in it.
            with suppress(OSError):
                folder.rmdir()

    def remove_others(self, kept: Collection[EpisodeId]) -> None:
        """Remove what no episode has: a kill between file and row leaves it."""
        for folder in self._of_cameras():
            others = []
            with suppress(OSError):
                for path in folder.iterdir():
                    match = _NAME.fullmatch(path.name)
                    if match is None or EpisodeId(int(folder.name), int(match[1])) not in kept:
                        others.append(path)
            for path in others:
                with suppress(OSError):
                    path.unlink()
            with suppress(OSError):
                folder.rmdir()

    def remove_all(self) -> None:
        """Remove everything, with the account."""
        for folder in self._of_cameras():
            shutil.rmtree(folder, ignore_errors=True)
        # Fails while there are images of last events in it.
        with suppress(OSError):
            self._folder.rmdir()

    def _of_cameras(self) -> list[Path]:
        """Return the folders that are ours: images of last events lie beside them."""
        with suppress(OSError):
            return [each for each in self._folder.iterdir() if each.name.isdecimal() and each.name.isascii()]
        return []

    def _path(self, episode_id: EpisodeId, *, small: bool) -> Path:
        return self._folder / str(episode_id.node_id) / f"{episode_id.began_at}{'-small' if small else ''}.jpg"
