"""Somebody else who may write to the media folder puts links where a recording is being saved."""

from pathlib import Path, PurePosixPath

from homeassistant.exceptions import ServiceValidationError
import pytest

from custom_components.netrex.recordings.export import ExportedFile, _make_ready, _open, _put_in_place
from custom_components.netrex.recordings.export_target import ExportTarget


@pytest.fixture
def media(tmp_path: Path) -> Path:
    folder = tmp_path / "media"
    folder.mkdir()
    return folder


@pytest.fixture
def secret(tmp_path: Path) -> Path:
    """A file elsewhere that only Home Assistant may write."""
    file = tmp_path / "secrets.yaml"
    file.write_text("password")
    return file


def exported(media: Path, name: str) -> ExportedFile:
    return ExportedFile(ExportTarget("local", media, PurePosixPath(name)), 1, 1, 480)


def test_nothing_is_written_through_a_link(media: Path, secret: Path) -> None:
    part = media / ".netrex-0123456789abcdef.part"
    part.symlink_to(secret)
    with pytest.raises(OSError, match="symbolic link"):
        _open(part)
    assert secret.read_text() == "password"


def test_no_other_file_gets_a_second_name(media: Path, secret: Path) -> None:
    part = media / ".netrex-0123456789abcdef.part"
    part.symlink_to(secret)
    _put_in_place([(part, exported(media, "x.mp4"))], None)
    assert secret.stat().st_nlink == 1


@pytest.mark.parametrize("overwrite", [True, False])
def test_folder_that_became_a_link_out_of_the_media_folder(media: Path, tmp_path: Path, *, overwrite: bool) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    part = media / ".netrex-0123456789abcdef.part"
    part.write_text("recording")
    (media / "porch").symlink_to(elsewhere)
    file = exported(media, "porch/x.mp4")
    for way in (
        lambda: _make_ready([file.target], {} if overwrite else None),
        lambda: _put_in_place([(part, file)], {} if overwrite else None),
    ):
        with pytest.raises(ServiceValidationError) as refused:
            way()
        assert refused.value.translation_key == "export_outside"
    assert list(elsewhere.iterdir()) == []
