"""Where recordings and pictures are: no use to other users, at other accounts, for other recordings, or later."""

from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta

from homeassistant.components.camera import async_get_stream_source
from homeassistant.components.http import HomeAssistantView
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import jwt
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
from yarl import URL

from custom_components.netrex import views
from custom_components.netrex.media_browser import picture_notice
from simulator import Simulator, Switches, World
from tests.component.browsing import MediaBrowser, RefusedError
from tests.component.person import Person
from tests.component.waiting import until

pytestmark = pytest.mark.usefixtures("quick_polls")


@pytest.fixture
def switches() -> Switches:
    return Switches(recording_preparation=0.05)


@pytest.fixture
def camera_count() -> int:
    return 2


@dataclass(frozen=True, slots=True)
class Home:
    """Two accounts: the first has two cameras. Recordings are named by what the media browser calls them."""

    first: ConfigEntry
    second: ConfigEntry
    cameras: tuple[str, str]
    recordings: tuple[str, str]
    of_second: str


@pytest.fixture
async def home(hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator) -> AsyncIterator[Home]:
    first = await person.add_account()
    begins_at = int((dt_util.utcnow() - timedelta(hours=1)).timestamp())
    interval = f"{begins_at}/{begins_at + 20}/0"
    async with Simulator(switches=Switches(recording_preparation=0.05), cameras=World.with_cameras(1)) as other:
        second = await Person(hass, other, person.browser, person.app).add_second_account()
        await until(hass, lambda: len(hass.states.async_all("camera")) == 3)
        one, two = simulator.world.camera_nodes()
        (far,) = other.world.camera_nodes()
        yield Home(
            first,
            second,
            (f"camera.{one.name.lower()}", f"camera.{two.name.lower()}"),
            (
                f"recording/{first.entry_id}/{one.node_id}/{interval}",
                f"recording/{first.entry_id}/{two.node_id}/{interval}",
            ),
            f"recording/{second.entry_id}/{far.node_id}/{interval}",
        )


async def status(browser: MediaBrowser, path: str, token: str | None = None) -> int:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with browser.player.get(path, headers=headers) as answer:
        return answer.status


def path_of(recording: str, height: int = 720) -> str:
    return f"/api/netrex/media/{height}/{recording}.mp4"


def test_no_view_is_for_everybody() -> None:
    everything = [*vars(views).values(), *vars(picture_notice).values()]
    found = [each for each in everything if isinstance(each, type) and issubclass(each, HomeAssistantView)]
    ours = [each for each in found if each is not HomeAssistantView]
    assert ours
    assert all(each.requires_auth for each in ours)
    assert not any(each.cors_allowed for each in ours)


async def test_a_signature_opens_one_recording_of_one_account(browser: MediaBrowser, home: Home) -> None:
    url = URL(await browser.resolve(home.recordings[0]))
    assert url.path.endswith(f"/{home.recordings[0]}.mp4")
    assert await status(browser, str(url)) == 200
    for other in (home.recordings[1], home.of_second, home.recordings[0].removesuffix("0") + "1"):
        assert await status(browser, str(url.with_path(url.path.replace(home.recordings[0], other)))) == 401
        assert await status(browser, str(url.with_path(path_of(other)))) == 401
    for height in (720, 1080):
        assert await status(browser, str(url.with_path(path_of(home.recordings[0], height)))) == 401
    assert await status(browser, str(url.with_path(url.path.replace("/720/", "/1080/")))) == 401
    assert await status(browser, url.path) == 401
    assert await status(browser, f"{url.path}?authSig=x.y.z") == 401
    # A camera of one account is none of the other's, nor is one that nobody has.
    kind, entry_id, node_id, rest = home.recordings[1].split("/", 3)
    for odd in (
        (kind, home.second.entry_id, node_id, rest),
        (kind, entry_id, "999", rest),
        (kind, "A" * 26, node_id, rest),
    ):
        with pytest.raises(RefusedError):
            await browser.resolve("/".join(odd))


