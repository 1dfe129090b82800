"""Pictures of what happened at a camera are for those who may see the camera, wherever somebody looks for them."""

from dataclasses import dataclass
from datetime import timedelta

from aiohttp.test_utils import TestClient
from homeassistant.components.http.auth import async_sign_path
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from yarl import URL

from custom_components.netrex.episodes.episode import Episode
from custom_components.netrex.episodes.paths import episode_picture_path, episode_tile_path
from custom_components.netrex.recordings.media_items import EpisodePictureItem
from custom_components.netrex.views import async_picture_path
from simulator import Simulator
from tests.component.episodes_kept import PICTURE, THUMBNAIL, keep_episode
from tests.component.person import Person
from tests.component.waiting import until


@pytest.fixture
def camera_count() -> int:
    return 2


@dataclass(frozen=True, slots=True)
class Home:
    """An account with an episode at each of two cameras; the paths are of picture and tile."""

    client: TestClient
    entry: ConfigEntry
    cameras: tuple[str, str]
    episodes: tuple[Episode, Episode]

    def paths(self, which: int) -> tuple[str, str]:
        entry_id, episode_id = self.entry.entry_id, self.episodes[which].id
        return episode_picture_path(entry_id, episode_id), episode_tile_path(entry_id, episode_id)

    async def status(self, path: str, token: str | None = None, method: str = "GET") -> int:
        """Ask for exactly this path, which is not tidied up."""
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        server = self.client.make_url("")
        whole = URL(f"{server.scheme}://{server.authority}{path}", encoded=True)
        async with self.client.session.request(method, whole, headers=headers) as answer:
            if answer.status == 404:
                # What may be there a moment later, or for somebody else, is kept nowhere.
                assert answer.headers.get("Cache-Control") in {"no-store", None}
            return answer.status


@pytest.fixture
async def home(hass: HomeAssistant, person: Person, simulator: Simulator) -> Home:
    entry = await person.add_account()
    await until(hass, lambda: len(hass.states.async_all("camera")) == 2)
    one, two = simulator.world.camera_nodes()
    at = dt_util.utcnow() - timedelta(minutes=5)
    episodes = keep_episode(entry, one.node_id, at), keep_episode(entry, two.node_id, at)
    return Home(person.browser, entry, (f"camera.{one.name.lower()}", f"camera.{two.name.lower()}"), episodes)


async def test_pictures_need_a_login(home: Home, hass_access_token: str) -> None:
    for path in home.paths(0):
        assert await home.status(path) == 401
        for query in ("width=320", "authSig=x.y.z", "authSig=x.y.z&width=320"):
            assert await home.status(f"{path}?{query}") == 401
        for method in ("GET", "HEAD"):
            assert await home.status(path, hass_access_token, method) == 200
        for method in ("POST", "PUT", "DELETE"):
            assert await home.status(path, hass_access_token, method) == 405


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("", PICTURE),
        ("?width=320", THUMBNAIL),
        ("?width=0", THUMBNAIL),
        ("?width=320&width=9999", THUMBNAIL),
        ("?width=320&height=180", THUMBNAIL),
        ("?width=321", PICTURE),
        ("?width=99999999999999999999", PICTURE),
        ("?height=180", PICTURE),
        # What is no width.
        *(
            (f"?width={text}", PICTURE)
            for text in ("", "-1", "+320", "%20320", "3e2", "%D9%A3", "%00", "%FF", "1" * 400)
        ),
    ],
)
async def test_a_width_that_a_thumbnail_has_gets_it(
    home: Home, hass_access_token: str, query: str, expected: bytes
) -> None:
    headers = {"Authorization": f"Bearer {hass_access_token}"}
    picture, _ = home.paths(0)
    async with home.client.get(f"{picture}{query}", headers=headers) as answer:
        assert (answer.content_type, await answer.read()) == ("image/jpeg", expected)
        assert answer.headers["Cache-Control"].startswith("private")


async def test_who_may_see_one_camera_sees_no_pictures_of_another(
    home: Home, hass_read_only_user: MockUser, hass_read_only_access_token: str
) -> None:
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {home.cameras[0]: {"read": True}}}})
    for own, another in zip(home.paths(0), home.paths(1), strict=True):
        assert await home.status(own, hass_read_only_access_token) == 200
        # The same as where there is none: neither does anybody learn that something happened.
        assert await home.status(another, hass_read_only_access_token) == 404
    # A token stays good, a permission need not.
    hass_read_only_user.mock_policy({"entities": {"domains": {"light": True}}})
    for path in (*home.paths(0), *home.paths(1)):
        assert await home.status(path, hass_read_only_access_token) == 404


