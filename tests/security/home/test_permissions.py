"""Whoever may not see or control a camera in Home Assistant gets nothing of it, whichever way they ask."""

from collections.abc import Mapping
from datetime import timedelta
import json
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.components.media_player import BrowseError, SearchMediaQuery
from homeassistant.components.media_source import (
    Unresolvable,
    async_browse_media,
    async_resolve_media,
    async_search_media,
)
from homeassistant.components.webhook import async_handle_webhook
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, Unauthorized, UnknownUser
from homeassistant.helpers import device_registry as dr
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
from homeassistant.util.aiohttp import MockRequest
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from yarl import URL

from custom_components.netrex.tasks.timing import timing_of
from simulator import Head, Simulator
from tests.component.browsing import MediaBrowser
from tests.component.episodes_kept import keep_episode
from tests.component.listening import CAMERA
from tests.component.person import Person
from tests.component.speaking import PLAYER, camera_of, give_speaker
from tests.component.waiting import until

CAMERA_ENTITY = f"camera.{CAMERA}"
SCOPES = ["read", "liveview", "recordings", "recordings_delete", "events", "liveview_ptz", "audiotransmit"]


def orders() -> Mapping[str, Mapping[str, Any]]:
    """Return what each action is told beside the camera."""
    now = dt_util.utcnow()
    interval = {"start": (now - timedelta(hours=1)).isoformat(), "end": (now - timedelta(minutes=59)).isoformat()}
    return {
        "export_recording": interval,
        "list_recordings": interval,
        "list_events": interval,
        "delete_recordings": {**interval, "confirm": True},
        "ptz_move": {"pan": 1},
        "ptz_preset": {"preset": "Home"},
    }


@pytest.fixture(autouse=True)
async def _rest(hass: HomeAssistant) -> None:
    """Actions can be called by requests; before the first client comes."""
    assert await async_setup_component(hass, "api", {})


@pytest.fixture
async def account(hass: HomeAssistant, person: Person, simulator: Simulator) -> str:
    """An account with a camera that can be moved and spoken through; its id."""
    give_speaker(simulator)
    camera_of(simulator).head = Head()
    entry = await person.add_account(SCOPES)
    await until(hass, lambda: hass.states.get(PLAYER) and hass.states.get(CAMERA_ENTITY))
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.equipment.heads)
    return entry.entry_id


async def act(hass: HomeAssistant, action: str, user_id: str, camera: str = CAMERA_ENTITY) -> None:
    answers = hass.services.async_services()["netrex"][action].supports_response.value != "none"
    await hass.services.async_call(
        "netrex",
        action,
        dict(orders()[action]),
        target={"entity_id" if "." in camera else "device_id": camera},
        blocking=True,
        return_response=answers,
        context=Context(user_id=user_id),
    )


def asked(simulator: Simulator) -> dict[str, int]:
    """Return the requests that only somebody's wish brings about."""
    wishes = (
        "graphql:camera",
        "graphql:recording",
        "vapix:ptz",
        "vapix:list",
        "vapix:remove",
        "vapix:image",
        "download",
    )
    return {kind: count for kind, count in simulator.counters.items() if count and kind.startswith(wishes)}


# --- actions -----------------------------------------------------------------------------------------


async def test_every_action_asks_whether_it_may(
    hass: HomeAssistant, account: str, simulator: Simulator, stranger: MockUser, device_registry: dr.DeviceRegistry
) -> None:
    """An action that is added later, and not to the list above, fails here."""
    assert set(hass.services.async_services()["netrex"]) == set(orders())
    (serial,) = simulator.world.cameras
    (device,) = (
        each for each in dr.async_entries_for_config_entry(device_registry, account) if each.serial_number == serial
    )
    before = asked(simulator)
    for action in orders():
        for camera in (CAMERA_ENTITY, device.id):
            with pytest.raises(Unauthorized):
                await act(hass, action, stranger.id, camera)
        with pytest.raises(UnknownUser):
            await act(hass, action, "nobody")
    assert asked(simulator) == before


async def test_who_may_only_look_changes_nothing(
    hass: HomeAssistant, account: str, simulator: Simulator, hass_read_only_user: MockUser
) -> None:
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {CAMERA_ENTITY: {"read": True}}}})
    before = asked(simulator)
    for action in set(orders()) - {"list_recordings", "list_events"}:
        with pytest.raises(Unauthorized):
            await act(hass, action, hass_read_only_user.id)
    await act(hass, "list_events", hass_read_only_user.id)
    assert asked(simulator) == before
    await act(hass, "list_recordings", hass_read_only_user.id)
    assert asked(simulator) != before


