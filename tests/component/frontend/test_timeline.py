"""What a card asks of a day: recordings and episodes, for who may see the camera, at the price of one request."""

import asyncio
from datetime import datetime, timedelta
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.netrex.episodes.episode import EpisodeKind
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, NodeType, Simulator

from ..episodes_kept import PICTURE, THUMBNAIL, keep_episode
from ..listening import CAMERA
from ..person import Person
from ..waiting import until
from .conftest import Page, day_asked, zone_at

ENTITY = f"camera.{CAMERA}"
TIMELINE = "netrex/timeline"
ZONE = "Europe/Prague"
DAY = 86400


@pytest.fixture
async def entry(hass: HomeAssistant, person: Person, simulator: Simulator) -> ConfigEntry:
    """An account in Prague, whose yesterday has passed also right after midnight."""
    await hass.config.async_set_time_zone(ZONE)
    timing_of(hass).recordings_complete_after = 1.0
    entry = await person.add_account()
    await until(hass, lambda: hass.states.get(ENTITY))
    return entry


def node_of(simulator: Simulator) -> int:
    return simulator.world.camera_nodes()[0].node_id


def day_ago(days: int = 1) -> datetime:
    """Return the beginning of a day."""
    return dt_util.start_of_local_day(dt_util.now() - timedelta(days=days))


def of(begin: datetime) -> dict[str, str]:
    """Return the question about the day that begins so."""
    return {"time_zone": ZONE, "day": begin.date().isoformat()}


def asked(simulator: Simulator) -> int:
    """Return how many requests asked for recordings."""
    return simulator.counters["graphql:camera"]


# --- what is answered --------------------------------------------------------------------------------


async def test_a_day_at_a_camera(page: Page, entry: ConfigEntry, simulator: Simulator) -> None:
    (node,) = simulator.world.camera_nodes()
    midnight, next_midnight = int(day_ago().timestamp()), int(day_ago(0).timestamp())
    node.gaps = [(midnight + 3600, midnight + 7200)]
    keep_episode(entry, node.node_id, day_ago() + timedelta(hours=9), seconds=40, scenarios=("Gate",))
    keep_episode(
        entry,
        node.node_id,
        day_ago() + timedelta(hours=8),
        EpisodeKind.MOTION,
        EpisodeKind.DOORBELL,
        picture=False,
    )
    keep_episode(entry, node.node_id, day_ago(2) + timedelta(hours=8))
    answer = await page.result(TIMELINE, entity_id=ENTITY, **of(day_ago()))
    first, second = answer.pop("episodes")
    assert answer.pop("kept_since") == pytest.approx(dt_util.utcnow().timestamp() - 14 * DAY, abs=60)
    # That the service counts two seconds less than ten minutes, no card shows.
    assert answer == {
        "day": day_ago().date().isoformat(),
        "start": midnight,
        "end": next_midnight,
        "recordings": "ok",
        "message": None,
        "spans": [[midnight, midnight + 3600], [midnight + 7200, next_midnight]],
        "media": f"media-source://netrex/recording/{entry.entry_id}/{node.node_id}",
        "can_export": True,
    }
    eight, nine = (int((day_ago() + timedelta(hours=hour)).timestamp()) for hour in (8, 9))
    assert first == {
        "id": f"{entry.entry_id}/{node.node_id}/{eight}000",
        "entity_id": ENTITY,
        "start": eight,
        "end": eight + 5,
        "kinds": ["doorbell", "motion"],
        "scenarios": [],
        "ongoing": False,
        "picture": None,
        "recording": [eight - 10, eight + 25],
    }
    assert (second["start"], second["end"], second["scenarios"]) == (nine, nine + 40, ["Gate"])
    path, _, signature = second["picture"].partition("?")
    assert path == f"/api/netrex/episode-picture/{entry.entry_id}/{node.node_id}/{nine}000.jpg"
    assert signature.startswith("authSig=")


