"""A Home Assistant whose calls go wrong, and what a person sees of that, in the words of tests/faults/README.md."""

from collections.abc import Awaitable, Callable, Mapping
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
import time
from typing import Final

from homeassistant.components.camera import async_get_image
from homeassistant.config_entries import ConfigEntry, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.util import dt as dt_util

from custom_components.netrex.cameras.axis_camera import AxisCamera, Condition
from custom_components.netrex.cameras.event_connection import EventTransport
from custom_components.netrex.cameras.supervision import _CHECKS_AT_ONCE
from custom_components.netrex.vapix import UnreachableError
from simulator import Simulator

from .counting import Clock
from .doorway import WITH_PICTURE, Doorway
from .listening import CAMERA, serial_of
from .person import Person
from .test_repairs import issues
from .waiting import until

SCOPES: Final = ["read", "liveview", "recordings", "events", "liveview_light"]
CAMERA_ENTITY: Final = f"camera.{CAMERA}"
LIGHT: Final = f"light.{CAMERA}_infrared_light"
MOTION: Final = f"binary_sensor.{CAMERA}_motion"
FIGURE: Final = f"sensor.{CAMERA}_people_coming_in_today"


@dataclass(slots=True)
class Home:
    """A Home Assistant with one account, and the Netrex beside it."""

    hass: HomeAssistant
    person: Person
    simulator: Simulator
    media: Path
    clock: Clock

    @property
    def entry(self) -> ConfigEntry:
        """The account."""
        return self.person.entry()

    @property
    def camera(self) -> AxisCamera:
        """Its camera."""
        (camera,) = self.entry.runtime_data.cameras.values()
        return camera

    def shown(self, entity_id: str) -> bool:
        """Tell whether an entity is there and available."""
        state = self.hass.states.get(entity_id)
        return state is not None and state.state != "unavailable"

    @property
    def struck(self) -> int:
        """How many requests went wrong."""
        return sum(count for _, count in self.simulator.faults.in_force())

    async def until_camera_is_well(self) -> None:
        """Wait until the camera has been found, and what it has."""
        account = self.entry.runtime_data
        await until(
            self.hass,
            lambda: self.camera.condition is Condition.REACHABLE and not account._supervision._semaphore.locked(),
        )
        async with AsyncExitStack() as places:
            # Nobody checks it, or looks for its equipment, meanwhile.
            for _ in range(_CHECKS_AT_ONCE):
                await places.enter_async_context(account._supervision._semaphore)
        await until(self.hass, lambda: self.camera.condition is Condition.REACHABLE and self.shown(LIGHT))

    def sign_in_asked_for(self) -> bool:
        """Tell whether Home Assistant asks for a new sign-in, and withdraw that."""
        flows = [
            flow for flow in self.hass.config_entries.flow.async_progress() if flow["context"]["source"] == "reauth"
        ]
        for flow in flows:
            self.hass.config_entries.flow.async_abort(flow["flow_id"])
        return bool(flows)

    def with_issues(self, word: str) -> str:
        """Return the word, and which issues a person is shown besides."""
        kinds = sorted(kind.replace("_", " ") for kind in issues(self.hass) if kind != "serial_unknown")
        return ", ".join([word, *(f"issue {kind}" for kind in kinds)])

    def expire_token(self) -> None:
        """Let the account's access token be past its time."""
        token = {**self.entry.data["token"], "expires_at": time.time() - 60}
        self.hass.config_entries.async_update_entry(self.entry, data={**self.entry.data, "token": token})


# --- the account -------------------------------------------------------------------------------------


async def _set_up(home: Home) -> str:
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.hass.async_block_till_done()
    if home.sign_in_asked_for():
        return "sign-in"
    word = {ConfigEntryState.LOADED: "well", ConfigEntryState.SETUP_RETRY: "retried"}[home.entry.state]
    return home.with_issues(word)


async def _set_up_with_old_token(home: Home) -> str:
    home.expire_token()
    return await _set_up(home)


async def _refresh(home: Home) -> str:
    tree = home.entry.runtime_data.tree
    await tree.async_refresh()
    await home.hass.async_block_till_done()
    assert home.shown(CAMERA_ENTITY)
    if home.sign_in_asked_for():
        return "sign-in"
    return home.with_issues("well" if tree.last_update_success else "kept")


async def _refresh_with_old_token(home: Home) -> str:
    home.expire_token()
    return await _refresh(home)


async def _sign_in(home: Home) -> str:
    """Sign in in the dialog; that the account is there already shows that it went well."""
    await home.person.choose_provider()
    await home.person.choose("scopes")
    step = await home.person.answer(scopes=["read"])
    if step["type"] != "external":
        application = home.simulator.world.application
        step = await home.person.answer(client_id=application.client_id, client_secret=application.client_secret)
    step = await home.person.sign_in()
    return _told(home, step.get("reason") or next(iter(step.get("errors", {}).values()), None), step)


