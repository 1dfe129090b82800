"""The media browser as a person walks through it: places, cameras, days, hours, pieces, searches, errors."""

import asyncio
from datetime import date, datetime, timedelta

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.netrex.tasks.timing import timing_of
from simulator import Fault, NodeType, Simulator, World

from ..browsing import MediaBrowser, RefusedError
from ..person import Person
from ..waiting import until


def midnight(days_ago: int = 0) -> datetime:
    """Return the beginning of a day in Home Assistant's time zone."""
    return dt_util.start_of_local_day() - timedelta(days=days_ago)


def asked(simulator: Simulator) -> int:
    """Return how many requests asked for recordings."""
    return simulator.counters["graphql:camera"]


@pytest.fixture
def yesterday_is_past(hass: HomeAssistant) -> None:
    """Right after midnight as well: what was recorded is there a second later, not within a quarter of an hour."""
    timing_of(hass).recordings_complete_after = 1.0


@pytest.mark.usefixtures("yesterday_is_past")
async def test_from_the_account_to_a_piece(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    await person.add_account()
    (node,) = simulator.world.camera_nodes()
    assert await browser.titles() == ["Events", node.name]

    days = await browser.walk(node.name)
    assert [child["title"] for child in days["children"]][:3] == ["Events", "Today", "Yesterday"]
    assert len(days["children"]) == 1 + 30
    assert asked(simulator) == 0

    hours = await browser.walk(node.name, "Yesterday")
    assert asked(simulator) == 1
    assert hours["children"][14]["title"] == "14:00 to 15:00, 60 min recorded"

    slots = await browser.walk(node.name, "Yesterday", "14:00")
    assert [child["title"] for child in slots["children"]] == [
        f"14:{minute}0 to 1{'4' if minute < 5 else '5'}:{(minute + 1) % 6}0, 10 min recorded" for minute in range(6)
    ]
    assert all(child["can_play"] and not child["can_expand"] for child in slots["children"])
    assert asked(simulator) == 2


@pytest.mark.usefixtures("yesterday_is_past")
async def test_browsing_a_month_back_and_forth_asks_once_a_day(
    browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    await person.add_account()
    (node,) = simulator.world.camera_nodes()
    _events, *days = [child["media_content_id"] for child in (await browser.walk(node.name))["children"]]
    for day in [*days[1:], *reversed(days[1:])]:
        await browser.open(day)
    assert asked(simulator) == 29
    await browser.open(days[0])
    await browser.open(days[0])
    assert asked(simulator) == 31  # today goes on


async def test_hours_without_recordings_are_said_to_be_such(
    browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    await person.add_account()
    (node,) = simulator.world.camera_nodes()
    two = int(midnight(1).timestamp()) + 2 * 3600
    node.gaps = [
        (two, two + 3600),
        (two + 3 * 3600 + 60, two + 3 * 3600 + 120),
        (two + 3 * 3600 + 1800, two + 3 * 3600 + 2400),
    ]
    hours = (await browser.walk(node.name, "Yesterday"))["children"]
    assert hours[2]["title"] == "02:00 to 03:00, nothing recorded"
    assert not hours[2]["can_expand"]
    assert not hours[2]["can_play"]
    assert "nothing" not in hours[3]["title"]

    slots = (await browser.walk(node.name, "Yesterday", "05:00"))["children"]
    assert [child["title"].partition(", ")[2] for child in slots][:3] == [
        "part 1, 1 min", "part 2, 8 min", "10 min recorded",
    ]  # fmt: skip
    assert slots[4]["title"] == "05:30 to 05:40, nothing recorded"
    assert not slots[4]["can_play"]


async def test_a_day_of_many_pieces_costs_one_request(
    browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    await person.add_account()
    (node,) = simulator.world.camera_nodes()
    begins = int(midnight(1).timestamp())
    node.gaps = [(begins + at, begins + at + 10) for at in range(30, 86_400, 90)]
    hours = (await browser.walk(node.name, "Yesterday"))["children"]
    assert asked(simulator) == 1
    assert hours[5]["title"].startswith("05:00 to 06:00, 5")


@pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
async def test_days_on_which_clocks_change(
    browser: MediaBrowser, person: Person, simulator: Simulator, day: date, hours: int
) -> None:
    entry = await person.add_account()
    (node,) = simulator.world.camera_nodes()
    found = await browser.open(f"day/{entry.entry_id}/{node.node_id}/{day}")
    assert len(found["children"]) == hours
    assert len({child["title"] for child in found["children"]}) == hours


@pytest.mark.parametrize("camera_count", [4])
async def test_places_group_cameras(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    world = simulator.world
    first, second, third, _ = world.camera_nodes()
    shop = world.add(NodeType.LOCATION, "Shop", world.top)
    other = world.add(NodeType.LOCATION, "House", world.top)
    for node, above in ((first, shop), (second, world.add(NodeType.FOLDER, "Tills", shop))):
        node.parent_node_id = above.node_id
    third.parent_node_id = world.add(NodeType.FOLDER, "Shop", other).node_id
    world.add(NodeType.VIDEO_CHANNEL, "Left half", first)
    entry = await person.add_account()
    await entry.runtime_data.tree.async_refresh()
    titles = await browser.titles()
    assert titles[:3] == ["Events", "House", "Shop"]
    assert len(titles) == 4
    assert await browser.titles(f"place/{entry.entry_id}/{shop.node_id}") == [first.name, "Left half", second.name]


@pytest.mark.parametrize("camera_count", [2])
async def test_places_are_for_those_who_may_see_a_camera_there(
    hass: HomeAssistant,
    browser: MediaBrowser,
    person: Person,
    simulator: Simulator,
    hass_read_only_user: MockUser,
    hass_read_only_access_token: str,
    hass_ws_client: WebSocketGenerator,
) -> None:
    world = simulator.world
    first, second = world.camera_nodes()
    garden, vault = (world.add(NodeType.LOCATION, name, world.top) for name in ("Garden", "Vault"))
    first.parent_node_id, second.parent_node_id = garden.node_id, vault.node_id
    entry = await person.add_account()
    await until(hass, lambda: len(hass.states.async_all("camera")) == 2)
    (camera,) = (state.entity_id for state in hass.states.async_all("camera") if state.name == first.name)
    hass_read_only_user.mock_policy({"entities": {"entity_ids": {camera: {"read": True}}}})
    theirs = MediaBrowser(hass, await hass_ws_client(hass, hass_read_only_access_token), browser.player)
    places = [f"place/{entry.entry_id}/{node.node_id}" for node in (garden, vault, second, world.top)]
    assert [(await browser.open(place))["title"] for place in places][:2] == ["Garden", "Vault"]
    assert (await theirs.open(places[0]))["title"] == "Garden"
    for hidden in places[1:]:
        with pytest.raises(RefusedError, match="You don't have permission to view"):
            await theirs.open(hidden)
    # The account is theirs to see for the one camera; without it, not even what it is called.
    assert (await theirs.open(f"account/{entry.entry_id}"))["title"] == entry.title
    hass_read_only_user.mock_policy({})
    with pytest.raises(RefusedError, match="You don't have permission to view"):
        await theirs.open(f"account/{entry.entry_id}")


@pytest.mark.parametrize("camera_count", [2])
async def test_places_of_the_same_name_say_where_they_are(
    browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    world = simulator.world
    for node, town in zip(world.camera_nodes(), ("Brno", "Praha"), strict=True):
        node.parent_node_id = world.add(NodeType.LOCATION, "Shop", world.add(NodeType.FOLDER, town, world.top)).node_id
    await person.add_account()
    assert sorted(await browser.titles()) == ["Events", "Shop (Brno)", "Shop (Praha)"]


async def test_two_accounts_are_told_apart(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    first = await person.add_account()
    (node,) = simulator.world.camera_nodes()
    async with Simulator(cameras=World.with_cameras(1)) as other:
        second = await Person(hass, other, person.browser, person.app).add_second_account()
        roots = (await browser.open())["children"]
        assert len(roots) == 2
        names = {each.world.camera_nodes()[0].name for each in (simulator, other)}
        found = {title for root in roots for title in await browser.titles(root["media_content_id"])}
        assert found == names | {"Events"}
        # Both providers count their nodes from the same number.
        assert [each.node_id for each in other.world.camera_nodes()] == [node.node_id]
        await browser.open(f"day/{second.entry_id}/{node.node_id}/{midnight(1).date()}")
        assert (asked(simulator), asked(other)) == (0, 1)
        await browser.open(f"day/{first.entry_id}/{node.node_id}/{midnight(1).date()}")
        assert (asked(simulator), asked(other)) == (1, 1)
        await hass.config_entries.async_unload(second.entry_id)
        with pytest.raises(RefusedError, match="isn't connected"):
            await browser.open(f"camera/{second.entry_id}/{node.node_id}")


async def test_identifiers_of_nothing(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    entry = await person.add_account()
    (node,) = simulator.world.camera_nodes()
    with pytest.raises(RefusedError, match="isn't connected"):
        await browser.open(f"camera/{'X' * 26}/{node.node_id}")
    for node_id in (node.node_id + 1, simulator.world.top.node_id):
        with pytest.raises(RefusedError, match="no longer"):
            await browser.open(f"camera/{entry.entry_id}/{node_id}")
    for identifier in ("camera/x y/z", f"recording/{entry.entry_id}/{node.node_id}/1000/1600/0", "..", "camera"):
        with pytest.raises(RefusedError, match="This recording doesn't exist"):
            await browser.open(identifier)
    # What can be opened is not for that something that plays.
    with pytest.raises(RefusedError, match="This recording doesn't exist"):
        await browser.resolve(f"camera/{entry.entry_id}/{node.node_id}")


async def test_in_czech(hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    hass.config.language = "cs"
    await person.add_account()
    (node,) = simulator.world.camera_nodes()
    days = [child["title"] for child in (await browser.walk(node.name))["children"]]
    assert days[:3] == ["Události", "Dnes", "Včera"]
    assert (await browser.walk(node.name, "Včera"))["children"][0]["title"] == "00:00 až 01:00, nahráno 60 min"
    with pytest.raises(RefusedError, match="Tento záznam neexistuje"):
        await browser.open("nothing")


@pytest.mark.parametrize(
    ("fault", "text"),
    [
        (Fault(kind="graphql:camera", status=503), "can't be reached"),
        (Fault(kind="graphql:camera", cut=True), "can't be reached"),
        (Fault(kind="graphql:camera", garbage=True), "can't be reached"),
        (Fault(kind="graphql:camera", status=429), "is busy"),
        (Fault(kind="graphql:camera", status=403, body='{"error": "no"}'), "have permission to view recordings"),
        (Fault(kind="graphql:camera", body='{"data": {"camera": null}}'), "return recordings of"),
        (
            Fault(kind="graphql:camera", body='{"data": {"camera": {"i0": [{"recording_id": 7.5}]}}}'),
            "return recordings of",
        ),
        (Fault(kind="graphql:camera", body='{"errors": [{"message": "boom"}]}'), "return recordings of"),
    ],
)
async def test_troubles_are_told_and_pass(
    browser: MediaBrowser, person: Person, simulator: Simulator, fault: Fault, text: str
) -> None:
    await person.add_account()
    (node,) = simulator.world.camera_nodes()
    simulator.faults.add(fault)
    with pytest.raises(RefusedError, match=text):
        await browser.walk(node.name, "Yesterday")
    simulator.faults.clear()
    assert (await browser.walk(node.name, "Yesterday"))["children"]


async def test_sign_in_that_has_ended_is_asked_for_again(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    await person.add_account()
    (node,) = simulator.world.camera_nodes()
    simulator.revoke_all_tokens()
    with pytest.raises(RefusedError, match=r"[Ss]ign in again"):
        await browser.walk(node.name, "Yesterday")
    await until(hass, hass.config_entries.flow.async_progress)
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_account_without_the_permission(browser: MediaBrowser, person: Person) -> None:
    entry = await person.add_account(["read", "liveview"])
    with pytest.raises(RefusedError, match='has the "Recordings" or "Events" permission'):
        await browser.open()
    with pytest.raises(RefusedError, match="have permission to view recordings"):
        await browser.open(f"account/{entry.entry_id}")


async def test_search(hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    (node,) = simulator.world.camera_nodes()
    node.name = "Přední dveře"
    await person.add_account()
    assert await browser.search("predni") == ["Přední dveře"]
    assert await browser.search("přední yesterday 14:00") == ["Přední dveře, Yesterday, 14:00 to 15:00"]
    assert await browser.search("yesterday") == ["Přední dveře, Yesterday"]
    assert await browser.search("garage") == []
    assert await browser.search(" ") == []
    assert asked(simulator) == 0


@pytest.mark.parametrize("camera_count", [3])
async def test_search_in_a_folder(browser: MediaBrowser, person: Person, simulator: Simulator) -> None:
    first, second, third = simulator.world.camera_nodes()
    shop = simulator.world.add(NodeType.LOCATION, "Shop", simulator.world.top)
    second.parent_node_id = third.parent_node_id = shop.node_id
    entry = await person.add_account()
    assert len(await browser.search("yesterday")) == 3
    assert len(await browser.search("yesterday", f"account/{entry.entry_id}")) == 3
    assert await browser.search("yesterday", f"account/{'X' * 26}") == []
    assert len(await browser.search("yesterday", f"place/{entry.entry_id}/{shop.node_id}")) == 2
    camera = f"{entry.entry_id}/{first.node_id}"
    assert await browser.search("yesterday", f"camera/{camera}") == [f"{first.name}, Yesterday"]
    found = await browser.search("14:00", f"day/{camera}/{midnight(1).date()}")
    assert found == [f"{first.name}, Yesterday, 14:00 to 15:00"]
    with pytest.raises(RefusedError, match="This recording doesn't exist"):
        await browser.search("14:00", "nowhere")


@pytest.mark.usefixtures("yesterday_is_past")
async def test_options_for_days(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    (node,) = simulator.world.camera_nodes()
    node.recorded_from = int(midnight(3).timestamp())
    await person.options(entry)
    await person.choose("recordings")
    step = await person.answer(recording_height="1080", recording_days=10, only_recorded_days=True)
    assert step["type"] == "create_entry"
    await hass.async_block_till_done()
    days = await browser.walk(node.name)
    assert len(days["children"]) == 1 + 4
    await browser.walk(node.name)
    assert asked(simulator) == 1

    simulator.switches.recordings_longest = 3600
    await hass.config_entries.async_reload(entry.entry_id)
    assert len((await browser.walk(node.name))["children"]) == 1 + 10  # a day is too long to ask about


async def test_camera_page_leads_to_its_recordings(
    person: Person, simulator: Simulator, device_registry: dr.DeviceRegistry
) -> None:
    entry = await person.add_account()
    (node,) = simulator.world.camera_nodes()
    links = {device.configuration_url for device in dr.async_entries_for_config_entry(device_registry, entry.entry_id)}
    wanted = f"netrex%2Fcamera%2F{entry.entry_id}%2F{node.node_id}"
    assert any(link.startswith("homeassistant://media-browser/browser/") and link.endswith(wanted) for link in links)


@pytest.mark.parametrize("answered", [True, False])
async def test_pictures_of_a_camera_with_several(
    browser: MediaBrowser, person: Person, simulator: Simulator, *, answered: bool
) -> None:
    (node,) = simulator.world.camera_nodes()
    channel = simulator.world.add(NodeType.VIDEO_CHANNEL, "Left half", node)
    simulator.switches.recordings_of_channels = answered
    await person.add_account()
    assert await browser.titles() == ["Events", node.name, channel.name]
    if answered:
        assert (await browser.walk("Left half", "Yesterday"))["children"]
    else:
        with pytest.raises(RefusedError, match="return recordings of Left half"):
            await browser.walk("Left half", "Yesterday")
    assert (await browser.walk(node.name, "Yesterday"))["children"]


async def test_unloading_while_somebody_waits(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    entry = await person.add_account()
    (node,) = simulator.world.camera_nodes()
    simulator.faults.add(Fault(kind="graphql:camera", hang=True))
    waiting = asyncio.create_task(browser.walk(node.name, "Yesterday"))
    await until(hass, lambda: asked(simulator))
    await hass.config_entries.async_unload(entry.entry_id)
    with pytest.raises(RefusedError, match="isn't connected"):
        await waiting


async def test_what_is_kept_has_a_bound(
    hass: HomeAssistant, browser: MediaBrowser, person: Person, simulator: Simulator
) -> None:
    timing_of(hass).most_recording_lists = 2
    entry = await person.add_account()
    (node,) = simulator.world.camera_nodes()
    for ago in (1, 2, 3, 3, 2, 1):
        await browser.open(f"day/{entry.entry_id}/{node.node_id}/{midnight(ago).date()}")
    assert asked(simulator) == 4  # the first one had to be asked for again
    assert entry.runtime_data.recordings.lists.kept == 2
