"""Notes on a real disk, whatever became of them meanwhile."""

from collections.abc import AsyncIterator
from pathlib import Path

from homeassistant.core import HomeAssistant
from homeassistant.helpers import issue_registry as ir
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.ptz.moving_store import HeadId, MovingStore
from custom_components.netrex.storage.tolerant_store import TolerantStore
from tests.small_disk import small_disk

#: More than fits on a disk that is small.
_LARGE = list(range(10_000))
_LATER = list(range(1, 10_000))


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
    assert await TolerantStore[list[int]](hass, "x", secret=secret).async_load() is None
    await TolerantStore[list[int]](hass, "x", secret=secret).async_save([7])
    if found is not None:
        assert await TolerantStore[list[int]](hass, "x").async_load() == [7]
        assert await hass.async_add_executor_job(mode) == (0o600 if secret else 0o644)
    await TolerantStore[list[int]](hass, "x").async_remove()
    assert found is None or not await hass.async_add_executor_job(path.exists)


async def test_note_that_can_not_be_written(
    hass: HomeAssistant, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    await hass.async_add_executor_job((tmp_path / ".storage").write_text, "in the way")
    await TolerantStore[list[int]](hass, "x").async_save([7])
    assert "The file netrex.x can't be written" in caplog.text
    assert await TolerantStore[list[int]](hass, "x").async_load() is None
    await hass.async_add_executor_job((tmp_path / ".storage").unlink)
    await hass.async_stop(force=True)
    assert await TolerantStore[list[int]](hass, "x").async_load() == [7]


async def tried_again(hass: HomeAssistant, note: TolerantStore[list[int]]) -> None:
    """Let the pause until the next try be over."""
    async_fire_time_changed(hass, fire_all=True)
    await hass.async_block_till_done()
    async with note._write_lock:
        pass


@pytest.mark.parametrize("secret", [True, False])
async def test_note_is_tried_again_until_it_is_on_the_disk(
    hass: HomeAssistant, caplog: pytest.LogCaptureFixture, *, secret: bool
) -> None:
    note = TolerantStore[list[int]](hass, "x", secret=secret)
    await note.async_save([7])
    with small_disk():
        await note.async_save(_LARGE)
        await tried_again(hass, note)
        await tried_again(hass, note)
    assert await TolerantStore[list[int]](hass, "x").async_load() == [7]
    await tried_again(hass, note)
    assert await TolerantStore[list[int]](hass, "x").async_load() == _LARGE
    assert [each.getMessage() for each in caplog.records if each.name.startswith("custom_components")] == [
        "The file netrex.x can't be written, and is tried again: File too large",
        "The file netrex.x is written",
    ]


@pytest.mark.parametrize("when", ["before the end", "at the end"])
async def test_note_that_there_was_no_space_for_is_written_when_home_assistant_stops(
    hass: HomeAssistant, when: str
) -> None:
    note = TolerantStore[list[int]](hass, "x")
    with small_disk():
        if when == "at the end":
            note.async_delay_save(lambda: _LARGE, 3600)
        else:
            await note.async_save(_LARGE)
    await hass.async_stop(force=True)
    assert await TolerantStore[list[int]](hass, "x").async_load() == _LARGE


async def test_disk_that_is_full_to_the_end(hass: HomeAssistant, caplog: pytest.LogCaptureFixture) -> None:
    note = TolerantStore[list[int]](hass, "x")
    with small_disk():
        await note.async_save(_LARGE)
        await hass.async_stop(force=True)
    assert "The file netrex.x is lost: File too large" in caplog.text
    assert await TolerantStore[list[int]](hass, "x").async_load() is None


async def test_account_that_is_reloaded_while_the_disk_is_full(hass: HomeAssistant) -> None:
    before = TolerantStore[list[int]].of(hass, "x")
    with small_disk():
        await before.async_save(_LARGE)
        after = TolerantStore[list[int]].of(hass, "x")
        assert await after.async_load() == _LARGE
    await after.async_save(_LATER)
    await tried_again(hass, before)
    assert await TolerantStore[list[int]](hass, "x").async_load() == _LATER


async def test_note_that_is_removed_is_not_written_any_more(hass: HomeAssistant) -> None:
    note = TolerantStore[list[int]].of(hass, "x")
    with small_disk():
        await note.async_save(_LARGE)
    await note.async_remove()
    await tried_again(hass, note)
    assert await TolerantStore[list[int]].of(hass, "x").async_load() is None


async def test_each_move_is_noted_as_soon_as_there_is_space(hass: HomeAssistant) -> None:
    moving = MovingStore(hass, "x")
    with small_disk(0):
        await moving.moves(HeadId(7, 2))
    assert await TolerantStore[list[list[int]]](hass, "moving.x").async_load() is None
    await moving.moves(HeadId(7, 2))
    assert await TolerantStore[list[list[int]]](hass, "moving.x").async_load() == [[7, 2]]


async def test_no_secret_is_left_in_what_home_assistant_sets_aside(hass: HomeAssistant, tmp_path: Path) -> None:
    path = tmp_path / ".storage" / "netrex.x"

    def leave() -> None:
        path.parent.mkdir()
        path.write_bytes(b'{"version": 1, "data": ["secret"')
        path.with_name("netrex.xyz").write_text("another's")

    def left() -> list[str]:
        return sorted(each.name for each in path.parent.iterdir())

    await hass.async_add_executor_job(leave)
    note = TolerantStore[list[str]](hass, "x", secret=True)
    assert await note.async_load() is None
    assert any("corrupt" in name for name in await hass.async_add_executor_job(left))
    await note.async_remove()
    assert await hass.async_add_executor_job(left) == ["netrex.xyz"]
