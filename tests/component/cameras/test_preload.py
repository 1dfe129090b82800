"""Live pictures that are wanted before their cameras are checked: above all when Home Assistant starts."""

from collections.abc import Callable
import logging
from typing import override

from aiohttp import ClientSession
from homeassistant.components.camera import Camera, CameraWebRTCProvider, async_register_webrtc_provider
from homeassistant.components.camera.const import DATA_CAMERA_PREFS
from homeassistant.const import EVENT_HOMEASSISTANT_STARTED
from homeassistant.core import CoreState, HomeAssistant
import pytest

from simulator import Camera as SimulatedCamera, Simulator

from ..person import Person
from ..waiting import until


@pytest.fixture
def starting(hass: HomeAssistant, person: Person) -> Callable[[], None]:
    """Home Assistant has not started yet; call this to let it have started."""
    hass.set_state(CoreState.starting)

    def start() -> None:
        hass.set_state(CoreState.running)
        hass.bus.async_fire(EVENT_HOMEASSISTANT_STARTED)

    return start


def entity_ids(hass: HomeAssistant) -> list[str]:
    return [state.entity_id for state in hass.states.async_all("camera")]


async def preload(hass: HomeAssistant, *entity_ids: str) -> None:
    """Let a person switch on "Preload camera stream"."""
    for entity_id in entity_ids:
        await hass.data[DATA_CAMERA_PREFS].async_update(entity_id, preload_stream=True)


