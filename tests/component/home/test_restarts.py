"""What a person finds after Home Assistant was stopped or killed, notes that make no sense, clocks that are set.

The table is in tests/restarts/README.md; most of its tests stand beside what writes.
"""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
import time
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    mock_restore_cache_with_extra_data,
)

from custom_components.netrex.recordings.known_exports import UnfinishedExports
from custom_components.netrex.tasks.timing import timing_of
from simulator import Simulator

from ..browsing import MediaBrowser
from ..counting import NOW, Clock, Shop, choose, until_told
from ..events.test_last_event import IMAGE, pictured
from ..listening import CAMERA, add_listening, nothing_is_going_on, serial_of, shows, state
from ..person import Person
from ..recordings.test_playback import identifier
from ..recordings.test_recording_actions import act, left_in
from ..waiting import until

pytestmark = pytest.mark.usefixtures("quick_polls", "quick_rechecks")


def note(key: str, data: Any, version: int = 1) -> dict[str, Any]:
    return {"version": version, "minor_version": 1, "key": key, "data": data}


# --- notes -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("version", [1, 99])
async def test_account_loads_whatever_its_notes_are(
    hass: HomeAssistant, person: Person, hass_storage: dict[str, Any], version: int
) -> None:
    entry = await person.add_account(["read", "liveview", "liveview_ptz"])
    await hass.config_entries.async_unload(entry.entry_id)
    key = f"netrex.moving.{entry.entry_id}"
    hass_storage[key] = note(key, {"nonsense": [1]}, version)
    await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.LOADED
    await hass.config_entries.async_remove(entry.entry_id)
    assert not [key for key in hass_storage if entry.entry_id in key and key.startswith("netrex")]


@pytest.mark.parametrize("data", [{"nonsense": 1}, ["nonsense"]])
async def test_integration_loads_whatever_its_note_is(
    hass: HomeAssistant, hass_storage: dict[str, Any], data: object
) -> None:
    hass_storage["netrex.unfinished_exports"] = note("netrex.unfinished_exports", data, 99)
    assert await async_setup_component(hass, "netrex", {})


# --- exports and files -------------------------------------------------------------------------------


async def test_unfinished_export_on_a_disk_that_is_not_there_yet(
    hass: HomeAssistant, tmp_path: Path, hass_storage: dict[str, Any]
) -> None:
    left = tmp_path / "share" / ".netrex-0123456789abcdef.part"
    hass_storage["netrex.unfinished_exports"] = note("netrex.unfinished_exports", [str(left)])
    exports = UnfinishedExports(hass)
    await exports.remove_left_behind()
    async with exports.file_in(tmp_path):
        pass
    # The disk comes back, and so does Home Assistant.
    left.parent.mkdir()
    left.touch()
    exports = UnfinishedExports(hass)
    await exports.remove_left_behind()
    assert not left.exists()
    async with exports.file_in(tmp_path):
        pass
    assert hass_storage["netrex.unfinished_exports"]["data"] == []


async def test_unfinished_export_that_can_not_be_removed_stays_noted(
    hass: HomeAssistant, tmp_path: Path, hass_storage: dict[str, Any], caplog: pytest.LogCaptureFixture
) -> None:
    exports = UnfinishedExports(hass)
    async with exports.file_in(tmp_path) as path:
        # What is no file can't be unlinked.
        path.mkdir()
    assert "could not be removed" in caplog.text
    assert hass_storage["netrex.unfinished_exports"]["data"] == [str(path)]
    path.rmdir()
    path.touch()
    await UnfinishedExports(hass).remove_left_behind()
    assert not path.exists()


async def test_home_assistant_stops_during_an_export(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path, hass_storage: dict[str, Any]
) -> None:
    media = tmp_path / "media"
    media.mkdir()
    hass.config.media_dirs = {"local": str(media)}
    await person.add_account()
    await until(hass, lambda: hass.states.get(f"camera.{CAMERA}"))
    simulator.switches.change({"download_rate": 500_000, "download_padding": 50_000_000})
    export = asyncio.create_task(act(hass, "export_recording", f"camera.{CAMERA}", file_name="new/a.mp4"))
    await until(hass, lambda: any(name.endswith(".part") for name in left_in(media)))
    assert hass_storage["netrex.unfinished_exports"]["data"]
    await hass.async_stop()
    await asyncio.wait({export})
    assert export.exception()
    assert left_in(media) == []
    assert hass_storage["netrex.unfinished_exports"]["data"] == []


async def test_files_of_cards_that_were_left_are_removed_at_the_next_start(hass: HomeAssistant) -> None:
    left = Path(hass.config.cache_path("netrex", "card_recordings")) / "of_an_account" / "1.mp4"
    picture = Path(hass.config.cache_path("netrex", "an_account")) / "7.jpg"
    for each in (left, picture):
        each.parent.mkdir(parents=True)
        each.touch()
    assert await async_setup_component(hass, "netrex", {})
    assert not left.exists()
    assert picture.exists()


# --- clocks that are set -----------------------------------------------------------------------------


_CONTACT = f"sensor.{CAMERA}_last_seen"


def contact_before(hass: HomeAssistant, at: datetime) -> None:
    """Let a Home Assistant before this one have noted when the camera was last heard of."""
    stored = {"native_value": {"__type": "<class 'datetime.datetime'>", "isoformat": at.isoformat()}}
    mock_restore_cache_with_extra_data(
        hass, [(State(_CONTACT, at.isoformat()), {**stored, "native_unit_of_measurement": None})]
    )


