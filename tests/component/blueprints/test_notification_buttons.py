"""What the buttons of a notification do."""

from datetime import timedelta
import time

from homeassistant.const import EVENT_CALL_SERVICE
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_capture_events, async_fire_time_changed

from custom_components.netrex.auth.scopes import DEFAULT_SCOPES
from simulator import Simulator
from simulator.equipment import Alarm

from ..listening import CAMERA, serial_of, shows
from ..person import Person
from .automating import automate, begin, camera_device, happen, patiently
from .conftest import Phone

BLUEPRINT = "notify_about_events"
SIREN = f"siren.{CAMERA}_siren"


@pytest.fixture
def alarm(simulator: Simulator) -> Alarm:
    """The camera has a siren."""
    alarm = simulator.world.cameras[serial_of(simulator)].alarm = Alarm()
    return alarm


async def told_with_siren(hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone) -> str:
    """Let somebody come, and return what the siren's button sends."""
    await begin(hass, person, simulator, [*DEFAULT_SCOPES, "liveview_light"])
    await patiently(hass, shows(hass, SIREN, "off"))
    await automate(hass, BLUEPRINT, camera=camera_device(hass), phones=[phone.device_id], siren_seconds=7)
    happen(simulator, "person")
    await patiently(hass, lambda: phone.got)
    live, recording, siren = phone.got[0]["data"]["actions"]
    assert (live["title"], recording["title"], siren["title"]) == ("Live", "Recording", "Siren")
    # Nobody who finds the phone can sound it.
    assert siren["authenticationRequired"] is True
    return str(siren["action"])


def press(hass: HomeAssistant, action: str) -> None:
    """Press a button, as the app tells of it."""
    hass.bus.async_fire("mobile_app_notification_action", {"action": action})


async def test_siren_sounds_for_some_seconds(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone, alarm: Alarm
) -> None:
    action = await told_with_siren(hass, person, simulator, phone)
    for other in ("NETREX_SIREN_another", "URI"):
        press(hass, other)
    press(hass, action)
    await patiently(hass, shows(hass, SIREN, "on"))
    (operation,) = alarm.sounding.values()
    assert operation.ends_at is not None
    assert operation.ends_at - time.time() <= 7


async def test_siren_is_silent_after_ten_minutes(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone, alarm: Alarm
) -> None:
    """A notification that lies about for long sounds nothing."""
    action = await told_with_siren(hass, person, simulator, phone)

    def waits_no_more() -> bool:
        async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=11))
        automation = hass.states.get("automation.test")
        assert automation
        return automation.attributes["current"] == 0

    await patiently(hass, waits_no_more)
    calls = async_capture_events(hass, EVENT_CALL_SERVICE)
    press(hass, action)
    await hass.async_block_till_done(wait_background_tasks=False)
    assert not [each for each in calls if each.data["domain"] == "siren"]
    assert not alarm.sounding


@pytest.mark.parametrize("inputs", [{}, {"buttons": ["live", "siren"], "live_text": "Živě"}])
async def test_camera_without_siren_has_no_button(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone, inputs: dict[str, object]
) -> None:
    await begin(hass, person, simulator)
    await automate(hass, BLUEPRINT, camera=camera_device(hass), phones=[phone.device_id], **inputs)
    happen(simulator, "person")
    await patiently(hass, lambda: phone.got)
    titles = [each["title"] for each in phone.got[0]["data"]["actions"]]
    assert titles == (["Živě"] if inputs else ["Live", "Recording"])
