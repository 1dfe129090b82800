"""Tokens that end before their time, change, lose rights or come from a clock that was wrong; what a person notices."""

from datetime import timedelta
import time
from typing import Any

from homeassistant.components.camera import async_get_image
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from simulator import Fault, Light, Simulator, Switches

from .counting import Shop, choose, until_told
from .listening import CAMERA, serial_of
from .person import Person
from .test_repairs import issues
from .waiting import until, until_ready

pytestmark = pytest.mark.usefixtures("quick_rechecks", "quick_reconnects")

RIGHTS = ["read", "liveview", "events", "recordings", "liveview_light"]
LIGHT = f"light.{CAMERA}_infrared_light"


async def add_lit(hass: HomeAssistant, person: Person, simulator: Simulator) -> Any:
    """Add an account whose camera has a light."""
    simulator.world.cameras[serial_of(simulator)].lights = [Light()]
    entry = await person.add_account(RIGHTS)
    await until_ready(hass, entry)
    await until(hass, lambda: hass.states.get(LIGHT))
    return entry


async def turn_on(hass: HomeAssistant) -> None:
    await hass.services.async_call("light", "turn_on", {"entity_id": LIGHT}, blocking=True)


def asked_to_sign_in(hass: HomeAssistant) -> bool:
    return any(flow["context"]["source"] == "reauth" for flow in hass.config_entries.flow.async_progress())


