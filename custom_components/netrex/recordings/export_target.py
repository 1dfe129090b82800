"""Where an exported recording may be written: into a media folder of Home Assistant's, and nowhere else."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Final

from homeassistant.exceptions import ServiceValidationError

from ..errors import validation_error

_SUFFIX: Final = ".mp4"
#: Bytes of one part of a path; file systems take 255, and a number may be added.
_MAX_PART: Final = 200
_MAX_PARTS: Final = 8
_USUAL: Final = "local"


@dataclass(frozen=True, slots=True)
class ExportTarget:
    """A file in a media folder; `source` is Home Assistant's name of the folder."""

    source: str
    root: Path
    name: PurePosixPath

    @property
    def path(self) -> Path:
        """Its path."""
        return self.root / self.name

    @property
    def media_content_id(self) -> str:
        """Its name in the media browser."""
        return f"media-source://media_source/{self.source}/{self.name}"

    def require_inside(self) -> None:
        """Look whether it still lies in the media folder. Does blocking I/O.

        Raises:
            ServiceValidationError: a link on the way leads out of it.
        """
        if not self.path.parent.resolve().is_relative_to(self.root.resolve()):
            raise _outside(str(self.name), {self.source: str(self.root)})

    def numbered(self, number: int) -> ExportTarget:
        """Return the target of one of several files."""
        return ExportTarget(self.source, self.root, self.name.with_stem(f"{self.name.stem}-{number}"))


def find_target(media_folders: Mapping[str, str], wanted: str) -> ExportTarget:
    """Return the file that a person means: a name, a name in a folder, or the whole path of one. Does blocking I/O.

    Raises:
        ServiceValidationError: there is no such place, or it is not one to write to.
    """
    if not media_folders:
        raise validation_error("export_no_media_folder")
    path = PurePosixPath(_checked(wanted))
    if path.suffix.lower() != _SUFFIX:
        path = path.with_name(f"{path.name}{_SUFFIX}")
    usual = _USUAL if _USUAL in media_folders else next(iter(media_folders))
    if not path.is_absolute():
        return _inside(usual, Path(media_folders[usual]), path, wanted)
    for source, folder in media_folders.items():
        if path.is_relative_to(folder):
            return _inside(source, Path(folder), path.relative_to(folder), wanted)
    raise _outside(wanted, media_folders)


def _checked(wanted: str) -> str:
    """Refuse what is no path of a file, or what other systems or shells would read as another."""
    parts = wanted.strip("/").split("/")
    if (
        not wanted.isprintable()
        or "\\" in wanted
        or wanted.endswith("/")
        or len(parts) > _MAX_PARTS
        or any(part.startswith((".", "~")) or part != part.strip() or not part for part in parts)
        or any(len(part.encode("utf-8", "replace")) > _MAX_PART for part in parts)
    ):
        raise validation_error("export_bad_name", file=wanted)
    return wanted


def _inside(source: str, root: Path, name: PurePosixPath, wanted: str) -> ExportTarget:
    """Return the target, unless a link on the way leads out of the media folder."""
    target = ExportTarget(source, root, name)
    if not target.path.resolve().is_relative_to(root.resolve()):
        raise _outside(wanted, {source: str(root)})
    return target


def _outside(wanted: str, media_folders: Mapping[str, str]) -> ServiceValidationError:
    return validation_error("export_outside", file=wanted, folders=", ".join(media_folders.values()))
