"""What outages of events must not do: tell what did not happen, hide what did, or last longer than they do."""

from datetime import timedelta

from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Simulator

from ..listening import CAMERA, add_listening, nothing_is_going_on, serial_of, shows, state, states_of
from ..person import Person
from ..waiting import until

SOUND = f"binary_sensor.{CAMERA}_sound"
DETECTION = f"event.{CAMERA}_detection"
_STREAM = "vapix:ws-data-stream"


@pytest.fixture(autouse=True)
def _quick(quick_reconnects: None, quick_rechecks: None) -> None:
    """Nobody waits longer than needed."""


def streams(simulator: Simulator) -> int:
    return simulator.counters[_STREAM]


async def long_outage(hass: HomeAssistant, simulator: Simulator) -> None:
    """Let the events stay away for longer than a moment."""
    before = streams(simulator)
    simulator.faults.add(Fault(kind=_STREAM, status=502))
    simulator.events.cut(serial_of(simulator))
    await until(hass, lambda: streams(simulator) > before)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=11))
    await until(hass, shows(hass, SOUND, STATE_UNAVAILABLE))


async def test_what_was_on_before_an_outage_is_not_shown_as_on_after_it(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, "on"))
    await long_outage(hass, simulator)
    seen, told = states_of(hass, SOUND), states_of(hass, DETECTION)
    simulator.happen(serial_of(simulator), "sound", active=False)
    simulator.faults.clear()
    await until(hass, shows(hass, SOUND, "off"))
    # An automation that waits for "on" has nothing to do.
    assert "on" not in {each.state for each in seen}
    assert len({each.attributes.get("event_type") for each in told}) == 1


async def test_what_goes_on_through_an_outage_is_no_news(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, "on"))
    first = state(hass, DETECTION)
    await long_outage(hass, simulator)
    simulator.faults.clear()
    await until(hass, shows(hass, SOUND, "on"))
    assert state(hass, DETECTION) == first


async def test_outage_is_told_once_in_the_log_and_so_is_its_end(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    await long_outage(hass, simulator)
    before = streams(simulator)
    await until(hass, lambda: streams(simulator) > before + 2)
    simulator.faults.clear()
    await until(hass, shows(hass, SOUND, "off"))
    told = [record.getMessage() for record in caplog.records if record.levelname == "INFO" and "vents" in record.msg]
    assert [line.partition(":")[0].partition(" ACCC8E10A3F1")[0] for line in told] == [
        "No events are received of",
        "Events of",
    ]


async def test_check_that_fails_does_not_hide_what_is_heard(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    simulator.faults.add(Fault(kind="vapix:basicdeviceinfo", status=503))
    simulator.faults.add(Fault(kind="vapix:image", status=503))
    async with person.app.get(f"/api/camera_proxy/camera.{CAMERA}") as response:
        assert response.status >= 400
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_connectivity", "off"))
    # The camera is too busy for pictures, and its events come all the same.
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, "on"))
    detection = hass.states.get(DETECTION)
    assert detection
    assert detection.attributes["event_type"] == "sound"
    # Once they no longer come either, they are gone at once.
    simulator.faults.add(Fault(kind=_STREAM, status=503))
    simulator.events.cut(serial_of(simulator))
    await until(hass, shows(hass, SOUND, STATE_UNAVAILABLE))


async def test_one_refusal_changes_nothing_about_how_the_stream_is_opened(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    (connection,) = entry.runtime_data.connections.values()
    simulator.faults.add(Fault(kind=_STREAM, status=401, times=1))
    # This proxy knows no numbers of sessions.
    simulator.faults.add(Fault(kind="vapix:wssession", status=404))
    before = connection.streams
    simulator.events.cut(serial_of(simulator))
    await until(hass, lambda: connection.streams > before)
    assert connection.transport == "stream"
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, "on"))


async def test_session_numbers_that_fail_later_are_done_without(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    simulator.switches.event_stream_access = "session"
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    (connection,) = entry.runtime_data.connections.values()
    simulator.switches.event_stream_access = "header"
    simulator.faults.add(Fault(kind="vapix:wssession", status=502))
    before = connection.streams
    simulator.events.cut(serial_of(simulator))
    await until(hass, lambda: connection.streams > before)
    await until(hass, shows(hass, SOUND, "off"))


async def test_moment_without_the_stream_is_not_taken_for_an_old_camera(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    (connection,) = entry.runtime_data.connections.values()
    # A camera whose web server is up before its events are.
    fault = simulator.faults.add(Fault(kind=_STREAM, status=404, times=2))
    simulator.events.reboot(serial_of(simulator))
    await until(hass, lambda: simulator.faults.struck(fault) == 2)
    await until(hass, lambda: connection.transport == "stream")
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, shows(hass, SOUND, "on"))


async def test_stream_that_breaks_before_it_begins_takes_no_state_away(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).event_states_confirmed_within = 0.1
    serial = serial_of(simulator)
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    seen = states_of(hass, SOUND)
    camera, before = simulator.world.cameras[serial], streams(simulator)
    camera.event_ack = simulator.switches.event_initial_states = False
    simulator.events.cut(serial)
    for number in range(3):
        await until(hass, lambda number=number: streams(simulator) > before + number)  # type: ignore[misc]
        await simulator.events.wait_listeners(serial, 1)
        simulator.events.cut(serial)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=6))
    for states in camera.event_states.values():
        states["triggered"] = "1"
    camera.event_ack = simulator.switches.event_initial_states = True
    simulator.events.cut(serial)
    await until(hass, shows(hass, SOUND, "on"))
    assert [each.state for each in seen] == ["on"]
    # It began while nobody listened.
    detection = hass.states.get(DETECTION)
    assert detection
    assert detection.attributes["event_type"] == "sound"


@pytest.mark.parametrize("camera_count", [2])
async def test_camera_that_never_answers_the_subscription_holds_up_no_other(
    hass: HomeAssistant, person: Person, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    timing_of(hass).event_connections_at_once = 1
    monkeypatch.setattr("custom_components.netrex.cameras.event_connection.ANSWER_TIMEOUT", 0.3)
    silent, well = simulator.world.cameras
    simulator.world.cameras[silent].event_ack = False
    for serial in (silent, well):
        simulator.happen(serial, "sound", active=False)
    entry = await person.add_account()
    accounts = entry.runtime_data

    def talking() -> bool:
        # It reports all the time, which is no answer.
        simulator.happen(silent, "sound")
        return bool(accounts.connections) and any(each.listening for each in accounts.connections.values())

    await until(hass, talking)
    await until(hass, shows(hass, f"binary_sensor.{well.lower()}_sound", "off"))
    failures = {each.last_failure for each in accounts.connections.values() if not each.listening}
    assert failures == {"UnreachableError"}
