"""What a camera detects becomes an episode: with its kinds, its picture, and an end."""

import asyncio
from http import HTTPStatus
from io import BytesIO

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import CALLBACK_TYPE, Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.helpers.event import async_track_state_change_event
from homeassistant.util import dt as dt_util
from PIL import Image
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.netrex.entity.episode_attributes import episode_attributes
from custom_components.netrex.episodes.episode import Episode, EpisodeKind
from custom_components.netrex.tasks.listeners import Listeners
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, Port, Report, Scenario, Simulator
from simulator.measurements import plate

from ..listening import CAMERA, add_listening, nothing_is_going_on, serial_of, state, states_of, until_listening
from ..person import Person
from ..waiting import until

DETECTION = f"event.{CAMERA}_detection"
IMAGE = f"image.{CAMERA}_event_image"


def told_of(entry: ConfigEntry) -> list[Episode]:
    """Return a list to which all that is told of episodes is added from now on."""
    told: list[Episode] = []
    entry.runtime_data.episodes.changed.add(told.append)
    return told


async def path_of(hass: HomeAssistant, name: str = "picture") -> str:
    """Return an attribute of the last detection."""
    state = hass.states.get(DETECTION)
    assert state
    return str(state.attributes[name])


async def test_a_detection_is_an_episode_with_a_picture(
    hass: HomeAssistant, person: Person, simulator: Simulator, hass_access_token: str
) -> None:
    timing_of(hass).episode_gap = 0.2
    nothing_is_going_on(simulator, "person")
    entry = await add_listening(hass, person)
    (camera,) = entry.runtime_data.cameras.values()
    told, before = told_of(entry), dt_util.utcnow()
    simulator.happen(serial_of(simulator), "person")
    await until(hass, lambda: told and told[-1].has_picture)
    assert [each.is_over for each in told] == [False, False]
    episode = told[-1]
    assert episode.id.node_id == camera.node.node_id
    assert episode.kinds == (EpisodeKind.PERSON,)
    assert before.replace(microsecond=0) <= episode.begin <= dt_util.utcnow()
    # It goes on for as long as the camera sees the person.
    identifier = f"{entry.entry_id}/{episode.id.node_id}/{episode.id.began_at}"
    assert await path_of(hass, "episode") == f"media-source://netrex/episode/{identifier}"
    assert await path_of(hass) == f"/api/netrex/episode-picture/{identifier}.jpg"
    headers = {"Authorization": f"Bearer {hass_access_token}"}
    async with person.browser.get(await path_of(hass), headers=headers) as answer:
        assert (answer.status, answer.content_type) == (HTTPStatus.OK, "image/jpeg")
        assert answer.headers["Cache-Control"] == "private, no-cache"
        picture = await answer.read()
    assert Image.open(BytesIO(picture)).width == 1280
    simulator.happen(serial_of(simulator), "person", active=False)
    await until(hass, lambda: told[-1].is_over)
    assert told[-1].has_picture
    assert told[-1].seconds >= 0
    async with person.browser.get(f"{await path_of(hass)}?width=320", headers=headers) as answer:
        assert answer.headers["Cache-Control"] == "private, max-age=86400"
        assert Image.open(BytesIO(await answer.read())).size == (320, 180)
    async with person.browser.head(await path_of(hass), headers=headers) as answer:
        assert (answer.status, int(answer.headers["Content-Length"])) == (HTTPStatus.OK, len(picture))
        assert not await answer.read()


