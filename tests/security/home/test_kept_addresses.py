"""An address of a picture that is kept is of one login, and opens what its person may see now."""

from dataclasses import dataclass
from datetime import timedelta

from aiohttp.test_utils import TestClient
from homeassistant.auth.models import RefreshToken
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.netrex.frontend.picture_addresses import _MOST, async_get_picture_addresses
from simulator import Simulator
from tests.component.episodes_kept import keep_episode
from tests.component.frontend.conftest import Page, zone_at
from tests.component.listening import CAMERA
from tests.component.person import Person
from tests.component.waiting import until

_ENTITY = f"camera.{CAMERA}"


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who may see one camera, at as many browsers as they like."""

    hass: HomeAssistant
    user: MockUser
    ws_client: WebSocketGenerator
    browser: TestClient

    def may(self, *, see: bool) -> None:
        """Give them the camera, or take it away."""
        entities = {"entity_ids": {_ENTITY: {"read": True}}} if see else {"domains": {"light": True}}
        self.user.mock_policy({"entities": entities})

    async def log_in(self) -> tuple[Page, RefreshToken]:
        """Log in at one more browser."""
        token = await self.hass.auth.async_create_refresh_token(self.user, "https://browser.example/")
        return Page(await self.ws_client(self.hass, self.hass.auth.async_create_access_token(token))), token

    async def log_out(self, page: Page, login: RefreshToken) -> None:
        """End a login; Home Assistant closes what it has open."""
        self.hass.auth.async_remove_refresh_token(login)
        await page.websocket.close()

    async def status(self, address: str) -> int:
        """Open an address without anything else, in both sizes."""
        found = set()
        for size in ("", "&width=320"):
            async with self.browser.get(address + size) as answer:
                found.add(answer.status)
                if answer.status == 200:
                    assert answer.headers["Cache-Control"] == "private, max-age=86400"
        (status,) = found
        return status


@pytest.fixture
async def entry(hass: HomeAssistant, person: Person, simulator: Simulator) -> ConfigEntry:
    entry = await person.add_account()
    await until(hass, lambda: hass.states.get(_ENTITY))
    (node,) = simulator.world.camera_nodes()
    keep_episode(entry, node.node_id, dt_util.utcnow() - timedelta(hours=1))
    return entry


@pytest.fixture
def visitor(
    hass: HomeAssistant, entry: ConfigEntry, person: Person, stranger: MockUser, hass_ws_client: WebSocketGenerator
) -> Visitor:
    visitor = Visitor(hass, stranger, hass_ws_client, person.browser)
    visitor.may(see=True)
    return visitor


async def pictures_of(page: Page) -> list[str]:
    """Return the addresses of today's pictures."""
    answer = await page.result("netrex/timeline", entity_id=_ENTITY, time_zone=zone_at(12))
    return [each["picture"] for each in answer["episodes"]]


async def test_no_login_gets_the_address_of_another(visitor: Visitor) -> None:
    (one, login), (two, _) = await visitor.log_in(), await visitor.log_in()
    (ones,), (twos,) = await pictures_of(one), await pictures_of(two)
    assert ones != twos
    assert {await visitor.status(each) for each in (ones, twos)} == {200}
    await visitor.log_out(one, login)
    assert await visitor.status(ones) == 401
    assert await visitor.status(twos) == 200
    # Who logs in again gets none of those that ended.
    again, _ = await visitor.log_in()
    (theirs,) = await pictures_of(again)
    assert theirs not in {ones, twos}
    assert await visitor.status(theirs) == 200


async def test_a_kept_address_opens_nothing_without_the_camera(visitor: Visitor) -> None:
    page, _ = await visitor.log_in()
    (address,) = await pictures_of(page)
    visitor.may(see=False)
    assert await page.refused("netrex/timeline", entity_id=_ENTITY, time_zone="UTC") == "not_found"
    assert await visitor.status(address) == 404
    visitor.may(see=True)
    assert await pictures_of(page) == [address]
    assert await visitor.status(address) == 200
    await visitor.hass.auth.async_update_user(visitor.user, is_active=False)
    await page.websocket.close()
    assert await visitor.status(address) == 401


async def test_a_kept_address_opens_nothing_of_another_account(
    visitor: Visitor, entry: ConfigEntry, person: Person
) -> None:
    hass = visitor.hass
    page, _ = await visitor.log_in()
    (address,) = await pictures_of(page)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert await visitor.status(address) == 404
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert await visitor.status(address) == 200
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert await visitor.status(address) == 404
    again = await person.add_account()
    await until(hass, lambda: hass.states.get(_ENTITY))
    assert await pictures_of(page) == []
    assert await visitor.status(address) == 404
    # At the same moment, at the same camera.
    began_at = int(address.partition(".jpg")[0].rpartition("/")[2])
    (node_id,) = again.runtime_data.cameras
    keep_episode(again, node_id, dt_util.utc_from_timestamp(began_at / 1000))
    (new,) = await pictures_of(page)
    assert new.partition("?")[0] != address.partition("?")[0]
    assert await visitor.status(new) == 200
    assert await visitor.status(address) == 404


async def test_many_logins_and_events_take_bounded_memory(
    visitor: Visitor, entry: ConfigEntry, simulator: Simulator
) -> None:
    (node,) = simulator.world.camera_nodes()
    for seconds in range(1200):
        keep_episode(
            entry, node.node_id, dt_util.utcnow() - timedelta(seconds=7200 + seconds), picture=seconds % 2 == 0
        )
    kept = async_get_picture_addresses(visitor.hass)._signed
    for _ in range(5):
        page, login = await visitor.log_in()
        addresses = await pictures_of(page)
        assert len(addresses) == 1000
        await visitor.log_out(page, login)
    assert len(kept) <= _MOST
    assert all(len(path) + len(address) < 1000 for (_, path), (address, _) in kept.items())