async def test_recordings_play_by_what_the_answer_says(page: Page, entry: ConfigEntry) -> None:
    answer = await page.result(TIMELINE, entity_id=ENTITY, **of(day_ago()))
    begin = answer["spans"][0][0] + 1000
    found = await page.result(
        "media_source/resolve_media", media_content_id=f"{answer['media']}/{begin}/{begin + 600}/0"
    )
    assert found["mime_type"] == "video/mp4"


async def test_pictures_open_for_who_asked_as_long_as_they_may_see_them(
    hass: HomeAssistant,
    visitor: Page,
    entry: ConfigEntry,
    simulator: Simulator,
    hass_read_only_user: MockUser,
    hass_client_no_auth: ClientSessionGenerator,
) -> None:
    keep_episode(entry, node_of(simulator), day_ago() + timedelta(hours=9))
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {ENTITY: {"read": True}}}})
    (episode,) = (await visitor.result(TIMELINE, entity_id=ENTITY, **of(day_ago())))["episodes"]
    browser = await hass_client_no_auth()
    address = episode["picture"]
    for asked, picture in ((address, PICTURE), (f"{address}&width=320", THUMBNAIL)):
        async with browser.get(asked) as response:
            assert await response.read() == picture
    for unsigned in (address.partition("?")[0], f"{address.partition('?')[0]}?width=320"):
        async with browser.get(unsigned) as response:
            assert response.status == 401
    hass_read_only_user.mock_policy({})
    for asked in (address, f"{address}&width=320"):
        async with browser.get(asked) as response:
            assert response.status == 404


async def test_a_day_that_goes_on(page: Page, entry: ConfigEntry, simulator: Simulator) -> None:
    """Also its end, which is to come, is told; what goes on now is told as such."""
    now = dt_util.utcnow().timestamp()
    keep_episode(entry, node_of(simulator), dt_util.utcnow() - timedelta(seconds=20), is_over=False)
    answer = await page.result(TIMELINE, entity_id=ENTITY, time_zone=zone_at(20))
    assert answer["end"] > now + 2 * 3600
    (span,) = answer["spans"]
    assert now - 60 < span[1] <= dt_util.utcnow().timestamp()
    (episode,) = answer["episodes"]
    assert episode["ongoing"]
    assert episode["recording"][1] <= dt_util.utcnow().timestamp()


async def test_a_day_that_is_to_come(page: Page, entry: ConfigEntry, simulator: Simulator) -> None:
    answer = await page.result(TIMELINE, entity_id=ENTITY, **of(day_ago(-1)))
    assert (answer["recordings"], answer["spans"], answer["episodes"]) == ("ok", [], [])
    assert asked(simulator) == 0


@pytest.mark.parametrize(("day", "hours"), [("2026-03-29", 23), ("2026-10-25", 25)])
async def test_days_on_which_clocks_change(
    page: Page, entry: ConfigEntry, simulator: Simulator, day: str, hours: int
) -> None:
    answer = await page.result(TIMELINE, entity_id=ENTITY, time_zone=ZONE, day=day)
    ((first, last),) = answer["spans"]
    assert (first, last) == (answer["start"], answer["end"])
    assert last - first == hours * 3600
    assert asked(simulator) == 1


# --- what it costs -----------------------------------------------------------------------------------


async def test_a_day_is_one_request(page: Page, entry: ConfigEntry, simulator: Simulator) -> None:
    for _ in range(3):
        await page.result(TIMELINE, entity_id=ENTITY, **of(day_ago()))
    assert asked(simulator) == 1


async def test_who_asks_at_the_same_time_shares_a_request(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator, hass_ws_client: Any
) -> None:
    simulator.faults.add(Fault(kind="graphql:camera", held=True))
    pages = [page, *[Page(await hass_ws_client(hass)) for _ in range(3)]]
    question = day_asked()
    database = entry.runtime_data.episodes._database
    async with database._lock:
        asking = [asyncio.create_task(each.result(TIMELINE, entity_id=ENTITY, **question)) for each in pages]
        # What was recorded is asked for at the same time as what happened.
        await until(hass, lambda: len(database._lock._waiters or ()) == len(pages), settle=False)
        await until(hass, lambda: asked(simulator), settle=False)
    simulator.faults.clear()
    answers = await asyncio.gather(*asking)
    assert all(answer["recordings"] == "ok" for answer in answers)
    # Unless the clock went on to the next half minute in between.
    assert asked(simulator) <= 2


