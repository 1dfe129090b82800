"""A whole camera of each kind: what a user finds after it has reported once, and that none of it stays unknown."""

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
import pytest

from simulator import Simulator
from simulator.kinds import CAMERA_KINDS

from ..listening import CAMERA, add_listening, serial_of, until_listening
from ..person import Person
from ..waiting import until

#: What each reports, by names of `simulator.happenings`, and some entities that come of it.
_KINDS = {
    "counting": (
        [("crossing", "1"), ("occupancy", "2")],
        {"sensor.crossings_gate_count", "sensor.occupancy_queue", "binary_sensor.count_limit_reached_queue"},
    ),
    "plates": ([("plate", "1")], {"event.license_plate", "binary_sensor.allowed_license_plate"}),
    "thermal": (
        [("area_temperature", "1")],
        {"sensor.highest_temperature_stove", "binary_sensor.temperature_deviation_transformers"},
    ),
    "air": ([("air", "1")], {"sensor.carbon_dioxide", "sensor.pm2_5", "binary_sensor.smoking_or_vaping"}),
}


@pytest.mark.parametrize("kind", sorted(CAMERA_KINDS))
async def test_camera_of_each_kind(hass: HomeAssistant, person: Person, simulator: Simulator, kind: str) -> None:
    serial = serial_of(simulator)
    simulator.world.cameras[serial] = CAMERA_KINDS[kind](serial)
    happenings, entities = _KINDS[kind]
    entry = await add_listening(hass, person)
    for name, number in happenings:
        simulator.happen(serial, name, number)
    wanted = {f"{domain}.{CAMERA}_{name}" for domain, _, name in (each.partition(".") for each in entities)}
    await until(hass, lambda: wanted <= set(hass.states.async_entity_ids()))
    await until_listening(hass, entry, simulator)
    # The camera may detect something later; all else is known.
    waiting = {f"event.{CAMERA}_detection", f"image.{CAMERA}_event_image"}
    unknown = {
        each.entity_id
        for each in hass.states.async_all()
        if each.state == STATE_UNKNOWN and not each.entity_id.startswith(("button.", "camera."))
    }
    assert unknown <= waiting
