from homeassistant.core import HomeAssistant
import pytest

from custom_components.netrex.session import async_get_event_session, async_get_session
from tests.component.conftest import (
    _find_our_integration,
    _own_cache,
    browser,
    camera_count,
    certificate,
    own_resolver,
    patience,
    person,
    quick_polls,
    simulator,
    stranger,
    switches,
)
from tests.security.doors import Place
from tests.security.strangers import Stranger

__all__ = [
    "_find_our_integration",
    "_own_cache",
    "browser",
    "camera_count",
    "certificate",
    "own_resolver",
    "patience",
    "person",
    "quick_polls",
    "simulator",
    "stranger",
    "switches",
]


@pytest.fixture
async def place(hass: HomeAssistant, other: Stranger) -> Place:
    """The doors, leading to somebody's server, with the sessions that Home Assistant has for them."""
    return Place(other.origin, async_get_session(hass), async_get_event_session(hass))