async def _enter_api_token(home: Home) -> str:
    await home.person.choose_provider()
    await home.person.choose("api_token")
    step = await home.person.answer(api_token=home.simulator.api_token())
    return _told(home, step.get("reason") or next(iter(step.get("errors", {}).values()), None), step)


def _told(home: Home, reason: str | None, step: Mapping[str, object]) -> str:
    if step["type"] == "form":
        home.hass.config_entries.flow.async_abort(str(step["flow_id"]))
    assert reason, step
    return "well" if reason == "already_configured" else reason.replace("_", " ")


# --- the camera --------------------------------------------------------------------------------------


async def _find_camera(home: Home) -> str:
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await until(home.hass, lambda: home.camera.condition is not Condition.CHECKING)
    return await _camera_word(home)


async def _doubt_camera(home: Home) -> str:
    camera, before = home.camera, home.camera.answered_at
    if camera.condition is Condition.REACHABLE:
        camera.report_failure(UnreachableError("somebody says so"))
        await until(home.hass, lambda: camera.answered_at != before or camera.condition is not Condition.REACHABLE)
    else:
        # It is looked for without anybody's doing.
        await home.until_camera_is_well()
    return await _camera_word(home)


async def _camera_word(home: Home) -> str:
    if home.camera.condition is Condition.REFUSED:
        # The cloud is asked first.
        await until(home.hass, lambda: "remote_access_refused" in issues(home.hass))
    await home.hass.async_block_till_done(wait_background_tasks=False)
    assert home.shown(CAMERA_ENTITY) is (home.camera.condition is Condition.REACHABLE)
    word = {Condition.REACHABLE: "well", Condition.UNREACHABLE: "unavailable", Condition.REFUSED: "unavailable"}
    return home.with_issues(word[home.camera.condition])


async def _take_picture(home: Home) -> str:
    home.entry.runtime_data.channels._snapshot_budget._kept.clear()
    before = home.camera.answered_at
    try:
        await async_get_image(home.hass, CAMERA_ENTITY)
    except HomeAssistantError as err:
        if err.translation_key != "live_view_refused":
            # The camera is looked at, and found to be well. Where it refuses the image alone, that is known already.
            await until(home.hass, lambda: home.camera.answered_at != before)
        assert home.shown(CAMERA_ENTITY)
        return home.with_issues("not shown")
    return "well"


async def _picture_event(home: Home) -> str:
    doorway = Doorway(home.hass, home.person, home.simulator)
    seen = await doorway.look_for(await doorway.pass_by())
    return home.with_issues("well" if seen == WITH_PICTURE else f"event {seen}")


async def _hear(home: Home) -> str:
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    return await _heard(home)


async def _hear_old_camera(home: Home) -> str:
    home.simulator.world.cameras[serial_of(home.simulator)].event_stream = False
    return await _hear(home)


async def _hear_again(home: Home) -> str:
    (connection,) = home.entry.runtime_data.connections.values()
    if connection.transport.is_stream:
        home.simulator.events.cut(serial_of(home.simulator))
        await until(home.hass, lambda: not connection.transport.is_stream)
    else:
        # It is opened again without anybody's doing.
        await until(home.hass, lambda: connection.transport.is_stream)
    return await _heard(home)


async def _heard(home: Home) -> str:
    (connection,) = home.entry.runtime_data.connections.values()
    await until(home.hass, lambda: home.camera.condition is Condition.REACHABLE)
    await until(
        home.hass,
        lambda: (
            connection.transport.is_stream
            or connection.transport in {EventTransport.REFUSED, EventTransport.NOTHING}
            # A try, which may ask twice, has failed for certain.
            or (home.struck > 2 and not connection.listening)
        ),
    )
    if connection.transport.is_stream:
        await until(home.hass, lambda: home.shown(MOTION))
        return "well"
    await until(home.hass, lambda: not home.shown(MOTION))
    assert home.shown(CAMERA_ENTITY)
    return home.with_issues("events unavailable")


async def _find_lights(home: Home) -> str:
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await until(home.hass, lambda: home.camera.condition is Condition.REACHABLE)
    await home.camera.refresh_equipment()
    return await _lights_word(home, without="not shown yet" if home.camera.equipment.incomplete else "not shown")


async def _look_at_lights_again(home: Home) -> str:
    await home.camera.refresh_equipment()
    return await _lights_word(home, without="unavailable", stay="kept" if home.camera.equipment.incomplete else "well")


async def _lights_word(home: Home, *, without: str, stay: str = "well") -> str:
    await home.hass.async_block_till_done(wait_background_tasks=False)
    assert home.shown(CAMERA_ENTITY)
    return home.with_issues(stay if home.shown(LIGHT) else without)


async def _turn_on(home: Home) -> str:
    with_error = await _said(
        home, home.hass.services.async_call("light", "turn_on", {"entity_id": LIGHT}, blocking=True)
    )
    await until(home.hass, lambda: home.camera.condition is Condition.REACHABLE)
    return home.with_issues(with_error)


