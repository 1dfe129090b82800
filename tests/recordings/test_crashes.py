"""Home Assistant killed in the middle of writing a file, before every single step of it."""

from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial
from io import BytesIO
import os
from pathlib import Path, PurePosixPath

from homeassistant.util.file import write_utf8_file, write_utf8_file_atomic
from PIL import Image
import pytest

from custom_components.netrex.events.pictures import _modified_at, _read, _remove, _write
from custom_components.netrex.recordings.export import ExportedFile, _put_in_place
from custom_components.netrex.recordings.export_target import ExportTarget
from custom_components.netrex.recordings.known_exports import mark_of
from tests.killing import MOST_STEPS, killed_at
from tests.small_disk import small_disk

_WHOLE, _BEFORE = b"the new one" * 1000, b"the one before"


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("overwrite", [True, False])
def test_export_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, overwrite: bool, links: bool
) -> None:
    if not links:

        def refuse(*_: object, **_more: object) -> None:
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
    name, seen = tmp_path / "x.mp4", set()
    exported = ExportedFile(ExportTarget("local", tmp_path, PurePosixPath("x.mp4")), 1, len(_WHOLE), 480)
    part = tmp_path / ".netrex-0123456789abcdef.part"
    for step in range(1, MOST_STEPS):
        part.write_bytes(_WHOLE)
        name.unlink(missing_ok=True)
        if overwrite:
            name.write_bytes(_BEFORE)
        replaceable = {str(name): [mark_of(name)]} if overwrite else None
        killed = killed_at(step, partial(_put_in_place, [(part, exported)], replaceable))
        # What the next start removes.
        part.unlink(missing_ok=True)
        seen.add(name.read_bytes() if name.exists() else None)
        if not killed:
            break
    assert name.read_bytes() == _WHOLE
    # Without links, the name is taken by an empty file for a moment: better than to replace somebody's file.
    nearly = set() if links or overwrite else {b""}
    assert seen == {_WHOLE, _BEFORE if overwrite else None} | nearly


def picture_of(brightness: int) -> bytes:
    file = BytesIO()
    Image.new("L", (8, 8), brightness).save(file, "jpeg")
    return file.getvalue()


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_event_picture_is_the_new_one_or_the_one_before(tmp_path: Path) -> None:
    path, seen = tmp_path / "account" / "7.jpg", set()
    whole, before = (picture_of(brightness) for brightness in (10, 200))
    earlier, now = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    for step in range(1, MOST_STEPS):
        _write(path, before, earlier)
        killed = killed_at(step, partial(_write, path, whole, now))
        seen.add((_read(path), _modified_at(path)))
        if not killed:
            break
    assert seen == {(whole, now), (before, earlier)}
    _write(path.with_suffix(".new"), before, earlier)
    _remove(path)
    assert list(path.parent.iterdir()) == []


def test_event_picture_that_a_power_cut_left_empty_is_none(tmp_path: Path) -> None:
    path = tmp_path / "7.jpg"
    path.touch()
    assert _read(path) is None
    assert _modified_at(path) is None


def test_event_picture_that_is_none_any_more(tmp_path: Path) -> None:
    path = tmp_path / "7.jpg"
    path.write_bytes(_WHOLE)
    assert _read(path) is None


def test_event_picture_that_finds_no_space_takes_none(tmp_path: Path) -> None:
    path, at = tmp_path / "7.jpg", datetime(2026, 1, 1, tzinfo=UTC)
    _write(path, _BEFORE, at)
    with small_disk(len(_BEFORE)), pytest.raises(OSError, match="large"):
        _write(path, _WHOLE, datetime(2026, 1, 2, tzinfo=UTC))
    assert [each.name for each in tmp_path.iterdir()] == ["7.jpg"]
    assert path.read_bytes() == _BEFORE
    assert _modified_at(path) == at


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("write", [write_utf8_file, write_utf8_file_atomic])
def test_note_is_the_new_one_or_the_one_before(tmp_path: Path, write: Callable[..., None]) -> None:
    """What Home Assistant's storage does with notes of ours."""
    path, seen = tmp_path / "note", set()
    for step in range(1, MOST_STEPS):
        write(str(path), "before")
        killed = killed_at(step, partial(write, str(path), "new"))
        seen.add(path.read_text())
        if not killed:
            break
    assert seen == {"before", "new"}
