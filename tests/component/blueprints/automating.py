"""Makes automations of the blueprints, and lets something happen at a camera with two scenarios and a door."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest

from simulator import Port, Scenario, Simulator

from ..listening import CAMERA, add_listening, nothing_is_going_on, serial_of, state
from ..person import Person
from ..waiting import until

ROOT: Final = Path(__file__).parents[3]
BLUEPRINTS: Final = ROOT / "blueprints" / "automation" / "netrex"
DETECTION: Final = f"event.{CAMERA}_detection"
DOORBELL: Final = f"event.{CAMERA}_doorbell"


async def automate(hass: HomeAssistant, name: str, **inputs: object) -> None:
    """Make an automation of a blueprint, as its form does."""
    use = {"alias": "Test", "id": "test", "use_blueprint": {"path": f"netrex/{name}.yaml", "input": inputs}}

    async def configuration(_hass: HomeAssistant) -> dict[str, Any]:
        return {"automation": [use]}

    with pytest.MonkeyPatch.context() as patch:
        # The repository has them where Home Assistant looks for them.
        patch.setattr(hass.config, "config_dir", str(ROOT))
        patch.setattr("homeassistant.config.async_hass_config_yaml", configuration)
        config = await async_validate_config_item(hass, "test", use)
        assert config
        assert config.validation_error is None
        await hass.services.async_call("automation", "reload", blocking=True)
    assert state(hass, "automation.test") == "on"


async def begin(
    hass: HomeAssistant, person: Person, simulator: Simulator, scopes: list[str] | None = None
) -> ConfigEntry:
    """Add the account with a camera that looks for people at two places, and a door."""
    camera = simulator.world.cameras[serial_of(simulator)]
    camera.scenarios = [Scenario(1, "Path", classes=("human", "vehicle")), Scenario(2, "Fence", "fence")]
    camera.ports = [Port("Door")]
    nothing_is_going_on(simulator, "person", "vehicle", "input", "sound")
    simulator.happen(camera.serial, "line", "2", active=False)
    return await add_listening(hass, person, scopes)


def camera_device(hass: HomeAssistant) -> str:
    """Return the camera's device, as a blueprint's picker stores it."""
    entry = er.async_get(hass).async_get(DETECTION)
    assert entry
    assert entry.device_id
    return entry.device_id


def happen(simulator: Simulator, name: str, number: str = "1") -> None:
    """Let something happen, and be over."""
    simulator.happen(serial_of(simulator), name, number)
    simulator.happen(serial_of(simulator), name, number, active=False)


async def patiently(hass: HomeAssistant, seen: Callable[[], object]) -> None:
    """Wait for something while automations wait."""
    await until(hass, seen, settle=False)


async def told(hass: HomeAssistant, detection: str) -> None:
    """Wait until Home Assistant has heard of it and the automation has done what it does at once."""
    await patiently(hass, lambda: hass.states.get(DETECTION).attributes.get("event_type") == detection)  # type: ignore[union-attr]
