"""What Home Assistant's own dialog for application credentials shows."""

from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from ..person import Person


async def test_dialog_of_credentials_links_to_the_documents(
    hass: HomeAssistant, person: Person, hass_ws_client: WebSocketGenerator
) -> None:
    browser = await hass_ws_client(hass)
    await browser.send_json_auto_id({"type": "application_credentials/config"})
    shown = (await browser.receive_json())["result"]["integrations"]["netrex"]["description_placeholders"]
    assert shown["help_url"].endswith("/docs/get-started.md")
