"""What a page is told while it is open: episodes of the cameras that its person may see."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.netrex.episodes.episode import Episode, EpisodeKind
from simulator import NodeType, Simulator

from ..episodes_kept import PICTURE, THUMBNAIL, keep_episode
from ..person import Person
from ..waiting import until
from .conftest import Page, cameras, zone_at

SUBSCRIBE = "netrex/events/subscribe"


@pytest.fixture
def camera_count() -> int:
    return 2


def happen(entry: ConfigEntry, node_id: int, *, is_over: bool = True, picture: bool = False) -> Episode:
    return keep_episode(entry, node_id, dt_util.utcnow() - timedelta(seconds=5), picture=picture, is_over=is_over)


async def test_an_episode_from_its_beginning_to_its_end(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator
) -> None:
    (node_id, entity_id), (other_id, _) = cameras(hass, simulator).items()
    await page.result(SUBSCRIBE, entity_ids=[entity_id])
    episode = happen(entry, node_id, is_over=False)
    happen(entry, other_id)
    entry.runtime_data.episodes.put_picture(episode.id, PICTURE, THUMBNAIL)
    happen(entry, node_id)
    began, pictured, over = (each["episode"] for each in await page.heard())
    assert {each["entity_id"] for each in (began, pictured, over)} == {entity_id}
    assert (began["ongoing"], began["kinds"], began["picture"]) == (True, ["person"], None)
    assert began["id"] == pictured["id"] == f"{entry.entry_id}/{node_id}/{episode.id.began_at}"
    assert pictured["picture"].startswith(f"/api/netrex/episode-picture/{entry.entry_id}/{node_id}/")
    assert over["ongoing"] is False


async def test_several_cameras_of_a_page(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator
) -> None:
    entities = cameras(hass, simulator)
    await page.result(SUBSCRIBE, entity_ids=list(entities.values()))
    for node_id in entities:
        happen(entry, node_id)
    assert [each["episode"]["entity_id"] for each in await page.heard()] == list(entities.values())


async def test_each_picture_of_a_camera_is_told_of_its_events(
    hass: HomeAssistant, visitor: Page, person: Person, simulator: Simulator, hass_read_only_user: MockUser
) -> None:
    """To who may see the whole camera."""
    camera, other = simulator.world.camera_nodes()
    for name in ("Left", "Right"):
        simulator.world.add(NodeType.VIDEO_CHANNEL, name, camera)
    entry = await person.add_account()
    await until(hass, lambda: len(hass.states.async_all("camera")) == 4)
    entities = {state.name: state.entity_id for state in hass.states.async_all("camera")}
    (right,) = (entity_id for name, entity_id in entities.items() if name.endswith("Right"))
    shown = [right, entities[other.name], entities[camera.name]]
    hass_read_only_user.mock_policy({"entities": {"domains": {"camera": {"read": True}}}})
    await visitor.result(SUBSCRIBE, entity_ids=shown)
    happen(entry, camera.node_id)
    assert [each["episode"]["entity_id"] for each in await visitor.heard()] == [right, entities[camera.name]]
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {right: {"read": True}}}})
    happen(entry, camera.node_id)
    assert await visitor.heard() == []


async def test_who_unsubscribes_is_told_nothing(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator
) -> None:
    (node_id, entity_id), _ = cameras(hass, simulator).items()
    answer = await page.ask(SUBSCRIBE, entity_ids=[entity_id])
    await page.result("unsubscribe_events", subscription=answer["id"])
    happen(entry, node_id)
    assert await page.heard() == []


async def test_a_page_that_is_closed_leaves_nothing(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator
) -> None:
    changed = entry.runtime_data.episodes.changed
    before = len(changed._listeners), len(entry._on_state_change or ())
    for entity_id in cameras(hass, simulator).values():
        await page.result(SUBSCRIBE, entity_ids=[entity_id])
    assert len(changed._listeners) == before[0] + 2
    await page.websocket.close()
    await until(hass, lambda: (len(changed._listeners), len(entry._on_state_change or ())) == before)


async def test_it_goes_on_after_a_reload(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator
) -> None:
    (node_id, entity_id), _ = cameras(hass, simulator).items()
    await page.result(SUBSCRIBE, entity_ids=[entity_id])
    assert await hass.config_entries.async_reload(entry.entry_id)
    happen(entry, node_id)
    assert len(await page.heard()) == 1


async def test_it_begins_before_the_account_is_loaded(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator
) -> None:
    """As after a restart, when pages are back sooner than the account."""
    (node_id, entity_id), _ = cameras(hass, simulator).items()
    await hass.config_entries.async_unload(entry.entry_id)
    await page.result(SUBSCRIBE, entity_ids=[entity_id])
    await hass.config_entries.async_setup(entry.entry_id)
    happen(entry, node_id)
    assert len(await page.heard()) == 1


async def test_who_may_not_see_a_camera_can_not_follow_it(
    hass: HomeAssistant, visitor: Page, entry: ConfigEntry, simulator: Simulator, hass_read_only_user: MockUser
) -> None:
    (node_id, entity_id), (_, other) = cameras(hass, simulator).items()
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {entity_id: {"read": True}}}})
    for hidden in ([other], [entity_id, other], ["camera.nobody_has"], ["light.nobody_has"]):
        assert await visitor.refused(SUBSCRIBE, entity_ids=hidden) == "not_found"
    happen(entry, node_id)
    assert await visitor.heard() == []
    await visitor.result(SUBSCRIBE, entity_ids=[entity_id])
    happen(entry, node_id)
    assert len(await visitor.heard()) == 1
    # What is taken away meanwhile counts at once.
    hass_read_only_user.mock_policy({})
    happen(entry, node_id)
    assert await visitor.heard() == []


@pytest.mark.parametrize(
    "entity_ids",
    [[], "camera.x", ["no id"], [f"camera.x{number}" for number in range(201)], ["camera.x", "camera.x"], [1]],
)
async def test_a_question_that_is_none(page: Page, entity_ids: object) -> None:
    assert await page.refused(SUBSCRIBE, entity_ids=entity_ids) == "invalid_format"


async def test_a_day_of_events_does_not_hold_up_home_assistant(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator
) -> None:
    """Of too many, a timeline has the latest, each with its own signed picture."""
    (node_id, entity_id), _ = cameras(hass, simulator).items()
    now = dt_util.utcnow().replace(microsecond=0)
    for number in range(1100):
        keep_episode(entry, node_id, now - timedelta(seconds=40 * (1100 - number)), EpisodeKind.VEHICLE)
    answer = await page.result("netrex/timeline", entity_id=entity_id, time_zone=zone_at(22))
    starts = [each["start"] for each in answer["episodes"]]
    assert len(starts) == 1000
    assert starts == sorted(starts)
    assert starts[-1] == now.timestamp() - 40
    assert len({each["picture"] for each in answer["episodes"]}) == 1000
