"""Notes on a real disk, whatever became of them meanwhile."""

from collections.abc import AsyncIterator
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest

from custom_components.netrex.note import Note


@pytest.fixture
async def hass(tmp_path: Path) -> AsyncIterator[HomeAssistant]:
    """A Home Assistant that keeps its files here; that of the test package keeps them in memory."""
    hass = HomeAssistant(str(tmp_path))
    await ir.async_load(hass)
    yield hass
    await hass.async_stop(force=True)


@pytest.mark.parametrize(
    "found",
    [
        b"",
        b"{",
        b"\xff\xfe\x00",
        b"[]",
        b"7",
        b'{"a": 1}',
        b'{"version": 1}',
        b'{"version": "x", "data": []}',
        b'{"version": 99, "data": []}',
        b'{"version": 0, "data": []}',
        None,
    ],
)
@pytest.mark.parametrize("secret", [True, False])
async def test_note_that_makes_no_sense(
    hass: HomeAssistant, tmp_path: Path, *, found: bytes | None, secret: bool
) -> None:
    path = tmp_path / ".storage" / "netrex.x"

    def leave() -> None:
        path.parent.mkdir()
        if found is None:
            path.mkdir()
        else:
            path.write_bytes(found)

    def mode() -> int:
        return path.stat().st_mode & 0o777

    await hass.async_add_executor_job(leave)
    assert await Note[list[int]](hass, "x", secret=secret).async_load() is None
    await Note[list[int]](hass, "x", secret=secret).async_save([7])
    if found is not None:
        assert await Note[list[int]](hass, "x").async_load() == [7]
        assert await hass.async_add_executor_job(mode) == (0o600 if secret else 0o644)
    await Note[list[int]](hass, "x").async_remove()
    assert found is None or not await hass.async_add_executor_job(path.exists)


async def test_note_that_can_not_be_written(
    hass: HomeAssistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await hass.async_add_executor_job((tmp_path / ".storage").write_text, "in the way")
    await Note[list[int]](hass, "x").async_save([7])
    assert "The note netrex.x can't be written" in caplog.text
    assert await Note[list[int]](hass, "x").async_load() is None


async def test_no_secret_is_left_in_what_home_assistant_sets_aside(hass: HomeAssistant, tmp_path: Path) -> None:
    path = tmp_path / ".storage" / "netrex.x"

    def leave() -> None:
        path.parent.mkdir()
        path.write_bytes(b'{"version": 1, "data": ["secret"')
        path.with_name("netrex.xyz").write_text("another's")

    def left() -> list[str]:
        return sorted(each.name for each in path.parent.iterdir())

    await hass.async_add_executor_job(leave)
    note = Note[list[str]](hass, "x", secret=True)
    assert await note.async_load() is None
    assert any("corrupt" in name for name in await hass.async_add_executor_job(left))
    await note.async_remove()
    assert await hass.async_add_executor_job(left) == ["netrex.xyz"]
