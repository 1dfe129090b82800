"""What somebody who passes a camera leaves in Home Assistant's activity log."""

from datetime import datetime
from typing import Any

from homeassistant.components.recorder import Recorder
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.netrex.tasks.timing import timing_of
from simulator import Simulator

from ..listening import CAMERA, add_listening, detected, nothing_is_going_on, serial_of, shows, state
from ..person import Person
from ..waiting import until

DETECTION = f"event.{CAMERA}_detection"


@pytest.fixture(autouse=True)
async def _find_our_integration(recorder_mock: Recorder, hass: HomeAssistant, enable_custom_integrations: None) -> None:
    """The recorder is there before Home Assistant, which looks into custom_components, and the log before browsers."""
    assert await async_setup_component(hass, "http", {})
    # The log only wants to show its panel there; there is no frontend to show it.
    hass.config.components.add("frontend")
    assert await async_setup_component(hass, "logbook", {})
    hass.config.components.remove("frontend")


async def lines(hass: HomeAssistant, hass_ws_client: WebSocketGenerator, since: datetime) -> list[tuple[str, Any]]:
    """Return what the log shows since then: of what, and what it says."""
    await async_wait_recording_done(hass)
    browser = await hass_ws_client(hass)
    await browser.send_json_auto_id({"type": "logbook/get_events", "start_time": since.isoformat()})
    answer = await browser.receive_json()
    assert answer["success"], answer
    return [
        (each["entity_id"], each.get("attributes", {}).get("event_type") or each["state"]) for each in answer["result"]
    ]


async def pass_by(hass: HomeAssistant, simulator: Simulator) -> datetime:
    """Let a person pass, whom object analytics and motion detection notice; return from when on."""
    serial, since = serial_of(simulator), dt_util.utcnow()
    image = state(hass, f"image.{CAMERA}_event_image")
    simulator.happen(serial, "motion")
    await until(hass, detected(hass, "motion"))
    simulator.happen(serial, "person")
    await until(hass, detected(hass, "person"))
    await until(hass, lambda: state(hass, f"image.{CAMERA}_event_image") != image)
    simulator.happen(serial, "person", active=False)
    simulator.happen(serial, "motion", active=False)
    return since


async def test_somebody_who_passes_makes_two_lines_at_most(
    hass: HomeAssistant, person: Person, simulator: Simulator, hass_ws_client: WebSocketGenerator
) -> None:
    # The worst case: motion detection and object analytics are not taken for the same motion.
    timing_of(hass).event_one_motion = timing_of(hass).event_image_repeat = 0.0
    nothing_is_going_on(simulator, "person", "motion")
    entry = await add_listening(hass, person)
    (camera,) = entry.runtime_data.cameras.values()
    # Twice, as the first time adds entities.
    for _ in range(2):
        since = await pass_by(hass, simulator)
        await until(hass, lambda: not any(each.active for each in camera.events.states.values()))
        assert await lines(hass, hass_ws_client, since) == [(DETECTION, "motion"), (DETECTION, "person")]


@pytest.mark.usefixtures("detection_sensors")
async def test_whoever_wants_a_sensor_has_its_lines(
    hass: HomeAssistant, person: Person, simulator: Simulator, hass_ws_client: WebSocketGenerator
) -> None:
    """So that the two lines above are because of what is off by default."""
    timing_of(hass).event_one_motion = timing_of(hass).event_image_repeat = 0.0
    nothing_is_going_on(simulator, "person", "motion")
    await add_listening(hass, person)
    sensors = [f"binary_sensor.{CAMERA}_{what}" for what in ("motion", "motion_1", "person")]
    simulator.happen(serial_of(simulator), "person")
    simulator.happen(serial_of(simulator), "person", active=False)
    await until(hass, lambda: all(map(hass.states.get, sensors)))
    since = await pass_by(hass, simulator)
    for each in sensors:
        await until(hass, shows(hass, each, "off"))
    told = await lines(hass, hass_ws_client, since)
    assert sorted(told, key=str) == sorted(
        [
            (DETECTION, "motion"),
            (DETECTION, "person"),
            *((sensor, each) for sensor in sensors for each in ("on", "off")),
        ],
        key=str,
    )


async def test_sensors_of_what_is_detected_wait_for_whoever_wants_them(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "person", "motion", "pir", "sound", "input")
    simulator.happen(serial_of(simulator), "line", "2", active=False)
    simulator.happen(serial_of(simulator), "person")
    entry = await add_listening(hass, person)
    await until(hass, lambda: er.async_get(hass).async_get(f"binary_sensor.{CAMERA}_person"))
    entries = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    off = {each.original_device_class for each in entries if each.domain == "binary_sensor" and each.disabled_by}
    # Doors and sounds are not what moves before the camera.
    assert off == {"motion", "occupancy"}
    # The user enables one in its settings, as any entity.
    er.async_get(hass).async_update_entity(f"binary_sensor.{CAMERA}_person", disabled_by=None)
    assert await hass.config_entries.async_reload(entry.entry_id)
    simulator.happen(serial_of(simulator), "person", active=False)
    simulator.happen(serial_of(simulator), "person")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_person", "on"))
