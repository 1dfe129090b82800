"""A dashboard that shows the cameras, made the default, so that the demo opens on something to look at."""

from collections.abc import Sequence

from demo.client import Client
from demo.json_value import Json

_PATH = "netrex-cameras"


def _views(cameras: Sequence[str]) -> dict[str, Json]:
    """The first camera moves; the others are stills renewed every few seconds and move when opened."""
    cards: list[Json] = [
        {
            "type": "picture-entity",
            "entity": camera,
            "camera_view": "live" if number == 0 else "auto",
            "show_state": False,
            "grid_options": {"columns": 12 if number == 0 else 6, "rows": "auto"},
        }
        for number, camera in enumerate(cameras)
    ]
    half = (len(cards) + 1) // 2 if len(cards) > 3 else 1  # noqa: PLR2004 - up to three: one large, the rest beside it
    sections: list[Json] = [
        {
            "type": "grid",
            "cards": [{"type": "heading", "heading": heading, "icon": "mdi:cctv"}, *part],
        }
        for heading, part in (("Live", cards[:half]), ("More cameras", cards[half:]))
        if part
    ]
    return {"views": [{"title": "Cameras", "type": "sections", "max_columns": 2, "sections": sections}]}


async def make_dashboard(client: Client, cameras: Sequence[str]) -> str:
    """Make the dashboard and everybody's start page of it; give its path."""
    async with client.websocket() as socket:
        await socket.command(
            "lovelace/dashboards/create",
            url_path=_PATH,
            title="Cameras",
            icon="mdi:cctv",
            show_in_sidebar=True,
            require_admin=False,
            mode="storage",
        )
        await socket.command("lovelace/config/save", url_path=_PATH, config=_views(cameras))
        await socket.command("frontend/set_system_data", key="core", value={"default_panel": _PATH})
    return f"/{_PATH}"
