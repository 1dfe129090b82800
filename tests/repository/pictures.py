"""The brand's pictures: Home Assistant serves them from the integration's folder."""

from collections.abc import Iterator
import struct

from .tree import COMPONENT, Repository

BRAND = COMPONENT / "brand"
PNG = b"\x89PNG\r\n\x1a\n"
ICON_SIDE = 256
LOGO_SHORT_SIDE = (128, 256)  # pixels, at ordinary density
LARGEST_FILE = 100_000  # bytes


def pictures(repository: Repository) -> Iterator[str]:
    """Check that all eight are there, of the sizes that Home Assistant's brands ask for."""
    for prefix in ("", "dark_"):
        for suffix, times in (("", 1), ("@2x", 2)):
            icon, logo = BRAND / f"{prefix}icon{suffix}.png", BRAND / f"{prefix}logo{suffix}.png"
            for path in (icon, logo):
                if not repository.has(path):
                    yield f"{path}: missing"
            if (size := _size(repository, icon)) and size != (ICON_SIDE * times,) * 2:
                yield f"{icon}: {size[0]} x {size[1]} pixels, not {ICON_SIDE * times} x {ICON_SIDE * times}"
            low, high = (side * times for side in LOGO_SHORT_SIDE)
            if (size := _size(repository, logo)) and not low <= min(size) <= high:
                yield f"{logo}: its shorter side has {min(size)} pixels, not {low} to {high}"
    for path in repository.files:
        if path.is_relative_to(BRAND) and (repository.root / path).stat().st_size > LARGEST_FILE:
            yield f"{path}: larger than {LARGEST_FILE} bytes"


def _size(repository: Repository, path: object) -> tuple[int, int] | None:
    """Return a PNG's width and height; None when the file is missing, (0, 0) when it isn't a PNG."""
    if not repository.has(str(path)):
        return None
    with (repository.root / str(path)).open("rb") as file:
        head = file.read(24)
    if not head.startswith(PNG):
        return 0, 0
    width, height = struct.unpack(">II", head[16:24])
    return width, height
