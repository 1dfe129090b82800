"""Events in the media browser as a person walks through them: days, kinds, titles, pictures, and how they play."""

from base64 import b64decode
from datetime import datetime, timedelta
from html import unescape
import re
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest

from custom_components.netrex.episodes.episode import EpisodeKind
from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, NodeType, Simulator, Switches

from ..browsing import MediaBrowser, RefusedError
from ..episodes_kept import PICTURE, THUMBNAIL, keep_episode
from ..person import Person

pytestmark = pytest.mark.usefixtures("quick_polls")


@pytest.fixture
def switches() -> Switches:
    return Switches(recording_preparation=0.05)


@pytest.fixture
async def entry(person: Person) -> ConfigEntry:
    return await person.add_account()


def yesterday(hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return a time of yesterday in Home Assistant's time zone."""
    midnight = dt_util.start_of_local_day() - timedelta(hours=12)
    return midnight.replace(hour=hour, minute=minute, second=second)


async def children(browser: MediaBrowser, *titles: str) -> list[dict[str, Any]]:
    return (await browser.walk(*titles))["children"]


def of_events(folder: list[dict[str, Any]]) -> list[str]:
    """Return the titles of what plays."""
    return [child["title"] for child in folder if child["can_play"]]


def folders_in(folder: list[dict[str, Any]]) -> list[str]:
    return [child["title"] for child in folder if child["can_expand"]]


async def fetch(browser: MediaBrowser, path: str, token: str = "") -> tuple[int, bytes]:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with browser.player.get(path, headers=headers) as answer:
        return answer.status, await answer.read()


async def tile(browser: MediaBrowser, path: str, token: str) -> bytes:
    """Return the picture that a tile shows."""
    async with browser.player.get(path, headers={"Authorization": f"Bearer {token}"}) as answer:
        assert answer.status == 200
        # A charset would have a space before it, which ends the address in the frontend's style.
        assert answer.headers["Content-Type"] == "image/svg+xml"
        assert answer.headers["Cache-Control"] == "private, max-age=86400"
        _before, _, data = (await answer.text()).partition("data:image/jpeg;base64,")
        return b64decode(data.partition('"')[0])


def said_in(notice: bytes) -> str:
    """Return the words below a picture."""
    return " ".join(unescape(re.sub("<[^>]+>", " ", notice.decode())).split())


@pytest.mark.parametrize("camera_count", [2])
async def test_days_with_events_and_what_happened(
    browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator, hass_access_token: str
) -> None:
    first, second = simulator.world.camera_nodes()
    assert [child["title"] for child in await children(browser, "Events")] == ["No events"]
    keep_episode(entry, first.node_id, yesterday(14, 3), EpisodeKind.LINE_CROSSED, EpisodeKind.PERSON, seconds=25)
    keep_episode(entry, first.node_id, yesterday(15), EpisodeKind.MOTION, seconds=0, picture=False)
    keep_episode(entry, second.node_id, yesterday(14, 3), EpisodeKind.VEHICLE, seconds=90)
    keep_episode(entry, second.node_id, yesterday(9) - timedelta(days=2))

    days = await children(browser, "Events")
    before = dt_util.start_of_local_day() - timedelta(days=3, hours=-12)
    assert [child["title"] for child in days] == ["Yesterday (3)", f"{before:%A} {before.day} {before:%b} (1)"]
    assert await tile(browser, days[0]["thumbnail"], hass_access_token) == THUMBNAIL

    day = await children(browser, "Events", "Yesterday")
    assert folders_in(day) == ["Person (1)", "Vehicle (1)", "Line crossed (1)", "Motion (1)"]
    assert set(of_events(day)) == {
        f"15:00 Motion · {first.name}",
        f"14:03 Person, line crossed · {first.name} · 25 s",
        f"14:03 Vehicle · {second.name} · 2 min",
    }
    assert of_events(day)[0].startswith("15:00")
    assert [bool(child["thumbnail"]) for child in day if child["can_play"]] == [False, True, True]

    # One kind; then, of one camera. A folder of one kind has no folders of kinds.
    vehicles = await children(browser, "Events", "Yesterday", "Vehicle")
    assert [child["title"] for child in vehicles] == [f"14:03 Vehicle · {second.name} · 2 min"]
    assert (await children(browser, first.name))[0]["title"] == "Events"
    assert [child["title"] for child in await children(browser, first.name, "Events")] == ["Yesterday (2)"]
    own = await children(browser, first.name, "Events", "Yesterday")
    assert of_events(own) == ["15:00 Motion", "14:03 Person, line crossed · 25 s"]
    # Nothing was asked of the cloud.
    assert not simulator.counters["graphql:camera"]


async def test_titles_differ_and_one_kind_needs_no_folder(
    browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator
) -> None:
    (node,) = simulator.world.camera_nodes()
    keep_episode(entry, node.node_id, yesterday(14, 3, 5), seconds=5)
    keep_episode(entry, node.node_id, yesterday(14, 3, 40), seconds=5)
    keep_episode(entry, node.node_id, yesterday(14, 3, 40) + timedelta(milliseconds=1), seconds=5)
    keep_episode(entry, node.node_id, yesterday(14, 5), is_over=False)
    assert [child["title"] for child in await children(browser, node.name, "Events", "Yesterday")] == [
        "14:05 Person · ongoing",
        "14:03:40 Person · 5 s",
        "14:03:40 Person · 5 s (2)",
        "14:03:05 Person · 5 s",
    ]


async def test_in_czech(hass: HomeAssistant, browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator) -> None:
    hass.config.language = "cs"
    (node,) = simulator.world.camera_nodes()
    keep_episode(entry, node.node_id, yesterday(14, 3), EpisodeKind.LINE_CROSSED, EpisodeKind.PERSON, seconds=25)
    assert [child["title"] for child in await children(browser, "Události")] == ["Včera (1)"]
    day = await children(browser, "Události", "Včera")
    assert folders_in(day) == ["Osoba (1)", "Překročení čáry (1)"]
    assert of_events(day) == [f"14:03 Osoba, překročení čáry · {node.name} · 25 s"]


async def test_a_day_of_thousands_is_shown_by_hours(
    browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator
) -> None:
    """Nothing is said to be hidden, and everything can be reached."""
    (node,) = simulator.world.camera_nodes()
    for number in range(500):
        keep_episode(entry, node.node_id, yesterday(10) + timedelta(seconds=4 * number), seconds=1)
    keep_episode(entry, node.node_id, yesterday(20), seconds=1)
    day = await browser.walk(node.name, "Events", "Yesterday")
    assert day["not_shown"] == 0
    assert [child["title"] for child in day["children"]] == ["20:00 to 21:00 (1)", "10:00 to 11:00 (500)"]
    assert all(child["thumbnail"] for child in day["children"])
    titles: list[str] = []
    folder = await browser.walk(node.name, "Events", "Yesterday", "10:00")
    while folder["children"][-1]["title"] == "Earlier":
        assert len(folder["children"]) <= 201
        titles += of_events(folder["children"])
        folder = await browser.open(folder["children"][-1]["media_content_id"])
    titles += of_events(folder["children"])
    assert len(titles) == 500


@pytest.mark.parametrize("count", [1, 2500])
async def test_recordings_show_what_was_most_important(
    browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator, count: int
) -> None:
    (node,) = simulator.world.camera_nodes()
    person = keep_episode(entry, node.node_id, yesterday(14, 3))
    for number in range(count):
        keep_episode(entry, node.node_id, yesterday(14, 10) + timedelta(seconds=number), EpisodeKind.MOTION)
    simulator.world.add(NodeType.VIDEO_CHANNEL, "Left half", node)
    await entry.runtime_data.tree.async_refresh()
    shown = f"/api/netrex/episode-picture/{entry.entry_id}/{node.node_id}/{person.id.began_at}.jpg?width=320"
    days = await children(browser, node.name)
    by_title = {child["title"]: child["thumbnail"] for child in days}
    # Of the last 200 of a day, where there are very many.
    assert by_title["Yesterday"] == shown if count == 1 else by_title["Yesterday"]
    assert by_title["Today"] is None
    hours = {child["title"]: child["thumbnail"] for child in await children(browser, node.name, "Yesterday")}
    assert sum(bool(each) for each in hours.values()) == 1
    at_two = hours["14:00 to 15:00, 60 min recorded"]
    assert at_two == shown if count == 1 else at_two
    # A channel shows something else.
    assert not any(child["thumbnail"] for child in await children(browser, "Left half", "Yesterday"))


# --- playing -----------------------------------------------------------------------------------------


async def test_an_episode_plays_its_recording(browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator) -> None:
    (node,) = simulator.world.camera_nodes()
    episode = keep_episode(entry, node.node_id, yesterday(14, 3), seconds=5)
    (tile,) = await children(browser, "Events", "Yesterday")
    url = await browser.resolve(tile["media_content_id"])
    begin = episode.id.began_at // 1000
    assert f"/{node.node_id}/{begin - 10}/{begin + 25}/0.mp4" in url
    status, video = await fetch(browser, url)
    assert status == 200
    assert b"ftyp" in video[:16]


async def test_what_is_no_longer_kept_still_plays(
    browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator
) -> None:
    (node,) = simulator.world.camera_nodes()
    began_at = int(yesterday(14).timestamp())
    url = await browser.resolve(f"episode/{entry.entry_id}/{node.node_id}/{began_at}123")
    assert f"/{began_at - 10}/{began_at + 21}/0.mp4" in url
    with pytest.raises(RefusedError, match="no image of this event"):
        await browser.resolve(f"episode-picture/{entry.entry_id}/{node.node_id}/{began_at}123")


@pytest.mark.parametrize(
    ("ago", "text"), [(timedelta(hours=30), "record this event"), (timedelta(seconds=40), "in Netrex yet")]
)
async def test_without_a_recording_the_picture_says_so(
    browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator, ago: timedelta, text: str
) -> None:
    (node,) = simulator.world.camera_nodes()
    node.gaps = [(0, 2**33)]
    episode = keep_episode(entry, node.node_id, dt_util.utcnow() - ago)
    item = f"episode/{entry.entry_id}/{node.node_id}/{episode.id.began_at}"
    status, shown = await fetch(browser, await browser.resolve(item, "image/svg+xml"))
    assert status == 200
    assert text in said_in(shown)
    assert b"data:image/jpeg;base64," in shown
    bare = keep_episode(entry, node.node_id, dt_util.utcnow() - ago - timedelta(minutes=1), picture=False)
    with pytest.raises(RefusedError, match=text):
        await browser.resolve(f"episode/{entry.entry_id}/{node.node_id}/{bare.id.began_at}")


async def test_troubles_are_said_below_the_picture_and_pass(
    browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator
) -> None:
    (node,) = simulator.world.camera_nodes()
    episode = keep_episode(entry, node.node_id, yesterday(14))
    item = f"episode/{entry.entry_id}/{node.node_id}/{episode.id.began_at}"
    simulator.faults.add(Fault(kind="graphql:camera", status=503))
    _status, shown = await fetch(browser, await browser.resolve(item, "image/svg+xml"))
    assert "can't be reached" in said_in(shown)
    simulator.faults.clear()
    await browser.resolve(item)


async def test_what_a_player_could_not_say_is_said_the_next_time(
    hass: HomeAssistant, browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator
) -> None:
    timing_of(hass).recording_browser_wait = 0.0
    simulator.switches.recording_failure = "refused"
    (node,) = simulator.world.camera_nodes()
    episode = keep_episode(entry, node.node_id, yesterday(14))
    item = f"episode/{entry.entry_id}/{node.node_id}/{episode.id.began_at}"
    status, _text = await fetch(browser, await browser.resolve(item))
    assert status == 502
    _status, shown = await fetch(browser, await browser.resolve(item, "image/svg+xml"))
    assert "couldn't create a video" in said_in(shown)
    # Then it is worth another try.
    await browser.resolve(item)


async def test_what_goes_on_is_played_as_far_as_it_has_come(
    browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator
) -> None:
    (node,) = simulator.world.camera_nodes()
    episode = keep_episode(entry, node.node_id, dt_util.utcnow() - timedelta(seconds=5), is_over=False)
    url = await browser.resolve(f"episode/{entry.entry_id}/{node.node_id}/{episode.id.began_at}")
    begins_at, ends_at = map(int, url.partition(".mp4")[0].split("/")[-3:-1])
    assert begins_at == episode.id.began_at // 1000 - 10
    assert begins_at < ends_at <= dt_util.utcnow().timestamp()


async def test_an_account_that_is_gone(hass: HomeAssistant, browser: MediaBrowser, entry: ConfigEntry) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    for folder in (f"account-events/{entry.entry_id}", f"camera-events/{entry.entry_id}/1"):
        with pytest.raises(RefusedError, match="isn't connected"):
            await browser.open(folder)
    for item in (f"episode/{entry.entry_id}/1/1000", f"episode-picture/{entry.entry_id}/1/1000"):
        with pytest.raises(RefusedError, match="isn't connected"):
            await browser.resolve(item)


async def test_a_picture_of_its_own(browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator) -> None:
    (node,) = simulator.world.camera_nodes()
    episode = keep_episode(entry, node.node_id, yesterday(14))
    path = await browser.resolve(f"episode-picture/{entry.entry_id}/{node.node_id}/{episode.id.began_at}", "image/jpeg")
    assert await fetch(browser, path) == (200, PICTURE)


@pytest.mark.parametrize("camera_count", [2])
async def test_an_account_without_recordings_shows_events_with_pictures(
    browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account(["read", "events"])
    first, second = simulator.world.camera_nodes()
    simulator.world.add(NodeType.VIDEO_CHANNEL, "Left half", first)
    await entry.runtime_data.tree.async_refresh()
    shown = keep_episode(entry, first.node_id, yesterday(14))
    keep_episode(entry, first.node_id, yesterday(15), picture=False)
    assert set(await browser.titles()) == {"Events", first.name, second.name}
    assert [child["title"] for child in await children(browser, first.name)] == ["Yesterday (2)"]
    day = await children(browser, first.name, "Yesterday")
    assert [(child["title"], child["can_play"]) for child in day] == [
        ("15:00 Person · 5 s", False),
        ("14:00 Person · 5 s", True),
    ]
    assert await fetch(browser, await browser.resolve(day[1]["media_content_id"], "image/jpeg")) == (200, PICTURE)
    # What a notification leads to says why there is no video.
    item = f"episode/{entry.entry_id}/{first.node_id}/{shown.id.began_at}"
    _status, notice = await fetch(browser, await browser.resolve(item, "image/svg+xml"))
    assert "have permission to view" in said_in(notice)
    with pytest.raises(RefusedError, match="have permission to view recordings"):
        await browser.open(f"day/{entry.entry_id}/{first.node_id}/{yesterday(14).date()}")
    assert await browser.search("yesterday") == []
    assert len(await browser.search("person yesterday")) == 2
    assert not simulator.counters["graphql:camera"]


async def test_identifiers_of_no_events(browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator) -> None:
    (node,) = simulator.world.camera_nodes()
    day = yesterday(14).date()
    for odd in (
        f"account-event-day/{entry.entry_id}/{day}/unicorn",
        f"camera-event-day/{entry.entry_id}/{node.node_id}/{day}/unicorn",
        f"episode/{entry.entry_id}/{node.node_id}/0",
    ):
        with pytest.raises(RefusedError, match="This recording doesn't exist"):
            await browser.open(odd)
    with pytest.raises(RefusedError, match="no longer"):
        await browser.open(f"camera-events/{entry.entry_id}/{node.node_id + 1}")
    assert await browser.titles(f"account-event-day/{entry.entry_id}/2001-01-01/all") == ["No events"]


# --- search ------------------------------------------------------------------------------------------


async def test_search_for_an_hour_that_a_day_does_not_have(
    hass: HomeAssistant, browser: MediaBrowser, entry: ConfigEntry
) -> None:
    await hass.config.async_set_time_zone("Europe/Prague")
    assert await browser.search("person 29.3.2026 2:00") == []


@pytest.mark.parametrize("camera_count", [2])
async def test_search(hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    door, garage = simulator.world.camera_nodes()
    door.name, garage.name = "Front door", "Garáž"
    entry = await person.add_account()
    keep_episode(entry, door.node_id, yesterday(14, 3), seconds=25)
    keep_episode(entry, door.node_id, yesterday(16, 5), EpisodeKind.VEHICLE)
    keep_episode(entry, garage.node_id, yesterday(17), EpisodeKind.VEHICLE, EpisodeKind.PERSON)
    keep_episode(entry, garage.node_id, yesterday(17) - timedelta(days=1), EpisodeKind.VEHICLE)
    assert await browser.search("person yesterday") == [
        "17:00 Person, vehicle · Garáž · 5 s",
        "14:03 Person · Front door · 25 s",
    ]
    day = yesterday(12)
    assert await browser.search(f"front door vehicle {day.day}.{day.month}.") == ["16:05 Vehicle · Front door · 5 s"]
    assert await browser.search("cars yesterday 17:00") == ["17:00 Person, vehicle · Garáž · 5 s"]
    found = await browser.search("vehicle garaz")
    assert found[0] == "Yesterday 17:00 Person, vehicle · Garáž · 5 s"
    assert found[1].endswith(" 17:00 Vehicle · Garáž · 5 s")
    # In a folder of events, no kind has to be said.
    within = f"account-event-day/{entry.entry_id}/{day.date()}/all"
    assert await browser.search("garaz", within) == ["17:00 Person, vehicle · Garáž · 5 s", "Garáž, Yesterday"]
    assert await browser.search("garaz", f"camera-events/{entry.entry_id}/{door.node_id}") == []
    hass.config.language = "cs"
    assert await browser.search("člověk včera vchod") == []
    assert await browser.search("clovek vcera") == [
        "17:00 Osoba, vozidlo · Garáž · 5 s",
        "14:03 Osoba · Front door · 25 s",
    ]
    assert await browser.search(f"auto {day.day}.{day.month}. garáž") == ["17:00 Osoba, vozidlo · Garáž · 5 s"]


@pytest.mark.parametrize(
    ("language", "query"), [("en", "člověk včera"), ("cs", "person yesterday"), ("de", "osoba včera")]
)
async def test_who_speaks_another_language_than_the_settings_finds_it(
    hass: HomeAssistant, browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator, language: str, query: str
) -> None:
    (node,) = simulator.world.camera_nodes()
    keep_episode(entry, node.node_id, yesterday(14, 3))
    hass.config.language = language
    (found,) = await browser.search(query)
    assert found.startswith("14:03 ")


async def test_a_search_has_a_bound(browser: MediaBrowser, entry: ConfigEntry, simulator: Simulator) -> None:
    (node,) = simulator.world.camera_nodes()
    for number in range(150):
        keep_episode(entry, node.node_id, yesterday(10) + timedelta(minutes=number))
    found = await browser.search("person yesterday")
    assert len(found) == 60
    assert found[0].startswith("12:29")
