"""The action that lists what happened, as automations call it."""

from datetime import UTC, datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
import voluptuous as vol

from custom_components.netrex.episodes.episode import EpisodeKind
from custom_components.netrex.tasks.timing import timing_of
from simulator import Simulator
from simulator.world import NodeType

from ..browsing import MediaBrowser
from ..episodes_kept import keep_episode
from ..listening import CAMERA, add_listening, nothing_is_going_on, serial_of
from ..person import Person
from ..waiting import until

ENTITY = f"camera.{CAMERA}"


def ago(**delta: float) -> datetime:
    return dt_util.utcnow() - timedelta(**delta)


async def answers_of(hass: HomeAssistant, target: dict[str, Any], *, user: str | None = None, **data: Any) -> Any:
    """List the events of the last hour, unless said otherwise; return the response."""
    return await hass.services.async_call(
        "netrex",
        "list_events",
        {"start": ago(hours=1).isoformat(), **data},
        target=target,
        blocking=True,
        return_response=True,
        context=Context(user_id=user),
    )


async def list_events(hass: HomeAssistant, **data: Any) -> Any:
    """Return what one camera's response says."""
    answers = await answers_of(hass, {"entity_id": ENTITY}, **data)
    assert set(answers) == {ENTITY}
    return answers[ENTITY]


@pytest.fixture
async def entry(hass: HomeAssistant, person: Person) -> ConfigEntry:
    """An account with a camera."""
    entry = await person.add_account()
    await until(hass, lambda: hass.states.get(ENTITY))
    return entry


@pytest.fixture
def node_id(simulator: Simulator) -> int:
    """The camera's node."""
    return simulator.world.camera_nodes()[0].node_id


async def test_what_happened_is_told_with_picture_and_recording(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int
) -> None:
    await hass.config.async_set_time_zone("Europe/Prague")
    began = ago(minutes=30).replace(microsecond=123000)
    keep_episode(entry, node_id, ago(minutes=40), EpisodeKind.MOTION, picture=False)
    keep_episode(
        entry, node_id, began, EpisodeKind.LINE_CROSSED, EpisodeKind.PERSON, seconds=25, scenarios=("Fence", "Path")
    )
    keep_episode(entry, node_id, ago(seconds=5), EpisodeKind.DOORBELL, seconds=5, is_over=False)
    told = await list_events(hass)
    assert [each["kinds"] for each in told["events"]] == [["doorbell"], ["person", "line_crossed"], ["motion"]]
    assert not told["more"]
    at, which = int(began.timestamp()), f"{entry.entry_id}/{node_id}/{round(began.timestamp() * 1000)}"
    assert told["events"][1] == {
        "start": dt_util.as_local(began).isoformat(timespec="seconds"),
        "end": dt_util.as_local(began + timedelta(seconds=25)).isoformat(timespec="seconds"),
        "kinds": ["person", "line_crossed"],
        "scenarios": ["Fence", "Path"],
        "ongoing": False,
        "episode": f"media-source://netrex/episode/{which}",
        "picture": f"media-source://netrex/episode-picture/{which}",
        "picture_url": f"/api/netrex/episode-picture/{which}.jpg",
        "recording": f"media-source://netrex/recording/{entry.entry_id}/{node_id}/{at - 10}/{at + 46}/0",
    }
    going_on, *_, motion = told["events"]
    assert going_on["ongoing"]
    assert (motion["picture"], motion["picture_url"]) == (None, None)
    # The recording of what goes on ends now.
    assert int(going_on["recording"].split("/")[-2]) <= dt_util.utcnow().timestamp()