async def test_who_may_control_the_camera_may_do_all(
    hass: HomeAssistant, account: str, simulator: Simulator, hass_read_only_user: MockUser
) -> None:
    """So that the refusals above are about the person."""
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {CAMERA_ENTITY: True}}})
    await act(hass, "ptz_move", hass_read_only_user.id)
    await act(hass, "list_recordings", hass_read_only_user.id)
    assert asked(simulator)["vapix:ptz"]


async def test_an_event_is_no_way_to_the_recording_of_a_camera(
    hass: HomeAssistant, account: str, person: Person, simulator: Simulator, stranger: MockUser
) -> None:
    """Whether there is such an account, camera or event is not told either."""
    (node,) = simulator.world.camera_nodes()
    episode = keep_episode(person.entry(), node.node_id, dt_util.utcnow() - timedelta(hours=1))
    began_at, before = episode.id.began_at, asked(simulator)
    for which in (
        f"{account}/{node.node_id}/{began_at}",
        f"{account}/{node.node_id}/{began_at + 1}",
        f"{account}/{node.node_id + 1000}/{began_at}",
        f"0{account[1:]}/{node.node_id}/{began_at}",
    ):
        refused = []
        for user in (stranger.id, "nobody"):
            with pytest.raises((Unauthorized, UnknownUser)) as error:
                await hass.services.async_call(
                    "netrex", "export_recording", {"episode": which}, blocking=True, context=Context(user_id=user)
                )
            refused.append(type(error.value))
        assert refused == [Unauthorized, UnknownUser], which
    assert asked(simulator) == before


# --- other ways to recordings --------------------------------------------------------------------------


async def call(client: TestClient, token: str, action: str, **data: Any) -> tuple[int, str]:
    """Call an action of a media player as a script or an app does that does not use the websocket."""
    answers = "?return_response" if action.startswith(("browse", "search")) else ""
    async with client.post(
        f"/api/services/media_player/{action}{answers}",
        json={"entity_id": PLAYER, **data},
        headers={"Authorization": f"Bearer {token}"},
    ) as answer:
        return answer.status, await answer.text()


async def test_a_player_is_no_way_to_recordings_of_others(
    hass: HomeAssistant,
    account: str,
    person: Person,
    simulator: Simulator,
    hass_read_only_user: MockUser,
    hass_read_only_access_token: str,
    hass_access_token: str,
) -> None:
    """Somebody may speak through a camera, but not see it: no recording comes through its player."""
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {PLAYER: True}}})
    (node,) = simulator.world.camera_nodes()
    recording = recording_of(simulator, account)
    folders = ("media-source://netrex", f"media-source://netrex/camera/{account}/{node.node_id}")
    before = asked(simulator)
    for folder in folders:
        status, told = await call(
            person.browser, hass_read_only_access_token, "browse_media",
            media_content_id=folder, media_content_type="music",
        )  # fmt: skip
        assert status == (200 if folder == folders[0] else 500), told
        assert f"/{node.node_id}" not in told
        assert node.name not in told
    status, _ = await call(
        person.browser, hass_read_only_access_token, "play_media",
        media_content_id=recording, media_content_type="music",
    )  # fmt: skip
    assert status == 500
    assert asked(simulator) == before

    # Its owner sees them in the same way.
    status, told = await call(
        person.browser, hass_access_token, "browse_media", media_content_id=folders[0], media_content_type="music"
    )
    assert status == 200
    assert f"camera/{account}/{node.node_id}" in told


@pytest.fixture
async def phones(hass: HomeAssistant) -> None:
    """People may have Home Assistant's app; before the first client comes."""
    assert await async_setup_component(hass, "mobile_app", {})


async def register_phone(client: TestClient, token: str) -> str:
    """Register a person's phone; return the id of its webhook."""
    app = {
        "app_id": "io.home",
        "app_name": "Home",
        "app_version": "1",
        "device_id": token[-10:],
        "device_name": "Phone",
    }
    system = {"manufacturer": "Acme", "model": "One", "os_name": "OS", "os_version": "1"}
    async with client.post(
        "/api/mobile_app/registrations", json=app | system, headers={"Authorization": f"Bearer {token}"}
    ) as answer:
        assert answer.status == 201, await answer.text()
        return str((await answer.json())["webhook_id"])


