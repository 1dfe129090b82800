"""A flood of events: the last state of each source comes through, as fast as is allowed."""

from homeassistant.core import HomeAssistant

from custom_components.netrex.events.rate_limiter import EventRateLimiter
from custom_components.netrex.vapix import CameraEvent, EventKind

from ..listening import add_listening
from ..person import Person
from ..waiting import until


def test_of_more_sources_than_any_camera_has_the_newest_come_through() -> None:
    now, taken = 0.0, list[CameraEvent]()
    intake = EventRateLimiter(taken.append, lambda: now)
    for _ in range(1000):
        intake.add(CameraEvent(EventKind.INPUT, "busy", True))
    assert len(taken) == 1000
    taken.clear()
    for number in range(300):
        assert intake.add(CameraEvent(EventKind.INPUT, str(number), True))
    assert taken == []
    assert intake.merged == 300 - 256
    now = 10.0
    assert not intake.release()
    assert [event.source for event in taken] == [str(number) for number in range(44, 300)]


async def test_what_is_held_back_comes_through_in_time(hass: HomeAssistant, person: Person) -> None:
    entry = await add_listening(hass, person)
    (connection,) = entry.runtime_data.connections.values()
    (camera,) = entry.runtime_data.cameras.values()
    for number in range(1150):
        connection.intake.take(CameraEvent(EventKind.VIRTUAL_INPUT, str(number % 150), active=False))
    # More than a second's worth is left.
    await until(hass, lambda: camera.events.counts[EventKind.VIRTUAL_INPUT] >= 1100)
