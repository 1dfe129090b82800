"""A camera of AXIS OS 8.20, which has no event websocket: its events come over RTSP, where that passes the proxy."""

from dataclasses import replace
from datetime import timedelta

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.tasks.timing import timing_of
from simulator import Camera, Fault, Port, Simulator, Switches
from simulator.happenings import happening

from ..listening import CAMERA, add_listening, complaints, nothing_is_going_on, serial_of, shows, state, states_of
from ..person import Person
from ..test_repairs import issues
from ..waiting import until

pytestmark = pytest.mark.usefixtures("detection_sensors")

SOUND = f"binary_sensor.{CAMERA}_sound"
DETECTION = f"event.{CAMERA}_detection"
_RTSP = "vapix:rtsp-over-websocket"
_STREAM = "vapix:ws-data-stream"


@pytest.fixture(autouse=True)
def _quick(hass: HomeAssistant, quick_reconnects: None, quick_rechecks: None) -> None:
    """Nobody waits longer than needed."""
    timing_of(hass).input_poll = 0.05


@pytest.fixture(autouse=True)
def camera(simulator: Simulator) -> Camera:
    old = simulator.world.cameras[serial_of(simulator)]
    old.event_stream = old.media_cgi = old.port_management = False
    old.firmware = "8.20.1"
    return old


def tries(simulator: Simulator) -> int:
    return simulator.counters[_RTSP]


async def facts_of(hass: HomeAssistant, person: Person) -> dict[str, object]:
    facts = await async_get_config_entry_diagnostics(hass, person.entry())
    return facts["cameras"][0]["events"]  # type: ignore[no-any-return]


@pytest.mark.parametrize("messages", ["packets", "documents", "pieces"])
async def test_motion_is_seen_and_told(
    hass: HomeAssistant, person: Person, simulator: Simulator, messages: str
) -> None:
    simulator.switches.change({"rtsp_messages": messages})
    nothing_is_going_on(simulator, "motion")
    await add_listening(hass, person)
    motion = f"binary_sensor.{CAMERA}_motion"
    assert state(hass, motion) == "off"
    simulator.happen(serial_of(simulator), "motion")
    await until(hass, shows(hass, motion, "on"))
    detection = hass.states.get(DETECTION)
    assert detection
    assert detection.attributes["event_type"] == "motion"
    simulator.happen(serial_of(simulator), "motion", active=False)
    await until(hass, shows(hass, motion, "off"))
    facts = await facts_of(hass, person)
    assert (facts["transport"], facts["begun_so_far"], facts["malformed"]) == ("rtsp", {"rtsp": 1}, 0)


async def test_a_newer_camera_is_not_asked_for_it(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    camera.event_stream = True
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    simulator.events.cut(serial_of(simulator))
    await until(hass, lambda: simulator.counters[_STREAM] == 2)
    assert tries(simulator) == 0


async def test_what_is_on_at_the_beginning_is_no_news_and_the_camera_says_so(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """Only that: by the clock, anything would be news here."""
    timing_of(hass).event_initial_states = 0.0
    simulator.happen(serial_of(simulator), "sound")
    await add_listening(hass, person)
    await until(hass, shows(hass, SOUND, "on"))
    detection = hass.states.get(DETECTION)
    assert detection is None or "event_type" not in detection.attributes or detection.attributes["event_type"] is None


async def test_the_first_news_of_a_state_is_news_however_soon_it_comes(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).event_initial_states = 1000.0
    nothing_is_going_on(simulator, "pir")
    await add_listening(hass, person)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, "on"))
    detection = hass.states.get(DETECTION)
    assert detection
    assert detection.attributes["event_type"] == "sound"