async def test_time_kinds_and_number_are_bounded(hass: HomeAssistant, entry: ConfigEntry, node_id: int) -> None:
    for minutes, kind in ((1, "person"), (2, "vehicle"), (3, "motion"), (70, "person"), (200, "sound")):
        keep_episode(entry, node_id, ago(minutes=minutes), EpisodeKind(kind))
    # What began before and went on is told as well.
    keep_episode(entry, node_id, ago(minutes=61), EpisodeKind.LOITERING, seconds=120)

    async def kinds(**data: Any) -> tuple[list[str], bool]:
        told = await list_events(hass, **data)
        return [each["kinds"][0] for each in told["events"]], told["more"]

    assert await kinds() == (["person", "vehicle", "motion", "loitering"], False)
    assert await kinds(limit=2) == (["person", "vehicle"], True)
    assert await kinds(limit=4) == (["person", "vehicle", "motion", "loitering"], False)
    assert await kinds(kinds=["motion", "vehicle"]) == (["vehicle", "motion"], False)
    assert await kinds(kinds="sound") == ([], False)
    earlier = {"start": ago(hours=2).isoformat(), "end": ago(minutes=65).isoformat()}
    assert await kinds(**earlier) == (["person"], False)
    # A day that isn't over may be asked for as a whole.
    assert await kinds(end=ago(hours=-9).isoformat(), kinds=["person"]) == (["person"], False)
    for wrong in ({"kinds": ["ghost"]}, {"limit": 0}, {"limit": 1001}, {"limit": "many"}):
        with pytest.raises(vol.Invalid):
            await list_events(hass, **wrong)


@pytest.mark.parametrize(
    ("start", "end", "key"),
    [
        ("2026-11-23 14:00", "2026-11-23 14:00", "interval_empty"),
        ("2026-11-23 14:00", "2026-11-22 14:00", "interval_empty"),
        ("2026-01-01 00:00", "2026-11-22 14:00", "interval_too_many_days"),
        ("0001-01-01 00:00", "9999-12-31 23:59:59", "interval_too_many_days"),
        ("9999-12-31 23:00", "9999-12-31 23:59:59", "interval_empty"),
    ],
)
async def test_times_that_make_no_sense(
    hass: HomeAssistant, entry: ConfigEntry, start: str, end: str, key: str
) -> None:
    await hass.config.async_set_time_zone("America/New_York")
    with pytest.raises(ServiceValidationError) as refused:
        await list_events(hass, start=start, end=end)
    assert refused.value.translation_key == key
    assert "{" not in str(refused.value)


async def test_nothing_happened(hass: HomeAssistant, entry: ConfigEntry) -> None:
    assert await list_events(hass) == {"events": [], "more": False}


async def test_night_on_which_clocks_go_back(hass: HomeAssistant, entry: ConfigEntry, node_id: int) -> None:
    """An hour is there twice; the times say which of them is meant."""
    await hass.config.async_set_time_zone("Europe/Prague")
    # Whenever this runs, that night is not too long ago.
    hass.config_entries.async_update_entry(entry, options={"event_days": 36_500})
    assert await hass.config_entries.async_reload(entry.entry_id)
    for hour in (0, 1, 2):
        keep_episode(entry, node_id, datetime(2026, 10, 25, hour, 30, tzinfo=UTC))
    night = {"start": "2026-10-25 00:00:00", "end": "2026-10-25 06:00:00"}
    assert [each["start"] for each in (await list_events(hass, **night))["events"]] == [
        "2026-10-25T03:30:00+01:00",
        "2026-10-25T02:30:00+01:00",
        "2026-10-25T02:30:00+02:00",
    ]
    # The whole day has 25 hours.
    keep_episode(entry, node_id, datetime(2026, 10, 25, 22, 59, tzinfo=UTC))
    day = {"start": "2026-10-25 00:00:00", "end": "2026-10-26 00:00:00"}
    assert len((await list_events(hass, **day))["events"]) == 4


async def test_account_with_events_alone(hass: HomeAssistant, person: Person, node_id: int) -> None:
    """Without live view there are no camera entities, and without recordings nothing to play but the picture."""
    entry = await person.add_account(["read", "events"])
    device = dr.async_get(hass).async_get_device_by_identifier(
        ("netrex", f"{entry.unique_id}~{node_id}"), config_entry_id=entry.entry_id
    )
    assert device
    keep_episode(entry, node_id, ago(minutes=1))
    answers = await answers_of(hass, {"device_id": device.id})
    (event,) = answers[device.id]["events"]
    assert event["recording"] is None
    assert event["picture"]


async def test_account_without_events(hass: HomeAssistant, person: Person) -> None:
    await person.add_account(["read", "liveview", "recordings"])
    await until(hass, lambda: hass.states.get(ENTITY))
    with pytest.raises(ServiceValidationError) as refused:
        await list_events(hass)
    assert refused.value.translation_key == "events_permission_missing"
    assert "{" not in str(refused.value)


