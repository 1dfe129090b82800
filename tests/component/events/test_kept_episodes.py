"""What happened is there for as long as its account and camera are: after a restart, and with another device."""

from datetime import timedelta
from pathlib import Path

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.cameras.serials import with_serial
from custom_components.netrex.cloud.recordings import Interval
from custom_components.netrex.episodes.episode import Episode
from custom_components.netrex.tasks.timing import timing_of
from simulator import Simulator

from ..episodes_kept import PICTURE, folder_of, keep_episode
from ..listening import add_listening, nothing_is_going_on, serial_of, until_listening
from ..person import Person
from ..waiting import until


async def found(entry: ConfigEntry, node_id: int) -> list[Episode]:
    """Return all episodes of a camera, the newest first."""
    return list(await entry.runtime_data.episodes.find([node_id], Interval(0, 1 << 40)))


async def pictures(hass: HomeAssistant) -> list[Path]:
    """Return the files of episodes' pictures."""
    folder = folder_of(hass)
    return await hass.async_add_executor_job(lambda: sorted(folder.glob("*/*/*.jpg")))


async def test_reload_while_something_goes_on(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    nothing_is_going_on(simulator, "person")
    entry = await add_listening(hass, person)
    (node_id,) = entry.runtime_data.cameras
    told: list[Episode] = []
    entry.runtime_data.episodes.changed.add(told.append)
    simulator.happen(serial_of(simulator), "person")
    await until(hass, lambda: told and told[-1].has_picture)
    picture = await entry.runtime_data.episodes.picture(told[-1].id)
    assert picture
    await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    before = [each for each in await found(entry, node_id) if each.id == told[0].id]
    assert [(each.is_over, each.has_picture, each.kinds) for each in before] == [(True, True, told[0].kinds)]
    assert await entry.runtime_data.episodes.picture(told[0].id) == picture


async def test_camera_that_is_replaced_keeps_what_happened(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await add_listening(hass, person)
    (node_id,) = entry.runtime_data.cameras
    kept = keep_episode(entry, node_id, dt_util.utcnow() - timedelta(hours=5))
    hass.config_entries.async_update_entry(entry, options=with_serial(entry, node_id, "ACCC8E00BBBB"))
    entry.runtime_data.follow_tree()
    assert entry.runtime_data.cameras[node_id].serial == "ACCC8E00BBBB"
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3700))
    await hass.async_block_till_done(wait_background_tasks=False)
    assert (await found(entry, node_id))[-1].id == kept.id
    assert await entry.runtime_data.episodes.picture(kept.id) == PICTURE


async def test_camera_that_is_gone_takes_what_happened_along(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await add_listening(hass, person)
    (node_id,) = entry.runtime_data.cameras
    keep_episode(entry, node_id, dt_util.utcnow() - timedelta(hours=5))
    await until_written(hass, entry)
    assert await pictures(hass)
    account, node = entry.runtime_data, simulator.world.nodes[node_id]
    simulator.world.remove(node_id)
    await account.tree.async_refresh()
    assert node_id not in account.cameras
    # For a moment: it is there again.
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=3700))
    await hass.async_block_till_done(wait_background_tasks=False)
    assert await found(entry, node_id)
    simulator.world.nodes[node_id] = node
    await account.tree.async_refresh()
    simulator.world.remove(node_id)
    await account.tree.async_refresh()
    timing_of(hass).episodes_outlive_camera = 0
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=7500))
    await hass.async_block_till_done(wait_background_tasks=False)
    while await found(entry, node_id) or await pictures(hass):
        await hass.async_block_till_done(wait_background_tasks=False)


async def test_account_that_is_removed_takes_what_happened_along(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await add_listening(hass, person)
    (node_id,) = entry.runtime_data.cameras
    keep_episode(entry, node_id, dt_util.utcnow() - timedelta(hours=5))
    await until_written(hass, entry)
    assert await pictures(hass)
    await hass.config_entries.async_remove(entry.entry_id)
    folder = folder_of(hass)
    assert not await hass.async_add_executor_job(lambda: list(folder.rglob("*")))


async def until_written(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Wait until what was put is on the disk."""
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=2))
    await until(hass, lambda: not entry.runtime_data.episodes._unwritten.episodes)
