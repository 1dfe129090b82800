"""What tests of events share: an account whose camera is listened to, and what entities show over time."""

from collections.abc import Callable
from functools import partial

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, State, callback
from homeassistant.helpers.event import async_track_state_change_event
import pytest

from custom_components.netrex.cameras.axis_camera import AxisCamera
from simulator import Simulator

from .person import Person
from .waiting import until

#: How the only camera's entities begin: it is called by its serial number.
CAMERA = "accc8e10a3f1"


def serial_of(simulator: Simulator) -> str:
    """Return the serial number of the first camera."""
    return next(iter(simulator.world.cameras))


def nothing_is_going_on(simulator: Simulator, *names: str) -> None:
    """Let the camera report at the beginning of a stream that these are off."""
    for name in names:
        number = {"input": "0", "storage": "SD_DISK"}.get(name, "1")
        simulator.happen(serial_of(simulator), name, number, active=False)


async def until_listening(hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator) -> None:
    """Wait until every camera is listened to, and what it has reported has its entities."""
    account = entry.runtime_data
    await until(hass, lambda: account.connections and all(each.listening for each in account.connections.values()))

    def told(camera: AxisCamera) -> bool:
        reported = len(simulator.world.cameras[camera.serial].event_states)
        return camera.events.counts.total() >= reported and not camera.events.names_wanted

    for camera in account.cameras.values():
        await until(hass, partial(told, camera))
    await hass.async_block_till_done(wait_background_tasks=False)


async def add_listening(hass: HomeAssistant, person: Person, scopes: list[str] | None = None) -> ConfigEntry:
    """Add the account, and wait until its cameras are listened to."""
    entry = await person.add_account(scopes)
    await until_listening(hass, entry, person.simulator)
    return entry


def complaints(caplog: pytest.LogCaptureFixture) -> list[str]:
    """Return what the log has to say of warnings and errors; that a busy machine is slow is none of them."""
    return [
        record.getMessage()
        for record in caplog.records
        if record.levelname in {"ERROR", "WARNING"} and record.name != "asyncio"
    ]


def states_of(hass: HomeAssistant, *entity_ids: str) -> list[State]:
    """Return a list to which every state of the entities is added from now on."""
    seen: list[State] = []

    @callback
    def note(event: Event[EventStateChangedData]) -> None:
        assert event.data["new_state"]
        seen.append(event.data["new_state"])

    async_track_state_change_event(hass, entity_ids, note)
    return seen


def shows(hass: HomeAssistant, entity_id: str, state: str) -> Callable[[], bool]:
    """Return whether an entity shows a state, for `until`."""
    return lambda: hass.states.is_state(entity_id, state)


def detected(hass: HomeAssistant, what: str) -> Callable[[], bool]:
    """Return whether this is what the only camera has detected last, for `until`."""

    def is_last() -> bool:
        last = hass.states.get(f"event.{CAMERA}_detection")
        return last is not None and last.attributes.get("event_type") == what

    return is_last


def state(hass: HomeAssistant, entity_id: str) -> str:
    """Return what an entity shows."""
    found = hass.states.get(entity_id)
    assert found, f"there is no {entity_id}"
    return found.state