async def test_camera_that_is_gone_and_account_that_is_not_loaded(
    hass: HomeAssistant, entry: ConfigEntry, person: Person, node_id: int
) -> None:
    keep_episode(entry, node_id, ago(minutes=1))
    assert await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(ServiceValidationError) as refused:
        await list_events(hass)
    assert refused.value.translation_key == "account_not_ready"
    del person.simulator.world.nodes[node_id]
    assert await hass.config_entries.async_setup(entry.entry_id)
    with pytest.raises(ServiceValidationError) as refused:
        await list_events(hass)
    assert refused.value.translation_key == "camera_unknown"


async def test_who_may_not_see_the_camera_learns_nothing(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int, stranger: MockUser, hass_read_only_user: MockUser
) -> None:
    keep_episode(entry, node_id, ago(minutes=1))
    with pytest.raises(Unauthorized):
        await list_events(hass, user=stranger.id)
    with pytest.raises(UnknownUser):
        await list_events(hass, user="nobody")
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {ENTITY: {"read": True}}}})
    assert (await list_events(hass, user=hass_read_only_user.id))["events"]
    hass_read_only_user.is_active = False
    with pytest.raises(UnknownUser):
        await list_events(hass, user=hass_read_only_user.id)


async def test_channels_stand_for_their_camera(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    hass_read_only_user: MockUser,
    area_registry: ar.AreaRegistry,
    device_registry: dr.DeviceRegistry,
) -> None:
    (camera,) = simulator.world.camera_nodes()
    for number in (1, 2):
        simulator.world.add(NodeType.VIDEO_CHANNEL, f"{camera.name} View {number}", camera)
    entry = await person.add_account()
    await until(hass, lambda: len(hass.states.async_entity_ids("camera")) == 3)
    keep_episode(entry, camera.node_id, ago(minutes=1))
    own, *channels = sorted(hass.states.async_entity_ids("camera"))
    for channel in channels:
        (answer,) = (await answers_of(hass, {"entity_id": channel})).values()
        assert len(answer["events"]) == 1
    # An area has each event once.
    hall = area_registry.async_get_or_create("Hall").id
    registered = er.async_get(hass).async_get(own)
    assert registered
    assert registered.device_id
    device_registry.async_update_device(registered.device_id, area_id=hall)
    assert set(await answers_of(hass, {"area_id": hall})) == {own}
    assert set(await answers_of(hass, {"area_id": hall, "entity_id": channels[0]})) == {own, channels[0]}
    # One picture of a camera is not all that it detects.
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {channels[0]: {"read": True}}}})
    with pytest.raises(Unauthorized):
        await answers_of(hass, {"entity_id": channels[0]}, user=hass_read_only_user.id)


@pytest.mark.parametrize("camera_count", [3])
async def test_many_cameras_share_what_a_response_holds(
    hass: HomeAssistant, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    await until(hass, lambda: len(hass.states.async_entity_ids("camera")) == 3)
    for node in simulator.world.camera_nodes():
        for minutes in range(3):
            keep_episode(entry, node.node_id, ago(minutes=1 + minutes))
    timing_of(hass).most_listed_episodes = 6
    answers = await answers_of(hass, {"entity_id": hass.states.async_entity_ids("camera")})
    assert [(len(each["events"]), each["more"]) for each in answers.values()] == [(2, True)] * 3


async def test_recording_of_an_event_can_be_played(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, node_id: int
) -> None:
    entry = await person.add_account()
    await until(hass, lambda: hass.states.get(ENTITY))
    keep_episode(entry, node_id, ago(hours=2))
    (event,) = (await list_events(hass, start=ago(hours=3).isoformat()))["events"]
    async with browser.player.get(await browser.resolve(event["recording"])) as answer:
        assert answer.status == 200


async def test_what_a_camera_just_detected(hass: HomeAssistant, person: Person, simulator: Simulator) -> None:
    """The event entity says which event it is, as an automation has it at once."""
    nothing_is_going_on(simulator, "sound")
    await add_listening(hass, person)
    simulator.happen(serial_of(simulator), "sound")
    detection = f"event.{CAMERA}_detection"
    await until(hass, lambda: hass.states.get(detection).attributes.get("event_type") == "sound")  # type: ignore[union-attr]
    told = await list_events(hass, kinds=["sound"])
    assert [each["episode"] for each in told["events"]] == [hass.states.get(detection).attributes["episode"]]  # type: ignore[union-attr]
