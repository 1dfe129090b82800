"""What people paste from the documents: entities of the demo's household, automations that Home Assistant takes."""

from collections.abc import AsyncIterator, Iterator
from functools import cache
from pathlib import Path
import re

import homeassistant.components
from homeassistant.components.automation.config import async_validate_config_item
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
import yaml

from custom_components.netrex.const import DOMAIN
from demo.household import household
from demo.sign_in import EVERYTHING
from simulator import Simulator, Switches
from simulator.life import furnish
from tests.component.conftest import _COMPONENTS
from tests.component.person import Person
from tests.component.waiting import until
from tests.repository.documents import blocks, code_of
from tests.repository.tree import COMPONENT, Json, Repository

_REPOSITORY = Repository(Path(__file__).parents[3])
_BLOCKS = dict(blocks(_REPOSITORY))
_CAMERAS = 5
#: The user's own entities.
_THEIRS = frozenset({
    "alarm_control_panel.home", "media_player.television", "sun.sun", "tts.home_assistant_cloud",
})  # fmt: skip
_CARDS = frozenset({"button", "picture-elements", "picture-entity", "statistics-graph", "custom:netrex-camera-card"})
_ENTITY = re.compile(
    r"(?<![\w.])((?:alarm_control_panel|binary_sensor|button|camera|cover|event|image|light|lock|media_player|select"
    r"|sensor|siren|sun|switch|tts)\.[a-z0-9_]+)(?![\w(.])"
)


@pytest.fixture(autouse=True)
def _components(monkeypatch: pytest.MonkeyPatch) -> None:
    """The web server takes no more routes later."""
    monkeypatch.setattr("tests.component.conftest._COMPONENTS", (*_COMPONENTS, "automation"))


@pytest.fixture
async def simulator(switches: Switches) -> AsyncIterator[Simulator]:
    """The household that the demo shows."""
    world = household(_CAMERAS)
    furnish(world)
    async with Simulator(switches, world) as running:
        yield running


def _within(node: Json, *keys: str) -> Iterator[dict[str, Json]]:
    """Yield every mapping, however deep, that has one of these keys."""
    if isinstance(node, dict):
        if node.keys() & set(keys):
            yield node
        for value in node.values():
            yield from _within(value, *keys)
    elif isinstance(node, list):
        for value in node:
            yield from _within(value, *keys)


@cache
def _actions_of(domain: str) -> dict[str, dict[str, Json]]:
    """Return the actions of an integration of Home Assistant, or of this one, with their fields."""
    folder = _REPOSITORY.root / COMPONENT
    if domain != DOMAIN:
        folder = Path(homeassistant.components.__path__[0]) / domain
    file = folder / "services.yaml"
    return yaml.safe_load(file.read_text()) if file.exists() else {}


def _is_action(name: str) -> bool:
    domain, _, action = name.partition(".")
    return action in _actions_of(domain)


def _named(pattern: re.Pattern[str]) -> set[str]:
    return {name for _, code in code_of(_REPOSITORY) for name in pattern.findall(code)}


async def test_entities_of_examples_are_those_of_the_demo(
    hass: HomeAssistant, person: Person, simulator: Simulator, entity_registry: er.EntityRegistry
) -> None:
    entry = await person.add_account(list(EVERYTHING))
    front_door = next(node for node in simulator.world.camera_nodes() if node.name == "Front door")
    await until(hass, lambda: entity_registry.async_get("switch.house_front_door_door_opener"))
    # As the page on outputs says.
    await person.options(entry)
    await person.choose("outputs")
    await person.answer(output=f"{front_door.node_id}/2")
    step = await person.answer(use="lock", seconds=5)
    assert step["type"] == "create_entry", step
    await hass.async_block_till_done()
    # As the page on people counts says.
    await person.options(entry)
    await person.choose("metrics")
    shop = simulator.world.node_named("Shop").node_id
    step = await person.answer(metric_nodes=[str(shop)], metric_kinds=["visitors"])
    assert step["type"] == "create_entry", step

    named = {name for name in _named(_ENTITY) - _THEIRS if not _is_action(name)}
    assert named >= {"camera.house_front_door", "binary_sensor.shop_warehouse_door"}

    def missing() -> set[str]:
        return {name for name in named if entity_registry.async_get(name) is None}

    try:
        await until(hass, lambda: not missing())
    except AssertionError:
        pytest.fail(f"the demo's household has no {', '.join(sorted(missing()))}")


@pytest.mark.parametrize("place", _BLOCKS)
async def test_examples_are_what_home_assistant_takes(hass: HomeAssistant, person: Person, place: str) -> None:
    del person
    example: Json = yaml.safe_load(_BLOCKS[place])
    assert isinstance(example, dict)
    if "triggers" in example:
        taken = await async_validate_config_item(hass, "test", {"id": "test", **example})
        assert taken is not None
        assert taken.validation_error is None
    elif "strategy" in example:
        assert example == {"strategy": {"type": "custom:netrex"}}
    else:
        assert example["type"] in _CARDS
    for call in _within(example, "perform_action", "action"):
        name = str(call.get("perform_action") or call["action"])
        domain, _, action = name.partition(".")
        # The first names its actions after the user's phones; names without a dot are those of cards and notifications.
        if domain == "notify" or not action:
            continue
        assert action in _actions_of(domain), name
        data = call.get("data") or {}
        assert isinstance(data, dict)
        assert data.keys() <= _fields(_actions_of(domain)[action]), name
        if domain == DOMAIN and "{{" not in str(data):
            target = call["target"]
            assert isinstance(target, dict)
            schema = hass.services.async_services_for_domain(DOMAIN)[action].schema
            assert schema is not None
            schema({**target, **data})


def _fields(action: dict[str, Json] | None) -> set[str]:
    """Return the names of an action's fields, also of those in sections."""
    fields = (action or {}).get("fields") or {}
    assert isinstance(fields, dict)
    sections = [field for field in fields.values() if isinstance(field, dict) and "fields" in field]
    return set(fields).union(*map(_fields, sections))