# --- recordings and metrics --------------------------------------------------------------------------


async def _export(home: Home, given_up_after: float = 1.6) -> str:
    jobs = home.entry.runtime_data.recordings.jobs
    # It asks for minutes whether a recording is ready.
    jobs._timeout = given_up_after if home.simulator.faults.in_force() else 30.0
    start = (dt_util.now() - timedelta(hours=1)).replace(microsecond=0)
    wanted = {
        "entity_id": CAMERA_ENTITY,
        "start": start,
        "end": start + timedelta(seconds=2),
        "file_name": "x",
        "overwrite": True,
    }
    word = await _said(
        home,
        home.hass.services.async_call("netrex", "export_recording", wanted, blocking=True, return_response=True),
    )
    left = sorted(path.name for path in home.media.iterdir())
    assert left == (["x.mp4"] if word == "well" else []), "half a file, or none"
    with suppress(FileNotFoundError):
        (home.media / "x.mp4").unlink()
    jobs._results.clear()
    home.entry.runtime_data.recordings.lists._lists.clear()
    assert home.shown(CAMERA_ENTITY)
    await home.hass.async_block_till_done(wait_background_tasks=False)
    return f"{word}, sign-in" if home.sign_in_asked_for() else word


async def _download(home: Home) -> str:
    # Ready at once: what goes wrong is the download.
    return await _export(home, 30.0)


async def _export_with_old_token(home: Home) -> str:
    home.expire_token()
    return await _export(home)


async def _said(home: Home, action: Awaitable[object]) -> str:
    try:
        await action
    except HomeAssistantError as err:
        return str(err.translation_key).replace("_", " ") if err.translation_domain == "netrex" else repr(err)
    return "well"


async def _metrics_set_up(home: Home) -> str:
    await home.hass.config_entries.async_reload(home.entry.entry_id)
    await home.hass.async_block_till_done()
    today = home.entry.runtime_data.metrics.today
    await until(home.hass, lambda: today.data is not None or today.last_exception is not None)
    return await _figures_word(home)


async def _metrics_refresh(home: Home) -> str:
    home.clock.now += 900
    await home.entry.runtime_data.metrics.today.async_refresh()
    return await _figures_word(home)


async def _figures_word(home: Home) -> str:
    await home.hass.async_block_till_done(wait_background_tasks=False)
    assert home.entry.state is ConfigEntryState.LOADED
    if home.sign_in_asked_for():
        return "sign-in"
    return home.with_issues("well" if home.shown(FIGURE) else "unavailable")


@dataclass(frozen=True, slots=True)
class Scene:
    """Something that a person or Home Assistant does.

    Attributes:
        happen: does it, and says what is seen of it.
        kind: of requests that go wrong meanwhile.
    """

    happen: Callable[[Home], Awaitable[str]]
    kind: str


SCENES: Final[Mapping[str, Scene]] = {
    "tree, set-up": Scene(_set_up, "graphql:nodeList"),
    "tree, running": Scene(_refresh, "graphql:nodeList"),
    "schema, set-up": Scene(_set_up, "graphql:__schema"),
    "serial numbers, set-up": Scene(_set_up, "graphql:cameraList"),
    "refresh of the token, set-up": Scene(_set_up_with_old_token, "oauth2:token"),
    "refresh of the token, running": Scene(_refresh_with_old_token, "oauth2:token"),
    "refresh of the token, during an export": Scene(_export_with_old_token, "oauth2:token"),
    "code of a sign-in, set-up": Scene(_sign_in, "oauth2:token"),
    "tree, when an API token is entered": Scene(_enter_api_token, "graphql:nodeList"),
    "camera, set-up": Scene(_find_camera, "vapix"),
    "camera, running": Scene(_doubt_camera, "vapix"),
    "picture, running": Scene(_take_picture, "vapix:image"),
    "picture of an event, running": Scene(_picture_event, "vapix:image"),
    "events, set-up": Scene(_hear, "vapix:ws-data-stream"),
    "events of an old camera, set-up": Scene(_hear_old_camera, "vapix:rtsp-over-websocket"),
    "events, running": Scene(_hear_again, "vapix:ws-data-stream"),
    "equipment, set-up": Scene(_find_lights, "vapix:lightcontrol"),
    "equipment, running": Scene(_look_at_lights_again, "vapix:lightcontrol"),
    "command, running": Scene(_turn_on, "vapix:lightcontrol"),
    "list of recordings, running": Scene(_export, "graphql:camera"),
    "preparation of a recording, running": Scene(_export, "graphql:recordingPrepare"),
    "link to a recording, running": Scene(_export, "graphql:recording"),
    "download, running": Scene(_download, "download"),
    "metrics, set-up": Scene(_metrics_set_up, "graphql:statisticData"),
    "metrics, running": Scene(_metrics_refresh, "graphql:statisticData"),
}
