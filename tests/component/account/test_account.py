"""The account over time: tokens, requests counted, sign-ins that end, removal."""

import asyncio
from datetime import timedelta
import time
from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.auth.tokens import async_get_token_refreshes
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Simulator, Switches

from ..person import Person
from ..waiting import poll, until


def expire_token(hass: HomeAssistant, entry: Any) -> None:
    """Let the account's access token be past its time, for Home Assistant and for the provider."""
    token = {**entry.data["token"], "expires_at": time.time() - 60}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})


def cloud_calls(simulator: Simulator) -> int:
    """Return how many GraphQL requests there were."""
    return simulator.counters["graphql"]


@pytest.mark.parametrize(
    "switches", [Switches(), Switches(serial_field="serial_number"), Switches(introspection=False)]
)
@pytest.mark.parametrize("camera_count", [1, 50, pytest.param(500, marks=pytest.mark.slow)])
async def test_cost_of_setting_up_does_not_grow_with_cameras(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera_count: int
) -> None:
    entry = await person.add_account()

    async def until_all_are_heard() -> None:
        await until(hass, lambda: len(hass.states.async_all("camera")) == camera_count, within=60)
        connections = entry.runtime_data.connections
        await until(
            hass,
            lambda: len(connections) == camera_count and all(each.listening for each in connections.values()),
            within=100,
        )

    await until_all_are_heard()
    simulator.log.clear()
    simulator.counters.clear()

    assert await hass.config_entries.async_reload(entry.entry_id)
    assert cloud_calls(simulator) <= 3
    await until_all_are_heard()
    asked = {kind: count for kind, count in simulator.counters.items() if kind.startswith("vapix")}
    assert set(asked) == {"vapix:basicdeviceinfo", "vapix:param", "vapix:ws-data-stream"}
    # Once each; a few again, where this machine was too slow to answer in time.
    assert all(camera_count <= count <= camera_count * 21 // 20 for count in asked.values()), asked


async def test_hundred_callers_with_an_expired_token_make_one_refresh(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    expire_token(hass, entry)
    tokens = await asyncio.gather(*(entry.runtime_data.camera_token.get() for _ in range(100)))
    assert len(set(tokens)) == 1
    assert simulator.counters["oauth2:token:refresh"] == 1


async def test_refreshing_does_not_reload_the_account(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    account = entry.runtime_data
    expire_token(hass, entry)
    await account.tree.async_refresh()
    await hass.async_block_till_done()
    assert entry.runtime_data is account
    assert account.tree.last_update_success
    assert simulator.counters["oauth2:token:refresh"] == 1


@pytest.mark.parametrize("switches", [Switches(refresh_rotation="rotate"), Switches(refresh_rotation="keep")])
async def test_refresh_tokens_that_rotate_or_stay(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    first = entry.data["token"]["refresh_token"]
    for _ in range(3):
        expire_token(hass, entry)
        await entry.runtime_data.tree.async_refresh()
        assert entry.runtime_data.tree.last_update_success
    rotates = simulator.switches.refresh_rotation == "rotate"
    assert (entry.data["token"]["refresh_token"] != first) is rotates


async def test_token_that_ends_before_its_time_is_renewed(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    simulator.expire_access_tokens()
    await entry.runtime_data.tree.async_refresh()
    assert entry.runtime_data.tree.last_update_success
    assert simulator.counters["oauth2:token:refresh"] == 1
    assert not hass.config_entries.flow.async_progress()


@pytest.mark.usefixtures("quick_renewals")
@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500},
        {"status": 503},
        {"status": 429},
        {"cut": True},
        {"garbage": True},
        {"status": 404},
        {"status": 302},
        {"status": 200, "body": "{}"},
        {"status": 200, "body": '{"error":"System error, try again later"}'},
        {"status": 403, "body": "<html>blocked</html>"},
    ],
)
async def test_trouble_while_refreshing_never_asks_for_a_sign_in(
    hass: HomeAssistant, person: Person, simulator: Simulator, fault: dict[str, Any]
) -> None:
    entry = await person.add_account()
    expire_token(hass, entry)
    simulator.faults.add(Fault(kind="oauth2:token", **fault))
    await entry.runtime_data.tree.async_refresh()
    assert not entry.runtime_data.tree.last_update_success
    assert not hass.config_entries.flow.async_progress()
    assert simulator.counters["oauth2:token:refresh"] <= 2

    simulator.faults.clear()
    await entry.runtime_data.tree.async_refresh()
    assert entry.runtime_data.tree.last_update_success


@pytest.mark.parametrize("switches", [Switches(token_error_status=status) for status in (200, 400, 401)])
async def test_refused_refresh_asks_for_a_sign_in_once(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    simulator.revoke_all_tokens()
    expire_token(hass, entry)
    await entry.runtime_data.tree.async_refresh()
    asked = simulator.counters["oauth2:token:refresh"]
    assert 1 <= asked <= 2
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"

    await poll(hass, entry)
    assert simulator.counters["oauth2:token:refresh"] == asked


async def test_setting_up_waits_for_a_provider_that_is_down(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    assert await hass.config_entries.async_unload(entry.entry_id)
    fault = simulator.faults.add(Fault(kind="graphql", cut=True))
    await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cloud_unreachable"
    assert fault
    simulator.faults.clear()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=1))
    await until(hass, lambda: entry.state is ConfigEntryState.LOADED)


async def test_setting_up_with_an_api_token_that_ended(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account_with_api_token()
    simulator.revoke_all_tokens()
    assert not await hass.config_entries.async_reload(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["source"] == "reauth"


async def test_unloading_leaves_nothing_running(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    await until(hass, lambda: [state for state in hass.states.async_all("camera") if state.state == "idle"])
    source = entry.runtime_data.relay.url(next(iter(entry.runtime_data.channels)))
    watching = asyncio.create_task(person.app.session.get(source))
    (serial,) = simulator.world.cameras
    await until(hass, lambda: simulator.live_viewers.get(serial) == 1)
    assert await hass.config_entries.async_unload(entry.entry_id)
    await until(hass, lambda: not simulator.live_viewers.get(serial))
    (await watching).close()
    with pytest.raises(OSError, match="Cannot connect"):
        await person.app.session.get(source)


async def test_removing_the_account_cancels_its_sign_in(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    refresh_token = entry.data["token"]["refresh_token"]
    await hass.config_entries.async_remove(entry.entry_id)
    assert simulator.counters["oauth2:revoke"] == 1
    client_id = simulator.world.application.client_id
    assert simulator.service.tokens.refresh(refresh_token, client_id, 60, rotate=False, end_old=False) is None


async def test_removing_an_account_whose_token_is_old(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    expire_token(hass, entry)
    simulator.expire_access_tokens()
    await hass.config_entries.async_remove(entry.entry_id)
    assert simulator.counters["oauth2:revoke"] == 1


async def test_removing_an_account_whose_token_is_old_for_the_provider_alone(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """A clock that was ahead when it came says that it is good for long."""
    entry = await person.add_account()
    refresh_token = entry.data["token"]["refresh_token"]
    simulator.faults.add(Fault(kind="oauth2:revoke", status=401, times=1))
    await hass.config_entries.async_remove(entry.entry_id)
    assert simulator.counters["oauth2:token:refresh"] == 1
    client_id = simulator.world.application.client_id
    assert simulator.service.tokens.refresh(refresh_token, client_id, 60, rotate=False, end_old=False) is None


@pytest.mark.parametrize("fault", [{"status": 500}, {"cut": True}, {"garbage": True}, {"status": 401}])
async def test_removal_goes_through_when_the_provider_does_not_listen(
    hass: HomeAssistant, person: Person, simulator: Simulator, fault: dict[str, Any]
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="oauth2", **fault))
    await hass.config_entries.async_remove(entry.entry_id)
    assert not hass.config_entries.async_entries("netrex")


async def test_removing_an_account_with_an_api_token_leaves_the_token(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account_with_api_token()
    await hass.config_entries.async_remove(entry.entry_id)
    assert simulator.counters["oauth2:revoke"] == 0


@pytest.mark.parametrize("silent", ["graphql", "oauth2:token"])
async def test_silent_provider_does_not_hold_the_start(
    hass: HomeAssistant, person: Person, simulator: Simulator, silent: str
) -> None:
    assert timing_of(hass).start_wait <= 10
    timing_of(hass).start_wait = 0.2
    entry = await person.add_account()
    await hass.config_entries.async_unload(entry.entry_id)
    expire_token(hass, entry)
    simulator.faults.add(Fault(kind=silent, hang=True))
    hass.set_state(CoreState.not_running)
    async with asyncio.timeout(10):
        await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert (
        entry.reason
        == f"{simulator.url.removeprefix('http://')} can't be reached. Home Assistant will try again automatically"
    )
    # Once Home Assistant has started, the account comes without anybody's doing.
    simulator.faults.clear()
    if (renewal := async_get_token_refreshes(hass).get(entry.entry_id)) is not None:
        renewal.cancel()
    hass.set_state(CoreState.running)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)
    await until(hass, lambda: entry.state is ConfigEntryState.LOADED)


@pytest.mark.parametrize("switches", [Switches(serial_field="serial_number")])
@pytest.mark.parametrize("status", [503, 401])
async def test_tree_that_has_come_is_kept_when_the_token_can_not_be_renewed_right_then(
    hass: HomeAssistant, person: Person, simulator: Simulator, status: int
) -> None:
    entry = await person.add_account()
    node = simulator.world.add_camera(name="Dvorek")
    simulator.faults.add(Fault(kind="graphql:cameraList", status=401))
    simulator.faults.add(Fault(kind="oauth2:token:refresh", status=status))
    await entry.runtime_data.tree.async_refresh()
    assert entry.runtime_data.tree.last_update_success
    assert node.node_id in entry.runtime_data.tree.data.nodes
    # Serial numbers are asked for again with the next tree.
    simulator.faults.clear()
    asked = simulator.counters["graphql:cameraList"]
    await entry.runtime_data.tree.async_refresh()
    assert (simulator.counters["graphql:cameraList"] > asked) is (status == 503)
