"""A saved recording gets its name where the disk knows no second names for a file: cards, network shares."""

import os
from pathlib import Path, PurePosixPath

from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.netrex.recordings.export import ExportedFile, _put_in_place
from custom_components.netrex.recordings.export_target import ExportTarget


@pytest.fixture(autouse=True)
def _no_links(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object, **_more: object) -> None:
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "link", refuse)


def _saved(folder: Path, *names: str) -> list[tuple[Path, ExportedFile]]:
    """Return finished files that still have to get their names."""
    saved = []
    for name in names:
        part = folder / f".{name}.part"
        part.write_text(name)
        saved.append((part, ExportedFile(ExportTarget("local", folder, PurePosixPath(name)), 1, 1, 480)))
    return saved


def test_it_gets_its_name(tmp_path: Path) -> None:
    _put_in_place(_saved(tmp_path, "a.mp4"), None)
    assert {path.name: path.read_text() for path in tmp_path.iterdir()} == {"a.mp4": "a.mp4"}


def test_somebody_elses_file_stays(tmp_path: Path) -> None:
    """Also one that has come while the recording was saved; and then no other of its files is kept."""
    (tmp_path / "b.mp4").write_text("somebody's")
    with pytest.raises(ServiceValidationError) as refused:
        _put_in_place(_saved(tmp_path, "a.mp4", "b.mp4"), None)
    assert refused.value.translation_key == "export_file_exists"
    assert (tmp_path / "b.mp4").read_text() == "somebody's"
    assert not (tmp_path / "a.mp4").exists()


def test_no_empty_file_is_left(tmp_path: Path) -> None:
    saved = _saved(tmp_path, "a.mp4")
    saved[0][0].unlink()
    with pytest.raises(FileNotFoundError):
        _put_in_place(saved, None)
    assert list(tmp_path.iterdir()) == []
