"""Where an export may be written, and where not."""

from pathlib import Path

from homeassistant.exceptions import ServiceValidationError
from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.netrex.recordings.export_target import find_target


@pytest.fixture
def folders(tmp_path: Path) -> dict[str, str]:
    (tmp_path / "media").mkdir()
    (tmp_path / "nas").mkdir()
    return {"nas": str(tmp_path / "nas"), "local": str(tmp_path / "media")}


@pytest.mark.parametrize(
    ("wanted", "source", "name"),
    [
        ("front door.mp4", "local", "front door.mp4"),
        ("front door", "local", "front door.mp4"),
        ("FRONT.MP4", "local", "FRONT.MP4"),
        ("netrex/2026/vchod – přední.mp4", "local", "netrex/2026/vchod – přední.mp4"),
        ("{nas}/clips/a.mp4", "nas", "clips/a.mp4"),
        ("a.b.c", "local", "a.b.c.mp4"),
    ],
)
def test_files_in_media_folders(folders: dict[str, str], wanted: str, source: str, name: str) -> None:
    target = find_target(folders, wanted.format(nas=folders["nas"]))
    assert (target.source, str(target.name)) == (source, name)
    assert target.path == Path(folders[source]) / name
    assert target.media_content_id == f"media-source://media_source/{source}/{name}"


@pytest.mark.parametrize(
    ("wanted", "key"),
    [
        ("../secrets.mp4", "export_bad_name"),
        ("a/../../b.mp4", "export_bad_name"),
        ("{media}/../b.mp4", "export_bad_name"),
        ("/etc/passwd", "export_outside"),
        ("{media}x/b.mp4", "export_outside"),
        ("a\\b.mp4", "export_bad_name"),
        ("a\0b.mp4", "export_bad_name"),
        ("a\nb.mp4", "export_bad_name"),
        (".hidden.mp4", "export_bad_name"),
        ("~/b.mp4", "export_bad_name"),
        ("a//b.mp4", "export_bad_name"),
        ("folder/", "export_bad_name"),
        ("/", "export_bad_name"),
        (" ", "export_bad_name"),
        ("x" * 300, "export_bad_name"),
        ("link/b.mp4", "export_outside"),
    ],
)
def test_everything_else_is_refused(folders: dict[str, str], tmp_path: Path, wanted: str, key: str) -> None:
    (tmp_path / "media" / "link").symlink_to(tmp_path)
    with pytest.raises(ServiceValidationError) as refused:
        find_target(folders, wanted.format(media=folders["local"]))
    assert refused.value.translation_key == key


def test_without_a_media_folder() -> None:
    with pytest.raises(ServiceValidationError) as refused:
        find_target({}, "a.mp4")
    assert refused.value.translation_key == "export_no_media_folder"


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(wanted=st.text(max_size=60) | st.lists(st.sampled_from(["..", ".", "/", "a", "~", "", "media"])).map("/".join))
def test_nothing_leads_out(folders: dict[str, str], wanted: str) -> None:
    try:
        target = find_target(folders, wanted)
    except ServiceValidationError:
        return
    assert target.path.resolve().is_relative_to(Path(folders[target.source]).resolve())