async def test_who_may_see_one_camera_sees_no_other(
    hass: HomeAssistant,
    browser: MediaBrowser,
    home: Home,
    hass_read_only_user: MockUser,
    hass_read_only_access_token: str,
    hass_ws_client: WebSocketGenerator,
) -> None:
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {home.cameras[0]: {"read": True}}}})
    theirs = MediaBrowser(hass, await hass_ws_client(hass, hass_read_only_access_token), browser.player)
    own, another, of_second = (path_of(each) for each in (*home.recordings, home.of_second))
    assert await status(browser, own, hass_read_only_access_token) == 200
    assert await status(browser, another, hass_read_only_access_token) == 403
    assert await status(browser, of_second, hass_read_only_access_token) == 403
    signed = await theirs.resolve(home.recordings[0])
    assert await status(browser, signed) == 200
    for hidden in (home.recordings[1], home.of_second):
        with pytest.raises(RefusedError):
            await theirs.resolve(hidden)
    # What was signed for them ends with the permission.
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {home.cameras[1]: {"read": True}}}})
    assert await status(browser, signed) == 403


async def test_an_address_ends_with_whoever_it_was_signed_for(
    hass: HomeAssistant,
    browser: MediaBrowser,
    home: Home,
    hass_read_only_user: MockUser,
    hass_read_only_access_token: str,
    hass_ws_client: WebSocketGenerator,
) -> None:
    hass_read_only_user.mock_policy({"entities": True})
    theirs = MediaBrowser(hass, await hass_ws_client(hass, hass_read_only_access_token), browser.player)
    signed = await theirs.resolve(home.recordings[0])
    assert await status(browser, signed) == 200
    await theirs.websocket.close()
    for token in list(hass_read_only_user.refresh_tokens.values()):
        hass.auth.async_remove_refresh_token(token)
    assert await status(browser, signed) == 401
    assert await status(browser, path_of(home.recordings[0]), hass_read_only_access_token) == 401


async def test_an_address_ends_after_a_day(browser: MediaBrowser, home: Home) -> None:
    signed = URL(await browser.resolve(home.recordings[0]))
    claims = jwt.decode(signed.query["authSig"], options={"verify_signature": False})
    assert claims["exp"] - claims["iat"] <= timedelta(days=1).total_seconds()
    assert claims["path"] == signed.path
    assert not claims["params"]


async def test_an_account_that_is_gone_leaves_no_way_to_its_recordings(
    hass: HomeAssistant, browser: MediaBrowser, home: Home, hass_access_token: str
) -> None:
    signed = await browser.resolve(home.recordings[0])
    source = {camera: await async_get_stream_source(hass, camera) for camera in home.cameras}
    await hass.config_entries.async_remove(home.first.entry_id)
    assert await status(browser, signed) == 404
    assert await status(browser, path_of(home.recordings[0]), hass_access_token) == 404
    for url in source.values():
        with pytest.raises(OSError, match="Cannot connect"):
            await browser.player.session.get(url)
    assert await status(browser, path_of(home.of_second), hass_access_token) == 200


async def test_live_pictures_of_one_account_are_not_at_the_address_of_another(
    hass: HomeAssistant, browser: MediaBrowser, home: Home
) -> None:
    entities = [state.entity_id for state in hass.states.async_all("camera")]
    sources = [URL(await async_get_stream_source(hass, each) or "") for each in entities]
    assert len({source.query["auth"] for source in sources}) == 3
    assert len({source.port for source in sources}) == 2
    for source in sources:
        assert source.host == "127.0.0.1"
        for other in sources:
            if other.port != source.port:
                async with browser.player.session.get(source.with_query(other.query)) as answer:
                    assert answer.status == 404
    # A new start makes new ones.
    before = {source.query["auth"] for source in sources}
    for entry in (home.first, home.second):
        await hass.config_entries.async_reload(entry.entry_id)
    await until(hass, lambda: all(hass.states.get(each).state == "idle" for each in entities))
    after = {URL(await async_get_stream_source(hass, each) or "").query["auth"] for each in entities}
    assert not before & after


async def test_a_picture_needs_the_entitys_own_token(hass: HomeAssistant, browser: MediaBrowser, home: Home) -> None:
    one, two = (hass.states.get(each).attributes["access_token"] for each in home.cameras)
    assert one != two
    proxy = "/api/camera_proxy/"
    assert await status(browser, f"{proxy}{home.cameras[0]}?token={one}") == 200
    assert await status(browser, f"{proxy}{home.cameras[0]}?token={two}") in {401, 403}
    assert await status(browser, f"{proxy}{home.cameras[0]}") in {401, 403}