async def test_what_counts_each_time_is_no_news_at_the_beginning(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    """A camera that keeps its last count as a state tells it again whenever it is listened to."""
    nothing_is_going_on(simulator, "sound")
    simulator.happen(camera.serial, "crossing")
    crossing = happening("crossing")
    simulator.events.report(camera.serial, replace(crossing, stateful=True))
    entry = await add_listening(hass, person)
    (events,) = (each.events for each in entry.runtime_data.cameras.values())
    assert events.recent_detections() == []
    simulator.events.report(camera.serial, replace(crossing, stateful=True))
    await until(hass, lambda: [each.detection for each in events.recent_detections()] == ["line_crossed"])


@pytest.mark.parametrize("end", ["cut", "close", "silence", "reboot"])
async def test_what_was_on_is_off_after_the_stream_came_back(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera, end: str
) -> None:
    nothing_is_going_on(simulator, "sound")
    timing = timing_of(hass)
    usual = timing.event_stream_quiet
    if end == "silence":
        timing.event_stream_quiet, timing.event_stream_pong = 0.1, 2.0
    await add_listening(hass, person)
    # For the streams to come.
    timing.event_stream_quiet = usual
    simulator.happen(camera.serial, "sound")
    await until(hass, shows(hass, SOUND, "on"))
    seen, before = states_of(hass, SOUND), tries(simulator)
    getattr(simulator.events, end)(camera.serial)
    for states in camera.event_states.values():
        states.update(triggered="0")
    await until(hass, shows(hass, SOUND, "off"))
    assert tries(simulator) == before + 1
    assert [each.state for each in seen] == ["off"]
    assert (await facts_of(hass, person))["begun_so_far"] == {"rtsp": 2}


async def test_camera_that_goes_off_and_comes_back(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera, caplog: pytest.LogCaptureFixture
) -> None:
    nothing_is_going_on(simulator, "sound")
    (connection,) = (await add_listening(hass, person)).runtime_data.connections.values()
    camera.online = False
    simulator.events.cut(camera.serial)
    await until(hass, shows(hass, SOUND, STATE_UNAVAILABLE))
    assert state(hass, f"binary_sensor.{CAMERA}_connectivity") == "off"
    camera.online = True
    await until(hass, shows(hass, SOUND, "off"))
    await until(hass, lambda: connection.transport == "rtsp")
    assert not complaints(caplog)


@pytest.mark.parametrize("switches", [Switches(rtsp_access="session")])
async def test_session_number_where_the_proxy_wants_it(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    assert state(hass, SOUND) == "off"
    assert tries(simulator) == 2
    simulator.events.cut(serial_of(simulator))
    await until(hass, lambda: tries(simulator) == 3)
    await simulator.events.wait_listeners(serial_of(simulator), 1)


@pytest.mark.parametrize("switches", [Switches(rtsp_access="sign_in")])
async def test_camera_that_wants_a_name_and_a_password_is_polled(
    hass: HomeAssistant, person: Person, camera: Camera
) -> None:
    """Nothing that a user could grant would change that."""
    camera.ports = [Port("Dveře")]
    await person.add_account()
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_dvere", "off"))
    facts = await facts_of(hass, person)
    assert (facts["transport"], facts["last_failure"]) == ("polling", "AuthError")
    assert "permission_refused_events" not in issues(hass)


async def test_way_that_does_not_pass_is_tried_once_in_a_while(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    simulator.switches.rtsp_passes = "not_found"
    camera.ports = [Port("Dveře")]
    timing_of(hass).event_stream_retry = 1000.0
    await person.add_account()
    await until(hass, lambda: simulator.counters["vapix:param"] > 20)
    assert (simulator.counters[_STREAM], tries(simulator)) == (1, 1)


async def test_it_is_used_once_it_passes(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    simulator.switches.rtsp_passes = "not_found"
    nothing_is_going_on(simulator, "sound")
    camera.ports = [Port("Dveře")]
    timing_of(hass).event_stream_retry = 0.2
    entry = await person.add_account()
    (connection,) = entry.runtime_data.connections.values()
    await until(hass, lambda: connection.transport == "polling")
    simulator.switches.rtsp_passes = "yes"
    await until(hass, shows(hass, SOUND, "off"))
    assert connection.transport == "rtsp"


async def test_moment_without_it_is_no_reason_to_poll(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    (connection,) = entry.runtime_data.connections.values()
    fault = simulator.faults.add(Fault(kind=_RTSP, status=503, times=3))
    simulator.events.cut(camera.serial)
    await until(hass, lambda: simulator.faults.struck(fault) == 3)
    await until(hass, lambda: connection.transport == "rtsp")
    assert (await facts_of(hass, person))["begun_so_far"] == {"rtsp": 2}


async def test_it_is_done_without_where_it_does_not_come_back(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    camera.ports = [Port("Dveře")]
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    fault = simulator.faults.add(Fault(kind=_RTSP, status=502))
    simulator.events.cut(camera.serial)
    door = f"binary_sensor.{CAMERA}_dvere"
    camera.ports[0].state = "closed"
    await until(hass, shows(hass, door, "on"))
    # What is not polled is not believed.
    await until(hass, shows(hass, SOUND, STATE_UNAVAILABLE))
    assert simulator.faults.struck(fault) == 4
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    assert state(hass, door) == "on"


async def test_camera_that_gets_new_firmware_is_heard_over_the_event_websocket(
    hass: HomeAssistant, person: Person, simulator: Simulator, camera: Camera
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    (connection,) = entry.runtime_data.connections.values()
    camera.event_stream = True
    simulator.events.reboot(camera.serial)
    await until(hass, lambda: connection.transport == "stream")
    await until(hass, shows(hass, SOUND, "off"))


@pytest.mark.usefixtures("camera")
async def test_it_ends_with_the_account(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    await hass.config_entries.async_unload(entry.entry_id)
    await simulator.events.wait_listeners(serial_of(simulator), 0)
    assert simulator.events.listeners == {}
