"""Tokens that end before their time, change, lose permissions or come from a wrong clock; what a person notices."""

import asyncio
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
import time
from types import SimpleNamespace
from typing import Any, override

from homeassistant.components.camera import async_get_image
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.netrex.account.commands import camera_command
from custom_components.netrex.auth.camera_token import CameraToken
from custom_components.netrex.auth.scopes import Scope
from custom_components.netrex.cloud import Token
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import Axis, Motion, Output, UnreachableError, VapixError
from simulator import AudioClip, Fault, Head, Light, Port, Simulator, Speaker, Switches
from tests.speaker.sounds import melody

from ..counting import Shop, choose, until_told
from ..listening import CAMERA, serial_of
from ..person import Person
from ..speaking import add_speaker, finished, give_speaker, play, put_media
from ..test_repairs import issues
from ..waiting import poll, until, until_ready

pytestmark = pytest.mark.usefixtures("quick_rechecks", "quick_reconnects")

SCOPES = ["read", "liveview", "events", "recordings", "liveview_light"]
LIGHT = f"light.{CAMERA}_infrared_light"
_REFRESH = "oauth2:token:refresh"
#: With which status remote access refuses a token that is over is not documented.
REFUSALS = [Switches(device_connect_refusal=401), Switches(device_connect_refusal=403)]


async def add_lit(hass: HomeAssistant, person: Person, simulator: Simulator) -> Any:
    """Add an account whose camera has a light."""
    simulator.world.cameras[serial_of(simulator)].lights = [Light()]
    entry = await person.add_account(SCOPES)
    await until_ready(hass, entry)
    await until(hass, lambda: hass.states.get(LIGHT))
    return entry


async def turn_on(hass: HomeAssistant) -> None:
    await hass.services.async_call("light", "turn_on", {"entity_id": LIGHT}, blocking=True)


def asked_to_sign_in(hass: HomeAssistant) -> bool:
    return any(flow["context"]["source"] == "reauth" for flow in hass.config_entries.flow.async_progress())


