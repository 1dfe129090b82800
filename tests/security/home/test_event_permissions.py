"""Whoever may not see a camera learns nothing of what happened there: not that it did, nor when, nor how it looked."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.netrex.episodes.episode import Episode, EpisodeKind
from simulator import Simulator
from tests.component.browsing import MediaBrowser, RefusedError
from tests.component.episodes_kept import keep_episode
from tests.component.person import Person
from tests.component.waiting import until


@pytest.fixture
def camera_count() -> int:
    return 2


@pytest.fixture
async def entry(hass: HomeAssistant, person: Person) -> ConfigEntry:
    """An account with two cameras: somebody was at the first, a vehicle at the second, which nobody else may see."""
    entry = await person.add_account()
    await until(hass, lambda: len(hass.states.async_all("camera")) == 2)
    return entry


@pytest.fixture
async def episodes(entry: ConfigEntry, browser: MediaBrowser, simulator: Simulator) -> tuple[Episode, Episode]:
    seen, hidden = simulator.world.camera_nodes()
    began = dt_util.start_of_local_day() - timedelta(hours=10)
    return (
        keep_episode(entry, seen.node_id, began, EpisodeKind.PERSON),
        keep_episode(entry, hidden.node_id, began + timedelta(minutes=5), EpisodeKind.VEHICLE),
    )


@pytest.fixture
async def theirs(
    hass: HomeAssistant,
    browser: MediaBrowser,
    simulator: Simulator,
    entry: ConfigEntry,
    hass_read_only_user: MockUser,
    hass_read_only_access_token: str,
    hass_ws_client: WebSocketGenerator,
) -> MediaBrowser:
    """Somebody who may see the first camera."""
    seen, _hidden = simulator.world.camera_nodes()
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {f"camera.{seen.name.lower()}": {"read": True}}}})
    return MediaBrowser(hass, await hass_ws_client(hass, hass_read_only_access_token), browser.player)


async def status(browser: MediaBrowser, path: str, token: str) -> int:
    async with browser.player.get(path, headers={"Authorization": f"Bearer {token}"}) as answer:
        return answer.status


async def test_folders_count_and_show_only_what_may_be_seen(
    browser: MediaBrowser,
    theirs: MediaBrowser,
    entry: ConfigEntry,
    simulator: Simulator,
    episodes: tuple[Episode, Episode],
) -> None:
    seen, vault = simulator.world.camera_nodes()
    _episode, hidden = episodes
    assert [child["title"] for child in (await browser.walk("Events"))["children"]] == ["Yesterday (2)"]
    assert [child["title"] for child in (await theirs.walk("Events"))["children"]] == ["Yesterday (1)"]
    day = await theirs.walk("Events", "Yesterday")
    assert [child["title"] for child in day["children"]] == [f"14:00 Person · {seen.name} · 5 s"]
    for folder in (await theirs.open(), await theirs.walk("Events"), day):
        told = str(folder)
        assert vault.name not in told
        assert str(hidden.id.node_id) not in told
    whole = dt_util.as_local(hidden.begin).date()
    kind = await theirs.open(f"account-event-day/{entry.entry_id}/{whole}/vehicle")
    assert [child["title"] for child in kind["children"]] == ["No events"]
    begin = hidden.id.began_at // 1000
    part = await theirs.open(f"account-event-part/{entry.entry_id}/{begin - 60}/{begin + 60}/all")
    assert [child["title"] for child in part["children"]] == ["No events"]
    for folder in ("camera-events/{}/{}", "camera-event-day/{}/{}/" + f"{whole}/all", "camera/{}/{}"):
        with pytest.raises(RefusedError, match="You don't have permission to view"):
            await theirs.open(folder.format(entry.entry_id, hidden.id.node_id))


async def test_search_finds_only_what_may_be_seen(
    browser: MediaBrowser, theirs: MediaBrowser, simulator: Simulator, episodes: tuple[Episode, Episode]
) -> None:
    seen, vault = simulator.world.camera_nodes()
    assert await browser.search("vehicle yesterday") == [f"14:05 Vehicle · {vault.name} · 5 s"]
    assert len(await browser.search(f"events {vault.name}")) == 1
    assert await theirs.search("vehicle yesterday") == []
    assert await theirs.search(f"events {vault.name}") == []
    assert await theirs.search("events yesterday") == [f"14:00 Person · {seen.name} · 5 s"]


async def test_nothing_is_played_or_shown_of_another_camera(
    browser: MediaBrowser,
    theirs: MediaBrowser,
    entry: ConfigEntry,
    episodes: tuple[Episode, Episode],
    hass_read_only_access_token: str,
    hass_access_token: str,
) -> None:
    seen, hidden = episodes
    for kind, mime_type in (("episode", "video/mp4"), ("episode-picture", "image/jpeg")):
        item = f"{kind}/{entry.entry_id}/{{}}/{{}}"
        assert await theirs.resolve(item.format(seen.id.node_id, seen.id.began_at), mime_type)
        with pytest.raises(RefusedError, match="You don't have permission to view"):
            await theirs.resolve(item.format(hidden.id.node_id, hidden.id.began_at))
    for view, rest in (
        ("episode-picture", ".jpg"),
        ("episode-picture", ".jpg?width=320"),
        ("episode-picture", ".svg"),
        ("episode-notice", "/event_recording_none.svg"),
    ):
        path = f"/api/netrex/{view}/{entry.entry_id}/{{}}/{{}}{rest}"
        own, other = (path.format(each.id.node_id, each.id.began_at) for each in episodes)
        assert await status(browser, own, hass_read_only_access_token) == 200
        assert await status(browser, other, hass_read_only_access_token) == 404
        assert await status(browser, other, hass_access_token) == 200
        assert await status(browser, other, "nobody") == 401


async def test_who_sees_no_camera_learns_of_no_event(
    theirs: MediaBrowser, entry: ConfigEntry, episodes: tuple[Episode, Episode], hass_read_only_user: MockUser
) -> None:
    hass_read_only_user.mock_policy({"entities": {"domains": {"light": True}}})
    assert (await theirs.open())["children"] == []
    assert await theirs.search("events yesterday") == []
    for folder in ("account-events/{}", "account-event-day/{}/2026-01-01/all", "account-event-part/{}/100/200/all"):
        with pytest.raises(RefusedError, match="You don't have permission to view"):
            await theirs.open(folder.format(entry.entry_id))


async def test_a_notice_says_only_what_it_may(
    browser: MediaBrowser, entry: ConfigEntry, episodes: tuple[Episode, Episode], hass_access_token: str
) -> None:
    seen, _hidden = episodes
    path = f"/api/netrex/episode-notice/{entry.entry_id}/{seen.id.node_id}/{{}}/{{}}.svg"
    for odd in ((seen.id.began_at, "recording_in_h265"), (seen.id.began_at, "nothing"), (7, "event_recording_none")):
        assert await status(browser, path.format(*odd), hass_access_token) == 404
    async with browser.player.get(
        path.format(seen.id.began_at, "event_recording_none"), headers={"Authorization": f"Bearer {hass_access_token}"}
    ) as answer:
        assert answer.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
        assert answer.headers["Cache-Control"] == "private, no-store"