@pytest.mark.usefixtures("phones")
async def test_a_phone_may_what_its_owner_may(
    hass: HomeAssistant,
    account: str,
    person: Person,
    simulator: Simulator,
    hass_read_only_user: MockUser,
    hass_read_only_access_token: str,
    hass_access_token: str,
) -> None:
    """An app's webhook is a request without a user, and through Home Assistant's cloud it is none at all."""
    hass.config.internal_url = str(person.browser.make_url("")).rstrip("/")
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {PLAYER: True}}})
    order = {
        "type": "call_service",
        "data": {
            "domain": "media_player",
            "service": "play_media",
            "service_data": {
                "entity_id": PLAYER,
                "media_content_id": recording_of(simulator, account),
                "media_content_type": "music",
            },
        },
    }
    theirs = await register_phone(person.browser, hass_read_only_access_token)
    owners = await register_phone(person.browser, hass_access_token)
    before = asked(simulator)
    async with person.browser.post(f"/api/webhook/{theirs}", json=order) as answer:
        assert answer.status == 200  # as of every webhook
    by_cloud = MockRequest(json.dumps(order).encode(), "cloud", "POST", headers={"Content-Type": "application/json"})
    await async_handle_webhook(hass, theirs, by_cloud)
    assert asked(simulator) == before
    # The owner's is fetched; that it has no sound is another matter.
    async with person.browser.post(f"/api/webhook/{owners}", json=order) as answer:
        assert answer.status == 200
    assert asked(simulator)["graphql:recordingPrepare"] == 1


@pytest.mark.usefixtures("phones")
async def test_a_phone_gets_no_recording_by_its_address(
    hass: HomeAssistant,
    account: str,
    person: Person,
    simulator: Simulator,
    hass_read_only_user: MockUser,
    hass_read_only_access_token: str,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """Home Assistant signs an address for whoever is known; for a webhook, for a user of its own who may see all."""
    hass.config.internal_url = str(person.browser.make_url("")).rstrip("/")
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {PLAYER: True}}})
    item = recording_of(simulator, account).removeprefix("media-source://netrex/")
    other = item.removesuffix("/0") + "/1"
    theirs = await register_phone(person.browser, hass_read_only_access_token)
    # However slow the machine is, nothing of the owner's request is under way later.
    timing_of(hass).recording_browser_wait = 60.0
    owner = MediaBrowser(hass, await hass_ws_client(hass), person.browser)
    given = URL(await owner.resolve(item)).path
    before = asked(simulator)
    for path in (f"/api/netrex/media/720/{item}.mp4", given.replace(item, other)):
        assert path != given
        order = {
            "type": "call_service",
            "data": {
                "domain": "media_player",
                "service": "play_media",
                "service_data": {"entity_id": PLAYER, "media_content_id": path, "media_content_type": "music"},
            },
        }
        async with person.browser.post(f"/api/webhook/{theirs}", json=order) as answer:
            assert answer.status == 200
    assert asked(simulator) == before


async def test_an_automation_plays_what_it_likes_and_nobody_gets_nothing(
    hass: HomeAssistant, account: str, person: Person, simulator: Simulator
) -> None:
    hass.config.internal_url = str(person.browser.make_url("")).rstrip("/")
    recording = recording_of(simulator, account)
    before = asked(simulator)
    with pytest.raises(Unresolvable, match="You don't have permission to view"):
        await async_resolve_media(hass, recording, None)
    with pytest.raises(BrowseError, match="You don't have permission to view"):
        await async_browse_media(hass, "media-source://netrex")
    with pytest.raises(BrowseError, match="You don't have permission to view"):
        await async_search_media(hass, "media-source://netrex", SearchMediaQuery(search_query="yesterday"))
    assert asked(simulator) == before
    with pytest.raises(HomeAssistantError, match="no audio"):
        await hass.services.async_call(
            "media_player",
            "play_media",
            {"entity_id": PLAYER, "media_content_id": recording, "media_content_type": "music"},
            blocking=True,
            context=Context(),
        )
    assert asked(simulator)["graphql:recordingPrepare"] == 1


def recording_of(simulator: Simulator, account: str) -> str:
    """Return what the media browser calls a recording of the only camera."""
    (node,) = simulator.world.camera_nodes()
    begins_at = int((dt_util.utcnow() - timedelta(hours=1)).timestamp())
    return f"media-source://netrex/recording/{account}/{node.node_id}/{begins_at}/{begins_at + 20}/0"
