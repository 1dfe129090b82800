"""A browser's websocket, of somebody who may see what a test lets them see."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockUser
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket, WebSocketGenerator

from simulator import Simulator

from ..person import Person
from ..waiting import until

type Open = Callable[..., Awaitable["Page"]]


@dataclass(slots=True)
class Page:
    """A page of the frontend that is connected."""

    websocket: MockHAClientWebSocket
    told: list[dict[str, Any]] = field(default_factory=list)

    async def ask(self, kind: str, **arguments: Any) -> dict[str, Any]:
        """Send a command and return its answer; what comes before it is told."""
        await self.websocket.send_json_auto_id({"type": kind, **arguments})
        while (answer := await self.websocket.receive_json())["type"] == "event":
            self.told.append(answer["event"])
        return dict(answer)

    async def result(self, kind: str, **arguments: Any) -> Any:
        """Send a command that is answered."""
        answer = await self.ask(kind, **arguments)
        assert answer["success"], answer
        return answer["result"]

    async def refused(self, kind: str, **arguments: Any) -> str:
        """Send a command that is refused; return the code."""
        answer = await self.ask(kind, **arguments)
        assert not answer["success"], answer
        return str(answer["error"]["code"])

    async def heard(self) -> list[dict[str, Any]]:
        """Return what was told since, by when everything before has been handled."""
        assert (await self.ask("ping"))["type"] == "pong"
        told, self.told = self.told, []
        return told


def zone_at(hour: int) -> str:
    """Return a time zone in which it is this hour now: no midnight comes between."""
    ahead = (hour - dt_util.utcnow().hour + 11) % 24 - 11
    # What is ahead of Greenwich has a minus there.
    return f"Etc/GMT{-ahead:+d}"


def day_asked(days_ago: int = 0, hour: int = 12) -> dict[str, str]:
    """Return the question about a day in a time zone in which it is this hour now."""
    zone = zone_at(hour)
    return {"time_zone": zone, "day": (datetime.now(ZoneInfo(zone)) - timedelta(days=days_ago)).date().isoformat()}


def cameras(hass: HomeAssistant, simulator: Simulator) -> dict[int, str]:
    """Return the camera entities by their nodes."""
    names = {state.name: state.entity_id for state in hass.states.async_all("camera")}
    return {node.node_id: names[node.name] for node in simulator.world.camera_nodes()}


@pytest.fixture
async def entry(hass: HomeAssistant, person: Person, camera_count: int) -> ConfigEntry:
    """An account whose cameras are there."""
    entry = await person.add_account()
    await until(hass, lambda: len(hass.states.async_entity_ids("camera")) == camera_count)
    return entry


@pytest.fixture
async def page(hass: HomeAssistant, person: Person, hass_ws_client: WebSocketGenerator) -> Page:
    """An administrator's page."""
    return Page(await hass_ws_client(hass))


@pytest.fixture
async def visitor(
    hass: HomeAssistant,
    person: Person,
    hass_ws_client: WebSocketGenerator,
    hass_read_only_user: MockUser,
    hass_read_only_access_token: str,
) -> Page:
    """The page of somebody who may see nothing yet: their policy is the test's."""
    hass_read_only_user.mock_policy({"entities": {"domains": {"light": True}}})
    return Page(await hass_ws_client(hass, hass_read_only_access_token))
