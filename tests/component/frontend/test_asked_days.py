"""Which day a card gets: today in its own time zone, the one that it names, or that of an event of a link."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser

from simulator import NodeType, Simulator

from ..episodes_kept import keep_episode
from ..person import Person
from ..waiting import until
from .conftest import Page, cameras

TIMELINE = "netrex/timeline"
ZONE = "Europe/Prague"
HOUR = timedelta(hours=1)


@pytest.fixture
def camera_count() -> int:
    return 2


@pytest.fixture
def camera(hass: HomeAssistant, entry: ConfigEntry, simulator: Simulator) -> tuple[int, str]:
    """A camera's node and entity."""
    return next(iter(cameras(hass, simulator).items()))


def milliseconds(moment: datetime) -> int:
    return round(moment.timestamp() * 1000)


def asked(simulator: Simulator) -> int:
    """Return how many requests asked for recordings."""
    return simulator.counters["graphql:camera"]


async def test_today_is_that_of_the_browser(page: Page, camera: tuple[int, str]) -> None:
    days = []
    # It is never the same day in both.
    for zone in ("Etc/GMT-14", "Etc/GMT+12"):
        answer = await page.result(TIMELINE, entity_id=camera[1], time_zone=zone)
        now = dt_util.utcnow().timestamp()
        assert answer["start"] <= now < answer["end"]
        assert answer["end"] - answer["start"] == 86400
        assert datetime.fromtimestamp(answer["start"], ZoneInfo(zone)).isoformat()[:19] == f"{answer['day']}T00:00:00"
        days.append(answer["day"])
    assert days[0] > days[1]


@pytest.mark.parametrize(
    ("zone", "day", "start", "end"),
    [
        ("America/New_York", "2026-11-20", "2026-11-20T05:00", "2026-11-21T05:00"),
        ("America/Havana", "2026-03-08", "2026-03-08T05:00", "2026-03-09T04:00"),
        ("America/Havana", "2025-11-02", "2025-11-02T04:00", "2025-11-03T05:00"),
    ],
)
async def test_a_day_is_that_of_the_browser(
    page: Page, camera: tuple[int, str], zone: str, day: str, start: str, end: str
) -> None:
    answer = await page.result(TIMELINE, entity_id=camera[1], time_zone=zone, day=day)
    bounds = [datetime.fromtimestamp(answer[each], UTC) for each in ("start", "end")]
    assert (answer["day"], *(each.isoformat()[:16] for each in bounds)) == (day, start, end)


@pytest.mark.parametrize(
    "zone",
    [
        "",
        "Nowhere/Else",
        "Europe",
        "../../etc/passwd",
        "/etc/passwd",
        "Europe/../UTC",
        "Europe/Prague/..",
        "zone.tab",
        "leapseconds",
        "__init__.py",
        "a.b/c",
        "\0",
        "\ufffd",
        "x" * 65,
        "x" * 100_000,
        None,
        1,
        ["UTC"],
    ],
)
async def test_a_time_zone_that_is_none(
    page: Page, camera: tuple[int, str], simulator: Simulator, zone: object, caplog: pytest.LogCaptureFixture
) -> None:
    assert await page.refused(TIMELINE, entity_id=camera[1], time_zone=zone) == "invalid_format"
    assert asked(simulator) == 0
    assert "Traceback" not in caplog.text


@pytest.mark.parametrize(
    "day",
    [
        "",
        "today",
        "2026-02-30",
        "2026-11-29T00:00:00",
        "0001-01-01",
        "1970-01-01",
        "2011-12-30",
        "2242-01-01",
        "9999-12-31",
        "10000-01-01",
        None,
        20261129,
        ["2026-11-29"],
    ],
)
async def test_a_day_that_is_none(page: Page, camera: tuple[int, str], simulator: Simulator, day: object) -> None:
    assert await page.refused(TIMELINE, entity_id=camera[1], time_zone="Pacific/Apia", day=day) == "invalid_format"
    assert asked(simulator) == 0


async def test_one_question_at_a_time(page: Page, camera: tuple[int, str]) -> None:
    both = {"day": "2026-11-29", "episode": "x/1/1"}
    assert await page.refused(TIMELINE, entity_id=camera[1], time_zone=ZONE, **both) == "invalid_format"
    assert await page.refused(TIMELINE, entity_id=camera[1], time_zone=ZONE, episode=1) == "invalid_format"
    assert await page.refused(TIMELINE, entity_id=camera[1]) == "invalid_format"


# --- an event of a link ------------------------------------------------------------------------------


