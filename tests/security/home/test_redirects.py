"""Whoever is asked can't send the question on, neither into the house nor elsewhere."""

import asyncio
from contextlib import suppress

from aiohttp import ClientSession, web
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import get_system_health_info
from pytest_socket import SocketConnectBlockedError

from custom_components.netrex.cloud import ProtocolError, Provider
from custom_components.netrex.system_health import async_check_reachable
from custom_components.netrex.tasks.timing import timing_of
from tests.component.person import Person
from tests.security.doors import DOORS, OUR_ERRORS, TOKEN, Place
from tests.security.strangers import Stranger, stranger


@pytest.mark.parametrize("status", [300, 301, 302, 303, 307, 308])
async def test_no_door_follows(place: Place, other: Stranger, status: int) -> None:
    async with stranger() as inside:

        async def elsewhere(request: web.BaseRequest) -> web.StreamResponse:
            return web.Response(status=status, headers={"Location": f"{inside.origin}{request.path_qs}"})

        other.answer = elsewhere
        followed = set()
        for door in DOORS:
            with suppress(OUR_ERRORS):
                await DOORS[door](place)
            if inside.connections:
                followed.add(door)
                inside.connections = 0
        # Recordings may lie elsewhere: their links are followed by hand, and the token stays behind.
        assert followed == ({"download"} if status > 300 else set())
        assert len(other.seen) >= len(DOORS)
        assert all(TOKEN not in str(request.headers) for request in inside.seen)
        async with ClientSession() as careless:
            await careless.get(other.origin)
        assert inside.connections or status == 300


async def test_the_page_of_system_health_does_not_follow(hass: HomeAssistant, person: Person, other: Stranger) -> None:
    """An administrator who opens that page has no request sent into the house by a provider."""
    entry = await person.add_account()
    async with stranger() as inside:

        async def elsewhere(_request: web.BaseRequest) -> web.StreamResponse:
            return web.Response(status=302, headers={"Location": inside.origin})

        other.answer = elsewhere
        hass.config_entries.async_update_entry(entry, data={**entry.data, "provider": other.origin})
        assert await hass.config_entries.async_reload(entry.entry_id) is False
        told = await get_system_health_info(hass, "netrex")
        assert await told["reach_provider"] == "ok"
        assert other.connections
        assert inside.connections == 0
        other.answer = None
    assert await (await get_system_health_info(hass, "netrex"))["reach_provider"] == "ok"


async def test_a_provider_that_does_not_answer(hass: HomeAssistant, other: Stranger) -> None:
    asked, told = asyncio.Event(), asyncio.Event()

    async def silence(_request: web.BaseRequest) -> web.StreamResponse:
        await told.wait()
        asked.set()
        return web.Response()

    other.answer = silence
    timing_of(hass).reachability_timeout = 0.05
    assert await async_check_reachable(hass, Provider(other.origin)) == {"type": "failed", "error": "timeout"}
    told.set()
    await asked.wait()


async def test_a_provider_that_is_not_there(hass: HomeAssistant) -> None:
    assert await async_check_reachable(hass, Provider("http://127.0.0.1:9")) == {
        "type": "failed",
        "error": "unreachable",
    }


async def test_no_link_leads_to_the_house_by_an_address_of_the_internet(
    hass: HomeAssistant, person: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With IPv6, every device at home has one: those of the same household are left alone."""
    entry = await person.add_account()
    adapters = [
        {
            "ipv4": [{"address": "8.8.9.10", "network_prefix": 28}],
            "ipv6": [
                {"address": "2a02:8308:1234:5600::10", "network_prefix": 64, "flowinfo": 0, "scope_id": 0},
                {"address": "fe80::10", "network_prefix": 64, "flowinfo": 0, "scope_id": 2},
            ],
        }
    ]
    monkeypatch.setattr("homeassistant.components.network.async_get_loaded_adapters", lambda _hass: adapters)
    recordings = entry.runtime_data.recordings
    for host in ("[2a02:8308:1234:5600::1]", "[2a02:8308:1234:56ff::1]", "8.8.9.1"):
        with pytest.raises(ProtocolError, match="where no recordings are"):
            async with recordings.open_link(f"https://{host}/x", asked={}):
                pass
    for host in ("[2a02:8308:1235::1]", "8.8.9.17"):
        with pytest.raises(SocketConnectBlockedError):
            async with recordings.open_link(f"https://{host}/x", asked={}):
                pass
