"""What changes while somebody waits for a picture of an event: they get what is right when it is sent."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from functools import partial

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.netrex.episodes.account_episodes import AccountEpisodes
from custom_components.netrex.episodes.paths import episode_picture_path, episode_tile_path
from custom_components.netrex.media_browser.picture_notice import notice_path
from simulator import Simulator
from tests.component.episodes_kept import PICTURE, THUMBNAIL, keep_episode
from tests.component.listening import CAMERA
from tests.component.person import Person
from tests.component.waiting import until

_ENTITY = f"camera.{CAMERA}"


@pytest.fixture
async def entry(hass: HomeAssistant, person: Person) -> ConfigEntry:
    entry = await person.add_account()
    await until(hass, lambda: hass.states.get(_ENTITY))
    return entry


@pytest.mark.parametrize(
    "path_of", [episode_picture_path, episode_tile_path, partial(notice_path, notice="event_recording_none")]
)
@pytest.mark.parametrize("lost", ["permission", "login", "user", "camera", "account"])
async def test_who_loses_the_camera_while_its_picture_is_taken_gets_none(
    hass: HomeAssistant,
    person: Person,
    entry: ConfigEntry,
    simulator: Simulator,
    stranger: MockUser,
    hass_read_only_access_token: str,
    path_of: Callable[..., str],
    lost: str,
) -> None:
    stranger.mock_policy({"entities": {"entity_ids": {_ENTITY: {"read": True}}}})
    (node,) = simulator.world.camera_nodes()
    episode = keep_episode(entry, node.node_id, dt_util.utcnow() - timedelta(seconds=2), is_over=False)
    under_way = entry.runtime_data.episodes.under_way
    under_way.begin(episode.id)
    headers = {"Authorization": f"Bearer {hass_read_only_access_token}"}
    request = asyncio.create_task(person.browser.get(path_of(entry.entry_id, episode.id), headers=headers))
    await until(hass, lambda: under_way._ended[episode.id]._waiters, settle=False)
    if lost == "permission":
        stranger.mock_policy({"entities": {"domains": {"light": True}}})
    elif lost == "login":
        for token in list(stranger.refresh_tokens.values()):
            hass.auth.async_remove_refresh_token(token)
    elif lost == "user":
        await hass.auth.async_deactivate_user(stranger)
    elif lost == "camera":
        simulator.world.remove(node.node_id)
        await entry.runtime_data.tree.async_refresh()
    else:
        assert await hass.config_entries.async_unload(entry.entry_id)
    under_way.end(episode.id)
    async with await request as answer:
        assert answer.status == 404
        assert answer.headers.get("Cache-Control") in {"no-store", None}


async def test_a_browser_keeps_no_picture_that_is_replaced_while_it_is_sent(
    hass: HomeAssistant, person: Person, entry: ConfigEntry, simulator: Simulator
) -> None:
    (node,) = simulator.world.camera_nodes()
    began = dt_util.utcnow() - timedelta(seconds=20)
    episode = keep_episode(entry, node.node_id, began, is_over=False)
    episodes: AccountEpisodes = entry.runtime_data.episodes
    await until(hass, lambda: not episodes._unwritten.picture(episode.id))
    better = PICTURE + b"better"
    async with episodes._database._lock:
        request = asyncio.create_task(person.app.get(episode_picture_path(entry.entry_id, episode.id)))
        await until(hass, lambda: episodes._database._lock._waiters, settle=False)
        keep_episode(entry, node.node_id, began, seconds=15)
        episodes.put_picture(episode.id, better, THUMBNAIL)
    async with await request as answer:
        is_kept = "max-age" in answer.headers["Cache-Control"]
        assert (await answer.read() == better) or not is_kept
    async with person.app.get(episode_picture_path(entry.entry_id, episode.id)) as answer:
        assert await answer.read() == better
        assert answer.headers["Cache-Control"] == "private, max-age=86400"