async def test_an_automation_finds_the_episode_of_what_it_was_told(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """The episode is there before anybody is told of the detection, each time."""
    timing_of(hass).episode_gap = 0.0
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    (camera,) = entry.runtime_data.cameras.values()
    found: list[tuple[object, Episode | None]] = []

    @callback
    def told(event: Event[EventStateChangedData]) -> None:
        assert event.data["new_state"]
        episode = event.data["new_state"].attributes["episode"]
        found.append((episode, entry.runtime_data.episodes.latest(camera.node.node_id)))

    async_track_state_change_event(hass, [DETECTION], told)
    for number in range(10):
        simulator.happen(serial_of(simulator), "sound")
        simulator.happen(serial_of(simulator), "sound", active=False)
        await until(hass, lambda count=number + 1: len(found) == count)  # type: ignore[misc]
    for named, episode in found:
        assert episode
        assert named == f"media-source://netrex/episode/{entry.entry_id}/{episode.id.node_id}/{episode.id.began_at}"
    assert len({named for named, _ in found}) == 10


async def test_what_follows_soon_is_the_same_event(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    timing_of(hass).episode_gap = 60.0
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    told, seen = told_of(entry), states_of(hass, DETECTION)
    for number in range(2):
        simulator.happen(serial_of(simulator), "sound")
        simulator.happen(serial_of(simulator), "sound", active=False)
        await until(hass, lambda count=number + 1: len(seen) == count)  # type: ignore[misc]
    # Time passes: the first end that was awaited comes before that of what followed.
    async_fire_time_changed(hass, fire_all=True)
    assert not told[-1].is_over
    async_fire_time_changed(hass, fire_all=True)
    await until(hass, lambda: told[-1].is_over)
    assert len({each.id for each in told}) == 1
    assert told[-1].ended_at > told[0].ended_at


async def test_a_ring_and_a_plate_are_of_the_same_episode(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).event_initial_states = 0.0
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.model, camera.product_name = "AXIS A8207-VE", "AXIS A8207-VE Network Video Door Station"
    camera.ports = [Port("Call button", usage="Button"), Port("Gate")]
    nothing_is_going_on(simulator, "input", "sound")
    entry = await add_listening(hass, person)
    await until(hass, lambda: hass.states.get(f"event.{CAMERA}_doorbell"))
    told = told_of(entry)
    simulator.happen(camera.serial, "input", "1")
    simulator.happen(camera.serial, "sound")
    simulator.happen(camera.serial, "input", "0")
    simulator.events.report(camera.serial, plate("1AB 2345", "Allow list"))
    plates = f"event.{CAMERA}_license_plate"
    await until(hass, lambda: hass.states.get(plates) and told[-1].kinds[-1] is EpisodeKind.SOUND)
    await until(hass, lambda: len(told[-1].kinds) == 3)
    assert len({each.id for each in told}) == 1
    # A door that is opened is nothing that was detected.
    assert told[0].kinds == (EpisodeKind.SOUND,)
    assert told[-1].kinds == (EpisodeKind.DOORBELL, EpisodeKind.LICENSE_PLATE, EpisodeKind.SOUND)
    # The plate is for those whom the options name, and in no episode.
    assert "2345" not in repr(told)
    episodes = {
        state_of.attributes["episode"]
        for each in (DETECTION, plates, f"event.{CAMERA}_doorbell")
        if (state_of := hass.states.get(each))
    }
    assert len(episodes) == 1


async def test_what_is_not_heard_anymore_is_over(
    hass: HomeAssistant, person: Person, simulator: Simulator, quick_reconnects: None, quick_rechecks: None
) -> None:
    timing_of(hass).event_grace = timing_of(hass).episode_gap = 0.1
    nothing_is_going_on(simulator, "person")
    entry = await add_listening(hass, person)
    told = told_of(entry)
    simulator.happen(serial_of(simulator), "person")
    await until(hass, lambda: told)
    assert not told[-1].is_over
    simulator.world.cameras[serial_of(simulator)].online = False
    simulator.events.cut(serial_of(simulator))
    await until(hass, lambda: told[-1].is_over)
    # It is no news that the person is still there when the camera is back.
    simulator.world.cameras[serial_of(simulator)].online = True
    await until(hass, lambda: state(hass, DETECTION) != "unavailable")
    assert len({each.id for each in told}) == 1


async def test_what_goes_on_is_over_when_the_account_or_its_camera_goes(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "person")
    entry = await add_listening(hass, person)
    told = told_of(entry)
    simulator.happen(serial_of(simulator), "person")
    await until(hass, lambda: told)
    await hass.config_entries.async_unload(entry.entry_id)
    assert told[-1].is_over
    (listened,) = [each.id for each in told if each.is_over]

    simulator.happen(serial_of(simulator), "person", active=False)
    assert await hass.config_entries.async_setup(entry.entry_id)
    episodes = entry.runtime_data.episodes
    kept = await episodes.get(listened)
    assert kept
    assert kept.is_over
    await until(hass, lambda: all(each.listening for each in entry.runtime_data.connections.values()))
    (camera,) = entry.runtime_data.cameras.values()
    told = told_of(entry)
    simulator.happen(serial_of(simulator), "person", active=True)
    await until(hass, lambda: told)
    simulator.world.remove(camera.node.node_id)
    await entry.runtime_data.tree.async_refresh()
    assert told[-1].is_over
    assert episodes.latest(camera.node.node_id) is None
    # Nothing of the camera's is listened to any longer.
    count = len(told)
    camera.events.detected.call(camera.events.recent_detections()[-1])
    camera.changed.call()
    assert len(told) == count


async def test_a_person_who_stays_is_several_episodes(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing = timing_of(hass)
    timing.episode_gap, timing.episode_longest, timing.detection_longest = 0.05, 0.3, 0.7
    nothing_is_going_on(simulator, "person")
    entry = await add_listening(hass, person)
    told = told_of(entry)
    simulator.happen(serial_of(simulator), "person")
    await until(hass, lambda: len({each.id for each in told if each.is_over}) == 3)
    assert [each.kinds for each in told] == [(EpisodeKind.PERSON,)] * len(told)
    # Each but perhaps those that a slow machine had no time for has a picture of its own.
    assert entry.runtime_data.episodes.latest(told[-1].id.node_id) is None
    await until(hass, lambda: [each for each in told if each.has_picture])


# --- pictures ----------------------------------------------------------------------------------------------


@pytest.fixture
async def no_event_image(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> None:
    """The user has turned the Event image off: pictures are for episodes only."""
    monkeypatch.setattr(
        "custom_components.netrex.image.LastEventImage.entity_registry_enabled_default", property(lambda _self: False)
    )


def pictures(simulator: Simulator) -> int:
    return simulator.counters["vapix:image"]


@pytest.mark.usefixtures("no_event_image")
async def test_an_episode_asks_for_no_more_pictures_than_it_keeps(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound", "person", "vehicle")
    entry = await add_listening(hass, person)
    assert hass.states.get(IMAGE) is None
    told = told_of(entry)
    simulator.happen(serial_of(simulator), "vehicle")
    await until(hass, lambda: told and told[-1].has_picture)
    assert pictures(simulator) == 1
    # What says less of it needs no picture, also again and again.
    seen = states_of(hass, DETECTION)
    for number in range(40):
        simulator.happen(serial_of(simulator), "sound", active=number % 2 == 0)
    await until(hass, lambda: len(seen) == 20)
    assert pictures(simulator) == 1
    simulator.happen(serial_of(simulator), "person")
    await until(hass, lambda: pictures(simulator) == 2)
    await until(hass, lambda: not entry.runtime_data.episodes.under_way.count)
    assert len({each.id for each in told}) == 1
    assert told[-1].kinds == (EpisodeKind.PERSON, EpisodeKind.VEHICLE, EpisodeKind.SOUND)


@pytest.mark.usefixtures("no_event_image")
async def test_no_pictures_are_taken_that_nobody_wants(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    hass.config_entries.async_update_entry(entry, options={**entry.options, "event_pictures": False})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await until_listening(hass, entry, simulator)
    told, seen = told_of(entry), states_of(hass, DETECTION)
    simulator.happen(serial_of(simulator), "sound", active=False)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, lambda: seen and seen[-1].attributes.get("event_type") == "sound")
    assert told[-1].kinds == (EpisodeKind.SOUND,)
    # Neither does anybody wait for one.
    assert not entry.runtime_data.episodes.under_way.count
    assert pictures(simulator) == 0
    assert "episode" in seen[-1].attributes
    assert "picture" not in seen[-1].attributes


async def test_no_pictures_are_taken_without_permission(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person, ["read", "events"])
    told, seen = told_of(entry), states_of(hass, DETECTION)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, lambda: seen)
    assert told[-1].kinds == (EpisodeKind.SOUND,)
    assert pictures(simulator) == 0
    assert "picture" not in seen[-1].attributes


async def test_whoever_comes_early_waits_for_the_picture(
    hass: HomeAssistant, person: Person, simulator: Simulator, hass_access_token: str
) -> None:
    """A phone asks for the picture as soon as it is told of the event."""
    timing_of(hass).event_image_in_time = timing_of(hass).event_image_loaded_within = 60.0
    nothing_is_going_on(simulator, "person")
    entry = await add_listening(hass, person)
    turns, seen = entry.runtime_data.recorder.turns, states_of(hass, DETECTION)
    for _ in range(4):
        await turns.acquire()
    simulator.happen(serial_of(simulator), "person")
    await until(hass, lambda: seen)
    assert pictures(simulator) == 0
    path, headers = seen[-1].attributes["picture"], {"Authorization": f"Bearer {hass_access_token}"}

    async def look() -> int:
        async with person.browser.get(path, headers=headers) as answer:
            return answer.status

    looking = asyncio.create_task(look())
    await asyncio.sleep(0)
    for _ in range(4):
        turns.release()
    assert await looking == HTTPStatus.OK


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="vapix:image", status=503),
        Fault(kind="vapix:image", status=403),
        Fault(kind="vapix:image", garbage=True),
        Fault(kind="vapix:image", cut=True),
    ],
)
async def test_a_camera_that_gives_none_leaves_the_episode_without_picture(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    fault: Fault,
    hass_access_token: str,
) -> None:
    nothing_is_going_on(simulator, "person")
    entry = await add_listening(hass, person)
    told = told_of(entry)
    simulator.faults.add(fault)
    simulator.happen(serial_of(simulator), "person")
    await until(hass, lambda: simulator.faults.struck(fault))
    await until(hass, lambda: not entry.runtime_data.episodes.under_way.count)
    assert not told[-1].has_picture
    headers = {"Authorization": f"Bearer {hass_access_token}"}
    async with person.browser.get(await path_of(hass), headers=headers) as answer:
        assert answer.status == HTTPStatus.NOT_FOUND


async def test_each_lens_has_its_picture(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.channels = 2
    profile = Report("tnsaxis:CameraApplicationPlatform/VMD/Camera2Profile1", {"active": "0"})
    simulator.events.report(camera.serial, profile)
    entry = await add_listening(hass, person)
    told = told_of(entry)
    simulator.events.report(camera.serial, Report(profile.topic, {"active": "1"}))
    await until(hass, lambda: told and told[-1].has_picture)
    assert simulator.log[-1].query["camera"] == "2"
    (main,) = entry.runtime_data.cameras.values()
    assert told[-1].id.node_id == main.node.node_id


async def test_the_event_image_is_not_taken_each_second_of_what_goes_on(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).event_image_in_time = timing_of(hass).event_image_loaded_within = 60.0
    nothing_is_going_on(simulator, "sound", "pir")
    entry = await add_listening(hass, person)
    seen, at = states_of(hass, DETECTION), states_of(hass, IMAGE)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, lambda: at and not entry.runtime_data.episodes.under_way.count)
    for number in range(20):
        simulator.happen(serial_of(simulator), "sound", active=number % 2 == 1)
    await until(hass, lambda: len(seen) == 11)
    assert not entry.runtime_data.episodes.under_way.count
    # Something else is news.
    simulator.happen(serial_of(simulator), "pir")
    await until(hass, lambda: len(at) == 2)
    # So is the same later.
    timing_of(hass).event_image_repeat = 0.0
    simulator.happen(serial_of(simulator), "sound", active=False)
    simulator.happen(serial_of(simulator), "sound")
    await until(hass, lambda: len(at) == 3)


async def test_a_person_who_crosses_a_line_is_a_person(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """People look for persons, and the camera's scenario is only about the line."""
    simulator.world.cameras[serial_of(simulator)].scenarios = [Scenario(1, "Fence", "fence")]
    simulator.happen(serial_of(simulator), "line", "1", active=False)
    entry = await add_listening(hass, person)
    told = told_of(entry)
    simulator.happen(serial_of(simulator), "line", "1")
    await until(hass, lambda: told)
    assert told[0].kinds == (EpisodeKind.PERSON, EpisodeKind.LINE_CROSSED)
    assert told[0].scenarios == ("Fence",)


async def test_a_burst_makes_one_picture(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    timing_of(hass).event_image_in_time = timing_of(hass).event_image_loaded_within = 60.0
    nothing_is_going_on(simulator, "sound")
    entry = await add_listening(hass, person)
    seen = states_of(hass, DETECTION)
    for number in range(40):
        simulator.happen(serial_of(simulator), "sound", active=number % 2 == 0)
    await until(hass, lambda: len(seen) == 20)
    await until(hass, lambda: pictures(simulator) and not entry.runtime_data.episodes.under_way.count)
    assert pictures(simulator) == 1


@pytest.mark.parametrize("what", ["camera", "account"])
async def test_nobody_waits_for_a_picture_of_what_is_gone(
    hass: HomeAssistant, person: Person, simulator: Simulator, hass_access_token: str, what: str
) -> None:
    timing_of(hass).event_image_in_time = timing_of(hass).event_image_loaded_within = 60.0
    nothing_is_going_on(simulator, "person")
    entry = await add_listening(hass, person)
    episodes, hang = entry.runtime_data.episodes, Fault(kind="vapix:image", hang=True)
    simulator.faults.add(hang)
    simulator.happen(serial_of(simulator), "person")
    await until(hass, lambda: simulator.faults.struck(hang))
    headers = {"Authorization": f"Bearer {hass_access_token}"}

    async def look() -> int:
        async with person.browser.get(await path_of(hass), headers=headers) as answer:
            return answer.status

    assert episodes.under_way.count == 1
    looking = asyncio.create_task(look())
    await asyncio.sleep(0)
    if what == "camera":
        (node,) = simulator.world.camera_nodes()
        simulator.world.remove(node.node_id)
        await entry.runtime_data.tree.async_refresh()
    else:
        await hass.config_entries.async_unload(entry.entry_id)
    await until(hass, lambda: not episodes.under_way.count)
    assert await looking == HTTPStatus.NOT_FOUND


def test_whoever_listens_first_is_told_first(caplog: pytest.LogCaptureFixture) -> None:
    """So that an episode is there before an entity is told of a detection."""
    listeners, told = Listeners[int](), list[int]()

    def fail(_value: int) -> None:
        raise RuntimeError("a mistake of ours")

    def listen(number: int) -> CALLBACK_TYPE:
        return listeners.add(lambda value: told.append(number * value))

    stops = [listen(number) for number in range(50)]
    listeners.add(fail)
    listen(50)
    stops[7]()
    stops[7]()
    listeners.call(10)
    assert told == [number * 10 for number in range(51) if number != 7]
    assert "a mistake of ours" in caplog.text


async def test_detection_that_is_told_late_names_no_other_episode(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    """An entity that was just added is told what happened in the last seconds: its episode may be over by then."""
    entry = await add_listening(hass, person)
    (node,) = simulator.world.camera_nodes()
    assert episode_attributes(entry.runtime_data, node) == {}
