"""Saving the recording of an event: which one is meant, and what becomes of one that isn't over."""

import asyncio
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser, async_capture_events

from custom_components.netrex.episodes.episode import Episode, EpisodeKind
from custom_components.netrex.tasks.timing import timing_of
from simulator import Simulator, Switches
from simulator.world import NodeType

from ..episodes_kept import keep_episode
from ..listening import CAMERA
from ..person import Person
from ..waiting import until

pytestmark = pytest.mark.usefixtures("quick_polls")
ENTITY = f"camera.{CAMERA}"


@pytest.fixture
def switches() -> Switches:
    return Switches(recording_preparation=0.05)


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


def ago(**delta: float) -> datetime:
    return dt_util.utcnow() - timedelta(**delta)


def which(entry: ConfigEntry, episode: Episode) -> str:
    return f"{entry.entry_id}/{episode.id.node_id}/{episode.id.began_at}"


async def export(
    hass: HomeAssistant, target: dict[str, Any] | None = None, context: Context | None = None, **data: Any
) -> Any:
    return await hass.services.async_call(
        "netrex",
        "export_recording",
        data,
        target=target,
        blocking=True,
        return_response=True,
        context=context,
    )


async def refusal(hass: HomeAssistant, target: dict[str, Any] | None = None, **data: Any) -> str:
    """Return the key of the text that says why nothing is saved."""
    with pytest.raises(ServiceValidationError) as refused:
        await export(hass, target, **data)
    assert "{" not in str(refused.value)
    return str(refused.value.translation_key)


@pytest.mark.parametrize("form", ["{}", "media-source://netrex/episode/{}", "media-source://netrex/episode-picture/{}"])
async def test_event_says_which_recording(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int, media: Path, form: str
) -> None:
    episode = keep_episode(entry, node_id, ago(hours=1).replace(microsecond=0), seconds=7)
    # Also where its picture is gone: it says which event is meant.
    answers = await export(hass, episode=form.format(which(entry, episode)))
    assert set(answers) == {ENTITY}
    assert 35 <= answers[ENTITY]["duration"] <= 37
    stamp = dt_util.as_local(episode.begin - timedelta(seconds=10)).strftime("%Y%m%d_%H%M%S")
    assert answers[ENTITY]["path"] == str(media / "netrex" / f"{CAMERA}_{stamp}.mp4")


async def test_camera_may_be_named_as_well(
    hass: HomeAssistant, simulator: Simulator, node_id: int, person: Person, media: Path
) -> None:
    (camera,) = simulator.world.camera_nodes()
    simulator.world.add(NodeType.VIDEO_CHANNEL, f"{camera.name} View", camera)
    simulator.world.add_camera(name="ACCC8E00AAAA")
    entry = await person.add_account()
    await until(hass, lambda: len(hass.states.async_entity_ids("camera")) == 3)
    view, shed = f"{ENTITY}_view", "camera.accc8e00aaaa"
    event = which(entry, keep_episode(entry, node_id, ago(hours=1)))
    assert set(await export(hass, {"entity_id": ENTITY}, episode=event, file_name="a")) == {ENTITY}
    # Another picture of the camera shows it as well.
    assert set(await export(hass, {"entity_id": view}, episode=event, file_name="b")) == {view}
    assert set(await export(hass, {"entity_id": [ENTITY, view]}, episode=event)) == {ENTITY, view}
    assert await refusal(hass, {"entity_id": shed}, episode=event) == "export_other_camera"
    assert await refusal(hass, {"entity_id": [ENTITY, shed]}, episode=event) == "export_other_camera"
    assert await refusal(hass, {"entity_id": [ENTITY, view]}, episode=event, file_name="c") == "export_name_of_several"


async def test_what_is_to_be_saved_must_be_clear(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int, media: Path
) -> None:
    episode = keep_episode(entry, node_id, ago(hours=1))
    event, start, end = which(entry, episode), ago(hours=1).isoformat(), ago(minutes=59).isoformat()
    named = {"entity_id": ENTITY}
    assert await refusal(hass, named) == "export_of_nothing"
    assert await refusal(hass, named, start=start) == "export_of_nothing"
    assert await refusal(hass, named, end=end) == "export_of_nothing"
    assert await refusal(hass, named, episode=event, end=end) == "export_event_and_time"
    assert await refusal(hass, start=start, end=end) == "export_without_camera"
    assert await refusal(hass, {"entity_id": "none"}, start=start, end=end) == "export_without_camera"
    assert await refusal(hass, {"entity_id": "camera.none"}, episode=event) == "camera_unknown"


