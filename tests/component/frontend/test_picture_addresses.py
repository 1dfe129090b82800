"""Addresses of pictures: one signature an event, the same one again as long as the picture is the same."""

import asyncio
from collections.abc import Callable
from concurrent.futures import Executor
from datetime import datetime, timedelta
import itertools
import time
from types import SimpleNamespace
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from simulator import Simulator

from ..episodes_kept import PICTURE, THUMBNAIL, keep_episode
from ..listening import CAMERA
from ..waiting import until
from .conftest import Page, day_asked

ENTITY = f"camera.{CAMERA}"


@pytest.fixture
def jobs(hass: HomeAssistant, monkeypatch: pytest.MonkeyPatch) -> list[object]:
    """What Home Assistant does beside its event loop, as it comes."""
    jobs: list[object] = []
    run = hass.loop.run_in_executor

    def noting(executor: Executor | None, job: Callable[..., Any], *arguments: Any) -> asyncio.Future[Any]:
        jobs.append(job)
        return run(executor, job, *arguments)

    monkeypatch.setattr(hass.loop, "run_in_executor", noting)
    return jobs


def day_ago() -> datetime:
    return dt_util.utcnow() - timedelta(days=1)


def happen(entry: ConfigEntry, simulator: Simulator, **how: Any) -> None:
    (node,) = simulator.world.camera_nodes()
    keep_episode(entry, node.node_id, day_ago(), **how)


async def day_of(page: Page) -> list[dict[str, Any]]:
    answer = await page.result("netrex/timeline", entity_id=ENTITY, **day_asked(1))
    episodes: list[dict[str, Any]] = answer["episodes"]
    return episodes


async def test_each_event_has_one_signature_which_opens_both_sizes(
    page: Page, entry: ConfigEntry, simulator: Simulator, hass_client_no_auth: ClientSessionGenerator
) -> None:
    (node,) = simulator.world.camera_nodes()
    for minutes in range(120):
        keep_episode(entry, node.node_id, day_ago() + timedelta(minutes=minutes))
    episodes = await day_of(page)
    assert str(episodes).count("authSig=") == len({each["picture"] for each in episodes}) == 120
    browser = await hass_client_no_auth()
    one, another = episodes[0]["picture"], episodes[1]["picture"]
    for query, picture in (("", PICTURE), ("&width=320", THUMBNAIL), ("&width=1280", PICTURE)):
        async with browser.get(one + query) as response:
            assert await response.read() == picture
        # The signature of another event opens none.
        async with browser.get(f"{one.partition('?')[0]}?{another.partition('?')[2]}{query}") as response:
            assert response.status == 401


async def test_a_page_that_opens_again_has_its_pictures_already(
    hass: HomeAssistant,
    page: Page,
    visitor: Page,
    entry: ConfigEntry,
    simulator: Simulator,
    hass_read_only_user: MockUser,
    hass_ws_client: WebSocketGenerator,
) -> None:
    """By their addresses, which are of one login."""
    happen(entry, simulator)
    (episode,) = await day_of(page)
    assert await day_of(Page(await hass_ws_client(hass))) == [episode]
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {ENTITY: {"read": True}}}})
    (theirs,) = await day_of(visitor)
    assert theirs.pop("picture") != episode.pop("picture")
    assert theirs == episode


async def test_what_goes_on_is_loaded_again(
    page: Page, entry: ConfigEntry, simulator: Simulator, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Within a second, Home Assistant signs alike.
    seconds_pass = itertools.count(int(time.time()))
    monkeypatch.setattr("homeassistant.components.http.auth.time", SimpleNamespace(time=lambda: next(seconds_pass)))
    await page.result("netrex/events/subscribe", entity_ids=[ENTITY])
    (node,) = simulator.world.camera_nodes()
    began = day_ago()
    for seconds, is_over in ((1, False), (2, False), (3, True)):
        keep_episode(entry, node.node_id, began, seconds=seconds, is_over=is_over)
    pictures = [each["episode"]["picture"] for each in await page.heard()]
    # Each time it is told twice: with what has changed, and with its new picture. What is over stays as it is.
    assert pictures[0] is None
    assert len(set(pictures)) == len(pictures) - 1 == 5
    assert pictures[-1] == pictures[-2]
    assert (await day_of(page))[0]["picture"] == pictures[-1]


@pytest.mark.parametrize(("hours", "is_same"), [(7, True), (9, False), (24 * 400, False), (-1, False)])
async def test_an_address_is_given_for_some_hours(
    page: Page,
    entry: ConfigEntry,
    simulator: Simulator,
    monkeypatch: pytest.MonkeyPatch,
    hours: int,
    is_same: bool,
) -> None:
    """It is good for a day, and pages use it for half of one; a clock that is set doesn't change that."""
    happen(entry, simulator)
    (before,) = await day_of(page)
    clock = SimpleNamespace(time=lambda: time.time() + hours * 3600)
    monkeypatch.setattr("custom_components.netrex.frontend.picture_addresses.time", clock)
    # Home Assistant signs by the same clock.
    monkeypatch.setattr("homeassistant.components.http.auth.time", clock)
    (after,) = await day_of(page)
    assert (after["picture"] == before["picture"]) is is_same
    assert (await day_of(page))[0]["picture"] == after["picture"]


async def test_a_day_is_a_request_to_the_cloud_and_few_jobs_beside_the_event_loop(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator, jobs: list[object]
) -> None:
    (node,) = simulator.world.camera_nodes()
    for minutes in range(100):
        keep_episode(entry, node.node_id, day_ago() - timedelta(minutes=minutes))
    # Writing takes jobs of its own.
    await until(hass, lambda: not entry.runtime_data.episodes._unwritten)
    costs = []
    for _ in range(3):
        before, requests = len(jobs), simulator.counters["graphql:camera"]
        answer = await page.result("netrex/timeline", entity_id=ENTITY, **day_asked(1))
        costs.append((len(jobs) - before, simulator.counters["graphql:camera"] - requests))
        assert (answer["recordings"], len(answer["episodes"])) == ("ok", 100)
    assert [requests for _, requests in costs] == [1, 0, 0]
    # One, and what Home Assistant does meanwhile.
    assert max(jobs for jobs, _ in costs) <= 5
