"""Two phones with Home Assistant's app, and what they get."""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any, override

from aiohttp import web
from homeassistant.components import notify
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr
import pytest

from custom_components.netrex.tasks.timing import timing_of

from ..conftest import _COMPONENTS
from ..person import Person


@dataclass(slots=True)
class Phone:
    """A phone with the app.

    Attributes:
        got: the messages it was sent, oldest first.
        device_id: as a blueprint's picker stores it.
        refuses: whether the provider of its messages takes none.
    """

    name: str
    got: list[dict[str, Any]] = field(default_factory=list)
    device_id: str = ""
    refuses: bool = False

    @property
    def texts(self) -> list[str]:
        """What was written in the messages."""
        return [each["message"] for each in self.got]


class Messenger(notify.NotifyEntity):
    """An entity that sends messages, as those of messengers. got: titles and texts, oldest first."""

    _attr_name = "Messenger"
    _attr_supported_features = notify.NotifyEntityFeature.TITLE

    def __init__(self) -> None:
        self.got: list[tuple[str | None, str]] = []

    @override
    async def async_send_message(self, message: str, title: str | None = None) -> None:
        self.got.append((title, message))


@pytest.fixture(autouse=True)
def _components(monkeypatch: pytest.MonkeyPatch) -> None:
    """The web server takes no more routes later."""
    more = ("mobile_app", "automation", "notify", "persistent_notification", "ai_task")
    monkeypatch.setattr("tests.component.conftest._COMPONENTS", ("homeassistant", *_COMPONENTS, *more))


@pytest.fixture
def long_episodes(hass: HomeAssistant) -> None:
    """However slow the machine is, what a test lets happen is one event."""
    timing_of(hass).episode_gap = 600


@pytest.fixture(autouse=True)
async def _no_automation_left(hass: HomeAssistant) -> AsyncIterator[None]:
    """Automations that wait for an hour of the day wait no longer than the test."""
    yield
    if hass.services.has_service("automation", "turn_off"):
        await hass.services.async_call("automation", "turn_off", {"entity_id": "all"}, blocking=True)


@pytest.fixture
async def new_phone(hass: HomeAssistant, person: Person, aiohttp_server: Any) -> Callable[[str], Awaitable[Phone]]:
    """Register a phone as its app does."""
    phones: dict[str, Phone] = {}

    async def take(request: web.Request) -> web.Response:
        message = await request.json()
        phone = phones[message["push_token"]]
        if phone.refuses:
            return web.json_response({"message": "gone"}, status=HTTPStatus.GONE)
        phone.got.append(message)
        return web.json_response({}, status=HTTPStatus.CREATED)

    app = web.Application()
    app.router.add_post("/push", take)
    server = await aiohttp_server(app)

    async def register(name: str) -> Phone:
        phone = phones[name] = Phone(name)
        about = {"app_id": "app", "app_name": "App", "app_version": "1", "device_name": name, "manufacturer": "M"}
        about |= {"device_id": name, "model": "P", "os_name": "OS", "os_version": "1"}
        push = {"push_token": name, "push_url": str(server.make_url("/push"))}
        async with person.app.post(
            "/api/mobile_app/registrations", json={**about, "supports_encryption": False, "app_data": push}
        ) as answer:
            assert answer.status == HTTPStatus.CREATED, await answer.text()
        await hass.async_block_till_done(wait_background_tasks=False)
        entry = next(each for each in hass.config_entries.async_entries("mobile_app") if each.data["device_id"] == name)
        (device,) = dr.async_entries_for_config_entry(dr.async_get(hass), entry.entry_id)
        phone.device_id = device.id
        return phone

    return register


@pytest.fixture
async def phone(new_phone: Callable[[str], Awaitable[Phone]]) -> Phone:
    """A phone with the app."""
    return await new_phone("Jana's phone")


@pytest.fixture
async def messenger(hass: HomeAssistant, person: Person) -> Messenger:
    """A messenger: `notify.messenger`."""
    messenger = Messenger()
    await hass.data[notify.DATA_COMPONENT].async_add_entities([messenger])
    return messenger
