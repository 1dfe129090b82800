"""What phones and others get when something happens: once for each event, with its own picture."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from http import HTTPStatus
from typing import Any
from urllib.parse import unquote

from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest

from custom_components.netrex.tasks.timing import timing_of
from simulator import Simulator

from ..listening import CAMERA, serial_of, state
from ..person import Person
from .automating import DETECTION, DOORBELL, automate, begin, camera_device, happen, patiently, told
from .conftest import Messenger, Phone

BLUEPRINT = "notify_about_events"


@pytest.fixture
def quick_episodes(hass: HomeAssistant) -> None:
    """An event is over as soon as nothing is detected."""
    timing_of(hass).episode_gap = 0.01


async def until_over(hass: HomeAssistant) -> None:
    """Wait until what is detected next is another event."""
    (entry,) = hass.config_entries.async_loaded_entries("netrex")
    account = entry.runtime_data
    await patiently(hass, lambda: all(account.episodes.latest(each) is None for each in account.cameras))


def is_silent(message: dict[str, Any]) -> bool:
    """Return whether neither Android nor iOS makes a sound for it, and neither sees it as a new one."""
    data = message["data"]
    alerts_once = data.get("alert_once") is True and data.get("push", {}).get("sound") == "none"
    assert alerts_once == (data.get("priority") != "high")
    return alerts_once


async def test_phones_get_the_picture_of_this_event(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone
) -> None:
    await begin(hass, person, simulator)
    await automate(hass, BLUEPRINT, camera=camera_device(hass), phones=[phone.device_id])
    happen(simulator, "person")
    await patiently(hass, lambda: phone.got)
    (message,) = phone.got
    assert message["title"].lower() == CAMERA
    assert message["message"] == "A person: Path"
    data = message["data"]
    shown = hass.states.get(DETECTION)
    assert shown
    assert data["image"] == shown.attributes["picture"]
    # As the app asks for it.
    async with person.app.get(data["image"]) as answer:
        assert answer.status == HTTPStatus.OK
        assert (await answer.read()).startswith(b"\xff\xd8")
    assert data["url"] == data["clickAction"]
    assert (data["ttl"], data["priority"]) == (0, "high")
    assert "alert_once" not in data
    # What iOS does not take is longer.
    assert len(data["tag"]) <= 64


@pytest.mark.usefixtures("long_episodes")
async def test_rings_are_told_aloud(hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone) -> None:
    """Also of somebody who was told of already, in the pause, and whatever scenarios are wanted."""
    simulator.happen(serial_of(simulator), "call", active=False)
    await begin(hass, person, simulator)
    await patiently(hass, lambda: hass.states.get(DOORBELL))
    await automate(hass, BLUEPRINT, camera=camera_device(hass), phones=[phone.device_id], scenarios=["path"], pause=240)
    happen(simulator, "person")
    await patiently(hass, lambda: phone.got)
    simulator.happen(serial_of(simulator), "call")
    await patiently(hass, lambda: len(phone.got) == 2)
    assert phone.texts == ["A person: Path", "Somebody rings"]
    assert not any(map(is_silent, phone.got))
    # It takes the place of the first one.
    assert phone.got[0]["data"]["tag"] == phone.got[1]["data"]["tag"]


async def test_everybody_is_told(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    new_phone: Callable[[str], Awaitable[Phone]],
    messenger: Messenger,
) -> None:
    await begin(hass, person, simulator)
    gone, lost, kept = [await new_phone(name) for name in ("Gone", "Lost", "Žluťoučký kůň 2")]
    phones = [each.device_id for each in (gone, lost, kept)]
    await automate(hass, BLUEPRINT, camera=camera_device(hass), phones=phones, entities=["notify.messenger"])
    dr.async_get(hass).async_remove_device(gone.device_id)
    lost.refuses = True
    happen(simulator, "person")
    await patiently(hass, lambda: kept.got and messenger.got)
    assert kept.texts == ["A person: Path"]
    ((title, text),) = messenger.got
    assert title
    assert (title.lower(), text) == (CAMERA, "A person: Path")
    assert not gone.got


@pytest.mark.usefixtures("long_episodes")
async def test_one_event_is_one_notification(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone, messenger: Messenger
) -> None:
    """What is known later takes its place without a sound; what says less changes nothing."""
    await begin(hass, person, simulator)
    kinds = ["person", "vehicle", "sound"]
    await automate(
        hass,
        BLUEPRINT,
        camera=camera_device(hass),
        phones=[phone.device_id],
        entities=["notify.messenger"],
        kinds=kinds,
        pause=0,
    )
    for name, detection in (("sound", "sound"), ("vehicle", "vehicle"), ("sound", "sound"), ("person", "person")):
        happen(simulator, name)
        await told(hass, detection)
        if name == "vehicle":
            await patiently(hass, lambda: len(phone.got) == 2)
    await patiently(hass, lambda: len(phone.got) == 3)
    assert phone.texts == ["Sound", "A vehicle: Path", "A person: Path"]
    assert [is_silent(each) for each in phone.got] == [False, True, True]
    assert len({each["data"]["tag"] for each in phone.got}) == 1
    assert [text for _, text in messenger.got] == ["Sound"]


@pytest.mark.usefixtures("quick_episodes")
async def test_next_event_is_told_while_the_first_may_still_change(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone
) -> None:
    await begin(hass, person, simulator)
    await automate(hass, BLUEPRINT, camera=camera_device(hass), phones=[phone.device_id], pause=0)
    for number in range(1, 4):
        happen(simulator, "person")
        await patiently(hass, lambda number=number: len(phone.got) == number)
        await until_over(hass)
        # What was not chosen is not told, and keeps nothing back.
        happen(simulator, "sound")
        await told(hass, "sound")
        await until_over(hass)
    assert phone.texts == ["A person: Path"] * 3
    assert not any(map(is_silent, phone.got))
    assert len({each["data"]["tag"] for each in phone.got}) == 3


async def test_person_who_crosses_a_line_is_a_person(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone
) -> None:
    await begin(hass, person, simulator)
    await automate(hass, BLUEPRINT, camera=camera_device(hass), phones=[phone.device_id])
    happen(simulator, "line", "2")
    await patiently(hass, lambda: phone.got)
    assert phone.texts == ["A person: Fence"]


async def test_link_leads_to_the_recording(
    hass: HomeAssistant, browser: Any, person: Person, simulator: Simulator, phone: Phone
) -> None:
    await begin(hass, person, simulator)
    await automate(hass, BLUEPRINT, camera=camera_device(hass), phones=[phone.device_id])
    happen(simulator, "person")
    await patiently(hass, lambda: phone.got)
    data = phone.got[0]["data"]
    assert data["url"].startswith("/media-browser/browser/app%2Cmedia-source%3A%2F%2Fnetrex/app%2Cmedia-source")
    found = await browser.open(unquote(data["url"].split("/")[-1]).removeprefix("app,"))
    assert found["children"]
    assert found["children"][0]["can_play"]


@pytest.mark.parametrize(
    ("dashboard", "page"),
    [("/dashboard-house/0", "/dashboard-house/0?"), ("house?kiosk", "/house?kiosk&")],
)
async def test_link_leads_to_the_card(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone, dashboard: str, page: str
) -> None:
    await begin(hass, person, simulator)
    await automate(hass, BLUEPRINT, camera=camera_device(hass), phones=[phone.device_id], dashboard=dashboard)
    happen(simulator, "person")
    await patiently(hass, lambda: phone.got)
    data = phone.got[0]["data"]
    shown = hass.states.get(DETECTION)
    assert shown
    episode = shown.attributes["episode"].removeprefix("media-source://netrex/episode/")
    assert data["url"] == data["clickAction"] == f"{page}netrex_episode={episode}"
    live, recording = data["actions"]
    assert live == {"action": "URI", "title": "Live", "uri": f"{page}more-info-entity-id=camera.{CAMERA}"}
    assert recording["uri"].startswith("/media-browser/browser/")


async def test_no_episode_without_pictures_is_kept_back(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone
) -> None:
    """Accounts without the permission to live view have no pictures, and none to recordings no links to them."""
    await begin(hass, person, simulator, ["read", "events"])
    await automate(hass, BLUEPRINT, camera=camera_device(hass), phones=[phone.device_id])
    happen(simulator, "person")
    await patiently(hass, lambda: phone.got)
    data = phone.got[0]["data"]
    assert "image" not in data
    assert data["actions"] == []
    assert data["url"] == "/?more-info-entity-id="


@pytest.mark.usefixtures("quick_episodes")
async def test_pause_and_scenarios_are_kept(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone
) -> None:
    await begin(hass, person, simulator)
    await automate(
        hass, BLUEPRINT, camera=camera_device(hass), phones=[phone.device_id], scenarios=["fence"], pause=240
    )
    for name, number, messages in (("person", "1", 0), ("line", "2", 1), ("line", "2", 1)):
        happen(simulator, name, number)
        happen(simulator, "sound")
        await told(hass, "sound")
        await patiently(hass, lambda messages=messages: len(phone.got) >= messages)
        assert len(phone.got) == messages
        await until_over(hass)
    assert phone.texts == ["A person: Fence"]


@pytest.mark.parametrize(
    ("inputs", "hours"),
    [
        ({"after": "22:00:00", "before": "06:00:00"}, [22, 23, 0, 5]),
        ({"after": "08:00:00", "before": "17:00:00"}, [8, 12]),
        # The 4th of January 2100 is a Monday.
        ({"weekdays": ["tue"]}, [0, 5, 6]),
        ({"after": "22:00:00", "before": "06:00:00", "weekdays": ["mon"]}, [22, 23]),
    ],
)
@pytest.mark.usefixtures("quick_episodes")
async def test_schedule_is_kept(
    hass: HomeAssistant,
    person: Person,
    simulator: Simulator,
    phone: Phone,
    monkeypatch: pytest.MonkeyPatch,
    inputs: dict[str, Any],
    hours: list[int],
) -> None:
    await begin(hass, person, simulator)
    await automate(hass, BLUEPRINT, camera=camera_device(hass), phones=[phone.device_id], pause=0, **inputs)
    told_at: list[int] = []
    for hour in (8, 12, 17, 22, 23, 24, 29, 30):
        # Templates look at this clock; that of connections goes on.
        moment = datetime(2100, 1, 4, tzinfo=dt_util.get_default_time_zone()) + timedelta(hours=hour)
        monkeypatch.setattr(dt_util, "now", lambda _zone=None, moment=moment: moment)
        before = state(hass, DETECTION)
        happen(simulator, "person")
        await patiently(hass, lambda before=before: state(hass, DETECTION) != before)
        if moment.hour in hours:
            many = len(told_at)
            await patiently(hass, lambda many=many: len(phone.got) > many)
        told_at += [moment.hour] * (len(phone.got) - len(told_at))
        await until_over(hass)
    await hass.services.async_call("automation", "turn_off", {"entity_id": "automation.test"}, blocking=True)
    await hass.async_block_till_done(wait_background_tasks=False)
    assert len(phone.got) == len(told_at)
    assert told_at == hours


async def test_camera_that_comes_back_is_no_person(
    hass: HomeAssistant, person: Person, simulator: Simulator, phone: Phone
) -> None:
    entry = await begin(hass, person, simulator)
    happen(simulator, "person")
    await told(hass, "person")
    await automate(hass, BLUEPRINT, camera=camera_device(hass), phones=[phone.device_id], pause=0)
    assert await hass.config_entries.async_reload(entry.entry_id)
    await patiently(hass, lambda: state(hass, DETECTION) not in {"unknown", "unavailable"})
    await hass.async_block_till_done(wait_background_tasks=False)
    assert not phone.got
