"""The buttons that import a blueprint, and what Home Assistant makes of it."""

from collections.abc import Iterator
from pathlib import Path
import re
from typing import Any, Final

from aiohttp import web
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.typing import WebSocketGenerator
import yarl

from .automating import BLUEPRINTS, ROOT

_NAMES: Final = sorted(path.stem for path in BLUEPRINTS.glob("*.yaml"))
_BUTTON: Final = re.compile(
    r"\[!\[[^\]]+\]\(https://my\.home-assistant\.io/badges/blueprint_import\.svg\)\]\(([^)]+)\)"
)


def address_of(name: str) -> str:
    """Return where a blueprint is in the repository."""
    path = (BLUEPRINTS / f"{name}.yaml").relative_to(ROOT)
    return str(yarl.URL("https://github.com/netrex-home-assistant/netrex") / "blob/main" / str(path))


def buttons(page: Path) -> Iterator[str]:
    """Yield what the buttons of a page import."""
    for link in _BUTTON.findall(page.read_text()):
        address = yarl.URL(link)
        assert (address.host, address.path) == ("my.home-assistant.io", "/redirect/blueprint_import/")
        yield address.query["blueprint_url"]


@pytest.mark.parametrize("page", ["README.md", "docs/events-and-notifications.md"])
def test_every_blueprint_has_a_button(page: str) -> None:
    found = sorted(buttons(ROOT / page))
    assert found == [address_of(name) for name in _NAMES]


@pytest.mark.usefixtures("person")
@pytest.mark.parametrize("name", _NAMES)
async def test_it_is_imported(
    hass: HomeAssistant, hass_ws_client: WebSocketGenerator, aiohttp_server: Any, name: str
) -> None:
    """From an address, as Home Assistant's dialog does, and as it is."""
    text = (BLUEPRINTS / f"{name}.yaml").read_text()
    app = web.Application()
    app.router.add_get(f"/{name}.yaml", lambda _request: web.Response(text=text))
    server = await aiohttp_server(app)
    client = await hass_ws_client(hass)
    await client.send_json_auto_id({"type": "blueprint/import", "url": str(server.make_url(f"/{name}.yaml"))})
    answer = await client.receive_json()
    assert answer["success"], answer
    found = answer["result"]
    assert found["validation_errors"] is None
    metadata = found["blueprint"]["metadata"]
    # Home Assistant puts in its place from where it was imported.
    assert f"\n  source_url: {address_of(name)}\n" in text
    assert metadata["name"].startswith("Netrex: ")
    assert found["raw_data"] == text