# --- who is answered ---------------------------------------------------------------------------------


async def test_who_may_not_see_a_camera_can_not_tell_it_from_none(
    hass: HomeAssistant,
    visitor: Page,
    entry: ConfigEntry,
    simulator: Simulator,
    hass_read_only_user: MockUser,
) -> None:
    keep_episode(entry, node_of(simulator), day_ago() + timedelta(hours=9))
    answers = []
    for entity_id in (ENTITY, "camera.nobody_has", "light.nobody_has", f"binary_sensor.{CAMERA}_motion"):
        answer = await visitor.ask(TIMELINE, entity_id=entity_id, **of(day_ago()))
        answers.append(answer["error"])
    assert answers == [{"code": "not_found", "message": "Camera not found"}] * 4
    assert asked(simulator) == 0
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {ENTITY: {"read": True}}}})
    answer = await visitor.result(TIMELINE, entity_id=ENTITY, **of(day_ago()))
    assert len(answer["episodes"]) == 1
    # Saving is more than looking.
    assert answer["can_export"] is False


async def test_who_may_see_one_lens_only_gets_its_recordings_but_no_episodes_of_the_camera(
    hass: HomeAssistant, visitor: Page, person: Person, simulator: Simulator, hass_read_only_user: MockUser
) -> None:
    world = simulator.world
    (camera,) = world.camera_nodes()
    for name in ("Left", "Right"):
        world.add(NodeType.VIDEO_CHANNEL, name, camera)
    entry = await person.add_account()
    await until(hass, lambda: len(hass.states.async_all("camera")) == 3)
    (lens,) = (state.entity_id for state in hass.states.async_all("camera") if state.name.endswith("Left"))
    keep_episode(entry, camera.node_id, day_ago() + timedelta(hours=9))
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {lens: {"read": True}}}})
    answer = await visitor.result(TIMELINE, entity_id=lens, **of(day_ago()))
    assert answer["recordings"] == "ok"
    assert answer["spans"]
    assert answer["episodes"] == []
    hass_read_only_user.mock_policy({"entities": {"domains": {"camera": {"read": True}}}})
    answer = await visitor.result(TIMELINE, entity_id=lens, **of(day_ago()))
    assert not answer["media"].endswith(f"/{camera.node_id}")
    assert len(answer["episodes"]) == 1
    # Somebody loses the camera while the cloud is asked for what its lens recorded.
    simulator.faults.add(Fault(kind="graphql:camera", held=True))
    before = asked(simulator)
    earlier = of(day_ago(2))
    await visitor.websocket.send_json_auto_id({"type": TIMELINE, "entity_id": lens, **earlier})
    keep_episode(entry, camera.node_id, day_ago() - timedelta(hours=9))
    await until(hass, lambda: asked(simulator) > before, settle=False)
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {lens: {"read": True}}}})
    simulator.faults.clear()
    answer = (await visitor.websocket.receive_json())["result"]
    assert answer["spans"]
    assert answer["episodes"] == []


async def test_a_camera_that_has_left_the_account(hass: HomeAssistant, page: Page, entry: ConfigEntry) -> None:
    unique_id = f"{entry.data['account_key']}~999"
    entity = er.async_get(hass).async_get_or_create("camera", "netrex", unique_id, config_entry=entry)
    assert await page.refused(TIMELINE, entity_id=entity.entity_id, **of(day_ago())) == "not_found"


