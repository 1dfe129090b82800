"""The event connection when things go wrong: states stay true, and all is well again without a restart."""

from datetime import timedelta
import time

from homeassistant.const import STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.diagnostics import async_get_config_entry_diagnostics
from custom_components.netrex.tasks.timing import timing_of
from custom_components.netrex.vapix import UnreachableError
from simulator import Camera, Fault, Port, Report, Simulator, Switches
from simulator.happenings import happening

from ..listening import (
    CAMERA,
    add_listening,
    complaints,
    detected,
    nothing_is_going_on,
    serial_of,
    shows,
    state,
    states_of,
)
from ..person import Person
from ..test_repairs import issues
from ..waiting import until

pytestmark = pytest.mark.usefixtures("detection_sensors")

SOUND = f"binary_sensor.{CAMERA}_sound"
DETECTION = f"event.{CAMERA}_detection"


@pytest.fixture(autouse=True)
def _quick(hass: HomeAssistant, quick_reconnects: None, quick_rechecks: None) -> None:
    """Nobody waits longer than needed; silence is noticed sooner."""
    timing_of(hass).event_stream_quiet = 0.3
    timing_of(hass).event_stream_pong = 0.2


def streams(simulator: Simulator) -> int:
    return simulator.counters["vapix:ws-data-stream"]


@pytest.mark.parametrize("end", ["cut", "close", "silence", "reboot"])
async def test_what_was_on_is_off_after_the_stream_came_back(
    hass: HomeAssistant, person: Person, simulator: Simulator, end: str
) -> None:
    serial = serial_of(simulator)
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    simulator.happen(serial, "sound")
    await until(hass, shows(hass, SOUND, "on"))
    seen = states_of(hass, SOUND)
    before = streams(simulator)
    getattr(simulator.events, end)(serial)
    # What ends while nobody listens.
    for states in simulator.world.cameras[serial].event_states.values():
        states.update(triggered="0")
    await until(hass, shows(hass, SOUND, "off"))
    assert streams(simulator) == before + 1
    # A stream that is soon back is no reason to be unavailable.
    assert [each.state for each in seen] == ["off"]


