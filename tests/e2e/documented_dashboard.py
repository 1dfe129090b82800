"""A dashboard of the cards that the documents show, made of Home Assistant's own, as the start page."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

from demo.client import Client
from demo.dashboard import until_complete
from demo.figures import statistic_of
from demo.json_value import Json, items, text
from demo.sentence import write_sentence
from demo.sign_in import cameras as cameras_of
from simulator import Simulator
from tests.e2e.documented_cards import ANNOUNCEMENT, control_sections, figures_section

_PATH = "documented-cards"
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
    return {"type": "grid", "cards": [{"type": "heading", "heading": "Recent events", "icon": "mdi:bell"}, *cards]}


def _views(
    cameras: Sequence[str], pictures: Sequence[str], events: Sequence[str], more: Sequence[Json]
) -> dict[str, Json]:
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
    client: Client, cameras: Sequence[str], *, visitors: str | None = None, announcement: bool = False
) -> str:
    """Make the dashboard and everybody's start page of it; give its path.

    visitors: their statistic. announcement: whether the file to announce is there.
    """
    listed = [text(each, "entity_id") for each in items(await client.rest("GET", "/api/states"))]
    pictures = [each for each in listed if each.startswith("image.") and each.endswith("_event_image")]
    events = [each for each in listed if each.startswith("event.") and each.endswith("_detection")]
    more = [
        *control_sections(listed, announcement=announcement),
        *([figures_section(visitors, listed)] if visitors else []),
    ]
    async with client.websocket() as socket:
        await socket.command(
            "lovelace/dashboards/create",
            url_path=_PATH,
            title="Cameras",
            icon="mdi:cctv",
            show_in_sidebar=False,
            require_admin=False,
            mode="storage",
        )
        views = _views(cameras, pictures, events, more)
        await socket.command("lovelace/config/save", url_path=_PATH, config=views)
        await socket.command("frontend/set_system_data", key="core", value={"default_panel": _PATH})
    return f"/{_PATH}"


async def make_whole_dashboard(client: Client, entry_id: str, simulator: Simulator, media: Path) -> str:
    """Make the dashboard with all that the household has; give its path. media: the folder of the announcement."""
    await asyncio.to_thread(write_sentence, media / ANNOUNCEMENT)
    await until_complete(client, entry_id, simulator)
    visitors = await statistic_of(client, "visitors")
    return await make_dashboard(client, await cameras_of(client, entry_id), visitors=visitors, announcement=True)
