"""A Home Assistant with this integration, and a simulated Netrex beside it, spoken to over real sockets."""

from collections.abc import AsyncIterator

from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from simulator import Simulator, Switches, World

from .person import Person

_COMPONENTS = ("http", "application_credentials", "config", "repairs", "stream", "camera", "system_health")


@pytest.fixture(autouse=True)
def _find_our_integration(enable_custom_integrations: None) -> None:
    """Home Assistant looks into custom_components."""


@pytest.fixture
def switches() -> Switches:
    """What the documentation leaves open, as the simulator has it by default; tests override this."""
    return Switches()


@pytest.fixture
def camera_count() -> int:
    """How many cameras the simulated account has."""
    return 1


@pytest.fixture
async def simulator(switches: Switches, camera_count: int) -> AsyncIterator[Simulator]:
    """A simulated Netrex on 127.0.0.1."""
    async with Simulator(switches, World.with_cameras(camera_count)) as running:
        yield running


@pytest.fixture
async def person(
    hass: HomeAssistant,
    simulator: Simulator,
    hass_client_no_auth: ClientSessionGenerator,
    hass_client: ClientSessionGenerator,
) -> Person:
    """Somebody who adds the account in the UI and walks through the provider's pages."""
    # Home Assistant's web server takes no more routes once a client has connected.
    for component in _COMPONENTS:
        assert await async_setup_component(hass, component, {})
    browser, app = await hass_client_no_auth(), await hass_client()
    simulator.world.application.redirect_urls.append(Person.redirect_url)
    return Person(hass, simulator, browser, app)
