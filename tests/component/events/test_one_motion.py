"""Several sources of a camera notice the same motion: it is detected once, and each source has its own state."""

from itertools import permutations

from homeassistant.core import HomeAssistant, State
import pytest

from custom_components.netrex.tasks.timing import timing_of
from simulator import Profile, Report, Simulator

from ..listening import CAMERA, add_listening, detected, nothing_is_going_on, serial_of, states_of
from ..person import Person
from ..waiting import until

pytestmark = pytest.mark.usefixtures("detection_sensors")

DETECTION = f"event.{CAMERA}_detection"
#: What notices a motion: an app's profile, and the two ONVIF topics.
ALL = ("motion", "motion_alarm", "motion_region")


@pytest.fixture(autouse=True)
def _all_enabled(all_enabled: None, hass: HomeAssistant) -> None:
    """Every source has its sensor, and what is reported here is one motion however slow the machine is."""
    timing_of(hass).event_one_motion = 600.0


async def detections(hass: HomeAssistant, simulator: Simulator, seen: list[State]) -> list[tuple[str, str | None]]:
    """Return what was detected so far, with the names of scenarios; a sound tells that all is through."""
    simulator.happen(serial_of(simulator), "sound", active=False)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, detected(hass, "sound"))
    return [(each.attributes["event_type"], each.attributes.get("scenario")) for each in seen][:-1]


@pytest.mark.parametrize("order", list(permutations(ALL)))
async def test_motion_of_an_app_that_onvif_repeats(
    hass: HomeAssistant, person: Person, simulator: Simulator, order: tuple[str, ...]
) -> None:
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.motion_profiles = [Profile(1, "Dvůr")]
    nothing_is_going_on(simulator, *ALL, "sound")
    await add_listening(hass, person)
    seen = states_of(hass, DETECTION)
    for name in order:
        simulator.happen(camera.serial, name)
    assert await detections(hass, simulator, seen) == [("motion", "Dvůr")]
    moving = [each.entity_id for each in hass.states.async_all("binary_sensor") if "motion" in each.entity_id]
    # The camera's own, and one of each source.
    assert len(moving) == 4
    assert all(hass.states.is_state(each, "on") for each in moving)


async def test_motion_that_only_onvif_reports(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    nothing_is_going_on(simulator, *ALL[1:], "sound")
    await add_listening(hass, person)
    seen = states_of(hass, DETECTION)
    for name in ALL[:0:-1]:
        simulator.happen(serial_of(simulator), name)
    assert await detections(hass, simulator, seen) == [("motion", None)]


@pytest.mark.parametrize(
    ("names", "detected"),
    [
        (("person", "motion"), ["person"]),
        (("motion", "person"), ["motion", "person"]),
        (("pir", "motion"), ["motion"]),
        (("motion", "pir"), ["motion"]),
        (("line", "motion_alarm"), ["line_crossed"]),
    ],
)
async def test_analytics_say_more_than_a_motion(
    hass: HomeAssistant, person: Person, simulator: Simulator, names: tuple[str, ...], detected: list[str]
) -> None:
    nothing_is_going_on(simulator, *names, "sound")
    await add_listening(hass, person)
    seen = states_of(hass, DETECTION)
    for name in names:
        simulator.happen(serial_of(simulator), name)
    assert [each for each, _ in await detections(hass, simulator, seen)] == detected


async def test_later_motion_is_another_one(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    timing_of(hass).event_one_motion = 0.0
    nothing_is_going_on(simulator, "person", "motion", "sound")
    await add_listening(hass, person)
    seen = states_of(hass, DETECTION)
    simulator.happen(serial_of(simulator), "person")
    simulator.happen(serial_of(simulator), "motion")
    assert [each for each, _ in await detections(hass, simulator, seen)] == ["person", "motion"]


async def test_profiles_and_pictures_are_apart(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    def move(profile: str, *, active: bool = True) -> None:
        report = Report(f"tnsaxis:CameraApplicationPlatform/{profile}", {"active": "1" if active else "0"})
        simulator.events.report(serial_of(simulator), report)

    profiles = ("VMD/Camera1Profile1", "VMD/Camera1Profile2", "FenceGuard/Camera2Profile1", "VMD/Camera2Profile3")
    for profile in profiles:
        move(profile, active=False)
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    seen = states_of(hass, DETECTION)
    for profile in profiles:
        move(profile)
    # In the second picture, the motion is that of the line.
    assert [each for each, _ in await detections(hass, simulator, seen)] == ["motion", "motion", "line_crossed"]
