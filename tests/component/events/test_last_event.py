"""The picture of the last event, what it was, when the camera was last heard of, and how worn its card is."""

from datetime import datetime, timedelta
from http import HTTPStatus
import stat
import time

from homeassistant.const import EVENT_HOMEASSISTANT_FINAL_WRITE, STATE_UNAVAILABLE, STATE_UNKNOWN
from homeassistant.core import HomeAssistant, State
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    async_fire_time_changed,
    mock_restore_cache_with_extra_data,
)

from custom_components.netrex.events.pictures import EventPictures
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Port, Report, Simulator
from tests.small_disk import small_disk

from ..episodes_kept import PICTURE, folder_of
from ..listening import (
    CAMERA,
    add_listening,
    detected,
    nothing_is_going_on,
    serial_of,
    shows,
    state,
    states_of,
    until_listening,
)
from ..person import Person
from ..waiting import until

IMAGE = f"image.{CAMERA}_event_image"
LAST_EVENT = f"sensor.{CAMERA}_last_event"
DETECTION = f"event.{CAMERA}_detection"
_JPEG = b"\xff\xd8\xff"


@pytest.fixture(autouse=True)
def _patient(hass: HomeAssistant) -> None:
    """Pictures are taken however slow the machine is."""
    timing_of(hass).event_image_in_time = timing_of(hass).event_image_loaded_within = 60.0


def moment(hass: HomeAssistant, entity_id: str) -> datetime:
    return dt_util.parse_datetime(state(hass, entity_id), raise_on_error=True)


async def picture(hass: HomeAssistant, person: Person, entity_id: str = IMAGE) -> tuple[int, bytes]:
    """Look at a picture as a dashboard does."""
    shown = hass.states.get(entity_id)
    assert shown
    async with person.browser.get(shown.attributes["entity_picture"]) as response:
        return response.status, await response.read()


async def pictured(hass: HomeAssistant, person: Person, simulator: Simulator) -> bytes:
    """Let something happen, and return its picture."""
    before = state(hass, IMAGE)
    simulator.happen(serial_of(simulator), "sound", active=False)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, lambda: state(hass, IMAGE) != before)
    status, shown = await picture(hass, person)
    assert status == HTTPStatus.OK
    return shown