@pytest.mark.parametrize("is_kept", [True, False])
async def test_the_day_of_an_event(
    page: Page, entry: ConfigEntry, camera: tuple[int, str], simulator: Simulator, is_kept: bool
) -> None:
    """Also of one that is kept no longer: what was recorded then may be there."""
    node_id, entity_id = camera
    # In Prague it is the next day already.
    began = (dt_util.utcnow() - timedelta(days=3)).replace(hour=23, minute=30)
    if is_kept:
        keep_episode(entry, node_id, began)
    link = f"{entry.entry_id}/{node_id}/{milliseconds(began)}"
    answer = await page.result(TIMELINE, entity_id=entity_id, time_zone=ZONE, episode=link)
    assert answer["day"] == (began + HOUR).date().isoformat()
    assert answer["start"] <= began.timestamp() < answer["end"]
    assert [each["id"] for each in answer["episodes"]] == [link] * is_kept
    # It is the same answer as to its day.
    assert await page.result(TIMELINE, entity_id=entity_id, time_zone=ZONE, day=answer["day"]) == answer
    assert asked(simulator) == 1


async def test_events_of_other_cameras_are_not_found(
    hass: HomeAssistant, page: Page, entry: ConfigEntry, simulator: Simulator
) -> None:
    """Before anything is asked of the cloud: each card of a dashboard asks for the same link."""
    (node_id, entity_id), (other_id, _) = cameras(hass, simulator).items()
    now, account = dt_util.utcnow(), entry.entry_id
    keep_episode(entry, other_id, now - HOUR)
    began_at = milliseconds(now - HOUR)
    for episode in (
        f"{account}/{other_id}/{began_at}",
        f"{account}/{node_id}0/{began_at}",
        f"{account}0/{node_id}/{began_at}",
        f"{account}/{node_id}/{milliseconds(now + 25 * HOUR)}",
        f"{account}/{node_id}/{'9' * 14}",
        f"{account}/{node_id}/{'9' * 100}",
        f"{account}/{node_id}/0",
        f"{account}/{node_id}/-1",
        f"{account}/{node_id}/",
        f"{account}/{node_id}",
        f"{account}/{node_id}/{began_at}/",
        f"{account}/{node_id}/{began_at}\n",
        f"{account}/{node_id}/{began_at}.5",
        f"{account}/{node_id}/\u0661\u0662\u0663",
        f" {account}/{node_id}/{began_at}",
        f"{began_at}",
        "../..",
        "",
    ):
        answer = await page.ask(TIMELINE, entity_id=entity_id, time_zone=ZONE, episode=episode)
        assert answer["error"] == {"code": "not_found", "message": "Camera not found"}, episode
    assert asked(simulator) == 0
    # Home Assistant's clock may be behind that of the camera.
    soon = f"{account}/{node_id}/{milliseconds(now + 23 * HOUR)}"
    assert await page.result(TIMELINE, entity_id=entity_id, time_zone=ZONE, episode=soon)


async def test_each_picture_of_a_camera_has_its_events(
    hass: HomeAssistant, visitor: Page, person: Person, simulator: Simulator, hass_read_only_user: MockUser
) -> None:
    world = simulator.world
    camera, other = world.camera_nodes()
    left, _right = (world.add(NodeType.VIDEO_CHANNEL, name, camera) for name in ("Left", "Right"))
    entry = await person.add_account()
    await until(hass, lambda: len(hass.states.async_all("camera")) == 4)
    (lens,) = (state.entity_id for state in hass.states.async_all("camera") if state.name.endswith("Left"))
    began = dt_util.utcnow() - HOUR
    keep_episode(entry, camera.node_id, began)
    link = f"{entry.entry_id}/{camera.node_id}/{milliseconds(began)}"
    question = {"entity_id": lens, "time_zone": ZONE, "episode": link}
    assert await visitor.refused(TIMELINE, **question) == "not_found"
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {lens: {"read": True}}}})
    # Its moment in what they may see; what happened is told to those who may see the whole camera.
    assert (await visitor.result(TIMELINE, **question))["episodes"] == []
    hass_read_only_user.mock_policy({"entities": {"domains": {"camera": {"read": True}}}})
    (episode,) = (await visitor.result(TIMELINE, **question))["episodes"]
    assert (episode["id"], episode["entity_id"]) == (link, lens)
    for node in (left, other):
        link = f"{entry.entry_id}/{node.node_id}/{milliseconds(began)}"
        assert await visitor.refused(TIMELINE, **question | {"episode": link}) == "not_found"
