"""Who loses a permission, or their login, while they wait for what a camera recorded gets none of it."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_capture_events
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.netrex.cloud.recordings import Interval
from custom_components.netrex.episodes.items import episode_item, episode_picture_item
from custom_components.netrex.recordings.media_items import CardRecordingItem
from simulator import CardRecording, Fault, Simulator, Switches
from tests.component.browsing import MediaBrowser, RefusedError
from tests.component.episodes_kept import keep_episode
from tests.component.listening import CAMERA
from tests.component.person import Person
from tests.component.speaking import PLAYER, SCOPES, give_speaker
from tests.component.waiting import until

pytestmark = pytest.mark.usefixtures("quick_polls")

type Lose = Callable[[], Awaitable[None]]

_ENTITY = f"camera.{CAMERA}"
_NO = "You don't have permission to view"
_NOTHING = {"entities": {"domains": {"light": True}}}


@pytest.fixture
def switches() -> Switches:
    return Switches(recording_preparation=0.05)


@pytest.fixture
def at() -> datetime:
    return dt_util.utcnow() - timedelta(hours=1)


@pytest.fixture
async def entry(hass: HomeAssistant, person: Person, simulator: Simulator, at: datetime) -> ConfigEntry:
    """An account with a camera, which has a card."""
    camera = give_speaker(simulator)
    camera.card = True
    camera.card_recordings = [CardRecording.at(at.timestamp(), 20)]
    entry = await person.add_account([*SCOPES, "recordings", "recordings_delete"])
    await until(hass, lambda: (shown := hass.states.get(_ENTITY)) and shown.state == "idle")
    return entry


@pytest.fixture
def node_id(simulator: Simulator) -> int:
    (node,) = simulator.world.camera_nodes()
    return node.node_id


@pytest.fixture
def visitor(hass_read_only_user: MockUser) -> MockUser:
    """Somebody who may see the camera, and control it."""
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {_ENTITY: True}}})
    return hass_read_only_user


@pytest.fixture
async def theirs(
    hass: HomeAssistant,
    browser: MediaBrowser,
    visitor: MockUser,
    hass_read_only_access_token: str,
    hass_ws_client: WebSocketGenerator,
) -> MediaBrowser:
    """Their media browser."""
    return MediaBrowser(hass, await hass_ws_client(hass, hass_read_only_access_token), browser.player)


@pytest.fixture(params=["permission", "login", "user"])
def lose(request: pytest.FixtureRequest, hass: HomeAssistant, visitor: MockUser) -> Lose:
    """What the visitor loses: the permission for the camera, their login, or their user."""

    async def now() -> None:
        if request.param == "permission":
            visitor.mock_policy(_NOTHING)
        elif request.param == "login":
            for token in list(visitor.refresh_tokens.values()):
                hass.auth.async_remove_refresh_token(token)
        else:
            await hass.auth.async_deactivate_user(visitor)

    return now


async def _lose_while_held(hass: HomeAssistant, simulator: Simulator, fault: Fault, lose: Lose) -> None:
    """Have the visitor lose it while a request is held, and let the request go on."""
    await until(hass, lambda: simulator.faults.struck(fault), settle=False)
    await lose()
    simulator.faults.clear()


@asynccontextmanager
async def _forbidden_while_read(hass: HomeAssistant, entry: ConfigEntry, visitor: MockUser) -> AsyncIterator[None]:
    """Have the visitor lose the permission while what is begun within waits for the events that are kept."""
    lock = entry.runtime_data.episodes._database._lock
    async with lock:
        yield
        await until(hass, lambda: lock._waiters, settle=False)
        visitor.mock_policy(_NOTHING)


def _recording(entry: ConfigEntry, node_id: int, at: datetime) -> str:
    begins_at = int(at.timestamp())
    return f"recording/{entry.entry_id}/{node_id}/{begins_at}/{begins_at + 20}/0"


async def _status(browser: MediaBrowser, identifier: str, token: str) -> int:
    path, headers = f"/api/netrex/media/720/{identifier}.mp4", {"Authorization": f"Bearer {token}"}
    async with browser.player.get(path, headers=headers) as answer:
        await answer.read()
        return answer.status


# --- players -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("prepared_before", [False, True], ids=["first", "its link has ended"])
async def test_player_that_waits_for_a_recording(
    hass: HomeAssistant,
    browser: MediaBrowser,
    simulator: Simulator,
    entry: ConfigEntry,
    node_id: int,
    at: datetime,
    lose: Lose,
    hass_read_only_access_token: str,
    *,
    prepared_before: bool,
) -> None:
    wanted, token = _recording(entry, node_id, at), hass_read_only_access_token
    if prepared_before:
        assert await _status(browser, wanted, token) == 200
        simulator.faults.add(Fault(kind="download", status=410, times=1))
    simulator.switches.recording_failure = "never"
    request = asyncio.create_task(_status(browser, wanted, token))
    await until(hass, lambda: simulator.counters["graphql:recordingPrepare"] == 1 + prepared_before, settle=False)
    await lose()
    simulator.switches.recording_failure = "no"
    assert await request == 403


async def test_player_whose_download_begins_late(
    hass: HomeAssistant,
    browser: MediaBrowser,
    simulator: Simulator,
    entry: ConfigEntry,
    node_id: int,
    at: datetime,
    lose: Lose,
    hass_read_only_access_token: str,
) -> None:
    wanted, token = _recording(entry, node_id, at), hass_read_only_access_token
    assert await _status(browser, wanted, token) == 200
    slow = simulator.faults.add(Fault(kind="download", held=True))
    request = asyncio.create_task(_status(browser, wanted, token))
    await _lose_while_held(hass, simulator, slow, lose)
    assert await request == 403


async def test_player_that_waits_for_a_recording_on_the_card(
    hass: HomeAssistant,
    browser: MediaBrowser,
    simulator: Simulator,
    entry: ConfigEntry,
    node_id: int,
    lose: Lose,
    hass_read_only_access_token: str,
) -> None:
    (recording,) = next(iter(simulator.world.cameras.values())).card_recordings
    interval = Interval(int(recording.starts), int(recording.starts) + 20)
    wanted = CardRecordingItem(entry.entry_id, node_id, recording.recording_id, interval).identifier
    slow = simulator.faults.add(Fault(kind="vapix:list", held=True))
    request = asyncio.create_task(_status(browser, wanted, hass_read_only_access_token))
    await _lose_while_held(hass, simulator, slow, lose)
    assert await request == 403


# --- media browser -----------------------------------------------------------------------------------


async def test_recording_that_is_chosen(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    node_id: int,
    at: datetime,
    theirs: MediaBrowser,
    visitor: MockUser,
) -> None:
    simulator.switches.recording_failure = "never"
    choosing = asyncio.create_task(theirs.resolve(_recording(entry, node_id, at)))
    await until(hass, lambda: simulator.counters["graphql:recordingPrepare"], settle=False)
    visitor.mock_policy(_NOTHING)
    simulator.switches.recording_failure = "no"
    with pytest.raises(RefusedError, match=_NO):
        await choosing


@pytest.mark.parametrize(
    "folder", ["", "account-events/{entry}", "camera-events/{entry}/{node}", "day/{entry}/{node}/{day}"]
)
async def test_folder_that_is_opened(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    node_id: int,
    theirs: MediaBrowser,
    visitor: MockUser,
    folder: str,
) -> None:
    keep_episode(entry, node_id, dt_util.utcnow() - timedelta(hours=1))
    day = (dt_util.now() - timedelta(days=1)).date()
    identifier = folder.format(entry=entry.entry_id, node=node_id, day=day)
    assert (await theirs.open(identifier))["children"]
    async with _forbidden_while_read(hass, entry, visitor):
        opening = asyncio.create_task(theirs.open(identifier))
    with pytest.raises(RefusedError, match=_NO):
        await opening


async def test_search_that_takes_long(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int, theirs: MediaBrowser, visitor: MockUser
) -> None:
    keep_episode(entry, node_id, dt_util.utcnow() - timedelta(minutes=1))
    assert await theirs.search("person")
    async with _forbidden_while_read(hass, entry, visitor):
        searching = asyncio.create_task(theirs.search("person"))
    with pytest.raises(RefusedError, match=_NO):
        await searching


async def test_picture_that_is_chosen(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int, theirs: MediaBrowser, visitor: MockUser
) -> None:
    episode = keep_episode(entry, node_id, dt_util.utcnow() - timedelta(minutes=1), is_over=False)
    under_way = entry.runtime_data.episodes.under_way
    under_way.begin(episode.id)
    picture = episode_picture_item(entry.entry_id, episode.id).identifier
    choosing = asyncio.create_task(theirs.resolve(picture, "image/jpeg"))
    await until(hass, lambda: under_way._ended[episode.id]._waiters, settle=False)
    visitor.mock_policy(_NOTHING)
    under_way.end(episode.id)
    with pytest.raises(RefusedError, match=_NO):
        await choosing


@pytest.mark.parametrize("removed", [False, True], ids=["deactivated", "removed"])
async def test_automation_of_somebody_who_is_no_user_any_more(
    hass: HomeAssistant, simulator: Simulator, entry: ConfigEntry, node_id: int, at: datetime, *, removed: bool
) -> None:
    """What a player is to play counts by who runs the action."""
    await until(hass, lambda: hass.states.get(PLAYER))
    user = await hass.auth.async_create_user("Sitter", group_ids=[GROUP_ID_ADMIN])
    simulator.switches.recording_failure = "never"
    content = f"media-source://netrex/{_recording(entry, node_id, at)}"
    play = {"entity_id": PLAYER, "media_content_id": content, "media_content_type": "music"}
    playing = asyncio.create_task(
        hass.services.async_call("media_player", "play_media", play, blocking=True, context=Context(user_id=user.id))
    )
    await until(hass, lambda: simulator.counters["graphql:recordingPrepare"], settle=False)
    await (hass.auth.async_remove_user(user) if removed else hass.auth.async_deactivate_user(user))
    simulator.switches.recording_failure = "no"
    with pytest.raises(HomeAssistantError, match=_NO):
        await playing


# --- actions -----------------------------------------------------------------------------------------


async def _act(hass: HomeAssistant, visitor: MockUser, action: str, *, aimed: bool = True, **data: Any) -> Any:
    target = {"target": {"entity_id": _ENTITY}} if aimed else {}
    return await hass.services.async_call(
        "netrex", action, data, blocking=True, return_response=True, context=Context(user_id=visitor.id), **target
    )


@pytest.mark.parametrize("lose", ["permission"], indirect=True)
@pytest.mark.parametrize(
    ("action", "data", "asked"),
    [
        ("list_recordings", {}, "graphql:camera"),
        ("list_recordings", {"source": "card"}, "vapix:list"),
        ("delete_recordings", {"confirm": True}, "vapix:list"),
    ],
)
async def test_list_that_comes_late(
    hass: HomeAssistant,
    simulator: Simulator,
    entry: ConfigEntry,
    at: datetime,
    visitor: MockUser,
    lose: Lose,
    action: str,
    data: dict[str, Any],
    asked: str,
) -> None:
    slow = simulator.faults.add(Fault(kind=asked, held=True))
    interval = {"start": at - timedelta(minutes=10), "end": at + timedelta(minutes=10)}
    acting = asyncio.create_task(_act(hass, visitor, action, **interval, **data))
    await _lose_while_held(hass, simulator, slow, lose)
    with pytest.raises(HomeAssistantError, match=_NO):
        await acting
    (camera,) = simulator.world.cameras.values()
    assert len(camera.card_recordings) == 1


async def test_list_of_events_that_comes_late(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int, at: datetime, visitor: MockUser
) -> None:
    keep_episode(entry, node_id, at)
    async with _forbidden_while_read(hass, entry, visitor):
        acting = asyncio.create_task(_act(hass, visitor, "list_events", start=at - timedelta(minutes=1)))
    with pytest.raises(HomeAssistantError, match=_NO):
        await acting


async def test_export_that_waits_for_the_end_of_an_event(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int, visitor: MockUser, tmp_path: Path
) -> None:
    hass.config.media_dirs = {"local": str(tmp_path)}
    told = async_capture_events(hass, "netrex_export")
    began = dt_util.utcnow() - timedelta(hours=1)
    episode = keep_episode(entry, node_id, began, is_over=False)
    event = episode_item(entry.entry_id, episode.id).identifier
    saving = asyncio.create_task(_act(hass, visitor, "export_recording", aimed=False, episode=event))
    await until(hass, lambda: told)
    visitor.mock_policy({"entities": {"entity_ids": {_ENTITY: {"read": True}}}})
    keep_episode(entry, node_id, began)
    with pytest.raises(HomeAssistantError, match=_NO):
        await saving
    assert [each.data["state"] for each in told] == ["waiting", "failed"]
    assert not list(tmp_path.rglob("*.mp4"))