async def test_what_began_while_nobody_listened_is_told(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    for states in simulator.world.cameras[serial_of(simulator)].event_states.values():
        states["triggered"] = "1"
    simulator.events.cut(serial_of(simulator))
    await until(hass, shows(hass, SOUND, "on"))
    told = hass.states.get(DETECTION)
    assert told
    assert told.attributes["event_type"] == "sound"


async def test_state_that_is_not_told_again_is_not_believed(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    serial = serial_of(simulator)
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    simulator.happen(serial, "sound")
    await until(hass, shows(hass, SOUND, "on"))
    simulator.switches.event_initial_states = False
    before = streams(simulator)
    simulator.events.cut(serial)
    await until(hass, lambda: streams(simulator) == before + 1)
    await simulator.events.wait_listeners(serial, 1)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
    await until(hass, shows(hass, SOUND, STATE_UNKNOWN))


async def test_entities_are_unavailable_while_the_stream_stays_away(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    simulator.faults.add(Fault(kind="vapix:ws-data-stream", status=502))
    simulator.events.cut(serial_of(simulator))
    await until(hass, lambda: streams(simulator) >= 3)
    assert state(hass, SOUND) == "off"
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    await until(hass, shows(hass, SOUND, STATE_UNAVAILABLE))
    # The camera itself is well: its picture can be looked at.
    assert state(hass, f"camera.{CAMERA}") != STATE_UNAVAILABLE
    assert state(hass, f"binary_sensor.{CAMERA}_connectivity") == "on"
    simulator.faults.clear()
    await until(hass, shows(hass, SOUND, "off"))
    assert not complaints(caplog)


async def test_stream_that_lasts_is_soon_opened_again_however_often_it_ends(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """Pauses that went on growing would come to minutes."""
    timing_of(hass).event_stream_lasting = 0.000_001
    timing_of(hass).event_reconnect_first = 0.01
    timing_of(hass).event_reconnect_longest = 1000.0
    entry = await add_listening(hass, person)
    (connection,) = entry.runtime_data.connections.values()
    for number in range(2, 16):
        simulator.events.cut(serial_of(simulator))
        await until(hass, lambda number=number: connection.streams == number and connection.transport == "stream")


async def test_camera_that_turns_out_to_be_another_is_not_heard_any_more(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    serial = serial_of(simulator)
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    ((camera,), (connection,)) = entry.runtime_data.cameras.values(), entry.runtime_data.connections.values()
    real, simulator.world.cameras[serial] = simulator.world.cameras[serial], Camera("ACCC8EFFFFFF", "Jiná")
    camera.report_failure(UnreachableError("somebody says so"))
    await until(hass, lambda: camera.condition == "other_device")
    seen = states_of(hass, DETECTION)
    simulator.happen(serial, "sound")
    await until(hass, lambda: connection.transport == "connecting")
    assert state(hass, SOUND) == STATE_UNAVAILABLE
    assert seen == []
    # Its own check finds out that it is the one again, and what goes on there.
    simulator.world.cameras[serial] = real
    simulator.happen(serial, "sound")
    await until(hass, shows(hass, SOUND, "on"))


async def test_camera_that_goes_off_is_noticed_at_once(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    serial = serial_of(simulator)
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    simulator.world.cameras[serial].online = False
    simulator.events.cut(serial)
    await until(hass, shows(hass, f"camera.{CAMERA}", STATE_UNAVAILABLE))
    assert state(hass, SOUND) == STATE_UNAVAILABLE
    assert state(hass, f"binary_sensor.{CAMERA}_connectivity") == "off"
    simulator.world.cameras[serial].online = True
    await until(hass, shows(hass, SOUND, "off"))


async def test_sign_in_that_ends_in_the_middle(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    simulator.expire_access_tokens()
    simulator.events.cut(serial_of(simulator))
    await until(hass, lambda: simulator.counters["oauth2:token:refresh"] >= 1)
    await simulator.events.wait_listeners(serial_of(simulator), 1)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, "on"))


async def test_token_that_is_refreshed_disturbs_no_stream(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    before = streams(simulator)
    token = {**entry.data["token"], "expires_at": time.time() - 60}
    hass.config_entries.async_update_entry(entry, data={**entry.data, "token": token})
    await entry.runtime_data.camera_token.get()
    assert simulator.counters["oauth2:token:refresh"] == 1
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, "on"))
    assert streams(simulator) == before


async def test_permission_that_is_missing_is_no_reason_to_hurry(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    simulator.faults.add(Fault(kind="vapix:ws-data-stream", status=403))
    simulator.faults.add(Fault(kind="vapix:wssession", status=403))
    entry = await person.add_account()
    (connection,) = entry.runtime_data.connections.values()
    await until(hass, lambda: connection.transport == "refused")
    assert "permission_refused_events" in issues(hass)
    assert state(hass, f"binary_sensor.{CAMERA}_connectivity") == "on"
    assert state(hass, DETECTION) == STATE_UNAVAILABLE
    simulator.faults.clear()
    await until(hass, lambda: connection.listening)
    assert "permission_refused_events" not in issues(hass)


@pytest.mark.parametrize("switches", [Switches(event_stream_access="session")])
async def test_session_number_where_the_proxy_wants_it(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    assert state(hass, SOUND) == "off"
    assert streams(simulator) == 2
    simulator.events.cut(serial_of(simulator))
    await until(hass, lambda: streams(simulator) == 3)
    await simulator.events.wait_listeners(serial_of(simulator), 1)


async def test_garbage_is_counted_and_nothing_else(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    before = streams(simulator)
    for message in ("{", b"\xff\x00", '{"method":"events:notify","params":{"notification":{"topic":[]}}}'):
        simulator.events.send_raw(serial_of(simulator), message)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, "on"))
    assert streams(simulator) == before
    facts = (await async_get_config_entry_diagnostics(hass, entry))["cameras"][0]["events"]
    assert facts["malformed"] == 3
    assert facts["transport"] == "stream"


async def test_flood_ends_in_the_true_state(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    serial = serial_of(simulator)
    nothing_is_going_on(simulator, "sound", "pir")
    entry = await add_listening(hass, person)
    seen = states_of(hass, SOUND)
    for number in range(4001):
        simulator.happen(serial, "sound", active=number % 2 == 0)
    simulator.happen(serial, "pir")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_pir_sensor", "on"))
    assert state(hass, SOUND) == "on"
    # Home Assistant was not made to write every one of them.
    assert len(seen) < 2000
    (connection,) = entry.runtime_data.connections.values()
    assert connection.intake.rate_limiter.merged > 2000
    assert connection.listening


async def test_burst_of_two_hundred_loses_nothing(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    seen, told = states_of(hass, SOUND), states_of(hass, DETECTION)
    for number in range(200):
        simulator.happen(serial_of(simulator), "sound", active=number % 2 == 0)
    await until(hass, lambda: len(seen) == 200)
    assert [each.state for each in seen] == ["on", "off"] * 100
    assert len(told) == 100
    assert len({each.state for each in told}) == 100


@pytest.mark.parametrize("passes", ["not_found", "forbidden", "page", "silence"])
async def test_old_camera_has_its_inputs_polled(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch, passes: str
) -> None:
    """Where events over RTSP don't pass the proxy, however that shows."""
    monkeypatch.setattr("custom_components.netrex.cameras.event_connection.ANSWER_TIMEOUT", 0.3)
    simulator.switches.change({"rtsp_passes": passes})
    timing_of(hass).input_poll = 0.05
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.event_stream, camera.ports = False, [Port("Dveře"), Port("Siréna", direction="output")]
    entry = await person.add_account()
    door = f"binary_sensor.{CAMERA}_dvere"
    await until(hass, shows(hass, door, "off"))
    camera.ports[0].state = "closed"
    await until(hass, shows(hass, door, "on"))
    facts = (await async_get_config_entry_diagnostics(hass, entry))["cameras"][0]["events"]
    assert facts["transport"] == "polling"
    assert facts["begun_so_far"] == {"polling": 1}
    assert "permission_refused_events" not in issues(hass)
    # What is not polled is not believed.
    assert state(hass, DETECTION) == STATE_UNAVAILABLE
    camera.online = False
    await until(hass, shows(hass, door, STATE_UNAVAILABLE))
    camera.online = camera.event_stream = True
    simulator.happen(camera.serial, "input", "0", active=False)
    await until(hass, shows(hass, door, "off"))
    (connection,) = entry.runtime_data.connections.values()
    await until(hass, lambda: connection.transport == "stream")


async def test_old_camera_without_inputs_is_looked_for(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).input_poll = 0.05
    timing_of(hass).event_stream_retry = 0.2
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.event_stream = camera.rtsp_websocket = False
    entry = await person.add_account()
    (connection,) = entry.runtime_data.connections.values()
    await until(hass, lambda: connection.transport == "nothing" and simulator.counters["vapix:basicdeviceinfo"] > 3)
    # Nothing can be heard of it, and nothing says otherwise.
    assert state(hass, DETECTION) == STATE_UNAVAILABLE
    camera.event_stream = True
    await until(hass, lambda: connection.transport == "stream")


@pytest.mark.parametrize("camera_count", [3])
async def test_one_broken_camera_affects_no_other(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    broken, well, _ = simulator.world.cameras
    simulator.faults.add(Fault(kind="vapix:ws-data-stream", serial=broken, hang=True))
    for serial in (broken, well):
        simulator.happen(serial, "sound", active=False)
    await person.add_account()
    sound = f"binary_sensor.{well.lower()}_sound"
    await until(hass, shows(hass, sound, "off"))
    for number in range(500):
        simulator.events.send_raw(well, "{" * number)
        simulator.happen(well, "sound", active=number % 2 == 0)
    simulator.happen(well, "sound")
    await until(hass, shows(hass, sound, "on"))


async def test_another_device_behind_the_address_is_not_listened_to(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    camera = next(iter(entry.runtime_data.cameras.values()))
    device = simulator.world.cameras[serial_of(simulator)]
    serial, device.serial = device.serial, "ACCC8EFFFFFF"
    told = states_of(hass, DETECTION)
    simulator.events.cut(serial)
    await until(hass, lambda: camera.condition == "other_device")
    await simulator.events.wait_listeners(serial, 0)
    simulator.events.report(serial, happening("sound"))
    assert state(hass, SOUND) == STATE_UNAVAILABLE
    simulator.happen(serial, "sound", active=False)
    device.serial = serial
    await until(hass, shows(hass, SOUND, "off"))
    assert {each.attributes.get("event_type") for each in told} == {None}


@pytest.mark.parametrize("body", ["[]", '{"data": {"scenarios": [{"id": {}, "name": []}]}}', "\x00"])
async def test_names_that_make_no_sense_are_done_without(
    hass: HomeAssistant, person: Person, simulator: Simulator, body: str
) -> None:
    simulator.faults.add(Fault(kind="vapix:control", status=200, body=body))
    nothing_is_going_on(simulator, "person", "motion")
    await add_listening(hass, person)
    simulator.happen(serial_of(simulator), "person")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_person", "on"))


async def test_more_sources_than_a_camera_can_have_are_left_out(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    for number in range(1500):
        port = Report("tns1:Device/tnsaxis:IO/Port", {"state": "0"}, {"port": str(number)}, stateful=False)
        for report in (port, Report(f"tns1:Strange/T{number}", {}, stateful=False)):
            simulator.events.report(serial_of(simulator), report)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, "on"))
    camera = next(iter(entry.runtime_data.cameras.values()))
    assert len(camera.events.states) <= 200
    (connection,) = entry.runtime_data.connections.values()
    assert len(connection.intake.unknown) <= 50


def _raise(*_: object) -> None:
    raise RuntimeError("a mistake of ours")


@pytest.mark.parametrize("place", ["listen", "detected"])
async def test_mistake_in_one_listener_does_not_end_the_stream(
    hass: HomeAssistant, person: Person, simulator: Simulator, place: str, caplog: pytest.LogCaptureFixture
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    events = next(iter(entry.runtime_data.cameras.values())).events
    stop = events.listen(next(iter(events.found)), _raise) if place == "listen" else events.detected.add(_raise)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, "on"))
    await until(hass, detected(hass, "sound"))
    assert "Unexpected error" in caplog.text
    stop()