async def contact_shown(hass: HomeAssistant) -> datetime | None:
    """Return when the camera was last heard of, looked at anew."""
    async_fire_time_changed(hass, datetime.now(UTC) + timedelta(minutes=2))
    await hass.async_block_till_done(wait_background_tasks=False)
    return dt_util.parse_datetime(state(hass, _CONTACT))


@pytest.mark.usefixtures("all_enabled")
async def test_last_contact_that_is_still_to_come_is_not_believed(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    wrong = dt_util.utcnow() + timedelta(days=1)
    contact_before(hass, wrong)
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.online = False
    await person.add_account()
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_connectivity", "off"))
    assert state(hass, _CONTACT) == STATE_UNKNOWN
    camera.online = True
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_connectivity", "on"))
    told = dt_util.parse_datetime(state(hass, _CONTACT), raise_on_error=True)
    assert told <= dt_util.utcnow()
    # Neither when it has come: the camera was heard of since.
    camera.online = False
    simulator.events.cut(camera.serial)
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_connectivity", "off"))
    with pytest.MonkeyPatch.context() as patched:
        set_clock(patched, timedelta(days=2))
        later = await contact_shown(hass)
    assert later
    assert later - told < timedelta(minutes=2)


@pytest.mark.usefixtures("all_enabled")
async def test_last_contact_while_the_clock_is_ahead(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    await add_listening(hass, person)
    with pytest.MonkeyPatch.context() as patched:
        set_clock(patched, timedelta(days=1))
        told = await contact_shown(hass)
        assert told
        assert abs(dt_util.utcnow() - told) < timedelta(minutes=2)
    told = await contact_shown(hass)
    assert told
    assert timedelta(0) <= dt_util.utcnow() - told < timedelta(minutes=2)


@pytest.mark.usefixtures("all_enabled")
async def test_last_contact_while_the_clock_is_behind(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    before = dt_util.utcnow().replace(second=0, microsecond=0) - timedelta(minutes=30)
    contact_before(hass, before)
    simulator.world.cameras[serial_of(simulator)].online = False
    with pytest.MonkeyPatch.context() as patched:
        set_clock(patched, timedelta(hours=-1))
        entry = await person.add_account()
        await until(hass, shows(hass, f"binary_sensor.{CAMERA}_connectivity", "off"))
        assert await contact_shown(hass) is None
        # Nor is it lost when the account ends meanwhile.
        await hass.config_entries.async_reload(entry.entry_id)
        await until(hass, shows(hass, f"binary_sensor.{CAMERA}_connectivity", "off"))
        assert await contact_shown(hass) is None
    assert await contact_shown(hass) == before
    with pytest.MonkeyPatch.context() as patched:
        set_clock(patched, timedelta(hours=-1))
        assert await contact_shown(hass) is None
    assert await contact_shown(hass) == before


def set_clock(patched: pytest.MonkeyPatch, jump: timedelta) -> None:
    """Let Home Assistant's clock be wrong by this much."""
    really = dt_util.utcnow
    patched.setattr(dt_util, "utcnow", lambda: really() + jump)


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
async def test_events_and_pictures_while_the_clock_is_wrong(
    hass: HomeAssistant, person: Person, simulator: Simulator, jump: timedelta
) -> None:
    # Also while the same goes on.
    timing_of(hass).event_image_repeat = 0
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)

    def off_by() -> list[timedelta]:
        shown = [state(hass, each) for each in (IMAGE, f"event.{CAMERA}_detection")]
        return [dt_util.parse_datetime(each, raise_on_error=True) - dt_util.utcnow() for each in shown]

    with pytest.MonkeyPatch.context() as patched:
        set_clock(patched, jump)
        assert await pictured(hass, person, simulator)
    assert [round(each / jump) for each in off_by()] == [1, 1]
    told = state(hass, f"event.{CAMERA}_detection")
    assert await pictured(hass, person, simulator)
    # Home Assistant lets the times of an event entity go forward only. It tells of every event all the same.
    assert [round(each / jump) for each in off_by()] == [0, int(jump > timedelta(0))]
    assert state(hass, f"event.{CAMERA}_detection") != told


@pytest.mark.parametrize("jump", [timedelta(days=2), timedelta(days=-2)])
async def test_address_of_a_recording_from_a_clock_that_was_wrong(
    browser: MediaBrowser, person: Person, simulator: Simulator, jump: timedelta
) -> None:
    simulator.switches.recording_preparation = 0.05
    chosen = await identifier(person)
    really = time.time
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(time, "time", lambda: really() + jump.total_seconds())
        url = await browser.resolve(chosen)
    async with browser.player.get(url) as answer:
        assert answer.status == 401
    async with browser.player.get(await browser.resolve(chosen)) as answer:
        assert answer.status == 200


@pytest.mark.parametrize("jump", [timedelta(days=1), timedelta(days=-1)])
async def test_metrics_of_today_while_the_clock_is_wrong(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    clock = Clock()
    monkeypatch.setattr("custom_components.netrex.metrics.coordinator.time", clock)
    simulator.service.clock = lambda: NOW
    shop = Shop(simulator)
    entry = await person.add_account()
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_told(hass, entry)
    today = entry.runtime_data.metrics.today
    right = today.data
    clock.now += jump.total_seconds()
    await today.async_refresh()
    assert today.last_update_success
    assert today.data != right
    # Whatever the clock says, it is asked again after a quarter of an hour.
    assert today.update_interval <= timedelta(seconds=900)
    clock.now -= jump.total_seconds()
    await today.async_refresh()
    assert today.data == right
    assert today.update_interval <= timedelta(seconds=900)
