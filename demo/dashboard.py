"""A dashboard that shows the cameras, made the default, so that the demo opens on something to look at."""

from collections.abc import Sequence

from demo.client import Client
from demo.control_cards import control_section, figures_section
from demo.json_value import Json, items, text

_PATH = "netrex-cameras"
_RECORDINGS: Json = {
    "type": "button",
    "name": "What happened last night?",
    "icon": "mdi:history",
    "tap_action": {
        "action": "navigate",
        "navigation_path": "/media-browser/browser/app%2Cmedia-source%3A%2F%2Fnetrex",
    },
    "grid_options": {"columns": 12, "rows": 2},
}


def _card(camera: str, view: str, columns: int) -> Json:
    return {
        "type": "picture-entity",
        "entity": camera,
        "camera_view": view,
        "show_state": False,
        "grid_options": {"columns": columns, "rows": "auto"},
    }


def _section(heading: str, cards: list[Json]) -> Json:
    return {
        "type": "grid",
        "cards": [{"type": "heading", "heading": heading, "icon": "mdi:cctv"}, *cards],
    }


def _happening(pictures: Sequence[str], events: Sequence[str]) -> Json:
    """What the cameras saw when something last happened, and a list of what happened."""
    cards: list[Json] = [
        {
            "type": "picture-entity",
            "entity": picture,
            "show_state": False,
            "grid_options": {"columns": 6, "rows": "auto"},
        }
        for picture in pictures[:2]
    ]
    cards.append({"type": "logbook", "target": {"entity_id": list(events)}, "hours_to_show": 24})
    return {"type": "grid", "cards": [{"type": "heading", "heading": "What happens", "icon": "mdi:bell"}, *cards]}


def _views(cameras: Sequence[str], pictures: Sequence[str], events: Sequence[str], more: Sequence[Json]) -> dict[str, Json]:
    """The first camera moves; the others are stills renewed every few seconds and move when opened."""
    first, others = cameras[:1], cameras[1:]
    sections = [_section("Live", [_card(camera, "live", 12) for camera in first])]
    if others:
        sections.append(_section("More cameras", [_card(camera, "auto", 6) for camera in others]))
    if events:
        sections.append(_happening(pictures, events))
    sections += more
    sections.append(_section("Recordings", [_RECORDINGS]))
    return {"views": [{"title": "Cameras", "type": "sections", "max_columns": 2, "sections": sections}]}


async def make_dashboard(
    client: Client, cameras: Sequence[str], *, figures: tuple[str, str] | None = None, announcement: bool = False
) -> str:
    """Make the dashboard and everybody's start page of it; give its path.

    figures: statistics of visitors and of conversion. announcement: whether the file to announce is there.
    """
    listed = [text(each, "entity_id") for each in items(await client.rest("GET", "/api/states"))]
    pictures = [each for each in listed if each.startswith("image.") and each.endswith("_event_picture")]
    events = [each for each in listed if each.startswith("event.") and each.endswith("_detection")]
    control = control_section(listed, announcement=announcement)
    more = [*([control] if control else []), *([figures_section(*figures)] if figures else [])]
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
        views = _views(cameras, pictures, events, more)
        await socket.command("lovelace/config/save", url_path=_PATH, config=views)
        await socket.command("frontend/set_system_data", key="core", value={"default_panel": _PATH})
    return f"/{_PATH}"