@pytest.mark.parametrize("switches", [Switches(device_connect_refusal=status) for status in (401, 403)])
async def test_command_with_a_token_that_ended_early_is_no_lost_right(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    await add_lit(hass, person, simulator)
    simulator.expire_access_tokens()
    with pytest.raises(HomeAssistantError) as told:
        await turn_on(hass)
    assert told.value.translation_key == "command_token_refused"
    assert not issues(hass)
    # The sign-in has been renewed: the next try is well, and so is all that follows.
    await turn_on(hass)
    assert simulator.world.cameras[serial_of(simulator)].lights[0].on
    assert not issues(hass)
    assert not asked_to_sign_in(hass)


async def test_right_that_is_taken_away_while_running_is_told_and_nothing_else_is_lost(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await add_lit(hass, person, simulator)
    simulator.service.tokens.withdraw("liveview_light")
    with pytest.raises(HomeAssistantError) as told:
        await turn_on(hass)
    assert told.value.translation_key == "command_right_refused"
    assert set(issues(hass)) == {"right_refused_liveview_light"}
    (camera,) = hass.states.async_all("camera")
    assert (await async_get_image(hass, camera.entity_id)).content
    assert entry.runtime_data.tree.last_update_success
    assert not asked_to_sign_in(hass)


@pytest.mark.parametrize(("right", "issue"), [("read", "right_missing"), ("events", "right_refused_events")])
async def test_other_rights_that_are_taken_away_while_running(
    hass: HomeAssistant, person: Person, simulator: Simulator, right: str, issue: str
) -> None:
    entry = await add_lit(hass, person, simulator)
    simulator.service.tokens.withdraw(right)
    simulator.events.cut(serial_of(simulator))
    await entry.runtime_data.tree.async_refresh()
    await until(hass, lambda: issue in issues(hass))
    assert set(issues(hass)) == {issue}
    assert hass.states.get(f"camera.{CAMERA}").state == "idle"
    assert not asked_to_sign_in(hass)


async def test_picture_with_a_token_that_ended_early_lets_the_camera_come_back(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.netrex.snapshot.FAILED_FOR", 0.0)
    entry = await add_lit(hass, person, simulator)
    (camera,) = entry.runtime_data.cameras.values()
    before = camera.answered_at
    simulator.expire_access_tokens()
    with pytest.raises(HomeAssistantError):
        await async_get_image(hass, f"camera.{CAMERA}")
    await until(hass, lambda: camera.answered_at != before)
    await until(hass, lambda: hass.states.get(f"camera.{CAMERA}").state == "idle")
    assert (await async_get_image(hass, f"camera.{CAMERA}")).content
    assert simulator.counters["oauth2:token:refresh"] == 1
    assert not issues(hass)


@pytest.mark.parametrize("switches", [Switches(refresh_rotation="rotate", refresh_ends_access=True)])
async def test_strictest_rotation_disturbs_nothing_that_runs(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await add_lit(hass, person, simulator)
    (connection,) = entry.runtime_data.connections.values()
    streams = connection.streams
    for number in range(1, 4):
        token = {**entry.data["token"], "expires_at": time.time() - 1}
        hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})
        await turn_on(hass)
        await entry.runtime_data.tree.async_refresh()
        assert simulator.counters["oauth2:token:refresh"] == number
    assert entry.runtime_data.tree.last_update_success
    assert connection.streams == streams
    assert not issues(hass)


@pytest.mark.parametrize("tree_is_well", [True, False])
async def test_figures_that_are_refused_leave_the_sign_in_to_the_tree(
    hass: HomeAssistant, person: Person, simulator: Simulator, *, tree_is_well: bool
) -> None:
    shop = Shop(simulator)
    entry = await person.add_account(RIGHTS)
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_told(hass, entry)
    simulator.faults.add(Fault(kind="graphql:statisticDataMetric", status=401))
    if not tree_is_well:
        simulator.faults.add(Fault(kind="graphql:nodeList", status=401))
    await entry.runtime_data.figures.today.async_refresh()
    await hass.async_block_till_done()
    assert asked_to_sign_in(hass) is not tree_is_well
    assert ("figures_right_missing" in issues(hass)) is tree_is_well
    # It comes back without anybody's doing.
    simulator.faults.clear()
    await entry.runtime_data.figures.today.async_refresh()
    assert entry.runtime_data.figures.today.last_update_success
    assert "figures_right_missing" not in issues(hass)


async def test_figures_with_a_token_that_ended_early(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    shop = Shop(simulator)
    entry = await person.add_account(RIGHTS)
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_told(hass, entry)
    await until_ready(hass, entry)
    simulator.expire_access_tokens()
    await entry.runtime_data.figures.today.async_refresh()
    assert entry.runtime_data.figures.today.last_update_success
    assert not issues(hass)
    assert not asked_to_sign_in(hass)


# --- clocks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("jump", [timedelta(days=365), timedelta(days=-365), timedelta(hours=1), timedelta(hours=-1)])
async def test_clock_that_was_wrong_when_the_token_was_refreshed(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    jump: timedelta,
) -> None:
    entry = await add_lit(hass, person, simulator)
    # As if it had been refreshed by a clock that is wrong by this much, and is set right now.
    wrong = {**entry.data["token"], "expires_at": time.time() + 3600 + jump.total_seconds()}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": wrong})
    # An hour passes for the provider, for whom the token is over then.
    simulator.expire_access_tokens()
    await entry.runtime_data.tree.async_refresh()
    assert entry.runtime_data.tree.last_update_success
    assert simulator.counters["oauth2:token:refresh"] == 1
    assert 3500 < entry.data["token"]["expires_at"] - time.time() < 3700
    await turn_on(hass)
    assert (await async_get_image(hass, f"camera.{CAMERA}")).content
    assert not issues(hass)
    assert not asked_to_sign_in(hass)


@pytest.mark.parametrize("jump", [timedelta(days=400), timedelta(days=-400)])
async def test_jump_of_the_clock_while_running_changes_nothing(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, jump: timedelta
) -> None:
    entry = await add_lit(hass, person, simulator)
    really = time.time
    with monkeypatch.context() as patched:
        patched.setattr(time, "time", lambda: really() + jump.total_seconds())
        await entry.runtime_data.tree.async_refresh()
        async_fire_time_changed(hass, dt_util.utcnow() + jump)
        await turn_on(hass)
        assert (await async_get_image(hass, f"camera.{CAMERA}")).content
    # And it jumps back.
    await entry.runtime_data.tree.async_refresh()
    await turn_on(hass)
    assert entry.runtime_data.tree.last_update_success
    assert simulator.counters["oauth2:token:refresh"] <= 2
    assert not issues(hass)
    assert not asked_to_sign_in(hass)
