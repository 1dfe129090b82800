"""What cameras report becomes entities that a user sees change."""

from collections.abc import Callable

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_state_change_event

from simulator import Simulator

from .person import Person
from .waiting import until

CAMERA = "accc8e10a3f1"


def serial_of(simulator: Simulator) -> str:
    return next(iter(simulator.world.cameras))


def tell_nothing_is_going_on(simulator: Simulator, *names: str) -> None:
    """Let the camera report at the beginning of a stream that these are not on."""
    for name in names:
        number = "0" if name == "input" else "SD_DISK" if name == "storage" else "1"
        simulator.happen(serial_of(simulator), name, number, active=False)


async def listening(hass: HomeAssistant, person: Person, rights: list[str] | None = None) -> ConfigEntry:
    """Add the account, and wait until its camera is listened to and what it reports has its entities."""
    entry = await person.add_account(rights)
    (connection,) = entry.runtime_data.connections.values()
    await until(hass, lambda: connection.listening)
    events = next(iter(entry.runtime_data.cameras.values())).events
    await until(hass, lambda: set(events.states) <= {*events.found})
    return entry


def changes_of(hass: HomeAssistant, *entity_ids: str) -> list[State]:
    """Return a list to which every state of the entities is added from now on."""
    seen: list[State] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        assert event.data["new_state"]
        seen.append(event.data["new_state"])

    async_track_state_change_event(hass, entity_ids, note)
    return seen


def shows(hass: HomeAssistant, entity_id: str, state: str) -> Callable[[], bool]:
    return lambda: hass.states.is_state(entity_id, state)


async def test_person_comes_and_goes(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    tell_nothing_is_going_on(simulator, "person")
    await listening(hass, person)
    assert hass.states.get(f"binary_sensor.{CAMERA}_motion").state == "off"
    assert hass.states.get(f"event.{CAMERA}_detection").state == "unknown"

    simulator.happen(serial_of(simulator), "person")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_person", "on"))
    assert hass.states.get(f"binary_sensor.{CAMERA}_motion").state == "on"
    detection = hass.states.get(f"event.{CAMERA}_detection")
    assert detection.attributes["event_type"] == "person"
    assert detection.attributes["object_class"] == "person"
    assert detection.attributes["recording"].startswith("media-source://netrex/recording/")
    assert hass.states.get(f"sensor.{CAMERA}_last_event").state == "person"
    await until(hass, lambda: hass.states.get(f"image.{CAMERA}_last_event").state != "unknown")

    simulator.happen(serial_of(simulator), "person", active=False)
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_person", "off"))
    assert hass.states.get(f"binary_sensor.{CAMERA}_motion").state == "off"