async def test_a_signature_opens_one_picture_and_ends_with_its_user(
    hass: HomeAssistant, home: Home, hass_read_only_user: MockUser, hass_read_only_access_token: str
) -> None:
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {home.cameras[0]: {"read": True}}}})
    (login,) = hass_read_only_user.refresh_tokens.values()
    picture, tile = home.paths(0)

    def signed(path: str) -> str:
        return async_sign_path(hass, path, timedelta(days=1), refresh_token_id=login.id)

    query = URL(signed(picture)).query_string
    for width in ("", "&width=320", "&width=1280"):
        assert await home.status(f"{signed(picture)}{width}") == 200
        for other in (tile, *home.paths(1)):
            assert await home.status(f"{other}?{query}{width}") == 401
    # Of all else, the signature says what there may be.
    assert await home.status(f"{signed(picture)}&other=1") == 401
    # Somebody else's camera is not seen with a signature, either.
    assert await home.status(signed(home.paths(1)[0])) == 404
    hass_read_only_user.mock_policy({"entities": {"domains": {"light": True}}})
    assert await home.status(signed(picture)) == 404
    hass.auth.async_remove_refresh_token(login)
    assert await home.status(f"{picture}?{query}") == 401


async def test_what_home_assistant_signs_for_itself_needs_a_ticket(hass: HomeAssistant, home: Home) -> None:
    """An app's webhook makes a player fetch any path, which Home Assistant signs for a user that may see all."""
    one, two = (EpisodePictureItem(home.entry.entry_id, each.id.node_id, each.id.began_at) for each in home.episodes)
    given = async_picture_path(hass, one)
    ticket = given.split("/")[4]
    picture, tile = home.paths(0)

    def signed(path: str) -> str:
        return async_sign_path(hass, path, timedelta(days=1), use_content_user=True)

    assert await home.status(signed(given)) == 200
    for made_up in (
        picture,
        tile,
        given.replace(ticket, "0" * 64),
        async_picture_path(hass, two).replace(async_picture_path(hass, two).split("/")[4], ticket),
    ):
        for width in ("", "&width=320"):
            assert await home.status(f"{signed(made_up)}{width}") == 404


async def test_odd_paths_lead_nowhere(home: Home, hass_access_token: str) -> None:
    picture, tile = home.paths(0)
    head, entry_id, node_id, name = picture.rsplit("/", 3)
    odd = [
        picture.removesuffix(".jpg"),
        picture.replace(".jpg", ".JPG"),
        picture.replace(".jpg", ".png"),
        picture.replace(".jpg", "-small.jpg"),
        picture.replace(".jpg", ".mp4"),
        f"{picture}/",
        f"{picture}/../{name}",
        f"{head}/{entry_id}/{node_id}/..%2f{node_id}%2f{name}",
        f"{head}/{entry_id}/{node_id}/%2e%2e/{name}",
        f"{head}/{entry_id}/0{node_id}/{name}",
        f"{head}/{entry_id}/{node_id}/0{name}",
        f"{head}/{entry_id}/{node_id}/+{name}",
        f"{head}/{entry_id}/{node_id}/-{name}",
        f"{head}/{entry_id}/{'9' * 19}/{name}",
        f"{head}/{entry_id}/{'9' * 40}/{name}",
        f"{head}/{entry_id}/{node_id}/{'9' * 14}.jpg",
        f"{head}/{entry_id}/{node_id}/{'9' * 400}.jpg",
        f"{head}/{'A' * 26}/{node_id}/{name}",
        f"{head}/../{node_id}/{name}",
        f"{head}/{entry_id}/{node_id}/",
        f"{head}/",
        f"{picture}%00",
        f"{tile}%0a",
        f"{tile}/",
        f"{head}/{entry_id}/%C2%B2/{name}",
    ]
    # Home Assistant itself refuses some of them as bad requests.
    assert {
        path: status for path in odd if (status := await home.status(path, hass_access_token)) not in {400, 404}
    } == {}


async def test_an_account_that_is_gone_leaves_no_way_to_its_pictures(
    hass: HomeAssistant, home: Home, simulator: Simulator, hass_access_token: str
) -> None:
    node_id = home.episodes[0].id.node_id
    simulator.world.remove(node_id)
    await home.entry.runtime_data.tree.async_refresh()
    for path in home.paths(0):
        assert await home.status(path, hass_access_token) == 404
    for path in home.paths(1):
        assert await home.status(path, hass_access_token) == 200
    assert await hass.config_entries.async_unload(home.entry.entry_id)
    for path in home.paths(1):
        assert await home.status(path, hass_access_token) == 404
    await hass.config_entries.async_remove(home.entry.entry_id)
    for path in home.paths(1):
        assert await home.status(path, hass_access_token) == 404
