"""What people are told in the morning: how often what happened at night, with pictures."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from http import HTTPStatus
from typing import Any

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.netrex.account.devices import node_key
from custom_components.netrex.const import DOMAIN
from custom_components.netrex.episodes.episode import EpisodeKind

from ..episodes_kept import PICTURE, keep_episode
from ..person import Person
from .automating import automate, patiently
from .conftest import Messenger, Phone

BLUEPRINT = "digest_of_the_night"
DOORBELL, PERSON, VEHICLE, MOTION = EpisodeKind.DOORBELL, EpisodeKind.PERSON, EpisodeKind.VEHICLE, EpisodeKind.MOTION


@dataclass(frozen=True, slots=True)
class Place:
    """A camera. device_id: as a blueprint's picker stores it."""

    entry: ConfigEntry
    node_id: int
    device_id: str

    def saw(self, at: datetime, *kinds: EpisodeKind, picture: bool = True) -> None:
        """Let something have happened there."""
        keep_episode(self.entry, self.node_id, at, *kinds, picture=picture)


@pytest.fixture
def camera_count() -> int:
    """Two cameras: at a front door and in a yard."""
    return 2


@pytest.fixture
async def places(hass: HomeAssistant, person: Person) -> tuple[Place, Place]:
    """The front door and the yard."""
    entry, registry = await person.add_account(), dr.async_get(hass)
    places = []
    for name, camera in zip(("Front door", "Yard"), entry.runtime_data.cameras.values(), strict=True):
        device = registry.async_get_device_by_identifier((DOMAIN, node_key(entry, camera.node)), entry.entry_id)
        assert device
        registry.async_update_device(device.id, name_by_user=name)
        places.append(Place(entry, camera.node.node_id, device.id))
    door, yard = places
    return door, yard


@pytest.fixture
def evening(monkeypatch: pytest.MonkeyPatch) -> date:
    """It is a second after seven for templates; return the day before. Seven has been, whatever time it is."""
    day = dt_util.now().date() - timedelta(days=1)
    morning = local(day, 7, 0, 1)
    monkeypatch.setattr(dt_util, "now", lambda _zone=None: morning)
    return day - timedelta(days=1)


def local(day: date, hour: int, minute: int = 0, second: int = 0) -> datetime:
    """Return a moment by the clock on the wall; hours after midnight are those of the next day."""
    days, hour = divmod(hour, 24)
    at = time(hour, minute, second)
    return datetime.combine(day + timedelta(days=days), at, dt_util.get_default_time_zone())


async def tell(hass: HomeAssistant) -> None:
    """Let the message be sent."""
    await hass.services.async_call("automation", "trigger", {"entity_id": "automation.test"}, blocking=True)


async def in_sidebar(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> list[dict[str, Any]]:
    """Return the notifications in Home Assistant, as its frontend asks for them."""
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "persistent_notification/get"})
    found: list[dict[str, Any]] = (await client.receive_json())["result"]
    return [each for each in found if each["notification_id"].startswith("netrex-digest")]


async def test_night_is_told_everywhere(
    hass: HomeAssistant,
    person: Person,
    places: tuple[Place, Place],
    evening: date,
    phone: Phone,
    messenger: Messenger,
    hass_ws_client: WebSocketGenerator,
) -> None:
    door, yard = places
    door.saw(local(evening, 23, 14), PERSON, MOTION)
    door.saw(local(evening, 24 + 2), VEHICLE, MOTION)
    door.saw(local(evening, 24 + 3), PERSON)
    yard.saw(local(evening, 24 + 5), DOORBELL, PERSON)
    yard.saw(local(evening, 24 + 6), MOTION)
    await automate(hass, BLUEPRINT, phones=[phone.device_id], entities=["notify.messenger"], pictures=2)
    await tell(hass)
    text = "Front door: person 2, vehicle 1\nYard: doorbell 1"
    assert messenger.got == [("What happened last night", text)]

    # The two most important ones in the order in which they happened, without a sound, then the message.
    await patiently(hass, lambda: len(phone.got) == 3)
    *pictures, message = phone.got
    assert [(each["title"], each["message"]) for each in pictures] == [
        ("Front door", "23:14 person"),
        ("Yard", "05:00 doorbell, person"),
    ]
    for each in pictures:
        assert each["data"]["push"] == {"sound": "none", "interruption-level": "passive"}
        assert each["data"]["importance"] == "low"
        async with person.app.get(each["data"]["image"]) as answer:
            assert answer.status == HTTPStatus.OK
            assert await answer.read() == PICTURE
    assert (message["title"], message["message"]) == ("What happened last night", text)
    assert message["data"]["image"] == pictures[1]["data"]["image"]
    assert message["data"]["url"] == message["data"]["clickAction"]
    assert "push" not in message["data"]
    assert len({each["data"]["tag"] for each in phone.got}) == 3

    (shown,) = await in_sidebar(hass, hass_ws_client)
    assert shown["title"] == "What happened last night"
    heading, second, events, link = shown["message"].split("\n\n")
    assert f"{heading}\n{second}" == text
    assert [line.partition("](")[0] for line in events.splitlines()] == [
        "- [05:00 Yard, doorbell, person",
        "- [23:14 Front door, person",
        "- [03:00 Front door, person",
        "- [02:00 Front door, vehicle",
    ]
    assert "](/media-browser/browser/app%2Cmedia-source%3A%2F%2Fnetrex/app%2C" in events
    assert link.startswith("[Open](/media-browser/browser/")


