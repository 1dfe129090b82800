"""Home Assistant killed in the middle of writing a file, before every single step of it."""

from datetime import UTC, datetime
from functools import partial
import os
from pathlib import Path, PurePosixPath

import pytest

from custom_components.netrex.events.pictures import _modified_at, _read, _remove, _write
from custom_components.netrex.recordings.export import ExportedFile, _put_in_place
from custom_components.netrex.recordings.export_target import ExportTarget
from tests.killing import MOST_STEPS, killed_at

_WHOLE, _BEFORE = b"the new one" * 1000, b"the one before"


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
@pytest.mark.parametrize("links", [True, False])
@pytest.mark.parametrize("overwrite", [True, False])
def test_export_is_there_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, overwrite: bool, links: bool
) -> None:
    if not links:

        def refuse(*_: object) -> None:
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
        killed = killed_at(step, partial(_put_in_place, [(part, exported)], overwrite))
        # What the next start removes.
        part.unlink(missing_ok=True)
        seen.add(name.read_bytes() if name.exists() else None)
        if not killed:
            break
    assert name.read_bytes() == _WHOLE
    # Without links, the name is taken by an empty file for a moment: better than to replace somebody's file.
    nearly = set() if links or overwrite else {b""}
    assert seen == {_WHOLE, _BEFORE if overwrite else None} | nearly


@pytest.mark.filterwarnings("ignore:This process:DeprecationWarning")
def test_event_picture_is_the_new_one_or_the_one_before(tmp_path: Path) -> None:
    path, seen = tmp_path / "account" / "7.jpg", set()
    earlier, now = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 2, tzinfo=UTC)
    for step in range(1, MOST_STEPS):
        _write(path, _BEFORE, earlier)
        killed = killed_at(step, partial(_write, path, _WHOLE, now))
        seen.add((_read(path), _modified_at(path)))
        if not killed:
            break
    assert seen == {(_WHOLE, now), (_BEFORE, earlier)}
    _write(path.with_suffix(".new"), _BEFORE, earlier)
    _remove(path)
    assert list(path.parent.iterdir()) == []


def test_event_picture_that_a_power_cut_left_empty_is_none(tmp_path: Path) -> None:
    path = tmp_path / "7.jpg"
    path.touch()
    assert _read(path) is None
    assert _modified_at(path) is None
