"""How much one person's browsers may ask at a time: what they ask for must leave time for others."""

from datetime import timedelta

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from custom_components.netrex.tasks.timing import timing_of
from simulator import Simulator

from ..listening import CAMERA
from ..waiting import until
from .conftest import Page, day_asked

ENTITY = f"camera.{CAMERA}"
TIMELINE = "netrex/timeline"
MOST = 3


@pytest.fixture
def entry(hass: HomeAssistant, entry: ConfigEntry) -> ConfigEntry:
    timing_of(hass).most_open_questions = MOST
    return entry


async def test_too_many_questions_at_a_time(
    hass: HomeAssistant,
    page: Page,
    visitor: Page,
    entry: ConfigEntry,
    hass_read_only_user: MockUser,
    simulator: Simulator,
) -> None:
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {ENTITY: {"read": True}}}})
    question = {"type": TIMELINE, "entity_id": ENTITY, "time_zone": "UTC"}
    days = [(dt_util.utcnow() - timedelta(days=each)).date().isoformat() for each in range(1, MOST + 3)]
    database = entry.runtime_data.episodes._database
    async with database._lock:
        for day in days:
            await visitor.websocket.send_json_auto_id({**question, "day": day})
        refused = [await visitor.websocket.receive_json() for _ in days[MOST:]]
        # Whichever camera it is about.
        refused.append(await visitor.ask(TIMELINE, entity_id="camera.nobody_has", time_zone="UTC"))
        expected = {"code": "too_many_questions", "message": "Too many questions at a time"}
        assert [each["error"] for each in refused] == [expected] * 3
        # Others may ask.
        await page.websocket.send_json_auto_id(question)
        await until(hass, lambda: len(database._lock._waiters or ()) == MOST + 1, settle=False)
    answers = [await visitor.websocket.receive_json() for _ in days[:MOST]]
    assert sorted(each["result"]["day"] for each in answers) == sorted(days[:MOST])
    assert (await page.websocket.receive_json())["success"]
    assert simulator.counters["graphql:camera"] == MOST + 1
    # All are answered.
    for day in days:
        assert (await visitor.result(TIMELINE, entity_id=ENTITY, time_zone="UTC", day=day))["day"] == day


async def test_questions_that_are_refused_are_over(
    hass: HomeAssistant, visitor: Page, entry: ConfigEntry, hass_read_only_user: MockUser
) -> None:
    for _ in range(MOST + 1):
        assert await visitor.refused(TIMELINE, entity_id=ENTITY, **day_asked()) == "not_found"
        assert await visitor.refused(TIMELINE, entity_id=ENTITY, time_zone="Nowhere/Else") == "invalid_format"
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {ENTITY: {"read": True}}}})
    assert await visitor.result(TIMELINE, entity_id=ENTITY, **day_asked())