@pytest.mark.parametrize(
    ("since", "told"),
    [("22:00:00", ["22:30", "06:30"]), ("02:00:00", ["06:30"]), ("07:00:00", ["08:00", "21:30", "22:30", "06:30"])],
)
async def test_night_begins_and_ends_as_chosen(
    hass: HomeAssistant, places: tuple[Place, Place], evening: date, phone: Phone, since: str, told: list[str]
) -> None:
    for hour, minute in ((6, 30), (8, 0), (21, 30), (22, 30), (24 + 6, 30)):
        places[0].saw(local(evening, hour, minute))
    await automate(hass, BLUEPRINT, phones=[phone.device_id], since=since, pictures=10)
    await tell(hass)
    await patiently(hass, lambda: len(phone.got) == len(told) + 1)
    assert [text.removesuffix(" person") for text in phone.texts[:-1]] == told


async def test_links_lead_to_the_dashboard(
    hass: HomeAssistant,
    places: tuple[Place, Place],
    evening: date,
    phone: Phone,
    hass_ws_client: WebSocketGenerator,
) -> None:
    door, _ = places
    at = local(evening, 23)
    door.saw(at)
    await automate(hass, BLUEPRINT, phones=[phone.device_id], dashboard="house/0")
    await tell(hass)
    await patiently(hass, lambda: len(phone.got) == 2)
    event = f"/house/0?netrex_episode={door.entry.entry_id}/{door.node_id}/{round(at.timestamp() * 1000)}"
    assert [each["data"]["url"] for each in phone.got] == [event, "/house/0"]
    (shown,) = await in_sidebar(hass, hass_ws_client)
    assert f"](${event})".replace("$", "") in shown["message"]
    assert shown["message"].endswith("[Open](/house/0)")


@pytest.mark.usefixtures("evening", "places")
@pytest.mark.parametrize("tell_nothing", [True, False])
async def test_quiet_night(hass: HomeAssistant, messenger: Messenger, *, tell_nothing: bool) -> None:
    await automate(hass, BLUEPRINT, entities=["notify.messenger"], tell_nothing=tell_nothing)
    await tell(hass)
    assert [text for _, text in messenger.got] == ["Nothing happened"] * tell_nothing


async def test_camera_that_was_not_asked_is_named(
    hass: HomeAssistant, places: tuple[Place, Place], evening: date, messenger: Messenger, phone: Phone
) -> None:
    """Of one that is gone nobody can say that nothing happened there, also if it is not to be said otherwise."""
    door, yard = places
    door.saw(local(evening, 23), picture=False)
    chosen = [door.device_id, yard.device_id]
    await automate(
        hass,
        BLUEPRINT,
        cameras=chosen,
        entities=["notify.messenger"],
        phones=[phone.device_id],
        tell_nothing=False,
        in_home_assistant=False,
    )
    assert await hass.config_entries.async_unload(door.entry.entry_id)
    await tell(hass)
    assert [text for _, text in messenger.got] == ["Nothing happened\nNot asked: Front door, Yard"]
    assert await hass.config_entries.async_setup(door.entry.entry_id)
    await tell(hass)
    assert messenger.got[1][1] == "Front door: person 1"
    # Without a picture, there is the message alone.
    await patiently(hass, lambda: len(phone.got) == 2)
    assert all("image" not in each["data"] for each in phone.got)


async def test_wild_night_is_told(
    hass: HomeAssistant, places: tuple[Place, Place], evening: date, messenger: Messenger, phone: Phone
) -> None:
    """More than is listed, and more than a template may write."""
    for number in range(1100):
        places[0].saw(local(evening, 22) + timedelta(seconds=20 * number), PERSON, VEHICLE, MOTION, picture=False)
    await automate(hass, BLUEPRINT, entities=["notify.messenger"], phones=[phone.device_id], kinds=["vehicle"])
    await tell(hass)
    assert [text for _, text in messenger.got] == ["Front door: vehicle 1000 and more"]


async def test_it_is_told_every_morning(hass: HomeAssistant, places: tuple[Place, Place], messenger: Messenger) -> None:
    now = dt_util.now()
    places[0].saw(now - timedelta(minutes=5))
    at, since = now + timedelta(minutes=1), now - timedelta(minutes=10)
    await automate(hass, BLUEPRINT, entities=["notify.messenger"], at=f"{at:%H:%M:%S}", since=f"{since:%H:%M:%S}")
    async_fire_time_changed(hass, at.replace(microsecond=0) + timedelta(seconds=1))
    await patiently(hass, lambda: messenger.got)
    assert [text for _, text in messenger.got] == ["Front door: person 1"]
