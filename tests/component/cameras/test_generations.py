"""A camera of each generation of AXIS OS works as far as it can, and nothing is an error in the log."""

from dataclasses import dataclass
from typing import Final

from homeassistant.components.camera import async_get_image, async_get_stream_source
from homeassistant.const import STATE_UNAVAILABLE
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.netrex.tasks.timing import timing_of
from simulator import Camera, Simulator
from simulator.generations import GENERATIONS

from ..listening import complaints, shows
from ..person import Person
from ..waiting import until
from .test_camera import moving_pictures

SERIAL: Final = "ACCC8E00C0DE"
SCOPES: Final = [
    *("read", "liveview", "recordings", "events", "write"),
    *("liveview_ptz", "liveview_light", "liveview_audioclip", "audiotransmit"),
]


@dataclass(frozen=True)
class Expected:
    """What a camera can do in Home Assistant.

    Attributes:
        video: whether the live view is video.
        transport: how its reports come.
        controls: entities that it is controlled with and that are on by default, without its name.
        values: sensors that are polled, and what they show.
    """

    video: bool
    transport: str
    controls: frozenset[str]
    values: tuple[tuple[str, str], ...] = ()


EXPECTED: Final = {
    "5.51": Expected(
        video=False,
        transport="polling",
        controls=frozenset({"button.home_position", "button.autofocus", "select.preset"}),
    ),
    "8.20": Expected(
        video=False,
        transport="rtsp",
        controls=frozenset({"switch.gate", "media_player.speaker"}),
    ),
    "9.80": Expected(
        video=True,
        transport="rtsp",
        controls=frozenset({"switch.gate", "light.infrared_light"}),
        values=(("sensor.temperature_sensor", "31.5"), ("sensor.heater_status", "stopped")),
    ),
    "10.12": Expected(
        video=True,
        transport="stream",
        controls=frozenset({"switch.gate", "light.infrared_light"}),
    ),
    "12.11": Expected(
        video=True,
        transport="stream",
        controls=frozenset(
            {
                *("switch.gate", "light.infrared_light", "light.white_light"),
                *("button.autofocus", "select.day_night_mode"),
            }
        ),
        values=(("sensor.temperature_main", "43.5"),),
    ),
}
_CONTROLS: Final = ("button", "switch", "light", "select", "siren", "media_player", "cover", "lock")


@pytest.fixture
def camera_count() -> int:
    """No other camera than that of the test."""
    return 0


def controls(hass: HomeAssistant, name: str) -> frozenset[str]:
    """Return the entities that the camera is controlled with."""
    found = (state.entity_id for domain in _CONTROLS for state in hass.states.async_all(domain))
    return frozenset(each.replace(f"{name}_", "") for each in found)


async def door_opens(hass: HomeAssistant, simulator: Simulator, camera: Camera, door: str) -> None:
    """Open a door that is wired to the camera, and wait until it is shown, reported or polled."""
    for state, shown in (("closed", "on"), ("open", "off")):
        camera.ports[0].state = state
        simulator.happen(camera.serial, "input", "0", active=shown == "on")
        await until(hass, shows(hass, door, shown))


@pytest.mark.parametrize("generation", GENERATIONS)
async def test_generation(
    hass: HomeAssistant, person: Person, simulator: Simulator, generation: str, caplog: pytest.LogCaptureFixture
) -> None:
    timing_of(hass).input_poll = 0.05
    camera, expected = GENERATIONS[generation](SERIAL), EXPECTED[generation]
    name = camera.name.lower()
    simulator.world.add_camera(name=camera.name, external_id=SERIAL, camera=camera)
    entry = await person.add_account(SCOPES)
    entity_id = f"camera.{name}"
    await until(hass, lambda: (found := hass.states.get(entity_id)) and found.state != STATE_UNAVAILABLE)
    (ours,) = entry.runtime_data.cameras.values()

    # The device.
    device = next(
        each for each in dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id) if each.via_device_id
    )
    assert (device.model, device.sw_version) == (camera.model.removeprefix("AXIS "), camera.firmware)

    # The picture, and the live view.
    assert (await async_get_image(hass, entity_id)).content.startswith(b"\xff\xd8")
    found = hass.states.get(entity_id)
    assert found
    assert found.attributes["live_view"] == ("video" if expected.video else "still_images")
    source = await async_get_stream_source(hass, entity_id)
    if expected.video:
        assert source
        async with person.app.session.get(source) as response:
            assert response.status == 200
            assert await response.content.readexactly(188)
    else:
        assert source is None
        async with moving_pictures(person, entity_id) as response:
            assert b"Content-Type: image/jpeg" in await response.content.readexactly(200)

    # What it reports.
    (connection,) = entry.runtime_data.connections.values()
    await until(hass, lambda: connection.transport.value == expected.transport)
    await door_opens(hass, simulator, camera, f"binary_sensor.{name}_door")

    # What it has.
    await until(hass, lambda: expected.controls <= controls(hass, name))
    assert controls(hass, name) == expected.controls
    for sensor, value in expected.values:
        domain, key = sensor.split(".")
        await until(hass, shows(hass, f"{domain}.{name}_{key}", value))
    if "switch.gate" in expected.controls:
        await hass.services.async_call("switch", "turn_on", {"entity_id": f"switch.{name}_gate"}, blocking=True)
        assert camera.ports[1].state == "closed"
    assert not ours.equipment.incomplete
    assert not ours.equipment.refused
    # That a video was not watched to its end is the simulated camera's own remark.
    assert not [text for text in complaints(caplog) if "left in the queue" not in text]


async def test_all_generations_in_one_account(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    for number, make in enumerate(GENERATIONS.values()):
        camera = make(f"ACCC8E00C0D{number}")
        simulator.world.add_camera(name=camera.name, external_id=camera.serial, camera=camera)
    entry = await person.add_account(SCOPES)
    for _ in range(2):
        await until(hass, lambda: {each.condition for each in entry.runtime_data.cameras.values()} == {"reachable"})
        await until(hass, lambda: len(hass.states.async_all("camera")) == len(GENERATIONS))
        await until(hass, lambda: all(state.state != STATE_UNAVAILABLE for state in hass.states.async_all("camera")))
        for found in hass.states.async_all("camera"):
            assert (await async_get_image(hass, found.entity_id)).content.startswith(b"\xff\xd8")
        assert await hass.config_entries.async_reload(entry.entry_id)
    assert complaints(caplog) == []


def test_table_has_all_generations() -> None:
    assert set(EXPECTED) == set(GENERATIONS)