async def test_permission_lost_while_the_cloud_is_asked(
    hass: HomeAssistant, visitor: Page, entry: ConfigEntry, simulator: Simulator, hass_read_only_user: MockUser
) -> None:
    hass_read_only_user.mock_policy({"entities": {"domains": {"camera": {"read": True}}}})
    simulator.faults.add(Fault(kind="graphql:camera", held=True))
    await visitor.websocket.send_json_auto_id({"type": TIMELINE, "entity_id": ENTITY, **of(day_ago())})
    await until(hass, lambda: asked(simulator), settle=False)
    hass_read_only_user.mock_policy({})
    simulator.faults.clear()
    answer = await visitor.websocket.receive_json()
    assert answer["error"]["code"] == "not_found"


# --- what goes wrong ---------------------------------------------------------------------------------


async def test_without_the_permission_to_recordings(hass: HomeAssistant, page: Page, person: Person) -> None:
    entry = await person.add_account(["read", "liveview", "events"])
    await until(hass, lambda: hass.states.get(ENTITY))
    keep_episode(entry, node_of(person.simulator), day_ago() + timedelta(hours=9))
    answer = await page.result(TIMELINE, entity_id=ENTITY, **of(day_ago()))
    assert (answer["recordings"], answer["spans"], answer["can_export"]) == ("no_permission", [], False)
    assert len(answer["episodes"]) == 1
    assert asked(person.simulator) == 0


@pytest.mark.parametrize(
    "fault",
    [
        Fault(kind="graphql:camera", status=500),
        Fault(kind="graphql:camera", cut=True),
        Fault(kind="graphql:camera", garbage=True),
    ],
)
async def test_recordings_that_can_not_be_listed(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator, fault: Fault
) -> None:
    """What happened is shown all the same, with why there are no recordings, in words."""
    keep_episode(entry, node_of(simulator), day_ago() + timedelta(hours=9))
    simulator.faults.add(fault)
    answer = await page.result(TIMELINE, entity_id=ENTITY, **of(day_ago()))
    assert (answer["recordings"], answer["spans"], len(answer["episodes"])) == ("failed", [], 1)
    assert answer["message"].endswith(".")
    simulator.faults.clear()
    answer = await page.result(TIMELINE, entity_id=ENTITY, **of(day_ago()))
    assert (answer["recordings"], answer["message"]) == ("ok", None)


async def test_a_slow_cloud_does_not_hold_up_what_happened(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator
) -> None:
    timing_of(hass).timeline_wait = 0.05
    keep_episode(entry, node_of(simulator), day_ago() + timedelta(hours=9))
    simulator.faults.add(Fault(kind="graphql:camera", held=True))
    answer = await page.result(TIMELINE, entity_id=ENTITY, **of(day_ago()))
    assert (answer["recordings"], len(answer["episodes"])) == ("failed", 1)
    # The answer is still waited for, and is there for the next question.
    timing_of(hass).timeline_wait = 60.0
    database = entry.runtime_data.episodes._database
    async with database._lock:
        asking = asyncio.create_task(page.result(TIMELINE, entity_id=ENTITY, **of(day_ago())))
        await until(hass, lambda: database._lock._waiters, settle=False)
    simulator.faults.clear()
    assert (await asking)["recordings"] == "ok"
    assert asked(simulator) == 1


async def test_an_account_that_is_unloaded_meanwhile(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator
) -> None:
    hanging = simulator.faults.add(Fault(kind="graphql:camera", hang=True))
    await page.websocket.send_json_auto_id({"type": TIMELINE, "entity_id": ENTITY, **of(day_ago())})
    await until(hass, lambda: simulator.faults.struck(hanging), settle=False)
    assert await hass.config_entries.async_unload(entry.entry_id)
    answer = await page.websocket.receive_json()
    assert answer["result"]["recordings"] == "failed"
    assert answer["result"]["message"]
    assert await page.refused(TIMELINE, entity_id=ENTITY, **of(day_ago())) == "not_found"
    simulator.faults.clear()
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert (await page.result(TIMELINE, entity_id=ENTITY, **of(day_ago())))["recordings"] == "ok"
