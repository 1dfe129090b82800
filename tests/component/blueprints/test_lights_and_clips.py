"""A light that goes on when something happens, and the recording that is saved when a door opens."""

from datetime import timedelta
from pathlib import Path

import av
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed, async_mock_service

from simulator import Simulator

from ..listening import CAMERA, serial_of, shows, state, states_of
from ..person import Person
from .automating import DETECTION, automate, begin, camera_device, happen, patiently, told


async def test_clip_is_saved_when_a_door_opens(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    await begin(hass, person, simulator)
    saved = async_mock_service(hass, "netrex", "export_recording")
    await automate(
        hass, "save_clip_when_door_opens", door=f"binary_sensor.{CAMERA}_door", camera=camera_device(hass), wait=5
    )
    simulator.happen(serial_of(simulator), "input", "0")
    await patiently(hass, shows(hass, f"binary_sensor.{CAMERA}_door", "on"))
    opened = dt_util.utcnow()
    async_fire_time_changed(hass, opened + timedelta(seconds=24))
    assert not saved
    async_fire_time_changed(hass, opened + timedelta(seconds=27))
    await patiently(hass, lambda: saved)
    starts = dt_util.parse_datetime(str(saved[0].data["start"]), raise_on_error=True)
    ends = dt_util.parse_datetime(str(saved[0].data["end"]), raise_on_error=True)
    assert ends - starts == timedelta(seconds=30)
    assert abs(dt_util.as_utc(starts) + timedelta(seconds=10) - opened) < timedelta(seconds=3)
    assert saved[0].data["file_name"].startswith(f"netrex/{CAMERA}_")


@pytest.mark.usefixtures("quick_polls")
async def test_clip_of_a_door_lies_in_the_media_folder(
    hass: HomeAssistant, person: Person, simulator: Simulator, tmp_path: Path
) -> None:
    simulator.switches.recording_preparation = 0.05
    media = tmp_path / "media"
    media.mkdir()
    hass.config.media_dirs = {"local": str(media)}
    await begin(hass, person, simulator)
    seconds = {"seconds_before": 3, "seconds_after": 1, "wait": 1}
    door, camera = f"binary_sensor.{CAMERA}_door", camera_device(hass)
    await automate(hass, "save_clip_when_door_opens", door=door, camera=camera, folder="doors", **seconds)
    simulator.happen(serial_of(simulator), "input", "0")
    await patiently(hass, lambda: list(media.rglob("*.mp4")))
    (clip,) = await hass.async_add_executor_job(lambda: list(media.rglob("*.mp4")))
    assert clip.parent.name == "doors"
    assert clip.name.startswith(f"{CAMERA}_")

    def seconds_of(path: Path) -> float:
        with av.open(path) as container:
            return float(container.duration or 0) / av.time_base

    assert 1 <= await hass.async_add_executor_job(seconds_of, clip) <= 4.5


@pytest.fixture
async def lamp(hass: HomeAssistant) -> str:
    """A light."""
    assert await async_setup_component(hass, "input_boolean", {"input_boolean": {"lamp": {}}})
    target = {"target": {"entity_id": "input_boolean.lamp"}}
    light = {
        "name": "Lamp",
        "state": "{{ is_state('input_boolean.lamp', 'on') }}",
        "turn_on": [{"action": "input_boolean.turn_on", **target}],
        "turn_off": [{"action": "input_boolean.turn_off", **target}],
    }
    assert await async_setup_component(hass, "template", {"template": [{"light": [light]}]})
    await hass.async_block_till_done(wait_background_tasks=False)
    return "light.lamp"


async def test_light_goes_on_and_off_again(
    hass: HomeAssistant, person: Person, simulator: Simulator, lamp: str
) -> None:
    await begin(hass, person, simulator)
    hass.states.async_set("sun.sun", "above_horizon")
    await automate(hass, "light_on_event", camera=camera_device(hass), light=lamp)
    happen(simulator, "person")
    await told(hass, "person")
    assert state(hass, lamp) == "off"

    hass.states.async_set("sun.sun", "below_horizon")
    happen(simulator, "vehicle")
    await patiently(hass, shows(hass, lamp, "on"))
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=4))
    assert state(hass, lamp) == "on"
    # Nobody chose sounds, and a connection that comes back is nobody either.
    happen(simulator, "sound")
    await told(hass, "sound")
    shown = hass.states.get(DETECTION)
    assert shown
    hass.states.async_set(DETECTION, "unavailable")
    hass.states.async_set(DETECTION, shown.state, shown.attributes)

    def is_off_later() -> bool:
        # The automation may just be looking at what happened, and not wait yet.
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=6))
        return hass.states.is_state(lamp, "off")

    await patiently(hass, is_off_later)


async def test_light_stays_on_while_something_goes_on(
    hass: HomeAssistant, person: Person, simulator: Simulator, lamp: str
) -> None:
    await begin(hass, person, simulator)
    hass.states.async_set("sun.sun", "below_horizon")
    await automate(hass, "light_on_event", camera=camera_device(hass), light=lamp, minutes=0.1)
    happen(simulator, "person")
    await patiently(hass, shows(hass, lamp, "on"))
    seen = states_of(hass, lamp)
    first = state(hass, DETECTION)
    happen(simulator, "vehicle")
    await told(hass, "vehicle")
    second = state(hass, DETECTION)
    await patiently(hass, shows(hass, lamp, "off"))
    # Six seconds after the second one rather than the first.
    off = seen[-1].last_changed
    assert first < second
    assert off - dt_util.parse_datetime(second, raise_on_error=True) >= timedelta(seconds=5.9)


async def test_light_that_somebody_turned_on_stays_on(
    hass: HomeAssistant, person: Person, simulator: Simulator, lamp: str
) -> None:
    await begin(hass, person, simulator)
    hass.states.async_set("sun.sun", "below_horizon")
    await automate(hass, "light_on_event", camera=camera_device(hass), light=lamp)
    await hass.services.async_call("light", "turn_on", {"entity_id": lamp}, blocking=True)
    happen(simulator, "person")
    await told(hass, "person")
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=12))
    await hass.async_block_till_done(wait_background_tasks=False)
    assert state(hass, lamp) == "on"