@pytest.mark.parametrize(
    ("wrong", "key"),
    [
        ("None", "event_unknown"),
        ("media-source://netrex/recording/{account}/{node}/1790000000/1790000010/0", "event_unknown"),
        ("media-source://media_source/local/a.mp4", "event_unknown"),
        ("{account}/{node}/../{node}/1", "event_unknown"),
        ("{account}/{node}/1790000000000", "event_unknown"),
        ("{account}/99999999999/1790000000000", "event_unknown"),
        ("0{account}/{node}/1790000000000", "recordings_account_gone"),
    ],
)
async def test_event_that_is_not_there(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int, media: Path, wrong: str, key: str
) -> None:
    assert await refusal(hass, episode=wrong.format(account=entry.entry_id, node=node_id)) == key


async def test_event_that_goes_on_is_saved_as_a_whole(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int, media: Path
) -> None:
    """An automation begins with the event."""
    timing_of(hass).episode_recorded_after = 0.0
    told = async_capture_events(hass, "netrex_export")
    # The 20 seconds after it are nearly over when it ends.
    began = ago(seconds=60)
    episode = keep_episode(entry, node_id, began, seconds=3, is_over=False)
    keep_episode(entry, node_id, ago(seconds=200))
    saving = asyncio.create_task(export(hass, episode=which(entry, episode), file_name="a"))
    await until(hass, lambda: told)
    keep_episode(entry, node_id, began, EpisodeKind.MOTION, seconds=20, is_over=False)
    keep_episode(entry, node_id, ago(seconds=100))
    assert [each.data["state"] for each in told] == ["waiting"]
    assert told[0].data["camera"] == ENTITY
    keep_episode(entry, node_id, began, EpisodeKind.MOTION, seconds=42)
    ended = began + timedelta(seconds=42)
    answer = (await saving)[ENTITY]
    # Not before its 20 seconds after are over; from 10 seconds before.
    assert dt_util.utcnow() >= ended + timedelta(seconds=20)
    assert 70 <= answer["duration"] <= 74
    assert [each.data["state"] for each in told][-1] == "finished"


async def test_event_whose_end_is_missed_is_saved_nevertheless(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int, media: Path
) -> None:
    timing_of(hass).episode_over_within = 0.1
    episode = keep_episode(entry, node_id, ago(hours=1), is_over=False)
    assert (await export(hass, episode=which(entry, episode)))[ENTITY]["size"]


async def test_account_that_is_unloaded_while_an_event_goes_on(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int, media: Path
) -> None:
    told = async_capture_events(hass, "netrex_export")
    episode = keep_episode(entry, node_id, ago(seconds=5), is_over=False)
    saving = asyncio.create_task(export(hass, episode=which(entry, episode)))
    await until(hass, lambda: told)
    assert await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(HomeAssistantError) as refused:
        await saving
    assert refused.value.translation_key == "export_stopped"
    assert [each.data["state"] for each in told] == ["waiting", "failed"]
    assert await refusal(hass, episode=which(entry, episode)) == "recordings_account_gone"


async def test_account_without_recordings(hass: HomeAssistant, person: Person, node_id: int, media: Path) -> None:
    entry = await person.add_account(["read", "liveview", "events"])
    await until(hass, lambda: hass.states.get(ENTITY))
    event = which(entry, keep_episode(entry, node_id, ago(hours=1)))
    assert await refusal(hass, episode=event) == "recordings_account_gone"


async def test_camera_without_an_entity_is_named_by_its_device(
    hass: HomeAssistant, person: Person, node_id: int, media: Path
) -> None:
    entry = await person.add_account(["read", "recordings", "events"])
    device = dr.async_get(hass).async_get_device_by_identifier(
        ("netrex", f"{entry.unique_id}~{node_id}"), config_entry_id=entry.entry_id
    )
    assert device
    assert set(await export(hass, episode=which(entry, keep_episode(entry, node_id, ago(hours=1))))) == {device.id}


async def test_whoever_may_only_look_saves_nothing(
    hass: HomeAssistant, entry: ConfigEntry, node_id: int, media: Path, hass_read_only_user: MockUser
) -> None:
    event = which(entry, keep_episode(entry, node_id, ago(hours=1)))
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {ENTITY: {"read": True}}}})
    with pytest.raises(Unauthorized):
        await export(hass, episode=event, context=Context(user_id=hass_read_only_user.id))
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {ENTITY: True}}})
    assert await export(hass, episode=event, context=Context(user_id=hass_read_only_user.id))
    assert len(list(media.rglob("*.mp4"))) == 1