@pytest.mark.parametrize("switches", REFUSALS)
@pytest.mark.parametrize("camera_count", [3])
async def test_token_that_ended_early_is_renewed_once_for_all_cameras(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    # However slow this machine is.
    monkeypatch.setattr("custom_components.netrex.live.snapshot.TIME_LIMIT", 60)
    timing_of(hass).token_wait = 60
    entry = await person.add_account()
    await until_ready(hass, entry)
    cameras = list(entry.runtime_data.cameras.values())
    conditions: set[str] = set()
    for camera in cameras:
        camera.changed.add(lambda camera=camera: conditions.add(camera.condition))
    simulator.expire_access_tokens()
    # Whatever asks first: images, checks, and event connections that are opened again.
    streams = [connection.streams for connection in entry.runtime_data.connections.values()]
    for serial in simulator.world.cameras:
        simulator.events.cut(serial)
    for camera in cameras:
        camera.report_failure(UnreachableError("a doubt"))
    ids = hass.states.async_entity_ids("camera")
    images = await asyncio.gather(*(async_get_image(hass, entity_id, 60, 320, 180) for entity_id in ids))
    assert len(images) == len(cameras)
    assert all(image.content for image in images)
    await until(
        hass,
        lambda: all(
            connection.streams > before
            for connection, before in zip(entry.runtime_data.connections.values(), streams, strict=True)
        ),
    )
    assert conditions <= {"reachable"}
    assert simulator.counters[_REFRESH] == 1
    assert not issues(hass)
    assert not asked_to_sign_in(hass)


@pytest.mark.parametrize("switches", REFUSALS)
async def test_live_video_with_a_token_that_ended_early(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until_ready(hass, entry)
    (camera,) = entry.runtime_data.cameras.values()
    simulator.expire_access_tokens()
    async with camera.client.open_media() as media:
        assert await anext(aiter(media.chunks()))
    simulator.expire_access_tokens()
    async with camera.client.open_mjpeg() as images:
        assert await anext(aiter(images.chunks()))
    assert camera.condition == "reachable"


@pytest.mark.parametrize("switches", REFUSALS)
async def test_command_with_a_token_that_ended_early_is_done_once(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """Also where twice would be too often: the camera's door refused the token, so nothing was done before."""
    device = simulator.world.cameras[serial_of(simulator)]
    device.ports = [Port("Door"), Port("Gate", direction="output")]
    device.audio_clips, device.speaker = [AudioClip(0, "Bell", 0.1)], Speaker()
    head = device.head = Head()
    entry = await person.add_account(["read", "liveview", "write", "liveview_ptz", "liveview_audioclip"])
    await until_ready(hass, entry)
    (camera,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: camera.equipment.heads and camera.equipment.outputs)
    account = entry.runtime_data
    for scope, path, do in (
        (Scope.LIVEVIEW_PTZ, "vapix:ptz", lambda client: client.ptz.head(1).go(Motion.RELATIVE, {Axis.PAN: 10})),
        (Scope.WRITE, "vapix:portmanagement", lambda client: client.ports.pulse(Output(1, "Gate"), 100)),
        (Scope.LIVEVIEW_AUDIOCLIP, "vapix:playclip", lambda client: client.clips.play(0)),
    ):
        simulator.expire_access_tokens()
        before = simulator.counters[path]
        async with camera_command(account, camera, scope) as client:
            await do(client)
        # Refused, then done.
        assert simulator.counters[path] == before + 2
    await until(hass, lambda: not head.moving)
    assert head.pose.pan == pytest.approx(10)
    assert not issues(hass)
    assert camera.condition == "reachable"


async def test_speech_with_a_token_that_ended_early_is_heard_whole(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    device = give_speaker(simulator)
    media_id = await put_media(hass, tmp_path, "a.wav", melody(0.5))
    await add_speaker(hass, person)
    simulator.expire_access_tokens()
    await play(hass, media_id)
    await until(hass, lambda: finished(device))
    (heard,) = finished(device)
    assert len(heard.sound) == heard.length


@pytest.mark.parametrize("status", [401, 403])
async def test_command_that_is_refused_though_the_token_is_good_is_not_repeated(
    hass: HomeAssistant, person: Person, simulator: Simulator, status: int
) -> None:
    """Nobody knows whether it was done behind the door."""
    await add_lit(hass, person, simulator)
    before = simulator.counters["vapix:lightcontrol"]
    simulator.faults.add(Fault(kind="vapix:lightcontrol", status=status))
    with pytest.raises(HomeAssistantError) as told:
        await turn_on(hass)
    assert told.value.translation_key == "command_permission_refused"
    assert simulator.counters["vapix:lightcontrol"] == before + 1
    assert simulator.counters[_REFRESH] == 0


@pytest.mark.parametrize("camera_count", [2])
async def test_token_that_ended_early_while_the_provider_is_away_is_renewed_when_it_is_back(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until_ready(hass, entry)
    cameras = entry.runtime_data.cameras.values()
    away = simulator.faults.add(Fault(kind="oauth2:token", status=503))
    simulator.expire_access_tokens()
    for camera in cameras:
        camera.report_failure(UnreachableError("a doubt"))
    # Not refused: nobody knows that yet, and no user could end it.
    await until(hass, lambda: all(camera.condition == "unreachable" for camera in cameras))
    assert simulator.faults.struck(away)
    assert not issues(hass)
    assert not asked_to_sign_in(hass)
    simulator.faults.clear()
    entry.runtime_data.token.hurry()
    await until(hass, lambda: all(camera.condition == "reachable" for camera in cameras))


async def test_camera_that_goes_back_on_tokens_causes_no_end_of_renewals(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until_ready(hass, entry)
    (camera,) = entry.runtime_data.cameras.values()
    for _ in range(20):
        simulator.expire_access_tokens()
        with suppress(VapixError):
            await camera.client.image()
    assert 1 < simulator.counters[_REFRESH] < 10


@pytest.mark.parametrize("switches", [replace(each, device_connect_takes_oauth=False) for each in REFUSALS])
@pytest.mark.parametrize("camera_count", [5])
async def test_cameras_that_take_no_token_cause_no_more_than_one_renewal(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    asked = "vapix:basicdeviceinfo"
    await until(hass, lambda: "remote_access_refused" in issues(hass))
    before = simulator.counters[asked]
    # Looked for again and again.
    await until(hass, lambda: simulator.counters[asked] > before + 20)
    assert simulator.counters[_REFRESH] <= 1
    assert all(camera.condition == "refused" for camera in entry.runtime_data.cameras.values())


class _Renewable(Token):
    """A sign-in that always gets another token."""

    def __init__(self) -> None:
        self.renewals = 0

    @override
    async def get(self) -> str:
        return f"token {self.renewals}"

    @override
    async def renew(self, rejected: str) -> bool:
        self.renewals += 1
        return True


async def test_camera_that_takes_each_token_once_causes_few_renewals(monkeypatch: pytest.MonkeyPatch) -> None:
    """It seems to have worked each time, so nothing else ends this."""
    now = 1000.0
    clock = SimpleNamespace(monotonic=lambda: now)
    monkeypatch.setattr("custom_components.netrex.auth.camera_token.time", clock)
    token = _Renewable()
    of_cameras = CameraToken(MockConfigEntry(), token)
    for _ in range(10):
        for _ in range(20):
            await of_cameras.renew(await of_cameras.get(), worked=True)
        now += 60
    assert token.renewals == 10 * 6


async def test_permission_that_is_taken_away_while_running_is_told_and_nothing_else_is_lost(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await add_lit(hass, person, simulator)
    simulator.service.tokens.withdraw("liveview_light")
    with pytest.raises(HomeAssistantError) as told:
        await turn_on(hass)
    assert told.value.translation_key == "command_permission_refused"
    assert set(issues(hass)) == {"permission_refused_liveview_light"}
    (camera,) = hass.states.async_all("camera")
    assert (await async_get_image(hass, camera.entity_id)).content
    assert entry.runtime_data.tree.last_update_success
    assert not asked_to_sign_in(hass)


@pytest.mark.parametrize(("scope", "issue"), [("read", "permission_missing"), ("events", "permission_refused_events")])
async def test_other_permissions_that_are_taken_away_while_running(
    hass: HomeAssistant, person: Person, simulator: Simulator, scope: str, issue: str
) -> None:
    entry = await add_lit(hass, person, simulator)
    simulator.service.tokens.withdraw(scope)
    simulator.events.cut(serial_of(simulator))
    await entry.runtime_data.tree.async_refresh()
    await until(hass, lambda: issue in issues(hass))
    assert set(issues(hass)) == {issue}
    assert hass.states.get(f"camera.{CAMERA}").state == "idle"
    assert not asked_to_sign_in(hass)


@pytest.mark.parametrize("switches", [Switches(refresh_rotation="rotate", refresh_ends_access=True)])
async def test_strictest_rotation_disturbs_nothing_that_runs(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await add_lit(hass, person, simulator)
    (connection,) = entry.runtime_data.connections.values()
    streams = connection.streams
    for number in range(1, 4):
        token = {**entry.data["token"], "expires_at": time.time() - 60}
        hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})
        await turn_on(hass)
        await entry.runtime_data.tree.async_refresh()
        assert simulator.counters[_REFRESH] == number
    assert entry.runtime_data.tree.last_update_success
    assert connection.streams == streams
    assert not issues(hass)


@pytest.mark.parametrize("tree_is_well", [True, False])
async def test_figures_that_are_refused_leave_the_sign_in_to_the_tree(
    hass: HomeAssistant, person: Person, simulator: Simulator, *, tree_is_well: bool
) -> None:
    shop = Shop(simulator)
    entry = await person.add_account(SCOPES)
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_told(hass, entry)
    simulator.faults.add(Fault(kind="graphql:statisticDataMetric", status=401))
    if not tree_is_well:
        simulator.faults.add(Fault(kind="graphql:nodeList", status=401))
        simulator.faults.add(Fault(kind="oauth2:token:refresh", status=401))
    await entry.runtime_data.metrics.today.async_refresh()
    await hass.async_block_till_done()
    assert asked_to_sign_in(hass) is not tree_is_well
    assert ("metrics_permission_missing" in issues(hass)) is tree_is_well
    if not tree_is_well:
        return
    # It comes back without anybody's doing.
    simulator.faults.clear()
    await entry.runtime_data.metrics.today.async_refresh()
    assert entry.runtime_data.metrics.today.last_update_success
    assert "metrics_permission_missing" not in issues(hass)


async def test_figures_with_a_token_that_ended_early(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    shop = Shop(simulator)
    entry = await person.add_account(SCOPES)
    await choose(hass, person, entry, [shop.place], ["visitors"])
    await until_told(hass, entry)
    await until_ready(hass, entry)
    simulator.expire_access_tokens()
    await entry.runtime_data.metrics.today.async_refresh()
    assert entry.runtime_data.metrics.today.last_update_success
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
    assert simulator.counters[_REFRESH] == 1
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
    assert simulator.counters[_REFRESH] <= 2
    assert not issues(hass)
    assert not asked_to_sign_in(hass)


@pytest.mark.parametrize(
    "said", ["Recording has expired", "Unexpected token", "Database login failed", "Copyright notice"]
)
async def test_words_of_the_cloud_end_neither_the_sign_in_nor_polling(
    hass: HomeAssistant, person: Person, simulator: Simulator, said: str
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", body=f'{{"errors": [{{"message": "{said}"}}], "data": null}}'))
    await entry.runtime_data.tree.async_refresh()
    assert not entry.runtime_data.tree.last_update_success
    assert not asked_to_sign_in(hass)
    assert not issues(hass)
    simulator.faults.clear()
    await poll(hass, entry)
    assert entry.runtime_data.tree.last_update_success


async def test_token_that_is_refused_right_after_it_was_given_asks_for_no_sign_in(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    simulator.faults.add(Fault(kind="graphql", status=401))
    await entry.runtime_data.tree.async_refresh()
    assert simulator.counters["oauth2:token:refresh"] == 1
    assert not asked_to_sign_in(hass)
    simulator.faults.clear()
    await poll(hass, entry)
    assert entry.runtime_data.tree.last_update_success


async def test_refused_refresh_asks_for_a_sign_in_once(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    simulator.revoke_all_tokens()
    await entry.runtime_data.tree.async_refresh()
    assert asked_to_sign_in(hass)
    refreshes = simulator.counters["oauth2:token:refresh"]
    await poll(hass, entry)
    assert simulator.counters["oauth2:token:refresh"] == refreshes
    assert len(hass.config_entries.flow.async_progress()) == 1


async def test_api_token_that_was_refused_by_mistake_is_used_again(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account_with_api_token()
    simulator.faults.add(Fault(kind="graphql", status=401))
    await entry.runtime_data.tree.async_refresh()
    await hass.async_block_till_done()
    assert asked_to_sign_in(hass)
    simulator.faults.clear()
    await poll(hass, entry)
    assert entry.runtime_data.tree.last_update_success
    assert not asked_to_sign_in(hass), "it is no longer needed"


@pytest.mark.parametrize("switches", [Switches(graphql_refusal=how) for how in ("status", "errors", "codes")])
async def test_every_way_to_refuse_a_token_or_a_permission(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    simulator.expire_access_tokens()
    await entry.runtime_data.tree.async_refresh()
    assert entry.runtime_data.tree.last_update_success
    assert simulator.counters["oauth2:token:refresh"] == 1
    simulator.service.tokens.withdraw("read")
    await entry.runtime_data.tree.async_refresh()
    assert set(issues(hass)) == {"permission_missing"}
    assert not asked_to_sign_in(hass)