def errors(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what Home Assistant has logged as an error."""
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.ERROR]


@pytest.mark.parametrize("camera_count", [2])
@pytest.mark.parametrize("expected_lingering_timers", [True])
async def test_preloaded_streams_begin_when_home_assistant_has_started(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    starting: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    entry = await person.add_account()
    assert {camera.condition for camera in entry.runtime_data.cameras.values()} == {"checking"}
    await preload(hass, *entity_ids(hass))
    starting()
    for serial in simulator.world.cameras:
        await simulator.wait_viewers(serial, 1)
    assert errors(caplog) == []

    # And end with their account, though they are still to be preloaded the next time.
    preloaded = entity_ids(hass)
    assert len(preloaded) == len(simulator.world.cameras)
    await hass.config_entries.async_unload(entry.entry_id)
    for serial in simulator.world.cameras:
        await simulator.wait_viewers(serial, 0)
    for entity_id in preloaded:
        assert (await hass.data[DATA_CAMERA_PREFS].get_dynamic_stream_settings(entity_id)).preload_stream
    assert errors(caplog) == []


@pytest.mark.parametrize("expected_lingering_timers", [True])
@pytest.mark.usefixtures("quick_rechecks")
async def test_preloaded_stream_of_a_camera_that_is_off_begins_when_it_is_back(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Nothing is raised into Home Assistant's start, where it would end what other integrations want preloaded."""
    monkeypatch.setattr("homeassistant.components.stream.STREAM_RESTART_INCREMENT", 0.05)
    (camera,) = simulator.world.cameras.values()
    camera.online = False
    entry = await person.add_account()
    (device,) = entry.runtime_data.cameras.values()
    await until(hass, lambda: device.condition == "unreachable")
    (entity_id,) = entity_ids(hass)
    await preload(hass, entity_id)
    stream = await hass.data["camera"].get_entity(entity_id).async_create_stream()
    stream.add_provider("hls")
    await stream.start()
    camera.online = True
    await simulator.wait_viewers(camera.serial, 1)
    await hass.config_entries.async_unload(entry.entry_id)
    await simulator.wait_viewers(camera.serial, 0)


async def test_live_picture_waits_for_the_check(
    hass: HomeAssistant, person: Person, simulator: Simulator, starting: Callable[[], None]
) -> None:
    entry = await person.add_account()
    (node_id,) = entry.runtime_data.cameras
    async with ClientSession() as session:
        relay = entry.runtime_data.relay
        asked = hass.async_create_task(session.get(relay.url(str(node_id))), eager_start=False)
        await until(hass, lambda: relay.watchers(str(node_id)), settle=False)
        assert simulator.counters["vapix:media"] == 0
        starting()
        async with await asked as response:
            assert response.status == 200
            assert (await response.content.readexactly(188))[0] == 0x47
            response.close()


async def test_live_picture_waits_for_the_check_no_longer_than_for_a_picture(
    hass: HomeAssistant, person: Person, starting: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert starting
    monkeypatch.setattr("custom_components.netrex.live.broadcast.START_TIMEOUT", 0.1)
    entry = await person.add_account()
    (node_id,) = entry.runtime_data.cameras
    async with ClientSession() as session, session.get(entry.runtime_data.relay.url(str(node_id))) as response:
        assert response.status == 504


async def test_live_picture_that_waited_for_a_camera_that_is_off(
    hass: HomeAssistant, person: Person, simulator: Simulator, starting: Callable[[], None]
) -> None:
    (camera,) = simulator.world.cameras.values()
    camera.online = False
    entry = await person.add_account()
    (node_id,) = entry.runtime_data.cameras
    async with ClientSession() as session:
        relay = entry.runtime_data.relay
        asked = hass.async_create_task(session.get(relay.url(str(node_id))), eager_start=False)
        await until(hass, lambda: relay.watchers(str(node_id)), settle=False)
        starting()
        async with await asked as response:
            assert response.status == 504
    assert simulator.counters["vapix:media"] == 0


class _Preloading(CameraWebRTCProvider):
    """Reads a camera's live picture as soon as it is registered, as go2rtc does with a preloaded one."""

    def __init__(self) -> None:
        self.answers: dict[str, int] = {}

    @property
    @override
    def domain(self) -> str:
        return "go2rtc"

    @override
    def async_is_supported(self, stream_source: str) -> bool:
        return True

    @override
    async def async_handle_async_webrtc_offer(self, *_: object) -> None:
        raise NotImplementedError

    @override
    async def async_on_webrtc_candidate(self, *_: object) -> None:
        raise NotImplementedError

    @override
    async def async_register_camera(self, camera: Camera) -> None:
        source = await camera.stream_source()
        assert source is not None
        async with ClientSession() as session, session.get(source) as response:
            self.answers[camera.entity_id] = response.status
            response.raise_for_status()
            response.close()


@pytest.mark.usefixtures("quick_rechecks")
async def test_go2rtc_is_given_cameras_that_are_there(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    starting: Callable[[], None],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """It reads preloaded ones at once, and Home Assistant's start would wait for it, and log an error for each."""
    (camera,) = simulator.world.cameras.values()
    off = SimulatedCamera("ACCC8E00AAAA", "Sklad", online=False)
    simulator.world.add_camera(name="Sklad", camera=off, external_id=off.serial)
    go2rtc = _Preloading()
    remove = async_register_webrtc_provider(hass, go2rtc)
    await person.add_account()
    first, second = sorted(entity_ids(hass), key=lambda entity_id: entity_id == "camera.sklad")
    assert second == "camera.sklad"
    assert go2rtc.answers == {}
    starting()
    await until(hass, lambda: first in go2rtc.answers)
    entities = hass.data["camera"]
    await until(hass, lambda: "web_rtc" in entities.get_entity(first).camera_capabilities.frontend_stream_types)
    assert go2rtc.answers == {first: 200}
    off.online = True
    await until(hass, lambda: go2rtc.answers == {first: 200, second: 200})
    assert errors(caplog) == []

    remove()
    await until(hass, lambda: "web_rtc" not in entities.get_entity(first).camera_capabilities.frontend_stream_types)
    await simulator.wait_viewers(camera.serial, 0)


async def test_moving_pictures_of_a_camera_that_is_not_checked_raise_nothing(
    hass: HomeAssistant, person: Person, starting: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    assert starting
    await person.add_account()
    (state,) = hass.states.async_all("camera")
    token = hass.data["camera"].get_entity(state.entity_id).access_tokens[-1]
    async with person.browser.get(f"/api/camera_proxy_stream/{state.entity_id}", params={"token": token}) as response:
        assert response.status == 502
    assert errors(caplog) == []