async def test_picture_is_taken_when_something_happens(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    assert state(hass, IMAGE) == STATE_UNKNOWN
    status, _ = await picture(hass, person)
    assert status == HTTPStatus.INTERNAL_SERVER_ERROR
    shown = await pictured(hass, person, simulator)
    assert shown.startswith(_JPEG)
    assert moment(hass, DETECTION) <= moment(hass, IMAGE) <= dt_util.utcnow()
    # Large enough for a notification, and no larger.
    assert simulator.log[-1].query["resolution"] == "1280x720"


@pytest.mark.parametrize(
    ("sent", "is_shown"),
    [(PICTURE[:-2], False), (PICTURE[: len(PICTURE) // 2] + bytes(5000), False), (PICTURE + b"appended", True)],
    ids=["without its end", "the rest is empty", "with more behind it"],
)
async def test_nobody_sees_half_a_picture(
    hass: HomeAssistant, person: Person, simulator: Simulator, sent: bytes, *, is_shown: bool
) -> None:
    timing_of(hass).event_image_repeat = timing_of(hass).event_image_pause = 0.0
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    before = await pictured(hass, person, simulator)
    at = state(hass, IMAGE)
    fault = simulator.faults.add(Fault(kind="vapix:image", body=sent))
    simulator.happen(serial_of(simulator), "sound", active=False)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, lambda: simulator.faults.struck(fault) and not entry.runtime_data.episodes.under_way.count)
    assert await picture(hass, person) == (HTTPStatus.OK, sent if is_shown else before)
    assert (state(hass, IMAGE) != at) == is_shown
    simulator.faults.clear()
    shown = await pictured(hass, person, simulator)
    assert await picture(hass, person) == (HTTPStatus.OK, shown)


async def test_picture_outlives_restarts_and_is_gone_with_the_account(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    shown, at = await pictured(hass, person, simulator), state(hass, IMAGE)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await hass.async_block_till_done(wait_background_tasks=False)
    (kept,) = await hass.async_add_executor_job(lambda: list(folder_of(hass).glob("*/*.jpg")))
    assert await hass.async_add_executor_job(kept.read_bytes) == shown
    # Others who have an account on the machine do not see it.
    assert [stat.S_IMODE(path.stat().st_mode) for path in (kept, kept.parent)] == [0o600, 0o700]

    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    assert await picture(hass, person) == (HTTPStatus.OK, shown)
    difference = dt_util.parse_datetime(state(hass, IMAGE), raise_on_error=True) - dt_util.parse_datetime(
        at, raise_on_error=True
    )
    assert abs(difference) < timedelta(milliseconds=1)

    # Also while the camera is off.
    simulator.world.cameras[serial_of(simulator)].online = False
    simulator.events.cut(serial_of(simulator))
    await until(hass, shows(hass, DETECTION, STATE_UNAVAILABLE))
    assert (await picture(hass, person))[1] == shown

    await hass.config_entries.async_remove(entry.entry_id)
    assert not await hass.async_add_executor_job(kept.exists)


async def test_picture_is_written_once_a_minute_at_most(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    shown = await pictured(hass, person, simulator)
    folder = folder_of(hass)
    assert not await hass.async_add_executor_job(lambda: list(folder.glob("*/*.jpg")))
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=61))
    await until(hass, lambda: list(folder.glob("*/*.jpg")))
    assert (await picture(hass, person))[1] == shown
    # A camera that goes for good takes its picture along.
    node = next(node for node in simulator.world.nodes.values() if node.serial)
    simulator.world.remove(node.node_id)
    await entry.runtime_data.tree.async_refresh()
    await until(hass, lambda: not list(folder.glob("*/*.jpg")))


async def test_full_disk_is_no_reason_to_stop(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    folder = folder_of(hass)
    await hass.async_add_executor_job(folder.parent.mkdir, 0o777, True, True)
    await hass.async_add_executor_job(folder.write_text, "in the way")
    shown = await pictured(hass, person, simulator)
    assert shown.startswith(_JPEG)
    for _ in range(3):
        async_fire_time_changed(hass, fire_all=True)
        await until(hass, lambda: "Images of events can't be saved" in caplog.text)
        # A try that is not over would meet the space that there is next.
        await hass.async_block_till_done()
    assert (await picture(hass, person))[1] == shown
    # There is space again: at the latest when Home Assistant stops.
    await hass.async_add_executor_job(folder.unlink)
    hass.bus.async_fire(EVENT_HOMEASSISTANT_FINAL_WRITE)
    await until(hass, lambda: "Images of events are saved again" in caplog.text)
    (kept,) = await hass.async_add_executor_job(lambda: list(folder.glob("*/*.jpg")))
    assert kept.read_bytes() == shown
    assert (
        caplog.text.count("Images of events can't be saved")
        == caplog.text.count("Images of events are saved again")
        == 1
    )


async def test_picture_that_there_was_no_space_for_is_tried_again(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    shown = await pictured(hass, person, simulator)
    folder = folder_of(hass)
    with small_disk(1000):
        async_fire_time_changed(hass, fire_all=True)
        await until(hass, lambda: "Images of events can't be saved" in caplog.text)
    assert not await hass.async_add_executor_job(lambda: list(folder.glob("*/*.*")))
    async_fire_time_changed(hass, fire_all=True)
    await until(hass, lambda: "Images of events are saved again" in caplog.text)
    (kept,) = await hass.async_add_executor_job(lambda: list(folder.glob("*/*.*")))
    assert kept.read_bytes() == shown


async def test_memory_for_pictures_on_a_full_disk_is_bounded(hass: HomeAssistant) -> None:
    timing_of(hass).most_unsaved_event_image_bytes = 25_000
    pictures, now = EventPictures(hass, "account"), dt_util.utcnow()
    with small_disk(1000):
        assert [await pictures.save(node, bytes(10_000), now) for node in (1, 2, 3, 1, 3)] == [
            *(False, False, True),
            *(False, True),
        ]
    assert await pictures.save(1, bytes(10_000), now)


@pytest.mark.parametrize("fault", [Fault(kind="vapix:image", status=503), Fault(kind="vapix:image", garbage=True)])
async def test_no_picture_leaves_the_one_before(
    hass: HomeAssistant, person: Person, simulator: Simulator, fault: Fault
) -> None:
    nothing_is_going_on(simulator, "sound", "pir")
    await add_listening(hass, person)
    shown, at = await pictured(hass, person, simulator), state(hass, IMAGE)
    simulator.faults.add(fault)
    simulator.happen(serial_of(simulator), "pir")
    await until(hass, lambda: simulator.faults.struck(fault))
    await until(hass, detected(hass, "motion"))
    assert state(hass, IMAGE) == at
    assert (await picture(hass, person))[1] == shown


async def test_many_events_make_few_pictures(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    timing_of(hass).event_image_repeat = 0.0
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    told = states_of(hass, DETECTION)
    for number in range(200):
        simulator.happen(serial_of(simulator), "sound", active=number % 2 == 0)
    await until(hass, lambda: len(told) == 100)
    await until(hass, lambda: state(hass, IMAGE) != STATE_UNKNOWN)
    first = time.monotonic()
    # Then one a second at most, and the last one shows the end.
    for number in range(200):
        simulator.happen(serial_of(simulator), "sound", active=number % 2 == 0)
    await until(hass, lambda: len(told) == 200)
    await until(hass, lambda: moment(hass, IMAGE) >= moment(hass, DETECTION))
    assert simulator.counters["vapix:image"] <= 2 + (time.monotonic() - first)


async def test_picture_that_would_come_too_late_is_not_taken(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    timing_of(hass).event_image_in_time = 0.05
    nothing_is_going_on(simulator, "sound", "pir")
    entry = await add_listening(hass, person)
    turns = entry.runtime_data.recorder.turns
    for _ in range(4):
        await turns.acquire()
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, detected(hass, "sound"))
    await until(hass, lambda: "too many at once" in caplog.text)
    assert simulator.counters["vapix:image"] == 0
    for _ in range(4):
        turns.release()
    timing_of(hass).event_image_in_time = 60.0
    simulator.happen(serial_of(simulator), "pir")
    await until(hass, lambda: state(hass, IMAGE) != STATE_UNKNOWN)


async def test_camera_that_refuses_holds_up_no_other(
    hass: HomeAssistant, person: Person, simulator: Simulator, caplog: pytest.LogCaptureFixture
) -> None:
    """Why it does is found out outside of the turns that all cameras share."""
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    simulator.faults.add(Fault(kind="vapix:image", status=403))
    # The first such question is answered: the token is good.
    simulator.faults.add(Fault(kind="vapix:basicdeviceinfo", times=1))
    why = simulator.faults.add(Fault(kind="vapix:basicdeviceinfo", hang=True))
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, lambda: "No picture of an event" in caplog.text and simulator.faults.struck(why))
    for _ in range(4):
        assert not entry.runtime_data.recorder.turns.locked()
        await entry.runtime_data.recorder.turns.acquire()


async def test_picture_that_is_late_is_not_shown(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    caplog: pytest.LogCaptureFixture,
) -> None:
    timing_of(hass).event_image_loaded_within = 0.2
    nothing_is_going_on(simulator, "sound", "pir")
    await add_listening(hass, person)
    simulator.faults.add(Fault(kind="vapix:image", hang=True, times=1))
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, lambda: "No picture of an event" in caplog.text)
    assert state(hass, IMAGE) == STATE_UNKNOWN
    # Neither does it hold up the next one.
    timing_of(hass).event_image_loaded_within = 60.0
    simulator.faults.clear()
    simulator.happen(serial_of(simulator), "pir")
    await until(hass, lambda: state(hass, IMAGE) != STATE_UNKNOWN)


async def test_picture_is_of_the_lens_that_saw_it(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.channels = 2
    nothing_is_going_on(simulator, "sound")
    profile = Report("tnsaxis:CameraApplicationPlatform/VMD/Camera2Profile1", {"active": "0"})
    simulator.events.report(camera.serial, profile)
    await add_listening(hass, person)
    simulator.events.report(camera.serial, Report(profile.topic, {"active": "1"}))
    await until(hass, lambda: state(hass, IMAGE) != STATE_UNKNOWN)
    assert simulator.log[-1].query["camera"] == "2"


async def test_removed_camera_leaves_no_picture_behind(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    await pictured(hass, person, simulator)
    node = next(node for node in simulator.world.nodes.values() if node.serial)
    simulator.world.remove(node.node_id)
    await entry.runtime_data.tree.async_refresh()
    await until(hass, lambda: hass.states.get(IMAGE) is None)
    await hass.async_block_till_done()
    folder = folder_of(hass)
    assert not await hass.async_add_executor_job(lambda: list(folder.glob("*/*.*")))


async def test_inputs_are_not_photographed(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    simulator.world.cameras[serial_of(simulator)].ports = [Port("Dveře")]
    nothing_is_going_on(simulator, "input", "sound")
    await add_listening(hass, person)
    assert state(hass, DETECTION) == STATE_UNKNOWN
    simulator.happen(serial_of(simulator), "input", "0")
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_dvere", "on"))
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, lambda: state(hass, IMAGE) != STATE_UNKNOWN)
    # Only what the analytics found.
    assert simulator.counters["vapix:image"] == 1


@pytest.mark.usefixtures("all_enabled")
@pytest.mark.parametrize(("before", "after"), [("person", "person"), ("rapture", STATE_UNKNOWN)])
async def test_last_event_is_known_after_a_restart(
    hass: HomeAssistant, person: Person, before: str, after: str
) -> None:
    stored = {"native_value": before, "native_unit_of_measurement": None}
    mock_restore_cache_with_extra_data(hass, [(State(LAST_EVENT, before), stored)])
    await add_listening(hass, person)
    assert state(hass, LAST_EVENT) == after


@pytest.mark.usefixtures("all_enabled")
async def test_last_event_may_be_a_ring(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    nothing_is_going_on(simulator, "call")
    await add_listening(hass, person)
    simulator.happen(serial_of(simulator), "call")
    await until(hass, shows(hass, LAST_EVENT, "ring"))


@pytest.mark.usefixtures("all_enabled", "quick_rechecks")
async def test_last_contact(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    entity_id = f"sensor.{CAMERA}_last_seen"
    old = dt_util.utcnow() - timedelta(days=2)
    stored = {"native_value": {"__type": "<class 'datetime.datetime'>", "isoformat": old.isoformat()}}
    mock_restore_cache_with_extra_data(
        hass, [(State(entity_id, old.isoformat()), {**stored, "native_unit_of_measurement": None})]
    )
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.online = False
    await person.add_account()
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_connectivity", "off"))
    told = dt_util.parse_datetime(state(hass, entity_id), raise_on_error=True)
    assert timedelta(days=2) <= dt_util.utcnow() - told < timedelta(days=2, minutes=2)
    camera.online = True
    await until(hass, shows(hass, f"binary_sensor.{CAMERA}_connectivity", "on"))
    told = dt_util.parse_datetime(state(hass, entity_id), raise_on_error=True)
    assert dt_util.utcnow() - told < timedelta(minutes=2)
    assert told.second == 0
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=2))
    await hass.async_block_till_done(wait_background_tasks=False)
    assert state(hass, entity_id) != STATE_UNAVAILABLE


async def test_noisy_entities_are_off_by_default(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    simulator.world.cameras[serial_of(simulator)].card = True
    nothing_is_going_on(simulator, "day", "sound", "person", "casing", "storage")
    entry = await add_listening(hass, person)
    entries = er.async_entries_for_config_entry(er.async_get(hass), entry.entry_id)
    assert {each.entity_id.removeprefix(f"{each.domain}.{CAMERA}_") for each in entries if each.disabled_by} == {
        "card_wear",
        "daylight",
        "last_event",
        "last_seen",
        "motion",
        "sensor.moje_kamery_last_contact",
        "status",
    }
