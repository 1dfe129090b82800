"""The media browser and a player, as a person's frontend uses them: the websocket, then HTTP."""

from dataclasses import dataclass
import json
from typing import Any

from aiohttp.test_utils import TestClient
from homeassistant.core import HomeAssistant
from pytest_homeassistant_custom_component.typing import MockHAClientWebSocket


class RefusedError(Exception):
    """Home Assistant says why not; this is the text that a person sees."""


@dataclass(slots=True)
class MediaBrowser:
    """Somebody who looks for recordings."""

    hass: HomeAssistant
    websocket: MockHAClientWebSocket
    player: TestClient

    async def command(self, kind: str, **arguments: Any) -> Any:
        """Send a command and return its result."""
        await self.websocket.send_json_auto_id({"type": kind, **arguments})
        answer = await self.websocket.receive_json()
        if not answer["success"]:
            raise RefusedError(answer["error"]["message"])
        # Spaces in titles of tiles don't break; people read them as any.
        return json.loads(json.dumps(answer["result"]).replace("\\u00a0", " "))

    async def open(self, identifier: str = "") -> dict[str, Any]:
        """Open a folder by its identifier, or by what the browser shows."""
        whole = identifier if "://" in identifier else f"media-source://netrex/{identifier}".rstrip("/")
        return await self.command("media_source/browse_media", media_content_id=whole)

    async def titles(self, identifier: str = "") -> list[str]:
        """Return what stands in a folder."""
        return [child["title"] for child in (await self.open(identifier))["children"]]

    async def walk(self, *titles: str) -> dict[str, Any]:
        """Open one folder after the other, by what their titles begin with."""
        folder = await self.open()
        for title in titles:
            child = next(child for child in folder["children"] if child["title"].startswith(title))
            if child["can_play"]:
                return child
            folder = await self.open(child["media_content_id"])
        return folder

    async def search(self, query: str, within: str = "") -> list[str]:
        """Return the titles of what a search in a folder finds."""
        folder = f"media-source://netrex/{within}".rstrip("/")
        found = await self.command("media_source/search_media", media_content_id=folder, search_query=query)
        return [item["title"] for item in found["result"]]

    async def resolve(self, identifier: str, mime_type: str = "video/mp4") -> str:
        """Choose a recording or a picture and return where it is."""
        whole = identifier if "://" in identifier else f"media-source://netrex/{identifier}"
        found = await self.command("media_source/resolve_media", media_content_id=whole)
        assert found["mime_type"] == mime_type
        return str(found["url"])
